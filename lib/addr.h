/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Addresses that cannot be mixed up, and arithmetic on ranges that cannot overflow unseen.
 *
 * A range is a base and a size in bytes. range_end_ok() is asked once, where a range comes from
 * outside; after that base + size is known not to wrap. An empty range contains and overlaps
 * nothing.
 */
#ifndef ZVM_LIB_ADDR_H_
#define ZVM_LIB_ADDR_H_

#include <stdbool.h>
#include <stdint.h>

/** @brief Physical address of the host. */
typedef struct {
	uint64_t v;
} hpa_t;

/** @brief Intermediate physical address: what a guest takes for physical. */
typedef struct {
	uint64_t v;
} ipa_t;

/** @brief A number as a physical address. */
static inline hpa_t hpa(uint64_t v)
{
	return (hpa_t){v};
}

/** @brief A number as a guest's physical address. */
static inline ipa_t ipa(uint64_t v)
{
	return (ipa_t){v};
}

/** @brief Physical address of something the kernel maps: the map is one to one. */
static inline hpa_t hpa_of(const volatile void *p)
{
	return (hpa_t){(uintptr_t)p};
}

/** @brief Where the kernel sees a physical address that it has mapped. */
static inline void *hpa_ptr(hpa_t a)
{
	return (void *)(uintptr_t)a.v;
}

/** @brief Address @p off bytes above. */
static inline hpa_t hpa_add(hpa_t a, uint64_t off)
{
	return (hpa_t){a.v + off};
}

/** @brief Address @p off bytes above. */
static inline ipa_t ipa_add(ipa_t a, uint64_t off)
{
	return (ipa_t){a.v + off};
}

/** @brief True if the range is one: base + size does not wrap. */
static inline bool range_end_ok(uint64_t base, uint64_t size)
{
	return size <= UINT64_MAX - base;
}

/** @brief True if [base, base + size) lies in [outer, outer + outer_size); both ranges are ok. */
static inline bool range_within(uint64_t base, uint64_t size, uint64_t outer, uint64_t outer_size)
{
	return base >= outer && base - outer <= outer_size && size <= outer_size - (base - outer);
}

/** @brief True if the range contains the address. */
static inline bool range_contains(uint64_t base, uint64_t size, uint64_t addr)
{
	return addr - base < size && addr >= base;
}

/** @brief True if two ranges, both ok, share a byte. */
static inline bool ranges_overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a_size != 0U && b_size != 0U && a < b + b_size && b < a + a_size;
}

/** @brief Round up to a power of two. @return false if that overflows */
static inline bool align_up_ok(uint64_t addr, uint64_t align, uint64_t *result)
{
	uint64_t sum;

	if (__builtin_add_overflow(addr, align - 1U, &sum)) {
		return false;
	}
	*result = sum & ~(align - 1U);
	return true;
}

/** @brief Round down to a power of two. */
static inline uint64_t align_down(uint64_t addr, uint64_t align)
{
	return addr & ~(align - 1U);
}

/** @brief True if @p addr is a multiple of a power of two. */
static inline bool is_aligned(uint64_t addr, uint64_t align)
{
	return (addr & (align - 1U)) == 0U;
}

#endif /* ZVM_LIB_ADDR_H_ */
