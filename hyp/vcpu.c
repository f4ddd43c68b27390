/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/vcpu.h"

#include "hyp/vm.h"

struct vcpu *vcpu_resident(void)
{
	return NULL;
}

void vcpu_skip(struct vcpu *v)
{
	ARG_UNUSED(v);
}

int vcpu_init(struct vcpu *v, struct vm *vm, unsigned int id)
{
	v->vm = vm;
	v->id = id;
	return 0;
}

void vcpu_destroy(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vcpu_start(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vcpu_stop(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vcpu_pause(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vcpu_resume(struct vcpu *v)
{
	ARG_UNUSED(v);
}

int vcpu_power_on(struct vcpu *v, uint64_t entry, uint64_t arg)
{
	v->entry = entry;
	v->entry_arg = arg;
	return 0;
}

bool vcpu_power_off(struct vcpu *v)
{
	ARG_UNUSED(v);
	return true;
}

void vcpu_kick(struct vcpu *v)
{
	ARG_UNUSED(v);
}

bool vcpu_wait(struct vcpu *v, uint64_t deadline)
{
	ARG_UNUSED(v);
	ARG_UNUSED(deadline);
	return true;
}

void vcpu_load(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vcpu_put(struct vcpu *v)
{
	ARG_UNUSED(v);
}
