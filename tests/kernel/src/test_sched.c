/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scheduler: priorities, preemption, yielding, deadlines, time slices, CPU masks, locking.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

#include "arch/arch.h"
#include "crew.h"
#include "kernel/cpu.h"

static char sched_order[32];
static atomic_t sched_len;
static volatile unsigned int sched_count;
static K_SEM_DEFINE(sched_sem, 0, 100);

static void sched_note(unsigned int i)
{
	long at = atomic_inc(&sched_len);

	if (at < (long)sizeof(sched_order) - 1) {
		sched_order[at] = (char)('0' + i);
	}
}

/* Most of these tests are about the order on one CPU: the others are kept busy. */
static void sched_before(void *data)
{
	ARG_UNUSED(data);
	atomic_set(&sched_len, 0);
	(void)memset(sched_order, 0, sizeof(sched_order));
	sched_count = 0U;
	k_sem_reset(&sched_sem);
	z_test_1cpu_start();
	k_thread_priority_set(k_current_get(), K_PRIO_PREEMPT(5));
}

static void sched_after(void *data)
{
	crew_end(data);
	z_test_1cpu_stop();
	k_sched_time_slice_set(0, 0);
}

ZTEST_SUITE(sched_1cpu, NULL, NULL, sched_before, sched_after, NULL);
ZTEST_SUITE(sched_smp, NULL, NULL, NULL, crew_end, NULL);

static void sched_notes(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	sched_note((unsigned int)(uintptr_t)p3);
}

static void sched_notes_and_yields(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	for (int n = 0; n < 3; n++) {
		sched_note((unsigned int)(uintptr_t)p3);
		k_yield();
	}
}

/* Waits for the end of the first threads of the crew. */
static void sched_finish(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		crew_await_end(i);
	}
}

static void sched_all_blocked(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		crew_await_blocked(i);
	}
}

/* ---- priorities ---------------------------------------------------------------------- */

ZTEST(sched_1cpu, test_better_preempts)
{
	crew_start(0, sched_notes, NULL, NULL, K_PRIO_PREEMPT(6));
	zassert_equal(atomic_get(&sched_len), 0, "a worse one does not preempt");
	crew_start(1, sched_notes, NULL, NULL, K_PRIO_PREEMPT(5));
	zassert_equal(atomic_get(&sched_len), 0, "nor does an equal one");
	crew_start(2, sched_notes, NULL, NULL, K_PRIO_PREEMPT(4));
	zassert_str_equal(sched_order, "2");
	crew_start(3, sched_notes, NULL, NULL, K_PRIO_COOP(0));
	zassert_str_equal(sched_order, "23");
	sched_finish(4);
	zassert_str_equal(sched_order, "2310", "then by priority");
}

ZTEST(sched_1cpu, test_coop_is_not_preempted)
{
	k_thread_priority_set(k_current_get(), K_PRIO_COOP(10));
	zassert_false(k_is_preempt_thread());
	crew_start(0, sched_notes, NULL, NULL, K_PRIO_COOP(0));
	zassert_equal(atomic_get(&sched_len), 0);
	k_yield();
	zassert_str_equal(sched_order, "0", "it yields to a better one");
	k_thread_priority_set(k_current_get(), K_PRIO_PREEMPT(5));
	zassert_true(k_is_preempt_thread());
}

ZTEST(sched_1cpu, test_fifo_within_priority)
{
	for (unsigned int i = 0; i < 5U; i++) {
		crew_start(i, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));
	}
	sched_finish(5);
	zassert_str_equal(sched_order, "01234");
}

ZTEST(sched_1cpu, test_yield_rotates)
{
	for (unsigned int i = 0; i < 3U; i++) {
		crew_start(i, sched_notes_and_yields, NULL, NULL, K_PRIO_PREEMPT(7));
	}
	sched_finish(3);
	zassert_str_equal(sched_order, "012012012");
}

ZTEST(sched_1cpu, test_yield_not_to_worse)
{
	crew_start(0, sched_notes, NULL, NULL, K_PRIO_PREEMPT(6));
	k_yield();
	zassert_equal(atomic_get(&sched_len), 0);
}

