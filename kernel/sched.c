/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The scheduler: which thread runs on which CPU.
 *
 * Every CPU has a ready queue; the thread that runs stays in it, so that being preempted and going on
 * costs no queue operation. `best` is the queue's first thread: the CPU runs it, unless the one that runs
 * must not be preempted.
 *
 * A thread that becomes ready goes to the CPU where it can run at once, its last one preferred, and a CPU
 * whose best thread gets worse takes a better one that waits in another CPU's queue. So the best of all
 * ready threads run, as with one queue for all, but a CPU finds its next thread in constant time. It
 * looks at another queue only if that may hold such a thread: who lets one wait that may run elsewhere
 * leaves a mark with those CPUs (`elsewhere`), and who looks in vain takes the mark away. Loops here are
 * over CPUs, or over threads that may not run on a CPU because of their mask.
 */
#include "kernel/sched.h"

#include <zephyr/kernel.h>
#include <zephyr/sys/barrier.h>

#include "kernel/arch_api.h"
#include "kernel/halt.h"
#include "kernel/irq.h"
#include "kernel/waitq.h"

struct k_spinlock z_kernel_lock;
struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];
unsigned int z_cpu_count;
uint32_t z_cpu_online;

/* The lock's address, kept in a register instead of being made up again. */
static ALWAYS_INLINE struct k_spinlock *z_the_lock(void)
{
	struct k_spinlock *lock = &z_kernel_lock;

	__asm__("" : "+r"(lock));
	return lock;
}

static ALWAYS_INLINE bool preemptible(const struct k_thread *t)
{
	return t->base.preempt < 0x80U;
}

static ALWAYS_INLINE void enqueue(struct z_cpu *cpu, struct k_thread *t, bool at_head)
{
	t->arch.cpu = cpu;
	z_runq_add(&cpu->runq, t, at_head);
	if (unlikely(at_head || t->base.has_deadline)) {
		cpu->best = z_runq_best(&cpu->runq);
	} else if (t->base.prio < cpu->best->base.prio) {
		cpu->best = t;
	}
}

void z_ask_resched(struct z_cpu *cpu)
{
	cpu->arch.need_resched.other = 1U;
	if (cpu != arch_cpu()) {
		z_ipi_send(1U << cpu->arch.id, Z_SGI_RESCHED);
	}
}

/* A thread waits that these CPUs could run: where the current thread is waiting in place, it is to think again. */
static ALWAYS_INLINE void end_waits(uint32_t cpus)
{
	/* The queue, then whether it waits; z_wait_in_place() has it the other way round. */
	barrier_dmem_fence_full();
	for (; cpus != 0U; cpus &= cpus - 1U) {
		if (unlikely(z_cpu_waits(&z_cpus[__builtin_ctz(cpus)]))) {
			z_ipi_send(cpus & (0U - cpus), Z_SGI_RESCHED);
		}
	}
}

/* A thread waits in a CPU's queue: those others that it may run on are to look there when they have less to do. */
static __noinline void mark_waiting(const struct z_cpu *cpu, const struct k_thread *t)
{
	for (uint32_t left = t->base.cpu_mask & cpu->arch.others; left != 0U; left &= left - 1U) {
		z_cpus[__builtin_ctz(left)].elsewhere |= 1U << cpu->arch.id;
	}
}

/* Is there more to a thread that waits than its mark? */
static ALWAYS_INLINE bool waiting_matters(const struct z_cpu *cpu)
{
	return IS_ENABLED(CONFIG_ZVM) || unlikely(cpu->arch.switch_hooks.slices != 0U);
}

/* It ends the turns of its equals, and waits in place. */
static void announce_waiting(const struct z_cpu *cpu, const struct k_thread *t)
{
	if (cpu->arch.switch_hooks.slices != 0U) {
		z_slices_contended(t);
	}
	if (IS_ENABLED(CONFIG_ZVM)) {
		end_waits(1U << cpu->arch.id | (t->base.cpu_mask & cpu->arch.others));
	}
}

/* Would the thread run at once, were it put into this CPU's queue? */
static ALWAYS_INLINE bool would_run_on(const struct k_thread *t, const struct z_cpu *cpu)
{
	return z_beats(t, cpu->best) && preemptible(cpu->current);
}

