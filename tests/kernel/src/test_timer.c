/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers: expiry, period, status, stop, and what holds when they are many.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

#include "crew.h"

static struct k_timer timer_a;
static volatile uint32_t timer_expired;
static volatile uint32_t timer_stopped;
static volatile bool timer_in_isr;
static volatile int64_t timer_last;

static void timer_on_expiry(struct k_timer *t)
{
	timer_last = k_uptime_ticks();
	timer_in_isr = k_is_in_isr();
	timer_expired++;
	ARG_UNUSED(t);
}

static void timer_on_stop(struct k_timer *t)
{
	ARG_UNUSED(t);
	timer_stopped++;
}

static void timer_before(void *data)
{
	ARG_UNUSED(data);
	timer_expired = 0U;
	timer_stopped = 0U;
	timer_in_isr = false;
	k_timer_init(&timer_a, timer_on_expiry, timer_on_stop);
}

static void timer_after(void *data)
{
	ARG_UNUSED(data);
	k_timer_stop(&timer_a);
}

ZTEST_SUITE(timer, NULL, NULL, timer_before, timer_after, NULL);

K_TIMER_DEFINE(timer_static, timer_on_expiry, timer_on_stop);

ZTEST(timer, test_one_shot)
{
	int64_t start = k_uptime_ticks();

	k_timer_start(&timer_a, K_MSEC(20), K_NO_WAIT);
	zassert_true(k_timer_remaining_ticks(&timer_a) > 0);
	zassert_within(k_timer_expires_ticks(&timer_a), start + 30000, 10000);
	crew_await_value(&timer_expired, 1U);
	zassert_true(timer_in_isr, "the expiry function runs in the interrupt");
	zassert_true(timer_last - start >= 20000, "early: %d ticks", (int)(timer_last - start));
	zassert_equal(k_timer_remaining_ticks(&timer_a), 0);
	zassert_equal(k_timer_remaining_get(&timer_a), 0U);
	zassert_equal(k_timer_status_get(&timer_a), 1U);
	zassert_equal(k_timer_status_get(&timer_a), 0U, "reading clears the status");
	zassert_equal(timer_stopped, 0U);
}

ZTEST(timer, test_static_definition)
{
	k_timer_start(&timer_static, K_NO_WAIT, K_FOREVER);
	crew_await_value(&timer_expired, 1U);
	zassert_equal(k_timer_status_get(&timer_static), 1U);
}

ZTEST(timer, test_period_does_not_drift)
{
	int64_t start = k_uptime_ticks();

	k_timer_start(&timer_a, K_MSEC(1), K_USEC(500));
	while (timer_expired < 10U) {
		k_usleep(100);
	}
	k_timer_stop(&timer_a);
	zassert_equal(timer_stopped, 1U);
	/* The tenth: 1 ms and nine half ones after the start, however late each interrupt was. */
	zassert_true(timer_last - start >= 5500, "%d ticks", (int)(timer_last - start));
	k_timer_stop(&timer_a);
	zassert_equal(timer_stopped, 1U, "a stopped timer is not stopped again");
}

ZTEST(timer, test_restart_clears_status)
{
	k_timer_start(&timer_a, K_USEC(100), K_USEC(100));
	while (timer_expired < 2U) {
		k_usleep(100);
	}
	k_timer_start(&timer_a, K_SECONDS(100), K_NO_WAIT);
	zassert_equal(k_timer_status_get(&timer_a), 0U);
	zassert_true(k_timer_remaining_get(&timer_a) > 90000U);
}

ZTEST(timer, test_duration_forever)
{
	k_timer_start(&timer_a, K_FOREVER, K_MSEC(1));
	zassert_equal(k_timer_remaining_ticks(&timer_a), 0, "K_FOREVER: nothing is done");
	k_timer_start(&timer_a, K_USEC(300), K_FOREVER);
	crew_await_value(&timer_expired, 1U);
	k_msleep(1);
	zassert_equal(timer_expired, 1U, "a period of K_FOREVER: once");
}

ZTEST(timer, test_absolute)
{
	int64_t when = k_uptime_ticks() + 20000;

	k_timer_start(&timer_a, K_TIMEOUT_ABS_TICKS(when), K_NO_WAIT);
	zassert_within(k_timer_expires_ticks(&timer_a), when, 1);
	crew_await_value(&timer_expired, 1U);
	zassert_true(timer_last >= when);

	/* What lies in the past is due at once. */
	k_timer_start(&timer_a, K_TIMEOUT_ABS_TICKS(1), K_NO_WAIT);
	crew_await_value(&timer_expired, 2U);
}

ZTEST(timer, test_status_sync)
{
	zassert_equal(k_timer_status_sync(&timer_a), 0U, "a stopped timer is not waited for");
	for (uint32_t i = 1U; i <= 3U; i++) {
		k_timer_start(&timer_a, K_USEC(300), K_NO_WAIT);
		zassert_equal(k_timer_status_sync(&timer_a), 1U);
		zassert_equal(timer_expired, i, "the expiry function has run before the waiter");
	}
	k_timer_start(&timer_a, K_USEC(100), K_USEC(100));
	while (timer_expired < 6U) {
		k_usleep(100);
	}
	zassert_true(k_timer_status_sync(&timer_a) >= 2U, "expirations add up");
}

