/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes of the host's devices in a guest's devicetree.
 *
 * A node is copied with its properties and the nodes below it. What says where it is in the machine is written anew: reg,
 * interrupts. References (phandles) stay as they are, as copied nodes keep theirs and the guest's own are chosen from
 * another range; properties that refer to what the guest does not have (a DMA controller, pins, resets, a power
 * domain) are left out. Clocks are copied if they are fixed ones. Another clock's provider is the host's: the guest
 * gets a fixed clock of the frequency that the definition names, or the device's own clock-frequency.
 */
#include <string.h>

#include <zephyr/irq.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "hyp/guest_dtb_host.h"
#include "kernel/device.h"
#include "lib/fdt.h"

/* For the clocks that stand for the host's; the guest's own nodes have others, and dtc counts from 1. */
#define PHANDLE_CLOCKS 0x7fff1000U
#define CLOCKS_MAX     8U

#define IRQ_SPI 0U
#define SPI_0   32U

/* What is written in place of properties, and nodes around them. */
#define NODE_ROOM 512U

static bool ends_with(const char *name, const char *end)
{
	size_t a = strlen(name);
	size_t b = strlen(end);

	return a >= b && strcmp(name + a - b, end) == 0;
}

/* Is the node, or one that it is in, a device of the guest's? Then it is in its devicetree. */
static bool is_copied(const struct vm_config *config, int node)
{
	const void *host = z_device_tree();

	for (; node > 0; node = fdt_parent_offset(host, node)) {
		for (uint32_t i = 0U; i < config->device_count; i++) {
			const struct vm_passthrough *p = &config->device[i].host;

			if (p->path != NULL && p->node == node) {
				return true;
			}
		}
	}
	return false;
}

