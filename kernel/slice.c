/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Time slices: threads of the same priority take turns.
 *
 * A thread has the slice it was given itself, or the one for all preemptive threads at or below a
 * priority. It is kept as one time per CPU beside that CPU's timeouts, so that a switch costs a
 * comparison; while nobody uses slices it costs one test.
 *
 * Nobody's turn comes where nobody waits: a slice begins when there is an equal who could have the CPU, which is when
 * the thread is switched in or, later, when one becomes ready (z_slice_contended()). So a thread that is alone, as most vCPUs
 * are, is not interrupted.
 */
#include <zephyr/kernel.h>

#include "kernel/sched.h"
#include "kernel/timeout.h"

bool z_slices_used;

static uint64_t default_slice;
static int default_slice_prio;

static uint64_t slice_of(const struct z_cpu *cpu, const struct k_thread *t)
{
	if (t == cpu->idle || t->base.prio < 0) {
		return 0U;
	}
	if (t->base.slice_cycles != 0U) {
		return t->base.slice_cycles;
	}
	return t->base.prio >= default_slice_prio ? default_slice : 0U;
}

/* May an equal have the CPU when the slice is over? Somebody who asked to be told of its end is told in any case. */
static ALWAYS_INLINE bool contended(const struct z_cpu *cpu, const struct k_thread *t)
{
	/* Both neighbours are the list's head: it is the only one of its priority here. */
	return t->base.qnode.next != t->base.qnode.prev || cpu->elsewhere != 0U ||
	       t->base.slice_expired_fn != NULL;
}

static ALWAYS_INLINE void start(struct z_cpu *cpu, struct k_thread *t, uint64_t now)
{
	uint64_t slice = slice_of(cpu, t);

	t->base.slice_expired = false;
	if (slice == 0U || !contended(cpu, t)) {
		cpu->slice_due = Z_CYCLES_NEVER;
		return;
	}
	if (t->base.slice_left != 0U) {
		slice = MIN(slice, t->base.slice_left);
		t->base.slice_left = 0U;
	}
	cpu->slice_due = now + slice;
	if (cpu->slice_due < cpu->timer_due) {
		z_timer_update(cpu);
	}
}

void z_slice_start(struct z_cpu *cpu, struct k_thread *t, uint64_t now)
{
	start(cpu, t, now);
}

/* Out of line: it is rare, and has three callers. */
__noinline void z_slice_contended(struct z_cpu *cpu, int prio)
{
	struct k_thread *cur = cpu->current;
	uint64_t slice = slice_of(cpu, cur);

	if (cpu->slice_due != Z_CYCLES_NEVER || slice == 0U || cur->base.prio != prio) {
		return;
	}
	cpu->slice_due = arch_cycles_relaxed() + slice;
	if (cpu->slice_due >= cpu->timer_due) {
		return;
	}
	/* Not arch_cpu(): the current thread may have been moved to another CPU's queue already (rehome()). */
	if (cur == arch_current()) {
		z_timer_update(cpu);
	} else {
		z_ask_timer(cpu);
	}
}

void z_slices_contended(const struct k_thread *t)
{
	struct z_cpu *home = t->arch.cpu;

	z_slice_contended(home, t->base.prio);
	for (uint32_t left = t->base.cpu_mask & home->arch.others; left != 0U; left &= left - 1U) {
		z_slice_contended(&z_cpus[__builtin_ctz(left)], t->base.prio);
	}
}

void z_slice_switch(struct z_cpu *cpu, struct k_thread *prev, struct k_thread *next)
{
	uint64_t now = arch_cycles_relaxed();

	if (next->base.prio < prev->base.prio) {
		/* Too much if it has no slice, or if that is over: start() takes no more than a whole one. */
		prev->base.slice_left = cpu->slice_due - now;
	}
	start(cpu, next, now);
}

void z_slice_expired(struct z_cpu *cpu)
{
	struct k_thread *cur = cpu->current;

	if (cur->base.slice_expired_fn != NULL) {
		z_unlock_masked();
		cur->base.slice_expired_fn(cur, cur->base.slice_data);
		z_lock_masked();
		/* It may have aborted the thread. */
		cur = cpu->current;
	}
	/* Not from when the interrupt came: waiting for the lock must not use the next slice up. */
	z_slice_start(cpu, cur, arch_cycles_relaxed());
	cur->base.slice_expired = true;
	cpu->arch.need_resched.other = 1U;
}

/* The rules have changed: the running threads' slices start anew under them. */
static void restart_all(void)
{
	uint64_t now = arch_cycles();
	uint32_t others = z_cpu_online & ~(1U << arch_cpu()->arch.id);

	z_slices_used = true;
	for (unsigned int i = 0U; i < z_cpu_count; i++) {
		z_cpus[i].arch.switch_hooks.slices = 1U;
	}
	z_slice_start(arch_cpu(), arch_cpu()->current, now);
	/* Another CPU's timer can be set only there: it does that when it takes the interrupt. */
	for (uint32_t left = others; left != 0U; left &= left - 1U) {
		struct z_cpu *cpu = &z_cpus[__builtin_ctz(left)];

		cpu->slice_due = now;
		z_ask_timer(cpu);
	}
}

__attribute__((cold)) void k_sched_time_slice_set(int32_t slice, int prio)
{
	unsigned int key = z_lock();

	if (slice <= 0 && !z_slices_used) {
		z_unlock(key);
		return;
	}
	default_slice = slice > 0 ? k_ms_to_cyc_ceil64((uint64_t)slice) : 0U;
	default_slice_prio = prio;
	restart_all();
	z_unlock(key);
}

__attribute__((cold)) void k_thread_time_slice_set(struct k_thread *thread, int32_t slice_ticks,
						   k_thread_timeslice_fn_t expired, void *data)
{
	unsigned int key = z_lock();

	thread->base.slice_cycles = slice_ticks > 0 ? k_ticks_to_cyc_ceil64((uint64_t)slice_ticks)
						    : 0U;
	thread->base.slice_left = 0U;
	thread->base.slice_expired_fn = expired;
	thread->base.slice_data = data;
	if (slice_ticks > 0 || z_slices_used) {
		restart_all();
	}
	z_unlock(key);
}

#ifdef CONFIG_TIMESLICING
static int configured_slice(void)
{
	k_sched_time_slice_set(CONFIG_TIMESLICE_SIZE, CONFIG_TIMESLICE_PRIORITY);
	return 0;
}
SYS_INIT(configured_slice, POST_KERNEL, 0);
#endif
