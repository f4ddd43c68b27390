/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual GICv3: what the host's hardware offers, and the life of a VM's GIC. docs/vgic.md describes the whole.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/irq.h>
#include <zephyr/sys/printk.h>
#include <zephyr/toolchain.h>

#include "hyp/guest_layout.h"
#include "hyp/vgic_internal.h"
#include "kernel/irq.h"

struct vgic_host vgic_host;

static void maintenance_isr(const void *arg)
{
	ARG_UNUSED(arg);
	vgic_maintenance();
}

int vgic_host_init(void)
{
	uint32_t vtr = gic_virt_vtr();
	unsigned int intid = z_irqchip->maintenance;

	if (intid == 0U || intid >= VGIC_SPI_BASE) {
		printk("%s: the devicetree names no maintenance interrupt, no VM can run\n",
		       z_irqchip->name);
		return -ENOTSUP;
	}
	vgic_host.lrs = (uint32_t)((UINT64_C(1) << ICH_VTR_LRS(vtr)) - 1U) & 0xffffU;
	vgic_host.prebits = ICH_VTR_PREBITS(vtr);
	vgic_host.priority_low = (uint8_t)(8U - ICH_VTR_PRIBITS(vtr));
	vgic_host.priority_mask = (uint8_t)(0xffU << vgic_host.priority_low);
	/* Deactivations of interrupts that are in no list register of this vCPU are ours to find. */
	vgic_host.hcr = ICH_HCR_EN | ((vtr & ICH_VTR_TDS) != 0U ? ICH_HCR_TDIR : 0U);
	for (unsigned int i = 0U; i < CONFIG_MP_MAX_NUM_CPUS; i++) {
		vgic_host.stale[i] = vgic_host.lrs;
	}
	vgic_regs_init(&vgic_dist_regs);
	vgic_regs_init(&vgic_redist_regs);
	if (irq_connect_dynamic(intid, VGIC_IRQ_PRIORITY, maintenance_isr, NULL, IRQ_TYPE_LEVEL) <
	    0) {
		printk("%s: the maintenance interrupt %u can not be used\n", z_irqchip->name,
		       intid);
		return -EINVAL;
	}
	z_irq_enable_percpu(intid);
	return 0;
}

int vgic_create(struct vm *vm)
{
	const struct mmio_region dist = {
		.base = GUEST_GICD_BASE,
		.size = GUEST_GICD_SIZE,
		.ops = &vgic_dist_ops,
		.name = "GICv3 distributor",
	};
	const struct mmio_region redist = {
		.base = GUEST_GICR_BASE,
		.size = GUEST_GICR_STRIDE * vm->vcpu_count,
		.ops = &vgic_redist_ops,
		.name = "GICv3 redistributors",
	};
	int rc = mmio_add(&vm->mmio, &dist, NULL);

	return rc == 0 ? mmio_add(&vm->mmio, &redist, NULL) : rc;
}

void vgic_destroy(struct vm *vm)
{
	/* Physical interrupts are no guest's any more. */
	vgic_irq_reset(vm);
}

void vgic_reset(struct vm *vm)
{
	vgic_irq_reset(vm);
}

void vgic_cpu_reset(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;

	c->vmcr = ICH_VMCR_FIQEN;
	memset(c->ap0r, 0, sizeof(c->ap0r));
	memset(c->ap1r, 0, sizeof(c->ap1r));
}

uint64_t vgic_injected(const struct vm *vm)
{
	uint64_t sum = 0U;

	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		sum += vm->vcpu[i]->vgic.injected + vcpu_timer_fired(vm->vcpu[i]);
	}
	return sum;
}
