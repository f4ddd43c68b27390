/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Devicetree: check, properties, addresses, interrupts; see fdt.h.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "lib/addr.h"
#include "lib/fdt.h"

/* Buses above one another that a translation goes through: a tree this deep is broken. */
#define MAX_DEPTH 16

/*
 * Does each tag lead to one behind it? Before 1.7 libfdt adds a property's length without a look: one that wraps leads back,
 * and fdt_check_full() round in circles.
 */
static bool leads_on(const void *fdt)
{
	int next = 0;
	int len = 0;
	int at;
	uint32_t tag;

	do {
		at = next;
		tag = fdt_next_tag(fdt, at, &next);
		if (tag == FDT_PROP) {
			(void)fdt_getprop_by_offset(fdt, at, NULL, &len);
		}
	} while (tag != FDT_END && next > at && len >= 0);
	return tag == FDT_END;
}

const char *fdt_verify(const void *fdt, size_t size)
{
	if (fdt == NULL) {
		return "there is no devicetree: the boot loader must pass one in x0";
	}
	if (size < sizeof(struct fdt_header) || fdt_magic(fdt) != FDT_MAGIC) {
		return "what was passed in x0 is not a devicetree: its magic number is missing";
	}
	if (fdt_totalsize(fdt) > size) {
		return "the devicetree is truncated: its header names more bytes than there are";
	}
	switch (fdt_check_header(fdt) == 0 && !leads_on(fdt) ? -FDT_ERR_BADSTRUCTURE
							     : fdt_check_full(fdt, size)) {
	case 0:
		return NULL;
	case -FDT_ERR_BADVERSION:
		return "the devicetree has a version that is not supported";
	case -FDT_ERR_TRUNCATED:
		return "the devicetree is truncated: a block ends outside of it";
	default:
		return "the devicetree is damaged: its structure block is malformed";
	}
}

int fdt_fault(const void *fdt, int node, const char *prop, struct fdt_error *err, const char *fmt,
	      ...)
{
	char path[64];
	va_list ap;
	int len;

	if (err == NULL) {
		return -EINVAL;
	}
	if (fdt_get_path(fdt, node, path, sizeof(path)) != 0) {
		/* Too long, or not a node: the last component must do. */
		const char *name = fdt_get_name(fdt, node, NULL);

		snprintk(path, sizeof(path), "%s", name != NULL ? name : "?");
	}
	len = snprintk(err->text, sizeof(err->text), "devicetree: %s: %s: ", path, prop);
	if (len < (int)sizeof(err->text)) {
		va_start(ap, fmt);
		vsnprintk(err->text + len, sizeof(err->text) - (size_t)len, fmt, ap);
		va_end(ap);
	}
	return -EINVAL;
}

uint64_t fdt_cells(const fdt32_t *p, int cells)
{
	uint64_t value = 0;

	for (int i = 0; i < cells; i++) {
		value = (value << 32) | fdt32_ld(&p[i]);
	}
	return value;
}

const char *fdt_prop_string(const void *fdt, int node, const char *prop)
{
	int len;
	const char *s = fdt_getprop(fdt, node, prop, &len);

	if (s == NULL || len < 1 || memchr(s, '\0', (size_t)len) == NULL) {
		return NULL;
	}
	return s;
}

int fdt_node_at(const void *fdt, const char *path, int len)
{
	const char *end = memchr(path, '/', (size_t)len);
	int aliases = fdt_path_offset(fdt, "/aliases");
	const char *alias;
	int size;

	if (len == 0 || *path == '/') {
		return fdt_path_offset_namelen(fdt, path, len);
	}
	alias = fdt_getprop_namelen(fdt, aliases, path, end != NULL ? (int)(end - path) : len,
				    &size);
	if (alias == NULL || size < 2 || *alias != '/' ||
	    memchr(alias, '\0', (size_t)size) == NULL) {
		return -FDT_ERR_BADPATH;
	}
	return fdt_path_offset_namelen(fdt, path, len);
}

