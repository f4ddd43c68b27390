/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Abort and suspend.
 *
 * A thread that does not run is stopped at once. One that runs on another CPU is asked: a mark in its
 * state and an interrupt; it stops at its next scheduling point, at the latest when that interrupt ends
 * (z_halt_current()), and whoever asked waits for it: a thread in the target's halt queue, an ISR by
 * spinning. A thread that is to be aborted itself meanwhile ends its own wait in the same way.
 */
#include <zephyr/kernel.h>

#include "kernel/halt.h"

#include "kernel/arch_api.h"
#include "kernel/mutex.h"
#include "kernel/sched.h"
#include "kernel/thread.h"
#include "kernel/waitq.h"

/* Takes a thread that is not running out of whatever it waits for. */
static void detach(struct k_thread *t)
{
	if (z_is_queued(t)) {
		z_unready(t);
	}
	z_unpend(t);
}

static void finish(struct k_thread *t)
{
	detach(t);
	/* From here on it is in no queue, which whoever comes to it round a cycle of mutexes must see. */
	t->base.thread_state = _THREAD_DEAD;
	if (unlikely(t->waits_for != NULL || !sys_dlist_is_empty(&t->owns))) {
		z_mutex_wait_ended(t);
		z_mutex_owner_ended(t);
	}
	if (unlikely(t->abort_hook != NULL)) {
		t->abort_hook->fn(t->abort_hook);
		t->abort_hook = NULL;
	}
	arch_fpu_drop(t);
	z_thread_forget(t);
	if (!z_waitq_is_empty(&t->join_queue) || !z_waitq_is_empty(&t->halt_queue)) {
		(void)z_waitq_wake_all(&t->join_queue, 0);
		(void)z_waitq_wake_all(&t->halt_queue, 0);
	}
}

void z_halt_current(struct k_thread *t)
{
	if ((t->base.thread_state & _THREAD_ABORTING) != 0U) {
		finish(t);
		return;
	}
	t->base.thread_state &= (uint16_t)~_THREAD_SUSPENDING;
	t->base.thread_state |= _THREAD_SUSPENDED;
	(void)z_waitq_wake_all(&t->halt_queue, 0);
}

