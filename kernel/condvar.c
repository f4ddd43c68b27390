/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Condition variables.
 *
 * A signal wakes the first waiter, by priority and then by arrival. What is woken needs the mutex again
 * before it can go on, and most often the signalling thread still holds it: so a waiter is not woken only
 * to wait again, but is given the mutex if it is free, or else moved to the mutex's wait queue. Its
 * timeout is cancelled by that, as the wait for the signal is over. A waiter whose timeout ends locks the
 * mutex itself.
 *
 * Bounds: signal is constant but for the scheduler's and the mutex's share. Broadcast does that for every
 * waiter under one hold of the kernel lock: all that wait when it is called are woken, and none that comes
 * later.
 */
#include <zephyr/kernel.h>

#include "kernel/mutex.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

int k_condvar_init(struct k_condvar *condvar)
{
	z_waitq_init(&condvar->wait_q);
	return 0;
}

int k_condvar_signal(struct k_condvar *condvar)
{
	unsigned int key = z_lock();
	struct k_thread *waiter = z_waitq_first(&condvar->wait_q);

	if (waiter == NULL) {
		z_unlock(key);
		return 0;
	}
	z_mutex_pass(waiter->swap_data, waiter);
	z_reschedule(key);
	return 0;
}

int k_condvar_broadcast(struct k_condvar *condvar)
{
	unsigned int key = z_lock();
	struct k_thread *waiter;
	int woken = 0;

	while ((waiter = z_waitq_first(&condvar->wait_q)) != NULL) {
		z_mutex_pass(waiter->swap_data, waiter);
		woken++;
	}
	z_reschedule(key);
	return woken;
}

int k_condvar_wait(struct k_condvar *condvar, struct k_mutex *mutex, k_timeout_t timeout)
{
	unsigned int key;
	int ret = -EAGAIN;

	__ASSERT(!arch_is_in_isr(), "k_condvar_wait() must not be called in an ISR");
	key = z_lock();
	(void)z_mutex_unlock_locked(mutex);
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_reschedule(key);
	} else {
		arch_current()->swap_data = mutex;
		ret = z_pend(&condvar->wait_q, timeout, key);
	}
	if (ret != 0) {
		(void)k_mutex_lock(mutex, K_FOREVER);
	}
	return ret;
}
