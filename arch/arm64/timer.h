/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The generic timer of this exception level: counter and compare register (Arm ARM DDI 0487,
 * D12).
 *
 * el.h says which: the EL2 physical timer and counter at EL2, the virtual ones at EL1. The timer is
 * left enabled for good; a compare value that is never reached stands for "no deadline", so that
 * arming costs one register write.
 */
#ifndef ZVM_ARCH_ARM64_TIMER_H_
#define ZVM_ARCH_ARM64_TIMER_H_

#include <stdint.h>

#include <zephyr/toolchain.h>
#include "arch/arm64/el.h"
#include "arch/arm64/sysreg.h"

/**
 * A compare value that the counter does not reach. Not close to 2^64-1: such values might never meet the condition
 * (Arm ARM, "Operation of the CompareValue views of the timers"), and an emulator that adds CNTVOFF to one gets a time in
 * the past (QEMU 7.2 fires such a timer again and again, and does nothing else any more).
 */
#define ARCH_TIMER_NEVER ((uint64_t)INT64_MAX)

/**
 * @brief The counter, read in program order.
 *
 * The read may otherwise be done speculatively, before earlier instructions (Arm ARM, CNTPCT_EL0):
 * without the ISB, time taken after a lock was acquired could lie before time that the lock's last
 * holder saw. Use it wherever values are compared across CPUs or an interval must contain exactly
 * the code between two reads.
 */
static ALWAYS_INLINE uint64_t arch_cycles(void)
{
	isb();
	return read_sysreg(EL_COUNTER);
}

/**
 * @brief The counter without ordering: the value may be older than the preceding instructions by a
 * pipeline's depth.
 *
 * Good for statistics, and for deciding what is due in the timer's handler: taking an exception is
 * a context synchronisation event already, and a value that is a little too old only makes the
 * timer fire again.
 */
static ALWAYS_INLINE uint64_t arch_cycles_relaxed(void)
{
	return read_sysreg(EL_COUNTER);
}

/**
 * @brief Interrupt this CPU when the counter reaches `cval`; at once if it has passed it. ISR ok.
 *
 * The ISB bounds the time until the comparison uses the new value: without it that is only "finite"
 * (Arm ARM, "Synchronization
 * requirements for AArch64 System registers"), and the caller may go on for long before the next
 * synchronisation event.
 *
 * @param cval Counter value, or ARCH_TIMER_NEVER.
 */
static ALWAYS_INLINE void arch_timer_set(uint64_t cval)
{
	write_sysreg(cval, EL_TIMER_CVAL);
	isb();
}

/**
 * @brief No deadline: this CPU's timer does not interrupt until the next arch_timer_set(). ISR ok.
 */
static ALWAYS_INLINE void arch_timer_stop(void)
{
	arch_timer_set(ARCH_TIMER_NEVER);
}

/**
 * @brief Switch this CPU's timer on, without a deadline; the boot loader may have left it in any
 * state.
 */
static inline void arch_timer_init(void)
{
	write_sysreg(ARCH_TIMER_NEVER, EL_TIMER_CVAL);
	write_sysreg(CNT_CTL_ENABLE, EL_TIMER_CTL);
	isb();
}

/** @brief What the firmware says is the counter's frequency in Hz; 0 if it did not set it. */
static inline uint64_t arch_timer_cntfrq(void)
{
	return read_sysreg(cntfrq_el0) & 0xffffffffU;
}

#endif /* ZVM_ARCH_ARM64_TIMER_H_ */
