/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A control task at 1 kHz beside busy threads on every CPU, and how late it wakes up.
 *
 * The task sleeps until absolute points of time, so a late wake-up does not move the next one. Its
 * latency is the time from the moment at which the kernel's timer was set to the moment at which
 * the task reads the counter: interrupt, timeout, thread switch. Each second one line says how it
 * went, in the end a histogram does.
 *
 * Under `-icount` (scripts/run --icount) a nanosecond is an instruction, and the figures are exact
 * and repeatable.
 */

#include <stdlib.h>
#include <string.h>

#include <zephyr/kernel.h>

#include "kernel/timeout.h"

#define RATE_HZ       1000
#define SECONDS       10
#define PERIOD_TICKS  (CONFIG_SYS_CLOCK_TICKS_PER_SEC / RATE_HZ)
#define TASK_PRIORITY K_PRIO_COOP(2)
#define LOAD_PRIORITY 10
#define STACK         4096

/* Latencies in counter cycles; the task writes, main reads what is complete. */
static uint32_t latency[SECONDS * RATE_HZ];
static K_SEM_DEFINE(second_done, 0, SECONDS);
static unsigned int missed;

static K_THREAD_STACK_DEFINE(task_stack, STACK);
static struct k_thread task_thread;
static K_THREAD_STACK_ARRAY_DEFINE(load_stacks, CONFIG_MP_MAX_NUM_CPUS, STACK);
static struct k_thread load_threads[CONFIG_MP_MAX_NUM_CPUS];
static volatile bool load_runs = true;
static struct k_mutex load_mutex;

/*
 * A motor with inertia and friction, and the PI controller that holds its speed. Floating point on
 * purpose.
 */
struct motor {
	float speed;
	float integral;
};

static void control_step(struct motor *m, float target)
{
	float error = target - m->speed;
	float drive;

	m->integral += error * 0.001f;
	drive = 4.0f * error + 20.0f * m->integral;
	m->speed += 0.001f * (drive - 0.5f * m->speed);
}

static void task(void *p1, void *p2, void *p3)
{
	struct motor *motor = p1;
	int64_t tick = k_uptime_ticks() + PERIOD_TICKS;

	for (size_t i = 0; i < ARRAY_SIZE(latency); i++, tick += PERIOD_TICKS) {
		k_sleep(K_TIMEOUT_ABS_TICKS(tick));
		latency[i] = (uint32_t)(k_cycle_get_64() - z_ticks_to_counter((uint64_t)tick));
		control_step(motor, 100.0f);
		if (k_uptime_ticks() >= tick + PERIOD_TICKS) {
			missed++;
		}
		if ((i + 1) % RATE_HZ == 0) {
			k_sem_give(&second_done);
		}
	}
}

/* What the rest of a system does: compute, and use the kernel's objects. */
static void load(void *p1, void *p2, void *p3)
{
	volatile float sum = 0.0f;

	(void)sum;
	while (load_runs) {
		for (int i = 1; i < 20000; i++) {
			sum += 1.0f / (float)i;
		}
		(void)k_mutex_lock(&load_mutex, K_FOREVER);
		(void)k_mutex_unlock(&load_mutex);
		k_yield();
	}
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static unsigned long ns(uint64_t cycles)
{
	return (unsigned long)k_cyc_to_ns_near64(cycles);
}

/* One line about n latencies, which are sorted on the way. */
static void summary(const char *what, uint32_t *values, size_t n)
{
	uint64_t sum = 0;

	qsort(values, n, sizeof(values[0]), by_value);
	for (size_t i = 0; i < n; i++) {
		sum += values[i];
	}
	printk("%s: %5zu wake-ups, latency in ns: min %lu, mean %lu, 99.9%% %lu, max %lu\n", what,
	       n, ns(values[0]), ns(sum / n), ns(values[n - 1 - n / 1000]), ns(values[n - 1]));
}

/* Ten rows per decade of sorted latencies; rows without any are left out. */
static void histogram(const uint32_t *values, size_t n)
{
	static const unsigned long steps[] = {100, 125, 150, 200, 250, 300, 400, 500, 600, 800};
	unsigned long scale = 1;
	unsigned long from = 0;
	size_t i = 0;

	printk("   from ns      below  wake-ups\n");
	for (size_t row = 0; i < n; row++) {
		unsigned long below = scale * steps[row % ARRAY_SIZE(steps)];
		size_t count = 0;

		while (i < n && ns(values[i]) < below) {
			count++;
			i++;
		}
		if (count > 0) {
			printk("%10lu %10lu %9zu\n", from, below, count);
		}
		from = below;
		if ((row + 1) % ARRAY_SIZE(steps) == 0) {
			scale *= 10;
		}
	}
}

int main(void)
{
	static uint32_t sorted[RATE_HZ];
	static struct motor motor;
	unsigned int cpus = arch_num_cpus();
	char what[16];

	printk("rt_demo: %d Hz control task at EL%d, %u CPU%s, each with a busy thread, for %d s\n",
	       RATE_HZ, ZVM_EL, cpus, cpus == 1 ? "" : "s", SECONDS);
	k_mutex_init(&load_mutex);
	for (unsigned int i = 0; i < cpus; i++) {
		k_thread_create(&load_threads[i], load_stacks[i], STACK, load, NULL, NULL, NULL,
				LOAD_PRIORITY, 0, K_NO_WAIT);
		k_thread_name_set(&load_threads[i], "load");
	}
	k_thread_create(&task_thread, task_stack, STACK, task, &motor, NULL, NULL, TASK_PRIORITY, 0,
			K_NO_WAIT);
	k_thread_name_set(&task_thread, "control");

	for (unsigned int s = 0; s < SECONDS; s++) {
		k_sem_take(&second_done, K_FOREVER);
		memcpy(sorted, &latency[(size_t)s * RATE_HZ], sizeof(sorted));
		snprintk(what, sizeof(what), "%4u s", s + 1);
		summary(what, sorted, RATE_HZ);
	}
	load_runs = false;
	k_thread_join(&task_thread, K_FOREVER);
	summary("   all", latency, ARRAY_SIZE(latency));
	histogram(latency, ARRAY_SIZE(latency));
	printk("rt_demo: %u deadlines missed, motor at %d of 100 turns; end\n", missed,
	       (int)(motor.speed + 0.5f));
	return 0;
}
