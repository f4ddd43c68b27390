/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the devicetree says about a UART, common to all of them.
 */
#include <errno.h>

#include "drivers/uart/uart_core.h"
#include "lib/fdt.h"

static uint32_t number(const void *fdt, int node, const char *name, uint32_t absent)
{
	uint32_t v = absent;

	(void)fdt_prop_u32(fdt, node, name, &v, NULL);
	return v;
}

/*
 * `clock-frequency`, or that of the fixed clock named first in `clocks`. Other clocks need drivers
 * we do not have.
 */
static uint32_t clock_hz(const void *fdt, int node)
{
	uint32_t hz = number(fdt, node, "clock-frequency", 0U);
	int len, clock;
	const fdt32_t *clocks;

	if (hz != 0U) {
		return hz;
	}
	clocks = fdt_getprop(fdt, node, "clocks", &len);
	if (clocks == NULL || len < (int)sizeof(*clocks)) {
		return 0U;
	}
	clock = fdt_by_phandle(fdt, fdt32_to_cpu(*clocks));
	if (clock < 0 || !fdt_is_compatible(fdt, clock, "fixed-clock")) {
		return 0U;
	}
	return number(fdt, clock, "clock-frequency", 0U);
}

/*
 * The digits that stdout-path's options begin with ("115200n8"), if it is this node that it names.
 */
static uint32_t stdout_baud(const void *fdt, int node)
{
	const char *options;
	uint32_t baud = 0U;

	if (fdt_stdout(fdt, &options, NULL) != node) {
		return 0U;
	}
	for (; *options >= '0' && *options <= '9'; options++) {
		if (baud > UINT32_MAX / 10U - 1U) {
			return 0U;
		}
		baud = baud * 10U + (uint32_t)(*options - '0');
	}
	return baud;
}

int uart_dt_read(const void *fdt, int node, struct uart_dt *dt)
{
	dt->reg_shift = number(fdt, node, "reg-shift", 0U);
	dt->io_width = number(fdt, node, "reg-io-width", 1U);
	if (dt->reg_shift > 3U || (dt->io_width != 1U && dt->io_width != 4U)) {
		return -EINVAL;
	}
	dt->clock_hz = clock_hz(fdt, node);
	dt->baud = stdout_baud(fdt, node);
	return 0;
}
