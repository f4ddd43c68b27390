/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief GICv3 registers (Arm IHI 0069) and the arithmetic on them, free of side effects:
 * unit-tested on the host.
 */
#ifndef DRIVERS_IRQ_GICV3_REGS_H_
#define DRIVERS_IRQ_GICV3_REGS_H_

#include <stdbool.h>
#include <stdint.h>

/** @name Distributor (IHI 0069, "The Distributor register map")
 * @{ */
#define GICD_CTLR       0x0000U
#define GICD_TYPER      0x0004U
#define GICD_IGROUPR    0x0080U
#define GICD_ISENABLER  0x0100U
#define GICD_ICENABLER  0x0180U
#define GICD_ISPENDR    0x0200U
#define GICD_ICPENDR    0x0280U
#define GICD_ISACTIVER  0x0300U
#define GICD_ICACTIVER  0x0380U
#define GICD_IPRIORITYR 0x0400U
#define GICD_ICFGR      0x0c00U
#define GICD_IROUTER    0x6000U
#define GIC_PIDR2       0xffe8U /* also in each redistributor frame */

/*
 * One bit has this place in both views: EnableGrp1A (non-secure view), EnableGrp1 (one security
 * state).
 */
#define GICD_CTLR_ENABLE_G1 0x00000002U
/* ARE_NS and ARE likewise. */
#define GICD_CTLR_ARE 0x00000010U
#define GICD_CTLR_RWP 0x80000000U

#define GICD_TYPER_ITLINES(typer) ((typer) & 0x1fU)
#define GICD_TYPER_RSS            0x04000000U
#define GIC_PIDR2_ARCHREV(pidr2)  (((pidr2) >> 4) & 0xfU)
/** @} */

/** @name Redistributor : RD_base, then SGI_base in the next 64 KiB
 * @{ */
#define GICR_CTLR       0x0000U
#define GICR_TYPER      0x0008U
#define GICR_WAKER      0x0014U
#define GICR_SGI_BASE   0x10000U
#define GICR_FRAME_SIZE 0x10000UL

#define GICR_CTLR_RWP          0x00000008U
#define GICR_TYPER_VLPIS       0x0000000000000002U
#define GICR_TYPER_LAST        0x0000000000000010U
#define GICR_TYPER_AFFINITY(t) ((uint32_t)((t) >> 32))
#define GICR_WAKER_SLEEP       0x00000002U
#define GICR_WAKER_CHILDREN    0x00000004U
/** @} */

/** @name CPU interface system registers, by encoding: older assemblers lack some names
 * @{ */
#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_AP1R_EL1(n) S3_0_C12_C9_##n
#define ICC_DIR_EL1     S3_0_C12_C11_1
#define ICC_SGI1R_EL1   S3_0_C12_C11_5
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_BPR1_EL1    S3_0_C12_C12_3
#define ICC_CTLR_EL1    S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7

#define ICC_CTLR_EOIMODE    0x00000002U
#define ICC_CTLR_PRIBITS(c) (((uint32_t)(c) >> 8 & 0x7U) + 1U)
#define ICC_CTLR_RSS        0x00040000U
#define ICC_PMR_ALL         0xffU /* every priority but the idle one is let through */
/** @} */

/*
 * INTIDs 1020 to 1023 say something about an acknowledge, they are not interrupts (IHI 0069,
 * "Special INTIDs").
 */
#define GIC_INTID_SPECIAL 1020U
#define GIC_INTID_LPI     8192U

/** Number of INTIDs below which SGIs, PPIs and SPIs lie, from GICD_TYPER.ITLinesNumber. */
static inline uint32_t gicv3_nr_irqs(uint32_t typer)
{
	uint32_t n = 32U * (GICD_TYPER_ITLINES(typer) + 1U);

	return n < GIC_INTID_SPECIAL ? n : GIC_INTID_SPECIAL;
}

/** Offset of the word of a one-bit-per-interrupt register array, e.g. GICD_ISENABLER. */
static inline uint32_t gicv3_bit_offset(uint32_t array, uint32_t intid)
{
	return array + intid / 32U * 4U;
}

/** The interrupt's bit in that word. */
static inline uint32_t gicv3_bit(uint32_t intid)
{
	return 1U << (intid % 32U);
}

/** Offset of the word of GICD_ICFGR, two bits per interrupt. */
static inline uint32_t gicv3_cfg_offset(uint32_t intid)
{
	return GICD_ICFGR + intid / 16U * 4U;
}

/** The bit that says "edge" in that word: the upper one of the two (GICD_ICFGR). */
static inline uint32_t gicv3_cfg_bit(uint32_t intid)
{
	return 2U << (intid % 16U * 2U);
}

/**
 * MPIDR's affinity fields (Aff3 in bits 39:32) in the form of GICR_TYPER: Aff3.Aff2.Aff1.Aff0 in 32
 * bits.
 */
static inline uint32_t gicv3_affinity32(uint64_t mpidr)
{
	return (uint32_t)((mpidr >> 32 & 0xffU) << 24 | (mpidr & 0xffffffU));
}

/** The GICD_IROUTER value that routes to one CPU: the fields lie as in MPIDR. */
static inline uint64_t gicv3_irouter(uint64_t mpidr)
{
	return mpidr & UINT64_C(0xff00ffffff);
}

/**
 * ICC_SGI1R_EL1 for one target: Aff3 at 48, RS at 44, Aff2 at 32, INTID at 24, Aff1 at
 * 16, target list below.
 */
static inline uint64_t gicv3_sgi1r(uint64_t mpidr, uint32_t sgi)
{
	uint64_t aff0 = mpidr & 0xffU;
	uint64_t aff1 = mpidr >> 8 & 0xffU;
	uint64_t aff2 = mpidr >> 16 & 0xffU;
	uint64_t aff3 = mpidr >> 32 & 0xffU;

	return aff3 << 48 | (aff0 >> 4) << 44 | aff2 << 32 | (uint64_t)(sgi & 0xfU) << 24 |
	       aff1 << 16 | UINT64_C(1) << (aff0 & 0xfU);
}

#endif /* DRIVERS_IRQ_GICV3_REGS_H_ */
