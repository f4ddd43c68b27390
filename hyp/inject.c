/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/inject.h"

#include "hyp/vcpu.h"

void inject_undef(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void inject_data_abort(struct vcpu *v, uint64_t far)
{
	ARG_UNUSED(v);
	ARG_UNUSED(far);
}

void inject_instruction_abort(struct vcpu *v, uint64_t far)
{
	ARG_UNUSED(v);
	ARG_UNUSED(far);
}