static void timer_stopper(struct k_timer *t)
{
	ARG_UNUSED(t);
	k_timer_stop(&timer_a);
}

ZTEST(timer, test_stop_ends_wait)
{
	struct k_timer other;

	k_timer_init(&other, timer_stopper, NULL);
	k_timer_start(&timer_a, K_SECONDS(100), K_NO_WAIT);
	k_timer_start(&other, K_USEC(300), K_NO_WAIT);
	zassert_equal(k_timer_status_sync(&timer_a), 0U);
	zassert_equal(timer_stopped, 1U);
}

static void timer_stop_self(struct k_timer *t)
{
	timer_expired++;
	k_timer_stop(t);
}

ZTEST(timer, test_stop_in_expiry)
{
	k_timer_init(&timer_a, timer_stop_self, timer_on_stop);
	k_timer_start(&timer_a, K_USEC(200), K_USEC(200));
	crew_await_value(&timer_expired, 1U);
	k_msleep(1);
	zassert_equal(timer_expired, 1U);
	zassert_equal(timer_stopped, 1U);
}

static void timer_restart_self(struct k_timer *t)
{
	if (++timer_expired < 5U) {
		k_timer_start(t, K_USEC(100), K_NO_WAIT);
	}
}

ZTEST(timer, test_restart_in_expiry)
{
	k_timer_init(&timer_a, timer_restart_self, NULL);
	k_timer_start(&timer_a, K_USEC(100), K_NO_WAIT);
	crew_await_value(&timer_expired, 5U);
}

static void timer_isr_start(const void *arg)
{
	ARG_UNUSED(arg);
	k_timer_start(&timer_a, K_USEC(100), K_NO_WAIT);
}

ZTEST(timer, test_start_in_isr)
{
	irq_offload(timer_isr_start, NULL);
	crew_await_value(&timer_expired, 1U);
}

ZTEST(timer, test_user_data)
{
	k_timer_user_data_set(&timer_a, &timer_static);
	zassert_equal_ptr(k_timer_user_data_get(&timer_a), &timer_static);
}

/* Interrupts masked for many periods: the status counts them all, the function is called once. */
ZTEST(timer, test_missed_periods)
{
	unsigned int key;
	uint32_t status;

	z_test_1cpu_start();
	key = irq_lock();
	k_timer_start(&timer_a, K_USEC(100), K_USEC(100));
	k_busy_wait(2000);
	irq_unlock(key);
	/* The interrupt is pending now, but an emulator under load may take its time to deliver it. */
	for (unsigned int i = 0U; i < 10000U && *(volatile uint32_t *)&timer_expired == 0U; i++) {
		k_busy_wait(10);
	}
	k_timer_stop(&timer_a);
	status = k_timer_status_get(&timer_a);
	z_test_1cpu_stop();
	zassert_true(status >= 18U, "counted %u of about 20", status);
	zassert_true(timer_expired <= status / 2U && timer_expired >= 1U, "called %u times",
		     timer_expired);
}

#define TIMERS 1024
static struct k_timer timers[TIMERS];
static int64_t timers_due[TIMERS];
static atomic_t timers_done;
static atomic_t timers_early;

static void timers_on_expiry(struct k_timer *t)
{
	size_t i = ARRAY_INDEX(timers, t);

	if (k_uptime_ticks() < timers_due[i]) {
		atomic_inc(&timers_early);
	}
	atomic_inc(&timers_done);
}

/*
 * More than a thousand at a time, started in no order, some cancelled: none is early, none is lost.
 */
ZTEST(timer, test_mass)
{
	uint32_t random = 12345U;
	int cancelled = 0;

	atomic_set(&timers_done, 0);
	atomic_set(&timers_early, 0);
	for (int i = 0; i < TIMERS; i++) {
		random = random * 1664525U + 1013904223U;
		k_timer_init(&timers[i], timers_on_expiry, NULL);
		timers_due[i] = k_uptime_ticks() + 20000 + (random >> 8) % 20000U;
		k_timer_start(&timers[i], K_TIMEOUT_ABS_TICKS(timers_due[i]), K_NO_WAIT);
	}
	for (int i = 0; i < TIMERS; i += 7) {
		k_timer_stop(&timers[i]);
		cancelled += k_timer_status_get(&timers[i]) == 0U ? 1 : 0;
	}
	for (int i = 0; i < 200 && atomic_get(&timers_done) < TIMERS - cancelled; i++) {
		k_msleep(5);
	}
	zassert_equal(atomic_get(&timers_early), 0);
	zassert_equal(atomic_get(&timers_done), TIMERS - cancelled, "%d of %d",
		      (int)atomic_get(&timers_done), TIMERS - cancelled);
}
