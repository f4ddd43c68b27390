/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semaphores: API and error codes, limits, waiters in order, reset, interrupts, threads that are aborted or
 * suspended while they wait, and counts that add up under contention from all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

K_SEM_DEFINE(sem_static, 2, 3);
static struct k_sem sem;
static int results[CREW_SIZE];
static volatile unsigned int order[CREW_SIZE];
static volatile unsigned int taken;
static atomic_t gives;
static atomic_t takes;

static void sem_before(void *fixture)
{
	ARG_UNUSED(fixture);
	zassert_ok(k_sem_init(&sem, 0, 10));
	taken = 0;
	atomic_set(&gives, 0);
	atomic_set(&takes, 0);
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 1;
	}
}

ZTEST_SUITE(kernel_sem, NULL, NULL, sem_before, crew_end, NULL);

/* Takes once; the order of success is noted. */
static void sem_taker(void *timeout_us, void *p2, void *index)
{
	unsigned int i = (unsigned int)(uintptr_t)index;
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	ARG_UNUSED(p2);
	results[i] = k_sem_take(&sem, timeout);
	if (results[i] == 0) {
		order[taken] = i;
		compiler_barrier();
		taken++;
	}
}

ZTEST(kernel_sem, test_init)
{
	struct k_sem s;

	zassert_equal(k_sem_init(&s, 0, 0), -EINVAL);
	zassert_equal(k_sem_init(&s, 3, 2), -EINVAL);
	zassert_equal(k_sem_init(&s, 1, 0), -EINVAL);
	zassert_equal(k_sem_init(&s, K_SEM_MAX_LIMIT, K_SEM_MAX_LIMIT - 1), -EINVAL);
	zassert_ok(k_sem_init(&s, K_SEM_MAX_LIMIT, K_SEM_MAX_LIMIT));
	zassert_equal(k_sem_count_get(&s), K_SEM_MAX_LIMIT);
	k_sem_give(&s);
	zassert_equal(k_sem_count_get(&s), K_SEM_MAX_LIMIT, "the count wrapped round");
	zassert_ok(k_sem_init(&s, 0, 1));
	zassert_equal(k_sem_count_get(&s), 0);
}

ZTEST(kernel_sem, test_static_definition)
{
	zassert_equal(k_sem_count_get(&sem_static), 2);
	zassert_ok(k_sem_take(&sem_static, K_NO_WAIT));
	zassert_ok(k_sem_take(&sem_static, K_FOREVER));
	zassert_equal(k_sem_take(&sem_static, K_NO_WAIT), -EBUSY);
	for (int i = 0; i < 5; i++) {
		k_sem_give(&sem_static);
	}
	zassert_equal(k_sem_count_get(&sem_static), 3, "the limit does not hold");
	zassert_ok(k_sem_take(&sem_static, K_NO_WAIT));
}

ZTEST(kernel_sem, test_count_and_limit)
{
	for (unsigned int i = 0; i < 12; i++) {
		zassert_equal(k_sem_count_get(&sem), MIN(i, 10U));
		k_sem_give(&sem);
	}
	for (unsigned int i = 10; i > 0; i--) {
		zassert_equal(k_sem_count_get(&sem), i);
		zassert_ok(k_sem_take(&sem, K_MSEC(1)));
	}
	zassert_equal(k_sem_take(&sem, K_NO_WAIT), -EBUSY);
}

ZTEST(kernel_sem, test_timeout)
{
	int64_t start = k_uptime_ticks();
	int64_t passed;

	zassert_equal(k_sem_take(&sem, K_MSEC(3)), -EAGAIN);
	passed = k_uptime_ticks() - start;
	zassert_true(passed >= (int64_t)k_ms_to_ticks_floor64(3), "too early: %lld ticks", passed);
	zassert_equal(k_sem_take(&sem, K_USEC(1)), -EAGAIN);
	zassert_equal(k_sem_take(&sem, K_TIMEOUT_ABS_TICKS(start)), -EAGAIN, "a time that is past");
	start = k_uptime_ticks() + (int64_t)k_ms_to_ticks_ceil64(2);
	zassert_equal(k_sem_take(&sem, K_TIMEOUT_ABS_TICKS(start)), -EAGAIN);
	zassert_true(k_uptime_ticks() >= start);
}

