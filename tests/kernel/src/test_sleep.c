/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: sleeping, waking, busy waiting, timepoints, and timeouts that race with wakes.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

#include "crew.h"

static K_SEM_DEFINE(sleep_sem, 0, 1000);
static volatile unsigned int sleep_value;
static volatile int32_t sleep_left;

static void sleep_before(void *data)
{
	ARG_UNUSED(data);
	k_sem_reset(&sleep_sem);
	sleep_value = 0U;
	sleep_left = -1;
}

ZTEST_SUITE(sleep, NULL, NULL, sleep_before, crew_end, NULL);

ZTEST(sleep, test_never_early)
{
	static const int32_t spans[] = {1, 7, 50, 333, 1000, 2500};

	for (size_t i = 0; i < ARRAY_SIZE(spans); i++) {
		int64_t start = k_uptime_ticks();

		zassert_equal(k_usleep(spans[i]), 0);
		zassert_true(k_uptime_ticks() - start >= spans[i], "%d us", spans[i]);
	}
}

/* Exact where time is virtual: an idle machine sleeps to the tick and some instructions. */
ZTEST(sleep, test_units)
{
	int64_t start = k_uptime_get();

	zassert_equal(k_msleep(3), 0);
	zassert_equal(k_sleep(K_TICKS(500)), 0);
	zassert_equal(k_sleep(K_NSEC(1)), 0);
	zassert_equal(k_sleep(K_CYC(1000)), 0);
	zassert_equal(k_sleep(K_NO_WAIT), 0);
	zassert_equal(k_msleep(-5), 0, "a negative time is none");
	zassert_equal(k_usleep(-5), 0);
	zassert_true(k_uptime_get() - start >= 3);
	zassert_true(k_uptime_delta(&start) >= 3);
	zassert_equal(K_MSEC(1).ticks, CONFIG_SYS_CLOCK_TICKS_PER_SEC / 1000);
	zassert_equal(K_SECONDS(2).ticks, 2 * CONFIG_SYS_CLOCK_TICKS_PER_SEC);
	zassert_equal(K_MINUTES(1).ticks, K_SECONDS(60).ticks);
	zassert_equal(K_HOURS(1).ticks, K_MINUTES(60).ticks);
	zassert_true(K_TIMEOUT_EQ(K_MSEC(0), K_NO_WAIT));
	zassert_false(K_TIMEOUT_EQ(K_FOREVER, K_NO_WAIT));
}

ZTEST(sleep, test_absolute)
{
	int64_t when = k_uptime_ticks() + 700;

	(void)k_sleep(K_TIMEOUT_ABS_TICKS(when));
	zassert_true(k_uptime_ticks() >= when);
	(void)k_sleep(K_TIMEOUT_ABS_TICKS(1));
	(void)k_sleep(K_TIMEOUT_ABS_MS(k_uptime_get() + 1));
}

ZTEST(sleep, test_busy_wait)
{
	uint64_t start = k_cycle_get_64();

	k_busy_wait(300);
	zassert_true(k_cyc_to_us_floor64(k_cycle_get_64() - start) >= 299U);
	k_busy_wait(0);
}

static void sleep_sleeps(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	if (p1 == NULL) {
		sleep_left = k_sleep(K_FOREVER);
	} else {
		sleep_left = k_msleep(POINTER_TO_INT(p1));
	}
	sleep_value++;
}

static void sleep_await_sleeping(unsigned int i)
{
	while ((*(volatile uint16_t *)&crew_thread(i)->base.thread_state & _THREAD_SLEEPING) ==
	       0U) {
		k_usleep(50);
	}
}

ZTEST(sleep, test_wakeup)
{
	crew_start(0, sleep_sleeps, INT_TO_POINTER(100000), NULL, K_PRIO_PREEMPT(3));
	sleep_await_sleeping(0);
	k_wakeup(crew_thread(0));
	crew_await_end(0);
	zassert_true(sleep_left > 50000 && sleep_left <= 100000, "%d ms left", (int)sleep_left);

	crew_start(0, sleep_sleeps, NULL, NULL, K_PRIO_PREEMPT(3));
	sleep_await_sleeping(0);
	k_wakeup(crew_thread(0));
	crew_await_end(0);
	zassert_equal(sleep_value, 2U);
	k_wakeup(crew_thread(0));
	k_wakeup(k_current_get());
}

static void sleep_isr_wake(const void *t)
{
	k_wakeup((k_tid_t)(uintptr_t)t);
}

ZTEST(sleep, test_wakeup_in_isr)
{
	crew_start(0, sleep_sleeps, NULL, NULL, K_PRIO_PREEMPT(3));
	sleep_await_sleeping(0);
	irq_offload(sleep_isr_wake, crew_thread(0));
	crew_await_end(0);
}

static void sleep_takes(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	if (k_sem_take(&sleep_sem, K_FOREVER) == 0) {
		sleep_value++;
	}
}

