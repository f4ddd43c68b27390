/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The virtual timer of EL1 and EL0, as EL2 reaches it (Arm ARM D12.2.4): its own names mean the EL2 virtual timer
 * there while E2H is 1. Interrupts masked.
 */
#ifndef ZVM_ARCH_ARM64_GUEST_TIMER_H_
#define ZVM_ARCH_ARM64_GUEST_TIMER_H_

#include <stdint.h>

#include <zephyr/toolchain.h>

#include "arch/arm64/sysreg.h"

static ALWAYS_INLINE uint64_t arch_vtimer_ctl(void)
{
	return read_sysreg(cntv_ctl_el02);
}

static ALWAYS_INLINE uint64_t arch_vtimer_cval(void)
{
	return read_sysreg(cntv_cval_el02);
}

/** @brief Off. The ISB is the time from which the line is low: the vGIC looks at the interrupt next. */
static ALWAYS_INLINE void arch_vtimer_stop(void)
{
	write_sysreg(0U, cntv_ctl_el02);
	isb();
}

/**
 * @brief Sets all of it. On only at the end: the condition is never looked at with somebody else's time. No barrier:
 * the return to the guest is one.
 */
static ALWAYS_INLINE void arch_vtimer_set(uint64_t offset, uint64_t cval, uint64_t ctl)
{
	write_sysreg(offset, cntvoff_el2);
	write_sysreg(cval, cntv_cval_el02);
	write_sysreg(ctl, cntv_ctl_el02);
}

#endif /* ZVM_ARCH_ARM64_GUEST_TIMER_H_ */
