/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Exceptions that the hypervisor makes a guest take (Arm ARM D1.3.4, "AArch64.TakeException" to EL1).
 *
 * All from the vCPU's own exit, resident, interrupts masked; an AArch32 EL0 takes them to AArch64 EL1.
 */
#ifndef HYP_INJECT_H_
#define HYP_INJECT_H_

#include <stdint.h>

struct vcpu;

/** @brief The instruction is undefined: EC 0, at the instruction itself. */
void inject_undef(struct vcpu *v);

/** @brief Synchronous external abort on a data access; @p far is the virtual address. */
void inject_data_abort(struct vcpu *v, uint64_t far);

/** @brief Synchronous external abort on an instruction fetch. */
void inject_instruction_abort(struct vcpu *v, uint64_t far);

#endif /* HYP_INJECT_H_ */
