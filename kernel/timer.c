/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers.
 *
 * A timer is a timeout that starts itself again, relative to the tick it was due at: a late
 * interrupt does not add up. Starting and stopping are O(log n) in the pending timeouts of a CPU.
 * An expiration is O(log n) plus the expiry function, which runs in the timer interrupt without the
 * kernel lock; one thread at most is woken. Periods that passed before the interrupt was taken are
 * counted by one division, not one by one, so that a period too short for the machine costs time
 * but stops nothing.
 *
 * The order within an expiration is part of the semantics: the timer is running again before its
 * expiry function is called (which may stop it), and the waiting thread is woken after that.
 */
#include <zephyr/kernel.h>

#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"

static bool timer_is_periodic(const struct k_timer *timer)
{
	return timer->period.ticks > 0;
}

/* Starts the next period; returns the number of expirations that this one stands for. Lock held. */
static uint32_t timer_next_period(struct k_timer *timer)
{
	uint64_t period = (uint64_t)timer->period.ticks;
	uint64_t now = (uint64_t)sys_clock_tick_get();
	uint64_t missed = 0U;

	timer->tick += period;
	if (unlikely(timer->tick < now)) {
		missed = (now - timer->tick) / period + 1U;
		timer->tick += missed * period;
	}
	z_timeout_add_at(&timer->timeout, timer->tick);
	return (uint32_t)missed + 1U;
}

void z_timer_expired(struct _timeout *t)
{
	struct k_timer *timer = CONTAINER_OF(t, struct k_timer, timeout);
	struct k_thread *waiter;

	if (timer_is_periodic(timer)) {
		timer->status += timer_next_period(timer);
	} else {
		timer->status++;
	}
	if (timer->expiry_fn != NULL) {
		z_unlock_masked();
		timer->expiry_fn(timer);
		z_lock_masked();
	}
	waiter = z_waitq_first(&timer->wait_q);
	if (waiter != NULL) {
		z_wake(waiter, 0);
	}
}

void k_timer_init(struct k_timer *timer, k_timer_expiry_t expiry_fn, k_timer_stop_t stop_fn)
{
	z_timeout_init(&timer->timeout, z_timer_expired);
	z_waitq_init(&timer->wait_q);
	timer->expiry_fn = expiry_fn;
	timer->stop_fn = stop_fn;
	timer->period = K_NO_WAIT;
	timer->status = 0U;
	timer->user_data = NULL;
}

void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period)
{
	unsigned int key;

	if (K_TIMEOUT_EQ(duration, K_FOREVER)) {
		return;
	}
	key = z_lock();
	z_timeout_cancel(&timer->timeout);
	timer->period = period;
	timer->status = 0U;
	if (!timer_is_periodic(timer)) {
		z_timeout_add(&timer->timeout, duration);
	} else {
		/* On a whole tick, from which the others can be counted. */
		timer->tick = Z_IS_TIMEOUT_RELATIVE(duration)
				      ? (uint64_t)sys_clock_tick_get() + 1U +
						(uint64_t)duration.ticks
				      : (uint64_t)Z_TICK_ABS(duration.ticks);
		z_timeout_add_at(&timer->timeout, timer->tick);
	}
	z_unlock(key);
}

void k_timer_stop(struct k_timer *timer)
{
	struct k_thread *waiter;
	unsigned int key = z_lock();

	if (!z_timeout_cancel(&timer->timeout)) {
		z_unlock(key);
		return;
	}
	if (timer->stop_fn != NULL) {
		z_unlock(key);
		timer->stop_fn(timer);
		key = z_lock();
	}
	waiter = z_waitq_first(&timer->wait_q);
	if (waiter != NULL) {
		z_wake(waiter, 0);
	}
	z_reschedule(key);
}

/* Reads the status and sets it back. Lock held. */
static uint32_t timer_take_status(struct k_timer *timer)
{
	uint32_t status = timer->status;

	timer->status = 0U;
	return status;
}

uint32_t k_timer_status_get(struct k_timer *timer)
{
	unsigned int key = z_lock();
	uint32_t status = timer_take_status(timer);

	z_unlock(key);
	return status;
}

uint32_t k_timer_status_sync(struct k_timer *timer)
{
	unsigned int key;
	uint32_t status;

	__ASSERT(!k_is_in_isr(), "k_timer_status_sync() may block: not from an ISR");

	key = z_lock();
	if (timer->status == 0U && z_timeout_pending(&timer->timeout)) {
		(void)z_pend(&timer->wait_q, K_FOREVER, key);
		key = z_lock();
	}
	status = timer_take_status(timer);
	z_unlock(key);
	return status;
}

k_ticks_t k_timer_expires_ticks(const struct k_timer *timer)
{
	return z_timeout_expires(&timer->timeout);
}

k_ticks_t k_timer_remaining_ticks(const struct k_timer *timer)
{
	return z_timeout_remaining(&timer->timeout);
}
