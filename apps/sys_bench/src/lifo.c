/* SPDX-License-Identifier: Apache-2.0 */
#include "sys_bench.h"

static K_LIFO_DEFINE(lifo);
static K_LIFO_DEFINE(back);
/* The first word of an item is the queue's. */
static uintptr_t item[2];
static uintptr_t reply[2];

static void alone(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_lifo_put(&lifo, item);
		(void)k_lifo_get(&lifo, K_NO_WAIT);
	}
}

static void call(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_lifo_put(&lifo, item);
		(void)k_lifo_get(&back, K_FOREVER);
	}
}

static void answer(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_lifo_get(&lifo, K_FOREVER);
		k_lifo_put(&back, reply);
	}
}

static void put(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_lifo_put(&lifo, item);
		k_yield();
	}
}

static void get(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_lifo_get(&lifo, K_NO_WAIT);
		k_yield();
	}
}

const struct sys_line lifo_lines[SYS_LINES] = {
	{"lifo.alone", alone, NULL},
	{"lifo.block", call, answer},
	{"lifo.yield", put, get},
};
