/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The way out of an interrupt: from the last line of its handler to the thread that goes on. The interrupt is
 * a real one, a software-generated interrupt of the GIC, so acknowledging and ending it is in the figures.
 */
#include "bench.h"

#include <zephyr/irq_offload.h>

static K_SEM_DEFINE(wake, 0, 1);

static void handler(const void *arg)
{
	if (arg != NULL) {
		k_sem_give(&wake);
	}
	bench_mark = bench_now();
}

static void back_to_the_interrupted(void)
{
	struct bench *b = bench_new("irq.interrupted_thread");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		irq_offload(handler, NULL);
		bench_sample(b, bench_mark, bench_now());
	}
}

static void woken(void *p1, void *p2, void *p3)
{
	struct bench *b = bench_new("irq.another_thread");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_sem_take(&wake, K_FOREVER);
		bench_sample(b, bench_mark, bench_now());
	}
}

static void on_to_another(void)
{
	bench_create(&bench_high, woken, NULL);
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		irq_offload(handler, &wake);
	}
	(void)k_thread_join(&bench_high, K_FOREVER);
}

void bench_irq(void)
{
	back_to_the_interrupted();
	on_to_another();
}
