/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The virtual GIC's state: embedded in struct vm and struct vcpu. Its members are the vGIC's own business; docs/vgic.md
 * says how they play together.
 */
#ifndef HYP_VGIC_STATE_H_
#define HYP_VGIC_STATE_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/spinlock.h>
#include <zephyr/toolchain.h>

struct z_cpu;

/** Interrupts of a bank: the bits of a word. Bank 0 is a vCPU's SGIs and PPIs, the others are SPIs. */
#define VGIC_BANK_IRQS 32U
#define VGIC_SPI_BANKS 8U
#define VGIC_SPI_BASE  32U
/** INTIDs from here on do not exist. */
#define VGIC_INTIDS (VGIC_SPI_BASE + VGIC_SPI_BANKS * VGIC_BANK_IRQS)
#define VGIC_SPIS   (VGIC_INTIDS - VGIC_SPI_BASE)
/** List registers that the architecture allows (IHI 0069, ICH_LR<n>_EL2). */
#define VGIC_LRS_MAX 16U
/** The most vCPUs; affinities 0.0.0.n. */
#define VGIC_VCPUS_MAX 8U

/** 32 interrupts, a bit each. */
struct vgic_bank {
	/** GICx_ISENABLER, IGROUPR, IGRPMODR, NSACR is not kept. */
	uint32_t enabled;
	uint32_t group;
	uint32_t grpmod;
	/** Edge triggered (upper bit of the field in GICx_ICFGR). */
	uint32_t edge;
	/** Became pending by an edge, or by software, and is not in a list register because of it. */
	uint32_t latch;
	/** The device's line is high. */
	uint32_t line;
	/** Active and not in a list register. */
	uint32_t active;
	/** In a list register: that one's state comes on top of what is here. */
	uint32_t in_lr;
	/** The physical interrupt that it is tied to is active, because of us. */
	uint32_t hw_active;
	/** Tied to a physical interrupt. */
	uint32_t hw;
	/** Enabled, and so is its group in the distributor. */
	uint32_t open;
	/** Pending, open, not active, not in a list register: it wants one. */
	uint32_t ready;
	/** GICx_IPRIORITYR, implemented bits only. */
	uint8_t priority[VGIC_BANK_IRQS];
	/** The same by bits: bit i of plane n is bit n of interrupt i's. The most urgent of 32 is found in a few steps. */
	uint32_t plane[8];
};

/** What is known about a list register beside its value, vgic_cpu::lr_flags. */
#define VGIC_LR_SOFT 0x01U /**< pending by software, too: a falling line does not take it back */
#define VGIC_LR_DEACT                                                                              \
	0x02U /**< stands for a physical interrupt without LR.HW: we deactivate that in the end */
#define VGIC_LR_WITHDRAW                                                                           \
	0x04U /**< asked: pending state back to memory, what it says is out of date */
#define VGIC_LR_CLEAR_P 0x08U /**< asked: not pending any more (GICx_ICPENDR) */
#define VGIC_LR_SET_A   0x10U /**< asked: active (GICx_ISACTIVER) */
#define VGIC_LR_CLEAR_A 0x20U /**< asked: not active any more (GICx_ICACTIVER) */
#define VGIC_LR_LINE    0x40U /**< asked: look at latch and line again */
#define VGIC_LR_FIRED                                                                              \
	0x80U /**< the physical interrupt is active again, so the guest is done with this one */
#define VGIC_LR_ASKED 0xfcU

/** Why vgic_flush() has something to do, vgic_cpu::work. */
#define VGIC_WORK_READY 0x01U /**< something may be ready */
#define VGIC_WORK_LRS   0x02U /**< lr_flags of some list register ask for something */
#define VGIC_WORK_SYNC  0x04U /**< copies of the list registers are to be brought up to date */
#define VGIC_WORK_HW                                                                               \
	0x08U /**< a physical interrupt may have to be deactivated: its line is looked at */

/** Left for vgic_later(), vgic_cpu::later: vCPUs to be kicked, a bit each; banks to be looked at again, of SPIs and of vCPUs. */
#define VGIC_LATER_KICKS ((1U << VGIC_VCPUS_MAX) - 1U)
#define VGIC_LATER_CPU0  (1U << (VGIC_VCPUS_MAX + VGIC_SPI_BANKS))
#define VGIC_LATER_BANKS (~VGIC_LATER_KICKS)

struct vgic_cpu {
	/** CPU whose hardware holds the list registers; NULL: @ref lr does. */
	struct z_cpu *on;
	/** VGIC_WORK_*: written with the lock held, may be read without. */
	uint32_t work;
	/**
	 * SGIs that others have sent, a bit each, and that this vCPU has not looked at yet: they are pending. Set without the lock;
	 * taken by the CPU where it is resident, or by its own thread if it is resident nowhere.
	 */
	uint32_t sgis;
	/** List registers in use: as we left them, the guest may be done with some. */
	uint32_t used;
	/** ICH_HCR_EL2. */
	uint32_t hcr;
	uint32_t vmcr;
	/** The hardware's has ICH_HCR_EL2.En clear, so that it does not interrupt whoever runs instead. */
	bool silent;
	/** Interrupts that are active and in no list register, SPIs included. */
	uint32_t active_out;
	/** GICR_WAKER.ProcessorSleep. */
	bool asleep;
	uint8_t lr_flags[VGIC_LRS_MAX];
	/** List register of each private interrupt that is in one. */
	uint8_t lr_of[VGIC_BANK_IRQS];
	/** Values: as written, or as saved if not resident. */
	uint64_t lr[VGIC_LRS_MAX];
	uint32_t ap0r[4];
	uint32_t ap1r[4];
	struct vgic_bank bank;
	/** SPIs that are routed here. */
	uint32_t spis[VGIC_SPI_BANKS];
	/** SPIs that are in a list register of this vCPU, or active at it. */
	uint32_t mine[VGIC_SPI_BANKS];
	/** Physical PPIs of tied ones. */
	uint8_t host_ppi[VGIC_BANK_IRQS];
	/** What this vCPU's exit has still to do with interrupts open, VGIC_LATER_*: vgic_later(). */
	uint32_t later;
	/** Interrupts put into list registers, for people. */
	uint64_t injected;
};

struct vgic {
	struct k_spinlock lock;
	/** GICD_CTLR's enable bits, and what follows for a bank: all ones if the group is enabled. */
	uint32_t ctlr;
	uint32_t group0_on;
	uint32_t group1_on;
	/** SPI banks with anything ready. */
	uint32_t ready_banks;
	struct vgic_bank bank[VGIC_SPI_BANKS];
	/** GICD_IROUTER: affinity Aff3.Aff2.Aff1.Aff0, and a bit each for IRM. */
	uint32_t route[VGIC_SPIS];
	uint32_t any[VGIC_SPI_BANKS];
	/** Physical SPIs of tied ones. */
	uint16_t host_spi[VGIC_SPIS];
};

BUILD_ASSERT(sizeof(struct vgic_cpu) < 1024U);
BUILD_ASSERT(sizeof(struct vgic) < 8192U);

#endif /* HYP_VGIC_STATE_H_ */
