/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors that the bus reports late, as an SError: whose access it was is known only as long as nobody else's can have been.
 *
 * Threads whose accesses are not the host's own (arch_thread::bus_errors: guests with devices of the machine's) have SErrors
 * masked whenever they are at EL2. What is pending then is taken when the guest goes on, as its own, or in
 * bus_error_take() (guest.S), before another thread runs.
 */
#ifdef CONFIG_ZVM
#include <zephyr/fatal.h>

#include "arch/arm64/arch.h"
#include "arch/arm64/error.h"
#include "arch/arm64/guest.h"
#include "arch/arm64/sysreg.h"
#include "kernel/arch_api.h"

/*
 * Writes to a register, unless @p addr is 0, and waits for all accesses to be complete; SErrors are open meanwhile, and
 * masked on return. 0, or the syndrome of what came: from bus_error_fixup().
 */
uint64_t bus_error_take(uintptr_t addr, uint32_t value, bool byte);
extern const char bus_error_from[];
extern const char bus_error_to[];

bool bus_error_fixup(struct arch_esf *esf)
{
	if (esf->elr < (uintptr_t)bus_error_from || esf->elr > (uintptr_t)bus_error_to ||
	    !arch_current_arch()->bus_errors) {
		return false;
	}
	esf->x[0] = esf->esr;
	if (SYSREG_FIELD(esf->esr, ESR_EC) == ESR_EC_DABT) {
		/* The write itself, which has failed at once. */
		esf->elr += 4U;
	}
	return true;
}

void arch_bus_errors_take(struct k_thread *prev)
{
	uint64_t esr = bus_error_take(0U, 0U, false);

	if (esr != 0U) {
		guest_bus_error(prev, esr);
	}
}

void arch_write_unsure(uintptr_t addr, uint32_t value, bool byte)
{
	struct arch_thread *cur = arch_current_arch();
	unsigned int key = arch_irq_lock();

	__asm__ volatile("msr daifset, #4" ::: "memory");
	cur->bus_errors = true;
	(void)bus_error_take(addr, value, byte);
	cur->bus_errors = false;
	arch_irq_unlock(key);
}
#endif /* CONFIG_ZVM */
