/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Mutexes, towards the rest of the kernel: what changes a thread's priority or ends its wait by force
 * tells them. All with the kernel lock held.
 */
#ifndef KERNEL_MUTEX_H_
#define KERNEL_MUTEX_H_

#include <zephyr/kernel/mutex.h>

/**
 * @brief Brings a thread's priority in force up to date: its own, or the best it inherits.
 *
 * Goes on with the owner of the mutex it waits for, and so on, as far as priorities change. To be called
 * when `base.own_prio` has changed. Bound: see kernel/mutex.c.
 */
void z_mutex_prio_update(struct k_thread *t);

/**
 * @brief A thread no longer waits for its mutex, without having got it: its timeout ended, or it is being
 * aborted. It must be off the wait queue. No effect if it waited for none.
 */
void z_mutex_wait_ended(struct k_thread *t);

/** @brief A thread that ends: its mutexes stay locked for ever, but no longer refer to its lists. */
void z_mutex_owner_ended(struct k_thread *t);

/**
 * @brief Unlocks a mutex of the current thread as k_mutex_unlock() does, but goes on with the lock held.
 * @retval 0 / -EPERM / -EINVAL
 */
int z_mutex_unlock_locked(struct k_mutex *mutex);

/**
 * @brief A thread that waits for something else is woken when it has got a mutex: at once if it is free,
 * or else it waits for it from now on, without a timeout. Its z_pend() returns 0.
 */
void z_mutex_pass(struct k_mutex *mutex, struct k_thread *t);

#endif /* KERNEL_MUTEX_H_ */
