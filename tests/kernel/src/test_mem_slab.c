/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory slabs: definition and initialisation, alignment, exhaustion, waiters, statistics, interrupts, and
 * blocks that belong to one owner at a time on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define BLOCKS     4U
#define BLOCK_SIZE 32U

K_MEM_SLAB_DEFINE(slab_global, 20, 3, 16);
K_MEM_SLAB_DEFINE_STATIC(slab_static, BLOCK_SIZE, BLOCKS, 32);
static struct k_mem_slab slab;
static char __aligned(8) blocks[BLOCKS * BLOCK_SIZE];
static void *results_mem[CREW_SIZE];
static int results[CREW_SIZE];
static volatile unsigned int order[CREW_SIZE];
static volatile unsigned int done;

static void slab_before(void *fixture)
{
	ARG_UNUSED(fixture);
	zassert_ok(k_mem_slab_init(&slab, blocks, BLOCK_SIZE, BLOCKS));
	done = 0;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 1;
		results_mem[i] = &results;
	}
}

ZTEST_SUITE(kernel_mem_slab, NULL, NULL, slab_before, crew_end, NULL);

static void slab_taker(void *timeout_us, void *p2, void *index)
{
	unsigned int i = (unsigned int)(uintptr_t)index;
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	ARG_UNUSED(p2);
	results[i] = k_mem_slab_alloc(&slab, &results_mem[i], timeout);
	order[done] = i;
	compiler_barrier();
	done++;
}

/* Takes all blocks, checks that they are apart and aligned, and gives them back. */
static void check_slab(struct k_mem_slab *s, uint32_t num, size_t size, size_t align)
{
	void *mem[BLOCKS];
	void *extra = &extra;

	for (uint32_t i = 0; i < num; i++) {
		zassert_equal(k_mem_slab_num_used_get(s), i);
		zassert_equal(k_mem_slab_num_free_get(s), num - i);
		zassert_ok(k_mem_slab_alloc(s, &mem[i], K_NO_WAIT));
		zassert_equal((uintptr_t)mem[i] % align, 0, "%p is not aligned", mem[i]);
		memset(mem[i], (int)i, size);
	}
	zassert_equal(k_mem_slab_alloc(s, &extra, K_NO_WAIT), -ENOMEM);
	zassert_is_null(extra);
	extra = &extra;
	zassert_equal(k_mem_slab_alloc(s, &extra, K_MSEC(1)), -EAGAIN);
	zassert_is_null(extra);
	for (uint32_t i = 0; i < num; i++) {
		for (size_t n = 0; n < size; n++) {
			zassert_equal(((char *)mem[i])[n], (char)i, "blocks overlap");
		}
	}
	zassert_equal(k_mem_slab_max_used_get(s), num);
	for (uint32_t i = 0; i < num; i++) {
		k_mem_slab_free(s, mem[i]);
	}
	zassert_equal(k_mem_slab_num_used_get(s), 0);
}

ZTEST(kernel_mem_slab, test_definitions)
{
	for (int round = 0; round < 3; round++) {
		check_slab(&slab, BLOCKS, BLOCK_SIZE, 8);
		check_slab(&slab_static, BLOCKS, BLOCK_SIZE, 32);
		check_slab(&slab_global, 3, 20, 8);
	}
	zassert_equal(slab_global.info.block_size, 24, "rounded up to words");
}

ZTEST(kernel_mem_slab, test_init_errors)
{
	struct k_mem_slab s;

	zassert_equal(k_mem_slab_init(&s, blocks + 1, BLOCK_SIZE, 2), -EINVAL);
	zassert_equal(k_mem_slab_init(&s, blocks, 12, 2), -EINVAL);
	zassert_equal(k_mem_slab_init(&s, blocks, SIZE_MAX & ~(size_t)7, 2), -EINVAL);
	zassert_ok(k_mem_slab_init(&s, blocks, 8, 16));
	zassert_equal(k_mem_slab_num_free_get(&s), 16);
}

/* Used blocks are used again before fresh ones, the one freed last first: it is in the cache. */
ZTEST(kernel_mem_slab, test_reuse)
{
	void *a;
	void *b;
	void *c;

	zassert_ok(k_mem_slab_alloc(&slab, &a, K_NO_WAIT));
	zassert_ok(k_mem_slab_alloc(&slab, &b, K_NO_WAIT));
	zassert_equal_ptr(a, blocks);
	zassert_equal_ptr(b, blocks + BLOCK_SIZE);
	k_mem_slab_free(&slab, a);
	k_mem_slab_free(&slab, b);
	zassert_ok(k_mem_slab_alloc(&slab, &c, K_NO_WAIT));
	zassert_equal_ptr(c, b);
	zassert_ok(k_mem_slab_alloc(&slab, &c, K_NO_WAIT));
	zassert_equal_ptr(c, a);
	zassert_ok(k_mem_slab_alloc(&slab, &c, K_NO_WAIT));
	zassert_equal_ptr(c, blocks + 2U * BLOCK_SIZE);
}

