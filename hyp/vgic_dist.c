/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of the distributor (IHI 0069, 12.8 and 12.9), a row each: one security state (GICD_CTLR.DS is 1), affinity
 * routing always on. What belongs to private interrupts is reserved here then, and in the redistributor.
 */
#include <zephyr/sys/util.h>

#include "hyp/vgic_regs.h"

#define CTLR_ENABLES                                                                               \
	0x07U /* Group 0, Group 1, and what is Secure Group 1 to an image that takes itself for secure */
#define CTLR_ARE 0x10U
#define CTLR_DS  0x40U

#define TYPER_LINES   (VGIC_INTIDS / 32U - 1U)
#define TYPER_MBIS    0x00010000U
#define TYPER_ID_BITS (9U << 19) /* ten bits of INTID: there are no LPIs */

#define IROUTER_IRM  (UINT64_C(1) << 31)
#define IROUTER_AFFS UINT64_C(0xff00ffffff)

static uint64_t read_ctlr(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(v);
	ARG_UNUSED(n);
	return vm->vgic.ctlr | CTLR_ARE | CTLR_DS;
}

static uint32_t write_ctlr(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value, uint64_t mask)
{
	ARG_UNUSED(n);
	ARG_UNUSED(mask);
	return vgic_set_ctlr(vm, v, (uint32_t)value & CTLR_ENABLES);
}

static uint64_t read_typer(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(v);
	ARG_UNUSED(n);
	return TYPER_LINES | TYPER_MBIS | TYPER_ID_BITS;
}

static uint64_t read_iidr(struct vm *vm, struct vcpu *v, uint32_t n)
{
	ARG_UNUSED(vm);
	ARG_UNUSED(v);
	ARG_UNUSED(n);
	return VGIC_IIDR;
}

/* The SPI that a message names; false: there is no such SPI, and nothing happens. */
static bool message_spi(uint64_t value, uint32_t *intid)
{
	*intid = (uint32_t)value & 0x3ffU;
	return *intid >= VGIC_SPI_BASE && *intid < VGIC_INTIDS;
}

/* Message-based SPIs: as if the line had an edge, or as if software had made it pending. */
static uint32_t write_setspi(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	uint32_t intid;

	ARG_UNUSED(v);
	ARG_UNUSED(n);
	ARG_UNUSED(mask);
	return message_spi(value, &intid)
		       ? vgic_set_pending(vm, NULL, intid / VGIC_BANK_IRQS, vgic_bit(intid))
		       : 0U;
}

static uint32_t write_clrspi(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	uint32_t intid;

	ARG_UNUSED(v);
	ARG_UNUSED(n);
	ARG_UNUSED(mask);
	return message_spi(value, &intid)
		       ? vgic_clear_pending(vm, NULL, intid / VGIC_BANK_IRQS, vgic_bit(intid))
		       : 0U;
}

/* Rows of banks begin with the first SPI: n is 0 for bank 1. */
#define BANK_READ(name)                                                                            \
	static uint64_t dist_##name(struct vm *vm, struct vcpu *v, uint32_t n)                     \
	{                                                                                          \
		return vgic_##name(vm, v, n + 1U);                                                 \
	}
#define BANK_WRITE(name)                                                                           \
	static uint32_t dist_##name(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,     \
				    uint64_t mask)                                                 \
	{                                                                                          \
		return vgic_##name(vm, v, n + 1U, value, mask);                                    \
	}

BANK_READ(read_group)
BANK_READ(read_grpmod)
BANK_READ(read_enable)
BANK_READ(read_pending)
BANK_READ(read_active)
BANK_WRITE(write_group)
BANK_WRITE(write_grpmod)
BANK_WRITE(write_isenable)
BANK_WRITE(write_icenable)
BANK_WRITE(write_ispend)
BANK_WRITE(write_icpend)
BANK_WRITE(write_isactive)
BANK_WRITE(write_icactive)

#define SPI_WORDS_8 (VGIC_SPI_BASE / 4U)
#define SPI_WORDS_2 (VGIC_SPI_BASE / 16U)

static uint64_t dist_read_priority(struct vm *vm, struct vcpu *v, uint32_t n)
{
	return vgic_read_priority(vm, v, n + SPI_WORDS_8);
}

static uint32_t dist_write_priority(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
				    uint64_t mask)
{
	return vgic_write_priority(vm, v, n + SPI_WORDS_8, value, mask);
}

static uint64_t dist_read_config(struct vm *vm, struct vcpu *v, uint32_t n)
{
	return vgic_read_config(vm, v, n + SPI_WORDS_2);
}

static uint32_t dist_write_config(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
				  uint64_t mask)
{
	return vgic_write_config(vm, v, n + SPI_WORDS_2, value, mask);
}

