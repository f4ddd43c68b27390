/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM definitions: devices of the host that a guest is given. Everything about one is found in the host's devicetree and
 * checked here; that no other VM has it is for the moment when it is taken (passthrough.c).
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/util.h>
#include <zvm/driver.h>

#include "arch/arm64/image.h"
#include "hyp/guest_dtb_host.h"
#include "hyp/vmdef_internal.h"
#include "kernel/device.h"
#include "kernel/irq.h"
#include "kernel/mem.h"
#include "lib/fdt.h"

#define PROP "passthrough"

#define PA_BITS_MAX 48U

/* What is known to do no DMA: nothing but registers and an interrupt. All else may. */
static const char *const no_dma[] = {
	"arm,pl011",        "arm,pl031",   "arm,pl061",        "arm,sp804",
	"arm,sp805",        "ns16550",     "ns16550a",         "ns16850",
	"snps,dw-apb-uart", "snps,dw-wdt", "snps,dw-apb-gpio", "rockchip,gpio-bank",
	"arm,sbsa-uart",
};

static int bad(const struct vmdef_reader *r, const struct vm_device_def *d, const char *what)
{
	return vmdef_bad(r, d->node, PROP, "'%s' %s", d->host.path, what);
}

static bool may_dma(const void *fdt, int node)
{
	for (unsigned int i = 0U; i < ARRAY_SIZE(no_dma); i++) {
		if (fdt_is_compatible(fdt, node, no_dma[i])) {
			return false;
		}
	}
	return true;
}

/*
 * How a device is made silent when its guest has ended, whatever that has left: one register, written with 0. Of what is
 * not here the guest's driver has to take care, or the guest that has it next.
 */
static const struct {
	const char *compatible;
	/* Of the register; 0: number 1 of a 16550. */
	uint32_t offset;
} silence[] = {
	{"arm,pl011", 0x38U},   /* UARTIMSC */
	{"arm,pl031", 0x10U},   /* RTCIMSC */
	{"arm,pl061", 0x410U},  /* GPIOIE */
	{"virtio,mmio", 0x70U}, /* Status: it stops reading and writing memory */
	{"ns16550a", 0U},       /* IER */
	{"ns16550", 0U},        {"snps,dw-apb-uart", 0U},
};

static void find_silence(struct vm_passthrough *host, const void *fdt)
{
	uint32_t offset = 0U;
	uint32_t width = 4U;
	unsigned int i = 0U;

	while (i < ARRAY_SIZE(silence) &&
	       !fdt_is_compatible(fdt, host->node, silence[i].compatible)) {
		i++;
	}
	if (i == ARRAY_SIZE(silence)) {
		return;
	}
	offset = silence[i].offset;
	if (offset == 0U) {
		uint32_t shift = 0U;

		width = 1U;
		(void)fdt_prop_u32(fdt, host->node, "reg-io-width", &width, NULL);
		(void)fdt_prop_u32(fdt, host->node, "reg-shift", &shift, NULL);
		offset = 1U << (shift & 3U);
	}
	if ((width == 1U || width == 4U) && offset % width == 0U &&
	    host->range[0].size >= offset + width && host->range[0].hpa % 4U == 0U) {
		host->silence = host->range[0].hpa + offset;
		host->silence_byte = width == 1U;
	}
}

/* ---- the node ------------------------------------------------------------------------------- */

static bool is_enabled(const void *fdt, int node)
{
	for (; node > 0; node = fdt_parent(fdt, node)) {
		if (!fdt_is_available(fdt, node)) {
			return false;
		}
	}
	return true;
}

static int find_node(const struct vmdef_reader *r, struct vm_device_def *d, const void *fdt)
{
	const char *use;
	int node = fdt != NULL ? fdt_node_at(fdt, d->host.path, (int)strlen(d->host.path)) : -1;

	if (node <= 0) {
		return bad(r, d, "is not in this machine's devicetree");
	}
	d->host.node = node;
	if (fdt_stringlist_get(fdt, node, "compatible", 0, NULL) == NULL) {
		return bad(r, d, "is no device: its node has no compatible");
	}
	if (!is_enabled(fdt, node)) {
		return bad(r, d, "is disabled in this machine's devicetree (status)");
	}
	use = z_device_use(node);
	if (use != NULL) {
		return vmdef_bad(r, d->node, PROP, "'%s' is the host's: %s", d->host.path, use);
	}
	if (fdt_getprop(fdt, node, "ranges", NULL) != NULL) {
		return bad(r, d, "is a bus (ranges): name the devices on it");
	}
	if (!r->config->direct && !d->host.no_dma && may_dma(fdt, node)) {
		return bad(r, d,
			   "may do DMA: say memory-map = \"direct\", or no-dma if it does none");
	}
	if (!guest_dtb_host_clocks_known(&d->host)) {
		return bad(r, d, "has clocks that stay with the host: say clock-frequency = <Hz>");
	}
	return 0;
}

/* ---- registers ------------------------------------------------------------------------------ */

