/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Work items: from the submission to the first line of the item's handler, in a more urgent thread.
 * latency_measure has none.
 */
#include "bench.h"

static struct k_work_q queue;
static K_THREAD_STACK_DEFINE(queue_stack, BENCH_STACK_SIZE);

static void handler(struct k_work *item)
{
	bench_mark = bench_now();
}

static K_WORK_DEFINE(item, handler);

void bench_work(void)
{
	struct bench *submit = bench_new("work.submit");

	k_work_queue_start(&queue, queue_stack, BENCH_STACK_SIZE, BENCH_PRIO - 1, NULL);
	/* To where it waits for work; only then may it be pinned. */
	k_msleep(1);
	(void)k_thread_cpu_pin(k_work_queue_thread_get(&queue), 0);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();

		(void)k_work_submit_to_queue(&queue, &item);
		bench_sample(submit, start, bench_mark);
	}
}
