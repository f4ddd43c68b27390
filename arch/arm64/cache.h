/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Cache maintenance by address range (Arm ARM DDI 0487, D7.5 "Cache support").
 *
 * All of them round outwards to cache lines, complete before they return (DSB), take time proportional
 * to the size (one instruction per line), need no stack, and may be called anywhere (ISR ok).
 */
#ifndef ZVM_ARCH_ARM64_CACHE_H_
#define ZVM_ARCH_ARM64_CACHE_H_

#include <stddef.h>
#include <stdint.h>

/**
 * @brief Invalidate data cache lines to the point of coherency, dropping what they hold.
 *
 * Lines that the range covers in part are dropped as a whole: align the range, or own its surroundings.
 */
void cache_invalidate(const void *start, size_t size);

/** @brief Write data cache lines back to the point of coherency: for observers without caches. */
void cache_clean(const void *start, size_t size);

/** @brief Write back and invalidate to the point of coherency. */
void cache_clean_invalidate(const void *start, size_t size);

/**
 * @brief Make instructions that were just written visible to instruction fetch of all CPUs.
 *
 * Data to the point of unification, instruction cache invalidated, as CTR_EL0.{IDC,DIC} ask for
 * (B2.7.4.2). Another CPU that already runs in the range needs a context synchronisation of its own.
 */
void cache_sync_code(const void *start, size_t size);

/**
 * @brief Clear memory, by DC ZVA where the CPU has it. Normal memory only.
 * @param start, size multiples of 2048, the largest block of DC ZVA
 */
void cache_zero(void *start, size_t size);

/** @brief Invalidate the instruction caches of all CPUs, whatever they hold. */
void cache_drop_code(void);

#endif /* ZVM_ARCH_ARM64_CACHE_H_ */