/* No address of any CPU is wider (Arm ARM, D8.1), so nothing below wraps. */
static bool is_address(uint64_t base, uint64_t size, unsigned int bits)
{
	return size <= UINT64_C(1) << bits && base <= (UINT64_C(1) << bits) - size;
}

static uint64_t page_base(uint64_t address)
{
	return ROUND_DOWN(address, PAGE_SIZE);
}

static uint64_t page_end(const struct vm_pt_range *range)
{
	return ROUND_UP(range->hpa + range->size, PAGE_SIZE);
}

static bool is_below(const void *fdt, int node, int above)
{
	while (node > 0 && node != above) {
		node = fdt_parent(fdt, node);
	}
	return node == above;
}

/* Another device's registers in the same pages: never the host's, others if the definition says so. It is the guest's then. */
static int check_neighbour(const struct vmdef_reader *r, const struct vm_device_def *d,
			   const void *fdt, int other, const struct vm_pt_range *range)
{
	const char *name = fdt_get_name(fdt, other, NULL);
	const char *use;
	uint64_t base, size;

	for (unsigned int i = 0U; fdt_reg_cpu(fdt, other, i, &base, &size, NULL) == 0; i++) {
		if (base >= page_end(range) || base + size <= page_base(range->hpa)) {
			continue;
		}
		use = z_device_use(other);
		if (use != NULL) {
			return vmdef_bad(r, d->node, PROP, "'%s' shares a page with %s, %s",
					 d->host.path, name, use);
		}
		if (!d->host.shared_pages) {
			return vmdef_bad(r, d->node, PROP,
					 "'%s' shares a page with %s: say shared-pages if the "
					 "guest may have both",
					 d->host.path, name);
		}
		if (!r->config->direct && !d->host.no_dma && may_dma(fdt, other)) {
			return vmdef_bad(
				r, d->node, PROP,
				"'%s' shares a page with %s, which may do DMA: memory-map = "
				"\"direct\", or no-dma",
				d->host.path, name);
		}
	}
	return 0;
}

static int check_neighbours(const struct vmdef_reader *r, const struct vm_device_def *d,
			    const void *fdt, const struct vm_pt_range *range)
{
	int rc = 0;

	for (int node = fdt_next_node(fdt, 0, NULL); rc == 0 && node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		if (fdt_getprop(fdt, node, "reg", NULL) != NULL &&
		    !is_below(fdt, node, d->host.node) && !is_below(fdt, d->host.node, node)) {
			rc = check_neighbour(r, d, fdt, node, range);
		}
	}
	return rc;
}

static int check_range(const struct vmdef_reader *r, const struct vm_device_def *d, const void *fdt,
		       const struct vm_pt_range *range)
{
	unsigned long long base = range->hpa;
	unsigned long long size = range->size;

	if (size == 0U || !is_address(base, size, PA_BITS_MAX)) {
		return vmdef_bad(r, d->node, PROP, "'%s': registers at 0x%llx + 0x%llx in reg",
				 d->host.path, base, size);
	}
	if (mem_is_ram(page_base(base), page_end(range) - page_base(base))) {
		return vmdef_bad(r, d->node, PROP,
				 "'%s': 0x%llx + 0x%llx is RAM, no device's registers",
				 d->host.path, base, size);
	}
	if ((base | size) % PAGE_SIZE != 0U && !d->host.shared_pages) {
		return vmdef_bad(r, d->node, PROP,
				 "'%s': 0x%llx + 0x%llx is no whole page: say shared-pages if the "
				 "guest may have all of it",
				 d->host.path, base, size);
	}
	return check_neighbours(r, d, fdt, range);
}

static int read_ranges(const struct vmdef_reader *r, struct vm_device_def *d, const void *fdt)
{
	struct vm_passthrough *host = &d->host;
	struct fdt_error error = {0};
	int rc;

	for (;;) {
		struct vm_pt_range range;

		rc = fdt_reg_cpu(fdt, host->node, host->range_count, &range.hpa, &range.size,
				 &error);
		if (rc == -ENOENT && host->range_count != 0U) {
			return 0;
		}
		if (rc == -ENOENT) {
			return bad(r, d, "has no registers");
		}
		if (rc == -ENXIO) {
			return bad(r, d, "is on a bus that has no way to it for CPUs (ranges)");
		}
		if (rc != 0) {
			return vmdef_bad(r, d->node, PROP, "%s", error.text);
		}
		if (host->range_count == VM_PT_RANGES_MAX) {
			return bad(r, d, "has more than 4 ranges of registers");
		}
		range.ipa = range.hpa;
		rc = check_range(r, d, fdt, &range);
		if (rc != 0) {
			return rc;
		}
		host->range[host->range_count++] = range;
	}
}