ZTEST(kernel_mem_slab, test_statistics)
{
	struct sys_memory_stats stats;
	void *mem[3];

	zassert_equal(k_mem_slab_runtime_stats_get(NULL, &stats), -EINVAL);
	zassert_equal(k_mem_slab_runtime_stats_get(&slab, NULL), -EINVAL);
	zassert_equal(k_mem_slab_runtime_stats_reset_max(NULL), -EINVAL);
	for (unsigned int i = 0; i < 3; i++) {
		zassert_ok(k_mem_slab_alloc(&slab, &mem[i], K_NO_WAIT));
	}
	k_mem_slab_free(&slab, mem[0]);
	k_mem_slab_free(&slab, mem[1]);
	zassert_ok(k_mem_slab_runtime_stats_get(&slab, &stats));
	zassert_equal(stats.allocated_bytes, BLOCK_SIZE);
	zassert_equal(stats.free_bytes, 3 * BLOCK_SIZE);
	zassert_equal(stats.max_allocated_bytes, 3 * BLOCK_SIZE);
	zassert_equal(k_mem_slab_max_used_get(&slab), 3);
	zassert_ok(k_mem_slab_runtime_stats_reset_max(&slab));
	zassert_equal(k_mem_slab_max_used_get(&slab), 1);
	zassert_ok(k_mem_slab_alloc(&slab, &mem[0], K_NO_WAIT));
	zassert_ok(k_mem_slab_runtime_stats_get(&slab, &stats));
	zassert_equal(stats.max_allocated_bytes, 2 * BLOCK_SIZE);
}

static void take_all(void *mem[])
{
	for (unsigned int i = 0; i < BLOCKS; i++) {
		zassert_ok(k_mem_slab_alloc(&slab, &mem[i], K_NO_WAIT));
	}
}

ZTEST(kernel_mem_slab, test_order_of_waiters)
{
	static const int prios[] = {9, 1, 9, 4};
	static const unsigned int expected[] = {1, 3, 0, 2};
	void *mem[BLOCKS];

	take_all(mem);
	for (unsigned int i = 0; i < BLOCKS; i++) {
		crew_start(i, slab_taker, i % 2U != 0U ? (void *)(uintptr_t)10000000 : NULL, NULL,
			   prios[i]);
		crew_await_blocked(i);
	}
	for (unsigned int i = 0; i < BLOCKS; i++) {
		k_mem_slab_free(&slab, mem[i]);
		zassert_equal(k_mem_slab_num_used_get(&slab), BLOCKS, "it went to the waiter");
		crew_await_value(&done, i + 1);
		zassert_equal(order[i], expected[i], "waiter %u came as number %u", order[i], i);
		zassert_ok(results[expected[i]]);
		zassert_equal_ptr(results_mem[expected[i]], mem[i]);
	}
}

static void isr_alloc(const void *s)
{
	results[7] = k_mem_slab_alloc((struct k_mem_slab *)(uintptr_t)s, &results_mem[7],
				      K_NO_WAIT);
}

static void isr_free(const void *mem)
{
	k_mem_slab_free(&slab, (void *)(uintptr_t)mem);
}

ZTEST(kernel_mem_slab, test_isr)
{
	void *mem[BLOCKS];

	irq_offload(isr_alloc, &slab);
	zassert_ok(results[7]);
	irq_offload(isr_free, results_mem[7]);
	zassert_equal(k_mem_slab_num_used_get(&slab), 0);
	take_all(mem);
	irq_offload(isr_alloc, &slab);
	zassert_equal(results[7], -ENOMEM);
	zassert_is_null(results_mem[7]);
	crew_start(0, slab_taker, NULL, NULL, 5);
	crew_await_blocked(0);
	irq_offload(isr_free, mem[2]);
	crew_await_end(0);
	zassert_equal_ptr(results_mem[0], mem[2]);
}

ZTEST(kernel_mem_slab, test_waiter_aborted_or_suspended)
{
	void *mem[BLOCKS];

	take_all(mem);
	crew_start(0, slab_taker, NULL, NULL, 5);
	crew_await_blocked(0);
	crew_start(1, slab_taker, NULL, NULL, 5);
	crew_await_blocked(1);
	k_thread_abort(crew_thread(0));
	k_thread_suspend(crew_thread(1));
	k_mem_slab_free(&slab, mem[0]);
	k_mem_slab_free(&slab, mem[1]);
	zassert_equal(k_mem_slab_num_used_get(&slab), BLOCKS - 1U);
	k_thread_resume(crew_thread(1));
	crew_await_end(1);
	zassert_equal_ptr(results_mem[1], mem[0]);
}

/* Each thread marks its block and finds the mark again: nobody else had it meanwhile. */
static void slab_stress(void *rounds, void *p2, void *index)
{
	uint32_t seed = (uint32_t)(uintptr_t)index;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		uintptr_t mark = n * 8U + (uintptr_t)index;
		volatile uintptr_t *words;
		void *mem;
		int ret = k_mem_slab_alloc(&slab, &mem, n % 2U != 0U ? K_FOREVER : K_USEC(15));

		if (ret != 0) {
			results[(uintptr_t)index] = ret == -EAGAIN ? results[(uintptr_t)index]
								   : ret;
			continue;
		}
		words = mem;
		words[0] = mark;
		words[1] = ~mark;
		if (crew_random(&seed) % 4U == 0U) {
			k_usleep(3);
		}
		if (words[0] != mark || words[1] != ~mark) {
			results[(uintptr_t)index] = -1;
		}
		k_mem_slab_free(&slab, mem);
	}
}

ZTEST(kernel_mem_slab, test_smp_stress)
{
	crew_run(CREW_SIZE, slab_stress, (void *)(uintptr_t)200, NULL, 4);
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		zassert_equal(results[i], 1, "thread %u: %d", i, results[i]);
	}
	check_slab(&slab, BLOCKS, BLOCK_SIZE, 8);
}
