/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Small helpers of everyday C, by Zephyr's names.
 */
#ifndef ZEPHYR_INCLUDE_SYS_UTIL_H_
#define ZEPHYR_INCLUDE_SYS_UTIL_H_

#include <zephyr/sys/util_macro.h>
#include <zephyr/toolchain.h>

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <zephyr/types.h>

/** @brief Number of bits of a type or object. */
#define NUM_BITS(t) (sizeof(t) * 8U)

/** @brief A pointer as a number. */
#define POINTER_TO_UINT(x) ((uintptr_t)(x))
/** @brief A number as a pointer. */
#define UINT_TO_POINTER(x) ((void *)(uintptr_t)(x))
/** @brief A pointer as a signed number. */
#define POINTER_TO_INT(x) ((intptr_t)(x))
/** @brief A signed number as a pointer. */
#define INT_TO_POINTER(x) ((void *)(intptr_t)(x))

#if !(defined(__CHAR_BIT__) && defined(__SIZEOF_LONG__) && defined(__SIZEOF_LONG_LONG__))
#error Missing required predefined macros
#endif
#define BITS_PER_BYTE      __CHAR_BIT__
#define BITS_PER_NIBBLE    (__CHAR_BIT__ / 2)
#define BITS_PER_LONG      (__CHAR_BIT__ * __SIZEOF_LONG__)
#define BITS_PER_LONG_LONG (__CHAR_BIT__ * __SIZEOF_LONG_LONG__)

/** @brief Unsigned long with bits @p l to @p h set, both included. */
#define GENMASK(h, l) (((~0UL) - (1UL << (l)) + 1) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
/** @brief 64-bit value with bits @p l to @p h set, both included. */
#define GENMASK64(h, l) (((~0ULL) - (1ULL << (l)) + 1) & (~0ULL >> (BITS_PER_LONG_LONG - 1 - (h))))

/** @brief Lowest set bit of a mask, as a value. */
#define LSB_GET(value) ((value) & -(value))
/** @brief The field that @p mask selects, shifted down. */
#define FIELD_GET(mask, value) (((value) & (mask)) / LSB_GET(mask))
/** @brief A value shifted up into the field that @p mask selects. */
#define FIELD_PREP(mask, value) (((value) * LSB_GET(mask)) & (mask))

/** @brief 0 if @p cond holds, otherwise a compile error. */
#define ZERO_OR_COMPILE_ERROR(cond) ((int)sizeof(char[1 - 2 * !(cond)]) - 1)
/** @brief 0 if the argument is an array, otherwise a compile error. */
#define IS_ARRAY(array)                                                                            \
	ZERO_OR_COMPILE_ERROR(                                                                     \
		!__builtin_types_compatible_p(__typeof__(array), __typeof__(&(array)[0])))
/** @brief Number of elements of an array; a pointer is a compile error. */
#define ARRAY_SIZE(array) ((size_t)(IS_ARRAY(array) + (sizeof(array) / sizeof((array)[0]))))
/** @brief True if @p ptr points to an element of @p array. */
#define IS_ARRAY_ELEMENT(array, ptr)                                                               \
	((ptr) && POINTER_TO_UINT(array) <= POINTER_TO_UINT(ptr) &&                                \
	 POINTER_TO_UINT(ptr) < POINTER_TO_UINT(&(array)[ARRAY_SIZE(array)]) &&                    \
	 (POINTER_TO_UINT(ptr) - POINTER_TO_UINT(array)) % sizeof((array)[0]) == 0)
/** @brief Index of the element that @p ptr points to. */
#define ARRAY_INDEX(array, ptr) ((ptr) - (array))
/** @brief Index of the element that @p ptr points into. */
#define ARRAY_INDEX_FLOOR(array, ptr)                                                              \
	((POINTER_TO_UINT(ptr) - POINTER_TO_UINT(array)) / sizeof((array)[0]))
/** @brief True if @p ptr points into @p array. */
#define PART_OF_ARRAY(array, ptr)                                                                  \
	((ptr) && POINTER_TO_UINT(array) <= POINTER_TO_UINT(ptr) &&                                \
	 POINTER_TO_UINT(ptr) < POINTER_TO_UINT(&(array)[ARRAY_SIZE(array)]))
/** @brief Walk an array by index. */
#define ARRAY_FOR_EACH(array, idx) for (size_t idx = 0; (idx) < ARRAY_SIZE(array); ++(idx))
/** @brief Walk an array by pointer. */
#define ARRAY_FOR_EACH_PTR(array, ptr)                                                             \
	for (__typeof__(*(array)) *ptr = (array); (size_t)((ptr) - (array)) < ARRAY_SIZE(array);   \
	     ++(ptr))

#define SAME_TYPE(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))

