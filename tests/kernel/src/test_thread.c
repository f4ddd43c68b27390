/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads: life, suspension, abort, join, names, stacks, statistics, static definition.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>
#include <zephyr/ztest_error_hook.h>

#include "crew.h"

static volatile unsigned int thread_count;
static K_SEM_DEFINE(thread_sem, 0, 100);

static void thread_before(void *data)
{
	ARG_UNUSED(data);
	k_sem_reset(&thread_sem);
	thread_count = 0U;
}

ZTEST_SUITE(thread, NULL, NULL, thread_before, crew_end, NULL);

static void thread_counts(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	thread_count++;
}

static void thread_spins(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (true) {
		thread_count++;
		arch_spin_relax();
	}
}

static void thread_blocks(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	if (k_sem_take(&thread_sem, K_FOREVER) == 0) {
		thread_count++;
	}
}

/* ---- creation and start -------------------------------------------------------------- */

static void thread_await_pended(const struct k_thread *t)
{
	while (*(_wait_q_t *const volatile *)&t->base.pended_on == NULL) {
		k_usleep(50);
	}
}

static K_THREAD_STACK_DEFINE(thread_stack, 4096);
static struct k_thread thread_one;

static k_tid_t thread_create(k_thread_entry_t fn, int prio, k_timeout_t delay)
{
	return k_thread_create(&thread_one, thread_stack, K_THREAD_STACK_SIZEOF(thread_stack), fn,
			       (void *)1, (void *)2, (void *)3, prio, 0, delay);
}

static void thread_checks_arguments(void *p1, void *p2, void *p3)
{
	if (p1 == (void *)1 && p2 == (void *)2 && p3 == (void *)3 &&
	    k_current_get() == &thread_one && !k_is_in_isr()) {
		thread_count = 123U;
	}
}

ZTEST(thread, test_arguments)
{
	zassert_equal_ptr(thread_create(thread_checks_arguments, K_PRIO_PREEMPT(3), K_NO_WAIT),
			  &thread_one);
	zassert_ok(k_thread_join(&thread_one, K_FOREVER));
	zassert_equal(thread_count, 123U);
}

ZTEST(thread, test_start_once)
{
	k_tid_t t = thread_create(thread_counts, K_PRIO_PREEMPT(3), K_FOREVER);

	k_msleep(1);
	zassert_equal(thread_count, 0U, "not started yet");
	zassert_equal(k_thread_join(t, K_NO_WAIT), -EBUSY);
	k_thread_start(t);
	k_thread_start(t);
	zassert_ok(k_thread_join(t, K_FOREVER));
	k_thread_start(t);
	k_msleep(1);
	zassert_equal(thread_count, 1U, "an ended thread is not started again");
}

ZTEST(thread, test_start_delayed)
{
	int64_t start = k_uptime_ticks();
	k_tid_t t = thread_create(thread_counts, K_PRIO_PREEMPT(3), K_MSEC(20));

	zassert_true(k_thread_timeout_remaining_ticks(t) <= 20000);
	zassert_true(k_thread_timeout_expires_ticks(t) >= start + 20000);
	zassert_ok(k_thread_join(t, K_FOREVER));
	zassert_true(k_uptime_ticks() - start >= 20000, "too early");

	/* A start before the delay is over is at once, and the only one. */
	t = thread_create(thread_counts, K_PRIO_PREEMPT(3), K_SECONDS(100));
	k_thread_start(t);
	zassert_ok(k_thread_join(t, K_SECONDS(5)));
	zassert_equal(k_thread_timeout_remaining_ticks(t), 0);
	zassert_equal(thread_count, 2U);
}

ZTEST(thread, test_negative_delay)
{
	(void)thread_create(thread_counts, K_PRIO_PREEMPT(3), K_MSEC(-5));
	zassert_ok(k_thread_join(&thread_one, K_SECONDS(5)), "a negative delay is none");
	zassert_equal(thread_count, 1U);
}

