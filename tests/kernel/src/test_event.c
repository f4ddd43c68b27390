/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: what posting, setting and clearing return; waits for any and for all; reset; waiters with
 * different conditions; interrupts; rendezvous on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

K_EVENT_DEFINE(event_static);
static struct k_event event;
static uint32_t results[CREW_SIZE];
static volatile unsigned int woken;

static void event_before(void *fixture)
{
	ARG_UNUSED(fixture);
	k_event_init(&event);
	woken = 0;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 0xdead;
	}
}

ZTEST_SUITE(kernel_event, NULL, NULL, event_before, crew_end, NULL);

static void any_waiter(void *events, void *timeout_us, void *index)
{
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	results[(uintptr_t)index] = k_event_wait(&event, (uint32_t)(uintptr_t)events, false,
						 timeout);
	woken++;
}

static void all_waiter(void *events, void *timeout_us, void *index)
{
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	results[(uintptr_t)index] = k_event_wait_all(&event, (uint32_t)(uintptr_t)events, false,
						     timeout);
	woken++;
}

static void start(unsigned int i, k_thread_entry_t fn, uint32_t events, unsigned int timeout_us)
{
	crew_start(i, fn, (void *)(uintptr_t)events, (void *)(uintptr_t)timeout_us, 5);
	crew_await_blocked(i);
}

ZTEST(kernel_event, test_static_definition)
{
	zassert_equal(k_event_test(&event_static, UINT32_MAX), 0);
	zassert_equal(k_event_post(&event_static, 1), 0);
	zassert_equal(k_event_wait(&event_static, 1, false, K_NO_WAIT), 1);
}

ZTEST(kernel_event, test_previous_values)
{
	zassert_equal(k_event_post(&event, 0x5), 0);
	zassert_equal(k_event_post(&event, 0x6), 0x4, "of those posted, which were set");
	zassert_equal(k_event_test(&event, UINT32_MAX), 0x7);
	zassert_equal(k_event_set(&event, 0xf0), 0x7);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0xf0);
	zassert_equal(k_event_set_masked(&event, 0x0f, 0x33), 0x30);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0xc3);
	zassert_equal(k_event_clear(&event, 0x41), 0x41);
	zassert_equal(k_event_clear(&event, 0x41), 0);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0x82);
	zassert_equal(k_event_test(&event, 0x0f), 0x02);
	zassert_equal(k_event_set(&event, 0), 0x82);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0);
	zassert_equal(k_event_post(&event, 0x80000001), 0);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0x80000001);
}

ZTEST(kernel_event, test_wait_already_met)
{
	(void)k_event_post(&event, 0x0f);
	zassert_equal(k_event_wait(&event, 0x11, false, K_NO_WAIT), 0x01);
	zassert_equal(k_event_wait(&event, 0xff, false, K_FOREVER), 0x0f);
	zassert_equal(k_event_wait_all(&event, 0x05, false, K_FOREVER), 0x05);
	zassert_equal(k_event_wait_all(&event, 0x11, false, K_NO_WAIT), 0);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0x0f, "waiting changed the events");
}

ZTEST(kernel_event, test_wait_not_met)
{
	int64_t start_tick = k_uptime_ticks();

	zassert_equal(k_event_wait(&event, 1, false, K_NO_WAIT), 0);
	zassert_equal(k_event_wait_all(&event, 3, false, K_NO_WAIT), 0);
	zassert_equal(k_event_wait(&event, 1, false, K_MSEC(2)), 0);
	zassert_true(k_uptime_ticks() - start_tick >= (int64_t)k_ms_to_ticks_floor64(2));
	(void)k_event_post(&event, 1);
	zassert_equal(k_event_wait_all(&event, 3, false, K_MSEC(1)), 0);
}

ZTEST(kernel_event, test_wait_for_nothing)
{
	(void)k_event_post(&event, 0xff);
	zassert_equal(k_event_wait(&event, 0, false, K_FOREVER), 0, "does not block");
	zassert_equal(k_event_wait_all(&event, 0, true, K_FOREVER), 0);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0xff);
}

ZTEST(kernel_event, test_reset)
{
	(void)k_event_post(&event, 0xff);
	zassert_equal(k_event_wait(&event, 0x0f, true, K_MSEC(1)), 0, "reset comes first");
	zassert_equal(k_event_test(&event, UINT32_MAX), 0);
	(void)k_event_post(&event, 0x0f);
	zassert_equal(k_event_wait_all(&event, 0x0f, true, K_NO_WAIT), 0);
	zassert_equal(k_event_test(&event, UINT32_MAX), 0);
}

ZTEST(kernel_event, test_wake_any)
{
	start(0, any_waiter, 0x30, 0);
	(void)k_event_post(&event, 0x0f);
	k_usleep(200);
	zassert_equal(woken, 0, "woken by events it does not wait for");
	(void)k_event_post(&event, 0x10);
	crew_await_end(0);
	zassert_equal(results[0], 0x10, "only those waited for are returned");
	zassert_equal(k_event_test(&event, UINT32_MAX), 0x1f);
}

ZTEST(kernel_event, test_wake_all)
{
	start(0, all_waiter, 0x31, 0);
	(void)k_event_post(&event, 0x10);
	(void)k_event_post(&event, 0x20);
	k_usleep(200);
	zassert_equal(woken, 0);
	(void)k_event_clear(&event, 0x10);
	(void)k_event_post(&event, 0x01);
	k_usleep(200);
	zassert_equal(woken, 0, "what was cleared does not count");
	(void)k_event_post(&event, 0x10);
	crew_await_end(0);
	zassert_equal(results[0], 0x31);
}

