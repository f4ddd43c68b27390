/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Condition variables.
 */
#ifndef ZEPHYR_KERNEL_CONDVAR_H_
#define ZEPHYR_KERNEL_CONDVAR_H_

#include <zephyr/kernel/mutex.h>
#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

/** Threads that wait for a condition, each having let go of the mutex that protects it. */
struct k_condvar {
	_wait_q_t wait_q;
};

#define Z_CONDVAR_INITIALIZER(obj)                                                                 \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
	}

/** Defines a condition variable that is ready for use. */
#define K_CONDVAR_DEFINE(name)                                                                     \
	STRUCT_SECTION_ITERABLE(k_condvar, name) = Z_CONDVAR_INITIALIZER(name)

/** @brief Initialises a condition variable. @retval 0 always. ISR ok. */
int k_condvar_init(struct k_condvar *condvar);

/** @brief Wakes the first waiter, if there is one. @retval 0 always. ISR ok. */
int k_condvar_signal(struct k_condvar *condvar);

/**
 * @brief Wakes all waiters. Takes time in proportion to their number. ISR ok.
 * @return how many threads were woken
 */
int k_condvar_broadcast(struct k_condvar *condvar);

/**
 * @brief Unlocks a mutex and waits for a signal, in one step, then locks the mutex again.
 *
 * The mutex is unlocked once, so the caller should hold it once. May block. Not from an ISR.
 * @param condvar what to wait for
 * @param mutex held by the caller, on entry as on return
 * @param timeout how long to wait for the signal at most; the wait for the mutex is not bounded by it
 * @retval 0 woken by a signal or broadcast
 * @retval -EAGAIN no signal within @p timeout (at once for K_NO_WAIT)
 */
int k_condvar_wait(struct k_condvar *condvar, struct k_mutex *mutex, k_timeout_t timeout);

#endif /* ZEPHYR_KERNEL_CONDVAR_H_ */