/* The CPU of a set on which a thread would run at once, and do least harm; or NULL. */
static struct z_cpu *free_for(const struct k_thread *t, uint32_t allowed)
{
	struct z_cpu *chosen = NULL;

	for (uint32_t left = allowed; left != 0U; left &= left - 1U) {
		struct z_cpu *cpu = &z_cpus[__builtin_ctz(left)];

		if (would_run_on(t, cpu) && (chosen == NULL || z_beats(chosen->best, cpu->best))) {
			chosen = cpu;
		}
	}
	return chosen;
}

/* Chooses among several CPUs for a thread that becomes ready. NULL if it may run on none that is online. */
static __noinline struct z_cpu *place_smp(const struct k_thread *t, uint32_t allowed)
{
	struct z_cpu *last = t->arch.cpu;
	struct z_cpu *chosen;

	if ((allowed & (1U << last->arch.id)) == 0U) {
		last = NULL;
	} else if (would_run_on(t, last)) {
		return last;
	}
	chosen = free_for(t, allowed);
	if (chosen == NULL && last == NULL && allowed != 0U) {
		last = &z_cpus[__builtin_ctz(allowed)];
	}
	return chosen != NULL ? chosen : last;
}

/*
 * A thread that ran on a CPU, or was about to, has to wait there, and nobody else knows of it. It goes to where
 * it runs at once, if there is such a CPU. Who was about to run there is the next to go; each is less urgent
 * than the one before, so no CPU gets its turn twice.
 */
static __noinline void rehome(struct z_cpu *cpu, struct k_thread *t)
{
	do {
		struct z_cpu *home = free_for(t, t->base.cpu_mask & cpu->arch.others);
		struct k_thread *next;

		if (home == NULL) {
			mark_waiting(cpu, t);
			if (waiting_matters(cpu)) {
				announce_waiting(cpu, t);
			}
			return;
		}
		next = home->best;
		/* First: once the current thread has moved, arch_cpu() is not this one. */
		z_ask_resched(home);
		z_unready(t);
		enqueue(home, t, false);
		cpu = home;
		t = next;
	} while (t != cpu->current);
}

/* That was about to run; the CPU has locked its scheduler since, but not looked at it yet. */
static ALWAYS_INLINE void displaced(struct z_cpu *cpu, const struct k_thread *t,
				    struct k_thread *old_best)
{
	if (cpu->best == t && old_best != cpu->current) {
		rehome(cpu, old_best);
	}
}

static __noinline void ready_waits_announced(struct z_cpu *cpu, struct k_thread *t,
					     struct k_thread *old_best)
{
	announce_waiting(cpu, t);
	displaced(cpu, t, old_best);
}

/* A thread that becomes ready has to wait in a CPU's queue. No registers are saved where that is all. */
static __noinline void ready_waits(struct z_cpu *cpu, struct k_thread *t, struct k_thread *old_best)
{
	mark_waiting(cpu, t);
	if (waiting_matters(cpu)) {
		ready_waits_announced(cpu, t, old_best);
		return;
	}
	displaced(cpu, t, old_best);
}

void z_ready(struct k_thread *t)
{
	uint32_t allowed = t->base.cpu_mask & z_cpu_online;
	struct z_cpu *cpu;
	struct k_thread *old_best;

	if (likely(allowed != 0U && (allowed & (allowed - 1U)) == 0U)) {
		cpu = &z_cpus[__builtin_ctz(allowed)];
	} else {
		cpu = place_smp(t, allowed);
		if (unlikely(cpu == NULL)) {
			t->base.thread_state |= _THREAD_NO_CPU;
			return;
		}
	}
	old_best = cpu->best;
	enqueue(cpu, t, false);
	/* Looked at once: k_sched_lock() takes no lock. If it comes now, the CPU finds out itself: think_again(). */
	if (cpu->best != t || !preemptible(cpu->current)) {
		ready_waits(cpu, t, old_best);
		return;
	}
	if (unlikely(old_best != cpu->current)) {
		/* It was about to run, and has to wait after all. */
		rehome(cpu, old_best);
	}
	cpu->arch.need_resched.best = 1U;
	if (cpu != arch_cpu()) {
		z_ipi_send(1U << cpu->arch.id, Z_SGI_RESCHED);
	}
}

/* Nothing but a switch is to be done: there are neither FP registers nor time slices to care for. */
static ALWAYS_INLINE bool plain(const struct z_cpu *cpu)
{
	return likely(cpu->arch.switch_hooks.any == 0U);
}

