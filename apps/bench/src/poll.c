/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * k_poll() of one semaphore: that is there, and that another thread gives. latency_measure has none.
 */
#include "bench.h"

static K_SEM_DEFINE(sem, 0, 1);

static struct k_poll_event ready;

static void poll_ready(void)
{
	(void)k_poll(&ready, 1, K_NO_WAIT);
}

static void immediate(void)
{
	struct k_poll_event event;
	uint64_t start;

	k_poll_event_init(&event, K_POLL_TYPE_SEM_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY, &sem);
	k_sem_give(&sem);
	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_poll(&event, 1, K_NO_WAIT);
	}
	bench_loop("poll.ready", start, bench_now());
	ready = event;
	bench_each("poll.ready.each", poll_ready);
	(void)k_sem_take(&sem, K_NO_WAIT);
}

static void poller(void *p1, void *p2, void *p3)
{
	struct bench *wait = bench_new("poll.wait_switch");
	struct bench *give = bench_new("poll.give_switch");
	struct k_poll_event event;

	k_poll_event_init(&event, K_POLL_TYPE_SEM_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY, &sem);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_poll(&event, 1, K_FOREVER);
		end = bench_now();
		bench_sample(wait, start, bench_mark);
		bench_sample(give, bench_mark, end);
		event.state = K_POLL_STATE_NOT_READY;
		(void)k_sem_take(&sem, K_NO_WAIT);
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

void bench_poll(void)
{
	immediate();
	bench_run_pair(giver, poller);
}
