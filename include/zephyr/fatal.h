/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What happens when something went wrong that nobody can repair.
 */
#ifndef ZEPHYR_FATAL_H_
#define ZEPHYR_FATAL_H_

#include <stdint.h>
#include <zephyr/toolchain.h>

/** Why; the values are Zephyr's. */
enum k_fatal_error_reason {
	/** An exception that nothing handles. */
	K_ERR_CPU_EXCEPTION,
	/** An interrupt without a handler. */
	K_ERR_SPURIOUS_IRQ,
	/** A stack has overflowed. */
	K_ERR_STACK_CHK_FAIL,
	/** k_oops(): this thread cannot go on. */
	K_ERR_KERNEL_OOPS,
	/** k_panic(): the system cannot go on. */
	K_ERR_KERNEL_PANIC,
	K_ERR_ARCH_START = 16,
};

/** Registers at an exception, as the vector saved them. */
struct arch_esf {
	uint64_t x[31];
	uint64_t sp;
	uint64_t elr;
	uint64_t spsr;
	uint64_t esr;
	uint64_t far;
};
#define z_arch_esf_t struct arch_esf

/**
 * @brief Decides what follows a fatal error; weak, applications may define their own.
 *
 * If it returns, the thread that failed is aborted (the system, where that was an ISR or an essential
 * thread). The kernel's own halts the system.
 * @param reason enum k_fatal_error_reason
 * @param esf registers, or NULL
 */
void k_sys_fatal_error_handler(unsigned int reason, const struct arch_esf *esf);

/** @brief Stops all CPUs after flushing the log. Does not return. */
FUNC_NORETURN void k_fatal_halt(unsigned int reason);

/** @brief Reports a fatal error found by software: k_oops(), k_panic(), assertions. */
void z_fatal_software(unsigned int reason);

#endif /* ZEPHYR_FATAL_H_ */
