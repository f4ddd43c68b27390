/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the machine's memory, maps it, and hands it to mem.c and to the heap. Runs once, on the boot CPU.
 *
 * The devicetree is input from outside: what it says wrongly is named in a line, and left out.
 */
#include <errno.h>

#include <zephyr/kernel.h>

#include "arch/mmu.h"
#include "kernel/arch_api.h"
#include "kernel/extent.h"
#include "kernel/heap.h"
#include "kernel/mem.h"
#include "kernel/mem_internal.h"
#include "lib/fdt.h"
#include "lib/memmap.h"

/* Ranges that banks and reservations may leave; each reservation can make one more. */
#define RANGES_MAX 128U

/* The heap gets this share of the RAM, within bounds. */
#define HEAP_SHARE    16U
#define HEAP_MIN      MB(4)
#define HEAP_MAX      MB(64)
#define HEAP_LAST_TRY KB(64)

static struct memmap_range bank_ranges[RANGES_MAX];
static struct memmap_range mapped_ranges[RANGES_MAX];
static struct memmap_range free_ranges[RANGES_MAX];

/* All RAM; that of it which is to be mapped; and that of that which is free. */
static struct memmap banks;
static struct memmap mapped;
static struct memmap unused;

static struct mem_stats figures;
static uint64_t initrd_base;
static uint64_t initrd_size;

#define RANGE_FMT        "[0x%llx, 0x%llx)"
#define RANGE_ARGS(b, s) (unsigned long long)(b), (unsigned long long)((b) + (s))

static void add_bank(uint64_t base, uint64_t size)
{
	uint64_t limit = UINT64_C(1) << arch_phys_bits();

	if (base >= limit || size > limit - base) {
		printk("memory " RANGE_FMT " is beyond the %u address bits of this CPU: ignored\n",
		       RANGE_ARGS(base, size), arch_phys_bits());
	} else if (memmap_add(&banks, base, size) != 0 || memmap_add(&mapped, base, size) != 0 ||
		   memmap_add(&unused, base, size) != 0) {
		printk("memory " RANGE_FMT " is one bank too many: ignored\n",
		       RANGE_ARGS(base, size));
	}
}

static void find_banks(const void *fdt)
{
	struct fdt_range r = FDT_RANGE_START;
	struct fdt_error err;
	int rc;

	memmap_init(&banks, bank_ranges, RANGES_MAX);
	memmap_init(&mapped, mapped_ranges, RANGES_MAX);
	memmap_init(&unused, free_ranges, RANGES_MAX);
	while ((rc = fdt_memory_next(fdt, &r, &err)) != -ENOENT) {
		if (rc == 0) {
			add_bank(r.base, r.size);
		} else {
			printk("%s: ignored\n", err.text);
		}
	}
}

/* Memory that must not be used, and perhaps not even be mapped. */
static int keep_out(uint64_t base, uint64_t size, bool no_map)
{
	int rc = memmap_remove(&unused, base, size);

	if (rc == 0 && no_map) {
		rc = memmap_remove(&mapped, base, size);
	}
	if (rc != 0) {
		printk("reserved memory " RANGE_FMT ": %s\n", RANGE_ARGS(base, size),
		       rc == -ENOSPC ? "one reservation too many" : "it wraps around");
	}
	return rc == -ENOSPC ? rc : 0;
}

