/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Condition variables: a wait, to the thread that goes on instead; a signal, to the return of the wait with
 * the mutex held again.
 */
#include "bench.h"

static K_MUTEX_DEFINE(mutex);
static K_CONDVAR_DEFINE(condvar);

static void waiter(void *p1, void *p2, void *p3)
{
	struct bench *wait = bench_new("condvar.wait");
	struct bench *signal = bench_new("condvar.signal");

	(void)k_mutex_lock(&mutex, K_FOREVER);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_condvar_wait(&condvar, &mutex, K_FOREVER);
		end = bench_now();
		bench_sample(wait, start, bench_mark);
		bench_sample(signal, bench_mark, end);
	}
	(void)k_mutex_unlock(&mutex);
}

static void signaller(void *p1, void *p2, void *p3)
{
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		(void)k_condvar_signal(&condvar);
	}
}

void bench_condvar(void)
{
	bench_run_pair(signaller, waiter);
}