#define CONTAINER_OF_VALIDATE(ptr, type, field)                                                    \
	BUILD_ASSERT(SAME_TYPE(*(ptr), ((type *)0)->field) || SAME_TYPE(*(ptr), void),             \
		     "pointer type mismatch in CONTAINER_OF")
/** @brief Address of the struct of @p type whose member @p field is at @p ptr. */
#define CONTAINER_OF(ptr, type, field)                                                             \
	__extension__({                                                                            \
		CONTAINER_OF_VALIDATE(ptr, type, field);                                           \
		((type *)(((char *)(ptr)) - offsetof(type, field)));                               \
	})

#define SIZEOF_FIELD(type, member) sizeof((((type *)0)->member))

/** @brief Round up to the next multiple of @p align, which is a power of two or any number. */
#define ROUND_UP(x, align)                                                                         \
	((((unsigned long)(x) + ((unsigned long)(align) - 1)) / (unsigned long)(align)) *          \
	 (unsigned long)(align))
/** @brief Round down to a multiple of @p align. */
#define ROUND_DOWN(x, align)                                                                       \
	(((unsigned long)(x) / (unsigned long)(align)) * (unsigned long)(align))
/** @brief Round up to a multiple of the size of a word. */
#define WB_UP(x) ROUND_UP(x, sizeof(void *))
/** @brief Round down to a multiple of the size of a word. */
#define WB_DN(x) ROUND_DOWN(x, sizeof(void *))
/** @brief True if @p ptr is aligned for what it points to. */
#define IS_ALIGNED(ptr, align) (((uintptr_t)(ptr)) % (align) == 0)

/** @brief n / d rounded up; both positive. */
#define DIV_ROUND_UP(n, d)                   (((n) + (d) - 1) / (d))
#define ceiling_fraction(numerator, divider) DIV_ROUND_UP(numerator, divider)
/** @brief n / d rounded to the nearest. */
#define DIV_ROUND_CLOSEST(n, d)                                                                    \
	((((n) < 0) ^ ((d) < 0)) ? ((n) - ((d) / 2)) / (d) : ((n) + ((d) / 2)) / (d))

#ifndef MAX
/** @brief The larger of two; evaluates one of them twice. */
#define MAX(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef MIN
/** @brief The smaller of two; evaluates one of them twice. */
#define MIN(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef CLAMP
/** @brief @p val limited to [low, high]; evaluates its arguments more than once. */
#define CLAMP(val, low, high) (((val) <= (low)) ? (low) : MIN(val, high))
#endif
/** @brief True if min <= val <= max. */
#define IN_RANGE(val, min, max) ((val) >= (min) && (val) <= (max))

/** @brief The larger of two, each evaluated once. */
#define Z_MAX(a, b)                                                                                \
	__extension__({                                                                            \
		__auto_type z_max_a = (a);                                                         \
		__auto_type z_max_b = (b);                                                         \
		z_max_a > z_max_b ? z_max_a : z_max_b;                                             \
	})
/** @brief The smaller of two, each evaluated once. */
#define Z_MIN(a, b)                                                                                \
	__extension__({                                                                            \
		__auto_type z_min_a = (a);                                                         \
		__auto_type z_min_b = (b);                                                         \
		z_min_a < z_min_b ? z_min_a : z_min_b;                                             \
	})
/** @brief @p val limited to [low, high], each evaluated once. */
#define Z_CLAMP(val, low, high) Z_MIN(Z_MAX(val, low), high)

/** @brief floor(log2(x)) of a constant; 0 gives -1. */
#define LOG2(x) (((x) < 1) ? -1 : 63 - __builtin_clzll((unsigned long long)(x)))
/** @brief ceil(log2(x)) of a constant. */
#define LOG2CEIL(x) (((x) <= 1) ? 0 : 64 - __builtin_clzll((unsigned long long)(x) - 1))
/** @brief Smallest power of two that is not below x. */
#define NHPOT(x) (((x) < 1) ? 1 : ((x) > (1ULL << 63) ? 0 : 1ULL << LOG2CEIL(x)))

/** @brief NHPOT() by the name it has among the compiler's abstractions. */
#define Z_POW2_CEIL(x) NHPOT(x)

#define KB(x)  ((x) << 10)
#define MB(x)  (KB(x) << 10)
#define GB(x)  (MB(x) << 10)
#define KHZ(x) ((x) * 1000)
#define MHZ(x) (KHZ(x) * 1000)

/** @brief Spin until @p expr holds, calling @p delay_stmt in between, at most @p timeout us. */
#define WAIT_FOR(expr, timeout, delay_stmt)                                                        \
	__extension__({                                                                            \
		uint32_t z_wf_cycles = k_us_to_cyc_ceil32(timeout);                                \
		uint32_t z_wf_start = k_cycle_get_32();                                            \
		while (!(expr) && (z_wf_cycles > (k_cycle_get_32() - z_wf_start))) {               \
			delay_stmt;                                                                \
			Z_SPIN_DELAY(10);                                                          \
		}                                                                                  \
		(expr);                                                                            \
	})
