/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#define MAX_RESULTS 96

struct k_thread bench_low;
struct k_thread bench_high;
volatile uint64_t bench_mark;

static K_THREAD_STACK_DEFINE(low_stack, BENCH_STACK_SIZE);
static K_THREAD_STACK_DEFINE(high_stack, BENCH_STACK_SIZE);

static struct bench results[MAX_RESULTS];
static size_t num_results;
static uint64_t read_cost;

void bench_calibrate(void)
{
	uint64_t start = bench_now();
	uint64_t end;

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		(void)bench_now();
	}
	end = bench_now();
	read_cost = UINT64_MAX;
	bench_loop("counter.read", start, end);
	for (unsigned int i = 0U; i < BENCH_N; i++) {
		start = bench_now();
		end = bench_now();
		read_cost = MIN(read_cost, end - start);
	}
}

struct bench *bench_new(const char *name)
{
	struct bench *b = &results[num_results];

	if (num_results == MAX_RESULTS) {
		k_panic();
	}
	num_results++;
	*b = (struct bench){.name = name, .min = UINT64_MAX};
	return b;
}

void bench_sample(struct bench *b, uint64_t start, uint64_t end)
{
	bench_sample_raw(b, start, end - read_cost);
}

void bench_sample_raw(struct bench *b, uint64_t start, uint64_t end)
{
	uint64_t cost = end - start;

	b->sum += cost;
	b->min = MIN(b->min, cost);
	b->max = MAX(b->max, cost);
	b->n++;
}

void bench_loop(const char *name, uint64_t start, uint64_t end)
{
	struct bench *b = bench_new(name);

	b->sum = end - start - (read_cost == UINT64_MAX ? 0U : read_cost);
	b->n = BENCH_N;
	b->min = b->sum / b->n;
	b->max = b->min;
}

void bench_create(struct k_thread *t, k_thread_entry_t entry, void *arg)
{
	bool low = t == &bench_low;

	k_thread_create(t, low ? low_stack : high_stack, BENCH_STACK_SIZE, entry, arg, NULL, NULL,
			low ? BENCH_PRIO - 1 : BENCH_PRIO - 2, 0, K_FOREVER);
	(void)k_thread_cpu_pin(t, 0);
}

void bench_run_pair(k_thread_entry_t low, k_thread_entry_t high)
{
	bench_create(&bench_low, low, NULL);
	bench_create(&bench_high, high, NULL);
	k_thread_start(&bench_low);
	(void)k_thread_join(&bench_low, K_FOREVER);
	(void)k_thread_join(&bench_high, K_FOREVER);
}

void bench_print(void)
{
	printk("BENCH cycles_per_second %u\n", sys_clock_hw_cycles_per_sec());
	printk("BENCH cpus %u\n", arch_num_cpus());
	printk("BENCH counter_read_cost %u\n", (unsigned int)read_cost);
	for (size_t i = 0U; i < num_results; i++) {
		const struct bench *b = &results[i];
		uint64_t hundredths = b->sum * 100U / b->n;

		printk("BENCH %s mean=%u.%02u min=%u max=%u n=%u\n", b->name,
		       (unsigned int)(hundredths / 100U), (unsigned int)(hundredths % 100U),
		       (unsigned int)b->min, (unsigned int)b->max, b->n);
	}
}
