/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief SMCs that are somebody else's: handed on to the firmware as they are.
 */
#ifndef ZVM_ARCH_ARM64_SMC_H_
#define ZVM_ARCH_ARM64_SMC_H_

#include <stdbool.h>
#include <stdint.h>

/**
 * @brief Is there an EL3? Without one an SMC at EL2 is undefined (Arm ARM DDI 0487, C6.2 "SMC"), but for what an emulator
 *        makes of it.
 */
bool smc_has_el3(void);

/**
 * @brief Secure monitor call with x0 to x7 (DEN0028, SMCCC 1.0 and later); what it returns is there afterwards. For as
 *        long as it takes no interrupt of this CPU is served, masked or not: the firmware runs above EL2. Any context.
 */
void smc_pass(uint64_t x[8]);

#endif /* ZVM_ARCH_ARM64_SMC_H_ */
