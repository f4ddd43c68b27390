/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMCs of a guest that go on to the machine's firmware (SCMI, a vendor's services): those that its definition lists.
 *
 * x0 to x7 go down, x0 to x3 come back: that is what such calls use, in every version of the convention. x4 to x17 stay
 * the guest's, as SMCCC 1.1 promises it, whatever an older firmware leaves in them; SVE is no guest's, so its hint is
 * taken off. The call is made where the guest made it: on this CPU, interrupts masked, as no interrupt would be served
 * meanwhile in any case.
 */
#include "hyp/vm_smc.h"

#include <string.h>

#include "abi/smccc.h"
#include "arch/arm64/smc.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "kernel/firmware.h"

#define ARGUMENTS 8U
#define RESULTS   4U

bool vm_smc_possible(void)
{
	return z_firmware != NULL && z_firmware->smc && smc_has_el3();
}

static bool is_allowed(const struct vm_config *config, uint32_t function)
{
	for (uint32_t i = 0U; i < config->smc_count; i++) {
		if (config->smc[i] == function) {
			return true;
		}
	}
	return false;
}

bool vm_smc(struct vcpu *v, uint32_t function)
{
	uint64_t x[ARGUMENTS];

	if (!is_allowed(&v->vm->config, function)) {
		v->frame->x[0] = (uint64_t)SMCCC_NOT_SUPPORTED;
		return false;
	}
	memcpy(x, v->frame->x, sizeof(x));
	x[0] = function;
	smc_pass(x);
	memcpy(v->frame->x, x, RESULTS * sizeof(x[0]));
	return false;
}
