/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The life of a thread: create (its stack is filled, so that its use can be told), start, suspend, resume,
 * abort. Start ends in the new thread, suspend in the one that goes on instead, resume in the resumed one;
 * the thread that is aborted is ready, but does not run.
 */
#include "bench.h"

static K_SEM_DEFINE(go_on, 0, 1);

static void subject(void *p1, void *p2, void *p3)
{
	bench_mark = bench_now();
	(void)k_sem_take(&go_on, K_FOREVER);

	bench_mark = bench_now();
	k_thread_suspend(k_current_get());

	bench_mark = bench_now();
	/* Less urgent than the one that measures: to be aborted where it stands. */
	k_thread_priority_set(k_current_get(), BENCH_PRIO + 1);
}

void bench_thread(void)
{
	struct bench *create = bench_new("thread.create");
	struct bench *start_up = bench_new("thread.start");
	struct bench *suspend = bench_new("thread.suspend");
	struct bench *resume = bench_new("thread.resume");
	struct bench *abort = bench_new("thread.abort");
	static K_THREAD_STACK_DEFINE(stack, BENCH_STACK_SIZE);

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();

		k_thread_create(&bench_high, stack, BENCH_STACK_SIZE, subject, NULL, NULL, NULL,
				BENCH_PRIO - 2, 0, K_FOREVER);
		bench_sample(create, start, bench_now());
		(void)k_thread_cpu_pin(&bench_high, 0);

		start = bench_now();
		k_thread_start(&bench_high);
		bench_sample(start_up, start, bench_mark);

		k_sem_give(&go_on);
		bench_sample(suspend, bench_mark, bench_now());

		start = bench_now();
		k_thread_resume(&bench_high);
		bench_sample(resume, start, bench_mark);

		start = bench_now();
		k_thread_abort(&bench_high);
		bench_sample(abort, start, bench_now());
	}
}
