/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A VM's stage-2 translation: guest memory by blocks, pass-through registers by pages (Arm ARM D8.2, D8.13).
 */
#ifndef HYP_STAGE2_H_
#define HYP_STAGE2_H_

#include <stdint.h>

#include "arch/arm64/pgtable.h"
#include "lib/addr.h"

struct stage2 {
	struct pgtable pt;
	/** VTTBR_EL2: root and VMID. */
	uint64_t vttbr;
	/** stage2_vtcr(), at hand. */
	uint64_t vtcr;
	uint16_t vmid;
	/** Pages taken for tables, with the root's. */
	uint32_t table_pages;
};

/** @brief VTCR_EL2 of this machine, the same for all VMs; IPA bits; VMIDs. Once. @return 0 / -errno, one line printed */
int stage2_host_init(void);
/** @brief VTCR_EL2, to be written with VTTBR_EL2. */
uint64_t stage2_vtcr(void);
unsigned int stage2_ipa_bits(void);

/** @brief An empty table set with a VMID of its own. @retval 0 / -ENOMEM / -ENOSPC no VMID is free */
int stage2_init(struct stage2 *s2);

/** @brief Invalidates the VMID's TLB entries on all CPUs, frees tables and VMID. No vCPU is resident anywhere. */
void stage2_destroy(struct stage2 *s2);

/**
 * @brief Maps a range. @p prot as for pgtable_map() (PG_RWX: guest RAM; PG_RW | PG_DEVICE: registers).
 * @return as pgtable_map()
 */
int stage2_map(struct stage2 *s2, ipa_t ipa, hpa_t hpa, uint64_t size, unsigned int prot);

/** @brief Unmaps; TLBs of all CPUs are clean on return. @return as pgtable_unmap() */
int stage2_unmap(struct stage2 *s2, ipa_t ipa, uint64_t size);

/**
 * @brief Drops what the TLBs hold of the VM, its own stage 1 included: before it starts again, as a reset leaves nothing
 * that a guest could find. No vCPU is resident anywhere.
 */
void stage2_flush(struct stage2 *s2);

/** @brief Physical address of a guest's, if all of [ipa, ipa + size) is one mapped range of RAM. @retval 0 / -EFAULT */
int stage2_lookup(struct stage2 *s2, ipa_t ipa, uint64_t size, hpa_t *hpa);

#endif /* HYP_STAGE2_H_ */
