/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The scheduler, towards the rest of the kernel.
 *
 * One lock, `z_kernel_lock`, protects ready queues, wait queues, timeouts, thread states and the kernel
 * objects. It is fair, and held for short, bounded stretches only. It is held across a thread switch:
 * the thread that comes in releases it. See docs/locking.md.
 */
#ifndef KERNEL_SCHED_H_
#define KERNEL_SCHED_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/sys/barrier.h>
#include <zephyr/spinlock.h>
#include "kernel/cpu.h"

/*
 * Not hidden like everything else: its address comes from the GOT, and the compiler keeps it in a register
 * from lock to unlock, where it would make up a hidden one twice. An instruction less on every path.
 */
extern struct k_spinlock z_kernel_lock __attribute__((__visibility__("default")));

/** @brief Masks interrupts and takes the kernel lock. @return the key for z_unlock(). ISR ok. */
static ALWAYS_INLINE unsigned int z_lock(void)
{
	return k_spin_lock(&z_kernel_lock).key;
}

/** @brief Releases the kernel lock and goes back to the interrupt mask before it. ISR ok. */
static ALWAYS_INLINE void z_unlock(unsigned int key)
{
	z_spin_unlock_masked(&z_kernel_lock);
	arch_irq_unlock(key);
}

/** @brief The same for those who run with interrupts masked anyway: the timer interrupt. */
static ALWAYS_INLINE void z_lock_masked(void)
{
	z_spin_lock_masked(&z_kernel_lock);
}

static ALWAYS_INLINE void z_unlock_masked(void)
{
	z_spin_unlock_masked(&z_kernel_lock);
}

/** @brief z_reschedule() when a switch is wanted. Lock held; released on return. */
void z_reschedule_slow(unsigned int key);

/**
 * @brief Releases the kernel lock, after a switch if a better thread has become ready.
 *
 * In an ISR, and where the caller had interrupts masked, the switch is left to the interrupt exit or to
 * the next call. ISR ok.
 */
static ALWAYS_INLINE void z_reschedule(unsigned int key)
{
	struct arch_thread *cur = arch_current_arch();
	struct arch_cpu *cpu = (struct arch_cpu *)(void *)*(struct z_cpu *volatile *)&cur->cpu;

	if (likely(cpu->need_resched.any == 0U)) {
		z_unlock(key);
		return;
	}
	z_reschedule_slow(key);
}

/**
 * @brief Makes a thread ready and sees to it that the right CPU knows. Lock held.
 *
 * The thread must have no reason left in Z_THREAD_NOT_READY and be in no queue.
 */
void z_ready(struct k_thread *t);

/** @brief Makes a thread that is neither running nor queued ready, unless something still keeps it. Lock held. */
static ALWAYS_INLINE void z_ready_if_possible(struct k_thread *t)
{
	if ((t->base.thread_state & Z_THREAD_NOT_READY) == 0U) {
		z_ready(t);
	}
}

/**
 * @brief Switches away from the current thread, whose state says why it can not go on. Lock held.
 * @param key released on return, when the thread runs again
 * @return what z_wake() was given
 */
int z_block(unsigned int key);

/** @brief The same when z_unready() has been called for the thread, as its node is needed elsewhere. */
int z_block_unready(struct z_cpu *cpu, struct k_thread *cur, unsigned int key);

/** @brief Takes the current thread out of its ready queue. Lock held; z_block_unready() follows. */
static ALWAYS_INLINE void z_unready_current(struct z_cpu *cpu, struct k_thread *cur)
{
	z_runq_remove(&cpu->runq, cur);
	if (likely(cpu->best == cur)) {
		cpu->best = likely(cpu->runq.bitmap != 0U) ? z_runq_best(&cpu->runq) : cpu->idle;
	}
}

/** @brief Takes another thread out of its ready queue. Lock held; it must be in one. */
static ALWAYS_INLINE void z_unready(struct k_thread *t)
{
	struct z_cpu *cpu = t->arch.cpu;

	if (cpu->best == t) {
		/* If it is why the CPU is to think again, there is more to that now. */
		cpu->arch.need_resched.other |= cpu->arch.need_resched.best;
	}
	z_unready_current(cpu, t);
}

/** @brief Starts the first thread of the first CPU. Lock held, released. */
FUNC_NORETURN void z_run_first(struct z_cpu *cpu, struct k_thread *t);

/** @brief A thread's priority in force changes, in whatever state it is. Lock held. A running one stays ahead. */
void z_set_prio(struct k_thread *t, int prio);

/** @brief Asks a CPU to look for a better thread; sends an interrupt if it is another one. Lock held. */
void z_ask_resched(struct z_cpu *cpu);

