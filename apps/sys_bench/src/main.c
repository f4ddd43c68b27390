/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Runs all lines twice: with nothing else to do, and while a timer of 1 kHz runs, as in most applications. Results are
 * printed when all is measured. At the character MARK a hypervisor may say how often it was entered so far
 * (apps/exit_bench does).
 */
#include <zephyr/sys/poweroff.h>

#include "sys_bench.h"

#define PRIO       10
#define STACK_SIZE 4096
#define MARK       "\005"
/* Until a line of the console is out, and whoever reads it is done with it. */
#define SETTLE K_MSEC(20)

static const struct sys_line *const objects[] = {
	sem_lines, lifo_lines, fifo_lines, stack_lines, slab_lines,
};

enum { TICKLESS, WITH_TIMER, WAYS };
static const char *const way_names[WAYS] = {"tickless", "timer"};
static uint64_t ticks[WAYS][ARRAY_SIZE(objects)][SYS_LINES];
static uint32_t expired[WAYS][ARRAY_SIZE(objects)][SYS_LINES];

static K_THREAD_STACK_DEFINE(main_stack, STACK_SIZE);
static K_THREAD_STACK_DEFINE(other_stack, STACK_SIZE);
static struct k_thread main_thread;
static struct k_thread other_thread;
static struct k_timer timer;
static volatile uint32_t expirations;

static void expire(struct k_timer *t)
{
	expirations++;
}

static void run_other(void *entry, void *p2, void *p3)
{
	((const struct sys_line *)entry)->other();
}

static uint64_t measure(const struct sys_line *line)
{
	uint64_t start;
	uint64_t end;

	if (line->other != NULL) {
		k_thread_create(&other_thread, other_stack, STACK_SIZE, run_other, (void *)line,
				NULL, NULL, PRIO, 0, K_FOREVER);
		(void)k_thread_cpu_pin(&other_thread, 0);
		k_thread_start(&other_thread);
	}
	start = k_cycle_get_64();
	line->one();
	if (line->other != NULL) {
		(void)k_thread_join(&other_thread, K_FOREVER);
	}
	end = k_cycle_get_64();
	return end - start;
}

static void say(const char *what)
{
	printk("SYS mark %s" MARK "\n", what);
	k_sleep(SETTLE);
}

static void measure_all(void *p1, void *p2, void *p3)
{
	/* Between these two is what saying so takes by itself. */
	say("nothing");
	for (unsigned int way = 0U; way < WAYS; way++) {
		say(way_names[way]);
		if (way == WITH_TIMER) {
			k_timer_start(&timer, K_MSEC(1), K_MSEC(1));
		}
		for (size_t i = 0U; i < ARRAY_SIZE(objects); i++) {
			for (unsigned int j = 0U; j < SYS_LINES; j++) {
				uint32_t before = expirations;

				ticks[way][i][j] = measure(&objects[i][j]);
				expired[way][i][j] = expirations - before;
			}
		}
		k_timer_stop(&timer);
	}
	say("end");
}

static void print_all(void)
{
	printk("SYS cycles_per_second %u\n", sys_clock_hw_cycles_per_sec());
	for (unsigned int way = 0U; way < WAYS; way++) {
		for (size_t i = 0U; i < ARRAY_SIZE(objects); i++) {
			for (unsigned int j = 0U; j < SYS_LINES; j++) {
				printk("SYS %s %s ticks=%llu n=%u expired=%u\n", way_names[way],
				       objects[i][j].name, (unsigned long long)ticks[way][i][j],
				       SYS_BENCH_N, expired[way][i][j]);
			}
		}
	}
	printk("SYS END\n");
}

int main(void)
{
	k_tid_t t = k_thread_create(&main_thread, main_stack, STACK_SIZE, measure_all, NULL, NULL,
				    NULL, PRIO, 0, K_FOREVER);

	k_timer_init(&timer, expire, NULL);
	(void)k_thread_cpu_pin(t, 0);
	/* Whatever starting up has left to print is to be out before. */
	k_msleep(100);
	k_thread_start(t);
	(void)k_thread_join(t, K_FOREVER);
	print_all();
	sys_poweroff();
}
