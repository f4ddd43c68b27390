/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the hardware holds of a guest, and how it gets in and out (guest.S, guest.c).
 */
#ifndef ZVM_ARCH_ARM64_GUEST_H_
#define ZVM_ARCH_ARM64_GUEST_H_

#include <stdint.h>

/** General registers of a guest that was left, at the top of its thread's stack; SP_EL2 points here while it runs. */
struct guest_frame {
	uint64_t x[31];
	uint64_t elr;
	uint64_t spsr;
	/* Frame record, so that backtraces end well; a multiple of 16 in all. */
	uint64_t pad;
};

/** EL1 context of a vCPU that is not resident. guest.c lists what each is; FP registers are thread->fpu. */
struct guest_context {
	uint64_t sctlr, actlr, cpacr, ttbr0, ttbr1, tcr, esr, far, afsr0, afsr1, mair, amair, vbar, contextidr;
	uint64_t elr, spsr, sp_el0, sp_el1, tpidr_el0, tpidrro_el0, tpidr_el1, par, csselr, cntkctl, mdscr, disr;
	uint64_t apkey[10];
	/* Constant while the VM lives. */
	uint64_t vmpidr, vpidr;
};

#endif /* ZVM_ARCH_ARM64_GUEST_H_ */
