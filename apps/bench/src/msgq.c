/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Message queues, 16-byte messages: put and get without a switch and with one. latency_measure has none.
 */
#include "bench.h"

K_MSGQ_DEFINE(bench_msgs, 16, 4, 8);

static void immediate(void)
{
	struct bench *put = bench_new("msgq.put");
	struct bench *get = bench_new("msgq.get");
	uint64_t msg[2] = {1U, 2U};

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t mid;
		uint64_t end;

		(void)k_msgq_put(&bench_msgs, msg, K_NO_WAIT);
		mid = bench_now();
		(void)k_msgq_get(&bench_msgs, msg, K_NO_WAIT);
		end = bench_now();
		bench_sample(put, start, mid);
		bench_sample(get, mid, end);
	}
}

static void getter(void *p1, void *p2, void *p3)
{
	struct bench *get = bench_new("msgq.get_switch");
	struct bench *put = bench_new("msgq.put_switch");
	uint64_t msg[2];

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_msgq_get(&bench_msgs, msg, K_FOREVER);
		end = bench_now();
		bench_sample(get, start, bench_mark);
		bench_sample(put, bench_mark, end);
	}
}

static void putter(void *p1, void *p2, void *p3)
{
	uint64_t msg[2] = {3U, 4U};

	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		(void)k_msgq_put(&bench_msgs, msg, K_NO_WAIT);
	}
}

void bench_msgq(void)
{
	immediate();
	bench_run_pair(putter, getter);
}
