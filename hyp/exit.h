/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Exits from guests: why, how often, and who handles them.
 */
#ifndef HYP_EXIT_H_
#define HYP_EXIT_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

struct vcpu;

/** Why a guest was left, as `zvm info` counts it. */
enum exit_reason {
	EXIT_IRQ, /**< a physical interrupt */
	EXIT_WFX, /**< WFI or WFE */
	EXIT_HVC,
	EXIT_SMC,
	EXIT_SYSREG, /**< a trapped system register or instruction */
	EXIT_MMIO,   /**< data abort in an emulated region */
	EXIT_ABORT,  /**< any other stage-2 abort, or one injected */
	EXIT_FP,     /**< first use of FP registers */
	EXIT_OTHER,  /**< everything else */
	EXIT_REASONS
};

/** @brief Name of a reason, for tables. */
const char *exit_reason_name(enum exit_reason reason);

/**
 * @brief Handler of an exception class.
 *
 * On the vCPU's thread, interrupts masked. Values from the guest are not to be trusted.
 *
 * @param v   the vCPU, resident here
 * @param esr ESR_EL2
 * @return true if interrupts were open or it blocked: residency and requests are looked at before the guest goes on
 */
typedef bool (*exit_handler_t)(struct vcpu *v, uint64_t esr);

/* The classes that have a file of their own. */
bool exit_wfx(struct vcpu *v, uint64_t esr);     /* exit.c: EC 0x01, what guest_exit_wfx leaves */
bool exit_sysreg(struct vcpu *v, uint64_t esr);  /* sysreg_trap.c: EC 0x18 */
bool exit_cp15_32(struct vcpu *v, uint64_t esr); /* sysreg_trap.c: EC 0x03, 0x05 (32-bit EL0) */
bool exit_cp15_64(struct vcpu *v, uint64_t esr); /* sysreg_trap.c: EC 0x04, 0x0c */
bool exit_hvc(struct vcpu *v,
	      uint64_t esr); /* hypercall.c: EC 0x16; only x0-x17 are in the frame */
bool exit_smc(struct vcpu *v, uint64_t esr);        /* hypercall.c: EC 0x17 */
bool exit_data_abort(struct vcpu *v, uint64_t esr); /* mmio.c: EC 0x24 */

/** By class, for arch/arm64/guest.S; which of the two: see exit.c. */
extern const exit_handler_t guest_exit_table[64];
extern const exit_handler_t guest_exit_full_table[64];

/**
 * @brief One line on the host console about a guest's fault: "vm 3 (linux) vcpu 0: ...". Rate limited per VM.
 *
 * From an exit of @p v, as the last thing: with interrupts open, which is what formatting a line takes.
 * @return what the exit handler returns
 */
bool __printf_like(2, 3) guest_complain(struct vcpu *v, const char *format, ...);

#endif /* HYP_EXIT_H_ */
