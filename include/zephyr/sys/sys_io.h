/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Access to device registers.
 *
 * Each access is one load or store with a base register and no write-back, so that it traps with a
 * valid syndrome when ZVM itself is a guest (Arm ARM DDI 0487, ESR_ELx.ISS for a Data Abort: ISV).
 * Accesses to one device stay in order by the Device-nGnRE attribute; ordering against normal
 * memory is the caller's.
 */
#ifndef ZEPHYR_INCLUDE_SYS_SYS_IO_H_
#define ZEPHYR_INCLUDE_SYS_SYS_IO_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

typedef uint32_t io_port_t;
typedef uintptr_t mm_reg_t;
typedef uintptr_t mem_addr_t;

/** @brief Read a 8-bit register. */
static ALWAYS_INLINE uint8_t sys_read8(mem_addr_t addr)
{
#ifdef __aarch64__
	uint8_t val;

	__asm__ volatile("ldrb %w0, [%1]" : "=r"(val) : "r"(addr) : "memory");
	return val;
#else
	return *(volatile uint8_t *)addr;
#endif
}

/** @brief Write a 8-bit register. */
static ALWAYS_INLINE void sys_write8(uint8_t data, mem_addr_t addr)
{
#ifdef __aarch64__
	__asm__ volatile("strb %w0, [%1]" : : "rZ"(data), "r"(addr) : "memory");
#else
	*(volatile uint8_t *)addr = data;
#endif
}

/** @brief Read a 16-bit register. */
static ALWAYS_INLINE uint16_t sys_read16(mem_addr_t addr)
{
#ifdef __aarch64__
	uint16_t val;

	__asm__ volatile("ldrh %w0, [%1]" : "=r"(val) : "r"(addr) : "memory");
	return val;
#else
	return *(volatile uint16_t *)addr;
#endif
}

/** @brief Write a 16-bit register. */
static ALWAYS_INLINE void sys_write16(uint16_t data, mem_addr_t addr)
{
#ifdef __aarch64__
	__asm__ volatile("strh %w0, [%1]" : : "rZ"(data), "r"(addr) : "memory");
#else
	*(volatile uint16_t *)addr = data;
#endif
}

/** @brief Read a 32-bit register. */
static ALWAYS_INLINE uint32_t sys_read32(mem_addr_t addr)
{
#ifdef __aarch64__
	uint32_t val;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(val) : "r"(addr) : "memory");
	return val;
#else
	return *(volatile uint32_t *)addr;
#endif
}

/** @brief Write a 32-bit register. */
static ALWAYS_INLINE void sys_write32(uint32_t data, mem_addr_t addr)
{
#ifdef __aarch64__
	__asm__ volatile("str %w0, [%1]" : : "rZ"(data), "r"(addr) : "memory");
#else
	*(volatile uint32_t *)addr = data;
#endif
}

/** @brief Read a 64-bit register. */
static ALWAYS_INLINE uint64_t sys_read64(mem_addr_t addr)
{
#ifdef __aarch64__
	uint64_t val;

	__asm__ volatile("ldr %x0, [%1]" : "=r"(val) : "r"(addr) : "memory");
	return val;
#else
	return *(volatile uint64_t *)addr;
#endif
}

/** @brief Write a 64-bit register. */
static ALWAYS_INLINE void sys_write64(uint64_t data, mem_addr_t addr)
{
#ifdef __aarch64__
	__asm__ volatile("str %x0, [%1]" : : "rZ"(data), "r"(addr) : "memory");
#else
	*(volatile uint64_t *)addr = data;
#endif
}

/** @brief Set bit @p bit of a 32-bit register; not atomic. */
static ALWAYS_INLINE void sys_set_bit(mem_addr_t addr, unsigned int bit)
{
	sys_write32(sys_read32(addr) | (1U << bit), addr);
}

/** @brief Clear bit @p bit of a 32-bit register; not atomic. */
static ALWAYS_INLINE void sys_clear_bit(mem_addr_t addr, unsigned int bit)
{
	sys_write32(sys_read32(addr) & ~(1U << bit), addr);
}

/** @brief Set the bits of a mask in a 32-bit register; not atomic. */
static ALWAYS_INLINE void sys_set_bits(mem_addr_t addr, unsigned int mask)
{
	sys_write32(sys_read32(addr) | mask, addr);
}

/** @brief Clear the bits of a mask in a 32-bit register; not atomic. */
static ALWAYS_INLINE void sys_clear_bits(mem_addr_t addr, unsigned int mask)
{
	sys_write32(sys_read32(addr) & ~mask, addr);
}

/** @brief Non-zero if bit @p bit of a 32-bit register is set. */
static ALWAYS_INLINE int sys_test_bit(mem_addr_t addr, unsigned int bit)
{
	return (int)(sys_read32(addr) & (1U << bit));
}

/** @brief Set a bit. @return non-zero if it was set */
static ALWAYS_INLINE int sys_test_and_set_bit(mem_addr_t addr, unsigned int bit)
{
	int ret = sys_test_bit(addr, bit);

	sys_set_bit(addr, bit);
	return ret;
}

/** @brief Clear a bit. @return non-zero if it was set */
static ALWAYS_INLINE int sys_test_and_clear_bit(mem_addr_t addr, unsigned int bit)
{
	int ret = sys_test_bit(addr, bit);

	sys_clear_bit(addr, bit);
	return ret;
}

/*
 * The same for a row of 32-bit words, of which bit 32 and up lie in the next ones.
 */
static ALWAYS_INLINE mem_addr_t z_bitfield_word(mem_addr_t addr, unsigned int bit)
{
	return addr + (mem_addr_t)(bit / 32U) * 4U;
}

/** @brief Set bit @p bit of a row of words; not atomic. */
static ALWAYS_INLINE void sys_bitfield_set_bit(mem_addr_t addr, unsigned int bit)
{
	sys_set_bit(z_bitfield_word(addr, bit), bit % 32U);
}

/** @brief Clear bit @p bit of a row of words; not atomic. */
static ALWAYS_INLINE void sys_bitfield_clear_bit(mem_addr_t addr, unsigned int bit)
{
	sys_clear_bit(z_bitfield_word(addr, bit), bit % 32U);
}

/** @brief Non-zero if bit @p bit of a row of words is set. */
static ALWAYS_INLINE int sys_bitfield_test_bit(mem_addr_t addr, unsigned int bit)
{
	return sys_test_bit(z_bitfield_word(addr, bit), bit % 32U);
}

/** @brief Set a bit of a row of words. @return non-zero if it was set */
static ALWAYS_INLINE int sys_bitfield_test_and_set_bit(mem_addr_t addr, unsigned int bit)
{
	return sys_test_and_set_bit(z_bitfield_word(addr, bit), bit % 32U);
}

/** @brief Clear a bit of a row of words. @return non-zero if it was set */
static ALWAYS_INLINE int sys_bitfield_test_and_clear_bit(mem_addr_t addr, unsigned int bit)
{
	return sys_test_and_clear_bit(z_bitfield_word(addr, bit), bit % 32U);
}

#endif /* ZEPHYR_INCLUDE_SYS_SYS_IO_H_ */
