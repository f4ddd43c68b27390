/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Inline functions of the contract in kernel/arch_api.h: current thread, interrupt mask, idling.
 */
#ifndef ARCH_ARM64_ARCH_H_
#define ARCH_ARM64_ARCH_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/arch/thread.h>
#include <zephyr/sys/util.h>
#include <zephyr/toolchain.h>
#include "arch/arm64/el.h"
#include "arch/arm64/timer.h"

struct k_spinlock;

#define ARCH_DAIF_I 0x80U

static ALWAYS_INLINE unsigned int arch_irq_lock(void)
{
	unsigned int daif;

	__asm__ volatile("mrs %x0, daif\n\tmsr daifset, #2" : "=r"(daif)::"memory");
	return daif;
}

/** The interrupt mask of exception handlers: taking an exception sets all of PSTATE.{D,A,I,F} (Arm ARM D1.3.5). */
#define ARCH_EXCEPTION_KEY 0x3c0U

static ALWAYS_INLINE void arch_irq_unlock(unsigned int key)
{
	/* The register as it is: the upper half of DAIF is not there, so nothing needs to be cleared. */
	__asm__ volatile("msr daif, %x0" ::"r"(key) : "memory");
}

/** True if @p key, from arch_irq_lock(), says that interrupts were open before. */
static ALWAYS_INLINE bool arch_irq_unlocked(unsigned int key)
{
	return (key & ARCH_DAIF_I) == 0U;
}

/**
 * What a thread starts with: interrupts open, and SErrors too, so that a device access that failed is reported
 * when it happens and not never. Threads that were interrupted get their mask back from their frame.
 */
static ALWAYS_INLINE void arch_thread_unmask(void)
{
	__asm__ volatile("msr daifclr, #6" ::: "memory");
}

/** Interrupts alone: SErrors stay masked in exits of guests (bus_error.c). */
static ALWAYS_INLINE void arch_irq_enable(void)
{
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}

static ALWAYS_INLINE void arch_irq_disable(void)
{
	__asm__ volatile("msr daifset, #2" ::: "memory");
}

/*
 * The thread register never changes under a running thread: no volatile, so that the compiler may keep
 * the value. Whoever switches threads passes the new one along instead of reading it again.
 */
static ALWAYS_INLINE struct k_thread *arch_current(void)
{
	struct k_thread *t;

	__asm__("mrs %0, " STRINGIFY(EL_TPIDR) : "=r"(t));
	return t;
}

static ALWAYS_INLINE struct arch_thread *arch_current_arch(void)
{
	return (struct arch_thread *)(void *)arch_current();
}

/** The CPU this runs on; only with interrupts masked is it still so when the caller looks at it. */
static ALWAYS_INLINE struct z_cpu *arch_cpu(void)
{
	return *(struct z_cpu *volatile *)&arch_current_arch()->cpu;
}

static ALWAYS_INLINE bool arch_is_in_isr(void)
{
	return *(volatile uint32_t *)&arch_current_arch()->irq_depth != 0U;
}

#define ARCH_SWITCH_CLOBBERS                                                                       \
	"x2", "x3", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", \
		"x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",       \
		"x28", "x30", "cc", "memory"

/*
 * Goes from one thread to another; see kernel/arch_api.h. Every register but the stack and frame pointers
 * counts as overwritten, so the compiler saves what it still needs, once, in the prologue of the function
 * that this is in. A thread that was preempted has the rest in its interrupt frame; FP registers are
 * switched lazily, see fpu.c. The thread register needs no ISB: a read of it comes after this write
 * (Arm ARM D19.1.2, direct accesses to the same register).
 */
static ALWAYS_INLINE struct k_thread *arch_switch(struct k_thread *prev, struct k_thread *next,
						  struct k_spinlock **lock)
{
	register struct k_thread *p __asm__("x0") = prev;
	register struct k_thread *n __asm__("x1") = next;
	register struct k_spinlock *l __asm__("x4") = *lock;

	BUILD_ASSERT(offsetof(struct arch_thread, sp) == 0U &&
			     offsetof(struct arch_thread, fp) == 16U &&
			     offsetof(struct arch_thread, pc) == 24U,
		     "the offsets below");
	__asm__ volatile("	adr	x2, 1f\n"
			 "	mov	x3, sp\n"
			 "	stp	x29, x2, [x0, #16]\n"
			 "	str	x3, [x0]\n"
			 "	ldr	x3, [x1]\n"
			 "	ldp	x29, x2, [x1, #16]\n"
			 "	msr	" EL_TPIDR_STR ", x1\n"
			 "	mov	sp, x3\n"
			 "	br	x2\n"
			 "1:"
			 : "+r"(p), "+r"(n), "+r"(l)
			 :
			 : ARCH_SWITCH_CLOBBERS);
	/* These are what the thread before this one had there: its next thread, which is this one, and the lock. */
	*lock = l;
	return n;
}

/** One turn of a spin loop: lets a sibling hardware thread, or an emulated CPU, go on. */
static ALWAYS_INLINE void arch_spin_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

/**
 * Waits for an interrupt with interrupts masked; a pending one ends the wait all the same, so nothing
 * that was checked before is missed (Arm ARM D1.7, WFI wake-up events). The barrier completes stores
 * to devices and other CPUs before the core may power down.
 */
static ALWAYS_INLINE void arch_cpu_wait(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

#endif /* ARCH_ARM64_ARCH_H_ */
