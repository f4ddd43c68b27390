/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests that were written for one CPU: every other CPU is kept busy by a thread of the best
 * priority that is pinned to it and waits for interrupts, which it takes. So a timer that was
 * started there still expires in time.
 */
#include <zephyr/ztest.h>

#if CONFIG_MP_MAX_NUM_CPUS > 1

#define HOLDERS (CONFIG_MP_MAX_NUM_CPUS - 1)

static struct k_thread holders[HOLDERS];
static K_THREAD_STACK_ARRAY_DEFINE(holder_stacks, HOLDERS, 1024);
static struct k_sem held;
static unsigned int running;

static void hold(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_sem_give(&held);
	while (true) {
		k_cpu_idle();
	}
}

void z_test_1cpu_start(void)
{
	unsigned int wanted = arch_num_cpus() - 1U;

	(void)k_sem_init(&held, 0U, HOLDERS);
	for (running = 0U; running < wanted; running++) {
		struct k_thread *holder = &holders[running];

		(void)k_thread_create(holder, holder_stacks[running],
				      K_THREAD_STACK_SIZEOF(holder_stacks[0]), hold, NULL, NULL,
				      NULL, K_HIGHEST_THREAD_PRIO, 0U, K_FOREVER);
		(void)k_thread_cpu_pin(holder, (int)running + 1);
		(void)k_thread_name_set(holder, "1cpu");
		k_thread_start(holder);
		(void)k_sem_take(&held, K_FOREVER);
	}
}

void z_test_1cpu_stop(void)
{
	while (running > 0U) {
		running--;
		k_thread_abort(&holders[running]);
	}
}

#else

void z_test_1cpu_start(void)
{
}

void z_test_1cpu_stop(void)
{
}

#endif

void ztest_simple_1cpu_before(void *data)
{
	ARG_UNUSED(data);
	z_test_1cpu_start();
}

void ztest_simple_1cpu_after(void *data)
{
	ARG_UNUSED(data);
	z_test_1cpu_stop();
}
