/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/exit.h"

#include <stdarg.h>

#include <zephyr/kernel.h>

#include "hyp/vm.h"

const char *exit_reason_name(enum exit_reason reason)
{
	static const char *const names[EXIT_REASONS] = {
		[EXIT_IRQ] = "irq",     [EXIT_WFX] = "wfx",     [EXIT_HVC] = "hvc",
		[EXIT_SMC] = "smc",     [EXIT_SYSREG] = "sysreg", [EXIT_MMIO] = "mmio",
		[EXIT_ABORT] = "abort", [EXIT_FP] = "fp",       [EXIT_OTHER] = "other",
	};

	return (unsigned int)reason < EXIT_REASONS ? names[reason] : "?";
}

void guest_complain(struct vcpu *v, const char *format, ...)
{
	ARG_UNUSED(v);
	ARG_UNUSED(format);
}
