/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The early console: finds the console's UART in the devicetree, maps its page and writes to it
 * polled, until the UART's own driver takes over. A UART that does not take a byte in time is given
 * up for that byte: the boot goes on.
 */
#include <errno.h>

#include <zephyr/sys/util.h>
#include <zvm/driver.h>
#include "arch/arch.h"
#include "drivers/uart/earlycon.h"
#include "kernel/console.h"
#include "lib/fdt.h"

#define READY_SPINS 500000U

static struct {
	const struct earlycon *ops;
	uintptr_t base;
	struct uart_dt dt;
	/* Reads of the status register we still grant a UART that did not take the last byte. */
	uint32_t patience;
} early;

static void early_putc(uint8_t c)
{
	for (uint32_t i = 0U; i < early.patience; i++) {
		if (early.ops->ready(early.base, &early.dt)) {
			early.ops->putc(early.base, &early.dt, c);
			early.patience = READY_SPINS;
			return;
		}
	}
	early.patience = 1U;
}

static void early_write(void *ctx, const char *text, size_t len)
{
	ARG_UNUSED(ctx);
	for (size_t i = 0U; i < len; i++) {
		if (text[i] == '\n') {
			early_putc('\r');
		}
		early_putc((uint8_t)text[i]);
	}
}

static const struct z_console_ops early_console = {
	.write = early_write,
	.panic = early_write,
};

static const struct earlycon *match(const void *fdt, int node)
{
	STRUCT_SECTION_FOREACH(earlycon, e) {
		for (unsigned int i = 0U; i < ARRAY_SIZE(e->compatibles); i++) {
			if (e->compatibles[i] != NULL &&
			    fdt_is_compatible(fdt, node, e->compatibles[i])) {
				return e;
			}
		}
	}
	return NULL;
}

int z_earlycon_init(const void *fdt)
{
	int node = console_node(fdt);

	if (node < 0) {
		return -ENODEV;
	}
	early.ops = match(fdt, node);
	if (early.ops == NULL || uart_dt_read(fdt, node, &early.dt) != 0 ||
	    device_map(fdt, node, 0U, &early.base, NULL) != 0) {
		return -ENODEV;
	}
	early.patience = READY_SPINS;
	if (early.ops->setup != NULL) {
		early.ops->setup(early.base, &early.dt);
	}
	z_console_register(&early_console, NULL, "early console");
	return 0;
}
