/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief CRC-32 of IEEE 802.3 and gzip, by the CPU's instructions, which ARMv8.1 has (Arm ARM DDI 0487, A2.2.1 FEAT_CRC32).
 */
#ifndef ZVM_ARCH_CRC32_H_
#define ZVM_ARCH_CRC32_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** @brief One byte more. The register is kept as the instructions have it: start with ~0, invert at the end. */
static inline uint32_t arch_crc32_u8(uint32_t crc, uint8_t byte)
{
#ifdef ZVM_ARCH_FAKE
	crc ^= byte;
	for (int bit = 0; bit < 8; bit++) {
		crc = (crc >> 1) ^ (0xedb88320U & -(crc & 1U));
	}
#else
	__asm__("crc32b %w0, %w0, %w1" : "+r"(crc) : "r"(byte));
#endif
	return crc;
}

/** @brief Eight bytes more, the lowest first. */
static inline uint32_t arch_crc32_u64(uint32_t crc, uint64_t word)
{
#ifdef ZVM_ARCH_FAKE
	for (int byte = 0; byte < 8; byte++, word >>= 8) {
		crc = arch_crc32_u8(crc, (uint8_t)word);
	}
#else
	__asm__("crc32x %w0, %w0, %1" : "+r"(crc) : "r"(word));
#endif
	return crc;
}

/** @brief More bytes. Linear in @p size. */
static inline uint32_t arch_crc32(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *p = data;

	for (; size >= sizeof(uint64_t); size -= sizeof(uint64_t), p += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, p, sizeof(word));
		crc = arch_crc32_u64(crc, word);
	}
	while (size-- != 0U) {
		crc = arch_crc32_u8(crc, *p++);
	}
	return crc;
}

#endif /* ZVM_ARCH_CRC32_H_ */
