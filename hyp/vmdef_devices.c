/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM definitions: the devices. Each is bound to a virtual device by `compatible`, which says what the node does not.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "arch/arm64/image.h"
#include "hyp/guest_layout.h"
#include "hyp/stage2.h"
#include "hyp/vdev.h"
#include "hyp/vmdef_internal.h"
#include "lib/fdt.h"

/* What is there without being named. */
static const struct {
	const char *name;
	uint64_t base;
	uint64_t size;
} fixed[] = {
	{"the GIC", GUEST_GICD_BASE, GUEST_GICD_SIZE},
	{"the GIC", GUEST_ITS_BASE, GUEST_ITS_SIZE},
	{"the GIC", GUEST_GICR_BASE, VM_VCPUS_MAX *GUEST_GICR_STRIDE},
};

unsigned int vmdef_ipa_bits(void)
{
	return stage2_ipa_bits();
}

/* ---- one device ---------------------------------------------------------------------------- */

/* What a device is, or NULL with a line. */
static const struct vdev_driver *read_compatible(const struct vmdef_reader *r,
						 struct vm_device_def *d)
{
	const struct vdev_driver *driver;

	if (fdt_getprop(r->fdt, d->node, "compatible", NULL) == NULL) {
		(void)vmdef_bad(r, d->node, "compatible", "is missing");
		return NULL;
	}
	if (vmdef_string(r, d->node, "compatible", &d->compatible) != 0) {
		return NULL;
	}
	driver = vdev_driver_find(d->compatible);
	if (driver == NULL) {
		(void)vmdef_bad(r, d->node, "compatible", "there is no virtual device '%s'",
				d->compatible);
	}
	return driver;
}

static int read_range(const struct vmdef_reader *r, struct vm_device_def *d,
		      const struct vdev_driver *driver)
{
	int rc;

	if (fdt_getprop(r->fdt, d->node, "reg", NULL) == NULL) {
		d->base = driver->base;
		d->size = driver->size;
		return driver->base != 0U
			       ? 0
			       : vmdef_bad(r, d->node, "reg",
					   "is missing; '%s' has no default place", d->compatible);
	}
	rc = vmdef_range(r, d->node, "reg", &d->base, &d->size);
	if (rc != 0) {
		return rc;
	}
	if (driver->size != 0U && d->size != driver->size) {
		return vmdef_bad(r, d->node, "reg", "the size is 0x%llx, '%s' has 0x%llx",
				 (unsigned long long)d->size, d->compatible,
				 (unsigned long long)driver->size);
	}
	/* Sizes are powers of two: registers are then where their offsets say, and no access crosses a device's end. */
	if (d->base % d->size != 0U) {
		return vmdef_bad(r, d->node, "reg", "0x%llx is not a multiple of 0x%llx",
				 (unsigned long long)d->base, (unsigned long long)d->size);
	}
	if (d->base + d->size > UINT64_C(1) << vmdef_ipa_bits()) {
		return vmdef_bad(r, d->node, "reg", "0x%llx: a guest's addresses have %u bits",
				 (unsigned long long)d->base, vmdef_ipa_bits());
	}
	return 0;
}

static int read_irq(const struct vmdef_reader *r, struct vm_device_def *d,
		    const struct vdev_driver *driver)
{
	d->irq = driver->irq;
	return fdt_getprop(r->fdt, d->node, "irq", NULL) == NULL
		       ? 0
		       : vmdef_spi(r, d->node, "irq", &d->irq);
}

static const char *const virtual_names[] = {"compatible", "reg", "irq", "phandle", NULL};
static const char *const host_names[] = {
	"passthrough", "reg", "irq", "shared-pages", "no-dma", "clock-frequency", "phandle", NULL};

static int check_names(const struct vmdef_reader *r, int node, const char *const *known)
{
	int at;
	int sub = fdt_first_subnode(r->fdt, node);

	fdt_for_each_property_offset(at, r->fdt, node) {
		const char *prop;
		unsigned int i = 0U;

		(void)fdt_getprop_by_offset(r->fdt, at, &prop, NULL);
		while (known[i] != NULL && strcmp(prop, known[i]) != 0) {
			i++;
		}
		if (known[i] == NULL) {
			return vmdef_bad(r, node, prop, "unknown property");
		}
	}
	return sub < 0 ? 0 : vmdef_bad(r, node, fdt_get_name(r->fdt, sub, NULL), "unknown node");
}

static int read_virtual(const struct vmdef_reader *r, struct vm_device_def *d)
{
	const struct vdev_driver *driver = read_compatible(r, d);
	int rc;

	if (driver == NULL) {
		return -EINVAL;
	}
	rc = read_range(r, d, driver);
	return rc != 0 ? rc : read_irq(r, d, driver);
}