static int reserve_all(const void *fdt,
		       int (*next)(const void *fdt, struct fdt_range *r, struct fdt_error *err))
{
	struct fdt_range r = FDT_RANGE_START;
	struct fdt_error err;
	int rc;

	while ((rc = next(fdt, &r, &err)) != -ENOENT) {
		if (rc != 0) {
			printk("%s: ignored\n", err.text);
			continue;
		}
		rc = keep_out(r.base, r.size, r.no_map);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

/* Only now does `mapped` know which RAM is not to be touched. */
static int find_initrd(const struct boot_info *bi)
{
	struct fdt_error err;
	uint64_t base, size;
	int rc = fdt_initrd(bi->fdt, &base, &size, &err);
	const char *why = NULL;

	if (rc == -ENOENT) {
		return 0;
	}
	if (rc != 0) {
		printk("initrd: %s: ignored\n", err.text);
		return 0;
	}
	if (!memmap_contains(&banks, base, size)) {
		why = "outside RAM";
	} else if (!memmap_contains(&mapped, base, size)) {
		why = "in reserved memory that must not be mapped";
	} else if (ranges_overlap(base, size, bi->image_start, bi->image_end - bi->image_start) ||
		   ranges_overlap(base, size, (uintptr_t)bi->fdt, bi->fdt_size)) {
		why = "on top of the image or the devicetree";
	}
	if (why != NULL) {
		printk("the initrd " RANGE_FMT " is %s: ignored\n", RANGE_ARGS(base, size), why);
		return 0;
	}
	initrd_base = base;
	initrd_size = size;
	return keep_out(base, size, false);
}

/* Only whole granules can be handed out. */
static void settle_unused(void)
{
	memmap_align(&unused, EXTENT_GRANULE);
	figures.reserved = figures.total -
			   MIN(figures.total, memmap_total(&unused) + figures.image);
}

__weak void mem_reserve_tree(const void *fdt, mem_reserve_t reserve)
{
	ARG_UNUSED(fdt);
	ARG_UNUSED(reserve);
}

__weak void mem_reserve_initrd(const void *initrd, uint64_t size, mem_reserve_t reserve)
{
	ARG_UNUSED(initrd);
	ARG_UNUSED(size);
	ARG_UNUSED(reserve);
}

/* What cannot be kept as a whole is not: it holds the image, or is no RAM. Who wants to use it hears of that. */
static void reserve_one_more(uint64_t base, uint64_t size)
{
	if (range_end_ok(base, size) && memmap_contains(&mapped, base, size)) {
		(void)keep_out(base, size, false);
	}
}

static int find_all(const struct boot_info *bi)
{
	uint64_t image_size = bi->image_end - bi->image_start;
	int rc;

	find_banks(bi->fdt);
	if (banks.count == 0U) {
		printk("ZVM: the devicetree names no memory to run in (no node has device_type \"memory\")\n");
		return -ENOMEM;
	}
	rc = reserve_all(bi->fdt, fdt_memreserve_next);
	rc = rc != 0 ? rc : reserve_all(bi->fdt, fdt_reserved_next);
	rc = rc != 0 ? rc : find_initrd(bi);
	figures.total = memmap_total(&banks);
	figures.image = image_size;
	/* Start-up has mapped the image and the devicetree already. */
	rc = rc != 0 ? rc : keep_out(bi->image_start, image_size, true);
	rc = rc != 0 ? rc : keep_out((uintptr_t)bi->fdt, bi->fdt_size, true);
	/* A page at 0 would make the null pointer a good one. */
	rc = rc != 0 ? rc : keep_out(0U, EXTENT_GRANULE, true);
	if (rc != 0) {
		return -ENOMEM;
	}
	memmap_align(&mapped, EXTENT_GRANULE);
	mem_reserve_tree(bi->fdt, reserve_one_more);
	settle_unused();
	return 0;
}

static void *table_page_alloc(void)
{
	return mem_alloc(EXTENT_GRANULE, EXTENT_GRANULE, 0U);
}

static void table_page_free(void *page)
{
	mem_free(page, EXTENT_GRANULE, 0U);
}

static bool map_range(const struct memmap_range *r)
{
	int rc = arch_ram_map(r->base, r->size);

	if (rc != 0) {
		printk("memory " RANGE_FMT " cannot be mapped (error %d): ignored\n",
		       RANGE_ARGS(r->base, r->size), -rc);
	}
	return rc == 0;
}

/* What is free in a range goes to mem_alloc() as soon as the range is mapped: the next one may need tables. */
static void hand_out_range(const struct memmap_range *r)
{
	for (size_t i = 0U; i < unused.count; i++) {
		const struct memmap_range *u = &unused.ranges[i];

		if (range_within(u->base, u->size, r->base, r->size)) {
			mem_add(u->base, u->size);
		}
	}
}

/* The range that holds the initrd comes first: what the initrd names is not handed out, not even for tables. */
static void map_all(void)
{
	size_t first = 0U;

	for (size_t i = 0U; i < mapped.count; i++) {
		if (range_contains(mapped.ranges[i].base, mapped.ranges[i].size, initrd_base)) {
			first = i;
		}
	}
	for (size_t n = 0U; n < mapped.count; n++) {
		const struct memmap_range
			*r = &mapped.ranges[n == 0U ? first : n - (n <= first ? 1U : 0U)];

		if (!map_range(r)) {
			continue;
		}
		if (initrd_size != 0U && range_within(initrd_base, initrd_size, r->base, r->size)) {
			mem_reserve_initrd(hpa_ptr(hpa(initrd_base)), initrd_size,
					   reserve_one_more);
			settle_unused();
		}
		hand_out_range(r);
	}
}

static uint64_t heap_share(void)
{
	return CLAMP(figures.total / HEAP_SHARE, (uint64_t)HEAP_MIN, (uint64_t)HEAP_MAX);
}

static void give_heap(void)
{
	uint64_t size = CONFIG_HEAP_MEM_POOL_SIZE != 0 ? CONFIG_HEAP_MEM_POOL_SIZE : heap_share();
	void *mem;

	mem = mem_alloc(size, 0U, 0U);
	/* Small machines, or the memory in small pieces. */
	while (mem == NULL && size > HEAP_LAST_TRY) {
		size /= 2U;
		mem = mem_alloc(size, 0U, 0U);
	}
	if (mem == NULL) {
		printk("no memory for k_malloc()\n");
		return;
	}
	/* Who asked for a size gets that: applications may count on where it ends. */
	figures.heap = CONFIG_HEAP_MEM_POOL_SIZE != 0 ? size : ROUND_UP(size, EXTENT_GRANULE);
	z_heap_init(mem, figures.heap);
}

int mem_init(const struct boot_info *bi)
{
	if (find_all(bi) != 0) {
		return -ENOMEM;
	}
	arch_mmu_set_allocator(table_page_alloc, table_page_free);
	map_all();
	if (mem_free_bytes() == 0U) {
		printk("ZVM: all memory that the devicetree names is reserved\n");
		return -ENOMEM;
	}
	give_heap();
	return 0;
}

void mem_stats_get(struct mem_stats *stats)
{
	*stats = figures;
	stats->free = mem_free_bytes();
	stats->largest = mem_largest();
}

int mem_initrd(hpa_t *start, uint64_t *size)
{
	if (initrd_size == 0U) {
		return -ENOENT;
	}
	*start = hpa(initrd_base);
	*size = initrd_size;
	return 0;
}

int mem_foreign(uint64_t base, uint64_t size)
{
	if (size == 0U || !range_end_ok(base, size)) {
		return -EINVAL;
	}
	if (!memmap_contains(&banks, base, size)) {
		return -ENXIO;
	}
	if (!memmap_contains(&mapped, base, size) || !arch_is_mapped(base) ||
	    memmap_overlaps(&unused, base, size)) {
		return -EBUSY;
	}
	return 0;
}

bool mem_is_ram(uint64_t base, uint64_t size)
{
	return memmap_overlaps(&banks, base, size);
}
