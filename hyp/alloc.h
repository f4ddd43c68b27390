/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Where the hypervisor's memory comes from: all of it, so that injected faults (fault.h) reach every allocation.
 *
 * Nothing here blocks. Not from an exit: what a VM needs is taken when it is made.
 */
#ifndef HYP_ALLOC_H_
#define HYP_ALLOC_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Zeroed memory from the kernel's heap, aligned to 16, or NULL. */
void *hyp_alloc(size_t size);

/** @brief Gives it back; NULL is ignored. */
void hyp_free(void *mem);

/**
 * @brief Zeroed pages, or NULL.
 * @param size  bytes, rounded up to whole pages
 * @param align power of two; at least a page
 */
void *hyp_pages_alloc(size_t size, size_t align);

/** @brief Gives pages back, with the size they were taken with; NULL is ignored. */
void hyp_pages_free(void *mem, size_t size);

/** @brief As hyp_pages_alloc(), but not cleared: for memory whose clearing takes long, see guest_mem.h. */
void *hyp_pages_alloc_dirty(size_t size, size_t align);

/** @brief As hyp_pages_alloc_dirty(), at a certain address. @return false: not all of it is free */
bool hyp_pages_alloc_at(uint64_t at, size_t size);

#endif /* HYP_ALLOC_H_ */
