/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the devicetree says about a UART, common to all of them.
 */
#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include <zvm/driver.h>
#include "drivers/uart/uart_core.h"

static uint32_t prop_u32(const void *fdt, int node, const char *name, uint32_t absent)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, name, &len);

	return p != NULL && len >= (int)sizeof(*p) ? fdt32_to_cpu(*p) : absent;
}

/* `clock-frequency`, or that of the fixed clock named first in `clocks`. Other clocks need drivers we do not have. */
static uint32_t clock_hz(const void *fdt, int node)
{
	uint32_t hz = prop_u32(fdt, node, "clock-frequency", 0U);
	uint32_t phandle;
	int clock;

	if (hz != 0U) {
		return hz;
	}
	phandle = prop_u32(fdt, node, "clocks", 0U);
	clock = phandle != 0U ? fdt_node_offset_by_phandle(fdt, phandle) : -1;
	if (clock < 0 || fdt_node_check_compatible(fdt, clock, "fixed-clock") != 0) {
		return 0U;
	}
	return prop_u32(fdt, clock, "clock-frequency", 0U);
}

/* The digits after the colon of stdout-path ("serial0:115200n8"), if it is this node that it names. */
static uint32_t stdout_baud(const void *fdt, int node)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	int len;
	const char *path = chosen >= 0 ? fdt_getprop(fdt, chosen, "stdout-path", &len) : NULL;
	const char *colon;
	uint32_t baud = 0U;

	if (path == NULL || len <= 0 || path[len - 1] != '\0' || console_node(fdt) != node) {
		return 0U;
	}
	colon = strchr(path, ':');
	for (const char *p = colon; p != NULL && p[1] >= '0' && p[1] <= '9'; p++) {
		if (baud > UINT32_MAX / 10U - 1U) {
			return 0U;
		}
		baud = baud * 10U + (uint32_t)(p[1] - '0');
	}
	return baud;
}

int uart_dt_read(const void *fdt, int node, struct uart_dt *dt)
{
	dt->reg_shift = prop_u32(fdt, node, "reg-shift", 0U);
	dt->io_width = prop_u32(fdt, node, "reg-io-width", 1U);
	if (dt->reg_shift > 3U || (dt->io_width != 1U && dt->io_width != 4U)) {
		return -EINVAL;
	}
	dt->clock_hz = clock_hz(fdt, node);
	dt->baud = stdout_baud(fdt, node);
	return 0;
}
