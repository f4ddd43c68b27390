/* SPDX-License-Identifier: Apache-2.0 */

#include "rt_meter.h"

#include <errno.h>
#include <stdlib.h>

#include <zephyr/kernel.h>

#include "kernel/timeout.h"

#define PRIORITY K_PRIO_COOP(2)
/* Pairs of a line. */
#define PAIRS 12U

static K_THREAD_STACK_ARRAY_DEFINE(stacks, RT_TASKS_MAX, 4096);
static struct k_thread threads[RT_TASKS_MAX];
static struct rt_plan plan;
/* Of each task, one after the other. */
static __noinit uint32_t samples[RT_WAKEUPS_MAX];
static uint32_t missed;
static uint32_t running;
static bool started;

static void task(void *p1, void *p2, void *p3)
{
	uint32_t *sample = p1;
	int64_t tick = (int64_t)(uintptr_t)p2;

	ARG_UNUSED(p3);
	for (uint32_t i = 0U; i < plan.periods; i++, tick += plan.period) {
		uint64_t late;

		k_sleep(K_TIMEOUT_ABS_TICKS(tick));
		late = k_cycle_get_64() - z_ticks_to_counter((uint64_t)tick);
		sample[i] = (uint32_t)MIN(late, UINT32_MAX);
		if (plan.note != NULL) {
			plan.note(sample[i]);
		}
		/* One CPU, and cooperative: nobody else counts now. */
		missed += k_uptime_ticks() >= tick + plan.period ? 1U : 0U;
	}
	__atomic_fetch_sub(&running, 1U, __ATOMIC_RELEASE);
}

int rt_meter_start(const struct rt_plan *asked)
{
	int64_t first;

	if (started) {
		return -EBUSY;
	}
	if (asked->tasks == 0U || asked->tasks > RT_TASKS_MAX || asked->periods == 0U ||
	    asked->periods > RT_WAKEUPS_MAX / asked->tasks || asked->period == 0U) {
		return -EINVAL;
	}
	plan = *asked;
	missed = 0U;
	started = true;
	running = plan.tasks;
	first = k_uptime_ticks() + 2 * (int64_t)plan.period;
	for (uint32_t n = 0U; n < plan.tasks; n++) {
		int64_t tick = first + (int64_t)n * plan.period / plan.tasks;

		k_thread_create(&threads[n], stacks[n], K_THREAD_STACK_SIZEOF(stacks[n]), task,
				&samples[(size_t)n * plan.periods], (void *)(uintptr_t)tick, NULL,
				PRIORITY, 0U, K_FOREVER);
		(void)k_thread_name_set(&threads[n], "rt");
		(void)k_thread_cpu_pin(&threads[n], plan.cpu);
		k_thread_start(&threads[n]);
	}
	return 0;
}

bool rt_meter_running(void)
{
	return __atomic_load_n(&running, __ATOMIC_ACQUIRE) > 0U;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Every value and how often it was there: samples are sorted. */
static void print_values(const char *prefix, const char *label, uint32_t count)
{
	uint32_t pairs = 0U;

	for (uint32_t i = 0U, n; i < count; i += n, pairs++) {
		for (n = 1U; i + n < count && samples[i + n] == samples[i]; n++) {
		}
		if (pairs % PAIRS == 0U) {
			printk("%s%s-values %s", pairs > 0U ? "\n" : "", prefix, label);
		}
		printk(" %u:%u", samples[i], n);
	}
	printk("\n");
}

int rt_meter_end(const char *prefix, const char *label)
{
	uint32_t count = plan.tasks * plan.periods;
	uint64_t sum = 0U;

	if (!started) {
		return -ENOENT;
	}
	for (uint32_t n = 0U; n < plan.tasks; n++) {
		(void)k_thread_join(&threads[n], K_FOREVER);
	}
	started = false;
	qsort(samples, count, sizeof(samples[0]), by_value);
	for (uint32_t i = 0U; i < count; i++) {
		sum += samples[i];
	}
	printk("%s %s tasks=%u period=%u wakeups=%u missed=%u sum=%llu min=%u max=%u\n", prefix,
	       label, plan.tasks, plan.period, count, missed, (unsigned long long)sum, samples[0],
	       samples[count - 1U]);
	print_values(prefix, label, count);
	return 0;
}
