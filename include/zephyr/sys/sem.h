/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * sys_sem: a semaphore that Zephyr's user mode could place in its own memory. Here it is a k_sem.
 */
#ifndef ZEPHYR_INCLUDE_SYS_SEM_H_
#define ZEPHYR_INCLUDE_SYS_SEM_H_

#include <zephyr/kernel.h>

struct sys_sem {
	struct k_sem kernel_sem;
};

/** Defines a semaphore that is ready for use; may follow `static`. */
#define SYS_SEM_DEFINE(_name, _initial_count, _count_limit)                                        \
	struct sys_sem _name = {                                                                   \
		.kernel_sem = Z_SEM_INITIALIZER(_name.kernel_sem, _initial_count, _count_limit)}

/** @brief Initialises a semaphore. @retval 0 / -EINVAL as k_sem_init() */
static inline int sys_sem_init(struct sys_sem *sem, unsigned int initial_count, unsigned int limit)
{
	return k_sem_init(&sem->kernel_sem, initial_count, limit);
}

/** @brief Gives a semaphore. @retval 0 always. ISR ok. */
static inline int sys_sem_give(struct sys_sem *sem)
{
	k_sem_give(&sem->kernel_sem);
	return 0;
}

/**
 * @brief Takes a semaphore. May block.
 * @retval 0 taken
 * @retval -ETIMEDOUT not within @p timeout, be that K_NO_WAIT. ISR ok with K_NO_WAIT.
 */
static inline int sys_sem_take(struct sys_sem *sem, k_timeout_t timeout)
{
	return k_sem_take(&sem->kernel_sem, timeout) == 0 ? 0 : -ETIMEDOUT;
}

/** @return the count, at this moment. ISR ok. */
static inline unsigned int sys_sem_count_get(struct sys_sem *sem)
{
	return k_sem_count_get(&sem->kernel_sem);
}

#endif /* ZEPHYR_INCLUDE_SYS_SEM_H_ */
