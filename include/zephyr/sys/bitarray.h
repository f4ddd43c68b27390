/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Array of bits with a lock of its own, and allocation of runs of bits.
 *
 * All operations are atomic towards each other and usable in any context. Operations on one bit
 * take constant time, those on a region are linear in its length, with interrupts masked.
 */
#ifndef ZEPHYR_INCLUDE_SYS_BITARRAY_H_
#define ZEPHYR_INCLUDE_SYS_BITARRAY_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/spinlock.h>
#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sys_bitarray {
	uint32_t num_bits;
	uint32_t num_bundles;
	uint32_t *bundles;
	struct k_spinlock lock;
};

typedef struct sys_bitarray sys_bitarray_t;

#define _SYS_BITARRAY_DEFINE(name, total_bits, sba_mod)                                            \
	sba_mod uint32_t _sys_bitarray_bundles_##name[DIV_ROUND_UP(total_bits, 32)];               \
	sba_mod sys_bitarray_t name = {                                                            \
		.num_bits = (total_bits),                                                          \
		.num_bundles = DIV_ROUND_UP(total_bits, 32),                                       \
		.bundles = _sys_bitarray_bundles_##name,                                           \
	}

/** @brief Define an array of @p total_bits bits, all 0. */
#define SYS_BITARRAY_DEFINE(name, total_bits) _SYS_BITARRAY_DEFINE(name, total_bits, )
/** @brief SYS_BITARRAY_DEFINE() of static storage class. */
#define SYS_BITARRAY_DEFINE_STATIC(name, total_bits) _SYS_BITARRAY_DEFINE(name, total_bits, static)

/** @brief Set a bit. @retval -EINVAL there is no such bit */
int sys_bitarray_set_bit(sys_bitarray_t *bitarray, size_t bit);

/** @brief Clear a bit. @retval -EINVAL there is no such bit */
int sys_bitarray_clear_bit(sys_bitarray_t *bitarray, size_t bit);

/** @brief Read a bit. @retval -EINVAL there is no such bit, or @p val is NULL */
int sys_bitarray_test_bit(sys_bitarray_t *bitarray, size_t bit, int *val);

/** @brief Read and set a bit. @retval -EINVAL there is no such bit, or @p prev_val is NULL */
int sys_bitarray_test_and_set_bit(sys_bitarray_t *bitarray, size_t bit, int *prev_val);

/** @brief Read and clear a bit. @retval -EINVAL there is no such bit, or @p prev_val is NULL */
int sys_bitarray_test_and_clear_bit(sys_bitarray_t *bitarray, size_t bit, int *prev_val);

/**
 * @brief Find the lowest run of clear bits and set them.
 * @param num_bits length of the run
 * @param offset   where its first bit's number goes
 * @retval 0 done
 * @retval -EINVAL @p num_bits is 0 or more than there are, or @p offset is NULL
 * @retval -ENOSPC there is no such run
 */
int sys_bitarray_alloc(sys_bitarray_t *bitarray, size_t num_bits, size_t *offset);

/**
 * @brief Clear bits that are all set.
 * @retval 0 done
 * @retval -EINVAL the region is empty or not within the array
 * @retval -EFAULT some of them are clear; nothing is changed
 */
int sys_bitarray_free(sys_bitarray_t *bitarray, size_t num_bits, size_t offset);

/**
 * @brief dst ^= other within a region.
 * @retval -EINVAL the arrays differ in size, or the region is empty or not within them
 */
int sys_bitarray_xor(sys_bitarray_t *dst, sys_bitarray_t *other, size_t num_bits, size_t offset);

/**
 * @brief Find the n-th set bit of a region, n counted from 1.
 * @retval 0 its number is in @p found_at
 * @retval 1 there are fewer
 * @retval -EINVAL @p n is 0, or the region is empty, shorter than n, or not within the array
 */
int sys_bitarray_find_nth_set(sys_bitarray_t *bitarray, size_t n, size_t num_bits, size_t offset,
			      size_t *found_at);

/** @brief Count set bits. @retval -EINVAL the region is empty or not within the array */
int sys_bitarray_popcount_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset,
				 size_t *count);

/** @brief True if all bits of a region, which must be within the array, are set. */
bool sys_bitarray_is_region_set(sys_bitarray_t *bitarray, size_t num_bits, size_t offset);

/** @brief True if all bits of a region, which must be within the array, are clear. */
bool sys_bitarray_is_region_cleared(sys_bitarray_t *bitarray, size_t num_bits, size_t offset);

/** @brief Set all bits. @retval -EINVAL the region is empty or not within the array */
int sys_bitarray_set_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset);

/** @brief Clear all bits. @retval -EINVAL the region is empty or not within the array */
int sys_bitarray_clear_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset);

/**
 * @brief Change all bits of a region to @p to_set if they all are the opposite.
 * @retval 0 done
 * @retval -EINVAL the region is empty or not within the array
 * @retval -EEXIST some have that value already; nothing is changed
 */
int sys_bitarray_test_and_set_region(sys_bitarray_t *bitarray, size_t num_bits, size_t offset,
				     bool to_set);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_BITARRAY_H_ */