bool fdt_is_available(const void *fdt, int node)
{
	int len;
	const char *status = fdt_getprop(fdt, node, "status", &len);

	if (status == NULL) {
		return true;
	}
	return (len == 5 && memcmp(status, "okay", 5) == 0) ||
	       (len == 3 && memcmp(status, "ok", 3) == 0);
}

/* A property of between `min` and `max` cells; returns how many, or -errno. */
static int prop_cells(const void *fdt, int node, const char *prop, int min, int max,
		      const fdt32_t **p, struct fdt_error *err)
{
	int len;

	*p = fdt_getprop(fdt, node, prop, &len);
	if (*p == NULL) {
		return -ENOENT;
	}
	if (len % 4 != 0 || len / 4 < min || len / 4 > max) {
		return fdt_fault(fdt, node, prop, err, "%d bytes long, must be %d to %d", len,
				 4 * min, 4 * max);
	}
	return len / 4;
}

int fdt_prop_u32(const void *fdt, int node, const char *prop, uint32_t *value,
		 struct fdt_error *err)
{
	const fdt32_t *p;
	int cells = prop_cells(fdt, node, prop, 1, 1, &p, err);

	if (cells < 0) {
		return cells;
	}
	*value = fdt32_ld(p);
	return 0;
}

int fdt_prop_u64(const void *fdt, int node, const char *prop, uint64_t *value,
		 struct fdt_error *err)
{
	const fdt32_t *p;
	int cells = prop_cells(fdt, node, prop, 1, 2, &p, err);

	if (cells < 0) {
		return cells;
	}
	*value = fdt_cells(p, cells);
	return 0;
}

/* ---- addresses ----------------------------------------------------------------------------- */

/*
 * The cells of an address and of a size on a bus; 64-bit addresses behind a third cell (PCI) are
 * allowed.
 */
static int bus_cells(const void *fdt, int bus, int *addr_cells, int *size_cells,
		     struct fdt_error *err)
{
	*addr_cells = fdt_address_cells(fdt, bus);
	*size_cells = fdt_size_cells(fdt, bus);
	if (*addr_cells < 1 || *addr_cells > 3) {
		return fdt_fault(fdt, bus, "#address-cells", err, "must be 1 to 3");
	}
	if (*size_cells < 0 || *size_cells > 2) {
		return fdt_fault(fdt, bus, "#size-cells", err, "must be 0 to 2");
	}
	return 0;
}

/* An address on a bus: with three cells the first is a space, which must be equal, not a number. */
struct bus_addr {
	uint32_t space;
	uint64_t addr;
};

static struct bus_addr bus_addr(const fdt32_t *p, int cells)
{
	return (struct bus_addr){
		.space = cells > 2 ? fdt32_ld(p) : 0U,
		.addr = fdt_cells(p, cells),
	};
}

static int read_reg(const void *fdt, int node, int bus, unsigned int index, struct bus_addr *addr,
		    uint64_t *size, struct fdt_error *err)
{
	int addr_cells;
	int size_cells;
	int len;
	int entry;
	const fdt32_t *p;
	int ret = bus_cells(fdt, bus, &addr_cells, &size_cells, err);

	if (ret != 0) {
		return ret;
	}
	p = fdt_getprop(fdt, node, "reg", &len);
	if (p == NULL) {
		return -ENOENT;
	}
	entry = addr_cells + size_cells;
	if (len % (4 * entry) != 0) {
		return fdt_fault(fdt, node, "reg", err, "%d bytes long, not a multiple of %d", len,
				 4 * entry);
	}
	if (index >= (unsigned int)(len / (4 * entry))) {
		return -ENOENT;
	}
	p += (size_t)index * (size_t)entry;
	*addr = bus_addr(p, addr_cells);
	*size = fdt_cells(p + addr_cells, size_cells);
	if (!range_end_ok(addr->addr, *size)) {
		return fdt_fault(fdt, node, "reg", err, "0x%llx + 0x%llx is beyond 64 bits",
				 (unsigned long long)addr->addr, (unsigned long long)*size);
	}
	return 0;
}

