/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Free extents of memory: a first-fit allocator for few, large ranges.
 *
 * The list lives in the free memory itself, sorted by address; neighbours are merged. Cost is linear in
 * the number of free extents, which is at most one more than the number of ranges in use. No locks.
 */
#ifndef KERNEL_EXTENT_H_
#define KERNEL_EXTENT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Granule of addresses and sizes. */
#define EXTENT_GRANULE ((size_t)4096)

struct extent {
	struct extent *next;
	size_t size;
};

struct extent_list {
	struct extent *first;
	size_t free; /**< bytes */
};

/**
 * @brief Give memory to the list: new, or back from extent_alloc().
 *
 * @param mem  aligned to the granule, must not overlap what is free already
 * @param size a multiple of the granule, not 0
 */
void extent_free(struct extent_list *list, void *mem, size_t size);

/**
 * @brief Take memory from the list: the first that fits, by address.
 *
 * @param size  rounded up to the granule
 * @param align power of two, at least the granule is used
 * @return the memory, not cleared, or NULL
 */
void *extent_alloc(struct extent_list *list, size_t size, size_t align);

/**
 * @brief Take a certain range from the list.
 * @param at, size multiples of the granule, not 0
 * @return false: some of it is not free, and nothing is taken
 */
bool extent_alloc_at(struct extent_list *list, uintptr_t at, size_t size);

/** @brief Size of the largest extent in bytes. */
size_t extent_largest(const struct extent_list *list);

#endif /* KERNEL_EXTENT_H_ */
