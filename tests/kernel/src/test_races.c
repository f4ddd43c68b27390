/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races with two sides that meet rarely, here made to meet: each test brings them to the very place.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "arch/arch.h"
#include "crew.h"
#include "invariants.h"

static struct k_sem sem_a;
static struct k_sem sem_b;
static volatile unsigned int count_a;
static volatile unsigned int count_b;
static volatile bool stop;

static void races_before(void *fixture)
{
	ARG_UNUSED(fixture);
	(void)k_sem_init(&sem_a, 0U, 10U);
	(void)k_sem_init(&sem_b, 0U, 10U);
	count_a = 0U;
	count_b = 0U;
	stop = false;
	k_thread_priority_set(k_current_get(), K_PRIO_PREEMPT(5));
}

static void races_after(void *fixture)
{
	stop = true;
	crew_end(fixture);
}

ZTEST_SUITE(races, NULL, NULL, races_before, races_after, NULL);

static bool comes_true(const volatile unsigned int *value, unsigned int wanted)
{
	uint64_t start = k_cycle_get_64();

	while (*value < wanted) {
		if (k_cycle_get_64() - start > 5ULL * sys_clock_hw_cycles_per_sec()) {
			return false;
		}
		arch_spin_relax();
	}
	return true;
}

static void counts_a(void *p1, void *p2, void *p3)
{
	(void)k_sem_take(&sem_a, K_FOREVER);
	count_a++;
}

static void counts_b(void *p1, void *p2, void *p3)
{
	(void)k_sem_take(&sem_b, K_FOREVER);
	count_b++;
}

static void spins(void *p1, void *p2, void *p3)
{
	while (!stop) {
		arch_spin_relax();
	}
}

/* Threads 1 to 3 of the crew keep all CPUs but the first one busy with something of little urgency. */
static bool others_busy(void)
{
	unsigned int cpus = arch_num_cpus();

	for (unsigned int i = 1U; i < cpus && i < 4U; i++) {
		crew_start_on(i, spins, NULL, NULL, K_PRIO_PREEMPT(9), i);
	}
	return cpus > 1U && cpus <= 4U;
}

static void displaces(void *p1, void *p2, void *p3)
{
	unsigned int key;

	/* The thread that started this one has time to wait for it. */
	k_busy_wait(300U);
	key = arch_irq_lock();
	/* About to run here, when interrupts are open again; then a better one takes its place. */
	k_sem_give(&sem_a);
	k_sem_give(&sem_b);
	invariants_check(NULL, 0U);
	*(volatile bool *)p1 = comes_true(&count_a, 1U);
	arch_irq_unlock(key);
}

ZTEST(races, test_displaced_runs_elsewhere)
{
	static volatile bool ran;

	if (!others_busy()) {
		ztest_test_skip();
	}
	/* Both ran on CPU 0 last, and go back there if they can. */
	crew_start_on(5, counts_a, NULL, NULL, K_PRIO_PREEMPT(4), 0);
	crew_start_on(6, counts_b, NULL, NULL, K_PRIO_PREEMPT(3), 0);
	crew_await_blocked(5);
	crew_await_blocked(6);
	zassert_ok(k_thread_cpu_mask_enable_all(crew_thread(5)));
	zassert_ok(k_thread_cpu_mask_enable_all(crew_thread(6)));
	ran = false;
	invariants_reset();
	crew_start_on(4, displaces, (void *)&ran, NULL, K_PRIO_PREEMPT(6), 0);
	crew_await_end(4);
	zassert_true(ran, "a thread waited although a CPU ran a less urgent one");
	zassert_is_null(invariants_fault(), "%s", invariants_fault());
}

/* ---- interrupts masked ------------------------------------------------------------------------ */

static void gives_masked(void *p1, void *p2, void *p3)
{
	unsigned int key = arch_irq_lock();

	k_sem_give(&sem_a);
	*(volatile unsigned int *)p1 = count_a;
	arch_irq_unlock(key);
	*(volatile unsigned int *)p2 = count_a;
}

