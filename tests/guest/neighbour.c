/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A guest that is there while others are measured (bench/scenarios/lifecycle.py, scale.py): it says when its first instruction was, and
 * does for ever what guest_option[0] says.
 */

#include "gic.h"
#include "guest.h"

#define PERIOD 1000000U /* ticks of a counter of 1 GHz */

enum what {
	IDLE, /* waits for an interrupt that never comes */
	TICK, /* an interrupt of its timer each millisecond, in between it waits */
	BUSY, /* computes, without an exit */
	CALL, /* hypercalls, one after the other */
};

static void tick(void)
{
	uint64_t due = read_sysreg(cntvct_el0);

	gic_init();
	gic_setup(VTIMER_INTID, 0x80, false);
	for (;;) {
		due += PERIOD;
		write_sysreg(cntv_cval_el0, due);
		write_sysreg(cntv_ctl_el0, 1);
		isb();
		wfi();
		write_sysreg(cntv_ctl_el0, 2);
		isb();
		gic_eoi(gic_ack());
	}
}

void guest_main(void)
{
	print("NEIGHBOUR first %lu\n", first_count);
	switch (guest_option[0]) {
	case TICK:
		tick();
		break;
	case BUSY:
		for (;;) {
			for (unsigned int i = 0; i < 1000; i++) {
				__asm__ volatile("nop");
			}
			relax();
		}
	case CALL:
		for (;;) {
			(void)smccc(PSCI_VERSION, 0, 0, 0);
		}
	default:
		for (;;) {
			wfi();
		}
	}
}
