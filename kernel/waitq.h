/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Waiting and waking: the one contract of all objects that block.
 *
 * A thread blocks with z_pend() and comes back with the value that z_wake() was given, or -EAGAIN if its
 * time ran out first. Waiters are in order of urgency; adding one is O(waiters that are less urgent).
 */
#ifndef KERNEL_WAITQ_H_
#define KERNEL_WAITQ_H_

#include <zephyr/kernel/time.h>
#include <zephyr/wait_q.h>
#include "kernel/sched.h"
#include "kernel/timeout.h"

/** @return the waiter to be woken first, or NULL. Lock held. */
static ALWAYS_INLINE struct k_thread *z_waitq_first(_wait_q_t *wq)
{
	sys_dnode_t *node = wq->waitq.head;

	return node == &wq->waitq ? NULL : z_qnode_thread(node);
}

/** @return true if nobody waits. Lock held. */
static ALWAYS_INLINE bool z_waitq_is_empty(_wait_q_t *wq)
{
	return wq->waitq.head == &wq->waitq;
}

/** Visits every waiter, the first one first; the current one may be woken. Lock held. */
#define Z_WAITQ_FOREACH_SAFE(wq, t, next)                                                          \
	SYS_DLIST_FOR_EACH_CONTAINER_SAFE(&(wq)->waitq, t, next, base.qnode)

/**
 * @brief Blocks the current thread on a wait queue.
 *
 * @param wq the queue, or NULL to wait for the timeout or z_wake() alone
 * @param timeout not K_NO_WAIT: the caller deals with that
 * @param key from z_lock(); the lock is released
 * @return what z_wake() was given, or -EAGAIN after the timeout. Not from an ISR.
 */
int z_pend(_wait_q_t *wq, k_timeout_t timeout, unsigned int key);

/** @brief Takes a thread off its wait queue and cancels its timeout. Lock held. */
void z_unpend(struct k_thread *t);

/** @brief Ends a thread's z_pend() with @p ret. Lock held; follow with z_reschedule(). ISR ok. */
void z_wake(struct k_thread *t, int ret);

/** @brief Ends every z_pend() on a queue. Lock held. O(waiters). @return how many. */
unsigned int z_waitq_wake_all(_wait_q_t *wq, int ret);

/** @brief Puts a waiting thread whose priority has changed where it belongs. Lock held. */
void z_waitq_resort(struct k_thread *t);

/** @brief The timeout of a blocked or sleeping thread. */
void z_thread_timeout(struct _timeout *timeout);

#endif /* KERNEL_WAITQ_H_ */
