/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Device register access.
 *
 * Inline assembly, one plain load or store each: out of volatile C accesses gcc makes post-indexed
 * or paired ones, which reach a hypervisor below us without a valid syndrome (ESR_EL2.ISS.ISV = 0,
 * Arm ARM, ESR_EL2, data aborts), and which some interconnects split.
 *
 * The `_relaxed` forms order nothing but themselves against the same device (Device-nGnRE memory:
 * same-peripheral accesses arrive in program order). The plain forms also order against
 * normal memory: a write comes after all earlier stores, a read before all later loads, so that a
 * buffer filled before a doorbell is there when the device looks.
 */
#ifndef ZVM_ARCH_ARM64_IO_H_
#define ZVM_ARCH_ARM64_IO_H_

#include <stdint.h>

#include <zephyr/toolchain.h>
#include "arch/arm64/sysreg.h"

#define IO_ACCESSORS(suffix, type, size, reg)                                                      \
	static ALWAYS_INLINE type read##suffix##_relaxed(uintptr_t addr)                           \
	{                                                                                          \
		type v;                                                                            \
		__asm__ volatile("ldr" size " %" reg "0, [%1]" : "=r"(v) : "r"(addr));             \
		return v;                                                                          \
	}                                                                                          \
	static ALWAYS_INLINE void write##suffix##_relaxed(type v, uintptr_t addr)                  \
	{                                                                                          \
		__asm__ volatile("str" size " %" reg "0, [%1]" : : "rZ"(v), "r"(addr));            \
	}                                                                                          \
	static ALWAYS_INLINE type read##suffix(uintptr_t addr)                                     \
	{                                                                                          \
		type v = read##suffix##_relaxed(addr);                                             \
		dmb(oshld);                                                                        \
		return v;                                                                          \
	}                                                                                          \
	static ALWAYS_INLINE void write##suffix(type v, uintptr_t addr)                            \
	{                                                                                          \
		dmb(oshst);                                                                        \
		write##suffix##_relaxed(v, addr);                                                  \
	}

/*
 * readb, writeb, readb_relaxed, writeb_relaxed; likewise w (16 bits), l (32 bits) and q (64 bits)
 */
IO_ACCESSORS(b, uint8_t, "b", "w")
IO_ACCESSORS(w, uint16_t, "h", "w")
IO_ACCESSORS(l, uint32_t, "", "w")
IO_ACCESSORS(q, uint64_t, "", "x")

#undef IO_ACCESSORS

#endif /* ZVM_ARCH_ARM64_IO_H_ */
