/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The GIC's virtual interface (ICH_* registers), for the target or for unit tests on the host.
 */
#ifndef ARCH_GIC_VIRT_H_
#define ARCH_GIC_VIRT_H_

#include <stdint.h>

/** @name ICH_LR<n>_EL2 (IHI 0069, 11.6)
 * @{ */
#define LR_INTID_MASK     UINT64_C(0xffffffff)
#define LR_PINTID_SHIFT   32
#define LR_PINTID_MASK    UINT64_C(0x1fff)
#define LR_EOI            (UINT64_C(1) << 41)
#define LR_PRIORITY_SHIFT 48
#define LR_PRIORITY_MASK  UINT64_C(0xff)
#define LR_GROUP1         (UINT64_C(1) << 60)
#define LR_HW             (UINT64_C(1) << 61)
#define LR_PENDING        (UINT64_C(1) << 62)
#define LR_ACTIVE         (UINT64_C(1) << 63)
#define LR_STATE          (LR_PENDING | LR_ACTIVE)
#define LR_INTID(lr)      ((uint32_t)((lr) & LR_INTID_MASK))
#define LR_PINTID(lr)     ((uint32_t)((lr) >> LR_PINTID_SHIFT & LR_PINTID_MASK))
#define LR_PRIORITY(lr)   ((uint32_t)((lr) >> LR_PRIORITY_SHIFT & 0xffU))
/** @} */

/** @name ICH_HCR_EL2
 * @{ */
#define ICH_HCR_EN       0x00000001U
#define ICH_HCR_UIE      0x00000002U
#define ICH_HCR_LRENPIE  0x00000004U
#define ICH_HCR_NPIE     0x00000008U
#define ICH_HCR_VGRP0EIE 0x00000010U
#define ICH_HCR_VGRP0DIE 0x00000020U
#define ICH_HCR_VGRP1EIE 0x00000040U
#define ICH_HCR_VGRP1DIE 0x00000080U
/* All of them. */
#define ICH_HCR_MAINTENANCE 0x000000feU
#define ICH_HCR_TDIR        0x00004000U
#define ICH_HCR_EOICOUNT(h) ((uint32_t)(h) >> 27)
/** @} */

/** @name ICH_VMCR_EL2
 * @{ */
#define ICH_VMCR_ENG0    0x00000001U
#define ICH_VMCR_ENG1    0x00000002U
#define ICH_VMCR_FIQEN   0x00000008U /* RES1 with system registers */
#define ICH_VMCR_CBPR    0x00000010U
#define ICH_VMCR_EOIM    0x00000200U
#define ICH_VMCR_BPR1(v) ((uint32_t)(v) >> 18 & 7U)
#define ICH_VMCR_BPR0(v) ((uint32_t)(v) >> 21 & 7U)
#define ICH_VMCR_PMR(v)  ((uint32_t)(v) >> 24)
/** @} */

/** @name ICH_VTR_EL2
 * @{ */
#define ICH_VTR_LRS(v)     (((uint32_t)(v) & 0x1fU) + 1U)
#define ICH_VTR_TDS        0x00080000U
#define ICH_VTR_PREBITS(v) (((uint32_t)(v) >> 26 & 7U) + 1U)
#define ICH_VTR_PRIBITS(v) (((uint32_t)(v) >> 29 & 7U) + 1U)
/** @} */

#ifdef ZVM_ARCH_FAKE
#include "arch/fake/gic_virt.h"
#else
#include "arch/arm64/gic_virt.h"
#endif

#endif /* ARCH_GIC_VIRT_H_ */
