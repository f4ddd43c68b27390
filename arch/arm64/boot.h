/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Start-up, between head.S and boot.c, and what the kernel needs of it.
 */
#ifndef ZVM_ARCH_ARM64_BOOT_H_
#define ZVM_ARCH_ARM64_BOOT_H_

/* Why the machine can not run this image; head.S finds it, boot.c has the words. */
#define BOOT_OK             0
#define BOOT_ENTERED_AT_EL1 1
#define BOOT_ENTERED_AT_EL3 2
#define BOOT_NO_VHE         3
#define BOOT_NO_LSE         4

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

/** One line that says why start-up stopped, also where no console exists (for a debugger). */
extern char boot_message[160];

/**
 * @brief Entry of a secondary CPU, MMU off: the target of PSCI CPU_ON, with a `struct z_cpu *` as context.
 *
 * It comes out in kernel_secondary_start(context) on the CPU's interrupt stack, on the kernel's
 * translation tables, exceptions masked.
 */
void boot_secondary_entry(void);

/** @brief Start-up with the MMU off: find the devicetree, build the first translation tables. */
void boot_prepare(uint64_t x0);

/** @brief Start-up with the MMU on: goes to kernel_start(). */
FUNC_NORETURN void boot_main(uint64_t entry_el, uint64_t problem, uint64_t cycles);

/**
 * @brief Read a 32-bit register or word that may not be there.
 *
 * Only before the kernel installs its own vectors: the start-up vectors know the one load that may abort.
 *
 * @retval true *value holds it
 * @retval false the access aborted
 */
bool boot_probe32(uintptr_t addr, uint32_t *value);

/** @brief An exception during start-up. */
FUNC_NORETURN void boot_exception(uint64_t esr, uint64_t elr, uint64_t far);

/** @brief Wait for ever, with exceptions masked. */
FUNC_NORETURN void boot_park(void);
#endif /* __ASSEMBLER__ */

#endif /* ZVM_ARCH_ARM64_BOOT_H_ */
