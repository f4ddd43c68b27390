/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/vtimer.h"

#include "arch/arch.h"
#include "hyp/vm.h"

int vtimer_host_init(void)
{
	return 0;
}

void vtimer_init(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vtimer_reset(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vtimer_destroy(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vtimer_save(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vtimer_load(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vtimer_vm_start(struct vm *vm)
{
	vm->cntvoff = arch_cycles();
}

void vtimer_vm_pause(struct vm *vm)
{
	vm->paused_at = arch_cycles();
}

void vtimer_vm_resume(struct vm *vm)
{
	vm->cntvoff += arch_cycles() - vm->paused_at;
}

uint64_t vtimer_now(const struct vm *vm)
{
	return arch_cycles() - vm->cntvoff;
}

bool vtimer_line(struct vcpu *v, uint32_t intid)
{
	ARG_UNUSED(v);
	ARG_UNUSED(intid);
	return false;
}