/* Waits until a thread on another CPU has stopped. Releases the lock. */
static void wait_halted(struct k_thread *t, unsigned int asked, unsigned int key)
{
	const struct k_thread *cur = arch_current();

	z_ask_resched(t->arch.cpu);
	/* With irq_lock() it blocks, which lets go of that lock: the target may be waiting for it. */
	if (!arch_is_in_isr() && (arch_irq_unlocked(key) || cur->global_lock_count != 0U)) {
		(void)z_pend(&t->halt_queue, K_FOREVER, key);
		return;
	}
	while ((t->base.thread_state & asked) != 0U) {
		z_unlock_masked();
		arch_spin_relax();
		z_lock_masked();
		/* CPUs that stop each other's threads: all must go on to their scheduling points. */
		if ((cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U) {
			break;
		}
	}
	z_unlock(key);
}

/*
 * Takes the place of the interrupted thread, which is no more: when the interrupt handler has called
 * k_thread_abort(), the thread's memory is its owner's again. It has no stack, so the interrupt exit stays
 * on the interrupt stack, and it is marked to be aborted, so it ends there.
 */
static void stand_in(struct z_cpu *cpu, const struct k_thread *dead)
{
	static struct k_thread stand_ins[CONFIG_MP_MAX_NUM_CPUS];
	struct k_thread *t = &stand_ins[cpu->arch.id];

	t->arch.cpu = cpu;
	t->arch.irq_depth = dead->arch.irq_depth;
	/* If the thread had FP registers, they are the CPU's to take away. */
	t->arch.fpu_live = dead->arch.fpu_live;
	t->arch.fpu = &t->fpu;
	t->base.thread_state = _THREAD_DUMMY | _THREAD_ABORTING;
	t->base.prio = K_IDLE_PRIO;
	t->global_lock_count = dead->global_lock_count;
	sys_dlist_init(&t->owns);
	z_waitq_init(&t->join_queue);
	z_waitq_init(&t->halt_queue);
	cpu->current = t;
	cpu->arch.need_resched.gone = 1U;
	arch_set_current(t);
}

static void abort_current(struct k_thread *cur, unsigned int key)
{
	cur->base.thread_state |= _THREAD_ABORTING;
	if ((cur->base.thread_state & _THREAD_DUMMY) != 0U) {
		/* The second handler in this interrupt that does it. */
		z_unlock(key);
		return;
	}
	if (arch_is_in_isr()) {
		struct z_cpu *cpu = cur->arch.cpu;

		z_unready(cur);
		finish(cur);
		stand_in(cpu, cur);
		z_unlock(key);
		return;
	}
	z_block(key);
	CODE_UNREACHABLE;
}

void k_thread_abort(k_tid_t thread)
{
	struct k_thread *cur = arch_current();
	unsigned int key;

	if ((thread->base.user_options & K_ESSENTIAL) != 0U) {
		printk("essential thread %s aborted\n", k_thread_name_get(thread));
		k_panic();
	}
	key = z_lock();
	if ((thread->base.thread_state & _THREAD_DEAD) != 0U) {
		z_unlock(key);
	} else if (thread == cur) {
		abort_current(cur, key);
	} else if (z_is_running(thread)) {
		thread->base.thread_state |= _THREAD_ABORTING;
		wait_halted(thread, _THREAD_ABORTING, key);
	} else {
		finish(thread);
		z_reschedule(key);
	}
}

void k_thread_suspend(k_tid_t thread)
{
	struct k_thread *cur = arch_current();
	unsigned int key = z_lock();

	if ((thread->base.thread_state & (_THREAD_DEAD | _THREAD_SUSPENDED)) != 0U) {
		z_unlock(key);
	} else if (thread == cur) {
		thread->base.thread_state |= _THREAD_SUSPENDING;
		if (arch_is_in_isr()) {
			arch_cpu()->arch.need_resched.other = 1U;
			z_unlock(key);
		} else {
			z_block(key);
		}
	} else if (z_is_running(thread)) {
		thread->base.thread_state |= _THREAD_SUSPENDING;
		wait_halted(thread, _THREAD_SUSPENDING, key);
	} else {
		if (z_is_queued(thread)) {
			z_unready(thread);
		}
		thread->base.thread_state |= _THREAD_SUSPENDED;
		z_unlock(key);
	}
}

void k_thread_resume(k_tid_t thread)
{
	unsigned int key = z_lock();

	if ((thread->base.thread_state & (_THREAD_SUSPENDED | _THREAD_SUSPENDING)) == 0U) {
		z_unlock(key);
		return;
	}
	thread->base.thread_state &= (uint16_t)~(_THREAD_SUSPENDED | _THREAD_SUSPENDING);
	if (z_is_running(thread)) {
		/* It had not stopped yet: those who wait for that need not, unless it is to end as well. */
		if ((thread->base.thread_state & _THREAD_ABORTING) == 0U) {
			(void)z_waitq_wake_all(&thread->halt_queue, 0);
		}
	} else {
		z_ready_if_possible(thread);
	}
	z_reschedule(key);
}

int k_thread_join(struct k_thread *thread, k_timeout_t timeout)
{
	struct k_thread *cur = arch_current();
	unsigned int key;
	int ret;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_thread_join() must not wait in an ISR");
	key = z_lock();
	if ((thread->base.thread_state & _THREAD_DEAD) != 0U) {
		ret = 0;
	} else if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		ret = -EBUSY;
	} else if (thread == cur || thread->base.pended_on == &cur->join_queue) {
		ret = -EDEADLK;
	} else {
		return z_pend(&thread->join_queue, timeout, key);
	}
	z_unlock(key);
	return ret;
}
