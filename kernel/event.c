/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events: 32 flags, any or all of which threads wait for.
 *
 * Whether a waiter's condition is met is decided at the moment the events change: it gets those it waited
 * for that are set then, even if they are cleared before it runs. Waking does not clear events.
 *
 * Bounds: constant without waiters. Otherwise a change of events looks at every waiter of the object once
 * and wakes those it is for, in order of urgency, under one hold of the kernel lock.
 */
#include <zephyr/kernel.h>

#include "kernel/sched.h"
#include "kernel/waitq.h"

#define WAIT_ANY 0U
#define WAIT_ALL 1U

void k_event_init(struct k_event *event)
{
	z_waitq_init(&event->wait_q);
	event->events = 0U;
}

/* Those of the wanted events that are set, if that is enough, or 0. */
static ALWAYS_INLINE uint32_t matched(uint32_t wanted, uint32_t set, uint32_t condition)
{
	uint32_t match = wanted & set;

	return condition == WAIT_ALL && match != wanted ? 0U : match;
}

static __noinline uint32_t wake_matching(struct k_event *event, uint32_t before, unsigned int key)
{
	uint32_t set = event->events;
	struct k_thread *waiter;
	struct k_thread *next;

	Z_WAITQ_FOREACH_SAFE(&event->wait_q, waiter, next) {
		uint32_t match = matched(waiter->events, set, waiter->event_options);

		if (match != 0U) {
			waiter->events = match;
			z_wake(waiter, 0);
		}
	}
	z_reschedule(key);
	return before;
}

static ALWAYS_INLINE uint32_t change(struct k_event *event, uint32_t events, uint32_t mask)
{
	unsigned int key = z_lock();
	uint32_t before = event->events;

	event->events = (before & ~mask) | (events & mask);
	if (unlikely(!z_waitq_is_empty(&event->wait_q))) {
		return wake_matching(event, before & mask, key);
	}
	z_unlock(key);
	return before & mask;
}

uint32_t k_event_post(struct k_event *event, uint32_t events)
{
	return change(event, events, events);
}

uint32_t k_event_set(struct k_event *event, uint32_t events)
{
	return change(event, events, UINT32_MAX);
}

uint32_t k_event_set_masked(struct k_event *event, uint32_t events, uint32_t events_mask)
{
	return change(event, events, events_mask);
}

uint32_t k_event_clear(struct k_event *event, uint32_t events)
{
	unsigned int key = z_lock();
	uint32_t before = event->events;

	/* Nobody waits for an event to be clear. */
	event->events = before & ~events;
	z_unlock(key);
	return before & events;
}

static __noinline uint32_t wait_slow(struct k_event *event, uint32_t events, uint32_t condition,
				     k_timeout_t timeout, unsigned int key)
{
	struct k_thread *cur = arch_current();

	if (events == 0U || K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
		return 0U;
	}
	cur->events = events;
	cur->event_options = condition;
	return z_pend(&event->wait_q, timeout, key) == 0 ? cur->events : 0U;
}

static ALWAYS_INLINE uint32_t wait_for(struct k_event *event, uint32_t events, bool reset,
				       uint32_t condition, k_timeout_t timeout)
{
	unsigned int key;
	uint32_t match;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_event_wait() must not wait in an ISR");
	key = z_lock();
	if (unlikely(reset) && events != 0U) {
		event->events = 0U;
	}
	match = matched(events, event->events, condition);
	if (likely(match != 0U)) {
		z_unlock(key);
		return match;
	}
	return wait_slow(event, events, condition, timeout, key);
}

uint32_t k_event_wait(struct k_event *event, uint32_t events, bool reset, k_timeout_t timeout)
{
	return wait_for(event, events, reset, WAIT_ANY, timeout);
}

uint32_t k_event_wait_all(struct k_event *event, uint32_t events, bool reset, k_timeout_t timeout)
{
	return wait_for(event, events, reset, WAIT_ALL, timeout);
}