ZTEST(sched_1cpu, test_priority_set)
{
	k_tid_t t = crew_start(0, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));

	zassert_equal(k_thread_priority_get(t), K_PRIO_PREEMPT(7));
	crew_start(1, sched_notes, NULL, NULL, K_PRIO_PREEMPT(6));
	k_thread_priority_set(t, K_PRIO_PREEMPT(4));
	zassert_str_equal(sched_order, "0", "a better priority preempts at once");
	/* The current thread makes itself the worst. */
	k_thread_priority_set(k_current_get(), K_PRIO_PREEMPT(9));
	zassert_str_equal(sched_order, "01");
}

static void sched_waits(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	(void)k_sem_take(&sched_sem, K_FOREVER);
	sched_note((unsigned int)(uintptr_t)p3);
}

ZTEST(sched_1cpu, test_waiters_by_priority)
{
	static const int prios[] = {8, 6, 9, 7};

	for (unsigned int i = 0; i < 4U; i++) {
		crew_start(i, sched_waits, NULL, NULL, K_PRIO_PREEMPT(prios[i]));
	}
	sched_all_blocked(4);
	/* A waiter whose priority changes moves to where it belongs. */
	k_thread_priority_set(crew_thread(2), K_PRIO_PREEMPT(5));
	for (unsigned int i = 0; i < 4U; i++) {
		k_sem_give(&sched_sem);
	}
	sched_finish(4);
	zassert_str_equal(sched_order, "2130");
}

static void sched_isr_give(const void *arg)
{
	ARG_UNUSED(arg);
	k_sem_give(&sched_sem);
	/* The interrupt goes on: the thread comes when it ends. */
	sched_note(9);
}

ZTEST(sched_1cpu, test_preempted_at_isr_end)
{
	crew_start(1, sched_waits, NULL, NULL, K_PRIO_PREEMPT(4));
	irq_offload(sched_isr_give, NULL);
	sched_note(5);
	zassert_str_equal(sched_order, "915");
}

/* ---- locking ------------------------------------------------------------------------- */

ZTEST(sched_1cpu, test_sched_lock)
{
	k_sched_lock();
	k_sched_lock();
	zassert_false(k_is_preempt_thread());
	crew_start(0, sched_notes, NULL, NULL, K_PRIO_PREEMPT(4));
	irq_offload(sched_isr_give, NULL);
	zassert_str_equal(sched_order, "9");
	k_sched_unlock();
	zassert_str_equal(sched_order, "9", "it nests");
	k_sched_unlock();
	zassert_str_equal(sched_order, "90");
}

ZTEST(sched_1cpu, test_sched_lock_and_sleep)
{
	k_sched_lock();
	crew_start(0, sched_notes, NULL, NULL, K_PRIO_PREEMPT(9));
	crew_await_end(0);
	zassert_str_equal(sched_order, "0", "a locked thread that blocks lets others run");
	crew_start(1, sched_notes, NULL, NULL, K_PRIO_PREEMPT(4));
	zassert_str_equal(sched_order, "0", "and is locked when it comes back");
	k_sched_unlock();
	zassert_str_equal(sched_order, "01");
}

ZTEST(sched_1cpu, test_irq_lock_keeps_running)
{
	unsigned int key = irq_lock();

	crew_start(0, sched_notes, NULL, NULL, K_PRIO_PREEMPT(4));
	zassert_equal(atomic_get(&sched_len), 0, "no switch with interrupts masked");
	irq_unlock(key);
	crew_await_end(0);
	zassert_str_equal(sched_order, "0");
}

ZTEST(sched_1cpu, test_is_in_isr)
{
	zassert_false(k_is_in_isr());
	zassert_true(k_can_yield());
	zassert_false(k_is_pre_kernel());
	zassert_true(k_is_preempt_thread());
}

/* ---- deadlines ----------------------------------------------------------------------- */

