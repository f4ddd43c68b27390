/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Semaphores: give and take that nobody waits for, then a take that blocks and the give that ends it.
 *
 * "take, blocking" is from the call to the thread that goes on instead, which returns from its last give;
 * "give, wake + switch" is from the call to the return of the other thread's take.
 */
#include "bench.h"

static K_SEM_DEFINE(free_sem, 0, BENCH_N);
static K_SEM_DEFINE(sem, 0, 1);

static void uncontended(void)
{
	uint64_t start = bench_now();

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		k_sem_give(&free_sem);
	}
	bench_loop("sem.give", start, bench_now());

	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_sem_take(&free_sem, K_FOREVER);
	}
	bench_loop("sem.take", start, bench_now());
}

static void give(void)
{
	k_sem_give(&free_sem);
}

static void take(void)
{
	(void)k_sem_take(&free_sem, K_FOREVER);
}

static void taker(void *p1, void *p2, void *p3)
{
	struct bench *take = bench_new("sem.take_blocking");
	struct bench *give = bench_new("sem.give_switch");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_sem_take(&sem, K_FOREVER);
		end = bench_now();
		bench_sample(take, start, bench_mark);
		bench_sample(give, bench_mark, end);
	}
}

static void giver(void *p1, void *p2, void *p3)
{
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		k_sem_give(&sem);
	}
}

void bench_sem(void)
{
	uncontended();
	bench_each("sem.give.each", give);
	bench_each("sem.take.each", take);
	bench_run_pair(giver, taker);
}