ZTEST(kernel_sem, test_give_ends_timed_wait)
{
	crew_start(0, sem_taker, (void *)(uintptr_t)1000000, NULL, 3);
	crew_await_blocked(0);
	k_sem_give(&sem);
	crew_await_end(0);
	zassert_equal(results[0], 0);
	zassert_equal(k_sem_count_get(&sem), 0);
}

static void sem_isr_give(const void *s)
{
	k_sem_give((struct k_sem *)(uintptr_t)s);
}

static void sem_isr_take(const void *s)
{
	results[0] = k_sem_take((struct k_sem *)(uintptr_t)s, K_NO_WAIT);
}

static void sem_isr_reset(const void *s)
{
	k_sem_reset((struct k_sem *)(uintptr_t)s);
}

ZTEST(kernel_sem, test_isr)
{
	irq_offload(sem_isr_give, &sem);
	zassert_equal(k_sem_count_get(&sem), 1);
	irq_offload(sem_isr_take, &sem);
	zassert_equal(results[0], 0);
	irq_offload(sem_isr_take, &sem);
	zassert_equal(results[0], -EBUSY);
	crew_start(1, sem_taker, NULL, NULL, 3);
	crew_await_blocked(1);
	irq_offload(sem_isr_give, &sem);
	crew_await_end(1);
	zassert_equal(results[1], 0);
	crew_start(2, sem_taker, NULL, NULL, 3);
	crew_await_blocked(2);
	irq_offload(sem_isr_reset, &sem);
	crew_await_end(2);
	zassert_equal(results[2], -EAGAIN);
}

/* Waiters come in order of index; they are to be served by priority, then by arrival. */
ZTEST(kernel_sem, test_order_of_waiters)
{
	static const int prios[] = {5, 3, 5, 2, 3, 14};
	static const unsigned int expected[] = {3, 1, 4, 0, 2, 5};

	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_start(i, sem_taker, NULL, NULL, prios[i]);
		crew_await_blocked(i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		k_sem_give(&sem);
		crew_await_value(&taken, i + 1);
		zassert_equal(order[i], expected[i], "waiter %u came as number %u", order[i], i);
	}
}

ZTEST(kernel_sem, test_priority_change_reorders)
{
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, sem_taker, NULL, NULL, 5 + (int)i);
		crew_await_blocked(i);
	}
	k_thread_priority_set(crew_thread(2), 1);
	k_thread_priority_set(crew_thread(0), 9);
	for (unsigned int i = 0; i < 3; i++) {
		k_sem_give(&sem);
		crew_await_value(&taken, i + 1);
	}
	zassert_equal(order[0], 2);
	zassert_equal(order[1], 1);
	zassert_equal(order[2], 0);
}

/* What is given to a waiter can not be taken by another thread before the waiter runs. */
ZTEST(kernel_sem, test_give_goes_to_waiter)
{
	crew_start(0, sem_taker, NULL, NULL, 14);
	crew_await_blocked(0);
	k_sem_give(&sem);
	zassert_equal(k_sem_count_get(&sem), 0);
	zassert_equal(k_sem_take(&sem, K_NO_WAIT), -EBUSY);
	crew_await_end(0);
	zassert_equal(results[0], 0);
}

ZTEST(kernel_sem, test_reset)
{
	k_sem_give(&sem);
	k_sem_give(&sem);
	k_sem_reset(&sem);
	zassert_equal(k_sem_count_get(&sem), 0);
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_start(i, sem_taker, i % 2U != 0U ? NULL : (void *)(uintptr_t)1000000, NULL,
			   (int)i);
		crew_await_blocked(i);
	}
	k_sem_reset(&sem);
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_await_end(i);
		zassert_equal(results[i], -EAGAIN);
	}
	k_sem_give(&sem);
	zassert_equal(k_sem_count_get(&sem), 1, "a give went to a waiter that is gone");
}

ZTEST(kernel_sem, test_waiter_aborted)
{
	crew_start(0, sem_taker, NULL, NULL, 3);
	crew_start(1, sem_taker, (void *)(uintptr_t)1000000, NULL, 3);
	crew_await_blocked(0);
	crew_await_blocked(1);
	k_thread_abort(crew_thread(0));
	k_thread_abort(crew_thread(1));
	k_sem_give(&sem);
	zassert_equal(k_sem_count_get(&sem), 1, "a give went to a thread that is dead");
	zassert_equal(taken, 0);
}