K_THREAD_DEFINE(thread_static_now, 2048, thread_counts, NULL, NULL, NULL, K_PRIO_PREEMPT(3), 0, 0);
K_THREAD_DEFINE(thread_static_never, 2048, thread_counts, NULL, NULL, NULL, K_PRIO_PREEMPT(3), 0,
		SYS_FOREVER_MS);

ZTEST(thread, test_static)
{
	zassert_ok(k_thread_join(thread_static_now, K_SECONDS(5)), "it ran while booting");
	zassert_equal(k_thread_join(thread_static_never, K_NO_WAIT), -EBUSY);
	zassert_str_equal(k_thread_name_get(thread_static_never), "thread_static_never");
	k_thread_start(thread_static_never);
	zassert_ok(k_thread_join(thread_static_never, K_SECONDS(5)));
	zassert_equal(thread_count, 1U);
}

static void thread_isr_start(const void *t)
{
	k_thread_start((k_tid_t)(uintptr_t)t);
}

ZTEST(thread, test_start_in_isr)
{
	irq_offload(thread_isr_start, thread_create(thread_counts, K_PRIO_PREEMPT(3), K_FOREVER));
	zassert_ok(k_thread_join(&thread_one, K_SECONDS(5)));
}

/* ---- abort --------------------------------------------------------------------------- */

static void thread_aborts_itself(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	thread_count = 1U;
	k_thread_abort(k_current_get());
	thread_count = 2U;
}

ZTEST(thread, test_abort_self)
{
	(void)thread_create(thread_aborts_itself, K_PRIO_PREEMPT(3), K_NO_WAIT);
	zassert_ok(k_thread_join(&thread_one, K_FOREVER));
	zassert_equal(thread_count, 1U);
	k_thread_abort(&thread_one);
}

ZTEST(thread, test_abort_not_started)
{
	(void)thread_create(thread_counts, K_PRIO_PREEMPT(3), K_FOREVER);
	k_thread_abort(&thread_one);
	zassert_ok(k_thread_join(&thread_one, K_NO_WAIT));
	/* A CPU may stand still in between, but not that long. */
	(void)thread_create(thread_counts, K_PRIO_PREEMPT(3), K_MSEC(300));
	k_thread_abort(&thread_one);
	k_msleep(310);
	zassert_equal(thread_count, 0U, "its delay is gone with it");
}

/* On every CPU: it runs there, does not block, and stops all the same. */
ZTEST(thread, test_abort_running)
{
	for (unsigned int cpu = 0; cpu < arch_num_cpus(); cpu++) {
		unsigned int seen;

		thread_count = 0U;
		crew_start_on(0, thread_spins, NULL, NULL, K_PRIO_PREEMPT(3), cpu);
		while (thread_count == 0U) {
			k_usleep(50);
		}
		k_thread_abort(crew_thread(0));
		seen = thread_count;
		zassert_ok(k_thread_join(crew_thread(0), K_NO_WAIT), "it has ended on return");
		k_usleep(100);
		zassert_equal(thread_count, seen, "it runs on");
		crew_end(NULL);
	}
}

static void thread_isr_abort(const void *t)
{
	k_thread_abort((k_tid_t)(uintptr_t)t);
}

ZTEST(thread, test_abort_from_isr)
{
	for (unsigned int cpu = 0; cpu < arch_num_cpus(); cpu++) {
		thread_count = 0U;
		crew_start_on(0, thread_spins, NULL, NULL, K_PRIO_PREEMPT(3), cpu);
		while (thread_count == 0U) {
			k_usleep(50);
		}
		irq_offload(thread_isr_abort, crew_thread(0));
		zassert_ok(k_thread_join(crew_thread(0), K_SECONDS(5)));
		crew_end(NULL);
	}
}

static void thread_offloads_own_abort(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	thread_count = 1U;
	irq_offload(thread_isr_abort, k_current_get());
	thread_count = 2U;
}

ZTEST(thread, test_abort_self_from_isr)
{
	(void)thread_create(thread_offloads_own_abort, K_PRIO_PREEMPT(3), K_NO_WAIT);
	zassert_ok(k_thread_join(&thread_one, K_SECONDS(5)));
	zassert_equal(thread_count, 1U);
}

