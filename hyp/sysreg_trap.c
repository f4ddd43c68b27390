/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/sysreg_trap.h"

#include <zephyr/toolchain.h>

#include "hyp/exit.h"
#include "hyp/inject.h"

void sysreg_reset(struct vcpu *v)
{
	ARG_UNUSED(v);
}

bool exit_sysreg(struct vcpu *v, uint64_t esr)
{
	ARG_UNUSED(esr);
	inject_undef(v);
	return false;
}

bool exit_cp15_32(struct vcpu *v, uint64_t esr)
{
	ARG_UNUSED(esr);
	inject_undef(v);
	return false;
}

bool exit_cp15_64(struct vcpu *v, uint64_t esr)
{
	ARG_UNUSED(esr);
	inject_undef(v);
	return false;
}
