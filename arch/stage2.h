/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What stage-2 translation needs of the hardware (arch/arm64/stage2.c). Unit tests have a stand-in.
 */
#ifndef ARCH_STAGE2_H_
#define ARCH_STAGE2_H_

#include <stdbool.h>
#include <stdint.h>

/** What every CPU that has come up can do. */
struct arch_stage2_limits {
	uint8_t phys_bits; /**< bits of a physical address, at most 48 */
	bool vmid16;       /**< VMIDs of 16 bits; else 8 */
};

/** @brief This CPU's limits are added to those of all. Once on each CPU, before it runs threads. */
void arch_stage2_cpu_init(void);

/** @brief The limits of all CPUs so far. */
void arch_stage2_limits(struct arch_stage2_limits *limits);

/** @brief Table entries that became valid are visible to all walkers. */
void arch_stage2_publish(void);

/**
 * @brief Drops what the TLBs of all CPUs hold of a VM for [ipa, ipa + size): stage 2, tables and both stages combined.
 *
 * Any thread, resident vCPUs or not: the VM's VMID is made current for as long as it takes, interrupts masked. At most
 * some dozen TLB operations; a large range drops the whole VMID.
 */
void arch_stage2_flush(uint64_t vtcr, uint64_t vttbr, uint64_t ipa, uint64_t size);

/** @brief The same for everything that the VM's VMID tags, stage 1 included. */
void arch_stage2_flush_all(uint64_t vtcr, uint64_t vttbr);

/**
 * @brief Translates an address as the guest's EL1 would read it, by stage 1 only.
 *
 * The vCPU concerned is resident on this CPU, interrupts masked. The guest's PAR_EL1 is left as it was.
 *
 * @return false: no translation
 */
bool arch_guest_translate(uint64_t va, uint64_t *ipa);

#endif /* ARCH_STAGE2_H_ */