ZTEST(sched_1cpu, test_deadline_order)
{
	static const int deadlines[] = {900000, 300000, 600000, 100000};

	for (unsigned int i = 0; i < 4U; i++) {
		crew_start(i, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));
		k_thread_deadline_set(crew_thread(i), deadlines[i]);
	}
	crew_start(4, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));
	crew_start(5, sched_notes, NULL, NULL, K_PRIO_PREEMPT(6));
	sched_finish(6);
	zassert_str_equal(sched_order, "531204", "priority, then deadline, then none");
}

static void sched_waits_with_deadline(void *p1, void *p2, void *p3)
{
	k_thread_deadline_set(k_current_get(), POINTER_TO_INT(p1));
	sched_waits(p1, p2, p3);
}

ZTEST(sched_1cpu, test_deadline_of_waiters)
{
	static const int deadlines[] = {90000000, 30000000, 60000000};

	for (unsigned int i = 0; i < 3U; i++) {
		crew_start(i, sched_waits_with_deadline, INT_TO_POINTER(deadlines[i]), NULL,
			   K_PRIO_PREEMPT(7));
	}
	sched_all_blocked(3);
	for (unsigned int i = 0; i < 3U; i++) {
		k_sem_give(&sched_sem);
	}
	sched_finish(3);
	zassert_str_equal(sched_order, "120");
}

/* ---- time slices --------------------------------------------------------------------- */

static volatile unsigned int sched_turns;
static volatile unsigned int sched_last_runner;

static void sched_takes_turns(void *p1, void *p2, void *p3)
{
	unsigned int me = (unsigned int)(uintptr_t)p3 + 1U;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	while (sched_turns < 12U) {
		if (sched_last_runner != me) {
			sched_last_runner = me;
			sched_turns++;
		}
		arch_spin_relax();
	}
}

ZTEST(sched_1cpu, test_slices)
{
	int64_t start = k_uptime_ticks();

	sched_turns = 0U;
	sched_last_runner = 0U;
	k_sched_time_slice_set(1, K_PRIO_PREEMPT(6));
	for (unsigned int i = 0; i < 3U; i++) {
		crew_start(i, sched_takes_turns, NULL, NULL, K_PRIO_PREEMPT(7));
	}
	for (unsigned int i = 0; i < 3U; i++) {
		crew_await_end(i);
	}
	zassert_true(sched_turns >= 12U);
	zassert_true(k_uptime_ticks() - start >= 9000, "slices of %d us",
		     (int)(k_uptime_ticks() - start) / 12);
}

static void sched_runs_long(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	k_busy_wait(4000);
	sched_note((unsigned int)(uintptr_t)p3);
}

ZTEST(sched_1cpu, test_no_slices)
{
	k_sched_time_slice_set(0, 0);
	for (unsigned int i = 0; i < 3U; i++) {
		crew_start(i, sched_runs_long, NULL, NULL, K_PRIO_PREEMPT(7));
	}
	sched_finish(3);
	zassert_str_equal(sched_order, "012", "each runs to its end");
}

ZTEST(sched_1cpu, test_slices_spare_urgent)
{
	/* Slices are for priority 8 and worse; these are at 7. */
	k_sched_time_slice_set(1, K_PRIO_PREEMPT(8));
	crew_start(0, sched_runs_long, NULL, NULL, K_PRIO_PREEMPT(7));
	crew_start(1, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));
	sched_finish(2);
	zassert_str_equal(sched_order, "01");
}

static void sched_interrupts_often(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (sched_turns < 12U) {
		k_usleep(400);
	}
}

/* An urgent thread whose period is shorter than a slice: it must not give the one it preempts a new slice each time. */
ZTEST(sched_1cpu, test_slices_go_on_after_preemption)
{
	sched_turns = 0U;
	sched_last_runner = 0U;
	k_sched_time_slice_set(1, K_PRIO_PREEMPT(6));
	crew_start(0, sched_interrupts_often, NULL, NULL, K_PRIO_PREEMPT(3));
	for (unsigned int i = 1; i < 3U; i++) {
		crew_start(i, sched_takes_turns, NULL, NULL, K_PRIO_PREEMPT(7));
	}
	for (unsigned int i = 0; i < 3U; i++) {
		crew_await_end(i);
	}
	zassert_true(sched_turns >= 12U);
}