static void thread_isr_abort_and_clear(const void *t)
{
	k_thread_abort((k_tid_t)(uintptr_t)t);
	(void)memset((void *)(uintptr_t)t, 0, sizeof(struct k_thread));
	thread_count++;
}

static void thread_offloads_own_end(void *p1, void *p2, void *p3)
{
	volatile double d = 1.5;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	/* With FP registers: they are taken away from the CPU all the same. */
	d *= 2.0;
	zassert_true(d > 0.0);
	irq_offload(thread_isr_abort_and_clear, k_current_get());
	thread_count = 100U;
}

/*
 * Its memory is free as soon as the handler has aborted it: nothing reads or writes it on the way
 * out.
 */
ZTEST(thread, test_abort_self_from_isr_frees_memory)
{
	for (unsigned int i = 1U; i <= 10U; i++) {
		const uint8_t *bytes = (const uint8_t *)&thread_one;

		(void)thread_create(thread_offloads_own_end, K_PRIO_PREEMPT(3), K_NO_WAIT);
		crew_await_value(&thread_count, i);
		k_usleep(100);
		for (size_t k = 0; k < sizeof(thread_one); k++) {
			zassert_equal(bytes[k], 0U, "byte %u was written", (unsigned int)k);
		}
	}
}

ZTEST(thread, test_abort_blocked)
{
	crew_start(0, thread_blocks, NULL, NULL, K_PRIO_PREEMPT(3));
	crew_await_blocked(0);
	k_thread_abort(crew_thread(0));
	zassert_ok(k_thread_join(crew_thread(0), K_NO_WAIT));
	k_sem_give(&thread_sem);
	zassert_equal(k_sem_count_get(&thread_sem), 1U, "nobody waits any more");
	zassert_equal(thread_count, 0U);
}

static void thread_sleeps(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_msleep(300);
	thread_count++;
}

ZTEST(thread, test_abort_sleeping)
{
	crew_start(0, thread_sleeps, NULL, NULL, K_PRIO_PREEMPT(3));
	k_usleep(300);
	k_thread_abort(crew_thread(0));
	k_msleep(310);
	zassert_equal(thread_count, 0U);
}

/* Two threads that abort each other at the same time: at least one ends, and nobody hangs. */
static void thread_aborts_other(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	(void)k_sem_take(&thread_sem, K_FOREVER);
	k_thread_abort(p1);
	thread_count++;
}

ZTEST(thread, test_abort_each_other)
{
	for (int round = 0; round < 20; round++) {
		crew_start_on(0, thread_aborts_other, crew_thread(1), NULL, K_PRIO_PREEMPT(3), 0);
		crew_start_on(1, thread_aborts_other, crew_thread(0), NULL, K_PRIO_PREEMPT(3), 1);
		crew_await_blocked(0);
		crew_await_blocked(1);
		k_sem_give(&thread_sem);
		k_sem_give(&thread_sem);
		crew_await_end(0);
		crew_await_end(1);
		k_sem_reset(&thread_sem);
	}
	zassert_true(thread_count <= 20U);
}

ZTEST(thread, test_essential)
{
	static K_THREAD_STACK_DEFINE(essential_stack, 4096);

	ztest_set_fault_valid(true);
	(void)k_thread_create(&thread_one, essential_stack, K_THREAD_STACK_SIZEOF(essential_stack),
			      thread_blocks, NULL, NULL, NULL, K_PRIO_PREEMPT(3), K_ESSENTIAL,
			      K_NO_WAIT);
	k_msleep(1);
	/* The panic is this thread's, and ends it: the test has passed by then. */
	k_thread_abort(&thread_one);
	zassert_unreachable("an essential thread was aborted without a panic");
}

/* ---- suspend and resume -------------------------------------------------------------- */

