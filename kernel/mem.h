/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Physical memory: what the machine has, and who gets how much of it.
 *
 * mem_init() takes the banks of the devicetree, without what is reserved there, the image, the initrd and
 * the devicetree itself. A share goes to the kernel's heap (k_malloc()), the rest is handed out in large
 * ranges. RAM is mapped one to one, so a pointer is a physical address; see arch/mmu.h.
 */
#ifndef KERNEL_MEM_H_
#define KERNEL_MEM_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/addr.h"

struct boot_info;

/** Memory that is mapped by pages, so that arch_guard_set() can take single ones out. */
#define MEM_PAGES (1U << 0)

/** For people: `kernel memory` of the shell. Sizes in bytes. */
struct mem_stats {
	uint64_t total;    /**< RAM in the devicetree's banks */
	uint64_t reserved; /**< of it not ours to use: reserved regions, initrd, devicetree */
	uint64_t image;    /**< the image, its data and its stacks */
	uint64_t heap;     /**< given to the kernel's heap */
	uint64_t free;     /**< left for mem_alloc() */
	uint64_t largest;  /**< largest range that mem_alloc() could give */
};

/**
 * @brief Find the memory, map it, and set up mem_alloc() and the kernel's heap. Once, before there are threads.
 *
 * Says in one line each what it finds wrong (a bank that wraps, an initrd outside RAM, ...) and goes on.
 *
 * @retval 0
 * @retval -ENOMEM no usable memory; a line says why
 */
int mem_init(const struct boot_info *bi);

/**
 * @brief Take a range of memory. It is not cleared.
 *
 * First fit; cost is linear in the number of free ranges, interrupts are masked meanwhile. Does not block.
 * Not for ISRs. MEM_PAGES may remap 2 MiB of free memory (some thousand instructions).
 *
 * @param size  bytes, rounded up to whole pages
 * @param align power of two; at least a page
 * @param flags 0 or MEM_PAGES
 * @return the memory, or NULL
 */
void *mem_alloc(size_t size, size_t align, unsigned int flags);

/** @brief Give a range back: with the size and the flags it was taken with. */
void mem_free(void *mem, size_t size, unsigned int flags);

/** @brief Figures for people. */
void mem_stats_get(struct mem_stats *stats);

/**
 * @brief Where the boot loader left the initrd.
 *
 * @retval 0 *start and *size are set; it lies in mapped RAM that nobody else uses
 * @retval -ENOENT there is none
 */
int mem_initrd(hpa_t *start, uint64_t *size);

/**
 * @brief May somebody else's data be read there: RAM that is mapped, and that was never ours to hand out?
 *
 * So it is for the initrd, for memory that the devicetree reserves, and for what the hooks below named.
 *
 * @retval 0
 * @retval -EINVAL empty or wrapping
 * @retval -ENXIO some of it is no RAM
 * @retval -EBUSY some of it is the kernel's, or must not be mapped
 */
int mem_foreign(uint64_t base, uint64_t size);

/** @brief Is any of [base, base + size) RAM, whoever's? */
bool mem_is_ram(uint64_t base, uint64_t size);

/**
 * @brief As mem_alloc() without flags, but at a place of the caller's choice.
 * @param at, size multiples of a page
 * @return false: some of it is not free
 */
bool mem_alloc_at(uint64_t at, size_t size);

/** @brief Keeps a range out of what is handed out, if all of it is RAM that nobody uses yet. */
typedef void (*mem_reserve_t)(uint64_t base, uint64_t size);

/**
 * @brief Hooks: what lies in RAM, and is named in the devicetree, or in the initrd. Weak; the defaults do nothing.
 *
 * Called by mem_init() once each, before any memory is handed out: nothing can be allocated, and libfdt may be used.
 */
void mem_reserve_tree(const void *fdt, mem_reserve_t reserve);
void mem_reserve_initrd(const void *initrd, uint64_t size, mem_reserve_t reserve);

#endif /* KERNEL_MEM_H_ */
