/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Overflow-checked arithmetic and bit counting.
 */
#ifndef ZEPHYR_INCLUDE_SYS_MATH_EXTRAS_H_
#define ZEPHYR_INCLUDE_SYS_MATH_EXTRAS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Store a + b. @return true if it overflowed */
static inline bool u16_add_overflow(uint16_t a, uint16_t b, uint16_t *result)
{
	return __builtin_add_overflow(a, b, result);
}

/** @brief Store a - b. @return true if it overflowed */
static inline bool u16_sub_overflow(uint16_t a, uint16_t b, uint16_t *result)
{
	return __builtin_sub_overflow(a, b, result);
}

/** @brief Store a * b. @return true if it overflowed */
static inline bool u16_mul_overflow(uint16_t a, uint16_t b, uint16_t *result)
{
	return __builtin_mul_overflow(a, b, result);
}

/** @brief Store a + b. @return true if it overflowed */
static inline bool u32_add_overflow(uint32_t a, uint32_t b, uint32_t *result)
{
	return __builtin_add_overflow(a, b, result);
}

/** @brief Store a - b. @return true if it overflowed */
static inline bool u32_sub_overflow(uint32_t a, uint32_t b, uint32_t *result)
{
	return __builtin_sub_overflow(a, b, result);
}

/** @brief Store a * b. @return true if it overflowed */
static inline bool u32_mul_overflow(uint32_t a, uint32_t b, uint32_t *result)
{
	return __builtin_mul_overflow(a, b, result);
}

/** @brief Store a + b. @return true if it overflowed */
static inline bool u64_add_overflow(uint64_t a, uint64_t b, uint64_t *result)
{
	return __builtin_add_overflow(a, b, result);
}

/** @brief Store a - b. @return true if it overflowed */
static inline bool u64_sub_overflow(uint64_t a, uint64_t b, uint64_t *result)
{
	return __builtin_sub_overflow(a, b, result);
}

/** @brief Store a * b. @return true if it overflowed */
static inline bool u64_mul_overflow(uint64_t a, uint64_t b, uint64_t *result)
{
	return __builtin_mul_overflow(a, b, result);
}

/** @brief Store a + b. @return true if it overflowed */
static inline bool size_add_overflow(size_t a, size_t b, size_t *result)
{
	return __builtin_add_overflow(a, b, result);
}

/** @brief Store a - b. @return true if it overflowed */
static inline bool size_sub_overflow(size_t a, size_t b, size_t *result)
{
	return __builtin_sub_overflow(a, b, result);
}

/** @brief Store a * b. @return true if it overflowed */
static inline bool size_mul_overflow(size_t a, size_t b, size_t *result)
{
	return __builtin_mul_overflow(a, b, result);
}

/** @brief Store a + b. @return true if it overflowed */
static inline bool i32_add_overflow(int32_t a, int32_t b, int32_t *result)
{
	return __builtin_add_overflow(a, b, result);
}

/** @brief Store a - b. @return true if it overflowed */
static inline bool i32_sub_overflow(int32_t a, int32_t b, int32_t *result)
{
	return __builtin_sub_overflow(a, b, result);
}

/** @brief Store a * b. @return true if it overflowed */
static inline bool i32_mul_overflow(int32_t a, int32_t b, int32_t *result)
{
	return __builtin_mul_overflow(a, b, result);
}

/** @brief Store a + b. @return true if it overflowed */
static inline bool i64_add_overflow(int64_t a, int64_t b, int64_t *result)
{
	return __builtin_add_overflow(a, b, result);
}

/** @brief Store a - b. @return true if it overflowed */
static inline bool i64_sub_overflow(int64_t a, int64_t b, int64_t *result)
{
	return __builtin_sub_overflow(a, b, result);
}

/** @brief Store a * b. @return true if it overflowed */
static inline bool i64_mul_overflow(int64_t a, int64_t b, int64_t *result)
{
	return __builtin_mul_overflow(a, b, result);
}

/** @brief Zero bits above the highest set bit; 32 for 0. */
static inline int u32_count_leading_zeros(uint32_t x)
{
	return x == 0 ? 32 : __builtin_clz(x);
}

/** @brief Zero bits below the lowest set bit; 32 for 0. */
static inline int u32_count_trailing_zeros(uint32_t x)
{
	return x == 0 ? 32 : __builtin_ctz(x);
}

/** @brief Zero bits above the highest set bit; 64 for 0. */
static inline int u64_count_leading_zeros(uint64_t x)
{
	return x == 0 ? 64 : __builtin_clzll(x);
}

/** @brief Zero bits below the lowest set bit; 64 for 0. */
static inline int u64_count_trailing_zeros(uint64_t x)
{
	return x == 0 ? 64 : __builtin_ctzll(x);
}

#endif /* ZEPHYR_INCLUDE_SYS_MATH_EXTRAS_H_ */