ZTEST(thread, test_suspend_running)
{
	for (unsigned int cpu = 0; cpu < arch_num_cpus(); cpu++) {
		unsigned int seen;

		thread_count = 0U;
		crew_start_on(0, thread_spins, NULL, NULL, K_PRIO_PREEMPT(3), cpu);
		while (thread_count == 0U) {
			k_usleep(50);
		}
		k_thread_suspend(crew_thread(0));
		seen = thread_count;
		k_usleep(200);
		zassert_equal(thread_count, seen, "it runs while it is suspended");
		k_thread_suspend(crew_thread(0));
		k_thread_resume(crew_thread(0));
		/* Suspending does not nest. */
		while (thread_count == seen) {
			k_usleep(50);
		}
		crew_end(NULL);
	}
}

static void thread_suspends_itself(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_thread_suspend(k_current_get());
	thread_count++;
}

ZTEST(thread, test_suspend_self)
{
	crew_start(0, thread_suspends_itself, NULL, NULL, K_PRIO_PREEMPT(3));
	while ((*(volatile uint16_t *)&crew_thread(0)->base.thread_state & _THREAD_SUSPENDED) ==
	       0U) {
		k_usleep(50);
	}
	zassert_equal(thread_count, 0U);
	k_thread_resume(crew_thread(0));
	crew_await_end(0);
	zassert_equal(thread_count, 1U);
}

ZTEST(thread, test_suspend_before_start)
{
	k_tid_t t = thread_create(thread_counts, K_PRIO_PREEMPT(3), K_FOREVER);

	k_thread_suspend(t);
	k_thread_start(t);
	k_msleep(1);
	zassert_equal(thread_count, 0U);
	k_thread_resume(t);
	zassert_ok(k_thread_join(t, K_SECONDS(5)));
	k_thread_resume(t);
}

/*
 * What a thread waits for comes while it is suspended: it is not lost, and not had before the
 * resume.
 */
ZTEST(thread, test_suspend_blocked)
{
	crew_start(0, thread_blocks, NULL, NULL, K_PRIO_PREEMPT(3));
	crew_await_blocked(0);
	k_thread_suspend(crew_thread(0));
	k_sem_give(&thread_sem);
	k_msleep(1);
	zassert_equal(thread_count, 0U);
	k_thread_resume(crew_thread(0));
	crew_await_end(0);
	zassert_equal(thread_count, 1U);
}

/* ---- join ---------------------------------------------------------------------------- */

ZTEST(thread, test_join_timeout)
{
	int64_t start = k_uptime_ticks();

	crew_start(0, thread_blocks, NULL, NULL, K_PRIO_PREEMPT(3));
	zassert_equal(k_thread_join(crew_thread(0), K_NO_WAIT), -EBUSY);
	zassert_equal(k_thread_join(crew_thread(0), K_USEC(500)), -EAGAIN);
	zassert_true(k_uptime_ticks() - start >= 500);
	zassert_equal(k_thread_join(k_current_get(), K_FOREVER), -EDEADLK);
}

static volatile int thread_join_result;

static void thread_joins(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	thread_join_result = k_thread_join(p1, K_FOREVER);
	thread_count++;
}

ZTEST(thread, test_join_by_many)
{
	crew_start(0, thread_blocks, NULL, NULL, K_PRIO_PREEMPT(3));
	for (unsigned int i = 1; i < 5U; i++) {
		crew_start(i, thread_joins, crew_thread(0), NULL, K_PRIO_PREEMPT(3));
		crew_await_blocked(i);
	}
	k_thread_abort(crew_thread(0));
	for (unsigned int i = 1; i < 5U; i++) {
		crew_await_end(i);
	}
	zassert_equal(thread_count, 4U, "%u", thread_count);
	zassert_equal(thread_join_result, 0);
}

ZTEST(thread, test_join_in_circle)
{
	crew_start(0, thread_joins, k_current_get(), NULL, K_PRIO_PREEMPT(3));
	crew_await_blocked(0);
	zassert_equal(k_thread_join(crew_thread(0), K_FOREVER), -EDEADLK);
}

static void thread_isr_join(const void *t)
{
	thread_join_result = k_thread_join((struct k_thread *)(uintptr_t)t, K_NO_WAIT);
}

