/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/waitq.h"

#include <errno.h>

#include <zephyr/sys/__assert.h>
#include "kernel/arch_api.h"
#include "kernel/mutex.h"

static ALWAYS_INLINE void waitq_add(_wait_q_t *wq, struct k_thread *t)
{
	sys_dnode_t *before = wq->waitq.tail;

	/* From the end: most often all waiters are equal, and the new one goes last. */
	while (before != &wq->waitq && z_beats(t, z_qnode_thread(before))) {
		before = before->prev;
	}
	sys_dlist_insert(before->next, &t->base.qnode);
}

/* Lock held. The thread leaves its ready queue, whose node the wait queue needs. */
static ALWAYS_INLINE void go_to_wait(_wait_q_t *wq, struct k_thread *cur)
{
	cur->swap_retval = -EAGAIN;
	z_unready_current(cur->arch.cpu, cur);
	if (wq != NULL) {
		waitq_add(wq, cur);
		cur->base.pended_on = wq;
		cur->base.thread_state |= _THREAD_PENDING;
	} else {
		cur->base.thread_state |= _THREAD_SLEEPING;
	}
}

static __noinline int pend_timed(_wait_q_t *wq, k_timeout_t timeout, unsigned int key)
{
	struct k_thread *cur = arch_current();

	go_to_wait(wq, cur);
	z_timeout_add(&cur->base.timeout, timeout);
	return z_block_unready(cur->arch.cpu, cur, key);
}

int z_pend(_wait_q_t *wq, k_timeout_t timeout, unsigned int key)
{
	struct k_thread *cur = arch_current();

	if (unlikely(arch_is_in_isr())) {
		/* The objects assert that; without assertions it must not be the end all the same. */
		z_unlock(key);
		return -EAGAIN;
	}
	if (!K_TIMEOUT_EQ(timeout, K_FOREVER)) {
		return pend_timed(wq, timeout, key);
	}
	go_to_wait(wq, cur);
	return z_block_unready(cur->arch.cpu, cur, key);
}

static ALWAYS_INLINE void waitq_unlink(struct k_thread *t)
{
	if (t->base.pended_on != NULL) {
		t->base.qnode.prev->next = t->base.qnode.next;
		t->base.qnode.next->prev = t->base.qnode.prev;
		t->base.pended_on = NULL;
	}
	t->base.thread_state &= (uint16_t)~(_THREAD_PENDING | _THREAD_SLEEPING);
}

void z_unpend(struct k_thread *t)
{
	waitq_unlink(t);
	(void)z_timeout_cancel(&t->base.timeout);
}

static __noinline void wake_timed(struct k_thread *t, int ret)
{
	z_unpend(t);
	t->swap_retval = ret;
	z_ready_if_possible(t);
}

void z_wake(struct k_thread *t, int ret)
{
	if (unlikely(z_timeout_pending(&t->base.timeout))) {
		wake_timed(t, ret);
		return;
	}
	waitq_unlink(t);
	t->swap_retval = ret;
	z_ready_if_possible(t);
}

unsigned int z_waitq_wake_all(_wait_q_t *wq, int ret)
{
	unsigned int n = 0U;
	struct k_thread *t;

	while ((t = z_waitq_first(wq)) != NULL) {
		z_wake(t, ret);
		n++;
	}
	return n;
}

void z_waitq_resort(struct k_thread *t)
{
	sys_dlist_remove(&t->base.qnode);
	waitq_add(t->base.pended_on, t);
}

void z_thread_timeout(struct _timeout *timeout)
{
	struct k_thread *t = CONTAINER_OF(timeout, struct k_thread, base.timeout);

	waitq_unlink(t);
	t->base.thread_state &= (uint16_t)~_THREAD_PRESTART;
	z_ready_if_possible(t);
	if (t->waits_for != NULL) {
		/* Last: it may come back to this thread, round a cycle of mutexes, and it must be in a queue then. */
		z_mutex_wait_ended(t);
	}
}
