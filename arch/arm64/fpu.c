/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * FP/SIMD registers of threads, switched lazily.
 *
 * Access traps unless the running thread has used the registers since it was switched in. A thread that
 * has used them saves them when it is switched out, so a thread may go on on any CPU; loading waits for
 * the first use, and is spared where the CPU still holds the thread's values (CPACR_EL1.FPEN: Arm ARM
 * D19.2.30). Threads that do not use FP pay one test per switch, and that only after somebody has.
 *
 * A guest's values are not saved when its thread is switched out (arch_thread::fpu_stays): they stay in the registers
 * until another thread uses those, or the guest's context leaves the CPU.
 */
#include "arch/arm64/arch.h"
#include "arch/arm64/error.h"
#include "arch/arm64/guest.h"
#include "arch/arm64/sysreg.h"
#include "kernel/arch_api.h"

void arch_fpu_save(struct arch_fpu *to);
void arch_fpu_load(const struct arch_fpu *from);
void arch_fpu_isr_begin(void);

/* struct k_thread and struct z_cpu begin with these. */
static ALWAYS_INLINE struct arch_thread *arch_of(struct k_thread *t)
{
	return (struct arch_thread *)(void *)t;
}

static ALWAYS_INLINE struct arch_cpu *arch_cpu_of(struct z_cpu *cpu)
{
	return (struct arch_cpu *)(void *)cpu;
}

/* The ISB makes the next instructions see it: one that is to trap must not slip through. */
static void allow(bool allowed)
{
	uint64_t cpacr = read_sysreg(cpacr_el1) & ~CPACR_FPEN_ENABLED;

	write_sysreg(allowed ? cpacr | CPACR_FPEN_ENABLED : cpacr | CPACR_FPEN_TRAP, cpacr_el1);
	isb();
}

void arch_fpu_init(void)
{
	allow(false);
}

/* The owner has ended: switches on this CPU need not care any longer. */
static void disown(struct arch_cpu *cpu)
{
	cpu->fpu_owner = NULL;
	cpu->fpu_unsaved = false;
	cpu->switch_hooks.fpu = 0U;
}

/* Only the thread that owns the registers can have values there that memory has not. */
static void save_owner(struct arch_cpu *cpu)
{
	struct arch_thread *owner = arch_of(cpu->fpu_owner);

	arch_fpu_save(owner->fpu);
	/* If it was dropped meanwhile, nobody wants them. */
	owner->fpu_saved = owner->fpu_cpu != NULL;
	cpu->fpu_unsaved = false;
}

void arch_fpu_switch(struct z_cpu *cpu, struct k_thread *prev, struct k_thread *next)
{
	struct arch_thread *p = arch_of(prev);
	struct arch_thread *n = arch_of(next);
	bool keep = arch_cpu_of(cpu)->fpu_owner == next && n->fpu_cpu == cpu;

	if (p->fpu_live) {
		p->fpu_live = false;
		if (p->fpu_cpu == NULL) {
			disown(arch_cpu_of(cpu));
		} else if (p->fpu_stays) {
			arch_cpu_of(cpu)->fpu_unsaved = true;
		} else {
			arch_fpu_save(p->fpu);
			p->fpu_saved = true;
		}
	} else if (!keep) {
		return;
	}
	if (keep) {
		arch_cpu_of(cpu)->fpu_unsaved = false;
	}
	n->fpu_live = keep;
	allow(keep);
}

static const struct arch_fpu zeros;

/* An interrupt comes while the registers are the thread's: what uses them in its handlers is to trap. */
void arch_fpu_isr_begin(void)
{
	allow(false);
}

void arch_fpu_isr_end(void)
{
	allow(arch_current_arch()->fpu_live);
}

/*
 * A handler uses the registers: the compiler may have copied a structure by way of them. The thread loads its
 * values again when it needs them, and the interrupt's end takes access away.
 */
static __noinline void trap_in_isr(struct arch_thread *cur, struct arch_cpu *cpu)
{
	allow(true);
	if (cur->fpu_live) {
		arch_fpu_save(cur->fpu);
		cur->fpu_saved = true;
		cur->fpu_live = false;
	} else if (cpu->fpu_unsaved) {
		save_owner(cpu);
	}
	disown(cpu);
	arch_fpu_load(&zeros);
	cpu->fpu_in_isr = true;
	cpu->need_resched.other = 1U;
}

void arch_fpu_trap(void)
{
	struct arch_thread *cur = arch_current_arch();
	struct arch_cpu *cpu = arch_cpu_of(cur->cpu);

	if (cur->irq_depth != 0U) {
		trap_in_isr(cur, cpu);
		return;
	}
	allow(true);
	if (arch_of(cpu->fpu_owner) != cur || cur->fpu_cpu != cur->cpu) {
		if (cpu->fpu_unsaved) {
			save_owner(cpu);
		}
		arch_fpu_load(cur->fpu_saved ? cur->fpu : &zeros);
		cpu->fpu_owner = (struct k_thread *)(void *)cur;
		cpu->switch_hooks.fpu = 1U;
		cur->fpu_cpu = cur->cpu;
	}
	cur->fpu_live = true;
}

void arch_fpu_drop(struct k_thread *thread)
{
	struct arch_thread *t = arch_of(thread);
	struct z_cpu *here = arch_current_arch()->cpu;

	/*
	 * A later thread in the same memory has fpu_cpu == NULL: no CPU takes the registers for its. What
	 * runs keeps its access until it is switched out, which is where access is taken away. Another CPU's
	 * ownership is that CPU's to change.
	 */
	if (t->fpu_cpu == here && here != NULL && !t->fpu_live &&
	    arch_cpu_of(here)->fpu_owner == thread) {
		disown(arch_cpu_of(here));
	}
	t->fpu_cpu = NULL;
	t->fpu_saved = false;
}

void arch_fpu_put(struct k_thread *thread)
{
	struct arch_thread *t = arch_of(thread);
	struct arch_cpu *cpu = arch_cpu_of(arch_current_arch()->cpu);

	if (cpu->fpu_owner != thread) {
		return;
	}
	if (t->fpu_live || cpu->fpu_unsaved) {
		allow(true);
		save_owner(cpu);
		/* Whoever runs has none of its own values there, or it would own them. */
		t->fpu_live = false;
		allow(false);
	}
	disown(cpu);
}
