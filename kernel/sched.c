/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The scheduler: which thread runs on which CPU.
 *
 * Every CPU has a ready queue; a thread that runs is in none. A thread that becomes ready goes to the CPU
 * where it can run at once, its last one preferred, and a CPU that looks for work takes a better thread
 * from another CPU's queue. So the best of all ready threads run, as with one queue for all, but a CPU
 * finds its next thread in constant time. Loops here are over CPUs, or over threads that may not run on
 * a CPU because of their mask.
 */
#include "kernel/sched.h"

#include <zephyr/kernel.h>

#include "kernel/arch_api.h"
#include "kernel/halt.h"
#include "kernel/irq.h"
#include "kernel/waitq.h"

struct k_spinlock z_kernel_lock;
struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];
unsigned int z_cpu_count;
uint32_t z_cpu_online;

static ALWAYS_INLINE bool single_cpu(void)
{
	return z_cpu_online == 1U;
}

static ALWAYS_INLINE bool preemptible(const struct k_thread *t)
{
	return t->base.prio >= 0 && t->base.sched_locked == 0U;
}

static ALWAYS_INLINE void enqueue(struct z_cpu *cpu, struct k_thread *t, bool at_head)
{
	t->arch.cpu = cpu;
	z_runq_add(&cpu->runq, t, at_head);
}

static ALWAYS_INLINE void dequeue(struct k_thread *t)
{
	z_runq_remove(&t->arch.cpu->runq, t);
}

void z_unready(struct k_thread *t)
{
	dequeue(t);
}

void z_ask_resched(struct z_cpu *cpu)
{
	cpu->arch.need_resched = 1U;
	if (cpu != arch_cpu()) {
		z_ipi_send(1U << cpu->arch.id, Z_SGI_RESCHED);
	}
}

/* Would the thread run at once, were it put into this CPU's queue? */
static bool would_run_on(const struct k_thread *t, const struct z_cpu *cpu)
{
	const struct k_thread *cur = cpu->current;
	const struct k_thread *best = z_runq_best(&cpu->runq);

	return z_beats(t, cur) && preemptible(cur) && (best == NULL || z_beats(t, best));
}

/* Chooses the CPU whose queue a ready thread goes to. NULL if its mask names no CPU that is online. */
static struct z_cpu *place(const struct k_thread *t, uint32_t allowed)
{
	struct z_cpu *last = t->arch.cpu;
	struct z_cpu *chosen = NULL;

	if ((allowed & (1U << last->arch.id)) == 0U) {
		last = NULL;
	} else if (would_run_on(t, last)) {
		return last;
	}
	for (uint32_t left = allowed; left != 0U; left &= left - 1U) {
		struct z_cpu *cpu = &z_cpus[__builtin_ctz(left)];

		if (would_run_on(t, cpu) &&
		    (chosen == NULL || z_beats(chosen->current, cpu->current))) {
			chosen = cpu;
		}
	}
	if (chosen != NULL) {
		return chosen;
	}
	if (last == NULL && allowed != 0U) {
		last = &z_cpus[__builtin_ctz(allowed)];
	}
	return last;
}

static __noinline void ready_slow(struct k_thread *t)
{
	struct z_cpu *cpu = place(t, t->base.cpu_mask & z_cpu_online);

	if (unlikely(cpu == NULL)) {
		t->base.thread_state |= _THREAD_NO_CPU;
		return;
	}
	enqueue(cpu, t, false);
	if (z_beats(t, cpu->current) && preemptible(cpu->current)) {
		z_ask_resched(cpu);
	}
}

void z_ready(struct k_thread *t)
{
	struct z_cpu *cpu = &z_cpus[0];

	if (unlikely(!single_cpu() || (t->base.cpu_mask & 1U) == 0U || t->base.has_deadline)) {
		ready_slow(t);
		return;
	}
	t->arch.cpu = cpu;
	z_runq_append(&cpu->runq, t);
	if (z_beats(t, cpu->current) && preemptible(cpu->current)) {
		cpu->arch.need_resched = 1U;
	}
}