ZTEST(thread, test_join_in_isr)
{
	crew_start(0, thread_blocks, NULL, NULL, K_PRIO_PREEMPT(3));
	irq_offload(thread_isr_join, crew_thread(0));
	zassert_equal(thread_join_result, -EBUSY);
	k_sem_give(&thread_sem);
	crew_await_end(0);
	irq_offload(thread_isr_join, crew_thread(0));
	zassert_equal(thread_join_result, 0);
}

/* ---- what can be asked --------------------------------------------------------------- */

ZTEST(thread, test_name)
{
	static const char long_name[] = "a name that is longer than any thread's name may be here";
	char buf[CONFIG_THREAD_MAX_NAME_LEN];

	zassert_str_equal(k_thread_name_get(k_current_get()), "test_name");
	zassert_ok(k_thread_name_set(NULL, "other"));
	zassert_str_equal(k_thread_name_get(k_current_get()), "other");
	zassert_ok(k_thread_name_copy(k_current_get(), buf, sizeof(buf)));
	zassert_str_equal(buf, "other");
	zassert_equal(k_thread_name_copy(k_current_get(), buf, 5), -ENOSPC);
	zassert_equal(k_thread_name_copy(k_current_get(), NULL, 5), -EINVAL);
	(void)k_thread_name_set(k_current_get(), long_name);
	zassert_equal(strlen(k_thread_name_get(k_current_get())), CONFIG_THREAD_MAX_NAME_LEN - 1);
}

ZTEST(thread, test_state_str)
{
	char buf[64];

	zassert_str_equal(
		k_thread_state_str(thread_create(thread_blocks, 3, K_FOREVER), buf, sizeof(buf)),
		"prestart");
	k_thread_start(&thread_one);
	thread_await_pended(&thread_one);
	zassert_str_equal(k_thread_state_str(&thread_one, buf, sizeof(buf)), "pending");
	k_thread_suspend(&thread_one);
	zassert_not_null(strstr(k_thread_state_str(&thread_one, buf, sizeof(buf)), "suspended"));
	k_thread_abort(&thread_one);
	zassert_str_equal(k_thread_state_str(&thread_one, buf, sizeof(buf)), "dead");
	zassert_str_equal(k_thread_state_str(&thread_one, buf, 0), "");
}

static void thread_uses_stack(void *p1, void *p2, void *p3)
{
	volatile char big[1500];

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (size_t i = 0; i < sizeof(big); i++) {
		big[i] = 1;
	}
	(void)k_sem_take(&thread_sem, K_FOREVER);
}

ZTEST(thread, test_stack_space)
{
	size_t small;
	size_t big;

	(void)thread_create(thread_blocks, K_PRIO_PREEMPT(3), K_NO_WAIT);
	thread_await_pended(&thread_one);
	zassert_ok(k_thread_stack_space_get(&thread_one, &small));
	k_thread_abort(&thread_one);
	(void)thread_create(thread_uses_stack, K_PRIO_PREEMPT(3), K_NO_WAIT);
	thread_await_pended(&thread_one);
	zassert_ok(k_thread_stack_space_get(&thread_one, &big));
	k_thread_abort(&thread_one);
	zassert_true(small < 4096U && small > 2048U, "%u unused", (unsigned int)small);
	zassert_true(big + 1000U < small, "%u and %u unused", (unsigned int)big,
		     (unsigned int)small);
}

static void thread_works(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_busy_wait(2000);
	(void)k_sem_take(&thread_sem, K_FOREVER);
}

ZTEST(thread, test_runtime_stats)
{
	k_thread_runtime_stats_t worked;
	k_thread_runtime_stats_t all;
	k_thread_runtime_stats_t cpu;

	crew_start(0, thread_works, NULL, NULL, K_PRIO_PREEMPT(3));
	crew_await_blocked(0);
	zassert_ok(k_thread_runtime_stats_get(crew_thread(0), &worked));
	zassert_true(k_cyc_to_us_floor64(worked.execution_cycles) >= 1900U, "%u us",
		     (unsigned int)k_cyc_to_us_floor64(worked.execution_cycles));
	zassert_ok(k_thread_runtime_stats_cpu_get(0, &cpu));
	zassert_ok(k_thread_runtime_stats_all_get(&all));
	zassert_true(all.execution_cycles >= worked.execution_cycles);
	zassert_true(cpu.execution_cycles <= all.execution_cycles);
	zassert_equal(k_thread_runtime_stats_get(NULL, &all), -EINVAL);
	zassert_equal(k_thread_runtime_stats_get(crew_thread(0), NULL), -EINVAL);
	zassert_equal(k_thread_runtime_stats_cpu_get(99, &cpu), -EINVAL);
}

