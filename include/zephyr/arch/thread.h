/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The architecture's share of a thread and of a CPU.
 *
 * Both are the first member of the kernel's own structure, so that the thread register (TPIDR) serves
 * assembly and C alike: assembly needs the offsets of this file only.
 */
#ifndef ZEPHYR_ARCH_THREAD_H_
#define ZEPHYR_ARCH_THREAD_H_

#include <stdbool.h>
#include <stdint.h>

struct k_thread;
struct z_cpu;

/** FP/SIMD registers of a thread that uses them: V0-V31, FPSR and FPCR. */
struct arch_fpu {
	__uint128_t v[32];
	uint64_t fpsr;
	uint64_t fpcr;
};

/**
 * What a thread switch has to do beside switching: 0 or 1 in each byte. They are stored whole: the CPU itself sets the first
 * one without a lock, any CPU the others, with the kernel lock.
 */
union arch_hooks {
	uint32_t any;
	struct {
		/** arch_cpu::fpu_owner is not NULL. */
		uint8_t fpu;
		/** Time slices are in use. */
		uint8_t slices;
		/** There are threads with arch_thread::bus_errors. */
		uint8_t bus_errors;
	};
};

struct arch_thread {
	/** Where it goes on when it is switched in: stack, and below frame pointer and code. */
	uintptr_t sp;
	/**
	 * CPU that runs the thread, or whose ready queue it is in, or that ran it last. To the thread itself
	 * it is the CPU it runs on for as long as interrupts are masked.
	 */
	struct z_cpu *cpu;
	uintptr_t fp;
	uintptr_t pc;
	/** Usable stack, [stack_lo, stack_hi). */
	uintptr_t stack_lo;
	uintptr_t stack_hi;
	/** Not zero while an interrupt or exception handler runs on top of the thread. */
	uint32_t irq_depth;
	/** The thread has used FP registers since it was switched in: they may differ from @ref fpu. */
	bool fpu_live;
	/** What @ref fpu points to holds values; if not, the thread never used FP registers and starts with zeros. */
	bool fpu_saved;
	/** A guest's: the values stay in the registers, without access, while other threads run that do not use any. */
	bool fpu_stays;
	/** A guest's that reaches devices: an SError that it has caused is not the host's (arch_bus_errors_take()). */
	bool bus_errors;
	/** CPU whose FP registers held the thread's values last, or NULL. */
	struct z_cpu *fpu_cpu;
	/** Two registers, while the exception vector looks where the stack stands. */
	uint64_t vector_scratch[2];
	/** Room for them, far from what every switch touches. */
	struct arch_fpu *fpu;
};

/** Why a CPU is to ask the scheduler. */
union arch_resched {
	uint32_t any;
	struct {
		/** Its best thread is another than the one that runs, and that is all. */
		uint8_t best;
		/** Something else, too. */
		uint8_t other;
		/** The interrupted thread is no more. */
		uint8_t gone;
	};
};

struct arch_cpu {
	union {
		struct {
			/** Set under the kernel lock, read by the interrupt exit: the scheduler wants to be asked. */
			union arch_resched need_resched;
			union arch_hooks switch_hooks;
		};
		/** Both, to be tested at once: no more than arch_resched::best is set in the usual case. */
		uint64_t reasons;
	};
	/** The other CPUs that are online, a bit each. */
	uint32_t others;
	uint32_t id;
	/** Affinity fields of MPIDR_EL1. */
	uint64_t mpidr;
	/** Stack on which interrupts are handled: [irq_stack_lo, irq_stack). */
	uintptr_t irq_stack_lo;
	uintptr_t irq_stack;
	/** Handles an interrupt that a guest's vector has acknowledged: INTID, this CPU. Behind the stack, for one load. */
	void (*irq_taken)(uint64_t intid, struct z_cpu *cpu);
	/** Top of the stack on which a stack overflow is reported. */
	uintptr_t overflow_stack;
	/** Thread whose values the FP registers hold, or NULL; if not, arch_hooks::fpu is set. */
	struct k_thread *fpu_owner;
	/** An interrupt handler has used FP registers: access is to be taken away when it ends. */
	bool fpu_in_isr;
	/** The owner does not run, and its values are in the registers only (arch_thread::fpu_stays). */
	bool fpu_unsaved;
	/** Thread of the vCPU whose EL1 context this CPU's hardware holds, or NULL: the CPU's own, interrupts masked. */
	struct k_thread *guest;
};

#endif /* ZEPHYR_ARCH_THREAD_H_ */
