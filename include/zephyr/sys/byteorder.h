/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Byte order: swapping, and reading and writing numbers of a given order at any alignment.
 */
#ifndef ZEPHYR_INCLUDE_SYS_BYTEORDER_H_
#define ZEPHYR_INCLUDE_SYS_BYTEORDER_H_

#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/util.h>
#include <zephyr/toolchain.h>

BUILD_ASSERT(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a little-endian machine is assumed");

#define BSWAP_16(x) ((uint16_t)__builtin_bswap16((uint16_t)(x)))
#define BSWAP_24(x) ((uint32_t)(__builtin_bswap32((uint32_t)(x)) >> 8))
#define BSWAP_32(x) ((uint32_t)__builtin_bswap32((uint32_t)(x)))
#define BSWAP_40(x) ((uint64_t)(__builtin_bswap64((uint64_t)(x)) >> 24))
#define BSWAP_48(x) ((uint64_t)(__builtin_bswap64((uint64_t)(x)) >> 16))
#define BSWAP_64(x) ((uint64_t)__builtin_bswap64((uint64_t)(x)))

#define sys_le16_to_cpu(val) (val)
#define sys_cpu_to_le16(val) (val)
#define sys_be16_to_cpu(val) BSWAP_16(val)
#define sys_cpu_to_be16(val) BSWAP_16(val)
#define sys_le24_to_cpu(val) (val)
#define sys_cpu_to_le24(val) (val)
#define sys_be24_to_cpu(val) BSWAP_24(val)
#define sys_cpu_to_be24(val) BSWAP_24(val)
#define sys_le32_to_cpu(val) (val)
#define sys_cpu_to_le32(val) (val)
#define sys_be32_to_cpu(val) BSWAP_32(val)
#define sys_cpu_to_be32(val) BSWAP_32(val)
#define sys_le40_to_cpu(val) (val)
#define sys_cpu_to_le40(val) (val)
#define sys_be40_to_cpu(val) BSWAP_40(val)
#define sys_cpu_to_be40(val) BSWAP_40(val)
#define sys_le48_to_cpu(val) (val)
#define sys_cpu_to_le48(val) (val)
#define sys_be48_to_cpu(val) BSWAP_48(val)
#define sys_cpu_to_be48(val) BSWAP_48(val)
#define sys_le64_to_cpu(val) (val)
#define sys_cpu_to_le64(val) (val)
#define sys_be64_to_cpu(val) BSWAP_64(val)
#define sys_cpu_to_be64(val) BSWAP_64(val)

/** @brief Store 16 bits, big-endian. */
static inline void sys_put_be16(uint16_t val, uint8_t dst[2])
{
	for (unsigned int i = 0; i < 2U; i++) {
		dst[1U - i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 16 bits, little-endian. */
static inline void sys_put_le16(uint16_t val, uint8_t dst[2])
{
	for (unsigned int i = 0; i < 2U; i++) {
		dst[i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 24 bits, big-endian. */
static inline void sys_put_be24(uint32_t val, uint8_t dst[3])
{
	for (unsigned int i = 0; i < 3U; i++) {
		dst[2U - i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 24 bits, little-endian. */
static inline void sys_put_le24(uint32_t val, uint8_t dst[3])
{
	for (unsigned int i = 0; i < 3U; i++) {
		dst[i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 32 bits, big-endian. */
static inline void sys_put_be32(uint32_t val, uint8_t dst[4])
{
	for (unsigned int i = 0; i < 4U; i++) {
		dst[3U - i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 32 bits, little-endian. */
static inline void sys_put_le32(uint32_t val, uint8_t dst[4])
{
	for (unsigned int i = 0; i < 4U; i++) {
		dst[i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 40 bits, big-endian. */
static inline void sys_put_be40(uint64_t val, uint8_t dst[5])
{
	for (unsigned int i = 0; i < 5U; i++) {
		dst[4U - i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 40 bits, little-endian. */
static inline void sys_put_le40(uint64_t val, uint8_t dst[5])
{
	for (unsigned int i = 0; i < 5U; i++) {
		dst[i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 48 bits, big-endian. */
static inline void sys_put_be48(uint64_t val, uint8_t dst[6])
{
	for (unsigned int i = 0; i < 6U; i++) {
		dst[5U - i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 48 bits, little-endian. */
static inline void sys_put_le48(uint64_t val, uint8_t dst[6])
{
	for (unsigned int i = 0; i < 6U; i++) {
		dst[i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 64 bits, big-endian. */
static inline void sys_put_be64(uint64_t val, uint8_t dst[8])
{
	for (unsigned int i = 0; i < 8U; i++) {
		dst[7U - i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Store 64 bits, little-endian. */
static inline void sys_put_le64(uint64_t val, uint8_t dst[8])
{
	for (unsigned int i = 0; i < 8U; i++) {
		dst[i] = (uint8_t)(val >> (8U * i));
	}
}

/** @brief Load 16 bits, big-endian. */
static inline uint16_t sys_get_be16(const uint8_t src[2])
{
	uint16_t val = 0;

	for (unsigned int i = 0; i < 2U; i++) {
		val = (uint16_t)((val << 8) | src[i]);
	}
	return val;
}

/** @brief Load 16 bits, little-endian. */
static inline uint16_t sys_get_le16(const uint8_t src[2])
{
	uint16_t val = 0;

	for (unsigned int i = 0; i < 2U; i++) {
		val = (uint16_t)((val << 8) | src[1U - i]);
	}
	return val;
}

/** @brief Load 24 bits, big-endian. */
static inline uint32_t sys_get_be24(const uint8_t src[3])
{
	uint32_t val = 0;

	for (unsigned int i = 0; i < 3U; i++) {
		val = (uint32_t)((val << 8) | src[i]);
	}
	return val;
}

/** @brief Load 24 bits, little-endian. */
static inline uint32_t sys_get_le24(const uint8_t src[3])
{
	uint32_t val = 0;

	for (unsigned int i = 0; i < 3U; i++) {
		val = (uint32_t)((val << 8) | src[2U - i]);
	}
	return val;
}

/** @brief Load 32 bits, big-endian. */
static inline uint32_t sys_get_be32(const uint8_t src[4])
{
	uint32_t val = 0;

	for (unsigned int i = 0; i < 4U; i++) {
		val = (uint32_t)((val << 8) | src[i]);
	}
	return val;
}

/** @brief Load 32 bits, little-endian. */
static inline uint32_t sys_get_le32(const uint8_t src[4])
{
	uint32_t val = 0;

	for (unsigned int i = 0; i < 4U; i++) {
		val = (uint32_t)((val << 8) | src[3U - i]);
	}
	return val;
}

/** @brief Load 40 bits, big-endian. */
static inline uint64_t sys_get_be40(const uint8_t src[5])
{
	uint64_t val = 0;

	for (unsigned int i = 0; i < 5U; i++) {
		val = (uint64_t)((val << 8) | src[i]);
	}
	return val;
}

/** @brief Load 40 bits, little-endian. */
static inline uint64_t sys_get_le40(const uint8_t src[5])
{
	uint64_t val = 0;

	for (unsigned int i = 0; i < 5U; i++) {
		val = (uint64_t)((val << 8) | src[4U - i]);
	}
	return val;
}

/** @brief Load 48 bits, big-endian. */
static inline uint64_t sys_get_be48(const uint8_t src[6])
{
	uint64_t val = 0;

	for (unsigned int i = 0; i < 6U; i++) {
		val = (uint64_t)((val << 8) | src[i]);
	}
	return val;
}

/** @brief Load 48 bits, little-endian. */
static inline uint64_t sys_get_le48(const uint8_t src[6])
{
	uint64_t val = 0;

	for (unsigned int i = 0; i < 6U; i++) {
		val = (uint64_t)((val << 8) | src[5U - i]);
	}
	return val;
}

/** @brief Load 64 bits, big-endian. */
static inline uint64_t sys_get_be64(const uint8_t src[8])
{
	uint64_t val = 0;

	for (unsigned int i = 0; i < 8U; i++) {
		val = (uint64_t)((val << 8) | src[i]);
	}
	return val;
}

/** @brief Load 64 bits, little-endian. */
static inline uint64_t sys_get_le64(const uint8_t src[8])
{
	uint64_t val = 0;

	for (unsigned int i = 0; i < 8U; i++) {
		val = (uint64_t)((val << 8) | src[7U - i]);
	}
	return val;
}

/** @brief Copy bytes in reverse order; the buffers do not overlap. */
static inline void sys_memcpy_swap(void *dst, const void *src, size_t length)
{
	uint8_t *to = (uint8_t *)dst;
	const uint8_t *from = (const uint8_t *)src;

	for (size_t i = 0; i < length; i++) {
		to[i] = from[length - 1U - i];
	}
}

/** @brief Reverse the order of bytes in place. */
static inline void sys_mem_swap(void *buf, size_t length)
{
	uint8_t *b = (uint8_t *)buf;

	for (size_t i = 0; i < length / 2U; i++) {
		uint8_t t = b[i];

		b[i] = b[length - 1U - i];
		b[length - 1U - i] = t;
	}
}

/** @brief Turn a little-endian number in memory into the CPU's order. */
static inline void sys_le_to_cpu(void *buf, size_t length)
{
	ARG_UNUSED(buf);
	ARG_UNUSED(length);
}

/** @brief Turn a big-endian number in memory into the CPU's order. */
static inline void sys_be_to_cpu(void *buf, size_t length)
{
	sys_mem_swap(buf, length);
}

/** @brief Turn a number in memory from the CPU's order into little-endian. */
static inline void sys_cpu_to_le(void *buf, size_t length)
{
	ARG_UNUSED(buf);
	ARG_UNUSED(length);
}

/** @brief Turn a number in memory from the CPU's order into big-endian. */
static inline void sys_cpu_to_be(void *buf, size_t length)
{
	sys_mem_swap(buf, length);
}

#endif /* ZEPHYR_INCLUDE_SYS_BYTEORDER_H_ */
