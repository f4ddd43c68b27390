/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queues, and FIFOs and LIFOs, their views: every way in and out, order of items and of waiters, lists,
 * items without a link word, cancelled waits, interrupts, and nothing lost or doubled on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define ITEMS 8U

struct item {
	void *reserved;
	unsigned int value;
};

K_QUEUE_DEFINE(queue_static);
K_FIFO_DEFINE(fifo_static);
K_LIFO_DEFINE(lifo_static);
static struct k_queue queue;
static struct item items[ITEMS];
static void *results[CREW_SIZE];
static volatile unsigned int order[CREW_SIZE];
static volatile unsigned int got;

static void queue_before(void *fixture)
{
	ARG_UNUSED(fixture);
	k_queue_init(&queue);
	got = 0;
	for (unsigned int i = 0; i < ITEMS; i++) {
		items[i] = (struct item){.reserved = &items, .value = i};
	}
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = &results;
	}
}

ZTEST_SUITE(kernel_queue, NULL, NULL, queue_before, crew_end, NULL);

static void queue_getter(void *timeout_us, void *p2, void *index)
{
	unsigned int i = (unsigned int)(uintptr_t)index;
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	ARG_UNUSED(p2);
	results[i] = k_queue_get(&queue, timeout);
	order[got] = i;
	compiler_barrier();
	got++;
}

/* The queue holds exactly these items, in this order, and is empty then. */
static void expect_items(struct k_queue *q, const unsigned int *expected, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct item *item;

		zassert_false(k_queue_is_empty(q));
		zassert_equal_ptr(k_queue_peek_head(q), &items[expected[i]]);
		zassert_equal_ptr(k_queue_peek_tail(q), &items[expected[n - 1U]]);
		item = k_queue_get(q, K_NO_WAIT);
		zassert_equal_ptr(item, &items[expected[i]], "item %u", i);
		zassert_equal(item->value, expected[i], "an item was written to");
	}
	zassert_true(k_queue_is_empty(q));
	zassert_is_null(k_queue_get(q, K_NO_WAIT));
	zassert_is_null(k_queue_peek_head(q));
	zassert_is_null(k_queue_peek_tail(q));
}

#define EXPECT(q, ...)                                                                             \
	do {                                                                                       \
		static const unsigned int expected_[] = {__VA_ARGS__};                             \
		expect_items(q, expected_, ARRAY_SIZE(expected_));                                 \
	} while (false)

ZTEST(kernel_queue, test_append_prepend_insert)
{
	k_queue_append(&queue, &items[0]);
	k_queue_append(&queue, &items[1]);
	k_queue_prepend(&queue, &items[2]);
	k_queue_insert(&queue, &items[0], &items[3]);
	k_queue_insert(&queue, &items[1], &items[4]);
	k_queue_insert(&queue, NULL, &items[5]);
	EXPECT(&queue, 5, 2, 0, 3, 1, 4);
	/* Both ends are right after the queue has been empty. */
	k_queue_prepend(&queue, &items[0]);
	k_queue_append(&queue, &items[1]);
	EXPECT(&queue, 0, 1);
	k_queue_insert(&queue, NULL, &items[6]);
	k_queue_append(&queue, &items[7]);
	EXPECT(&queue, 6, 7);
}

ZTEST(kernel_queue, test_static_definitions)
{
	k_queue_append(&queue_static, &items[0]);
	k_queue_append(&queue_static, &items[1]);
	EXPECT(&queue_static, 0, 1);
	k_fifo_put(&fifo_static, &items[0]);
	k_fifo_put(&fifo_static, &items[1]);
	zassert_equal_ptr(k_fifo_peek_head(&fifo_static), &items[0]);
	zassert_equal_ptr(k_fifo_peek_tail(&fifo_static), &items[1]);
	zassert_equal_ptr(k_fifo_get(&fifo_static, K_FOREVER), &items[0]);
	zassert_false(k_fifo_is_empty(&fifo_static));
	zassert_equal_ptr(k_fifo_get(&fifo_static, K_NO_WAIT), &items[1]);
	zassert_true(k_fifo_is_empty(&fifo_static));
	k_lifo_put(&lifo_static, &items[0]);
	k_lifo_put(&lifo_static, &items[1]);
	zassert_equal_ptr(k_lifo_get(&lifo_static, K_FOREVER), &items[1]);
	zassert_equal_ptr(k_lifo_get(&lifo_static, K_NO_WAIT), &items[0]);
	zassert_is_null(k_lifo_get(&lifo_static, K_NO_WAIT));
}