#define Z_SPIN_DELAY(t)

#ifdef __cplusplus
extern "C" {
#endif

/** @brief True if @p x is a power of two. */
static inline bool is_power_of_two(unsigned int x)
{
	return IS_POWER_OF_TWO(x);
}

/** @brief True if @p p is NULL, without the compiler warning that it never is. */
static inline bool is_null_no_warn(void *p)
{
	return p == NULL;
}

/** @brief Arithmetic shift right, also where the compiler's is logical. */
static inline int64_t arithmetic_shift_right(int64_t value, uint8_t shift)
{
	return value >> shift;
}

/** @brief Sign-extend from bit @p index. */
static inline int32_t sign_extend(uint32_t value, uint8_t index)
{
	uint8_t shift = (uint8_t)(31 - index);

	return (int32_t)(value << shift) >> shift;
}

/** @brief Sign-extend a 64-bit value from bit @p index. */
static inline int64_t sign_extend_64(uint64_t value, uint8_t index)
{
	uint8_t shift = (uint8_t)(63 - index);

	return (int64_t)(value << shift) >> shift;
}

/** @brief Copy bytes one at a time; never turned into a call of memcpy(). */
static inline void bytecpy(void *dst, const void *src, size_t size)
{
	for (size_t i = 0; i < size; ++i) {
		((volatile uint8_t *)dst)[i] = ((volatile const uint8_t *)src)[i];
	}
}

/** @brief Exchange two byte ranges that do not overlap. */
static inline void byteswp(void *a, void *b, size_t size)
{
	uint8_t *aa = (uint8_t *)a;
	uint8_t *bb = (uint8_t *)b;

	for (; size > 0; --size) {
		uint8_t t = *aa;

		*aa++ = *bb;
		*bb++ = t;
	}
}

/** @brief Value of one hexadecimal digit. @retval -EINVAL not a digit */
int char2hex(char c, uint8_t *x);
/** @brief Digit of a value 0 to 15. @retval -EINVAL out of range */
int hex2char(uint8_t x, char *c);
/** @brief Bytes as hexadecimal text. @return length without NUL, 0 if @p hex is too small */
size_t bin2hex(const uint8_t *buf, size_t buflen, char *hex, size_t hexlen);
/** @brief Hexadecimal text as bytes. @return bytes written, 0 on error */
size_t hex2bin(const char *hex, size_t hexlen, uint8_t *buf, size_t buflen);
/** @brief Number 0 to 99 as packed BCD. */
static inline uint8_t bin2bcd(uint8_t bin)
{
	return (uint8_t)(((bin / 10) << 4) | (bin % 10));
}
/** @brief Packed BCD as a number. */
static inline uint8_t bcd2bin(uint8_t bcd)
{
	return (uint8_t)((10 * (bcd >> 4)) + (bcd & 0x0F));
}
/** @brief Number 0 to 255 as decimal text with NUL. @return digits written */
uint8_t u8_to_dec(char *buf, uint8_t buflen, uint8_t value);
/** @brief Cut a string back to its last whole UTF-8 character. @return the string */
char *utf8_trunc(char *utf8_str);
/** @brief Copy a string into @p n bytes, cut at a whole UTF-8 character. @return @p dst */
char *utf8_lcpy(char *dst, const char *src, size_t n);
/** @brief dst = src1 xor src2, for @p len bytes. */
static inline void mem_xor_n(uint8_t *dst, const uint8_t *src1, const uint8_t *src2, size_t len)
{
	while (len-- != 0U) {
		*dst++ = *src1++ ^ *src2++;
	}
}
/** @brief mem_xor_n() of 4 bytes. */
static inline void mem_xor_32(uint8_t dst[4], const uint8_t src1[4], const uint8_t src2[4])
{
	mem_xor_n(dst, src1, src2, 4U);
}
/** @brief mem_xor_n() of 16 bytes. */
static inline void mem_xor_128(uint8_t dst[16], const uint8_t src1[16], const uint8_t src2[16])
{
	mem_xor_n(dst, src1, src2, 16U);
}
/** @brief True if two buffers of one length hold the same bytes. */
static inline bool util_memeq(const void *m1, const void *m2, size_t n)
{
	return memcmp(m1, m2, n) == 0;
}
/** @brief True if two buffers hold the same bytes. */
static inline bool util_eq(const void *m1, size_t len1, const void *m2, size_t len2)
{
	return len1 == len2 && (m1 == m2 || util_memeq(m1, m2, len1));
}

#ifdef __cplusplus
}
#endif

#endif /* !__ASSEMBLER__ */
#endif /* ZEPHYR_INCLUDE_SYS_UTIL_H_ */
