/* SPDX-License-Identifier: Apache-2.0 */
#include "sys_bench.h"

static K_STACK_DEFINE(stack, 4);
static K_STACK_DEFINE(back, 4);

static void alone(void)
{
	stack_data_t data;

	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_stack_push(&stack, i);
		(void)k_stack_pop(&stack, &data, K_NO_WAIT);
	}
}

static void call(void)
{
	stack_data_t data;

	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_stack_push(&stack, i);
		(void)k_stack_pop(&back, &data, K_FOREVER);
	}
}

static void answer(void)
{
	stack_data_t data;

	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_stack_pop(&stack, &data, K_FOREVER);
		(void)k_stack_push(&back, data);
	}
}

static void push(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_stack_push(&stack, i);
		k_yield();
	}
}

static void pop(void)
{
	stack_data_t data;

	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_stack_pop(&stack, &data, K_NO_WAIT);
		k_yield();
	}
}

const struct sys_line stack_lines[SYS_LINES] = {
	{"stack.alone", alone, NULL},
	{"stack.block", call, answer},
	{"stack.yield", push, pop},
};
