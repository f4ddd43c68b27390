/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Of the debug architecture, the part that a guest may have.
 */
#ifndef ZVM_ARCH_ARM64_DEBUG_H_
#define ZVM_ARCH_ARM64_DEBUG_H_

#include <stdint.h>

/**
 * @brief Gives the resident guest what it asked for in MDSCR_EL1 and may have: software step, and the trap of the debug
 * channel's registers from EL0. Breakpoints and watchpoints (MDE) stay off.
 */
void arch_guest_mdscr(uint64_t mdscr);

#endif /* ZVM_ARCH_ARM64_DEBUG_H_ */
