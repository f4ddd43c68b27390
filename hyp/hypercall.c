/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/hypercall.h"

#include <zephyr/toolchain.h>

#include "hyp/exit.h"
#include "hyp/vcpu.h"

bool hypercall_known(uint32_t function)
{
	ARG_UNUSED(function);
	return false;
}

bool exit_hvc(struct vcpu *v, uint64_t esr)
{
	ARG_UNUSED(esr);
	v->frame->x[0] = UINT64_MAX;
	return false;
}

bool exit_smc(struct vcpu *v, uint64_t esr)
{
	vcpu_skip(v);
	return exit_hvc(v, esr);
}