static int read_device(const struct vmdef_reader *r, int node)
{
	bool host = fdt_getprop(r->fdt, node, "passthrough", NULL) != NULL;
	struct vm_config *config = r->config;
	struct vm_device_def *d;
	int rc;

	if (config->device_count == VM_DEVICES_MAX) {
		return vmdef_bad(r, node, "compatible", "one device too many, at most %u",
				 VM_DEVICES_MAX);
	}
	d = &config->device[config->device_count];
	*d = (struct vm_device_def){.name = fdt_get_name(r->fdt, node, NULL), .node = node};
	rc = check_names(r, node, host ? host_names : virtual_names);
	if (rc == 0) {
		rc = host ? vmdef_read_passthrough(r, d) : read_virtual(r, d);
	}
	if (rc == 0) {
		config->device_count++;
	}
	return rc;
}

/* ---- one against the other ----------------------------------------------------------------- */

struct range {
	uint64_t base;
	uint64_t size;
};

/* Range @p n of a device's addresses; of one of the host's in whole pages. */
static bool range_of(const struct vm_device_def *d, uint32_t n, struct range *range)
{
	const struct vm_pt_range *p = &d->host.range[n];

	if (d->host.path == NULL) {
		*range = (struct range){d->base, d->size};
		return n == 0U;
	}
	if (n >= d->host.range_count) {
		return false;
	}
	range->base = ROUND_DOWN(p->ipa, PAGE_SIZE);
	range->size = ROUND_UP(p->ipa + p->size, PAGE_SIZE) - range->base;
	return true;
}

/* Where a device meets [base, base + size), NULL if nowhere. */
static const struct range *meets(const struct vm_device_def *d, uint64_t base, uint64_t size,
				 struct range *range)
{
	for (uint32_t i = 0U; range_of(d, i, range); i++) {
		if (ranges_overlap(range->base, range->size, base, size)) {
			return range;
		}
	}
	return NULL;
}

static const char *where(const struct vm_device_def *d)
{
	return d->host.path != NULL ? "passthrough" : "reg";
}

static int overlaps(const struct vmdef_reader *r, const struct vm_device_def *d, const char *what,
		    uint64_t base)
{
	return vmdef_bad(r, d->node, where(d), "overlaps %s at 0x%llx; give it a range of its own",
			 what, (unsigned long long)base);
}

static bool is_one_page(const struct vm_device_def *d)
{
	const struct vm_pt_range *p = d->host.range;

	return d->host.shared_pages && d->host.range_count == 1U &&
	       p->ipa % PAGE_SIZE + p->size <= PAGE_SIZE;
}

/* Two of the host's devices may lie in one page, if both say so and the page is the same in the host. */
static bool same_page(const struct vm_device_def *a, const struct vm_device_def *b)
{
	const struct vm_pt_range *p = a->host.range;
	const struct vm_pt_range *q = b->host.range;

	return is_one_page(a) && is_one_page(b) && p->ipa - p->hpa == q->ipa - q->hpa;
}

static bool irq_of(const struct vm_device_def *d, uint32_t n, uint32_t *intid)
{
	if (d->host.path == NULL) {
		*intid = d->irq;
		return n == 0U;
	}
	if (n >= d->host.irq_count) {
		return false;
	}
	*intid = d->host.irq[n].guest;
	return true;
}

static bool has_irq(const struct vm_device_def *d, uint32_t intid)
{
	uint32_t other;

	for (uint32_t i = 0U; irq_of(d, i, &other); i++) {
		if (other == intid) {
			return true;
		}
	}
	return false;
}

/* The host's devices: each once, and each interrupt. */
static int check_pair_in_host(const struct vmdef_reader *r, const struct vm_device_def *d,
			      const struct vm_device_def *other)
{
	if (d->host.node == other->host.node) {
		return vmdef_bad(r, d->node, where(d), "'%s' is /devices/%s already", d->host.path,
				 other->name);
	}
	for (uint32_t i = 0U; i < d->host.irq_count; i++) {
		for (uint32_t n = 0U; n < other->host.irq_count; n++) {
			if (d->host.irq[i].host == other->host.irq[n].host) {
				return vmdef_bad(r, d->node, where(d),
						 "'%s': interrupt %u is that of /devices/%s, too",
						 d->host.path, d->host.irq[i].host, other->name);
			}
		}
	}
	return 0;
}

static int check_pair(const struct vmdef_reader *r, const struct vm_device_def *d,
		      const struct vm_device_def *other)
{
	struct range mine, its;
	uint32_t intid;
	char name[64];
	int rc = d->host.path != NULL && other->host.path != NULL ? check_pair_in_host(r, d, other)
								  : 0;

	if (rc != 0) {
		return rc;
	}
	snprintk(name, sizeof(name), "/devices/%s", other->name);
	for (uint32_t i = 0U; range_of(d, i, &mine); i++) {
		if (meets(other, mine.base, mine.size, &its) != NULL && !same_page(d, other)) {
			return overlaps(r, d, name, its.base);
		}
	}
	for (uint32_t i = 0U; irq_of(d, i, &intid); i++) {
		if (intid != 0U && has_irq(other, intid)) {
			return vmdef_bad(r, d->node, d->host.path != NULL ? where(d) : "irq",
					 "%u is %s's; give it one of its own", intid, name);
		}
	}
	return 0;
}

