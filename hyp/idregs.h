/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What a guest reads in the ID registers (Arm ARM D19.2, op0=3, op1=0, CRn=0, CRm=1..7): fields that ZVM virtualises,
 * by an allow-list. Everything else reads as if the feature were not there, and traps.
 */
#ifndef HYP_IDREGS_H_
#define HYP_IDREGS_H_

#include <stdint.h>

/** Registers of the space, CRm << 3 | op2; those of CRm 0 are not read from here. */
#define IDREGS_COUNT    64U
#define IDREG(crm, op2) ((crm) << 3 | (op2))

/** The guest's values, by IDREG(). Constant once guests run. */
extern uint64_t idregs_guest[IDREGS_COUNT];

/** @brief Starts over: as if no CPU had been seen, with what stage 2 gives. */
void idregs_init(unsigned int ipa_bits);

/** @brief Takes the registers of one CPU into account: guests see what all CPUs have. Not concurrently. */
void idregs_merge(const uint64_t hw[IDREGS_COUNT]);

/** @brief idregs_merge() of the calling CPU. */
void idregs_merge_this_cpu(void);

#endif /* HYP_IDREGS_H_ */