#define HOOK(member) (((union arch_hooks){.member = 1U}).any)

static __noinline void switch_hooks(struct z_cpu *cpu, struct k_thread *prev, struct k_thread *next)
{
	/* In one load. */
	uint32_t hooks = cpu->arch.switch_hooks.any;

	if (IS_ENABLED(CONFIG_ZVM) && unlikely((hooks & HOOK(bus_errors)) != 0U) &&
	    (prev->arch.bus_errors || next->arch.bus_errors)) {
		arch_bus_errors_take(prev);
	}
	if ((hooks & HOOK(fpu)) != 0U) {
		arch_fpu_switch(cpu, prev, next);
	}
	if ((hooks & HOOK(slices)) != 0U) {
		z_slice_switch(cpu, prev, next);
	}
}

void z_expect_bus_errors(struct k_thread *t, bool expected)
{
	static unsigned int threads;
	unsigned int key = z_lock();

	if (t->arch.bus_errors != expected) {
		t->arch.bus_errors = expected;
		threads = expected ? threads + 1U : threads - 1U;
		for (unsigned int i = 0U; i < z_cpu_count; i++) {
			z_cpus[i].arch.switch_hooks.bus_errors = threads != 0U ? 1U : 0U;
		}
	}
	z_unlock(key);
}

/* Switches with the kernel lock held, released; interrupts stay masked. Returns @p prev, which goes on. */
static ALWAYS_INLINE struct k_thread *switch_under(struct k_spinlock *lock, struct z_cpu *cpu,
						   struct k_thread *prev, struct k_thread *next)
{
	uint64_t now = arch_cycles_relaxed();
	struct k_thread *self;

	z_usage_stop(prev, now);
	next->base.switched_in = now;
	cpu->current = next;
	self = arch_switch(prev, next, &lock);
	z_spin_unlock_masked(lock);
	return self;
}

static ALWAYS_INLINE struct k_thread *switch_to(struct z_cpu *cpu, struct k_thread *prev,
						struct k_thread *next)
{
	return switch_under(&z_kernel_lock, cpu, prev, next);
}

/* The first thread that waits in another CPU's queue, may run here, and beats another; NULL if there is none. */
static struct k_thread *first_allowed(struct z_cpu *other, uint32_t self,
				      const struct k_thread *to_beat, bool or_equal, bool *any)
{
	for (uint32_t levels = other->runq.bitmap; levels != 0U; levels &= levels - 1U) {
		sys_dnode_t *node;

		SYS_DLIST_FOR_EACH_NODE(&other->runq.level[__builtin_ctz(levels)], node) {
			struct k_thread *t = z_qnode_thread(node);

			if (t == other->current || (t->base.cpu_mask & self) == 0U) {
				continue;
			}
			*any = true;
			return z_beats(t, to_beat) || (or_equal && !z_beats(to_beat, t)) ? t : NULL;
		}
	}
	return NULL;
}

/*
 * Takes the best thread that waits in another CPU's queue, if it beats the best one here, or @p or_equal
 * is not worse.
 */
static __noinline void take_from_others(struct z_cpu *cpu, bool or_equal)
{
	uint32_t self = 1U << cpu->arch.id;
	struct k_thread *found = NULL;

	for (uint32_t left = cpu->elsewhere; left != 0U; left &= left - 1U) {
		unsigned int i = (unsigned int)__builtin_ctz(left);
		bool any = false;
		struct k_thread *t = first_allowed(&z_cpus[i], self,
						   found != NULL ? found : cpu->best,
						   found == NULL && or_equal, &any);

		if (!any) {
			cpu->elsewhere &= ~(1U << i);
		}
		found = t != NULL ? t : found;
	}
	if (found != NULL) {
		struct k_thread *old_best = cpu->best;

		z_unready(found);
		/* Its equals here, if any, may be served first: it is the others' turn that is due. */
		enqueue(cpu, found, true);
		if (old_best != cpu->current) {
			rehome(cpu, old_best);
		}
	}
}