static int check_device(const struct vmdef_reader *r, uint32_t n)
{
	const struct vm_config *config = r->config;
	const struct vm_device_def *d = &config->device[n];
	struct range at;

	for (unsigned int i = 0U; i < ARRAY_SIZE(fixed); i++) {
		if (meets(d, fixed[i].base, fixed[i].size, &at) != NULL) {
			return overlaps(r, d, fixed[i].name, fixed[i].base);
		}
	}
	/* Directly mapped RAM has no place before it is taken. */
	if (config->ram_base != 0U && meets(d, config->ram_base, config->ram_size, &at) != NULL) {
		return overlaps(r, d, "RAM", config->ram_base);
	}
	for (uint32_t i = 0U; i < n; i++) {
		int rc = check_pair(r, d, &config->device[i]);

		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static bool is_taken(const struct vm_config *config, uint32_t intid)
{
	for (uint32_t i = 0U; i < config->device_count; i++) {
		if (has_irq(&config->device[i], intid)) {
			return true;
		}
	}
	return false;
}

/* Interrupts of the host's devices that the definition gives no number have the host's, if that is free, or one that is left. */
static void number_irqs(struct vm_config *config)
{
	uint32_t next = VMDEF_SPI_LAST;

	for (uint32_t i = 0U; i < config->device_count; i++) {
		struct vm_passthrough *host = &config->device[i].host;

		for (uint32_t n = 0U; n < host->irq_count; n++) {
			struct vm_pt_irq *irq = &host->irq[n];

			if (irq->guest == 0U && irq->host <= VMDEF_SPI_LAST &&
			    !is_taken(config, irq->host)) {
				irq->guest = irq->host;
			}
			while (irq->guest == 0U && is_taken(config, next)) {
				next--;
			}
			irq->guest = irq->guest != 0U ? irq->guest : next;
		}
	}
}

/* Directly mapped RAM lies where the machine has it, not where guests are laid out to have theirs. */
static int check_ram(const struct vmdef_reader *r)
{
	const struct vm_config *config = r->config;
	const char *prop = config->direct_base != 0U ? "memory-base" : "memory-map";
	unsigned long long base = config->ram_base;
	uint64_t end = UINT64_C(1) << vmdef_ipa_bits();

	if (!config->direct || base == 0U) {
		return 0;
	}
	if (base > end || config->ram_size > end - base) {
		return vmdef_bad(r, 0, prop, "RAM from 0x%llx: a guest's addresses have %u bits",
				 base, vmdef_ipa_bits());
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(fixed); i++) {
		if (ranges_overlap(base, config->ram_size, fixed[i].base, fixed[i].size)) {
			return vmdef_bad(r, 0, prop, "RAM from 0x%llx overlaps %s at 0x%llx", base,
					 fixed[i].name, (unsigned long long)fixed[i].base);
		}
	}
	return 0;
}

int vmdef_check_devices(const struct vmdef_reader *r)
{
	int ram = check_ram(r);

	if (ram != 0) {
		return ram;
	}
	for (uint32_t i = 0U; i < r->config->device_count; i++) {
		int rc = check_device(r, i);

		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

/* ---- all of them --------------------------------------------------------------------------- */

/* dtc wants the cell counts said where children have addresses: two each, as everywhere here. */
static int check_devices_node(const struct vmdef_reader *r, int node)
{
	int at;

	fdt_for_each_property_offset(at, r->fdt, node) {
		const char *prop;
		uint32_t cells;
		int rc;

		(void)fdt_getprop_by_offset(r->fdt, at, &prop, NULL);
		if (strcmp(prop, "#address-cells") != 0 && strcmp(prop, "#size-cells") != 0) {
			return vmdef_bad(r, node, prop, "unknown property");
		}
		rc = vmdef_u32(r, node, prop, &cells);
		if (rc != 0 || cells != 2U) {
			return rc != 0 ? rc : vmdef_bad(r, node, prop, "must be <2>");
		}
	}
	return 0;
}

static int read_below(const struct vmdef_reader *r, int devices)
{
	int node;
	int rc = check_devices_node(r, devices);

	if (rc != 0) {
		return rc;
	}
	fdt_for_each_subnode(node, r->fdt, devices) {
		rc = read_device(r, node);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

int vmdef_read_devices(const struct vmdef_reader *r)
{
	int node;
	int rc;

	fdt_for_each_subnode(node, r->fdt, 0) {
		const char *name = fdt_get_name(r->fdt, node, NULL);

		rc = strcmp(name, "devices") == 0 ? read_below(r, node)
						  : vmdef_bad(r, 0, name, "unknown node");
		if (rc != 0) {
			return rc;
		}
	}
	number_irqs(r->config);
	return vmdef_check_devices(r);
}