ZTEST(kernel_sem, test_waiter_suspended)
{
	crew_start(0, sem_taker, NULL, NULL, 3);
	crew_await_blocked(0);
	k_thread_suspend(crew_thread(0));
	k_sem_give(&sem);
	k_msleep(2);
	zassert_equal(taken, 0, "a suspended thread ran");
	zassert_equal(k_sem_count_get(&sem), 0, "it is the waiter's all the same");
	k_thread_resume(crew_thread(0));
	crew_await_end(0);
	zassert_equal(results[0], 0);
}

/* Timeouts that end just when the semaphore is given: nothing may be lost, or be had twice. */
static void sem_racer(void *rounds, void *p2, void *index)
{
	uint32_t seed = (uint32_t)(uintptr_t)index + 1U;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		int ret = k_sem_take(&sem, K_USEC(20U + crew_random(&seed) % 60U));

		if (ret == 0) {
			atomic_inc(&takes);
		} else if (ret != -EAGAIN) {
			results[(uintptr_t)index] = ret;
		}
	}
}

ZTEST(kernel_sem, test_timeout_races_with_give)
{
	uint32_t seed = 99;
	unsigned int given = 0;

	zassert_ok(k_sem_init(&sem, 0, K_SEM_MAX_LIMIT));
	for (unsigned int i = 0; i < 4; i++) {
		crew_start_on(i, sem_racer, (void *)(uintptr_t)100, NULL, 3, i);
	}
	for (unsigned int i = 0; i < 200; i++) {
		k_usleep((int32_t)(10U + crew_random(&seed) % 30U));
		k_sem_give(&sem);
		given++;
	}
	for (unsigned int i = 0; i < 4; i++) {
		crew_await_end(i);
		zassert_equal(results[i], 1, "a wait ended with %d", results[i]);
	}
	zassert_equal((unsigned int)atomic_get(&takes) + k_sem_count_get(&sem), given);
}

/* Producers and consumers on all CPUs. */
static void sem_stress(void *rounds, void *p2, void *index)
{
	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		if (((uintptr_t)index & 2U) == 0U) {
			k_sem_give(&sem);
			atomic_inc(&gives);
		} else if (k_sem_take(&sem, K_FOREVER) == 0) {
			atomic_inc(&takes);
		}
	}
}

ZTEST(kernel_sem, test_smp_producers_consumers)
{
	zassert_ok(k_sem_init(&sem, 0, K_SEM_MAX_LIMIT));
	crew_run(CREW_SIZE, sem_stress, (void *)(uintptr_t)500, NULL, 3);
	zassert_equal(atomic_get(&gives), 500 * CREW_SIZE / 2);
	zassert_equal(atomic_get(&takes), 500 * CREW_SIZE / 2);
	zassert_equal(k_sem_count_get(&sem), 0);
}

/* As a lock: what it protects is changed by one thread at a time. */
static unsigned int sem_protected;

static void sem_locker(void *rounds, void *p2, void *p3)
{
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		unsigned int seen;

		(void)k_sem_take(&sem, K_FOREVER);
		seen = *(volatile unsigned int *)&sem_protected;
		if (n % 16U == 0U) {
			k_yield();
		}
		*(volatile unsigned int *)&sem_protected = seen + 1U;
		k_sem_give(&sem);
	}
}

ZTEST(kernel_sem, test_smp_mutual_exclusion)
{
	zassert_ok(k_sem_init(&sem, 1, 1));
	sem_protected = 0;
	crew_run(6, sem_locker, (void *)(uintptr_t)300, NULL, 3);
	zassert_equal(sem_protected, 6 * 300);
	zassert_equal(k_sem_count_get(&sem), 1);
}

static void sem_endless(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (true) {
		(void)k_sem_take(&sem, K_USEC(30));
	}
}

/* Threads that are killed wherever they are leave no trace in the semaphore. */
ZTEST(kernel_sem, test_abort_while_blocking)
{
	uint32_t seed = 7;

	for (unsigned int round = 0; round < 30; round++) {
		for (unsigned int i = 0; i < 3; i++) {
			crew_start(i, sem_endless, NULL, NULL, 3);
		}
		for (unsigned int i = 0; i < 4; i++) {
			k_usleep((int32_t)(crew_random(&seed) % 40U));
			k_sem_give(&sem);
		}
		crew_end(NULL);
	}
	k_sem_reset(&sem);
	k_sem_give(&sem);
	zassert_equal(k_sem_count_get(&sem), 1, "a dead thread still waits");
}
