/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes of the host's devices in a guest's devicetree.
 *
 * A node is copied with its properties and the nodes below it. What says where it is in the machine is written anew: reg,
 * interrupts. References (phandles) stay as they are, as copied nodes keep theirs and the guest's own are chosen from
 * another range; properties that refer to what the guest does not have (a DMA controller, pins, resets, a power
 * domain) are left out. Clocks are copied if they are fixed ones. Another clock's provider is the host's: the guest
 * gets a fixed clock of the frequency that the definition names.
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

#define IRQ_SPI 0U
#define SPI_0   32U

/* What is written in place of properties, and nodes around them. */
#define NODE_ROOM  ((size_t)512)
#define CLOCK_ROOM ((size_t)192)

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

	for (; node > 0; node = fdt_parent(host, node)) {
		for (uint32_t i = 0U; i < config->device_count; i++) {
			const struct vm_passthrough *p = &config->device[i].host;

			if (p->path != NULL && p->node == node) {
				return true;
			}
		}
	}
	return false;
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(name, *names) != 0) {
		names++;
	}
	return *names != NULL;
}

/* Written anew, or meaningless in the guest. */
static bool is_ours(const struct vm_passthrough *p, const char *name, bool top)
{
	static const char *const everywhere[] = {
		"interrupts",         "interrupts-extended",
		"interrupt-parent",   "interrupt-map",
		"interrupt-map-mask", "clocks",
		"linux,phandle",      NULL,
	};
	static const char *const on_top[] = {"reg", "status", NULL};

	if (is_one_of(name, everywhere)) {
		return true;
	}
	/* Of a UART without clocks: what they are made of. */
	return top && (is_one_of(name, on_top) ||
		       (p->clock != 0U && strcmp(name, "clock-frequency") == 0));
}

