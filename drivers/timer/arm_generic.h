/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the generic timer's devicetree node says about timers that the kernel does not use itself.
 */
#ifndef DRIVERS_TIMER_ARM_GENERIC_H_
#define DRIVERS_TIMER_ARM_GENERIC_H_

#include <stdint.h>

/** An interrupt: INTID and IRQ_TYPE_ flags. INTID 0: there is none. */
struct arm_timer_irq {
	unsigned int intid;
	uint32_t flags;
};

/** The virtual timer's of EL1. */
extern struct arm_timer_irq arm_timer_virtual;

#endif /* DRIVERS_TIMER_ARM_GENERIC_H_ */