static void chain_items(unsigned int first, unsigned int last)
{
	for (unsigned int i = first; i < last; i++) {
		items[i].reserved = &items[i + 1U];
	}
	items[last].reserved = NULL;
}

ZTEST(kernel_queue, test_lists)
{
	sys_slist_t list;

	zassert_equal(k_queue_append_list(&queue, NULL, &items[0]), -EINVAL);
	zassert_equal(k_queue_append_list(&queue, &items[0], NULL), -EINVAL);
	chain_items(0, 2);
	zassert_ok(k_queue_append_list(&queue, &items[0], &items[2]));
	chain_items(3, 3);
	zassert_ok(k_queue_append_list(&queue, &items[3], &items[3]));
	sys_slist_init(&list);
	zassert_equal(k_queue_merge_slist(&queue, &list), -EINVAL);
	sys_slist_append(&list, (sys_snode_t *)&items[4]);
	sys_slist_append(&list, (sys_snode_t *)&items[5]);
	list.tail = NULL;
	zassert_equal(k_queue_merge_slist(&queue, &list), -EINVAL);
	zassert_false(sys_slist_is_empty(&list));
	list.tail = (sys_snode_t *)&items[5];
	zassert_ok(k_queue_merge_slist(&queue, &list));
	zassert_true(sys_slist_is_empty(&list));
	k_queue_append(&queue, &items[6]);
	EXPECT(&queue, 0, 1, 2, 3, 4, 5, 6);
}

/* More items than waiters, and more waiters than items. */
ZTEST(kernel_queue, test_list_to_waiters)
{
	for (unsigned int i = 0; i < 5; i++) {
		crew_start(i, queue_getter, NULL, NULL, 5);
		crew_await_blocked(i);
	}
	chain_items(0, 2);
	zassert_ok(k_queue_append_list(&queue, &items[0], &items[2]));
	crew_await_value(&got, 3);
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_end(i);
		zassert_equal_ptr(results[i], &items[i]);
	}
	chain_items(3, 6);
	zassert_ok(k_queue_append_list(&queue, &items[3], &items[6]));
	crew_await_end(3);
	crew_await_end(4);
	zassert_equal_ptr(results[3], &items[3]);
	zassert_equal_ptr(results[4], &items[4]);
	EXPECT(&queue, 5, 6);
}

ZTEST(kernel_queue, test_remove)
{
	for (unsigned int i = 0; i < 5; i++) {
		k_queue_append(&queue, &items[i]);
	}
	zassert_false(k_queue_remove(&queue, &items[7]));
	zassert_true(k_queue_remove(&queue, &items[2]));
	zassert_false(k_queue_remove(&queue, &items[2]));
	zassert_true(k_queue_remove(&queue, &items[4]), "the last one");
	k_queue_append(&queue, &items[5]);
	zassert_true(k_queue_remove(&queue, &items[0]), "the first one");
	EXPECT(&queue, 1, 3, 5);
	k_queue_append(&queue, &items[0]);
	zassert_true(k_queue_remove(&queue, &items[0]), "the only one");
	k_queue_append(&queue, &items[1]);
	EXPECT(&queue, 1);
	zassert_false(k_queue_remove(&queue, &items[1]));
}

ZTEST(kernel_queue, test_unique_append)
{
	zassert_true(k_queue_unique_append(&queue, &items[0]));
	zassert_true(k_queue_unique_append(&queue, &items[1]));
	zassert_false(k_queue_unique_append(&queue, &items[0]));
	zassert_false(k_queue_unique_append(&queue, &items[1]));
	EXPECT(&queue, 0, 1);
	crew_start(0, queue_getter, NULL, NULL, 5);
	crew_await_blocked(0);
	zassert_true(k_queue_unique_append(&queue, &items[2]));
	crew_await_end(0);
	zassert_equal_ptr(results[0], &items[2]);
	zassert_true(k_queue_is_empty(&queue));
}

