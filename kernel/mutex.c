/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Mutexes with priority inheritance.
 *
 * A thread runs with the best of its own priority and those of the first waiters of all mutexes that it
 * owns. When that changes and the thread itself waits for a mutex, the owner of that one is looked at
 * next, and so on along the chain. An unlock hands the mutex to the first waiter, so that a less urgent
 * thread that happens to run can not snatch it.
 *
 * A mutex is in its owner's list `owns` only from the time somebody waits for it, as `waited` says; the
 * common lock and unlock touch no list. The mark may outlive the waiters for a moment: one whose time has
 * run out takes it back itself, when it runs.
 *
 * The owner locks again, and unlocks that, without the kernel lock: `relocks` is the owner's alone, and no
 * other thread can make a thread the owner, or take the mutex from it, while it runs.
 *
 * Bounds: lock and unlock without contention are constant. Waiting and handing over cost what changing a
 * priority costs in the scheduler, for every thread of the chain whose priority changes, at most
 * CHAIN_MAX of them: behind that inheritance ends. A thread that goes back to a lower priority looks at
 * the mutexes it still owns for which somebody waits. A cycle of threads that wait for each other ends the
 * walk, as going round it changes nothing.
 */
#include <zephyr/kernel.h>

#include "kernel/mutex.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

/* Threads along a chain of mutexes that inherit a priority. */
#define CHAIN_MAX 16U

int k_mutex_init(struct k_mutex *mutex)
{
	z_waitq_init(&mutex->wait_q);
	mutex->owner = NULL;
	mutex->relocks = 0U;
	mutex->waited = 0U;
	sys_dnode_init(&mutex->owned);
	return 0;
}

/* What an owner is lent by a waiter of this priority. */
static ALWAYS_INLINE int lent(int prio)
{
	return MAX(prio, CONFIG_PRIORITY_CEILING);
}

static void link_to_owner(struct k_mutex *mutex)
{
	mutex->waited = 1U;
	sys_dlist_append(&mutex->owner->owns, &mutex->owned);
}

static void unlink_from_owner(struct k_mutex *mutex)
{
	mutex->waited = 0U;
	sys_dlist_remove(&mutex->owned);
}

/* A thread is about to wait for a mutex: its owner, and those it depends on, shall not be less urgent. */
static void lend(struct k_mutex *mutex, const struct k_thread *waiter)
{
	int prio = lent(waiter->base.prio);

	if ((mutex->owner->base.thread_state & _THREAD_DEAD) != 0U) {
		return;
	}
	if (mutex->waited == 0U) {
		link_to_owner(mutex);
	}
	for (unsigned int i = 0U; mutex != NULL && i < CHAIN_MAX; i++) {
		struct k_thread *owner = mutex->owner;

		if (owner == NULL || owner->base.prio <= prio) {
			return;
		}
		z_set_prio(owner, prio);
		mutex = owner->waits_for;
	}
}

static int prio_due(struct k_thread *t)
{
	int prio = t->base.own_prio;
	struct k_mutex *mutex;

	SYS_DLIST_FOR_EACH_CONTAINER(&t->owns, mutex, owned) {
		const struct k_thread *waiter = z_waitq_first(&mutex->wait_q);

		if (waiter != NULL) {
			prio = MIN(prio, lent(waiter->base.prio));
		}
	}
	return prio;
}

void z_mutex_prio_update(struct k_thread *t)
{
	for (unsigned int i = 0U; t != NULL && i < CHAIN_MAX; i++) {
		int prio = prio_due(t);

		if (prio == t->base.prio) {
			return;
		}
		z_set_prio(t, prio);
		t = t->waits_for != NULL ? t->waits_for->owner : NULL;
	}
}

void z_mutex_wait_ended(struct k_thread *t)
{
	struct k_mutex *mutex = t->waits_for;

	if (mutex == NULL) {
		return;
	}
	t->waits_for = NULL;
	if (mutex->waited == 0U) {
		return;
	}
	if (z_waitq_is_empty(&mutex->wait_q)) {
		unlink_from_owner(mutex);
	}
	z_mutex_prio_update(mutex->owner);
}

void z_mutex_owner_ended(struct k_thread *t)
{
	struct k_mutex *mutex;
	struct k_mutex *next;

	SYS_DLIST_FOR_EACH_CONTAINER_SAFE(&t->owns, mutex, next, owned) {
		unlink_from_owner(mutex);
	}
}

