/* SPDX-License-Identifier: Apache-2.0 */

#include "gic.h"

#define WAKER_SLEEP    BIT(1)
#define WAKER_CHILDREN BIT(2)

uint64_t gic_frame(unsigned int intid)
{
	return intid < 32 ? GICR_BASE + cpu_index() * GICR_SIZE + GICR_SGI : GICD_BASE;
}

bool gic_bit(uint64_t reg, unsigned int intid)
{
	return (read32(gic_frame(intid) + reg + intid / 32 * 4) >> intid % 32 & 1) != 0;
}

void gic_set_bit(uint64_t reg, unsigned int intid)
{
	write32(gic_frame(intid) + reg + intid / 32 * 4, 1U << intid % 32);
}

void gic_change_bit(uint64_t reg, unsigned int intid, bool value)
{
	uint64_t address = gic_frame(intid) + reg + intid / 32 * 4;
	uint32_t old = read32(address) & ~(1U << intid % 32);

	write32(address, old | (uint32_t)value << intid % 32);
}

void gic_priority(unsigned int intid, uint8_t priority)
{
	write8(gic_frame(intid) + GICD_IPRIORITYR + intid, priority);
}

void gic_edge(unsigned int intid, bool edge)
{
	uint64_t address = gic_frame(intid) + GICD_ICFGR + intid / 16 * 4;
	uint32_t old = read32(address) & ~(2U << intid % 16 * 2);

	write32(address, old | (edge ? 2U : 0U) << intid % 16 * 2);
}

void gic_route(unsigned int intid, uint64_t affinity)
{
	write64(GICD_BASE + GICD_IROUTER + intid * 8UL, affinity);
}

void gic_wait_rwp(void)
{
	while ((read32(GICD_CTLR) & GICD_CTLR_RWP) != 0) {
		relax();
	}
	dsb();
}

void gic_forget(unsigned int intid)
{
	gic_disable(intid);
	gic_set_bit(GICD_ICPENDR, intid);
	gic_set_bit(GICD_ICACTIVER, intid);
	dsb();
}

void gic_setup(unsigned int intid, uint8_t priority, bool edge)
{
	gic_forget(intid);
	gic_change_bit(GICD_IGROUPR, intid, true);
	gic_priority(intid, priority);
	if (intid >= 16) {
		gic_edge(intid, edge);
	}
	if (intid >= 32) {
		gic_route(intid, cpu_affinity(cpu_index()));
	}
	gic_enable(intid);
	dsb();
}

void gic_cpu_init(void)
{
	uint64_t rd = GICR_BASE + cpu_index() * GICR_SIZE;

	write32(rd + GICR_WAKER, read32(rd + GICR_WAKER) & ~(uint32_t)WAKER_SLEEP);
	while ((read32(rd + GICR_WAKER) & WAKER_CHILDREN) != 0) {
		relax();
	}
	write32(rd + GICR_SGI + GICD_ICENABLER, 0xffffffffU);
	write32(rd + GICR_SGI + GICD_ICPENDR, 0xffffffffU);
	write32(rd + GICR_SGI + GICD_ICACTIVER, 0xffffffffU);
	write32(rd + GICR_SGI + GICD_IGROUPR, 0xffffffffU);
	for (unsigned int i = 0; i < 32; i += 4) {
		write32(rd + GICR_SGI + GICD_IPRIORITYR + i, 0xa0a0a0a0U);
	}
	write_sysreg(ICC_SRE_EL1, read_sysreg(ICC_SRE_EL1) | 1U);
	isb();
	write_sysreg(ICC_PMR_EL1, 0xff);
	write_sysreg(ICC_BPR1_EL1, 0);
	write_sysreg(ICC_CTLR_EL1, 0);
	write_sysreg(ICC_AP0R0_EL1, 0);
	write_sysreg(ICC_AP1R0_EL1, 0);
	write_sysreg(ICC_IGRPEN1_EL1, 1);
	isb();
}

void gic_init(void)
{
	write32(GICD_CTLR, 0);
	gic_wait_rwp();
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP1));
	gic_wait_rwp();
	gic_cpu_init();
}

uint64_t sgi_to(unsigned int cpu, unsigned int intid)
{
	uint64_t a = cpu_affinity(cpu);

	return (a >> 32 & 0xff) << 48 | (a >> 16 & 0xff) << 32 | (a >> 8 & 0xff) << 16 |
	       (uint64_t)intid << 24 | (a >> 4 & 0xf) << 44 | 1UL << (a & 0xf);
}
