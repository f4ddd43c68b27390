/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Before every source of a test that lets drivers probe: registers of devices and of the CPU are the test's.
 *
 * It stands in for arch/arm64/io.h, smccc.h and the accessors of sysreg.h, whose constants stay.
 */
#ifndef TESTS_UNIT_BOARD_FAKE_H_
#define TESTS_UNIT_BOARD_FAKE_H_

#include <stdint.h>

#include "arch/arm64/sysreg.h"

/* The other tests have four. */
#undef CONFIG_MP_MAX_NUM_CPUS
#define CONFIG_MP_MAX_NUM_CPUS 8

#undef read_sysreg
#undef write_sysreg
#undef isb
#undef dsb
#undef dmb
#define read_sysreg(reg)       board_sysreg_read(SYSREG_STR(reg))
#define write_sysreg(val, reg) board_sysreg_write((uint64_t)(val), SYSREG_STR(reg))
#define isb()                  ((void)0)
#define dsb(scope)             ((void)0)
#define dmb(scope)             ((void)0)

/* Of arch/arm64/el.h, for the host's level. */
#define EL_TIMER_DT_INDEX 3

uint64_t board_sysreg_read(const char *name);
void board_sysreg_write(uint64_t value, const char *name);

/** @brief An access of a driver: its address and how many bytes it has. */
uint64_t board_read(uintptr_t addr, unsigned int size);
void board_write(uintptr_t addr, unsigned int size, uint64_t value);

#define ZVM_ARCH_ARM64_IO_H_
#define BOARD_ACCESSORS(suffix, type)                                                              \
	static inline __attribute__((unused)) type read##suffix##_relaxed(uintptr_t addr)          \
	{                                                                                          \
		return (type)board_read(addr, sizeof(type));                                       \
	}                                                                                          \
	static inline __attribute__((unused)) void write##suffix##_relaxed(type v, uintptr_t addr) \
	{                                                                                          \
		board_write(addr, sizeof(type), v);                                                \
	}
BOARD_ACCESSORS(b, uint8_t)
BOARD_ACCESSORS(l, uint32_t)
BOARD_ACCESSORS(q, uint64_t)

#define ZVM_ARCH_ARM64_SMCCC_H_
typedef int64_t (*smccc_conduit_t)(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
int64_t smccc_smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
int64_t smccc_hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);

#endif /* TESTS_UNIT_BOARD_FAKE_H_ */
