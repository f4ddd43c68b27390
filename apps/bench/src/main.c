/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The cost of the kernel's operations. `make bench` runs it and prints the table.
 */
#include "bench.h"

#include <zephyr/sys/poweroff.h>

static struct k_thread bench_thread_data;
static K_THREAD_STACK_DEFINE(bench_stack_area, BENCH_STACK_SIZE);

static void measure(void *p1, void *p2, void *p3)
{
	bench_calibrate();
	bench_yield();
	bench_irq();
	bench_thread();
	bench_sem();
	bench_mutex();
	bench_condvar();
	bench_queue();
	bench_stack();
	bench_msgq();
	bench_event();
	bench_memory();
	bench_poll();
	bench_timer();
	bench_work();
	bench_irq_whole();
	bench_timer_more();
}

int main(void)
{
	k_tid_t t = k_thread_create(&bench_thread_data, bench_stack_area, BENCH_STACK_SIZE, measure,
				    NULL, NULL, NULL, BENCH_PRIO, 0, K_FOREVER);

	(void)k_thread_name_set(t, "bench");
	(void)k_thread_cpu_pin(t, 0);
	/* Whatever starting up has left to print is to be out before the first measurement. */
	k_msleep(100);
	k_thread_start(t);
	(void)k_thread_join(t, K_FOREVER);
	bench_print();
	printk("BENCH END\n");
	sys_poweroff();
}
