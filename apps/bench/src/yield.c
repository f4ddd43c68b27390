/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Context switch by k_yield(): from the call in one thread to the return of the same call in another of
 * the same priority.
 */
#include "bench.h"

static void other(void *p1, void *p2, void *p3)
{
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		k_yield();
	}
}

static void measure(const char *name, int prio)
{
	struct bench *b = bench_new(name);
	int own_prio = k_thread_priority_get(k_current_get());

	k_thread_priority_set(k_current_get(), prio);
	bench_create(&bench_low, other, NULL);
	k_thread_priority_set(&bench_low, prio);
	k_thread_start(&bench_low);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();

		k_yield();
		bench_sample(b, start, bench_mark);
	}
	(void)k_thread_join(&bench_low, K_FOREVER);
	k_thread_priority_set(k_current_get(), own_prio);
}

void bench_yield(void)
{
	measure("yield.preemptive", BENCH_PRIO);
	measure("yield.cooperative", -2);
}
