/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heaps: sizes, alignment, waiting for memory, the system's heap, resource pools of threads.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

K_HEAP_DEFINE(heap_a, 4096);

ZTEST_SUITE(heap, NULL, NULL, NULL, NULL, NULL);

static bool heap_aligned(const void *p, size_t align)
{
	return ((uintptr_t)p & (align - 1U)) == 0U;
}

ZTEST(heap, test_alloc_free)
{
	uint8_t *a = k_heap_alloc(&heap_a, 100, K_NO_WAIT);
	uint8_t *b = k_heap_alloc(&heap_a, 200, K_NO_WAIT);

	zassert_not_null(a);
	zassert_not_null(b);
	zassert_true(heap_aligned(a, 16) && heap_aligned(b, 16));
	(void)memset(a, 0xaa, 100);
	(void)memset(b, 0xbb, 200);
	zassert_equal(a[99], 0xaa);
	k_heap_free(&heap_a, a);
	k_heap_free(&heap_a, b);
	k_heap_free(&heap_a, NULL);
	zassert_is_null(k_heap_alloc(&heap_a, 0, K_FOREVER), "nothing asked for: nothing given");
	zassert_is_null(k_heap_alloc(&heap_a, 5000, K_NO_WAIT));
	zassert_is_null(k_heap_alloc(&heap_a, SIZE_MAX, K_NO_WAIT));
	/* All of it is there again. */
	a = k_heap_alloc(&heap_a, 3800, K_NO_WAIT);
	zassert_not_null(a);
	k_heap_free(&heap_a, a);
	zassert_true(sys_heap_validate(&heap_a.heap));
}

ZTEST(heap, test_aligned)
{
	for (size_t align = 1; align <= 1024U; align *= 2U) {
		void *p = k_heap_aligned_alloc(&heap_a, align, 40, K_NO_WAIT);

		zassert_not_null(p, "alignment %d", (int)align);
		zassert_true(heap_aligned(p, align));
		k_heap_free(&heap_a, p);
	}
	zassert_true(sys_heap_validate(&heap_a.heap));
}

ZTEST(heap, test_calloc_realloc)
{
	uint32_t *p = k_heap_calloc(&heap_a, 10, sizeof(uint32_t), K_NO_WAIT);
	uint32_t *q;

	zassert_not_null(p);
	for (int i = 0; i < 10; i++) {
		zassert_equal(p[i], 0U);
		p[i] = (uint32_t)i;
	}
	zassert_is_null(k_heap_calloc(&heap_a, SIZE_MAX / 2U, 4, K_NO_WAIT), "overflow");
	q = k_heap_realloc(&heap_a, p, 1000, K_NO_WAIT);
	zassert_not_null(q);
	zassert_equal(q[9], 9U);
	zassert_is_null(k_heap_realloc(&heap_a, q, 100000, K_NO_WAIT));
	zassert_equal(q[9], 9U, "a realloc that fails leaves the memory alone");
	p = k_heap_realloc(&heap_a, q, 20, K_NO_WAIT);
	zassert_equal_ptr(p, q, "smaller: in place");
	zassert_equal(p[4], 4U);
	zassert_is_null(k_heap_realloc(&heap_a, p, 0, K_NO_WAIT), "freed");
	p = k_heap_realloc(&heap_a, NULL, 10, K_NO_WAIT);
	zassert_not_null(p, "allocated");
	k_heap_free(&heap_a, p);
	zassert_true(sys_heap_validate(&heap_a.heap));
}

static void *heap_block;

static void heap_release(struct k_timer *timer)
{
	ARG_UNUSED(timer);
	k_heap_free(&heap_a, heap_block);
}

ZTEST(heap, test_wait)
{
	int64_t start = k_uptime_ticks();
	struct k_timer timer;
	void *p;

	heap_block = k_heap_alloc(&heap_a, 3000, K_NO_WAIT);
	zassert_not_null(heap_block);
	zassert_is_null(k_heap_alloc(&heap_a, 3000, K_USEC(500)));
	zassert_true(k_uptime_ticks() - start >= 500, "it waited");

	k_timer_init(&timer, heap_release, NULL);
	k_timer_start(&timer, K_USEC(300), K_NO_WAIT);
	p = k_heap_alloc(&heap_a, 3000, K_SECONDS(10));
	zassert_not_null(p, "freed from an interrupt while it waited");
	k_heap_free(&heap_a, p);
}

