/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events: post and wait without a switch; then a wait that blocks, to the thread that goes on instead, and
 * the post that ends it, to the return of the wait.
 */
#include "bench.h"

#define BITS 0x1234U

static K_EVENT_DEFINE(events);

static void immediate(void)
{
	uint64_t start;

	(void)k_event_clear(&events, UINT32_MAX);
	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_event_post(&events, BITS);
	}
	bench_loop("event.post", start, bench_now());

	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_event_set(&events, BITS);
	}
	bench_loop("event.set", start, bench_now());

	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_event_wait(&events, BITS, false, K_FOREVER);
	}
	bench_loop("event.wait", start, bench_now());

	start = bench_now();
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_event_wait_all(&events, BITS, false, K_FOREVER);
	}
	bench_loop("event.wait_all", start, bench_now());
}

static void post(void)
{
	(void)k_event_post(&events, BITS);
}

static void set(void)
{
	(void)k_event_set(&events, BITS);
}

static void wait_any(void)
{
	(void)k_event_wait(&events, BITS, false, K_FOREVER);
}

static void wait_all(void)
{
	(void)k_event_wait_all(&events, BITS, false, K_FOREVER);
}

static void one_by_one(void)
{
	bench_each("event.post.each", post);
	bench_each("event.set.each", set);
	bench_each("event.wait.each", wait_any);
	bench_each("event.wait_all.each", wait_all);
}

static void waiter(void *p1, void *p2, void *p3)
{
	struct bench *wait = bench_new("event.wait_switch");
	struct bench *post = bench_new("event.post_switch");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_event_wait(&events, BITS, true, K_FOREVER);
		end = bench_now();
		bench_sample(wait, start, bench_mark);
		bench_sample(post, bench_mark, end);
	}
}

static void poster(void *p1, void *p2, void *p3)
{
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		(void)k_event_post(&events, BITS);
	}
}

void bench_event(void)
{
	immediate();
	one_by_one();
	bench_run_pair(poster, waiter);
}
