/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variables: signal, broadcast, timeouts, the state of the mutex afterwards, aborted waiters, and
 * bounded buffers on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

K_CONDVAR_DEFINE(condvar_static);
K_MUTEX_DEFINE(condvar_static_mutex);
static struct k_condvar condvar;
static struct k_mutex mutex;
static int results[CREW_SIZE];
static int unlock_results[CREW_SIZE];
static volatile unsigned int order[CREW_SIZE];
static volatile unsigned int woken;

static void condvar_before(void *fixture)
{
	ARG_UNUSED(fixture);
	zassert_ok(k_condvar_init(&condvar));
	zassert_ok(k_mutex_init(&mutex));
	woken = 0;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 1;
		unlock_results[i] = 1;
	}
}

ZTEST_SUITE(kernel_condvar, NULL, NULL, condvar_before, crew_end, NULL);

/* Waits once; whatever comes of it, it must hold the mutex then. */
static void condvar_waiter(void *timeout_us, void *p2, void *index)
{
	unsigned int i = (unsigned int)(uintptr_t)index;
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	ARG_UNUSED(p2);
	(void)k_mutex_lock(&mutex, K_FOREVER);
	results[i] = k_condvar_wait(&condvar, &mutex, timeout);
	order[woken] = i;
	woken++;
	unlock_results[i] = k_mutex_unlock(&mutex);
}

static void start_waiters(unsigned int n, int first_prio, int step)
{
	for (unsigned int i = 0; i < n; i++) {
		crew_start(i, condvar_waiter, NULL, NULL, first_prio + step * (int)i);
		crew_await_blocked(i);
	}
}

ZTEST(kernel_condvar, test_signal_without_waiter)
{
	zassert_ok(k_condvar_signal(&condvar));
	zassert_equal(k_condvar_broadcast(&condvar), 0);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_equal(k_condvar_wait(&condvar, &mutex, K_MSEC(1)), -EAGAIN, "a signal is not kept");
	zassert_ok(k_mutex_unlock(&mutex));
}

ZTEST(kernel_condvar, test_timeouts)
{
	int64_t start;

	zassert_ok(k_mutex_lock(&condvar_static_mutex, K_FOREVER));
	zassert_equal(k_condvar_wait(&condvar_static, &condvar_static_mutex, K_NO_WAIT), -EAGAIN);
	start = k_uptime_ticks();
	zassert_equal(k_condvar_wait(&condvar_static, &condvar_static_mutex, K_MSEC(2)), -EAGAIN);
	zassert_true(k_uptime_ticks() - start >= (int64_t)k_ms_to_ticks_floor64(2));
	zassert_ok(k_mutex_unlock(&condvar_static_mutex), "the mutex was not locked again");
	zassert_equal(k_mutex_unlock(&condvar_static_mutex), -EINVAL);
}

ZTEST(kernel_condvar, test_signal_wakes_one_in_order)
{
	static const unsigned int expected[] = {3, 2, 1, 0};

	start_waiters(4, 9, -1);
	for (unsigned int i = 0; i < 4; i++) {
		zassert_ok(k_condvar_signal(&condvar));
		crew_await_value(&woken, i + 1);
		k_usleep(200);
		zassert_equal(woken, i + 1, "one signal woke two");
		zassert_equal(order[i], expected[i]);
	}
	for (unsigned int i = 0; i < 4; i++) {
		crew_await_end(i);
		zassert_ok(results[i]);
		zassert_ok(unlock_results[i]);
	}
}

ZTEST(kernel_condvar, test_equal_waiters_in_order_of_arrival)
{
	start_waiters(5, 5, 0);
	zassert_equal(k_condvar_broadcast(&condvar), 5);
	for (unsigned int i = 0; i < 5; i++) {
		crew_await_end(i);
		zassert_equal(order[i], i);
		zassert_ok(results[i]);
	}
	zassert_equal(k_condvar_broadcast(&condvar), 0);
}

/* The signaller holds the mutex, as it should: the waiters go on when it lets go, not before. */
ZTEST(kernel_condvar, test_broadcast_with_mutex_held)
{
	start_waiters(CREW_SIZE, 12, -1);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_equal(k_condvar_broadcast(&condvar), (int)CREW_SIZE);
	k_usleep(500);
	zassert_equal(woken, 0, "a waiter came back without the mutex");
	zassert_ok(k_mutex_unlock(&mutex));
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_await_end(i);
		zassert_ok(results[i]);
		zassert_ok(unlock_results[i]);
		zassert_equal(order[i], CREW_SIZE - 1U - i);
	}
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

