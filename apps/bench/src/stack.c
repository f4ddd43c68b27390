/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Stacks (k_stack): push and pop without a switch and with one.
 */
#include "bench.h"

static K_STACK_DEFINE(stack, 16);

static void immediate(void)
{
	struct bench *push = bench_new("stack.push");
	struct bench *pop = bench_new("stack.pop");
	stack_data_t data;

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t mid;
		uint64_t end;

		(void)k_stack_push(&stack, 1234U);
		mid = bench_now();
		(void)k_stack_pop(&stack, &data, K_NO_WAIT);
		end = bench_now();
		bench_sample(push, start, mid);
		bench_sample(pop, mid, end);
	}
}

static void popper(void *p1, void *p2, void *p3)
{
	struct bench *pop = bench_new("stack.pop_switch");
	struct bench *push = bench_new("stack.push_switch");
	stack_data_t data;

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_stack_pop(&stack, &data, K_FOREVER);
		end = bench_now();
		bench_sample(pop, start, bench_mark);
		bench_sample(push, bench_mark, end);
	}
}

static void pusher(void *p1, void *p2, void *p3)
{
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		(void)k_stack_push(&stack, 1234U);
	}
}

void bench_stack(void)
{
	immediate();
	bench_run_pair(pusher, popper);
}