/* Elsewhere in the guest than in the host. */
static int read_place(const struct vmdef_reader *r, struct vm_device_def *d)
{
	struct vm_pt_range *range = d->host.range;
	uint64_t base, size;
	int rc;

	if (fdt_getprop(r->fdt, d->node, "reg", NULL) == NULL) {
		return 0;
	}
	if (d->host.range_count != 1U) {
		return vmdef_bad(r, d->node, "reg", "'%s' has %u ranges of registers, not one",
				 d->host.path, d->host.range_count);
	}
	rc = vmdef_range(r, d->node, "reg", &base, &size);
	if (rc != 0) {
		return rc;
	}
	if (size != range->size || base % PAGE_SIZE != range->hpa % PAGE_SIZE) {
		return vmdef_bad(r, d->node, "reg",
				 "the device has 0x%llx + 0x%llx: the same size and place in the "
				 "page are wanted",
				 (unsigned long long)range->hpa, (unsigned long long)range->size);
	}
	range->ipa = base;
	return 0;
}

static int check_places(const struct vmdef_reader *r, const struct vm_device_def *d)
{
	for (uint32_t i = 0U; i < d->host.range_count; i++) {
		const struct vm_pt_range *range = &d->host.range[i];

		if (!is_address(range->ipa, range->size, vmdef_ipa_bits())) {
			return vmdef_bad(r, d->node, PROP,
					 "0x%llx: a guest's addresses have %u bits",
					 (unsigned long long)range->ipa, vmdef_ipa_bits());
		}
	}
	return 0;
}

/* ---- interrupts ----------------------------------------------------------------------------- */

static int read_host_irq(const struct vmdef_reader *r, const struct vm_device_def *d,
			 const void *fdt, uint32_t n, struct vm_pt_irq *irq)
{
	struct fdt_error error = {0};
	struct fdt_irq cells;
	unsigned int intid = 0U;
	int rc = fdt_irq(fdt, d->host.node, n, &cells, &error);

	if (rc == -ENOENT) {
		return rc;
	}
	if (rc != 0) {
		return vmdef_bad(r, d->node, PROP, "%s", error.text);
	}
	rc = device_irq(fdt, d->host.node, n, &intid, &irq->flags);
	if (rc == -ENOTSUP) {
		return bad(r, d, "has an interrupt that goes to another controller than the GIC");
	}
	if (rc != 0) {
		return bad(r, d, "has an interrupt that is none of a GIC's (interrupts)");
	}
	if (intid < Z_IRQ_SPI_BASE) {
		return vmdef_bad(r, d->node, PROP,
				 "'%s': interrupt %u belongs to each CPU, not to a device",
				 d->host.path, intid);
	}
	if (intid >= z_irqchip->nr_irqs) {
		return vmdef_bad(r, d->node, PROP, "'%s': interrupt %u: this GIC has them up to %u",
				 d->host.path, intid, z_irqchip->nr_irqs - 1U);
	}
	irq->host = intid;
	return 0;
}

static int read_irqs(const struct vmdef_reader *r, struct vm_device_def *d, const void *fdt)
{
	struct vm_passthrough *host = &d->host;
	struct vm_pt_irq irq = {0};
	int rc;

	while ((rc = read_host_irq(r, d, fdt, host->irq_count, &irq)) == 0) {
		if (host->irq_count == VM_PT_IRQS_MAX) {
			return bad(r, d, "has more than 4 interrupts");
		}
		host->irq[host->irq_count++] = irq;
	}
	if (rc != -ENOENT) {
		return rc;
	}
	if (fdt_getprop(r->fdt, d->node, "irq", NULL) == NULL) {
		return 0;
	}
	if (host->irq_count != 1U) {
		return vmdef_bad(r, d->node, "irq", "'%s' has %u interrupts, not one", host->path,
				 host->irq_count);
	}
	return vmdef_spi(r, d->node, "irq", &host->irq[0].guest);
}

/* ---- all ------------------------------------------------------------------------------------ */

static int read_flag(const struct vmdef_reader *r, int node, const char *prop, bool *flag)
{
	int len = 0;

	*flag = fdt_getprop(r->fdt, node, prop, &len) != NULL;
	return *flag && len != 0 ? vmdef_bad(r, node, prop, "takes no value") : 0;
}

int vmdef_read_passthrough(const struct vmdef_reader *r, struct vm_device_def *d)
{
	const void *fdt = z_device_tree();
	int rc = vmdef_string(r, d->node, PROP, &d->host.path);

	rc = rc != 0 ? rc : read_flag(r, d->node, "shared-pages", &d->host.shared_pages);
	rc = rc != 0 ? rc : read_flag(r, d->node, "no-dma", &d->host.no_dma);
	if (rc == 0 && fdt_getprop(r->fdt, d->node, "clock-frequency", NULL) != NULL) {
		rc = vmdef_u32(r, d->node, "clock-frequency", &d->host.clock);
	}
	rc = rc != 0 ? rc : find_node(r, d, fdt);
	rc = rc != 0 ? rc : read_ranges(r, d, fdt);
	if (rc == 0) {
		find_silence(&d->host, fdt);
	}
	rc = rc != 0 ? rc : read_place(r, d);
	rc = rc != 0 ? rc : check_places(r, d);
	return rc != 0 ? rc : read_irqs(r, d, fdt);
}
