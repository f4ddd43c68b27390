/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Looking at the wait queue of a kernel object, for tests and for diagnosis.
 */
#ifndef ZEPHYR_WAIT_Q_H_
#define ZEPHYR_WAIT_Q_H_

#include <zephyr/kernel/structs.h>

/** @brief Makes a wait queue empty. */
static inline void z_waitq_init(_wait_q_t *wq)
{
	sys_dlist_init(&wq->waitq);
}

/** @return the thread that would be woken first, or NULL; it may be gone when the caller looks at it. */
static inline struct k_thread *z_waitq_head(_wait_q_t *wq)
{
	struct k_thread *thread = NULL;

	return SYS_DLIST_PEEK_HEAD_CONTAINER(&wq->waitq, thread, base.qnode);
}

#endif /* ZEPHYR_WAIT_Q_H_ */
