/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual GICv3: life cycle.
 */
#include <zephyr/toolchain.h>

#include "hyp/vcpu.h"
#include "hyp/vgic.h"
#include "hyp/vm.h"

int vgic_host_init(void)
{
	return 0;
}

int vgic_create(struct vm *vm)
{
	ARG_UNUSED(vm);
	return 0;
}

void vgic_destroy(struct vm *vm)
{
	ARG_UNUSED(vm);
}

void vgic_reset(struct vm *vm)
{
	ARG_UNUSED(vm);
}

void vgic_set_spi(struct vm *vm, uint32_t intid, bool high)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(intid);
	ARG_UNUSED(high);
}

void vgic_set_ppi(struct vcpu *v, uint32_t intid, bool high)
{
	ARG_UNUSED(v);
	ARG_UNUSED(intid);
	ARG_UNUSED(high);
}

int vgic_map_hw(struct vm *vm, struct vcpu *v, uint32_t intid, uint32_t host_intid)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(v);
	ARG_UNUSED(intid);
	ARG_UNUSED(host_intid);
	return 0;
}

void vgic_hw_fired(struct vcpu *v, uint32_t intid)
{
	ARG_UNUSED(v);
	ARG_UNUSED(intid);
}

bool vgic_pending(struct vcpu *v)
{
	ARG_UNUSED(v);
	return false;
}

void vgic_flush(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vgic_save(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vgic_load(struct vcpu *v)
{
	ARG_UNUSED(v);
}

void vgic_sgi(struct vcpu *v, uint64_t value, bool group1)
{
	ARG_UNUSED(v);
	ARG_UNUSED(value);
	ARG_UNUSED(group1);
}

uint64_t vgic_injected(const struct vm *vm)
{
	ARG_UNUSED(vm);
	return 0U;
}
