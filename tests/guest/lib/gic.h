/* SPDX-License-Identifier: Apache-2.0 */
/** @file GICv3 (IHI 0069) from a guest's side: what the tests use of it. */
#ifndef GUEST_GIC_H_
#define GUEST_GIC_H_

#include "guest.h"

#define GICD_CTLR       (GICD_BASE + 0x0000UL)
#define GICD_TYPER      (GICD_BASE + 0x0004UL)
#define GICD_IIDR       (GICD_BASE + 0x0008UL)
#define GICD_TYPER2     (GICD_BASE + 0x000cUL)
#define GICD_IGROUPR    0x0080UL
#define GICD_ISENABLER  0x0100UL
#define GICD_ICENABLER  0x0180UL
#define GICD_ISPENDR    0x0200UL
#define GICD_ICPENDR    0x0280UL
#define GICD_ISACTIVER  0x0300UL
#define GICD_ICACTIVER  0x0380UL
#define GICD_IPRIORITYR 0x0400UL
#define GICD_ITARGETSR  0x0800UL
#define GICD_ICFGR      0x0c00UL
#define GICD_IGRPMODR   0x0d00UL
#define GICD_IROUTER    0x6000UL
#define GICD_PIDR2      (GICD_BASE + 0xffe8UL)

#define GICD_CTLR_GRP0 BIT(0)
#define GICD_CTLR_GRP1 BIT(1)
#define GICD_CTLR_ARE  BIT(4)
#define GICD_CTLR_DS   BIT(6)
#define GICD_CTLR_RWP  BIT(31)

#define GICR_CTLR   0x0000UL
#define GICR_IIDR   0x0004UL
#define GICR_TYPER_ 0x0008UL
#define GICR_WAKER  0x0014UL
#define GICR_SGI    0x10000UL

#define SPURIOUS 1023U

/* The assembler may not know them by name. */
#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_IAR0_EL1    S3_0_C12_C8_0
#define ICC_EOIR0_EL1   S3_0_C12_C8_1
#define ICC_HPPIR0_EL1  S3_0_C12_C8_2
#define ICC_BPR0_EL1    S3_0_C12_C8_3
#define ICC_AP0R0_EL1   S3_0_C12_C8_4
#define ICC_AP1R0_EL1   S3_0_C12_C9_0
#define ICC_DIR_EL1     S3_0_C12_C11_1
#define ICC_RPR_EL1     S3_0_C12_C11_3
#define ICC_SGI1R_EL1   S3_0_C12_C11_5
#define ICC_ASGI1R_EL1  S3_0_C12_C11_6
#define ICC_SGI0R_EL1   S3_0_C12_C11_7
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_HPPIR1_EL1  S3_0_C12_C12_2
#define ICC_BPR1_EL1    S3_0_C12_C12_3
#define ICC_CTLR_EL1    S3_0_C12_C12_4
#define ICC_SRE_EL1     S3_0_C12_C12_5
#define ICC_IGRPEN0_EL1 S3_0_C12_C12_6
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7

#define ICC_CTLR_EOIMODE BIT(1)
#define SGI_ALL_OTHERS   BIT(40)

/** Base of the frame that holds an interrupt's registers: this CPU's SGI frame or the distributor. */
uint64_t gic_frame(unsigned int intid);

/** Distributor on (ARE, Group 1), this CPU's interface on: priority mask open, EOImode 0, all its SGIs and PPIs as after
 * reset but in Group 1.
 */
void gic_init(void);
void gic_cpu_init(void);

/** Bit of an interrupt in a bitmap register. */
bool gic_bit(uint64_t reg, unsigned int intid);
void gic_set_bit(uint64_t reg, unsigned int intid);
/** Read-modify-write, for IGROUPR and the like. */
void gic_change_bit(uint64_t reg, unsigned int intid, bool value);
void gic_priority(unsigned int intid, uint8_t priority);
void gic_edge(unsigned int intid, bool edge);
void gic_route(unsigned int intid, uint64_t affinity);
/** Group 1, this priority, this trigger, to this CPU, nothing pending or active, enabled. */
void gic_setup(unsigned int intid, uint8_t priority, bool edge);
/** Disabled, nothing pending or active. */
void gic_forget(unsigned int intid);
void gic_wait_rwp(void);

/** ICC_SGI1R_EL1's value for an SGI to one CPU. */
uint64_t sgi_to(unsigned int cpu, unsigned int intid);

static inline void gic_enable(unsigned int intid)
{
	gic_set_bit(GICD_ISENABLER, intid);
}

static inline void gic_disable(unsigned int intid)
{
	gic_set_bit(GICD_ICENABLER, intid);
	gic_wait_rwp();
}

static inline void gic_pend(unsigned int intid)
{
	gic_set_bit(GICD_ISPENDR, intid);
	dsb();
}

static inline bool gic_is_pending(unsigned int intid)
{
	return gic_bit(GICD_ISPENDR, intid);
}

static inline bool gic_is_active(unsigned int intid)
{
	return gic_bit(GICD_ISACTIVER, intid);
}

static inline unsigned int gic_ack(void)
{
	unsigned int intid;

	dsb();
	isb();
	intid = (unsigned int)read_sysreg(ICC_IAR1_EL1);
	dsb();
	return intid;
}

static inline void gic_eoi(unsigned int intid)
{
	write_sysreg(ICC_EOIR1_EL1, intid);
	isb();
}

static inline void gic_dir(unsigned int intid)
{
	write_sysreg(ICC_DIR_EL1, intid);
	isb();
}

#endif /* GUEST_GIC_H_ */
