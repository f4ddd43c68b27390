/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Mutexes with priority inheritance.
 */
#ifndef ZEPHYR_KERNEL_MUTEX_H_
#define ZEPHYR_KERNEL_MUTEX_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

/** A lock that belongs to the thread that took it, which may take it again. */
struct k_mutex {
	_wait_q_t wait_q;
	/** Thread that holds it, or NULL. */
	struct k_thread *owner;
	/** How often the owner has locked it beyond the first time; the owner's alone. */
	uint32_t relocks;
	/** It is in the owner's list of mutexes for which somebody waits; see kernel/mutex.c. */
	uint32_t waited;
	sys_dnode_t owned;
};

#define Z_MUTEX_INITIALIZER(obj)                                                                   \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
	}

/** Defines a mutex that is ready for use. */
#define K_MUTEX_DEFINE(name) STRUCT_SECTION_ITERABLE(k_mutex, name) = Z_MUTEX_INITIALIZER(name)

/**
 * @brief Initialises a mutex as unlocked.
 * @param mutex the mutex; nobody may hold it or wait for it
 * @retval 0 always. ISR ok.
 */
int k_mutex_init(struct k_mutex *mutex);

/**
 * @brief Locks a mutex: waits until it is free, unless the caller holds it already.
 *
 * While a thread waits, the owner runs with the priority of the most urgent waiter (but not above
 * CONFIG_PRIORITY_CEILING); if the owner itself waits for a mutex, so does the owner of that one, and
 * so on. Waiters are served by priority. May block. Not from an ISR.
 * @param mutex the mutex
 * @param timeout how long to wait at most
 * @retval 0 locked; needs as many unlocks as there were locks
 * @retval -EBUSY another thread holds it and @p timeout is K_NO_WAIT
 * @retval -EAGAIN not within @p timeout
 */
int k_mutex_lock(struct k_mutex *mutex, k_timeout_t timeout);

/**
 * @brief Unlocks a mutex; the last unlock passes it on to the first waiter. Not from an ISR.
 * @param mutex the mutex
 * @retval 0 done
 * @retval -EPERM another thread holds it
 * @retval -EINVAL nobody holds it
 */
int k_mutex_unlock(struct k_mutex *mutex);

#endif /* ZEPHYR_KERNEL_MUTEX_H_ */