ZTEST(heap, test_k_malloc)
{
	uint8_t *p = k_malloc(100);
	uint8_t *q;

	zassert_not_null(p);
	zassert_true(heap_aligned(p, 16));
	(void)memset(p, 0x5a, 100);
	q = k_realloc(p, 3000);
	zassert_not_null(q);
	for (int i = 0; i < 100; i++) {
		zassert_equal(q[i], 0x5a);
	}
	q = k_realloc(q, 50);
	zassert_not_null(q);
	zassert_equal(q[49], 0x5a);
	zassert_is_null(k_realloc(q, 0));
	q = k_realloc(NULL, 5);
	zassert_not_null(q);
	k_free(q);
	k_free(NULL);
	p = k_malloc(0);
	zassert_not_null(p, "nothing, but as an allocation");
	k_free(p);
	zassert_is_null(k_malloc(SIZE_MAX));
	zassert_is_null(k_malloc(SIZE_MAX - 8));

	p = k_calloc(100, 3);
	zassert_not_null(p);
	for (int i = 0; i < 300; i++) {
		zassert_equal(p[i], 0);
	}
	k_free(p);
	zassert_is_null(k_calloc(SIZE_MAX, 2));
	p = k_calloc(0, 2);
	zassert_not_null(p);
	k_free(p);
}

ZTEST(heap, test_k_aligned_alloc)
{
	for (size_t align = 1; align <= 4096U; align *= 4U) {
		uint8_t *p = k_aligned_alloc(align, 100);

		zassert_not_null(p);
		zassert_true(heap_aligned(p, align));
		(void)memset(p, 1, 100);
		p = k_realloc(p, 300);
		zassert_not_null(p);
		zassert_equal(p[99], 1);
		k_free(p);
	}
	zassert_is_null(k_aligned_alloc(16, SIZE_MAX));
}

static void heap_isr(const void *arg)
{
	void *p = k_malloc(32);

	ARG_UNUSED(arg);
	heap_block = p;
	k_free(p);
}

ZTEST(heap, test_malloc_in_isr)
{
	heap_block = NULL;
	irq_offload(heap_isr, NULL);
	zassert_not_null(heap_block);
}

/* Objects that allocate take from the pool of the thread that calls them. */
ZTEST(heap, test_resource_pool)
{
	struct k_queue queue;
	int item = 0;

	k_queue_init(&queue);
	k_thread_heap_assign(k_current_get(), NULL);
	zassert_equal(k_queue_alloc_append(&queue, &item), -ENOMEM, "no pool");
	k_thread_heap_assign(k_current_get(), &heap_a);
	zassert_ok(k_queue_alloc_append(&queue, &item));
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), &item);
	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_queue_alloc_append(&queue, &item));
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), &item);
	k_thread_heap_assign(k_current_get(), NULL);
	zassert_true(sys_heap_validate(&heap_a.heap));
}

/* ---- all CPUs on one heap ------------------------------------------------------------ */

#define HEAP_THREADS 4
static K_THREAD_STACK_ARRAY_DEFINE(heap_stacks, HEAP_THREADS, 4096);
static struct k_thread heap_threads[HEAP_THREADS];
static atomic_t heap_errors;

static void heap_hammer(void *p1, void *p2, void *p3)
{
	uint32_t random = (uint32_t)(uintptr_t)p1 * 77777U + 1U;
	uint8_t *held[8] = {NULL};
	size_t sizes[8] = {0};

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (int round = 0; round < 400; round++) {
		size_t i;

		random = random * 1664525U + 1013904223U;
		i = (random >> 20) % 8U;
		if (held[i] != NULL) {
			for (size_t k = 0; k < sizes[i]; k++) {
				if (held[i][k] != (uint8_t)((uintptr_t)p1 + i)) {
					atomic_inc(&heap_errors);
					break;
				}
			}
			k_heap_free(&heap_a, held[i]);
			held[i] = NULL;
			continue;
		}
		sizes[i] = 1U + (random >> 12) % 150U;
		held[i] = k_heap_alloc(&heap_a, sizes[i], K_NO_WAIT);
		if (held[i] != NULL) {
			(void)memset(held[i], (int)((uintptr_t)p1 + i), sizes[i]);
		}
	}
	for (size_t i = 0; i < 8U; i++) {
		k_heap_free(&heap_a, held[i]);
	}
}

ZTEST(heap, test_smp)
{
	void *all;

	atomic_set(&heap_errors, 0);
	for (int i = 0; i < HEAP_THREADS; i++) {
		(void)k_thread_create(&heap_threads[i], heap_stacks[i],
				      K_THREAD_STACK_SIZEOF(heap_stacks[i]), heap_hammer,
				      INT_TO_POINTER(16 * i), NULL, NULL, K_PRIO_PREEMPT(6), 0,
				      K_NO_WAIT);
	}
	for (int i = 0; i < HEAP_THREADS; i++) {
		(void)k_thread_join(&heap_threads[i], K_FOREVER);
	}
	zassert_equal(atomic_get(&heap_errors), 0);
	zassert_true(sys_heap_validate(&heap_a.heap));
	all = k_heap_alloc(&heap_a, 3800, K_NO_WAIT);
	zassert_not_null(all, "all of it is back in one piece");
	k_heap_free(&heap_a, all);
}
