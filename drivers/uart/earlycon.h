/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Early console: a polled putc() per kind of UART, usable before memory management and
 * interrupts are.
 */
#ifndef DRIVERS_UART_EARLYCON_H_
#define DRIVERS_UART_EARLYCON_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include "drivers/uart/uart_core.h"

#define EARLYCON_COMPATIBLES_MAX 4

/** The polled side of a UART driver. */
struct earlycon {
	const char *compatibles[EARLYCON_COMPATIBLES_MAX];
	/** Can a byte be written now? */
	bool (*ready)(uintptr_t base, const struct uart_dt *dt);
	void (*putc)(uintptr_t base, const struct uart_dt *dt, uint8_t c);
	/** May be NULL: bring a UART that no firmware has touched to life. */
	void (*setup)(uintptr_t base, const struct uart_dt *dt);
};

/** @brief Register one; the members of struct earlycon follow. */
#define ZVM_EARLYCON(name_, ...)                                                                   \
	static const STRUCT_SECTION_ITERABLE(earlycon, earlycon_##name_) = {__VA_ARGS__}

#endif /* DRIVERS_UART_EARLYCON_H_ */