/* Items without room for a link: not a byte of them may change. */
ZTEST(kernel_queue, test_alloc)
{
	static const char text[] = "not a link";
	char *odd = (char *)(uintptr_t)&text[1];

	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_queue_alloc_append(&queue, odd));
	zassert_equal_ptr(k_queue_peek_head(&queue), odd);
	zassert_equal_ptr(k_queue_peek_tail(&queue), odd);
	zassert_ok(k_queue_alloc_append(&queue, (void *)(uintptr_t)text));
	zassert_equal_ptr(k_queue_peek_tail(&queue), text);
	k_queue_append(&queue, &items[0]);
	zassert_equal_ptr(k_queue_peek_tail(&queue), &items[0]);
	zassert_true(k_queue_remove(&queue, &items[0]));
	zassert_equal_ptr(k_queue_peek_tail(&queue), text, "the tail is an allocated one again");
	zassert_ok(k_queue_alloc_prepend(&queue, &items[1]));
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), &items[1]);
	zassert_equal_ptr(items[1].reserved, &items);
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), odd);
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), text);
	zassert_is_null(k_queue_get(&queue, K_NO_WAIT));
	zassert_ok(k_queue_alloc_prepend(&queue, odd));
	zassert_equal_ptr(k_queue_peek_tail(&queue), odd);
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), odd);
	zassert_ok(k_queue_alloc_append(&queue, odd));
	zassert_ok(k_queue_alloc_append(&queue, (void *)(uintptr_t)text));
	zassert_true(k_queue_remove(&queue, (void *)(uintptr_t)text));
	zassert_equal_ptr(k_queue_peek_tail(&queue), odd);
	zassert_true(k_queue_remove(&queue, odd));
	zassert_true(k_queue_is_empty(&queue));
	crew_start(0, queue_getter, NULL, NULL, 5);
	crew_await_blocked(0);
	zassert_ok(k_queue_alloc_append(&queue, odd));
	crew_await_end(0);
	zassert_equal_ptr(results[0], odd);
	zassert_ok(k_fifo_alloc_put(&fifo_static, odd));
	zassert_ok(k_fifo_alloc_put(&fifo_static, &items[1]));
	zassert_equal_ptr(k_fifo_get(&fifo_static, K_NO_WAIT), odd);
	zassert_equal_ptr(k_fifo_get(&fifo_static, K_NO_WAIT), &items[1]);
	zassert_ok(k_lifo_alloc_put(&lifo_static, odd));
	zassert_ok(k_lifo_alloc_put(&lifo_static, &items[1]));
	zassert_equal_ptr(k_lifo_get(&lifo_static, K_NO_WAIT), &items[1]);
	zassert_equal_ptr(k_lifo_get(&lifo_static, K_NO_WAIT), odd);
}

/* The memory of the kernel's node, freed, comes back as an item. */
ZTEST(kernel_queue, test_item_where_a_node_was)
{
	struct item *item;

	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_queue_alloc_append(&queue, &items[0]));
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), &items[0]);
	item = k_malloc(sizeof(*item));
	zassert_not_null(item);
	item->value = 5;
	k_queue_append(&queue, item);
	zassert_equal_ptr(k_queue_peek_tail(&queue), item);
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), item);
	k_free(item);
}

ZTEST(kernel_queue, test_alloc_without_pool)
{
	struct k_heap *pool = k_current_get()->resource_pool;

	k_thread_heap_assign(k_current_get(), NULL);
	zassert_equal(k_queue_alloc_append(&queue, &items[0]), -ENOMEM);
	zassert_equal(k_queue_alloc_prepend(&queue, &items[0]), -ENOMEM);
	zassert_true(k_queue_is_empty(&queue));
	k_thread_heap_assign(k_current_get(), pool);
}

ZTEST(kernel_queue, test_timeout)
{
	int64_t start = k_uptime_ticks();

	zassert_is_null(k_queue_get(&queue, K_MSEC(2)));
	zassert_true(k_uptime_ticks() - start >= (int64_t)k_ms_to_ticks_floor64(2));
	crew_start(0, queue_getter, (void *)(uintptr_t)1000000, NULL, 5);
	crew_await_blocked(0);
	k_queue_append(&queue, &items[3]);
	crew_await_end(0);
	zassert_equal_ptr(results[0], &items[3]);
	zassert_true(k_queue_is_empty(&queue));
}

ZTEST(kernel_queue, test_order_of_waiters)
{
	static const int prios[] = {9, 4, 9, 1, 4};
	static const unsigned int expected[] = {3, 1, 4, 0, 2};

	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_start(i, queue_getter, NULL, NULL, prios[i]);
		crew_await_blocked(i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		k_queue_prepend(&queue, &items[i]);
		crew_await_value(&got, i + 1);
		zassert_equal(order[i], expected[i], "waiter %u came as number %u", order[i], i);
		zassert_equal_ptr(results[expected[i]], &items[i]);
	}
}

