/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Host stand-in for the guest's virtual timer: variables that a test defines and looks at.
 */
#ifndef ARCH_FAKE_GUEST_TIMER_H_
#define ARCH_FAKE_GUEST_TIMER_H_

#include <stdint.h>

struct fake_vtimer {
	uint64_t offset;
	uint64_t cval;
	uint64_t ctl;
};

extern struct fake_vtimer fake_vtimer;

static inline uint64_t arch_vtimer_ctl(void)
{
	return fake_vtimer.ctl;
}

static inline uint64_t arch_vtimer_cval(void)
{
	return fake_vtimer.cval;
}

static inline void arch_vtimer_stop(void)
{
	fake_vtimer.ctl = 0U;
}

static inline void arch_vtimer_set(uint64_t offset, uint64_t cval, uint64_t ctl)
{
	fake_vtimer = (struct fake_vtimer){.offset = offset, .cval = cval, .ctl = ctl};
}

#endif /* ARCH_FAKE_GUEST_TIMER_H_ */