static void thread_seen(const struct k_thread *t, void *data)
{
	if (t == data) {
		thread_count++;
	}
}

ZTEST(thread, test_foreach)
{
	crew_start(0, thread_blocks, NULL, NULL, K_PRIO_PREEMPT(3));
	k_thread_foreach(thread_seen, crew_thread(0));
	k_thread_foreach_unlocked(thread_seen, k_current_get());
	zassert_equal(thread_count, 2U);
	k_thread_abort(crew_thread(0));
	k_thread_foreach(thread_seen, crew_thread(0));
	zassert_equal(thread_count, 2U, "an ended thread is not listed");
}

ZTEST(thread, test_custom_data)
{
	zassert_is_null(k_thread_custom_data_get());
	k_thread_custom_data_set(&thread_one);
	zassert_equal_ptr(k_thread_custom_data_get(), &thread_one);
}

ZTEST(thread, test_dynamic_stack)
{
	k_thread_stack_t *stack = k_thread_stack_alloc(4096, 0);

	zassert_not_null(stack);
	(void)k_thread_create(&thread_one, stack, 4096, thread_blocks, NULL, NULL, NULL, 3, 0,
			      K_NO_WAIT);
	zassert_equal(k_thread_stack_free(stack), -EBUSY, "a thread runs on it");
	k_sem_give(&thread_sem);
	zassert_ok(k_thread_join(&thread_one, K_FOREVER));
	zassert_ok(k_thread_stack_free(stack));
	zassert_equal(k_thread_stack_free(thread_stack), -EINVAL);
}

static void thread_overflows(void *p1, void *p2, void *p3)
{
	volatile char more[512];

	more[0] = 0;
	if (thread_count == 0U) {
		thread_overflows(p1, p2, p3);
	}
	more[511] = more[0];
}

/* The page under every stack is not there: an overflow ends the thread, and nothing else. */
ZTEST(thread, test_stack_overflow)
{
	ztest_set_fault_valid(true);
	(void)thread_create(thread_overflows, K_PRIO_PREEMPT(3), K_NO_WAIT);
	zassert_ok(k_thread_join(&thread_one, K_SECONDS(5)));
}

/* ---- misuse -------------------------------------------------------------------------- */

static void thread_isr_locks(const void *arg)
{
	ARG_UNUSED(arg);
	ztest_set_assert_valid(true);
	k_sched_lock();
	ztest_set_assert_valid(true);
	k_sched_unlock();
}

ZTEST(thread, test_misuse_in_isr)
{
	crew_asserts = 0U;
	irq_offload(thread_isr_locks, NULL);
	zassert_equal(crew_asserts, 2U);
}

static void thread_unlocks(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	ztest_set_assert_valid(true);
	k_sched_unlock();
	thread_count = 1U;
}

ZTEST(thread, test_unlock_without_lock)
{
	crew_asserts = 0U;
	crew_start(0, thread_unlocks, NULL, NULL, K_PRIO_PREEMPT(3));
	crew_await_end(0);
	zassert_equal(crew_asserts, 1U);
	zassert_equal(thread_count, 0U);
}

static void thread_bad_priority(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	ztest_set_assert_valid(true);
	k_thread_priority_set(k_current_get(), K_LOWEST_APPLICATION_THREAD_PRIO + 1);
	thread_count = 1U;
}

ZTEST(thread, test_priority_out_of_range)
{
	crew_asserts = 0U;
	crew_start(0, thread_bad_priority, NULL, NULL, K_PRIO_PREEMPT(3));
	crew_await_end(0);
	zassert_equal(crew_asserts, 1U);
	zassert_equal(thread_count, 0U);
}
