/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Instructions of a 32-bit EL0 that trap: their condition, and the step over them. Pure.
 */
#ifndef HYP_A32_H_
#define HYP_A32_H_

#include <stdbool.h>
#include <stdint.h>

/**
 * @return true if the instruction's condition holds: one that traps may do so even if it does not (Arm ARM,
 * "ISS encoding for an exception from a WFI or WFE instruction", COND and its kin).
 * @param spsr PSTATE at the instruction
 * @param esr  syndrome of a class that has CV and COND
 */
bool a32_condition_holds(uint64_t spsr, uint64_t esr);

/** @return bytes of the instruction: ESR_ELx.IL tells 16-bit T32 from all others. */
unsigned int a32_size(uint64_t esr);

/** @return PSTATE behind the instruction: the IT block goes on or ends (AArch32.ITAdvance()), SS is cleared. */
uint64_t a32_pstate_after(uint64_t spsr);

#endif /* HYP_A32_H_ */
