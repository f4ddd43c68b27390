/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief A set of addresses, kept as sorted ranges that neither touch nor overlap.
 *
 * What start-up uses to work out which memory is free: add the banks, remove what is reserved, take
 * what is needed. The ranges lie in an array of the caller; when it is full an operation fails and
 * changes nothing. Operations are linear in the number of ranges. No locking.
 */
#ifndef ZVM_LIB_MEMMAP_H_
#define ZVM_LIB_MEMMAP_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memmap_range {
	uint64_t base;
	uint64_t size;
};

struct memmap {
	struct memmap_range *ranges;
	size_t count;
	size_t capacity;
};

/** @brief Make an empty set. */
static inline void memmap_init(struct memmap *m, struct memmap_range *ranges, size_t capacity)
{
	*m = (struct memmap){.ranges = ranges, .capacity = capacity};
}

/**
 * @brief Add a range, which may overlap what is there.
 * @retval 0 done; nothing happens for an empty range
 * @retval -EINVAL base + size wraps
 * @retval -ENOSPC the array is full
 */
int memmap_add(struct memmap *m, uint64_t base, uint64_t size);

/**
 * @brief Remove a range, whether or not it is there.
 * @retval 0 done
 * @retval -EINVAL base + size wraps
 * @retval -ENOSPC it would split a range and the array is full
 */
int memmap_remove(struct memmap *m, uint64_t base, uint64_t size);

/**
 * @brief Shrink every range inwards to multiples of @p align, a power of two; what is left empty
 * goes.
 */
void memmap_align(struct memmap *m, uint64_t align);

/** @brief True if all of a range is in the set; an empty one always is. */
bool memmap_contains(const struct memmap *m, uint64_t base, uint64_t size);

/** @brief True if some of a range is in the set. */
bool memmap_overlaps(const struct memmap *m, uint64_t base, uint64_t size);

/**
 * @brief Find the lowest place for @p size bytes.
 * @param align power of two
 * @param base  where the address is stored
 * @retval 0 found
 * @retval -ENOMEM no range is large enough
 */
int memmap_find(const struct memmap *m, uint64_t size, uint64_t align, uint64_t *base);

/**
 * @brief Find the lowest place and remove it.
 * @retval as memmap_find() and memmap_remove()
 */
int memmap_take(struct memmap *m, uint64_t size, uint64_t align, uint64_t *base);

/** @brief Bytes in the set. */
uint64_t memmap_total(const struct memmap *m);

#endif /* ZVM_LIB_MEMMAP_H_ */