ZTEST(kernel_queue, test_cancel_wait)
{
	k_queue_cancel_wait(&queue);
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, queue_getter, i == 1U ? (void *)(uintptr_t)1000000 : NULL, NULL, 5);
		crew_await_blocked(i);
	}
	for (unsigned int i = 0; i < 3; i++) {
		k_queue_cancel_wait(&queue);
		crew_await_end(i);
		zassert_is_null(results[i], "cancelled in order of arrival");
		zassert_equal(got, i + 1, "one wait at a time");
	}
	k_queue_append(&queue, &items[0]);
	EXPECT(&queue, 0);
}

static void isr_put(const void *q)
{
	k_queue_append((struct k_queue *)(uintptr_t)q, &items[0]);
	k_queue_prepend((struct k_queue *)(uintptr_t)q, &items[1]);
}

static void isr_get(const void *q)
{
	results[7] = k_queue_get((struct k_queue *)(uintptr_t)q, K_NO_WAIT);
}

static void isr_cancel(const void *q)
{
	k_queue_cancel_wait((struct k_queue *)(uintptr_t)q);
}

ZTEST(kernel_queue, test_isr)
{
	irq_offload(isr_put, &queue);
	irq_offload(isr_get, &queue);
	zassert_equal_ptr(results[7], &items[1]);
	irq_offload(isr_get, &queue);
	zassert_equal_ptr(results[7], &items[0]);
	irq_offload(isr_get, &queue);
	zassert_is_null(results[7]);
	crew_start(0, queue_getter, NULL, NULL, 5);
	crew_start(1, queue_getter, NULL, NULL, 6);
	crew_start(2, queue_getter, NULL, NULL, 7);
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_blocked(i);
	}
	irq_offload(isr_put, &queue);
	irq_offload(isr_cancel, &queue);
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_end(i);
	}
	zassert_equal_ptr(results[0], &items[0]);
	zassert_equal_ptr(results[1], &items[1]);
	zassert_is_null(results[2]);
}

ZTEST(kernel_queue, test_waiter_aborted_or_suspended)
{
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, queue_getter, NULL, NULL, 5);
		crew_await_blocked(i);
	}
	k_thread_abort(crew_thread(0));
	k_thread_suspend(crew_thread(1));
	k_queue_append(&queue, &items[0]);
	k_queue_append(&queue, &items[1]);
	k_queue_append(&queue, &items[2]);
	crew_await_end(2);
	zassert_equal_ptr(results[2], &items[1]);
	k_thread_resume(crew_thread(1));
	crew_await_end(1);
	zassert_equal_ptr(results[1], &items[0]);
	EXPECT(&queue, 2);
}

/* Items circulate between two queues through threads on all CPUs. */
#define CIRCULATING 5U

static struct k_fifo fifo_there;
static struct k_lifo lifo_back;
static atomic_t rounds_left;

static void circulate(void *p1, void *p2, void *index)
{
	bool there = ((uintptr_t)index & 2U) == 0U;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	while (true) {
		struct item *item = there ? k_fifo_get(&fifo_there, K_USEC(50))
					  : k_lifo_get(&lifo_back, K_USEC(50));

		if (item != NULL) {
			item->value++;
			if (there) {
				k_lifo_put(&lifo_back, item);
			} else {
				k_fifo_put(&fifo_there, item);
			}
		}
		if (atomic_dec(&rounds_left) <= 0) {
			break;
		}
	}
}

ZTEST(kernel_queue, test_smp_circulation)
{
	unsigned int found = 0;
	struct item *item;

	k_fifo_init(&fifo_there);
	k_lifo_init(&lifo_back);
	atomic_set(&rounds_left, 2000);
	for (unsigned int i = 0; i < CIRCULATING; i++) {
		k_fifo_put(&fifo_there, &items[i]);
	}
	crew_run(CREW_SIZE, circulate, NULL, NULL, 4);
	while ((item = k_fifo_get(&fifo_there, K_NO_WAIT)) != NULL ||
	       (item = k_lifo_get(&lifo_back, K_NO_WAIT)) != NULL) {
		found |= 1U << (item - items);
	}
	zassert_equal(found, (1U << CIRCULATING) - 1U, "items %x are left", found);
}
