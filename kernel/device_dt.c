/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver asks about its devicetree node: registers, through the `ranges` of the buses above it (Devicetree
 * Specification 0.4, 2.3.8), and interrupts (2.4).
 */
#include <errno.h>
#include <libfdt.h>

#include <zephyr/sys/util.h>
#include <zvm/driver.h>
#include "arch/mmu.h"
#include "kernel/device.h"
#include "kernel/irq.h"

/* ---- registers ------------------------------------------------------------------------------------------------------ */

/* A number of up to two cells. */
static uint64_t cells_value(const fdt32_t *p, int cells)
{
	uint64_t v = 0U;

	for (int i = 0; i < cells; i++) {
		v = v << 32 | fdt32_to_cpu(p[i]);
	}
	return v;
}

/* One step up: an address on `bus`, whose parent is `above`, as `above` sees it. */
static int translate_up(const void *fdt, int bus, int above, uint64_t *addr, uint64_t size)
{
	int from_cells = fdt_address_cells(fdt, bus);
	int to_cells = fdt_address_cells(fdt, above);
	int size_cells = fdt_size_cells(fdt, bus);
	int len, entry;
	const fdt32_t *p = fdt_getprop(fdt, bus, "ranges", &len);

	if (p == NULL || from_cells < 1 || from_cells > 2 || to_cells < 1 || to_cells > 2 ||
	    size_cells < 1 || size_cells > 2) {
		return -ENOENT;
	}
	if (len == 0) {
		return 0;
	}
	entry = from_cells + to_cells + size_cells;
	for (int n = len / (int)sizeof(*p); n >= entry; n -= entry, p += entry) {
		uint64_t from = cells_value(p, from_cells);
		uint64_t span = cells_value(p + from_cells + to_cells, size_cells);

		if (*addr >= from && *addr - from < span && size <= span - (*addr - from)) {
			*addr = *addr - from + cells_value(p + from_cells, to_cells);
			return 0;
		}
	}
	return -ENOENT;
}

static int device_reg(const void *fdt, int node, unsigned int index, uint64_t *addr, uint64_t *size)
{
	int bus = fdt_parent_offset(fdt, node);
	int addr_cells = fdt_address_cells(fdt, bus);
	int size_cells = fdt_size_cells(fdt, bus);
	int len;
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);
	unsigned int entry;

	if (bus < 0 || reg == NULL || addr_cells < 1 || addr_cells > 2 || size_cells < 1 ||
	    size_cells > 2) {
		return -ENOENT;
	}
	entry = (unsigned int)(addr_cells + size_cells);
	if (index >= (unsigned int)len / sizeof(*reg) / entry) {
		return -ENOENT;
	}
	reg += index * entry;
	*addr = cells_value(reg, addr_cells);
	*size = cells_value(reg + addr_cells, size_cells);
	while (bus > 0) {
		int above = fdt_parent_offset(fdt, bus);
		int rc = translate_up(fdt, bus, above, addr, *size);

		if (rc != 0) {
			return rc;
		}
		bus = above;
	}
	return 0;
}

int device_map(const void *fdt, int node, unsigned int index, uintptr_t *base, uint64_t *size)
{
	uint64_t addr, bytes;
	int rc = device_reg(fdt, node, index, &addr, &bytes);

	if (rc == 0) {
		rc = arch_mmio_map(addr, bytes);
	}
	if (rc != 0) {
		return rc;
	}
	*base = (uintptr_t)addr;
	if (size != NULL) {
		*size = bytes;
	}
	return 0;
}

/* ---- interrupts ----------------------------------------------------------------------------------------------------- */

/* The interrupt controller of a node: its own or its parents' interrupt-parent. */
static int interrupt_parent(const void *fdt, int node)
{
	while (node >= 0) {
		int len;
		const fdt32_t *p = fdt_getprop(fdt, node, "interrupt-parent", &len);

		if (p != NULL && len == (int)sizeof(*p)) {
			return fdt_node_offset_by_phandle(fdt, fdt32_to_cpu(*p));
		}
		node = fdt_parent_offset(fdt, node);
	}
	return -1;
}

static unsigned int interrupt_cells(const void *fdt, int controller)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, controller, "#interrupt-cells", &len);

	return p != NULL && len == (int)sizeof(*p) ? fdt32_to_cpu(*p) : 0U;
}

static int irq_translate(const void *fdt, int controller, const fdt32_t *spec, unsigned int *intid,
			 uint32_t *flags)
{
	uint32_t cells[4];
	unsigned int n = interrupt_cells(fdt, controller);

	if (z_irqchip == NULL || !z_device_is_irqchip(controller)) {
		return -ENOTSUP;
	}
	if (n > ARRAY_SIZE(cells)) {
		return -EINVAL;
	}
	for (unsigned int i = 0U; i < n; i++) {
		cells[i] = fdt32_to_cpu(spec[i]);
	}
	return z_irqchip->translate(cells, n, intid, flags);
}

/* `interrupts-extended`: each entry names its controller. */
static int irq_extended(const void *fdt, const fdt32_t *p, unsigned int words, unsigned int index,
			unsigned int *intid, uint32_t *flags)
{
	unsigned int at = 0U;

	for (;;) {
		int controller;
		unsigned int n;

		if (at >= words) {
			return -ENOENT;
		}
		controller = fdt_node_offset_by_phandle(fdt, fdt32_to_cpu(p[at]));
		n = controller >= 0 ? interrupt_cells(fdt, controller) : 0U;
		if (n == 0U || n > words - at - 1U) {
			return -EINVAL;
		}
		if (index-- == 0U) {
			return irq_translate(fdt, controller, &p[at + 1U], intid, flags);
		}
		at += 1U + n;
	}
}

int device_irq(const void *fdt, int node, unsigned int index, unsigned int *intid, uint32_t *flags)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, "interrupts-extended", &len);
	unsigned int words, n;
	int controller;

	if (p != NULL) {
		return irq_extended(fdt, p, (unsigned int)len / sizeof(*p), index, intid, flags);
	}
	p = fdt_getprop(fdt, node, "interrupts", &len);
	if (p == NULL) {
		return -ENOENT;
	}
	controller = interrupt_parent(fdt, node);
	n = controller >= 0 ? interrupt_cells(fdt, controller) : 0U;
	if (n == 0U) {
		return -EINVAL;
	}
	words = (unsigned int)len / sizeof(*p);
	if (index >= words / n) {
		return -ENOENT;
	}
	return irq_translate(fdt, controller, p + index * n, intid, flags);
}
