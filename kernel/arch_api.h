/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The contract between the kernel and an architecture. Nothing else of either is known to the other.
 *
 * Inline on the architecture's side (arch/arch.h): arch_irq_lock() and its kin, arch_current(),
 * arch_cpu(), arch_is_in_isr(), arch_cycles(), arch_timer_set(), arch_spin_relax(), arch_cpu_wait().
 */
#ifndef KERNEL_ARCH_API_H_
#define KERNEL_ARCH_API_H_

#include <stddef.h>
#include <stdint.h>

#include <zephyr/toolchain.h>
#include "arch/arch.h"

struct arch_esf;
struct k_thread;
struct z_cpu;

/** What the architecture's start-up hands over. */
struct boot_info {
	/** Devicetree, or NULL if none was found. */
	const void *fdt;
	/** Bytes mapped at @ref fdt: no read may go past them. */
	size_t fdt_size;
	uintptr_t image_start;
	uintptr_t image_end;
	/** Exception level that the loader entered. */
	unsigned int entry_el;
	/** NULL, or the one line that says why this machine can not run the image. */
	const char *error;
	/** Counter when the first instruction ran. */
	uint64_t entry_cycles;
};

/* Given by the architecture. */

/*
 * struct k_thread *arch_switch(struct k_thread *prev, struct k_thread *next, struct k_spinlock **lock),
 * inline: goes from one thread to another; returns prev when it is switched in again. The kernel lock is
 * held across it: it is released by next, so that no CPU can pick prev before its registers are saved. Its
 * address stays in a register meanwhile; all switch under the same one.
 */

/** @brief Lays out a new thread's stack so that arch_switch() ends up in z_thread_start(). */
void arch_new_thread(struct k_thread *thread);

/**
 * @brief Makes this CPU run @p thread, on its stack, forgetting the current context.
 *
 * For the first thread of a CPU. The kernel lock must be held.
 */
FUNC_NORETURN void arch_first_switch(struct k_thread *thread);

/** @brief Makes @p thread the current one of this CPU, without touching stacks: start-up only. */
void arch_set_current(struct k_thread *thread);

/**
 * @brief Before another thread runs: errors that the accesses of @p prev have caused are taken now, and are not the next
 * one's; only if it or the next one has arch_thread::bus_errors. SErrors are masked on return. Lock held.
 */
void arch_bus_errors_take(struct k_thread *prev);

/** @brief Saves the FP registers of a thread that leaves this CPU, if it owns them; lock held. */
void arch_fpu_switch(struct z_cpu *cpu, struct k_thread *prev, struct k_thread *next);

/** @brief An interrupt handler has ended: the FP registers are the thread's again, or nobody's. */
void arch_fpu_isr_end(void);

/** @brief A thread was aborted: its values in FP registers are worth nothing now; lock held. */
void arch_fpu_drop(struct k_thread *thread);

/**
 * @brief Where the firmware is to start a secondary CPU, with its struct z_cpu as the context argument.
 *
 * It comes to kernel_secondary_start() with that. What was stored before this call is seen there; nothing
 * needs to be cleaned, as the CPU reads it with its caches on.
 */
uint64_t arch_secondary_entry(void);

/** @brief Prepares exceptions and FP traps on this CPU. Its thread must be set. */
void arch_cpu_init(void);

/** @return what the CPU says it is (MIDR_EL1). */
uint64_t arch_cpu_model(void);

/** @return affinity fields of this CPU's MPIDR_EL1. */
uint64_t arch_cpu_affinity(void);

/** @brief Waits for ever, interrupts masked. */
FUNC_NORETURN void arch_halt(void);

/** @brief Prints the registers and a backtrace of addresses that addr2line understands. */
void arch_dump(const struct arch_esf *esf);

/* Given by the kernel. */

/** @brief Called once with the MMU on, on the boot CPU's start-up stack. */
FUNC_NORETURN void kernel_start(const struct boot_info *bi);

/** @brief Called on a secondary CPU with the MMU on, on its interrupt stack. */
FUNC_NORETURN void kernel_secondary_start(struct z_cpu *cpu);

/** @brief First C code of a thread: releases the kernel lock, opens interrupts, runs the entry. */
FUNC_NORETURN void z_thread_start(void);

/**
 * @brief The interrupt exit asks the scheduler: interrupts masked, back on the thread's stack.
 * @param cur the thread that was interrupted
 * @param reasons arch_cpu::need_resched, not zero, as it was before the kernel lock was taken
 * @param cpu this CPU
 */
void z_preempt(struct k_thread *cur, uint32_t reasons, struct z_cpu *cpu);

/** @brief An exception nobody handles. */
void z_fatal_error(unsigned int reason, const struct arch_esf *esf);

#endif /* KERNEL_ARCH_API_H_ */
