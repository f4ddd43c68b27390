/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The timer: from the moment for which the timer was set to the first line of the handler, and to the thread
 * that it wakes, while a less urgent thread runs. Not out of the idle thread: how often an emulated CPU that
 * waits is woken for nothing is chance.
 *
 * The moment is what the hardware compares with, so the exception entry and the interrupt controller are in
 * the figures. Nothing is taken off for the one read of the counter.
 */
#include "bench.h"

#define DELAY K_USEC(50)

static struct bench *to_handler;
static volatile bool fired;

static void expired(struct k_timer *t)
{
	uint64_t now = bench_now();

	bench_sample_raw(to_handler, t->timeout.due, now);
	fired = true;
}

static void handler(void)
{
	static struct k_timer timer;

	to_handler = bench_new("timer.handler");
	k_timer_init(&timer, expired, NULL);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		fired = false;
		k_timer_start(&timer, DELAY, K_NO_WAIT);
		while (!fired) {
		}
	}
}

static volatile bool stop;

static void sleeper(void *name, void *p2, void *p3)
{
	struct bench *b = bench_new(name);

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t now;

		(void)k_sleep(DELAY);
		now = bench_now();
		/* The timeout has passed, but says still when it was due. */
		bench_sample_raw(b, k_current_get()->base.timeout.due, now);
	}
	stop = true;
}

static void thread(void)
{
	stop = false;
	bench_create(&bench_high, sleeper, "timer.thread");
	k_thread_start(&bench_high);
	while (!stop) {
	}
	(void)k_thread_join(&bench_high, K_FOREVER);
}

void bench_timer(void)
{
	handler();
	thread();
}
