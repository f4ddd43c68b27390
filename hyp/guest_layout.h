/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The default guest machine: where its devices and its memory are (docs/vm-definitions.md). It has the layout that
 * stock images and drivers know, and this is the one place that says so. Addresses are the guest's (IPA).
 */
#ifndef HYP_GUEST_LAYOUT_H_
#define HYP_GUEST_LAYOUT_H_

#define GUEST_GICD_BASE UINT64_C(0x08000000)
#define GUEST_GICD_SIZE UINT64_C(0x00010000)
#define GUEST_ITS_BASE  UINT64_C(0x08080000)
#define GUEST_ITS_SIZE  UINT64_C(0x00020000)
/** A redistributor's two frames per vCPU, one after the other (IHI 0069H, 12.10). */
#define GUEST_GICR_BASE   UINT64_C(0x080a0000)
#define GUEST_GICR_STRIDE UINT64_C(0x00020000)

#define GUEST_PL011_BASE UINT64_C(0x09000000)
#define GUEST_PL011_SIZE UINT64_C(0x00001000)
#define GUEST_PL011_IRQ  33U
/** Hz; what the UART's divisors and the devicetree's clock stand on. */
#define GUEST_PL011_CLOCK 24000000U

#define GUEST_PL031_BASE UINT64_C(0x09010000)
#define GUEST_PL031_SIZE UINT64_C(0x00001000)
#define GUEST_PL031_IRQ  34U

#define GUEST_VIRTIO_BASE  UINT64_C(0x0a000000)
#define GUEST_VIRTIO_SIZE  UINT64_C(0x00000200)
#define GUEST_VIRTIO_SLOTS 32U
#define GUEST_VIRTIO_IRQ   48U

/** Devices are below, RAM is from here on. */
#define GUEST_RAM_BASE UINT64_C(0x40000000)

/** PPIs of the generic timer: INTIDs of secure physical, non-secure physical, virtual and hypervisor timer. */
#define GUEST_TIMER_S_IRQ 29U
#define GUEST_TIMER_P_IRQ 30U
#define GUEST_TIMER_V_IRQ 27U
#define GUEST_TIMER_H_IRQ 26U
/** PPI of the PMU: INTID. Kept free, there is none. */
#define GUEST_PMU_IRQ 23U

#endif /* HYP_GUEST_LAYOUT_H_ */