static volatile unsigned int sched_expired;

static void sched_slice_ended(struct k_thread *t, void *data)
{
	if (t == data && k_is_in_isr()) {
		sched_expired++;
	}
}

ZTEST(sched_1cpu, test_slice_of_thread)
{
	k_sched_time_slice_set(0, 0);
	sched_expired = 0U;
	crew_start(0, sched_runs_long, NULL, NULL, K_PRIO_PREEMPT(7));
	k_thread_time_slice_set(crew_thread(0), 1000, sched_slice_ended, crew_thread(0));
	crew_start(1, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));
	sched_finish(2);
	zassert_str_equal(sched_order, "10", "the slice of one thread ended");
	zassert_true(sched_expired >= 1U);
}

static volatile uint64_t sched_interrupts;

static void sched_counts_interrupts(void *p1, void *p2, void *p3)
{
	uint64_t before = arch_cpu()->interrupts;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_busy_wait(20000);
	sched_interrupts = arch_cpu()->interrupts - before;
}

/* Nobody else could have the CPU: slices of 1 ms would interrupt 20 times for nothing. */
ZTEST(sched_1cpu, test_no_slice_for_one_alone)
{
	k_sched_time_slice_set(1, K_PRIO_PREEMPT(6));
	crew_start(0, sched_counts_interrupts, NULL, NULL, K_PRIO_PREEMPT(7));
	sched_finish(1);
	zassert_true(sched_interrupts <= 3U, "%u interrupts", (unsigned int)sched_interrupts);
}

static void sched_waits_and_notes(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	(void)k_sem_take(&sched_sem, K_FOREVER);
	sched_note((unsigned int)(uintptr_t)p3);
}

static void sched_gives(struct k_timer *timer)
{
	ARG_UNUSED(timer);
	k_sem_give(&sched_sem);
}

static K_TIMER_DEFINE(sched_gives_later, sched_gives, NULL);

static void sched_runs_longer(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	k_busy_wait(50000);
	sched_note((unsigned int)(uintptr_t)p3);
}

/* A slice that had not begun begins when an equal becomes ready. */
ZTEST(sched_1cpu, test_slice_begins_when_an_equal_comes)
{
	k_sched_time_slice_set(1, K_PRIO_PREEMPT(6));
	crew_start(1, sched_waits_and_notes, NULL, NULL, K_PRIO_PREEMPT(7));
	k_msleep(1);
	crew_start(0, sched_runs_longer, NULL, NULL, K_PRIO_PREEMPT(7));
	k_timer_start(&sched_gives_later, K_MSEC(5), K_NO_WAIT);
	sched_finish(2);
	zassert_str_equal(sched_order, "10", "the second had its turn before the first had ended");
}

/* Or when the one that runs becomes the equal of one that waits. */
ZTEST(sched_1cpu, test_slice_begins_when_priorities_become_equal)
{
	k_sched_time_slice_set(1, K_PRIO_PREEMPT(6));
	crew_start(0, sched_runs_longer, NULL, NULL, K_PRIO_PREEMPT(6));
	crew_start(1, sched_notes, NULL, NULL, K_PRIO_PREEMPT(7));
	k_msleep(5);
	k_thread_priority_set(crew_thread(0), K_PRIO_PREEMPT(7));
	sched_finish(2);
	zassert_str_equal(sched_order, "10");
}

/* ---- several CPUs -------------------------------------------------------------------- */

static atomic_t sched_cpus_seen;

static void sched_spins_until_all(void *p1, void *p2, void *p3)
{
	int64_t end = k_uptime_ticks() + 1000000;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_sched_lock();
	(void)atomic_or(&sched_cpus_seen, (atomic_val_t)1 << arch_curr_cpu_id());
	k_sched_unlock();
	while (atomic_get(&sched_cpus_seen) != (1 << arch_num_cpus()) - 1 &&
	       k_uptime_ticks() < end) {
		arch_spin_relax();
	}
}