/* The first thread in a queue that may run on a CPU, provided that it beats another. */
static struct k_thread *first_allowed(const struct z_runq *rq, uint32_t cpu_bit,
				      const struct k_thread *to_beat)
{
	for (uint32_t levels = rq->bitmap; levels != 0U; levels &= levels - 1U) {
		const sys_dlist_t *level = &rq->level[__builtin_ctz(levels)];
		sys_dnode_t *node;

		SYS_DLIST_FOR_EACH_NODE((sys_dlist_t *)level, node) {
			struct k_thread *t = z_qnode_thread(node);

			if (to_beat != NULL && !z_beats(t, to_beat)) {
				return NULL;
			}
			if ((t->base.cpu_mask & cpu_bit) != 0U) {
				return t;
			}
		}
	}
	return NULL;
}

static struct k_thread *best_of_others(const struct z_cpu *cpu, struct k_thread *best)
{
	uint32_t self = 1U << cpu->arch.id;

	for (uint32_t left = z_cpu_online & ~self; left != 0U; left &= left - 1U) {
		const struct z_runq *rq = &z_cpus[__builtin_ctz(left)].runq;

		if (rq->bitmap != 0U) {
			struct k_thread *t = first_allowed(rq, self, best);

			best = t != NULL ? t : best;
		}
	}
	return best;
}

/* The best thread that waits for a CPU and may have this one, or NULL. It stays queued. */
static ALWAYS_INLINE struct k_thread *best_waiting(struct z_cpu *cpu)
{
	struct k_thread *best = z_runq_best(&cpu->runq);

	return likely(single_cpu()) ? best : best_of_others(cpu, best);
}

static ALWAYS_INLINE void switch_to(struct z_cpu *cpu, struct k_thread *prev, struct k_thread *next)
{
	uint64_t now = arch_cycles_relaxed();

	z_usage_stop(prev, now);
	next->base.switched_in = now;
	next->arch.cpu = cpu;
	cpu->current = next;
	cpu->switches++;
	if (unlikely(cpu->arch.fpu_owner != NULL)) {
		arch_fpu_switch(cpu, prev, next);
	}
	if (unlikely(z_slices_used)) {
		z_slice_start(cpu, next, now);
	}
	arch_switch(prev, next);
}

/* The current thread can not go on: whoever is best takes over. */
static ALWAYS_INLINE void leave(struct z_cpu *cpu, struct k_thread *cur)
{
	struct k_thread *next = best_waiting(cpu);

	cpu->arch.need_resched = 0U;
	if (next == NULL) {
		next = cpu->idle;
	} else {
		dequeue(next);
	}
	switch_to(cpu, cur, next);
}

/* The current thread could go on, but gives way to @p next. */
static ALWAYS_INLINE void give_way(struct z_cpu *cpu, struct k_thread *cur, struct k_thread *next, bool to_tail)
{
	dequeue(next);
	if (cur != cpu->idle) {
		struct z_cpu *home = cpu;

		if (!single_cpu()) {
			cpu->current = next;
			home = place(cur, cur->base.cpu_mask & z_cpu_online);
		}
		if (home == cpu) {
			enqueue(cpu, cur, !to_tail);
		} else if (home == NULL) {
			cur->base.thread_state |= _THREAD_NO_CPU;
		} else {
			enqueue(home, cur, false);
			if (z_beats(cur, home->current) && preemptible(home->current)) {
				z_ask_resched(home);
			}
		}
	}
	switch_to(cpu, cur, next);
}

