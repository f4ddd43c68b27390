/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * FIFOs and LIFOs: put and get without a switch; then a get that blocks, to the thread that goes on instead,
 * and the put that ends it, to the return of the get.
 */
#include "bench.h"

static K_FIFO_DEFINE(fifo);
static K_LIFO_DEFINE(lifo);
static uintptr_t item[2];

static void fifo_immediate(void)
{
	struct bench *put = bench_new("fifo.put");
	struct bench *get = bench_new("fifo.get");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t mid;
		uint64_t end;

		k_fifo_put(&fifo, item);
		mid = bench_now();
		(void)k_fifo_get(&fifo, K_NO_WAIT);
		end = bench_now();
		bench_sample(put, start, mid);
		bench_sample(get, mid, end);
	}
}

static void fifo_getter(void *p1, void *p2, void *p3)
{
	struct bench *get = bench_new("fifo.get_switch");
	struct bench *put = bench_new("fifo.put_switch");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_fifo_get(&fifo, K_FOREVER);
		end = bench_now();
		bench_sample(get, start, bench_mark);
		bench_sample(put, bench_mark, end);
	}
}

static void fifo_putter(void *p1, void *p2, void *p3)
{
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		k_fifo_put(&fifo, item);
	}
}

static void lifo_immediate(void)
{
	struct bench *put = bench_new("lifo.put");
	struct bench *get = bench_new("lifo.get");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t mid;
		uint64_t end;

		k_lifo_put(&lifo, item);
		mid = bench_now();
		(void)k_lifo_get(&lifo, K_NO_WAIT);
		end = bench_now();
		bench_sample(put, start, mid);
		bench_sample(get, mid, end);
	}
}

static void lifo_getter(void *p1, void *p2, void *p3)
{
	struct bench *get = bench_new("lifo.get_switch");
	struct bench *put = bench_new("lifo.put_switch");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();
		uint64_t end;

		(void)k_lifo_get(&lifo, K_FOREVER);
		end = bench_now();
		bench_sample(get, start, bench_mark);
		bench_sample(put, bench_mark, end);
	}
}

static void lifo_putter(void *p1, void *p2, void *p3)
{
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		bench_mark = bench_now();
		k_lifo_put(&lifo, item);
	}
}

void bench_queue(void)
{
	fifo_immediate();
	bench_run_pair(fifo_putter, fifo_getter);
	lifo_immediate();
	bench_run_pair(lifo_putter, lifo_getter);
}