ZTEST(sched_smp, test_threads_spread)
{
	unsigned int n = MIN(arch_num_cpus(), CREW_SIZE);

	atomic_set(&sched_cpus_seen, 0);
	for (unsigned int i = 0; i < n; i++) {
		crew_start(i, sched_spins_until_all, NULL, NULL, K_PRIO_PREEMPT(8));
	}
	for (unsigned int i = 0; i < n; i++) {
		crew_await_end(i);
	}
	if (arch_num_cpus() <= CREW_SIZE) {
		zassert_equal(atomic_get(&sched_cpus_seen), (1 << arch_num_cpus()) - 1);
	}
}

static volatile unsigned int sched_ran_on;

static void sched_tells_cpu(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (int i = 0; i < 20; i++) {
		k_usleep(20);
		sched_ran_on |= 1U << arch_curr_cpu_id();
	}
}

static volatile bool sched_stay;

static void sched_tells_cpu_and_stays(void *p1, void *p2, void *p3)
{
	sched_tells_cpu(p1, p2, p3);
	while (sched_stay) {
		arch_spin_relax();
	}
}

ZTEST(sched_smp, test_pin)
{
	for (unsigned int cpu = 0; cpu < arch_num_cpus(); cpu++) {
		sched_ran_on = 0U;
		sched_stay = true;
		crew_start_on(0, sched_tells_cpu_and_stays, NULL, NULL, K_PRIO_PREEMPT(4), cpu);
		/* Where it sleeps, its mask may change: refused is a change while it is ready or runs. */
		while (k_thread_cpu_pin(crew_thread(0), (int)cpu) == 0) {
			k_usleep(20);
		}
		zassert_equal(k_thread_cpu_pin(crew_thread(0), 99), -EINVAL);
		sched_stay = false;
		crew_await_end(0);
		zassert_equal(sched_ran_on, 1U << cpu);
	}
}

static K_THREAD_STACK_DEFINE(sched_mask_stack, 4096);
static struct k_thread sched_mask_thread;

ZTEST(sched_smp, test_mask)
{
	k_tid_t t = k_thread_create(&sched_mask_thread, sched_mask_stack,
				    K_THREAD_STACK_SIZEOF(sched_mask_stack), sched_tells_cpu, NULL,
				    NULL, NULL, K_PRIO_PREEMPT(4), 0, K_FOREVER);
	int last = (int)arch_num_cpus() - 1;

	zassert_equal(k_thread_cpu_mask_enable(t, 99), -EINVAL);
	zassert_equal(k_thread_cpu_mask_disable(t, -1), -EINVAL);
	zassert_equal(k_thread_cpu_pin(t, 99), -EINVAL);
	zassert_ok(k_thread_cpu_mask_enable_all(t));
	zassert_ok(k_thread_cpu_mask_clear(t));
	zassert_ok(k_thread_cpu_mask_enable(t, last));
	sched_ran_on = 0U;
	k_thread_start(t);
	zassert_equal(k_thread_cpu_mask_clear(t), -EINVAL);
	zassert_ok(k_thread_join(t, K_FOREVER));
	zassert_equal(sched_ran_on, 1U << last);
}

ZTEST(sched_smp, test_no_cpu_at_all)
{
	k_tid_t t = k_thread_create(&sched_mask_thread, sched_mask_stack,
				    K_THREAD_STACK_SIZEOF(sched_mask_stack), sched_tells_cpu, NULL,
				    NULL, NULL, K_PRIO_PREEMPT(4), 0, K_FOREVER);

	zassert_ok(k_thread_cpu_mask_clear(t));
	sched_ran_on = 0U;
	k_thread_start(t);
	k_msleep(1);
	zassert_equal(sched_ran_on, 0U, "it may run nowhere");
	k_thread_priority_set(t, K_PRIO_PREEMPT(2));
	k_thread_suspend(t);
	zassert_ok(k_thread_cpu_mask_enable(t, 0));
	k_thread_resume(t);
	zassert_ok(k_thread_join(t, K_SECONDS(60)));
	zassert_equal(sched_ran_on, 1U);

	(void)k_thread_create(t, sched_mask_stack, K_THREAD_STACK_SIZEOF(sched_mask_stack),
			      sched_tells_cpu, NULL, NULL, NULL, K_PRIO_PREEMPT(4), 0, K_FOREVER);
	zassert_ok(k_thread_cpu_mask_clear(t));
	k_thread_start(t);
	k_thread_abort(t);
	zassert_ok(k_thread_join(t, K_NO_WAIT));
}

