/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Calls to the firmware below us (SMC Calling Convention, Arm DEN 0028).
 */
#ifndef ZVM_ARCH_ARM64_SMCCC_H_
#define ZVM_ARCH_ARM64_SMCCC_H_

#include <stdint.h>

/* DEN 0028, 2.6: X4 to X17 may be changed by the callee (SMCCC 1.0); the rest is preserved. */
#define SMCCC_CALL(insn)                                                                           \
	register uint64_t x0 __asm__("x0") = function;                                             \
	register uint64_t x1 __asm__("x1") = a1;                                                   \
	register uint64_t x2 __asm__("x2") = a2;                                                   \
	register uint64_t x3 __asm__("x3") = a3;                                                   \
	__asm__ volatile(insn " #0"                                                                \
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)                                  \
			 :                                                                         \
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",  \
			   "x15", "x16", "x17", "memory");                                         \
	return (int64_t)x0

/** A way to call the firmware. */
typedef int64_t (*smccc_conduit_t)(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);

/**
 * @brief Secure monitor call.
 * @param function, a1, a2, a3 x0 to x3
 * @return x0
 */
static inline int64_t smccc_smc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	SMCCC_CALL("smc");
}

/** @brief Hypervisor call: the same, to a hypervisor below us. Only from EL1. */
static inline int64_t smccc_hvc(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	SMCCC_CALL("hvc");
}

#undef SMCCC_CALL

#endif /* ZVM_ARCH_ARM64_SMCCC_H_ */