void z_block(unsigned int key)
{
	struct k_thread *cur = arch_current();

	if (unlikely((cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U)) {
		z_halt_current(cur);
	}
	if (unlikely(cur->global_lock_count != 0U)) {
		z_irq_lock_release();
		leave(cur->arch.cpu, cur);
		z_unlock_masked();
		z_irq_lock_reacquire();
		arch_irq_unlock(key);
		return;
	}
	leave(cur->arch.cpu, cur);
	z_unlock(key);
}

/* Somebody asked this CPU to think again. Lock held. */
static ALWAYS_INLINE void think_again(struct z_cpu *cpu, struct k_thread *cur)
{
	bool expired = cur->base.slice_expired;
	struct k_thread *best;

	cpu->arch.need_resched = 0U;
	if (unlikely((cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U)) {
		z_halt_current(cur);
		leave(cpu, cur);
		return;
	}
	if (!preemptible(cur)) {
		return;
	}
	cur->base.slice_expired = false;
	best = best_waiting(cpu);
	if (best == NULL) {
		return;
	}
	if (z_beats(best, cur) || (expired && !z_beats(cur, best))) {
		give_way(cpu, cur, best, expired);
	}
}

void z_reschedule_slow(unsigned int key)
{
	struct k_thread *cur = arch_current();

	if (!arch_is_in_isr() && arch_irq_unlocked(key)) {
		think_again(cur->arch.cpu, cur);
	}
	z_unlock(key);
}

void z_preempt(void)
{
	struct k_thread *cur = arch_current();

	z_lock_masked();
	think_again(cur->arch.cpu, cur);
	z_unlock_masked();
}

void k_yield(void)
{
	struct k_thread *cur = arch_current();
	unsigned int key;
	struct k_thread *best;
	struct z_cpu *cpu;

	__ASSERT(!arch_is_in_isr(), "k_yield() in an ISR");
	key = z_lock();
	cpu = cur->arch.cpu;
	best = best_waiting(cpu);
	if (best != NULL && !z_beats(cur, best)) {
		give_way(cpu, cur, best, true);
	}
	z_unlock(key);
}

void k_reschedule(void)
{
	unsigned int key = z_lock();

	arch_cpu()->arch.need_resched = 1U;
	z_reschedule(key);
}

void k_sched_lock(void)
{
	struct k_thread *cur = arch_current();

	__ASSERT(!arch_is_in_isr(), "k_sched_lock() in an ISR");
	__ASSERT(cur->base.sched_locked != UINT8_MAX, "k_sched_lock() nested too deeply");
	cur->base.sched_locked++;
	compiler_barrier();
}

void k_sched_unlock(void)
{
	struct k_thread *cur = arch_current();
	unsigned int key;

	__ASSERT(!arch_is_in_isr(), "k_sched_unlock() in an ISR");
	__ASSERT(cur->base.sched_locked != 0U, "k_sched_unlock() without k_sched_lock()");
	compiler_barrier();
	key = z_lock();
	if (--cur->base.sched_locked == 0U) {
		arch_cpu()->arch.need_resched = 1U;
	}
	z_reschedule(key);
}

/* A thread that runs has become less urgent: perhaps another is to have its CPU now. */
static void running_prio_changed(struct k_thread *t)
{
	struct z_cpu *cpu = t->arch.cpu;
	struct k_thread *best = best_waiting(cpu);

	if (best != NULL && z_beats(best, t) && preemptible(t)) {
		z_ask_resched(cpu);
	}
}

void z_set_prio(struct k_thread *t, int prio)
{
	if (z_is_queued(t)) {
		dequeue(t);
		t->base.prio = (int8_t)prio;
		z_ready(t);
		return;
	}
	t->base.prio = (int8_t)prio;
	if (t->base.pended_on != NULL) {
		z_waitq_resort(t);
	} else if (z_is_running(t)) {
		running_prio_changed(t);
	}
}

void z_requeue(struct k_thread *t)
{
	z_set_prio(t, t->base.prio);
}

int k_is_preempt_thread(void)
{
	return !arch_is_in_isr() && preemptible(arch_current());
}
