/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Real-time tasks of 1 kHz in an RTOS, and how late they wake up (the meter is apps/bench_host/src/rt_meter.c): first a
 * short measurement, then the whole one. Lines begin with RT; the last of each is RT done.
 */

#include <zephyr/kernel.h>

#include "apps/bench_host/src/rt_meter.h"

#define SHORT 125U

static int measure(const char *label, uint32_t periods)
{
	struct rt_plan plan = {
		.tasks = RT_TASKS, .periods = periods, .period = RT_PERIOD, .cpu = 0};
	int rc = rt_meter_start(&plan);

	rc = rc != 0 ? rc : rt_meter_end("RT", label);
	printk("RT done %s\n", label);
	return rc;
}

int main(void)
{
	printk("RT cycles_per_second %u\n", sys_clock_hw_cycles_per_sec());
	if (measure("short", SHORT) != 0 || measure("long", RT_PERIODS) != 0) {
		printk("RT error\n");
	}
	return 0;
}