ZTEST(races, test_switch_when_interrupts_open)
{
	static volatile unsigned int masked, open;

	masked = open = 7U;
	crew_start_on(0, counts_a, NULL, NULL, K_PRIO_PREEMPT(4), 0);
	crew_await_blocked(0);
	crew_start_on(1, gives_masked, (void *)&masked, (void *)&open, K_PRIO_PREEMPT(6), 0);
	crew_await_end(1);
	zassert_equal(masked, 0U);
	zassert_equal(open, 1U, "the better thread did not come when interrupts were open again");
}

static void yields_with_lock(void *p1, void *p2, void *p3)
{
	for (int i = 0; i < 5; i++) {
		unsigned int key = irq_lock();

		(*(volatile unsigned int *)p1)++;
		k_yield();
		irq_unlock(key);
	}
}

ZTEST(races, test_yield_lets_go_of_irq_lock)
{
	crew_start_on(0, yields_with_lock, (void *)&count_a, NULL, K_PRIO_PREEMPT(6), 0);
	crew_start_on(1, yields_with_lock, (void *)&count_b, NULL, K_PRIO_PREEMPT(6), 0);
	crew_await_end(0);
	crew_await_end(1);
	zassert_equal(count_a + count_b, 10U);
}

static void wants_irq_lock(void *p1, void *p2, void *p3)
{
	unsigned int key;

	count_a = 1U;
	key = irq_lock();
	irq_unlock(key);
	(void)k_sleep(K_FOREVER);
}

static void aborts_with_irq_lock(void *p1, void *p2, void *p3)
{
	unsigned int key = irq_lock();

	count_b = 1U;
	(void)comes_true(&count_a, 1U);
	k_busy_wait(20U);
	k_thread_abort(crew_thread(1));
	irq_unlock(key);
}

ZTEST(races, test_abort_of_one_that_wants_irq_lock)
{
	if (arch_num_cpus() < 2U) {
		ztest_test_skip();
	}
	crew_start_on(0, aborts_with_irq_lock, NULL, NULL, K_PRIO_PREEMPT(4), 0);
	zassert_true(comes_true(&count_b, 1U));
	crew_start_on(1, wants_irq_lock, NULL, NULL, K_PRIO_PREEMPT(4), 1);
	crew_await_end(0);
	crew_await_end(1);
}

/* ---- interrupt handlers that stop threads ----------------------------------------------------- */

static void suspends(const void *parameter)
{
	k_tid_t other = (k_tid_t)(uintptr_t)parameter;
	volatile unsigned int *mine = other == crew_thread(1) ? &count_a : &count_b;
	volatile unsigned int *theirs = other == crew_thread(1) ? &count_b : &count_a;

	*mine = 1U;
	(void)comes_true(theirs, 1U);
	k_thread_suspend(other);
}

static void suspends_in_isr(void *p1, void *p2, void *p3)
{
	irq_offload(suspends, p1);
}

ZTEST(races, test_handlers_suspend_each_others_threads)
{
	if (arch_num_cpus() < 2U) {
		ztest_test_skip();
	}
	crew_start_on(0, suspends_in_isr, crew_thread(1), NULL, K_PRIO_PREEMPT(4), 0);
	crew_start_on(1, suspends_in_isr, crew_thread(0), NULL, K_PRIO_PREEMPT(4), 1);
	for (int i = 0; i < 2; i++) {
		zassert_true(comes_true(&count_a, 1U) && comes_true(&count_b, 1U));
		k_usleep(2000);
		k_thread_resume(crew_thread(0));
		k_thread_resume(crew_thread(1));
	}
	crew_await_end(0);
	crew_await_end(1);
}

/* Out of line: what k_current_get() says changes in between. */
static void __noinline aborts_interrupted(void)
{
	k_thread_abort(k_current_get());
}

static void __noinline changes_interrupted(void)
{
	k_thread_priority_set(k_current_get(), 3);
	k_thread_suspend(k_current_get());
}

static void aborts_twice(const void *parameter)
{
	ARG_UNUSED(parameter);
	aborts_interrupted();
	aborts_interrupted();
	changes_interrupted();
	count_a++;
}

