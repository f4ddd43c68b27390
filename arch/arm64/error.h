/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Errors caught by exceptions.
 */
#ifndef ARCH_ARM64_ERROR_H_
#define ARCH_ARM64_ERROR_H_

#include <stdbool.h>
#include <stdint.h>

struct arch_esf;

/** BRK immediate by which software reports a fatal error with all registers; the reason is in x0. */
#define ARCH_BRK_FATAL 0x5a56

extern const char arch_probe_load[];
extern const char arch_probe_done[];

/** @return true if a byte can be read there; a device may have noticed. ISR ok. */
bool arch_readable(uint64_t addr);

/** @brief If the exception was arch_readable()'s load, or came where bus_error.c waits for it, makes it go on. */
bool arch_fixup(struct arch_esf *esf);

/** @brief If it came where bus_error.c waits for errors of the current thread's, makes it go on. */
bool bus_error_fixup(struct arch_esf *esf);

/** @brief From now on the first use of FP registers traps, on this CPU. */
void arch_fpu_init(void);

#endif /* ARCH_ARM64_ERROR_H_ */