int fdt_reg(const void *fdt, int node, unsigned int index, uint64_t *addr, uint64_t *size,
	    struct fdt_error *err)
{
	int bus = fdt_parent(fdt, node);
	struct bus_addr at = {0};
	uint64_t bytes = 0;
	int ret;

	if (bus < 0) {
		return -ENOENT;
	}
	ret = read_reg(fdt, node, bus, index, &at, &bytes, err);
	if (ret != 0) {
		return ret;
	}
	*addr = at.addr;
	if (size != NULL) {
		*size = bytes;
	}
	return 0;
}

/* One step up: an address on `bus` as `above`, its parent, sees it. */
static int translate_up(const void *fdt, int bus, int above, struct bus_addr *at, uint64_t size,
			struct fdt_error *err)
{
	int from_cells;
	int to_cells;
	int span_cells;
	int unused;
	int len;
	int entry;
	const fdt32_t *p = fdt_getprop(fdt, bus, "ranges", &len);

	if (p == NULL) {
		return -ENXIO;
	}
	if (len == 0) {
		return 0;
	}
	if (bus_cells(fdt, bus, &from_cells, &span_cells, err) != 0 ||
	    bus_cells(fdt, above, &to_cells, &unused, err) != 0) {
		return -EINVAL;
	}
	entry = from_cells + to_cells + span_cells;
	if (len % (4 * entry) != 0) {
		return fdt_fault(fdt, bus, "ranges", err, "%d bytes long, not a multiple of %d",
				 len, 4 * entry);
	}
	for (; len > 0; len -= 4 * entry, p += entry) {
		struct bus_addr from = bus_addr(p, from_cells);
		struct bus_addr to = bus_addr(p + from_cells, to_cells);
		uint64_t span = fdt_cells(p + from_cells + to_cells, span_cells);

		if (from.space != at->space || !range_within(at->addr, size, from.addr, span)) {
			continue;
		}
		at->space = to.space;
		at->addr = to.addr + (at->addr - from.addr);
		if (!range_end_ok(to.addr, span)) {
			return fdt_fault(fdt, bus, "ranges", err,
					 "0x%llx + 0x%llx is beyond 64 bits",
					 (unsigned long long)to.addr, (unsigned long long)span);
		}
		return 0;
	}
	return -ENXIO;
}

int fdt_reg_cpu(const void *fdt, int node, unsigned int index, uint64_t *addr, uint64_t *size,
		struct fdt_error *err)
{
	int bus = fdt_parent(fdt, node);
	struct bus_addr at = {0};
	uint64_t bytes = 0;
	int ret;

	if (bus < 0) {
		return -ENOENT;
	}
	ret = read_reg(fdt, node, bus, index, &at, &bytes, err);
	for (int depth = 0; ret == 0 && bus > 0; depth++) {
		int above = fdt_parent(fdt, bus);

		ret = above < 0 || depth >= MAX_DEPTH
			      ? -ENXIO
			      : translate_up(fdt, bus, above, &at, bytes, err);
		bus = above;
	}
	if (ret != 0) {
		return ret;
	}
	*addr = at.addr;
	if (size != NULL) {
		*size = bytes;
	}
	return 0;
}

/* ---- interrupts ---------------------------------------------------------------------------- */

/* The nearest node above, or that is named, which interrupts can go to: a controller or a nexus. */
int fdt_interrupt_parent(const void *fdt, int node)
{
	for (int depth = 0; node >= 0 && depth < 2 * MAX_DEPTH; depth++) {
		int len;
		const fdt32_t *p = fdt_getprop(fdt, node, "interrupt-parent", &len);

		node = p != NULL && len == 4 ? fdt_by_phandle(fdt, fdt32_ld(p))
					     : fdt_parent(fdt, node);
		if (node >= 0 && fdt_getprop(fdt, node, "#interrupt-cells", NULL) != NULL) {
			return node;
		}
	}
	return -ENOENT;
}