static uint64_t read_router(struct vm *vm, struct vcpu *v, uint32_t n)
{
	const struct vgic *g = &vm->vgic;
	uint64_t a = g->route[n];
	uint64_t any = g->any[n / VGIC_BANK_IRQS] >> (n % VGIC_BANK_IRQS) & 1U;

	ARG_UNUSED(v);
	return (a >> 24) << 32 | any << 31 | (a & 0xffffffU);
}

static uint32_t write_router(struct vm *vm, struct vcpu *v, uint32_t n, uint64_t value,
			     uint64_t mask)
{
	uint64_t all = (read_router(vm, v, n) & ~mask) | (value & mask);
	uint64_t affs = all & IROUTER_AFFS;

	return vgic_set_route(vm, n, (uint32_t)(affs >> 32) << 24 | (uint32_t)(affs & 0xffffffU),
			      (all & IROUTER_IRM) != 0U);
}

/* A bit per SPI. */
#define ROW_BITS(at, r, w) {(at) + VGIC_SPI_BASE / 8U, VGIC_SPIS / 8U, 2U, VGIC_32, r, w}

static const struct vgic_reg rows[] = {
	{0x0000, 4U, 2U, VGIC_32, read_ctlr, write_ctlr},        /* GICD_CTLR */
	{0x0004, 4U, 2U, VGIC_32, read_typer, NULL},             /* GICD_TYPER */
	{0x0008, 4U, 2U, VGIC_32, read_iidr, NULL},              /* GICD_IIDR */
	{0x0040, 4U, 2U, VGIC_16 | VGIC_32, NULL, write_setspi}, /* GICD_SETSPI_NSR */
	{0x0048, 4U, 2U, VGIC_16 | VGIC_32, NULL, write_clrspi}, /* GICD_CLRSPI_NSR */
	{0x0050, 4U, 2U, VGIC_16 | VGIC_32, NULL, write_setspi}, /* GICD_SETSPI_SR */
	{0x0058, 4U, 2U, VGIC_16 | VGIC_32, NULL, write_clrspi}, /* GICD_CLRSPI_SR */
	ROW_BITS(0x0080, dist_read_group, dist_write_group),     /* GICD_IGROUPR<n> */
	ROW_BITS(0x0100, dist_read_enable, dist_write_isenable), /* GICD_ISENABLER<n> */
	ROW_BITS(0x0180, dist_read_enable, dist_write_icenable), /* GICD_ICENABLER<n> */
	ROW_BITS(0x0200, dist_read_pending, dist_write_ispend),  /* GICD_ISPENDR<n> */
	ROW_BITS(0x0280, dist_read_pending, dist_write_icpend),  /* GICD_ICPENDR<n> */
	ROW_BITS(0x0300, dist_read_active, dist_write_isactive), /* GICD_ISACTIVER<n> */
	ROW_BITS(0x0380, dist_read_active, dist_write_icactive), /* GICD_ICACTIVER<n> */
	/* GICD_IPRIORITYR<n> */
	{0x0400 + VGIC_SPI_BASE, VGIC_SPIS, 2U, VGIC_8 | VGIC_32, dist_read_priority,
	 dist_write_priority},
	/* GICD_ICFGR<n> */
	{0x0c00 + VGIC_SPI_BASE / 4U, VGIC_SPIS / 4U, 2U, VGIC_32, dist_read_config,
	 dist_write_config},
	ROW_BITS(0x0d00, dist_read_grpmod, dist_write_grpmod), /* GICD_IGRPMODR<n> */
	/* GICD_IROUTER<n>; GICD_NSACR<n> before it is reserved with one security state */
	{0x6000 + VGIC_SPI_BASE * 8U, VGIC_SPIS * 8U, 3U, VGIC_32 | VGIC_64, read_router,
	 write_router},
	{0xffd0, 0x30U, 2U, VGIC_32, vgic_read_id, NULL}, /* GICD_PIDR4 to GICD_CIDR3 */
};

#define FRAME_BYTES 0x10000U

static uint8_t index_of[VGIC_INDEX(FRAME_BYTES)];

const struct vgic_regs vgic_dist_regs = {
	.row = rows,
	.rows = ARRAY_SIZE(rows),
	.index = index_of,
	.bytes = FRAME_BYTES,
};

static bool dist_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		      uint64_t *value)
{
	ARG_UNUSED(dev);
	return vgic_reg_read(&vgic_dist_regs, v, offset, size, value);
}

static bool dist_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		       uint64_t value)
{
	ARG_UNUSED(dev);
	return vgic_reg_write(&vgic_dist_regs, v, v, offset, size, value);
}

const struct mmio_ops vgic_dist_ops = {.read = dist_read, .write = dist_write};
