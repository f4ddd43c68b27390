/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Exceptions that the hypervisor makes a guest take (Arm ARM D1.3.4, "AArch64.TakeException" to EL1).
 *
 * All from the vCPU's own exit, resident, interrupts masked; an AArch32 EL0 takes them to AArch64 EL1.
 */
#ifndef HYP_INJECT_H_
#define HYP_INJECT_H_

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/** @brief The instruction is undefined: EC 0, at the instruction itself. */
void inject_undef(struct vcpu *v);

/** @brief Synchronous external abort on a data access; @p far is the virtual address. */
void inject_data_abort(struct vcpu *v, uint64_t far);

/** @brief Synchronous external abort on an instruction fetch. */
void inject_instruction_abort(struct vcpu *v, uint64_t far);

/** What taking an exception at EL1 depends on, and what it makes of PSTATE. */
struct inject_features {
	bool pan;  /**< FEAT_PAN */
	bool ssbs; /**< FEAT_SSBS */
	bool mte;  /**< FEAT_MTE: PSTATE.TCO is there */
};

/** @return PSTATE at the first instruction of the handler, from that before it and SCTLR_EL1. Pure. */
uint64_t inject_pstate(uint64_t spsr, uint64_t sctlr, const struct inject_features *features);

/** @return offset of a synchronous exception's vector from VBAR_EL1. Pure. */
uint64_t inject_vector(uint64_t spsr);

/** @return ESR_EL1 of an abort that the guest takes in place of one with ESR_EL2 @p esr: @p data or fetch. Pure. */
uint64_t inject_abort_esr(uint64_t spsr, uint64_t esr, bool data);

#endif /* HYP_INJECT_H_ */
