/* SPDX-License-Identifier: Apache-2.0 */

#include "rt_meter.h"

#include <errno.h>
#include <stdlib.h>

#include <zephyr/kernel.h>

#include "kernel/timeout.h"

#define PRIORITY K_PRIO_COOP(2)
/* Pairs of a line. */
#define PAIRS 12U

static K_THREAD_STACK_DEFINE(stack, 4096);
static struct k_thread thread;
static struct rt_plan plan;
static uint32_t samples[RT_PERIODS_MAX];
static uint32_t missed;
static bool started;
static bool running;

static void task(void *p1, void *p2, void *p3)
{
	int64_t tick = k_uptime_ticks() + plan.period;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (uint32_t i = 0U; i < plan.periods; i++, tick += plan.period) {
		uint64_t late;

		k_sleep(K_TIMEOUT_ABS_TICKS(tick));
		late = k_cycle_get_64() - z_ticks_to_counter((uint64_t)tick);
		samples[i] = (uint32_t)MIN(late, UINT32_MAX);
		if (plan.note != NULL) {
			plan.note(samples[i]);
		}
		missed += k_uptime_ticks() >= tick + plan.period ? 1U : 0U;
	}
	__atomic_store_n(&running, false, __ATOMIC_RELEASE);
}

int rt_meter_start(const struct rt_plan *asked)
{
	if (started) {
		return -EBUSY;
	}
	if (asked->periods == 0U || asked->periods > RT_PERIODS_MAX || asked->period == 0U) {
		return -EINVAL;
	}
	plan = *asked;
	missed = 0U;
	started = true;
	running = true;
	k_thread_create(&thread, stack, K_THREAD_STACK_SIZEOF(stack), task, NULL, NULL, NULL,
			PRIORITY, 0U, K_FOREVER);
	(void)k_thread_name_set(&thread, "rt");
	(void)k_thread_cpu_pin(&thread, plan.cpu);
	k_thread_start(&thread);
	return 0;
}

bool rt_meter_running(void)
{
	return __atomic_load_n(&running, __ATOMIC_ACQUIRE);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Every value and how often it was there: samples are sorted. */
static void print_values(const char *prefix, const char *label)
{
	uint32_t pairs = 0U;

	for (uint32_t i = 0U, n; i < plan.periods; i += n, pairs++) {
		for (n = 1U; i + n < plan.periods && samples[i + n] == samples[i]; n++) {
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
	uint64_t sum = 0U;

	if (!started) {
		return -ENOENT;
	}
	(void)k_thread_join(&thread, K_FOREVER);
	started = false;
	qsort(samples, plan.periods, sizeof(samples[0]), by_value);
	for (uint32_t i = 0U; i < plan.periods; i++) {
		sum += samples[i];
	}
	printk("%s %s periods=%u period=%u missed=%u sum=%llu min=%u max=%u\n", prefix, label,
	       plan.periods, plan.period, missed, (unsigned long long)sum, samples[0],
	       samples[plan.periods - 1U]);
	print_values(prefix, label);
	return 0;
}