static void condvar_locker(void *p1, void *p2, void *index)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	(void)k_mutex_lock(&mutex, K_FOREVER);
	order[woken] = (unsigned int)(uintptr_t)index;
	woken++;
	(void)k_mutex_unlock(&mutex);
}

/* Among those who wait for the mutex, one that comes from the condition variable has its place by priority. */
ZTEST(kernel_condvar, test_signalled_waiter_queues_by_priority)
{
	crew_start(0, condvar_waiter, NULL, NULL, 6);
	crew_await_blocked(0);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	crew_start(1, condvar_locker, NULL, NULL, 9);
	crew_start(2, condvar_locker, NULL, NULL, 3);
	crew_await_blocked(1);
	crew_await_blocked(2);
	zassert_ok(k_condvar_signal(&condvar));
	zassert_ok(k_mutex_unlock(&mutex));
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_end(i);
	}
	zassert_equal(order[0], 2);
	zassert_equal(order[1], 0);
	zassert_equal(order[2], 1);
}

/* A waiter that was signalled waits for the mutex, and lends its priority to who holds it. */
ZTEST(kernel_condvar, test_signalled_waiter_lends_priority)
{
	k_tid_t self = k_current_get();
	int prio = k_thread_priority_get(self);

	k_thread_priority_set(self, 8);
	crew_start(0, condvar_waiter, NULL, NULL, 4);
	crew_await_blocked(0);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_equal(k_thread_priority_get(self), 8);
	zassert_ok(k_condvar_signal(&condvar));
	zassert_equal(k_thread_priority_get(self), 4);
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_equal(k_thread_priority_get(self), 8);
	crew_await_end(0);
	k_thread_priority_set(self, prio);
}

/* The timeout is for the signal alone: once signalled, the wait for the mutex has no end. */
ZTEST(kernel_condvar, test_timeout_ends_with_signal)
{
	crew_start(0, condvar_waiter, (void *)(uintptr_t)300000, NULL, 4);
	crew_await_blocked(0);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_ok(k_condvar_signal(&condvar));
	k_msleep(350);
	zassert_equal(woken, 0);
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(0);
	zassert_ok(results[0], "signalled in time, but came back with %d", results[0]);
	zassert_ok(unlock_results[0]);
}

ZTEST(kernel_condvar, test_timeout_waits_for_mutex)
{
	crew_start(0, condvar_waiter, (void *)(uintptr_t)300000, NULL, 4);
	crew_await_blocked(0);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	k_msleep(350);
	zassert_equal(woken, 0, "came back without the mutex");
	zassert_ok(k_condvar_signal(&condvar));
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(0);
	zassert_equal(results[0], -EAGAIN);
	zassert_ok(unlock_results[0]);
}

static void isr_signal(const void *c)
{
	(void)k_condvar_signal((struct k_condvar *)(uintptr_t)c);
}

static void isr_broadcast(const void *c)
{
	results[7] = k_condvar_broadcast((struct k_condvar *)(uintptr_t)c);
}

ZTEST(kernel_condvar, test_isr)
{
	start_waiters(3, 5, 0);
	irq_offload(isr_signal, &condvar);
	crew_await_end(0);
	zassert_ok(results[0]);
	irq_offload(isr_broadcast, &condvar);
	zassert_equal(results[7], 2);
	crew_await_end(1);
	crew_await_end(2);
}

ZTEST(kernel_condvar, test_waiter_aborted)
{
	start_waiters(3, 5, 0);
	k_thread_abort(crew_thread(0));
	zassert_equal(k_condvar_broadcast(&condvar), 2);
	crew_await_end(1);
	crew_await_end(2);
	zassert_ok(k_mutex_lock(&mutex, K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&mutex));
}

ZTEST(kernel_condvar, test_signalled_waiter_aborted)
{
	int prio = k_thread_priority_get(k_current_get());

	start_waiters(2, 5, 0);
	zassert_ok(k_mutex_lock(&mutex, K_FOREVER));
	zassert_equal(k_condvar_broadcast(&condvar), 2);
	k_thread_abort(crew_thread(0));
	zassert_ok(k_mutex_unlock(&mutex));
	crew_await_end(1);
	zassert_ok(results[1]);
	zassert_equal(k_thread_priority_get(k_current_get()), prio);
}

