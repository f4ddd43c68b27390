/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * sys_mutex: a mutex that Zephyr's user mode could place in its own memory. Here it is a k_mutex.
 */
#ifndef ZEPHYR_INCLUDE_SYS_MUTEX_H_
#define ZEPHYR_INCLUDE_SYS_MUTEX_H_

#include <zephyr/kernel.h>

struct sys_mutex {
	struct k_mutex kernel_mutex;
};

/** Defines a mutex that is ready for use; may follow `static`. */
#define SYS_MUTEX_DEFINE(name)                                                                     \
	struct sys_mutex name = {.kernel_mutex = Z_MUTEX_INITIALIZER(name.kernel_mutex)}

/** @brief Initialises a mutex as unlocked. */
static inline void sys_mutex_init(struct sys_mutex *mutex)
{
	(void)k_mutex_init(&mutex->kernel_mutex);
}

/** @brief See k_mutex_lock(). */
static inline int sys_mutex_lock(struct sys_mutex *mutex, k_timeout_t timeout)
{
	return k_mutex_lock(&mutex->kernel_mutex, timeout);
}

/** @brief See k_mutex_unlock(). */
static inline int sys_mutex_unlock(struct sys_mutex *mutex)
{
	return k_mutex_unlock(&mutex->kernel_mutex);
}

#endif /* ZEPHYR_INCLUDE_SYS_MUTEX_H_ */
