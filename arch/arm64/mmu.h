/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The kernel's translation tables during start-up. The interface of later is arch/mmu.h.
 */
#ifndef ZVM_ARCH_ARM64_MMU_H_
#define ZVM_ARCH_ARM64_MMU_H_

#include <stdint.h>

#include "arch/arm64/pgtable.h"
#include "arch/mmu.h"

/** Root of the kernel's tables, for TTBR0. */
extern pte_t kernel_root[PGTABLE_ENTRIES];

/** @brief Build the first tables: the image by section, without its guard pages. MMU off. @return 0 / -errno */
int mmu_early_image(void);

/** @brief Map the devicetree, read-only. MMU off. @return 0 / -errno */
int mmu_early_fdt(uint64_t start, uint64_t size);

/** @brief Drop stale cache lines of the tables that were built: the last thing before the MMU goes on. */
void mmu_early_done(void);

/** @brief The MMU is on: from now on changes are broadcast, and locked. */
void mmu_live(void);

#endif /* ZVM_ARCH_ARM64_MMU_H_ */