/* Cells of a specifier for `controller`; 0 if it does not say so, or too many. */
static unsigned int irq_cells(const void *fdt, int controller)
{
	uint32_t cells;

	if (controller < 0 ||
	    fdt_prop_u32(fdt, controller, "#interrupt-cells", &cells, NULL) != 0 ||
	    cells > FDT_IRQ_CELLS_MAX) {
		return 0;
	}
	return cells;
}

static void take_irq(struct fdt_irq *irq, int controller, const fdt32_t *p, unsigned int count)
{
	irq->controller = controller;
	irq->count = count;
	for (unsigned int i = 0; i < count; i++) {
		irq->cells[i] = fdt32_ld(&p[i]);
	}
}

/* Each entry names its own controller, whose cells then follow. */
static int irq_extended(const void *fdt, int node, const fdt32_t *p, unsigned int words,
			unsigned int index, struct fdt_irq *irq, struct fdt_error *err)
{
	unsigned int count;

	for (unsigned int at = 0; at < words; at += 1U + count) {
		int controller = fdt_by_phandle(fdt, fdt32_ld(&p[at]));

		count = irq_cells(fdt, controller);
		if (count == 0U) {
			return fdt_fault(fdt, node, "interrupts-extended", err,
					 "no interrupt controller has phandle 0x%x",
					 fdt32_ld(&p[at]));
		}
		if (count > words - at - 1U) {
			return fdt_fault(fdt, node, "interrupts-extended", err,
					 "ends within an entry");
		}
		if (index-- == 0U) {
			take_irq(irq, controller, &p[at + 1U], count);
			return 0;
		}
	}
	return -ENOENT;
}

/* Does an entry of an interrupt-map speak of this device (its `reg`) and this interrupt? */
static bool map_matches(const fdt32_t *entry, const fdt32_t *mask, const fdt32_t *reg,
			unsigned int addr_cells, const struct fdt_irq *irq)
{
	for (unsigned int i = 0; i < addr_cells + irq->count; i++) {
		uint32_t have = i < addr_cells ? (reg != NULL ? fdt32_ld(&reg[i]) : 0U)
					       : irq->cells[i - addr_cells];

		if (((have ^ fdt32_ld(&entry[i])) & (mask != NULL ? fdt32_ld(&mask[i]) : ~0U)) !=
		    0U) {
			return false;
		}
	}
	return true;
}

/* A property of so many cells at least, or NULL. */
static const fdt32_t *cells_of(const void *fdt, int node, const char *prop, unsigned int least)
{
	int len;
	const fdt32_t *p = fdt_getprop(fdt, node, prop, &len);

	return p != NULL && (unsigned int)len / 4U >= least ? p : NULL;
}

/* Nodes that interrupts pass on: no number is taken for granted there, not even libfdt's two. */
static unsigned int unit_cells(const void *fdt, int node)
{
	uint32_t cells = 0;

	(void)fdt_prop_u32(fdt, node, "#address-cells", &cells, NULL);
	return cells <= FDT_IRQ_CELLS_MAX ? cells : FDT_IRQ_CELLS_MAX;
}

/* Through the interrupt-map of a nexus (2.4.3, 2.4.4): `irq` becomes that of the controller behind it. */
static int map_irq(const void *fdt, int node, const fdt32_t *map, unsigned int words,
		   struct fdt_irq *irq, struct fdt_error *err)
{
	int nexus = irq->controller;
	unsigned int addr_cells = unit_cells(fdt, nexus);
	unsigned int key = addr_cells + irq->count;
	const fdt32_t *mask = cells_of(fdt, nexus, "interrupt-map-mask", key);
	const fdt32_t *reg = cells_of(fdt, node, "reg", addr_cells);