static volatile bool sched_go_on;

static void sched_spins(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (sched_go_on) {
		unsigned int key = arch_irq_lock();

		/* It can not be moved between the two. */
		sched_ran_on |= 1U << arch_curr_cpu_id();
		arch_irq_unlock(key);
		arch_spin_relax();
	}
}

/* From CPU to CPU: a suspended thread may be given another mask. */
ZTEST(sched_smp, test_migrate)
{
	sched_go_on = true;
	crew_start_on(0, sched_spins, NULL, NULL, K_PRIO_PREEMPT(8), 0);
	for (int round = 0; round < 3; round++) {
		for (unsigned int cpu = 0; cpu < arch_num_cpus(); cpu++) {
			k_thread_suspend(crew_thread(0));
			zassert_ok(k_thread_cpu_pin(crew_thread(0), (int)cpu));
			sched_ran_on = 0U;
			k_thread_resume(crew_thread(0));
			while (sched_ran_on == 0U) {
				k_usleep(50);
			}
			zassert_equal(sched_ran_on, 1U << cpu);
		}
	}
	sched_go_on = false;
	crew_await_end(0);
}

/* The N best of many ready threads run on N CPUs, whoever made them ready and where. */
static void sched_marks_running(void *p1, void *p2, void *p3)
{
	unsigned int me = (unsigned int)(uintptr_t)p3;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	while (sched_go_on) {
		(void)atomic_or(&sched_cpus_seen, (atomic_val_t)1 << me);
		arch_spin_relax();
	}
}

ZTEST(sched_smp, test_best_run)
{
	unsigned int cpus = arch_num_cpus();
	unsigned int n = MIN(CREW_SIZE, cpus + 2U);
	atomic_val_t best = ((1 << cpus) - 1) << (n - cpus);

	if (cpus >= CREW_SIZE) {
		ztest_test_skip();
	}
	sched_go_on = true;
	atomic_set(&sched_cpus_seen, 0);
	/* The worst first: each next one is better, and drives the worst away. */
	for (unsigned int i = 0; i < n; i++) {
		crew_start(i, sched_marks_running, NULL, NULL, K_PRIO_PREEMPT(12 - (int)i));
	}
	/* An emulated CPU may take its time to hear of it. */
	for (int i = 0; i < 100 && atomic_get(&sched_cpus_seen) != best; i++) {
		atomic_set(&sched_cpus_seen, 0);
		k_msleep(2 + i);
	}
	zassert_equal(atomic_get(&sched_cpus_seen), best, "running: 0x%lx of %u on %u CPUs",
		      atomic_get(&sched_cpus_seen), n, cpus);
	sched_go_on = false;
	for (unsigned int i = 0; i < n; i++) {
		crew_await_end(i);
	}
}

static void sched_sleeps_long(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	(void)k_sleep(K_FOREVER);
}

/* The idle CPU is woken by an interrupt when work comes for it, not by its own timer. */
ZTEST(sched_smp, test_wakeup_of_idle_cpu)
{
	for (unsigned int cpu = 0; cpu < arch_num_cpus(); cpu++) {
		crew_start_on(0, sched_sleeps_long, NULL, NULL, K_PRIO_PREEMPT(4), cpu);
		while ((*(volatile uint16_t *)&crew_thread(0)->base.thread_state &
			_THREAD_SLEEPING) == 0U) {
			k_usleep(50);
		}
		k_wakeup(crew_thread(0));
		crew_await_end(0);
	}
}
