/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/arm64/debug.h"

#include "arch/arm64/sysreg.h"

#ifdef CONFIG_ZVM

void arch_guest_mdscr(uint64_t mdscr)
{
	/*
	 * With MDCR_EL2.TDE=0 debug exceptions are EL1's and can not come from EL2 (Arm ARM D2.3, "Routing debug
	 * exceptions"): a step that the guest wants never hits the host. It needs the OS lock of this CPU open; the
	 * guest's own is emulated. Takes effect with the return to the guest, a context synchronization event.
	 */
	if ((mdscr & MDSCR_SS) != 0U) {
		write_sysreg(0U, oslar_el1);
	}
	write_sysreg(mdscr & (MDSCR_SS | MDSCR_TDCC | MDSCR_KDE), mdscr_el1);
}

#endif /* CONFIG_ZVM */
