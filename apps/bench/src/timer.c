/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The timer: from the moment for which the timer was set to the first line of the handler, and to the thread
 * that it wakes, while a less urgent thread runs; then the same while no thread runs and the CPU waits for an
 * interrupt. And starting and stopping a timer.
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

static K_SEM_DEFINE(expired_once, 0, 1);

static void expired_idle(struct k_timer *t)
{
	uint64_t now = bench_now();

	bench_sample_raw(to_handler, t->timeout.due, now);
	k_sem_give(&expired_once);
}

static void handler_from_idle(void)
{
	static struct k_timer timer;

	to_handler = bench_new("timer.idle_handler");
	k_timer_init(&timer, expired_idle, NULL);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		k_timer_start(&timer, DELAY, K_NO_WAIT);
		(void)k_sem_take(&expired_once, K_FOREVER);
	}
}

static struct k_timer far;

static void start_and_stop(void)
{
	struct bench *to_start = bench_new("timer.start");
	struct bench *to_stop = bench_new("timer.stop");

	k_timer_init(&far, NULL, NULL);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t begin = bench_now();
		uint64_t mid;

		k_timer_start(&far, K_SECONDS(1), K_NO_WAIT);
		mid = bench_now();
		k_timer_stop(&far);
		bench_sample(to_stop, mid, bench_now());
		bench_sample(to_start, begin, mid);
	}
}

void bench_timer_more(void)
{
	start_and_stop();
	handler_from_idle();
	sleeper("timer.idle_thread", NULL, NULL);
}

void bench_timer(void)
{
	handler();
	thread();
}
