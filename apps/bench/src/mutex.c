/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Mutexes: lock and unlock that nobody waits for. As in latency_measure the locks nest; the pairs that do
 * not, as most code uses a mutex, are measured beside them.
 */
#include "bench.h"

static K_MUTEX_DEFINE(mutex);

static void nested(void)
{
	uint64_t start = bench_now();

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_mutex_lock(&mutex, K_FOREVER);
	}
	bench_loop("mutex.lock", start, bench_now());

	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_mutex_unlock(&mutex);
	}
	bench_loop("mutex.unlock", start, bench_now());
}

static void lock(void)
{
	(void)k_mutex_lock(&mutex, K_FOREVER);
}

static void unlock(void)
{
	(void)k_mutex_unlock(&mutex);
}

static void in_pairs(void)
{
	struct bench *first = bench_new("mutex.lock_first");
	struct bench *last = bench_new("mutex.unlock_last");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t mid;

		(void)k_mutex_lock(&mutex, K_FOREVER);
		mid = bench_now();
		(void)k_mutex_unlock(&mutex);
		bench_sample(last, mid, bench_now());
		bench_sample(first, start, mid);
	}
}

void bench_mutex(void)
{
	nested();
	bench_each("mutex.lock.each", lock);
	bench_each("mutex.unlock.each", unlock);
	in_pairs();
}
