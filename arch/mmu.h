/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The kernel's own address map: the identity, extended on request.
 *
 * From start-up on, the image and the devicetree are mapped; mem_init() adds RAM, drivers add their
 * registers. Every function is SMP safe (a lock of its own, taken last), does not block, and takes time
 * proportional to the table entries it touches: not for ISRs.
 */
#ifndef ZVM_ARCH_MMU_H_
#define ZVM_ARCH_MMU_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * @brief Map device registers (Device-nGnRE, read-write, never executable), at their own address.
 *
 * Rounds outwards to pages. Asking again is fine. Works from the start of kernel_start() on.
 *
 * @param addr physical address, and after success the address to use
 * @param size in bytes
 * @retval 0
 * @retval -EINVAL empty or wrapping
 * @retval -ERANGE beyond the address size of the CPU
 * @retval -EPERM some of it is RAM that the kernel uses
 * @retval -ENOMEM no memory for tables
 */
int arch_mmio_map(uint64_t addr, size_t size);

/**
 * @brief Take the pages of such registers out of the map, whoever has asked for them: when nobody uses them any more.
 *
 * What is not mapped is left so.
 *
 * @param addr, size as they were mapped
 */
void arch_mmio_unmap(uint64_t addr, size_t size);

/**
 * @brief Map RAM (normal, cached, read-write, never executable), at its own address.
 *
 * @param start page aligned @param size page aligned
 * @retval 0
 * @retval -EEXIST some of it is mapped already
 * @retval -EINVAL, -ERANGE, -ENOMEM as above
 */
int arch_ram_map(uint64_t start, uint64_t size);

/**
 * @brief Map RAM by pages that is mapped by blocks, so that arch_guard_set() works there.
 *
 * Nobody may use the range meanwhile: it is unmapped for a moment (break-before-make).
 *
 * @param start, size multiples of 2 MiB
 * @retval 0 / -EINVAL / -ENOMEM: unchanged, or unmapped if even that failed
 */
int arch_ram_split(uint64_t start, uint64_t size);

/** @brief Unmap one page of RAM that is mapped by pages: any access faults. @retval 0 / -EINVAL */
int arch_guard_set(uintptr_t page);

/** @brief Map such a page again. @retval 0 / -EEXIST it was mapped / -ENOMEM */
int arch_guard_clear(uintptr_t page);

/**
 * @brief Where translation tables come from once the pages set aside at build time are used up.
 *
 * @param alloc returns a page, or NULL; called with the address map's lock held
 * @param free takes one back
 */
void arch_mmu_set_allocator(void *(*alloc)(void), void (*free)(void *page));

/** @brief Is the address mapped, and so safe to read? For the fatal handler; takes no lock. ISR ok. */
bool arch_is_mapped(uintptr_t addr);

/** @brief Bits of a physical address that this machine and the tables support (at most 48). */
unsigned int arch_phys_bits(void);

#endif /* ZVM_ARCH_MMU_H_ */