static __noinline int block_slow(struct z_cpu *cpu, struct k_thread *cur, unsigned int key)
{
	bool locked = cur->global_lock_count != 0U;

	if ((cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U) {
		z_halt_current(cur);
	}
	cpu->arch.need_resched.any = 0U;
	if (cpu->elsewhere != 0U) {
		take_from_others(cpu, false);
	}
	if (!plain(cpu)) {
		switch_hooks(cpu, cur, cpu->best);
	}
	if (locked) {
		z_irq_lock_release();
	}
	cur = switch_to(cpu, cur, cpu->best);
	if (locked) {
		z_irq_lock_reacquire();
	}
	arch_irq_unlock(key);
	return cur->swap_retval;
}

int z_block_unready(struct z_cpu *cpu, struct k_thread *cur, unsigned int key)
{
	if (unlikely(!plain(cpu) || (cpu->elsewhere | cur->global_lock_count) != 0U ||
		     (cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U)) {
		return block_slow(cpu, cur, key);
	}
	cpu->arch.need_resched.any = 0U;
	cur = switch_to(cpu, cur, cpu->best);
	arch_irq_unlock(key);
	return cur->swap_retval;
}

int z_block(unsigned int key)
{
	struct k_thread *cur = arch_current();

	z_unready_current(cur->arch.cpu, cur);
	return z_block_unready(cur->arch.cpu, cur, key);
}

/* May the current thread give way without more ado? If not, give_way_slow() is to see to it. */
static ALWAYS_INLINE bool simply(const struct z_cpu *cpu, const struct k_thread *cur)
{
	return plain(cpu) && likely((cur->base.cpu_mask & cpu->arch.others) == 0U) &&
	       likely(cur->global_lock_count == 0U);
}

/* The current thread could go on, but gives way to the best one. Lock held, released. */
static __noinline void give_way_slow(struct z_cpu *cpu, struct k_thread *cur, unsigned int key)
{
	struct k_thread *next = cpu->best;
	bool locked = cur->global_lock_count != 0U;

	if ((cur->base.cpu_mask & cpu->arch.others) != 0U) {
		rehome(cpu, cur);
	}
	if (!plain(cpu)) {
		switch_hooks(cpu, cur, next);
	}
	if (locked) {
		z_irq_lock_release();
	}
	(void)switch_to(cpu, cur, next);
	if (locked) {
		z_irq_lock_reacquire();
	}
	arch_irq_unlock(key);
}

/* Has the current thread's place among its equals be taken by the next of them. */
static ALWAYS_INLINE void to_tail(struct k_thread *cur)
{
	struct z_cpu *cpu = cur->arch.cpu;

	z_unready_current(cpu, cur);
	enqueue(cpu, cur, false);
}

/* Somebody asked this CPU to think again, for another reason than a better thread alone. Lock held, released. */
static __noinline void think_again(struct z_cpu *cpu, struct k_thread *cur, unsigned int key)
{
	bool or_equal = false;

	cpu->arch.need_resched.any = 0U;
	if (unlikely(cpu->arch.fpu_in_isr)) {
		cpu->arch.fpu_in_isr = false;
		arch_fpu_isr_end();
	}
	if (unlikely((cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U)) {
		/* Who stands in for a thread that its interrupt handler has aborted is in no queue. */
		if ((cur->base.thread_state & _THREAD_DUMMY) == 0U) {
			z_unready_current(cpu, cur);
		}
		(void)z_block_unready(cpu, cur, key);
		return;
	}
	if (!preemptible(cur)) {
		if (cpu->best != cur) {
			rehome(cpu, cpu->best);
		}
		z_unlock(key);
		return;
	}
	if (cur->base.slice_expired && cur != cpu->idle) {
		/*
		 * If it goes on, it has a whole slice from here: where CPUs wait long for the lock, each
		 * would find its slice over before its thread had done anything.
		 */
		z_slice_start(cpu, cur, arch_cycles_relaxed());
		z_timer_update(cpu);
		to_tail(cur);
		or_equal = cpu->best == cur;
	}
	if (cpu->elsewhere != 0U) {
		take_from_others(cpu, or_equal);
	}
	if (cpu->best == cur) {
		z_unlock(key);
		return;
	}
	give_way_slow(cpu, cur, key);
}

/*
 * The usual case: a better thread has become ready here, and none elsewhere that would not have come here.
 * Returns false if there is more to it, as when it is gone again (z_unready()).
 */
static ALWAYS_INLINE bool simply_better(const struct z_cpu *cpu, const struct k_thread *cur)
{
	return likely((cpu->arch.reasons >> 8) == 0U && preemptible(cur) &&
		      (cur->base.cpu_mask & cpu->arch.others) == 0U);
}

void z_reschedule_slow(unsigned int key)
{
	struct k_thread *cur = arch_current();
	struct z_cpu *cpu = cur->arch.cpu;

	if (arch_is_in_isr()) {
		z_unlock(key);
		return;
	}
	if (!arch_irq_unlocked(key)) {
		/* When the caller opens interrupts, this one comes at once, and asks again. */
		if (z_irqchip != NULL) {
			z_ipi_send(1U << cpu->arch.id, Z_SGI_RESCHED);
		}
		z_unlock(key);
		return;
	}
	if (!simply_better(cpu, cur)) {
		think_again(cpu, cur, key);
		return;
	}
	cpu->arch.need_resched.any = 0U;
	(void)switch_to(cpu, cur, cpu->best);
	arch_irq_unlock(key);
}

void z_preempt(struct k_thread *cur, uint32_t reasons, struct z_cpu *cpu)
{
	struct k_spinlock *lock = z_the_lock();

	/* There for the registers alone: the CPU comes in one that taking the lock leaves as it is. */
	ARG_UNUSED(reasons);
	z_spin_lock_masked(lock);
	if (!simply_better(cpu, cur)) {
		think_again(cpu, cur, ARCH_EXCEPTION_KEY);
		return;
	}
	cpu->arch.need_resched.any = 0U;
	(void)switch_under(lock, cpu, cur, cpu->best);
}

void k_yield(void)
{
	struct k_thread *cur = arch_current();
	unsigned int key;
	struct z_cpu *cpu;

	__ASSERT(!arch_is_in_isr(), "k_yield() in an ISR");
	key = z_lock();
	cpu = cur->arch.cpu;
	if (unlikely(cpu->arch.need_resched.other != 0U) &&
	    (cur->base.thread_state & (_THREAD_ABORTING | _THREAD_SUSPENDING)) != 0U) {
		(void)z_block(key);
		return;
	}
	to_tail(cur);
	if (unlikely(cpu->elsewhere != 0U)) {
		take_from_others(cpu, cpu->best == cur);
	}
	if (cpu->best == cur) {
		z_unlock(key);
		return;
	}
	cpu->arch.need_resched.best = 0U;
	if (!simply(cpu, cur)) {
		give_way_slow(cpu, cur, key);
		return;
	}
	(void)switch_to(cpu, cur, cpu->best);
	arch_irq_unlock(key);
}

void k_reschedule(void)
{
	unsigned int key = z_lock();

	arch_cpu()->arch.need_resched.other = 1U;
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
		arch_cpu()->arch.need_resched.other = 1U;
	}
	z_reschedule(key);
}

/* A thread that runs keeps its place ahead of its equals, but perhaps another is to have its CPU now. */
static void set_running_prio(struct k_thread *t, int prio)
{
	struct z_cpu *cpu = t->arch.cpu;
	struct k_thread *old_best = cpu->best;

	if (t == cpu->idle) {
		return;
	}
	z_unready_current(cpu, t);
	t->base.prio = (int8_t)prio;
	enqueue(cpu, t, true);
	if (old_best != t && cpu->best == t) {
		/* It was about to run. */
		rehome(cpu, old_best);
	}
	if (z_slices_used) {
		/* It may have equals now. If not, the slice ends without anything. */
		z_slice_contended(cpu, prio);
	}
	if (cpu->arch.need_resched.best != 0U ||
	    (preemptible(t) && (cpu->best != t || cpu->elsewhere != 0U))) {
		z_ask_resched(cpu);
	}
}

void z_set_prio(struct k_thread *t, int prio)
{
	if ((t->base.thread_state & Z_THREAD_NOT_READY) == 0U) {
		if (z_is_running(t)) {
			set_running_prio(t, prio);
			return;
		}
		z_unready(t);
		t->base.prio = (int8_t)prio;
		z_ready(t);
		return;
	}
	t->base.prio = (int8_t)prio;
	if (t->base.pended_on != NULL) {
		z_waitq_resort(t);
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

void z_run_first(struct z_cpu *cpu, struct k_thread *t)
{
	enqueue(cpu, t, false);
	t->base.switched_in = cpu->online_since;
	cpu->current = t;
	arch_first_switch(t);
}