static void recursive_waiter(void *p1, void *p2, void *index)
{
	uintptr_t i = (uintptr_t)index;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	(void)k_mutex_lock(&mutex, K_FOREVER);
	(void)k_mutex_lock(&mutex, K_FOREVER);
	results[i] = k_condvar_wait(&condvar, &mutex, K_FOREVER);
	unlock_results[i] = k_mutex_unlock(&mutex) | k_mutex_unlock(&mutex);
}

/* The mutex is unlocked once: held twice, it stays locked, and is held twice again afterwards. */
ZTEST(kernel_condvar, test_mutex_held_twice)
{
	crew_start(0, recursive_waiter, NULL, NULL, 5);
	crew_await_blocked(0);
	zassert_equal(k_mutex_lock(&mutex, K_NO_WAIT), -EBUSY);
	zassert_ok(k_condvar_signal(&condvar));
	crew_await_end(0);
	zassert_ok(results[0]);
	zassert_ok(unlock_results[0]);
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

/* A bounded buffer, the classic use: nothing is lost, nothing comes twice. */
#define SLOTS 3U

static struct k_condvar not_full;
static struct k_condvar not_empty;
static unsigned int fill;
static uint32_t sum_in;
static uint32_t sum_out;
static uint32_t slots[SLOTS];

static void produce(uint32_t value)
{
	(void)k_mutex_lock(&mutex, K_FOREVER);
	while (fill == SLOTS) {
		(void)k_condvar_wait(&not_full, &mutex, K_FOREVER);
	}
	slots[fill++] = value;
	sum_in += value;
	(void)k_condvar_signal(&not_empty);
	(void)k_mutex_unlock(&mutex);
}

static void consume(bool timed)
{
	(void)k_mutex_lock(&mutex, K_FOREVER);
	while (fill == 0U) {
		(void)k_condvar_wait(&not_empty, &mutex, timed ? K_USEC(30) : K_FOREVER);
	}
	sum_out += slots[--fill];
	(void)k_condvar_signal(&not_full);
	(void)k_mutex_unlock(&mutex);
}

static void condvar_stress(void *rounds, void *p2, void *index)
{
	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		if (((uintptr_t)index & 2U) == 0U) {
			produce((uint32_t)(n * 8U + (uintptr_t)index));
		} else {
			consume(n % 2U == 0U);
		}
	}
}

ZTEST(kernel_condvar, test_smp_bounded_buffer)
{
	zassert_ok(k_condvar_init(&not_full));
	zassert_ok(k_condvar_init(&not_empty));
	fill = 0;
	sum_in = 0;
	sum_out = 0;
	crew_run(CREW_SIZE, condvar_stress, (void *)(uintptr_t)200, NULL, 4);
	zassert_equal(fill, 0);
	zassert_equal(sum_in, sum_out);
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

/* Timeouts that end just when a broadcast comes: everybody must be back, with the mutex. */
static volatile unsigned int inside;
static atomic_t returns;

static void condvar_racer(void *rounds, void *p2, void *index)
{
	uint32_t seed = (uint32_t)(uintptr_t)index;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		(void)k_mutex_lock(&mutex, K_FOREVER);
		(void)k_condvar_wait(&condvar, &mutex, K_USEC(10U + crew_random(&seed) % 40U));
		if (inside++ != 0U) {
			results[(uintptr_t)index] = -1;
		}
		k_busy_wait(2);
		inside--;
		if (k_mutex_unlock(&mutex) != 0) {
			results[(uintptr_t)index] = -2;
		}
		atomic_inc(&returns);
	}
}

ZTEST(kernel_condvar, test_timeout_races_with_broadcast)
{
	inside = 0;
	atomic_set(&returns, 0);
	for (unsigned int i = 0; i < 5; i++) {
		crew_start(i, condvar_racer, (void *)(uintptr_t)80, NULL, 4);
	}
	while (atomic_get(&returns) < 5 * 80) {
		k_usleep(15);
		(void)k_condvar_broadcast(&condvar);
	}
	for (unsigned int i = 0; i < 5; i++) {
		crew_await_end(i);
		zassert_equal(results[i], 1, "thread %u: %d", i, results[i]);
		zassert_equal(k_thread_priority_get(crew_thread(i)), 4);
	}
}
