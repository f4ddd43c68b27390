/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutexes: API and error codes, recursion, order of waiters, hand-over, interrupted waits, exclusion on all
 * CPUs. Priority inheritance has a file of its own.
 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

K_MUTEX_DEFINE(mutex_static);
static struct k_mutex mutex;
static int results[CREW_SIZE];
static volatile unsigned int order[CREW_SIZE];
static volatile unsigned int locked;
static volatile bool let_go;

static void mutex_before(void *fixture)
{
	ARG_UNUSED(fixture);
	zassert_ok(k_mutex_init(&mutex));
	locked = 0;
	let_go = false;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 1;
	}
}

ZTEST_SUITE(kernel_mutex, NULL, NULL, mutex_before, crew_end, NULL);

/* Locks once within a time (0: for ever), notes the order, unlocks. */
static void mutex_locker(void *timeout_us, void *p2, void *index)
{
	unsigned int i = (unsigned int)(uintptr_t)index;
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	ARG_UNUSED(p2);
	results[i] = k_mutex_lock(&mutex, timeout);
	if (results[i] == 0) {
		order[locked] = i;
		compiler_barrier();
		locked++;
		results[i] = k_mutex_unlock(&mutex);
	}
}

/* Locks and keeps it until told otherwise. */
static void mutex_keeper(void *m, void *p2, void *index)
{
	ARG_UNUSED(p2);
	results[(uintptr_t)index] = k_mutex_lock(m, K_FOREVER);
	locked++;
	while (!let_go) {
		k_usleep(50);
	}
	(void)k_mutex_unlock(m);
}

ZTEST(kernel_mutex, test_lock_unlock)
{
	zassert_ok(k_mutex_lock(&mutex, K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_ok(k_mutex_lock(&mutex, K_MSEC(1)));
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_ok(k_mutex_lock(&mutex_static, K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&mutex_static));
}

ZTEST(kernel_mutex, test_unlock_errors)
{
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL, "nobody holds it");
	crew_start(0, mutex_keeper, &mutex, NULL, 3);
	crew_await_value(&locked, 1);
	zassert_equal(k_mutex_unlock(&mutex), -EPERM, "another holds it");
	let_go = true;
	crew_await_end(0);
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

ZTEST(kernel_mutex, test_lock_errors)
{
	int64_t start;

	crew_start(0, mutex_keeper, &mutex, NULL, 3);
	crew_await_value(&locked, 1);
	zassert_equal(k_mutex_lock(&mutex, K_NO_WAIT), -EBUSY);
	start = k_uptime_ticks();
	zassert_equal(k_mutex_lock(&mutex, K_MSEC(2)), -EAGAIN);
	zassert_true(k_uptime_ticks() - start >= (int64_t)k_ms_to_ticks_floor64(2));
	let_go = true;
	zassert_ok(k_mutex_lock(&mutex, K_SECONDS(10)));
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(0);
}

ZTEST(kernel_mutex, test_recursion)
{
	for (int i = 0; i < 100; i++) {
		zassert_ok(k_mutex_lock(&mutex, i % 2 != 0 ? K_NO_WAIT : K_FOREVER));
	}
	crew_start(0, mutex_locker, NULL, NULL, 3);
	crew_await_blocked(0);
	for (int i = 0; i < 50; i++) {
		zassert_ok(k_mutex_lock(&mutex, K_NO_WAIT), "again, while somebody waits");
	}
	for (int i = 0; i < 149; i++) {
		zassert_ok(k_mutex_unlock(&mutex));
	}
	k_usleep(500);
	zassert_equal(locked, 0, "unlocked too early");
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(0);
	zassert_equal(locked, 1);
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

ZTEST(kernel_mutex, test_order_of_waiters)
{
	static const int prios[] = {7, 3, 7, 2, 3};
	static const unsigned int expected[] = {3, 1, 4, 0, 2};

	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_start(i, mutex_locker, NULL, NULL, prios[i]);
		crew_await_blocked(i);
	}
	zassert_ok(k_mutex_unlock(&mutex));
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_await_end(i);
		zassert_ok(results[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		zassert_equal(order[i], expected[i], "waiter %u came as number %u", order[i], i);
	}
}

/* An unlock hands over: the one who unlocks can not take it back at once. */
ZTEST(kernel_mutex, test_hand_over)
{
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	crew_start(0, mutex_locker, NULL, NULL, 10);
	crew_await_blocked(0);
	zassert_equal(locked, 0);
	k_sched_lock();
	zassert_ok(k_mutex_unlock(&mutex));
	if (arch_num_cpus() == 1) {
		zassert_equal(k_mutex_lock(&mutex, K_NO_WAIT), -EBUSY);
	}
	k_sched_unlock();
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_equal(locked, 1, "the waiter was passed over");
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(0);
}

ZTEST(kernel_mutex, test_waiter_aborted)
{
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, mutex_locker, NULL, NULL, 2 + (int)i);
		crew_await_blocked(i);
	}
	k_thread_abort(crew_thread(0));
	k_thread_abort(crew_thread(2));
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(1);
	zassert_ok(results[1]);
	zassert_equal(locked, 1);
	zassert_ok(k_mutex_lock(&mutex, K_NO_WAIT), "handed to a dead thread");
	zassert_ok(k_mutex_unlock(&mutex));
}

ZTEST(kernel_mutex, test_all_waiters_aborted)
{
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, mutex_locker, NULL, NULL, 2 + (int)i);
		crew_await_blocked(i);
	}
	crew_end(NULL);
	/* The mutex is like new for its owner: this must not reach a list it has left. */
	zassert_ok(k_mutex_init(&mutex));
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

