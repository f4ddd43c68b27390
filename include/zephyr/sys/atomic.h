/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Atomic variables, bits and pointers.
 *
 * Every operation is sequentially consistent. With -march=armv8.1-a and -mno-outline-atomics each
 * read-modify-write is one LSE instruction, so it completes in bounded time under contention (Arm
 * ARM DDI 0487, B2.9 does not promise that for exclusives). All are usable in any context.
 */
#ifndef ZEPHYR_INCLUDE_SYS_ATOMIC_H_
#define ZEPHYR_INCLUDE_SYS_ATOMIC_H_

#include <stdbool.h>
#include <stddef.h>

#include <zephyr/sys/util.h>
#include <zephyr/toolchain.h>
#include <zephyr/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef long atomic_t;
typedef atomic_t atomic_val_t;
typedef void *atomic_ptr_t;
typedef atomic_ptr_t atomic_ptr_val_t;

/** @brief Initial value of an atomic variable. */
#define ATOMIC_INIT(i) (i)
/** @brief Initial value of an atomic pointer. */
#define ATOMIC_PTR_INIT(p) (p)

#define ATOMIC_BITS (sizeof(atomic_val_t) * 8)
/** @brief Mask of bit @p bit within its word. */
#define ATOMIC_MASK(bit) (1UL << ((unsigned long)(bit) & (ATOMIC_BITS - 1UL)))
/** @brief The word of an array that holds bit @p bit. */
#define ATOMIC_ELEM(addr, bit) ((addr) + ((unsigned long)(bit) / ATOMIC_BITS))
/** @brief Words needed for @p num_bits bits. */
#define ATOMIC_BITMAP_SIZE(num_bits) (ROUND_UP(num_bits, ATOMIC_BITS) / ATOMIC_BITS)
/** @brief Define an array of @p num_bits atomic bits. */
#define ATOMIC_DEFINE(name, num_bits) atomic_t name[ATOMIC_BITMAP_SIZE(num_bits)]

/**
 * @brief Store @p new_value if the variable holds @p old_value.
 * @retval true stored
 */
static inline bool atomic_cas(atomic_t *target, atomic_val_t old_value, atomic_val_t new_value)
{
	return __atomic_compare_exchange_n(target, &old_value, new_value, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/** @brief atomic_cas() of a pointer. */
static inline bool atomic_ptr_cas(atomic_ptr_t *target, atomic_ptr_val_t old_value,
				  atomic_ptr_val_t new_value)
{
	return __atomic_compare_exchange_n(target, &old_value, new_value, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/** @brief Add. @return the value before */
static inline atomic_val_t atomic_add(atomic_t *target, atomic_val_t value)
{
	return __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Subtract. @return the value before */
static inline atomic_val_t atomic_sub(atomic_t *target, atomic_val_t value)
{
	return __atomic_fetch_sub(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Add 1. @return the value before */
static inline atomic_val_t atomic_inc(atomic_t *target)
{
	return atomic_add(target, 1);
}

/** @brief Subtract 1. @return the value before */
static inline atomic_val_t atomic_dec(atomic_t *target)
{
	return atomic_sub(target, 1);
}

/** @brief Read. */
static inline atomic_val_t atomic_get(const atomic_t *target)
{
	return __atomic_load_n(target, __ATOMIC_SEQ_CST);
}

/** @brief Read a pointer. */
static inline atomic_ptr_val_t atomic_ptr_get(const atomic_ptr_t *target)
{
	return __atomic_load_n(target, __ATOMIC_SEQ_CST);
}

/** @brief Write. @return the value before */
static inline atomic_val_t atomic_set(atomic_t *target, atomic_val_t value)
{
	return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Write a pointer. @return the value before */
static inline atomic_ptr_val_t atomic_ptr_set(atomic_ptr_t *target, atomic_ptr_val_t value)
{
	return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Write 0. @return the value before */
static inline atomic_val_t atomic_clear(atomic_t *target)
{
	return atomic_set(target, 0);
}

/** @brief Write NULL. @return the value before */
static inline atomic_ptr_val_t atomic_ptr_clear(atomic_ptr_t *target)
{
	return atomic_ptr_set(target, NULL);
}

/** @brief Bitwise or. @return the value before */
static inline atomic_val_t atomic_or(atomic_t *target, atomic_val_t value)
{
	return __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Bitwise exclusive or. @return the value before */
static inline atomic_val_t atomic_xor(atomic_t *target, atomic_val_t value)
{
	return __atomic_fetch_xor(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Bitwise and. @return the value before */
static inline atomic_val_t atomic_and(atomic_t *target, atomic_val_t value)
{
	return __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST);
}

/** @brief Bitwise nand. @return the value before */
static inline atomic_val_t atomic_nand(atomic_t *target, atomic_val_t value)
{
	return __atomic_fetch_nand(target, value, __ATOMIC_SEQ_CST);
}

/** @brief True if bit @p bit of the array at @p target is set. */
static inline bool atomic_test_bit(const atomic_t *target, int bit)
{
	unsigned long val = (unsigned long)atomic_get(ATOMIC_ELEM(target, bit));

	return (val & ATOMIC_MASK(bit)) != 0;
}

/** @brief Clear a bit. @return whether it was set */
static inline bool atomic_test_and_clear_bit(atomic_t *target, int bit)
{
	unsigned long mask = ATOMIC_MASK(bit);

	return ((unsigned long)atomic_and(ATOMIC_ELEM(target, bit), (atomic_val_t)~mask) & mask) !=
	       0;
}

/** @brief Set a bit. @return whether it was set */
static inline bool atomic_test_and_set_bit(atomic_t *target, int bit)
{
	unsigned long mask = ATOMIC_MASK(bit);

	return ((unsigned long)atomic_or(ATOMIC_ELEM(target, bit), (atomic_val_t)mask) & mask) != 0;
}

/** @brief Clear a bit. */
static inline void atomic_clear_bit(atomic_t *target, int bit)
{
	(void)atomic_and(ATOMIC_ELEM(target, bit), (atomic_val_t)~ATOMIC_MASK(bit));
}

/** @brief Set a bit. */
static inline void atomic_set_bit(atomic_t *target, int bit)
{
	(void)atomic_or(ATOMIC_ELEM(target, bit), (atomic_val_t)ATOMIC_MASK(bit));
}

/** @brief Give a bit the value @p val. */
static inline void atomic_set_bit_to(atomic_t *target, int bit, bool val)
{
	if (val) {
		atomic_set_bit(target, bit);
	} else {
		atomic_clear_bit(target, bit);
	}
}

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_ATOMIC_H_ */
