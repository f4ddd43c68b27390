/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Counting semaphores.
 *
 * A give goes to the first waiter, by priority and then by arrival, and never passes through the count:
 * nobody can take it from under the woken thread. So the count is zero while anybody waits.
 *
 * Bounds: constant time, but for waking (which costs what the scheduler costs), adding a waiter
 * (O(waiters that are less urgent)) and k_sem_reset() (O(waiters), under the kernel lock).
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/check.h>

#include "kernel/sched.h"
#include "kernel/waitq.h"

int k_sem_init(struct k_sem *sem, unsigned int initial_count, unsigned int limit)
{
	CHECKIF(limit == 0U || initial_count > limit) {
		return -EINVAL;
	}
	z_waitq_init(&sem->wait_q);
	sem->count = initial_count;
	sem->limit = limit;
	sys_dlist_init(&sem->poll_events);
	return 0;
}

/* Somebody waits, or polls. */
static __noinline void give_slow(struct k_sem *sem, unsigned int key)
{
	struct k_thread *waiter = z_waitq_first(&sem->wait_q);

	if (waiter != NULL) {
		z_wake(waiter, 0);
	} else {
		z_handle_obj_poll_events(&sem->poll_events, K_POLL_STATE_SEM_AVAILABLE);
	}
	z_reschedule(key);
}

void k_sem_give(struct k_sem *sem)
{
	unsigned int key = z_lock();

	if (likely(z_waitq_is_empty(&sem->wait_q))) {
		sem->count += sem->count != sem->limit ? 1U : 0U;
		if (likely(sys_dlist_is_empty(&sem->poll_events))) {
			z_unlock(key);
			return;
		}
	}
	give_slow(sem, key);
}

int k_sem_take(struct k_sem *sem, k_timeout_t timeout)
{
	unsigned int key;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_sem_take() must not wait in an ISR");
	key = z_lock();
	if (likely(sem->count != 0U)) {
		sem->count--;
		z_unlock(key);
		return 0;
	}
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
		return -EBUSY;
	}
	return z_pend(&sem->wait_q, timeout, key);
}

void k_sem_reset(struct k_sem *sem)
{
	unsigned int key = z_lock();

	(void)z_waitq_wake_all(&sem->wait_q, -EAGAIN);
	sem->count = 0U;
	if (!sys_dlist_is_empty(&sem->poll_events)) {
		z_handle_obj_poll_events(&sem->poll_events, K_POLL_STATE_SEM_AVAILABLE);
	}
	z_reschedule(key);
}
