/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Arithmetic of timer registers (Arm ARM D12.2.4, "Timers").
 */
#ifndef HYP_VTIMER_REGS_H_
#define HYP_VTIMER_REGS_H_

#include <stdbool.h>
#include <stdint.h>

#include "arch/arm64/sysreg.h"

/** No deadline that could be met: the wait would be longer than any counter lasts. */
#define TIMER_WAIT_NEVER UINT64_MAX

/** @brief The condition is met: counter and compare value are unsigned. */
static inline bool timer_due(uint64_t now, uint64_t cval)
{
	return now >= cval;
}

/** @brief Enabled and not masked: the line is up, or will be. */
static inline bool timer_on(uint64_t ctl)
{
	return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE;
}

/** @brief The line: enabled, not masked, condition met. */
static inline bool timer_line(uint64_t ctl, uint64_t cval, uint64_t now)
{
	return timer_on(ctl) && timer_due(now, cval);
}

/** @brief What CTL reads as. ISTATUS is UNKNOWN while the timer is off: zero here. */
static inline uint64_t timer_ctl_read(uint64_t ctl, uint64_t cval, uint64_t now)
{
	uint64_t value = ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK);

	if ((ctl & CNT_CTL_ENABLE) != 0U && timer_due(now, cval)) {
		value |= CNT_CTL_ISTATUS;
	}
	return value;
}

/** @brief What TVAL reads as: the lower 32 bits of the difference. */
static inline uint64_t timer_tval_read(uint64_t cval, uint64_t now)
{
	return (uint32_t)(cval - now);
}

/** @brief CVAL after a write of TVAL: 32 bits with a sign, from now on. */
static inline uint64_t timer_tval_write(uint64_t value, uint64_t now)
{
	return now + (uint64_t)(int64_t)(int32_t)(uint32_t)value;
}

/** @brief Ticks until the line rises by itself, 0 if it is up, TIMER_WAIT_NEVER if it does not. */
static inline uint64_t timer_wait(uint64_t ctl, uint64_t cval, uint64_t now)
{
	if (!timer_on(ctl)) {
		return TIMER_WAIT_NEVER;
	}
	return timer_due(now, cval) ? 0U : cval - now;
}

#endif /* HYP_VTIMER_REGS_H_ */
