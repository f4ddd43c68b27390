/* SPDX-License-Identifier: Apache-2.0 */
#include "sys_bench.h"

static K_FIFO_DEFINE(fifo);
static K_FIFO_DEFINE(back);
/* The first word of an item is the queue's. */
static uintptr_t item[2];
static uintptr_t reply[2];

static void alone(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_fifo_put(&fifo, item);
		(void)k_fifo_get(&fifo, K_NO_WAIT);
	}
}

static void call(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_fifo_put(&fifo, item);
		(void)k_fifo_get(&back, K_FOREVER);
	}
}

static void answer(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_fifo_get(&fifo, K_FOREVER);
		k_fifo_put(&back, reply);
	}
}

static void put(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_fifo_put(&fifo, item);
		k_yield();
	}
}

static void get(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_fifo_get(&fifo, K_NO_WAIT);
		k_yield();
	}
}

const struct sys_line fifo_lines[SYS_LINES] = {
	{"fifo.alone", alone, NULL},
	{"fifo.block", call, answer},
	{"fifo.yield", put, get},
};