	while (words > key) {
		int controller = fdt_by_phandle(fdt, fdt32_ld(&map[key]));
		unsigned int count = irq_cells(fdt, controller);
		unsigned int size = key + 1U + (count != 0U ? unit_cells(fdt, controller) : 0U) +
				    count;

		if (count == 0U || size > words) {
			return fdt_fault(fdt, nexus, "interrupt-map", err,
					 "an entry names no interrupt controller, or is cut short");
		}
		if (map_matches(map, mask, reg, addr_cells, irq)) {
			take_irq(irq, controller, &map[size - count], count);
			return 0;
		}
		map += size;
		words -= size;
	}
	return fdt_fault(fdt, node, "interrupts", err,
			 "an interrupt is not in the interrupt-map above it");
}

/* What a node says goes to a controller, or to a nexus and on from there. */
static int follow_irq(const void *fdt, int node, struct fdt_irq *irq, struct fdt_error *err)
{
	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		int len;
		const fdt32_t *map = fdt_getprop(fdt, irq->controller, "interrupt-map", &len);
		int above;
		int rc;

		if (fdt_getprop(fdt, irq->controller, "interrupt-controller", NULL) != NULL) {
			return 0;
		}
		if (map != NULL) {
			rc = map_irq(fdt, node, map, (unsigned int)len / 4U, irq, err);
			if (rc != 0) {
				return rc;
			}
			continue;
		}
		/* A bus that only says how many cells there are. */
		above = fdt_interrupt_parent(fdt, irq->controller);
		if (above < 0 || irq_cells(fdt, above) != irq->count) {
			break;
		}
		irq->controller = above;
	}
	return fdt_fault(fdt, node, "interrupts", err, "no interrupt controller above it");
}

static int irq_plain(const void *fdt, int node, const fdt32_t *p, int len, unsigned int index,
		     struct fdt_irq *irq, struct fdt_error *err)
{
	int controller = fdt_interrupt_parent(fdt, node);
	unsigned int count = irq_cells(fdt, controller);

	if (count == 0U) {
		return fdt_fault(fdt, node, "interrupts", err, "no interrupt controller above it");
	}
	if ((unsigned int)len % (4U * count) != 0U) {
		return fdt_fault(fdt, node, "interrupts", err,
				 "%d bytes long, not a multiple of %u", len, 4U * count);
	}
	if (index >= (unsigned int)len / (4U * count)) {
		return -ENOENT;
	}
	take_irq(irq, controller, p + (size_t)index * count, count);
	return 0;
}

int fdt_irq(const void *fdt, int node, unsigned int index, struct fdt_irq *irq,
	    struct fdt_error *err)
{
	int len;
	int rc = -ENOENT;
	const fdt32_t *p = fdt_getprop(fdt, node, "interrupts-extended", &len);

	if (p != NULL) {
		rc = irq_extended(fdt, node, p, (unsigned int)len / 4U, index, irq, err);
	} else {
		p = fdt_getprop(fdt, node, "interrupts", &len);
		if (p != NULL) {
			rc = irq_plain(fdt, node, p, len, index, irq, err);
		}
	}
	return rc != 0 ? rc : follow_irq(fdt, node, irq, err);
}

/* Kinds of interrupts in the first cell: where their INTIDs begin and how many there are. */
static const struct {
	uint32_t first;
	uint32_t count;
} gic_kinds[] = {
	{.first = 32, .count = 988},    /* SPI */
	{.first = 16, .count = 16},     /* PPI */
	{.first = 4096, .count = 1024}, /* extended SPI */
	{.first = 1056, .count = 64},   /* extended PPI */
};

int fdt_irq_gic(const struct fdt_irq *irq, uint32_t *intid, uint32_t *flags)
{
	uint32_t kind = irq->cells[0];

	if (irq->count < 3U || kind >= ARRAY_SIZE(gic_kinds) ||
	    irq->cells[1] >= gic_kinds[kind].count) {
		return -EINVAL;
	}
	*intid = gic_kinds[kind].first + irq->cells[1];
	/* Above the trigger lies the CPU mask of GICv2's PPIs, which says nothing here. */
	*flags = irq->cells[2] & 0xfU;
	return 0;
}