ZTEST(kernel_mutex, test_waiter_suspended)
{
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	crew_start(0, mutex_locker, NULL, NULL, 3);
	crew_await_blocked(0);
	k_thread_suspend(crew_thread(0));
	zassert_ok(k_mutex_unlock(&mutex));
	k_usleep(500);
	zassert_equal(locked, 0, "a suspended thread ran");
	zassert_equal(k_mutex_lock(&mutex, K_NO_WAIT), -EBUSY, "it was handed to the waiter");
	k_thread_resume(crew_thread(0));
	crew_await_end(0);
	zassert_equal(locked, 1);
}

/* A timeout that ends while the mutex is handed over: the lock is had by exactly those who were told so. */
static volatile unsigned int inside;
static atomic_t rounds_done;

static void mutex_racer(void *rounds, void *p2, void *index)
{
	uint32_t seed = (uint32_t)(uintptr_t)index + 5U;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		int ret = k_mutex_lock(&mutex, K_USEC(crew_random(&seed) % 50U));

		if (ret == 0) {
			if (inside++ != 0U) {
				results[(uintptr_t)index] = -1;
			}
			k_busy_wait(crew_random(&seed) % 30U);
			inside--;
			ret = k_mutex_unlock(&mutex);
		}
		if (ret != 0 && ret != -EAGAIN && ret != -EBUSY) {
			results[(uintptr_t)index] = ret;
		}
		atomic_inc(&rounds_done);
	}
}

ZTEST(kernel_mutex, test_timeout_races_with_unlock)
{
	inside = 0;
	atomic_set(&rounds_done, 0);
	crew_run(6, mutex_racer, (void *)(uintptr_t)60, NULL, 4);
	for (unsigned int i = 0; i < 6; i++) {
		zassert_equal(results[i], 1, "thread %u: %d", i, results[i]);
		zassert_equal(k_thread_priority_get(crew_thread(i)), 4, "a lent priority stayed");
	}
	zassert_equal(atomic_get(&rounds_done), 6 * 60);
	zassert_ok(k_mutex_lock(&mutex, K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&mutex));
}

static unsigned int mutex_protected;

static void mutex_counter(void *rounds, void *p2, void *index)
{
	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		unsigned int seen;

		(void)k_mutex_lock(&mutex, K_FOREVER);
		if (n % 3U == 0U) {
			(void)k_mutex_lock(&mutex, K_FOREVER);
		}
		seen = *(volatile unsigned int *)&mutex_protected;
		if ((n + (uintptr_t)index) % 16U == 0U) {
			k_yield();
		}
		*(volatile unsigned int *)&mutex_protected = seen + 1U;
		if (n % 3U == 0U) {
			(void)k_mutex_unlock(&mutex);
		}
		(void)k_mutex_unlock(&mutex);
	}
}

ZTEST(kernel_mutex, test_smp_mutual_exclusion)
{
	mutex_protected = 0;
	crew_run(6, mutex_counter, (void *)(uintptr_t)300, NULL, 3);
	zassert_equal(mutex_protected, 6 * 300);
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

static void mutex_endless(void *p1, void *p2, void *index)
{
	uint32_t seed = (uint32_t)(uintptr_t)index;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	while (true) {
		/* Never within the mutex when aborted: what is tested is dying while waiting. */
		(void)k_mutex_lock(&mutex, K_USEC(1U + crew_random(&seed) % 40U));
	}
}

ZTEST(kernel_mutex, test_abort_while_blocking)
{
	int prio = k_thread_priority_get(k_current_get());
	uint32_t seed = 3;

	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	for (unsigned int round = 0; round < 30; round++) {
		for (unsigned int i = 0; i < 4; i++) {
			crew_start(i, mutex_endless, NULL, NULL, 3 + (int)i);
		}
		k_usleep((int32_t)(1U + crew_random(&seed) % 60U));
		crew_end(NULL);
	}
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL, "handed to a dead thread");
	zassert_equal(k_thread_priority_get(k_current_get()), prio);
}