static void ends_in_isr(void *p1, void *p2, void *p3)
{
	irq_offload(aborts_twice, NULL);
	count_a += 100U;
}

ZTEST(races, test_handler_aborts_twice)
{
	for (int i = 0; i < 3; i++) {
		crew_start(0, ends_in_isr, NULL, NULL, K_PRIO_PREEMPT(4));
		crew_await_end(0);
	}
	(void)comes_true(&count_a, 3U);
	zassert_equal(count_a, 3U);
}

/* ---- a cycle of mutexes ----------------------------------------------------------------------- */

static struct k_mutex m1, m2, m3;

static void check(void)
{
	struct k_thread *const threads[] = {crew_thread(0), crew_thread(1), crew_thread(2)};

	invariants_check(threads, ARRAY_SIZE(threads));
}

/* Owns m2 and m3, wants m1. */
static void cycle_t(void *p1, void *p2, void *p3)
{
	(void)k_mutex_lock(&m2, K_FOREVER);
	(void)k_mutex_lock(&m3, K_FOREVER);
	k_usleep(1000);
	*(volatile int *)p1 = k_mutex_lock(&m1, K_MSEC(8));
	if (*(volatile int *)p1 == 0) {
		(void)k_mutex_unlock(&m1);
	}
	check();
	k_usleep(1000);
	check();
	(void)k_mutex_unlock(&m3);
	(void)k_mutex_unlock(&m2);
}

/* Owns m1, wants m2. */
static void cycle_o(void *p1, void *p2, void *p3)
{
	(void)k_mutex_lock(&m1, K_FOREVER);
	*(volatile int *)p1 = k_mutex_lock(&m2, K_FOREVER);
	(void)k_mutex_unlock(&m2);
	(void)k_mutex_unlock(&m1);
}

/* Lends its priority to all of the cycle, for a while. */
static void cycle_x(void *p1, void *p2, void *p3)
{
	*(volatile int *)p1 = k_mutex_lock(&m3, K_MSEC(2));
	if (*(volatile int *)p1 == 0) {
		(void)k_mutex_unlock(&m3);
	}
}

ZTEST(races, test_cycle_of_mutexes_ends_with_timeout)
{
	static volatile int got[3];

	(void)k_mutex_init(&m1);
	(void)k_mutex_init(&m2);
	(void)k_mutex_init(&m3);
	got[0] = got[1] = got[2] = 1;
	invariants_reset();
	crew_start_on(0, cycle_t, (void *)&got[0], NULL, K_PRIO_PREEMPT(7), 0);
	k_usleep(300);
	crew_start_on(1, cycle_o, (void *)&got[1], NULL, K_PRIO_PREEMPT(8), 0);
	k_usleep(2000);
	crew_start_on(2, cycle_x, (void *)&got[2], NULL, K_PRIO_PREEMPT(1), 0);
	for (unsigned int i = 0U; i < 3U; i++) {
		crew_await_end(i);
	}
	check();
	zassert_is_null(invariants_fault(), "%s", invariants_fault());
	/* Where the host is busy, times may be others. */
	zassert_true(got[0] <= 0 && got[1] == 0 && got[2] <= 0);
}

/* ---- a thread pinned to a CPU that is yet to come up ------------------------------------------ */

static struct k_thread early_thread;
static K_THREAD_STACK_DEFINE(early_stack, 4096);
static volatile unsigned int early_ran;

static void early(void *p1, void *p2, void *p3)
{
	early_ran = 1U;
}

static int early_create(void)
{
	k_tid_t t = k_thread_create(&early_thread, early_stack, K_THREAD_STACK_SIZEOF(early_stack),
				    early, NULL, NULL, NULL, K_PRIO_PREEMPT(4), 0, K_FOREVER);

	(void)k_thread_cpu_pin(t, 1);
	k_thread_start(t);
	return 0;
}
SYS_INIT(early_create, APPLICATION, 0);

ZTEST(races, test_thread_for_a_cpu_to_come)
{
	zassert_true(comes_true(&early_ran, 1U), "pinned before its CPU came up, it does not run");
}
