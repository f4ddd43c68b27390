/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What this CPU says of itself, for those who pass some of it on.
 */
#ifndef ZVM_ARCH_ARM64_IDREGS_H_
#define ZVM_ARCH_ARM64_IDREGS_H_

#include <stdbool.h>
#include <stdint.h>

/** @brief The ID registers (op0=3, op1=0, CRn=0) of this CPU, by CRm << 3 | op2; those of CRm 0 are left zero. */
void arch_idregs_read(uint64_t hw[64]);

/**
 * @brief A number of the CPU's true random number generator (FEAT_RNG, RNDRRS: reseeded for each). Only on CPUs that
 * have it.
 * @return false if the generator has none at present
 */
bool arch_random64(uint64_t *value);

#endif /* ZVM_ARCH_ARM64_IDREGS_H_ */