static __noinline int lock_slow(struct k_mutex *mutex, k_timeout_t timeout, struct k_thread *cur,
				unsigned int key)
{
	int ret;

	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
		return -EBUSY;
	}
	cur->waits_for = mutex;
	lend(mutex, cur);
	ret = z_pend(&mutex->wait_q, timeout, key);
	if (unlikely(ret != 0)) {
		key = z_lock();
		z_mutex_wait_ended(cur);
		z_reschedule(key);
	}
	return ret;
}

/* Whoever asks only whether he is the owner himself needs no lock: see above. */
static ALWAYS_INLINE const struct k_thread *owner_now(struct k_mutex *mutex)
{
	return *(struct k_thread *volatile *)&mutex->owner;
}

int k_mutex_lock(struct k_mutex *mutex, k_timeout_t timeout)
{
	struct k_thread *cur = arch_current();
	unsigned int key;

	__ASSERT(!arch_is_in_isr(), "mutexes cannot be used inside ISRs");
	if (owner_now(mutex) == cur) {
		mutex->relocks++;
		return 0;
	}
	key = z_lock();
	if (likely(mutex->owner == NULL)) {
		mutex->owner = cur;
		z_unlock(key);
		return 0;
	}
	return lock_slow(mutex, timeout, cur, key);
}

/* Gives a mutex, which is in its owner's list, to the first waiter. */
static void hand_over(struct k_mutex *mutex, struct k_thread *cur)
{
	struct k_thread *next = z_waitq_first(&mutex->wait_q);

	unlink_from_owner(mutex);
	mutex->owner = next;
	if (next != NULL) {
		next->waits_for = NULL;
		z_wake(next, 0);
		if (!z_waitq_is_empty(&mutex->wait_q)) {
			/* None of them is more urgent than the new owner. */
			link_to_owner(mutex);
		}
	}
	if (cur->base.prio != cur->base.own_prio) {
		z_mutex_prio_update(cur);
	}
}

static __noinline int unlock_error(struct k_mutex *mutex)
{
	return owner_now(mutex) == NULL ? -EINVAL : -EPERM;
}

/* The last unlock by the owner; lock held. */
static void release(struct k_mutex *mutex, struct k_thread *cur)
{
	if (mutex->waited == 0U) {
		mutex->owner = NULL;
	} else {
		hand_over(mutex, cur);
	}
}

int z_mutex_unlock_locked(struct k_mutex *mutex)
{
	struct k_thread *cur = arch_current();

	if (unlikely(mutex->owner != cur)) {
		return unlock_error(mutex);
	}
	if (unlikely(mutex->relocks != 0U)) {
		mutex->relocks--;
	} else {
		release(mutex, cur);
	}
	return 0;
}

static __noinline int unlock_slow(struct k_mutex *mutex, unsigned int key)
{
	hand_over(mutex, arch_current());
	z_reschedule(key);
	return 0;
}

int k_mutex_unlock(struct k_mutex *mutex)
{
	unsigned int key;

	__ASSERT(!arch_is_in_isr(), "mutexes cannot be used inside ISRs");
	if (unlikely(owner_now(mutex) != arch_current())) {
		return unlock_error(mutex);
	}
	if (mutex->relocks != 0U) {
		mutex->relocks--;
		return 0;
	}
	key = z_lock();
	if (likely(mutex->waited == 0U)) {
		mutex->owner = NULL;
		z_unlock(key);
		return 0;
	}
	return unlock_slow(mutex, key);
}

/* Makes a thread that has just been taken out of another wait queue wait for the mutex. */
static void wait_instead(struct k_mutex *mutex, struct k_thread *t)
{
	t->waits_for = mutex;
	lend(mutex, t);
	sys_dlist_append(&mutex->wait_q.waitq, &t->base.qnode);
	t->base.pended_on = &mutex->wait_q;
	t->base.thread_state |= _THREAD_PENDING;
	z_waitq_resort(t);
}

void z_mutex_pass(struct k_mutex *mutex, struct k_thread *t)
{
	if (mutex->owner == NULL) {
		mutex->owner = t;
		z_wake(t, 0);
	} else if (mutex->owner == t) {
		mutex->relocks++;
		z_wake(t, 0);
	} else {
		z_unpend(t);
		wait_instead(mutex, t);
	}
}