ZTEST(kernel_event, test_set_wakes)
{
	start(0, any_waiter, 0x01, 0);
	start(1, all_waiter, 0x03, 0);
	start(2, any_waiter, 0x04, 0);
	(void)k_event_set(&event, 0x03);
	crew_await_end(0);
	crew_await_end(1);
	zassert_equal(results[0], 0x01);
	zassert_equal(results[1], 0x03);
	(void)k_event_set_masked(&event, 0xff, 0x04);
	crew_await_end(2);
	zassert_equal(results[2], 0x04);
}

/* One post wakes all that it is for, and no other. */
ZTEST(kernel_event, test_several_waiters)
{
	start(0, any_waiter, 0x01, 0);
	start(1, any_waiter, 0x03, 0);
	start(2, all_waiter, 0x03, 0);
	start(3, all_waiter, 0x07, 0);
	start(4, any_waiter, 0x08, 0);
	start(5, all_waiter, 0x08, 10000000);
	(void)k_event_post(&event, 0x03);
	crew_await_value(&woken, 3);
	zassert_equal(results[0], 0x01);
	zassert_equal(results[1], 0x03);
	zassert_equal(results[2], 0x03);
	zassert_equal(results[3], 0xdead);
	(void)k_event_post(&event, 0x0c);
	for (unsigned int i = 0; i < 6; i++) {
		crew_await_end(i);
	}
	zassert_equal(results[3], 0x07);
	zassert_equal(results[4], 0x08);
	zassert_equal(results[5], 0x08);
}

/* The waiter gets what was set at the moment of the post, even if that is cleared before it runs. */
ZTEST(kernel_event, test_posted_then_cleared)
{
	start(0, any_waiter, 0x0f, 0);
	(void)k_event_post(&event, 0x02);
	(void)k_event_clear(&event, 0x02);
	crew_await_end(0);
	zassert_equal(results[0], 0x02);
}

ZTEST(kernel_event, test_timeout_of_waiter)
{
	start(0, any_waiter, 0x01, 300000);
	start(1, all_waiter, 0x03, 300000);
	(void)k_event_post(&event, 0x02);
	crew_await_end(0);
	crew_await_end(1);
	zassert_equal(results[0], 0);
	zassert_equal(results[1], 0);
}

static void isr_post(const void *e)
{
	results[7] = k_event_post((struct k_event *)(uintptr_t)e, 0x10);
}

static void isr_wait(const void *e)
{
	results[7] = k_event_wait((struct k_event *)(uintptr_t)e, 0x30, false, K_NO_WAIT);
}

ZTEST(kernel_event, test_isr)
{
	start(0, any_waiter, 0x10, 0);
	irq_offload(isr_post, &event);
	crew_await_end(0);
	zassert_equal(results[0], 0x10);
	zassert_equal(results[7], 0);
	irq_offload(isr_wait, &event);
	zassert_equal(results[7], 0x10);
}

ZTEST(kernel_event, test_waiter_aborted_or_suspended)
{
	start(0, any_waiter, 0x01, 0);
	start(1, any_waiter, 0x01, 0);
	start(2, any_waiter, 0x01, 0);
	k_thread_abort(crew_thread(1));
	k_thread_suspend(crew_thread(2));
	(void)k_event_post(&event, 0x01);
	crew_await_end(0);
	k_usleep(200);
	zassert_equal(woken, 1);
	(void)k_event_clear(&event, 0x01);
	k_thread_resume(crew_thread(2));
	crew_await_end(2);
	zassert_equal(results[2], 0x01);
}

/* A rendezvous of threads on all CPUs, over and over. */
#define PARTIES 4U

static struct k_event arrived;
static atomic_t passed;

static void rendezvous(void *rounds, void *p2, void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;

	ARG_UNUSED(p2);
	for (uint32_t n = 0; n < (uint32_t)(uintptr_t)rounds; n++) {
		uint32_t phase = n % 4U;
		uint32_t all = ((1U << PARTIES) - 1U) << (phase * PARTIES);

		/* The bits of the phase after next: nobody can be there or still look at them. */
		(void)k_event_clear(&arrived, 1U << (((phase + 2U) % 4U) * PARTIES + i));
		(void)k_event_post(&arrived, 1U << (phase * PARTIES + i));
		if (k_event_wait_all(&arrived, all, false, K_FOREVER) == all) {
			atomic_inc(&passed);
		}
	}
}

ZTEST(kernel_event, test_smp_rendezvous)
{
	k_event_init(&arrived);
	atomic_set(&passed, 0);
	crew_run(PARTIES, rendezvous, (void *)(uintptr_t)300, NULL, 4);
	zassert_equal(atomic_get(&passed), 300 * PARTIES);
}

/* Timeouts that race with posts: a post is either seen or still there. */
static atomic_t seen;

static void event_racer(void *rounds, void *p2, void *index)
{
	uint32_t bit = 1U << (unsigned int)(uintptr_t)index;
	uint32_t seed = bit;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0;) {
		uint32_t got = k_event_wait(&event, bit, false,
					    K_USEC(10U + crew_random(&seed) % 30U));

		if (got == bit && k_event_clear(&event, bit) == bit) {
			atomic_inc(&seen);
			n--;
		}
	}
}

ZTEST(kernel_event, test_timeout_races_with_post)
{
	atomic_set(&seen, 0);
	for (unsigned int i = 0; i < 4; i++) {
		crew_start_on(i, event_racer, (void *)(uintptr_t)50, NULL, 4, i);
	}
	for (int tries = 0; tries < 100000 && atomic_get(&seen) < 4 * 50; tries++) {
		(void)k_event_post(&event, 0x0f);
		k_usleep(20);
	}
	for (unsigned int i = 0; i < 4; i++) {
		crew_await_end(i);
	}
	zassert_equal(atomic_get(&seen), 4 * 50);
}
