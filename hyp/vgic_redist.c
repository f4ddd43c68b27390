/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of a redistributor (IHI 0069, 12.10 and 12.11), a row each: RD_base, and SGI_base 64 KiB further. There are
 * no LPIs, so what belongs to them is reserved.
 */
#include <zephyr/sys/util.h>

#include "hyp/vgic_regs.h"

#define SGI_BASE 0x10000U

#define TYPER_LAST     0x10U
#define WAKER_SLEEP    0x2U
#define WAKER_CHILDREN 0x4U

static uint64_t read_zero(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(v);
	ARG_UNUSED(n);
	return 0U;
}

static uint64_t read_iidr(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(v);
	ARG_UNUSED(n);
	return VGIC_IIDR;
}

/* Affinity 0.0.0.n at bit 32, Processor_Number at bit 8. */
static uint64_t read_typer(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(n);
	return (uint64_t)v->id << 32 | (uint64_t)v->id << 8 |
	       (v->id + 1U == vm->vcpu_count ? TYPER_LAST : 0U);
}

/* There is nothing to wait for: the children are awake as soon as the processor says it is. */
static uint64_t read_waker(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(n);
	return v->vgic.asleep ? WAKER_SLEEP | WAKER_CHILDREN : 0U;
}

static uint32_t write_waker(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			    uint64_t mask)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(n);
	ARG_UNUSED(mask);
	v->vgic.asleep = (value & WAKER_SLEEP) != 0U;
	return 0U;
}

#define ROW_BITS(at, r, w) {SGI_BASE + (at), 4U, 2U, VGIC_32, r, w}

static const struct vgic_reg rows[] = {
	{0x0000, 4U, 2U, VGIC_32, read_zero, NULL},              /* GICR_CTLR */
	{0x0004, 4U, 2U, VGIC_32, read_iidr, NULL},              /* GICR_IIDR */
	{0x0008, 8U, 3U, VGIC_32 | VGIC_64, read_typer, NULL},   /* GICR_TYPER */
	{0x0014, 4U, 2U, VGIC_32, read_waker, write_waker},      /* GICR_WAKER */
	{0xffd0, 0x30U, 2U, VGIC_32, vgic_read_id, NULL},        /* GICR_PIDR4 to GICR_CIDR3 */
	ROW_BITS(0x0080, vgic_read_group, vgic_write_group),     /* GICR_IGROUPR0 */
	ROW_BITS(0x0100, vgic_read_enable, vgic_write_isenable), /* GICR_ISENABLER0 */
	ROW_BITS(0x0180, vgic_read_enable, vgic_write_icenable), /* GICR_ICENABLER0 */
	ROW_BITS(0x0200, vgic_read_pending, vgic_write_ispend),  /* GICR_ISPENDR0 */
	ROW_BITS(0x0280, vgic_read_pending, vgic_write_icpend),  /* GICR_ICPENDR0 */
	ROW_BITS(0x0300, vgic_read_active, vgic_write_isactive), /* GICR_ISACTIVER0 */
	ROW_BITS(0x0380, vgic_read_active, vgic_write_icactive), /* GICR_ICACTIVER0 */
	/* GICR_IPRIORITYR<n> */
	{SGI_BASE + 0x0400, VGIC_BANK_IRQS, 2U, VGIC_8 | VGIC_32, vgic_read_priority,
	 vgic_write_priority},
	/* GICR_ICFGR0, GICR_ICFGR1 */
	{SGI_BASE + 0x0c00, 8U, 2U, VGIC_32, vgic_read_config, vgic_write_config},
	/* GICR_IGRPMODR0; GICR_NSACR after it is reserved with one security state */
	ROW_BITS(0x0d00, vgic_read_grpmod, vgic_write_grpmod),
};

#define FRAME_BYTES 0x20000U

static uint8_t index_of[VGIC_INDEX(FRAME_BYTES)];

const struct vgic_regs vgic_redist_regs = {
	.row = rows,
	.rows = ARRAY_SIZE(rows),
	.index = index_of,
	.bytes = FRAME_BYTES,
};

/* FRAME_BYTES for each vCPU (IHI 0069, 12.10): any may look at anybody's. */
static bool redist_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			uint64_t *value)
{
	uint32_t id = offset / FRAME_BYTES;

	ARG_UNUSED(dev);
	if (unlikely(id >= v->vm->vcpu_count)) {
		return false;
	}
	return vgic_reg_read(&vgic_redist_regs, v->vm->vcpu[id], offset % FRAME_BYTES, size, value);
}

static bool redist_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			 uint64_t value)
{
	uint32_t id = offset / FRAME_BYTES;

	ARG_UNUSED(dev);
	if (unlikely(id >= v->vm->vcpu_count)) {
		return false;
	}
	return vgic_reg_write(&vgic_redist_regs, v, v->vm->vcpu[id], offset % FRAME_BYTES, size,
			      value);
}

const struct mmio_ops vgic_redist_ops = {.read = redist_read, .write = redist_write};
