/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What the firmware below us does: CPUs on and off, power off, reset. A driver (PSCI)
 * provides it.
 */
#ifndef KERNEL_FIRMWARE_H_
#define KERNEL_FIRMWARE_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

struct z_firmware {
	/** For people: "PSCI 1.1 by SMC". */
	const char *name;
	/**
	 * Start a CPU. @param mpidr its affinity fields @param entry physical address, entered with
	 * the MMU off
	 * @param context given to it in x0 @return 0 or the firmware's own (negative) code, see
	 * strerror
	 */
	int (*cpu_on)(uint64_t mpidr, uint64_t entry, uint64_t context);
	/**
	 * Stop the calling CPU; returns its code only if that failed. Interrupts masked, nothing
	 * left to do.
	 */
	int (*cpu_off)(void);
	/** The machine goes off; returns only if the firmware cannot. */
	int (*system_off)(void);
	/** The machine restarts; returns only if the firmware cannot. */
	int (*system_reset)(void);
	/**
	 * Any function by its identifier, x1 to x3; the result is x0. NULL where the firmware is
	 * older than PSCI 1.0, which cannot say what it knows.
	 */
	int64_t (*call)(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);
	/** Its calls are SMCs. */
	bool smc;
	/** "PSCI ALREADY_ON(-4)" and the like for one of its codes. */
	const char *(*strerror)(int code);
};

/**
 * NULL until a driver has found one (then only the boot CPU runs, and poweroff and reboot can only
 * stop).
 */
extern const struct z_firmware *z_firmware;

#endif /* KERNEL_FIRMWARE_H_ */