ZTEST(sleep, test_wakeup_spares_waiters)
{
	crew_start(0, sleep_takes, NULL, NULL, K_PRIO_PREEMPT(3));
	crew_await_blocked(0);
	k_wakeup(crew_thread(0));
	k_msleep(1);
	zassert_equal(sleep_value, 0U, "k_wakeup() ends a sleep only");
	k_sem_give(&sleep_sem);
	crew_await_end(0);
	zassert_equal(sleep_value, 1U);
}

ZTEST(sleep, test_timepoints)
{
	k_timepoint_t soon = sys_timepoint_calc(K_USEC(200));
	k_timepoint_t later = sys_timepoint_calc(K_SECONDS(100));
	k_timepoint_t never = sys_timepoint_calc(K_FOREVER);
	k_timepoint_t now = sys_timepoint_calc(K_NO_WAIT);

	zassert_true(sys_timepoint_expired(now));
	zassert_true(sys_timepoint_cmp(soon, later) < 0);
	zassert_true(sys_timepoint_cmp(never, later) > 0);
	zassert_equal(sys_timepoint_cmp(later, later), 0);
	(void)k_usleep(300);
	zassert_true(sys_timepoint_expired(soon));
	zassert_false(sys_timepoint_expired(later));
	zassert_true(K_TIMEOUT_EQ(sys_timepoint_timeout(never), K_FOREVER));
	zassert_true(sys_timepoint_timeout(later).ticks > K_SECONDS(50).ticks);
}

ZTEST(sleep, test_conversions)
{
	zassert_equal(k_ms_to_ticks_ceil64(1), (uint64_t)CONFIG_SYS_CLOCK_TICKS_PER_SEC / 1000U);
	zassert_equal(k_ticks_to_ms_floor64(k_ms_to_ticks_ceil64(1234567)), 1234567U);
	zassert_equal(k_cyc_to_us_floor64((uint64_t)sys_clock_hw_cycles_per_sec()), 1000000U);
	zassert_equal(k_ms_to_cyc_ceil32(1000), (uint32_t)sys_clock_hw_cycles_per_sec());
	/* A century in ticks and back: nothing overflows on the way. */
	zassert_equal(k_ticks_to_sec_floor64(k_sec_to_ticks_ceil64(3155760000U)), 3155760000U);
	zassert_equal(k_cyc_to_sec_floor64(k_sec_to_cyc_floor64(3155760000U)), 3155760000U);
}

ZTEST(sleep, test_far_timeout)
{
	struct k_timer timer;

	k_timer_init(&timer, NULL, NULL);
	k_timer_start(&timer, K_TICKS(INT64_MAX), K_NO_WAIT);
	zassert_true(k_timer_remaining_ticks(&timer) > K_HOURS(24 * 365 * 50).ticks);
	k_timer_stop(&timer);
	k_timer_start(&timer, K_HOURS(24 * 365 * 100), K_NO_WAIT);
	zassert_within(k_timer_remaining_ticks(&timer), K_HOURS(24 * 365 * 100).ticks,
		       K_SECONDS(100).ticks);
	k_timer_stop(&timer);
}

/* ---- timeouts that race with wakes --------------------------------------------------- */

static atomic_t sleep_taken;
static atomic_t sleep_timed_out;
static volatile bool sleep_go_on;

static void sleep_race_take(void *p1, void *p2, void *p3)
{
	uint32_t random = (uint32_t)(uintptr_t)p3 + 1U;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	for (int i = 0; i < 300; i++) {
		int ret = k_sem_take(&sleep_sem, K_USEC(1 + crew_random(&random) % 60U));

		if (ret == 0) {
			atomic_inc(&sleep_taken);
		} else if (ret == -EAGAIN) {
			atomic_inc(&sleep_timed_out);
		} else {
			zassert_unreachable("k_sem_take() gives %d", ret);
		}
	}
}

static void sleep_race_give(void *p1, void *p2, void *p3)
{
	uint32_t random = 99U;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (sleep_go_on) {
		k_sem_give(&sleep_sem);
		sleep_value++;
		k_busy_wait(crew_random(&random) % 40U);
		if (sleep_value % 16U == 0U) {
			k_usleep(10);
		}
	}
}

/* Every semaphore that was given is either taken or still there: none lost, none doubled. */
ZTEST(sleep, test_timeout_races_with_wake)
{
	atomic_set(&sleep_taken, 0);
	atomic_set(&sleep_timed_out, 0);
	sleep_go_on = true;
	crew_start(0, sleep_race_give, NULL, NULL, K_PRIO_PREEMPT(8));
	for (unsigned int i = 1; i < 5U; i++) {
		crew_start(i, sleep_race_take, NULL, NULL, K_PRIO_PREEMPT(8));
	}
	for (unsigned int i = 1; i < 5U; i++) {
		crew_await_end(i);
	}
	sleep_go_on = false;
	crew_await_end(0);
	zassert_equal(atomic_get(&sleep_taken) + atomic_get(&sleep_timed_out), 1200);
	zassert_equal((unsigned int)atomic_get(&sleep_taken) + k_sem_count_get(&sleep_sem),
		      sleep_value);
}
