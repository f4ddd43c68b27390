/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Arrays of bits, and allocation of numbers out of them. Not atomic.
 */
#ifndef ZVM_LIB_BITMAP_H_
#define ZVM_LIB_BITMAP_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Words that hold @p bits bits. */
#define BITMAP_WORDS(bits) (((bits) + 63U) / 64U)

/** @brief Define an array of bits. */
#define BITMAP_DEFINE(name, bits) uint64_t name[BITMAP_WORDS(bits)]

/** @brief True if bit @p n is set. */
static inline bool bitmap_test(const uint64_t *map, size_t n)
{
	return ((map[n / 64U] >> (n % 64U)) & 1U) != 0U;
}

/** @brief Set bit @p n. */
static inline void bitmap_set(uint64_t *map, size_t n)
{
	map[n / 64U] |= (uint64_t)1 << (n % 64U);
}

/** @brief Clear bit @p n. */
static inline void bitmap_clear(uint64_t *map, size_t n)
{
	map[n / 64U] &= ~((uint64_t)1 << (n % 64U));
}

/** @brief First set bit at or after @p from. @return @p bits if there is none */
static inline size_t bitmap_next_set(const uint64_t *map, size_t bits, size_t from)
{
	uint64_t word;

	if (from >= bits) {
		return bits;
	}
	word = map[from / 64U] & (~(uint64_t)0 << (from % 64U));
	for (size_t i = from / 64U;; word = map[i]) {
		if (word != 0U) {
			size_t n = i * 64U + (size_t)__builtin_ctzll(word);

			return n < bits ? n : bits;
		}
		if (++i >= BITMAP_WORDS(bits)) {
			return bits;
		}
	}
}

/** @brief First clear bit at or after @p from. @return @p bits if there is none */
static inline size_t bitmap_next_clear(const uint64_t *map, size_t bits, size_t from)
{
	uint64_t word;

	if (from >= bits) {
		return bits;
	}
	word = ~map[from / 64U] & (~(uint64_t)0 << (from % 64U));
	for (size_t i = from / 64U;; word = ~map[i]) {
		if (word != 0U) {
			size_t n = i * 64U + (size_t)__builtin_ctzll(word);

			return n < bits ? n : bits;
		}
		if (++i >= BITMAP_WORDS(bits)) {
			return bits;
		}
	}
}

/** @brief Take the lowest clear bit. @return its number, @p bits if all are set */
static inline size_t bitmap_alloc(uint64_t *map, size_t bits)
{
	size_t n = bitmap_next_clear(map, bits, 0);

	if (n < bits) {
		bitmap_set(map, n);
	}
	return n;
}

/** @brief Number of set bits among the first @p bits. */
static inline size_t bitmap_count(const uint64_t *map, size_t bits)
{
	size_t count = 0;

	for (size_t n = bitmap_next_set(map, bits, 0); n < bits;
	     n = bitmap_next_set(map, bits, n + 1U)) {
		count++;
	}
	return count;
}

#endif /* ZVM_LIB_BITMAP_H_ */