/* Its value begins with a reference to another node, as far as names tell. */
static bool is_reference(const char *name)
{
	static const char *const names[] = {
		"gpios",
		"gpio",
		"dmas",
		"resets",
		"power-domains",
		"iommus",
		"phys",
		"iommu-map",
		"msi-parent",
		"msi-map",
		"memory-region",
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
		NULL,
	};
	static const char *const ends[] = {"-supply", "-gpios", "-gpio", "-handle"};

	if (strncmp(name, "pinctrl-", 8) == 0 && strcmp(name, "pinctrl-names") != 0) {
		return true;
	}
	if (is_one_of(name, names)) {
		return true;
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
	static const char *const names[] = {
		"dma-names", "reset-names",          "pinctrl-names",       "power-domain-names",
		"phy-names", "assigned-clock-rates", "memory-region-names", NULL,
	};

	return is_one_of(name, names);
}

static bool is_wanted(const struct vm_config *config, const char *name, const fdt32_t *value,
		      int len)
{
	if (goes_with_reference(name)) {
		return false;
	}
	if (!is_reference(name)) {
		return true;
	}
	return len >= 4 && is_copied(config, fdt_by_phandle(z_device_tree(), fdt32_ld(value)));
}

static int copy_properties(const struct vm_config *config, const struct vm_passthrough *p, int node,
			   void *fdt)
{
	const void *host = z_device_tree();
	int at;
	int rc = 0;

	fdt_for_each_property_offset(at, host, node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(host, at, &name, &len);

		if (rc == 0 && value != NULL && !is_ours(p, name, node == p->node) &&
		    is_wanted(config, name, value, len)) {
			rc = fdt_property(fdt, name, value, len);
		}
	}
	return rc;
}

/* ---- clocks --------------------------------------------------------------------------------- */

/* The provider of the n-th entry of `clocks`, and the cells that follow its phandle. @retval -1 there is none */
static int clock_at(int node, unsigned int n, uint32_t *count)
{
	const void *host = z_device_tree();
	int len, provider;
	const fdt32_t *cells = fdt_getprop(host, node, "clocks", &len);
	uint32_t left = cells != NULL ? (uint32_t)len / 4U : 0U;

	for (;; n--) {
		if (left == 0U) {
			return -1;
		}
		provider = fdt_by_phandle(host, fdt32_ld(cells));
		if (provider < 0 ||
		    fdt_prop_u32(host, provider, "#clock-cells", count, NULL) != 0 ||
		    *count >= left) {
			return -1;
		}
		if (n == 0U) {
			return provider;
		}
		cells += 1U + *count;
		left -= 1U + *count;
	}
}

static unsigned int clock_count(int node)
{
	unsigned int n = 0U;
	uint32_t count;

	while (clock_at(node, n, &count) >= 0) {
		n++;
	}
	return n;
}

/* All of its clocks can be given to the guest as they are. */
static bool all_fixed(int node)
{
	const void *host = z_device_tree();
	unsigned int n = 0U;
	uint32_t count;
	int len, provider;

	if (fdt_getprop(host, node, "clocks", &len) == NULL) {
		return true;
	}
	while ((provider = clock_at(node, n, &count)) >= 0) {
		if (count != 0U || !fdt_is_compatible(host, provider, "fixed-clock")) {
			return false;
		}
		n++;
	}
	return n == (unsigned int)len / 4U;
}

bool guest_dtb_host_clocks_known(const struct vm_passthrough *p)
{
	return p->clock != 0U || all_fixed(p->node);
}

static int write_clock(void *fdt, uint32_t hz, uint32_t phandle)
{
	char name[24];
	int rc;

	(void)snprintk(name, sizeof(name), "clock-%x", phandle);
	rc = fdt_begin_node(fdt, name);
	rc = rc != 0 ? rc : fdt_property(fdt, "compatible", "fixed-clock", 12);
	rc = rc != 0 ? rc : fdt_property_u32(fdt, "#clock-cells", 0U);
	rc = rc != 0 ? rc : fdt_property_u32(fdt, "clock-frequency", hz);
	rc = rc != 0 ? rc : fdt_property_u32(fdt, "phandle", phandle);
	return rc != 0 ? rc : fdt_end_node(fdt);
}

/* Has one of the first @p devices this fixed clock, or clocks before the @p n-th of the device behind them? */
static bool is_written(const struct vm_config *config, uint32_t devices, unsigned int n,
		       int provider)
{
	for (uint32_t i = 0U; i <= devices; i++) {
		const struct vm_passthrough *p = &config->device[i].host;
		uint32_t count;
		int other;

		for (unsigned int k = 0U;
		     p->path != NULL && p->clock == 0U && (i < devices || k < n) &&
		     (other = clock_at(p->node, k, &count)) >= 0;
		     k++) {
			if (other == provider) {
				return true;
			}
		}
	}
	return false;
}

/* Of a device: those that stay as they are, or one that stands for all of them. */
static int write_clocks(const struct vm_config *config, uint32_t device, void *fdt)
{
	const void *host = z_device_tree();
	const struct vm_passthrough *p = &config->device[device].host;
	uint32_t count;
	int provider;
	int rc = 0;

	if (p->clock != 0U) {
		return clock_count(p->node) != 0U
			       ? write_clock(fdt, p->clock, PHANDLE_CLOCKS + device)
			       : 0;
	}
	for (unsigned int n = 0U; rc == 0 && (provider = clock_at(p->node, n, &count)) >= 0; n++) {
		uint32_t hz = 0U;

		if (!is_written(config, device, n, provider)) {
			(void)fdt_prop_u32(host, provider, "clock-frequency", &hz, NULL);
			rc = write_clock(fdt, hz, fdt_get_phandle(host, provider));
		}
	}
	return rc;
}

static int write_clock_property(const struct vm_passthrough *p, uint32_t device, void *fdt)
{
	unsigned int n = clock_count(p->node);
	void *value;
	int rc;

	if (n == 0U) {
		return p->clock != 0U ? fdt_property_u32(fdt, "clock-frequency", p->clock) : 0;
	}
	rc = fdt_property_placeholder(fdt, "clocks", (int)(n * sizeof(fdt32_t)), &value);
	for (unsigned int i = 0U; rc == 0 && i < n; i++) {
		uint32_t count;
		int provider = clock_at(p->node, i, &count);

		((fdt32_t *)value)[i] = cpu_to_fdt32(
			p->clock != 0U ? PHANDLE_CLOCKS + device
				       : fdt_get_phandle(z_device_tree(), provider));
	}
	return rc;
}

/* ---- a device ------------------------------------------------------------------------------- */

static int write_reg(const struct vm_passthrough *p, void *fdt)
{
	fdt64_t reg[VM_PT_RANGES_MAX][2];

	for (uint32_t i = 0U; i < p->range_count; i++) {
		reg[i][0] = cpu_to_fdt64(p->range[i].ipa);
		reg[i][1] = cpu_to_fdt64(p->range[i].size);
	}
	return fdt_property(fdt, "reg", reg, (int)(sizeof(reg[0]) * p->range_count));
}

static int write_irqs(const struct vm_passthrough *p, void *fdt)
{
	fdt32_t irqs[VM_PT_IRQS_MAX][3];

	for (uint32_t i = 0U; i < p->irq_count; i++) {
		bool edge = (p->irq[i].flags & IRQ_TYPE_EDGE) != 0U;

		irqs[i][0] = cpu_to_fdt32(IRQ_SPI);
		irqs[i][1] = cpu_to_fdt32(p->irq[i].guest - SPI_0);
		irqs[i][2] = cpu_to_fdt32(edge ? FDT_IRQ_EDGE_RISING : FDT_IRQ_LEVEL_HIGH);
	}
	return p->irq_count != 0U ? fdt_property(fdt, "interrupts", irqs,
						 (int)(sizeof(irqs[0]) * p->irq_count))
				  : 0;
}

/* The nodes below, whose addresses are on the device's own bus, are copied with them. */
static int copy_below(const struct vm_config *config, const struct vm_passthrough *p, void *fdt)
{
	const void *host = z_device_tree();
	int depth = 0;
	int open = 0;
	int rc = 0;

	for (int sub = fdt_next_node(host, p->node, &depth); rc == 0 && sub >= 0 && depth > 0;
	     sub = fdt_next_node(host, sub, &depth)) {
		for (; rc == 0 && open >= depth; open--) {
			rc = fdt_end_node(fdt);
		}
		rc = rc != 0 ? rc : fdt_begin_node(fdt, fdt_get_name(host, sub, NULL));
		open++;
		rc = rc != 0 ? rc : copy_properties(config, p, sub, fdt);
	}
	for (; rc == 0 && open > 0; open--) {
		rc = fdt_end_node(fdt);
	}
	return rc;
}

static void name_of(const struct vm_passthrough *p, char *name, size_t size)
{
	const char *host = fdt_get_name(z_device_tree(), p->node, NULL);
	int len = (int)strcspn(host, "@");

	(void)snprintk(name, size, "%.*s@%llx", len, host, (unsigned long long)p->range[0].ipa);
}

/* Said of the bus that the device is on, it is true of the device (Devicetree Specification 0.4, 2.3.10). */
static int write_coherent(const struct vm_passthrough *p, void *fdt)
{
	const void *host = z_device_tree();

	for (int node = p->node; node >= 0; node = fdt_parent(host, node)) {
		if (fdt_getprop(host, node, "dma-coherent", NULL) != NULL) {
			return node == p->node ? 0 : fdt_property(fdt, "dma-coherent", "", 0);
		}
		if (fdt_getprop(host, node, "dma-noncoherent", NULL) != NULL) {
			break;
		}
	}
	return 0;
}

static int write_device(const struct vm_config *config, uint32_t device, void *fdt)
{
	const struct vm_passthrough *p = &config->device[device].host;
	char name[64];
	int rc;

	name_of(p, name, sizeof(name));
	rc = fdt_begin_node(fdt, name);
	rc = rc != 0 ? rc : copy_properties(config, p, p->node, fdt);
	rc = rc != 0 ? rc : write_coherent(p, fdt);
	rc = rc != 0 ? rc : write_reg(p, fdt);
	rc = rc != 0 ? rc : write_irqs(p, fdt);
	rc = rc != 0 ? rc : write_clock_property(p, device, fdt);
	rc = rc != 0 ? rc : copy_below(config, p, fdt);
	return rc != 0 ? rc : fdt_end_node(fdt);
}

/* ---- all ------------------------------------------------------------------------------------ */

int guest_dtb_host_write(const struct vm_config *config, void *fdt)
{
	int rc = 0;

	for (uint32_t i = 0U; rc == 0 && i < config->device_count; i++) {
		if (config->device[i].host.path != NULL) {
			rc = write_clocks(config, i, fdt);
			rc = rc != 0 ? rc : write_device(config, i, fdt);
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
			room += node_size(p->node) + NODE_ROOM + clock_count(p->node) * CLOCK_ROOM;
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