/** @brief Puts a thread where its changed deadline or mask wants it, in whatever state it is. Lock held. */
void z_requeue(struct k_thread *t);

/**
 * @brief Accesses of a thread that does not run, a guest's, may cause SErrors that are not the host's (arch_bus_errors_take()),
 * or cannot any more. No lock held.
 */
void z_expect_bus_errors(struct k_thread *t, bool expected);

/** @return true if some CPU runs the thread. Lock held. */
static inline bool z_is_running(const struct k_thread *t)
{
	return t->arch.cpu->current == t;
}

/** @return true if the thread waits in a ready queue: it could run, but does not. Lock held. */
static inline bool z_is_queued(const struct k_thread *t)
{
	return (t->base.thread_state & Z_THREAD_NOT_READY) == 0U && !z_is_running(t);
}

/** Somebody has used time slices since boot: only then does a switch deal with them. */
extern bool z_slices_used;

/** @brief Starts the time slice of a thread that @p cpu, this one, is about to run. Lock held. */
void z_slice_start(struct z_cpu *cpu, struct k_thread *t, uint64_t now);

/**
 * @brief A thread of priority @p prio waits now that may run on @p cpu: if the one that runs there is its equal, that one's
 * slice begins, if it has not yet. Lock held.
 */
void z_slice_contended(struct z_cpu *cpu, int prio);

/** @brief The same for a thread that waits in its CPU's queue, on all CPUs that it may run on. Lock held. */
void z_slices_contended(const struct k_thread *t);

/**
 * @brief The slice of @p next starts, with a switch from @p prev. Lock held.
 *
 * Who is preempted by somebody more urgent has the rest of its slice when it goes on, and not a new one: else a short
 * period of an urgent thread would keep its equals from running for ever.
 */
void z_slice_switch(struct z_cpu *cpu, struct k_thread *prev, struct k_thread *next);

/** @brief Timer interrupt, lock held: the slice of the running thread is over. */
void z_slice_expired(struct z_cpu *cpu);

/** @brief Makes another CPU run its timer interrupt's work, as if the timer had fired. Lock held. */
void z_ask_timer(struct z_cpu *cpu);

/** @return true if nobody but the current thread @p t is there for its CPU to run. Interrupts masked, no lock. */
static ALWAYS_INLINE bool z_is_alone(const struct z_cpu *cpu, const struct k_thread *t)
{
	/* Both neighbours are the list's head: it is the only one of its priority here. */
	return cpu->arch.need_resched.any == 0U && cpu->elsewhere == 0U &&
	       t->base.qnode.next == t->base.qnode.prev &&
	       (cpu->runq.bitmap & (cpu->runq.bitmap - 1U)) == 0U;
}

/**
 * @brief The current thread waits for an interrupt as the idle thread would, without a switch to that and back.
 *
 * For a thread that is about to look again at what it waits for: it gets on as soon as any interrupt is pending, or
 * somebody else is to run here. Interrupts masked, and they stay so: the interrupt has not been taken when this returns.
 * The time counts as the idle thread's.
 */
static ALWAYS_INLINE void z_wait_in_place(void)
{
	struct k_thread *t = arch_current();
	struct z_cpu *cpu = t->arch.cpu;
	uint64_t *idle_usage = &cpu->idle->base.usage;
	uint64_t since = arch_cycles_relaxed();
	/* Only this CPU changes the two: what is done after the wait is on somebody's way to his deadline. */
	uint64_t switched_in = t->base.switched_in - since;
	uint64_t usage = *idle_usage - since;
	uint64_t now;

	__atomic_store_n(&cpu->waits_since, since, __ATOMIC_RELAXED);
	/* Who has another thread wait for this CPU sees that, or is seen: sched.c, end_waits(). */
	barrier_dmem_fence_full();
	if (likely(z_is_alone(cpu, t))) {
		arch_cpu_wait();
	}
	now = arch_cycles();
	__atomic_store_n(&cpu->waits_since, 0U, __ATOMIC_RELAXED);
	t->base.switched_in = switched_in + now;
	*idle_usage = usage + now;
}

/** @return true if a CPU's current thread waits so. */
static ALWAYS_INLINE bool z_cpu_waits(const struct z_cpu *cpu)
{
	return __atomic_load_n(&cpu->waits_since, __ATOMIC_RELAXED) != 0U;
}

/** @brief Adds up a thread's CPU time until @p now. */
static ALWAYS_INLINE void z_usage_stop(struct k_thread *t, uint64_t now)
{
	t->base.usage += now - t->base.switched_in;
}

#endif /* KERNEL_SCHED_H_ */
