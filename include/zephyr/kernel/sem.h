/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Counting semaphores.
 */
#ifndef ZEPHYR_KERNEL_SEM_H_
#define ZEPHYR_KERNEL_SEM_H_

#include <limits.h>

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

/** A semaphore: a count that never exceeds its limit. */
struct k_sem {
	_wait_q_t wait_q;
	unsigned int count;
	unsigned int limit;
	sys_dlist_t poll_events;
};

/** The largest limit that a semaphore can have. */
#define K_SEM_MAX_LIMIT UINT_MAX

#define Z_SEM_INITIALIZER(obj, initial_count, count_limit)                                         \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.count = (initial_count),                                                          \
		.limit = (count_limit),                                                            \
		.poll_events = SYS_DLIST_STATIC_INIT(&(obj).poll_events),                          \
	}

/** Defines a semaphore that is ready for use. */
#define K_SEM_DEFINE(name, initial_count, count_limit)                                             \
	STRUCT_SECTION_ITERABLE(k_sem, name) = Z_SEM_INITIALIZER(name, initial_count,              \
								 count_limit);                     \
	BUILD_ASSERT((count_limit) != 0 && (initial_count) <= (count_limit) &&                     \
			     (count_limit) <= K_SEM_MAX_LIMIT,                                     \
		     "a semaphore needs a limit, and a count within it")

/**
 * @brief Initialises a semaphore.
 *
 * @param sem the semaphore; nobody may be waiting for it
 * @param initial_count its count
 * @param limit the most its count can be, 1 … K_SEM_MAX_LIMIT
 * @retval 0 done
 * @retval -EINVAL @p limit is 0, or @p initial_count is above it. ISR ok.
 */
int k_sem_init(struct k_sem *sem, unsigned int initial_count, unsigned int limit);

/**
 * @brief Takes a semaphore: waits until its count is above zero, and lowers it by one.
 *
 * Waiters are served by priority, those of one priority in order of arrival. May block.
 * @param sem the semaphore
 * @param timeout how long to wait at most; in an ISR it must be K_NO_WAIT
 * @retval 0 taken
 * @retval -EBUSY the count is zero and @p timeout is K_NO_WAIT
 * @retval -EAGAIN not within @p timeout, or the semaphore was reset meanwhile. ISR ok with K_NO_WAIT.
 */
int k_sem_take(struct k_sem *sem, k_timeout_t timeout);

/**
 * @brief Gives a semaphore: to the first waiter, or else raises the count unless it is at its limit.
 * @param sem the semaphore. ISR ok.
 */
void k_sem_give(struct k_sem *sem);

/**
 * @brief Sets the count to zero and ends every wait for the semaphore with -EAGAIN.
 *
 * Takes time in proportion to the number of waiters. ISR ok.
 * @param sem the semaphore
 */
void k_sem_reset(struct k_sem *sem);

/** @brief The count, which may have changed when the caller looks at it. @return it. ISR ok. */
static inline unsigned int k_sem_count_get(struct k_sem *sem)
{
	return *(volatile unsigned int *)&sem->count;
}

#endif /* ZEPHYR_KERNEL_SEM_H_ */
