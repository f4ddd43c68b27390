/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Trapped system registers: what is kept for a vCPU.
 */
#ifndef HYP_SYSREG_TRAP_H_
#define HYP_SYSREG_TRAP_H_

#include <stdint.h>

struct vcpu;

/** Registers that hold what the guest wrote and do nothing: the debug architecture's. */
enum sysreg_kept {
	KEPT_MDSCR,
	KEPT_OSLSR,
	KEPT_DBGBVR0,
	KEPT_DBGBVR1,
	KEPT_DBGBCR0,
	KEPT_DBGBCR1,
	KEPT_DBGWVR0,
	KEPT_DBGWVR1,
	KEPT_DBGWCR0,
	KEPT_DBGWCR1,
	KEPT_REGISTERS
};

struct sysreg_state {
	uint64_t kept[KEPT_REGISTERS];
};

/** @brief As after a reset. Its vCPU does not run, or resets itself. */
void sysreg_reset(struct vcpu *v);

/** @brief What of them the hardware holds, on this CPU, where the vCPU becomes resident. */
void sysreg_load(struct vcpu *v);

#endif /* HYP_SYSREG_TRAP_H_ */
