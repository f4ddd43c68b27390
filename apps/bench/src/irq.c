/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The way out of an interrupt: from the last line of its handler to the thread that goes on. The interrupt is
 * a real one, a software-generated interrupt of the GIC, so acknowledging and ending it is in the figures.
 *
 * Then what latency_measure does not have: the whole way, from the call that raises the interrupt, and opening
 * and closing one at the controller. A guest leaves its machine for those.
 */
#include "bench.h"

#include <zephyr/irq.h>
#include <zephyr/irq_offload.h>

/* The last of the software-generated interrupts: nobody has it, and nobody raises it. */
#define SPARE_IRQ 15U

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

static void to_the_handler(void)
{
	struct bench *b = bench_new("irq.handler");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();

		irq_offload(handler, NULL);
		bench_sample(b, start, bench_mark);
	}
}

static uint64_t raised;

static void woken_from_afar(void *p1, void *p2, void *p3)
{
	struct bench *b = bench_new("irq.thread");

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)k_sem_take(&wake, K_FOREVER);
		bench_sample(b, raised, bench_now());
	}
}

static void to_a_thread(void)
{
	bench_create(&bench_high, woken_from_afar, NULL);
	k_thread_start(&bench_high);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		raised = bench_now();
		irq_offload(handler, &wake);
	}
	(void)k_thread_join(&bench_high, K_FOREVER);
}

static void enable(void)
{
	irq_enable(SPARE_IRQ);
}

static void disable(void)
{
	irq_disable(SPARE_IRQ);
}

void bench_irq_whole(void)
{
	to_the_handler();
	to_a_thread();
	bench_each("irq.enable", enable);
	bench_each("irq.disable", disable);
}

void bench_irq(void)
{
	back_to_the_interrupted();
	on_to_another();
}