/* Written anew, or meaningless in the guest. */
static bool is_ours(const char *name)
{
	static const char *const names[] = {
		"reg",
		"ranges",
		"interrupts",
		"interrupts-extended",
		"interrupt-parent",
		"#address-cells",
		"#size-cells",
		"status",
		"clocks",
		"linux,phandle",
	};

	for (unsigned int i = 0U; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* Its value begins with a reference to another node, as far as names tell. */
static bool is_reference(const char *name)
{
	static const char *const names[] = {
		"dmas",
		"resets",
		"power-domains",
		"iommus",
		"phys",
		"msi-parent",
		"shmem",
		"mboxes",
		"syscon",
		"nvmem-cells",
		"operating-points-v2",
		"assigned-clocks",
		"assigned-clock-parents",
		"pwms",
		"io-channels",
		"interconnects",
	};
	static const char *const ends[] = {"-supply", "-gpios", "-gpio", "-handle"};

	if (strncmp(name, "pinctrl-", 8) == 0 && strcmp(name, "pinctrl-names") != 0) {
		return true;
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			return true;
		}
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(ends); i++) {
		if (ends_with(name, ends[i])) {
			return true;
		}
	}
	return false;
}

/* Names of what was left out, and rates of clocks that are the host's. */
static bool goes_with_reference(const char *name)
{
	return strcmp(name, "dma-names") == 0 || strcmp(name, "reset-names") == 0 ||
	       strcmp(name, "pinctrl-names") == 0 || strcmp(name, "power-domain-names") == 0 ||
	       strcmp(name, "phy-names") == 0 || strcmp(name, "assigned-clock-rates") == 0;
}

static bool is_wanted(const struct vm_config *config, const char *name, const fdt32_t *value,
		      int len)
{
	const void *host = z_device_tree();

	if (is_ours(name) || goes_with_reference(name)) {
		return false;
	}
	if (!is_reference(name)) {
		return true;
	}
	return len >= 4 && is_copied(config, fdt_node_offset_by_phandle(host, fdt32_ld(value)));
}

static int copy_properties(const struct vm_config *config, int node, void *fdt)
{
	const void *host = z_device_tree();
	int at;
	int rc = 0;

	fdt_for_each_property_offset(at, host, node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(host, at, &name, &len);

		if (rc == 0 && value != NULL && is_wanted(config, name, value, len)) {
			rc = fdt_property(fdt, name, value, len);
		}
	}
	return rc;
}

/* ---- clocks --------------------------------------------------------------------------------- */

struct clock {
	int provider;
	int cells;
};

/* The n-th entry of `clocks`. */
static bool clock_at(int node, unsigned int n, struct clock *clock)
{
	const void *host = z_device_tree();
	int len, at = 0;
	const fdt32_t *cells = fdt_getprop(host, node, "clocks", &len);

	if (cells == NULL) {
		return false;
	}
	for (unsigned int i = 0U; at < len / 4; i++) {
		uint32_t count = 0U;

		clock->provider = fdt_node_offset_by_phandle(host, fdt32_ld(&cells[at]));
		if (clock->provider < 0 ||
		    fdt_prop_u32(host, clock->provider, "#clock-cells", &count, NULL) != 0) {
			return false;
		}
		if (i == n) {
			return true;
		}
		at += 1 + (int)count;
	}
	return false;
}

static bool is_fixed(int provider)
{
	return fdt_is_compatible(z_device_tree(), provider, "fixed-clock");
}

/* All of its clocks can be given to the guest as they are. */
static bool all_fixed(int node)
{
	struct clock clock;

	for (unsigned int i = 0U; clock_at(node, i, &clock); i++) {
		if (!is_fixed(clock.provider)) {
			return false;
		}
	}
	return true;
}

static uint32_t frequency(const struct vm_passthrough *p)
{
	uint32_t hz = p->clock;

	if (hz == 0U) {
		(void)fdt_prop_u32(z_device_tree(), p->node, "clock-frequency", &hz, NULL);
	}
	return hz;
}

bool guest_dtb_host_clocks_known(const struct vm_passthrough *p)
{
	return frequency(p) != 0U || all_fixed(p->node);
}

static int write_fixed_clock(void *fdt, const char *name, uint32_t hz, uint32_t phandle)
{
	int rc = fdt_begin_node(fdt, name);

	rc = rc != 0 ? rc : fdt_property(fdt, "compatible", "fixed-clock", 12);
	rc = rc != 0 ? rc : fdt_property_u32(fdt, "#clock-cells", 0U);
	rc = rc != 0 ? rc : fdt_property_u32(fdt, "clock-frequency", hz);
	rc = rc != 0 ? rc : fdt_property_u32(fdt, "phandle", phandle);
	return rc != 0 ? rc : fdt_end_node(fdt);
}

/* Fixed clocks of a device that no device before it has named. */
static int copy_clocks(const struct vm_config *config, uint32_t device, void *fdt, int *done,
		       unsigned int *count)
{
	const void *host = z_device_tree();
	const struct vm_passthrough *p = &config->device[device].host;
	struct clock clock;
	int rc = 0;

	for (unsigned int i = 0U; rc == 0 && clock_at(p->node, i, &clock); i++) {
		uint32_t hz = 0U;
		unsigned int n = 0U;

		while (n < *count && done[n] != clock.provider) {
			n++;
		}
		if (n < *count || n == CLOCKS_MAX) {
			continue;
		}
		done[(*count)++] = clock.provider;
		(void)fdt_prop_u32(host, clock.provider, "clock-frequency", &hz, NULL);
		rc = write_fixed_clock(fdt, fdt_get_name(host, clock.provider, NULL), hz,
				       fdt_get_phandle(host, clock.provider));
	}
	return rc;
}

static int write_clocks(const struct vm_config *config, void *fdt)
{
	int done[CLOCKS_MAX];
	unsigned int count = 0U;
	int rc = 0;

	for (uint32_t i = 0U; rc == 0 && i < config->device_count; i++) {
		const struct vm_passthrough *p = &config->device[i].host;
		char name[24];

		if (p->path == NULL) {
			continue;
		}
		if (p->clock == 0U && all_fixed(p->node)) {
			rc = copy_clocks(config, i, fdt, done, &count);
		} else if (frequency(p) != 0U) {
			snprintk(name, sizeof(name), "clock-%u", (unsigned int)i);
			rc = write_fixed_clock(fdt, name, frequency(p), PHANDLE_CLOCKS + i);
		}
	}
	return rc;
}

/* Each of its clocks is the one that stands for them, or itself. */
static int write_clock_property(const struct vm_passthrough *p, uint32_t device, void *fdt)
{
	const void *host = z_device_tree();
	bool fixed = p->clock == 0U && all_fixed(p->node);
	fdt32_t cells[CLOCKS_MAX];
	struct clock clock;
	unsigned int n = 0U;

	if (!fixed && frequency(p) == 0U) {
		return 0;
	}
	while (n < CLOCKS_MAX && clock_at(p->node, n, &clock)) {
		cells[n++] = cpu_to_fdt32(fixed ? fdt_get_phandle(host, clock.provider)
						: PHANDLE_CLOCKS + device);
	}
	return n != 0U ? fdt_property(fdt, "clocks", cells, (int)(n * sizeof(cells[0]))) : 0;
}

/* ---- a device ------------------------------------------------------------------------------- */

static int write_reg(const struct vm_passthrough *p, void *fdt)
{
	fdt64_t reg[2U * VM_PT_RANGES_MAX];

	for (uint32_t i = 0U; i < p->range_count; i++) {
		reg[2U * i] = cpu_to_fdt64(p->range[i].ipa);
		reg[2U * i + 1U] = cpu_to_fdt64(p->range[i].size);
	}
	return p->range_count != 0U
		       ? fdt_property(fdt, "reg", reg, (int)(p->range_count * 2U * sizeof(reg[0])))
		       : 0;
}

static int write_irqs(const struct vm_passthrough *p, void *fdt)
{
	fdt32_t irqs[3U * VM_PT_IRQS_MAX];

	for (uint32_t i = 0U; i < p->irq_count; i++) {
		bool edge = (p->irq[i].flags & IRQ_TYPE_EDGE) != 0U;

		irqs[3U * i] = cpu_to_fdt32(IRQ_SPI);
		irqs[3U * i + 1U] = cpu_to_fdt32(p->irq[i].guest - SPI_0);
		irqs[3U * i + 2U] = cpu_to_fdt32(edge ? FDT_IRQ_EDGE_RISING : FDT_IRQ_LEVEL_HIGH);
	}
	return p->irq_count != 0U ? fdt_property(fdt, "interrupts", irqs,
						 (int)(p->irq_count * 3U * sizeof(irqs[0])))
				  : 0;
}

/* The nodes below, whose addresses are on the device's own bus, are copied with them. */
static int copy_below(const struct vm_config *config, int node, void *fdt)
{
	const void *host = z_device_tree();
	int depth = 0;
	int open = 0;
	int rc = 0;

	for (int sub = fdt_next_node(host, node, &depth); rc == 0 && sub >= 0 && depth > 0;
	     sub = fdt_next_node(host, sub, &depth)) {
		static const char *const places[] = {"#address-cells", "#size-cells", "reg",
						     "ranges"};

		for (; rc == 0 && open >= depth; open--) {
			rc = fdt_end_node(fdt);
		}
		rc = rc != 0 ? rc : fdt_begin_node(fdt, fdt_get_name(host, sub, NULL));
		open++;
		for (unsigned int i = 0U; rc == 0 && i < ARRAY_SIZE(places); i++) {
			int len;
			const void *value = fdt_getprop(host, sub, places[i], &len);

			rc = value != NULL ? fdt_property(fdt, places[i], value, len) : 0;
		}
		rc = rc != 0 ? rc : copy_properties(config, sub, fdt);
	}
	for (; rc == 0 && open > 0; open--) {
		rc = fdt_end_node(fdt);
	}
	return rc;
}

static int write_cells(const struct vm_passthrough *p, void *fdt)
{
	const void *host = z_device_tree();
	int rc;

	if (fdt_first_subnode(host, p->node) < 0) {
		return 0;
	}
	rc = fdt_property_u32(fdt, "#address-cells", (uint32_t)fdt_address_cells(host, p->node));
	return rc != 0 ? rc
		       : fdt_property_u32(fdt, "#size-cells",
					  (uint32_t)fdt_size_cells(host, p->node));
}

static void name_of(const struct vm_passthrough *p, char *name, size_t size)
{
	const char *host = fdt_get_name(z_device_tree(), p->node, NULL);
	int len = (int)strcspn(host, "@");

	if (p->range_count != 0U) {
		snprintk(name, size, "%.*s@%llx", len, host, (unsigned long long)p->range[0].ipa);
	} else {
		snprintk(name, size, "%s", host);
	}
}

static int write_device(const struct vm_config *config, uint32_t device, void *fdt)
{
	const struct vm_passthrough *p = &config->device[device].host;
	char name[64];
	int rc;

	name_of(p, name, sizeof(name));
	rc = fdt_begin_node(fdt, name);
	rc = rc != 0 ? rc : copy_properties(config, p->node, fdt);
	rc = rc != 0 ? rc : write_reg(p, fdt);
	rc = rc != 0 ? rc : write_irqs(p, fdt);
	rc = rc != 0 ? rc : write_clock_property(p, device, fdt);
	rc = rc != 0 ? rc : write_cells(p, fdt);
	rc = rc != 0 ? rc : copy_below(config, p->node, fdt);
	return rc != 0 ? rc : fdt_end_node(fdt);
}

/* ---- all ------------------------------------------------------------------------------------ */

int guest_dtb_host_write(const struct vm_config *config, void *fdt)
{
	int rc = write_clocks(config, fdt);

	for (uint32_t i = 0U; rc == 0 && i < config->device_count; i++) {
		if (config->device[i].host.path != NULL) {
			rc = write_device(config, i, fdt);
		}
	}
	return rc;
}

/* The structure block between a node and the next that is not below it, and its properties' names. */
static size_t node_size(int node)
{
	const void *host = z_device_tree();
	int depth = 0;
	int next = node;
	size_t names = 0U;

	do {
		int at;

		fdt_for_each_property_offset(at, host, next) {
			const char *name;

			(void)fdt_getprop_by_offset(host, at, &name, NULL);
			names += strlen(name) + 1U;
		}
		next = fdt_next_node(host, next, &depth);
	} while (next >= 0 && depth > 0);
	return (size_t)((next >= 0 ? next : (int)fdt_size_dt_struct(host)) - node) + names;
}

size_t guest_dtb_host_room(const struct vm_config *config)
{
	size_t room = 0U;

	for (uint32_t i = 0U; i < config->device_count; i++) {
		const struct vm_passthrough *p = &config->device[i].host;

		if (p->path != NULL) {
			room += node_size(p->node) + NODE_ROOM;
		}
	}
	return room;
}

bool guest_dtb_host_uart(const struct vm_config *config, char *path, size_t size)
{
	static const char *const uarts[] = {"arm,pl011", "ns16550a", "ns16550", "snps,dw-apb-uart"};

	for (uint32_t i = 0U; i < config->device_count; i++) {
		const struct vm_passthrough *p = &config->device[i].host;

		for (unsigned int n = 0U; p->path != NULL && n < ARRAY_SIZE(uarts); n++) {
			if (fdt_is_compatible(z_device_tree(), p->node, uarts[n])) {
				path[0] = '/';
				name_of(p, path + 1, size - 1U);
				return true;
			}
		}
	}
	return false;
}
