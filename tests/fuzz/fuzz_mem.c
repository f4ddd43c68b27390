/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's memory as a devicetree of any content has it: what is handed out is mapped, once, in whole pages, and is nobody
 * else's.
 */
#include "tree.h"

#include "arch/mmu.h"
#include "kernel/heap.h"

/* What it remembers is of one machine. */
#include "kernel/mem_init.c"

#define IMAGE      UINT64_C(0x40200000)
#define IMAGE_SIZE UINT64_C(0x100000)
#define PHYS_BITS  44U
#define RANGES     256U

static struct memmap_range done_ranges[RANGES], given_ranges[RANGES];
static struct memmap done, given;
static struct boot_info bi;

unsigned int arch_phys_bits(void)
{
	return PHYS_BITS;
}

int arch_ram_map(uint64_t start, uint64_t size)
{
	assert_int_equal((start | size) % EXTENT_GRANULE, 0);
	assert_true(size != 0U && start + size <= UINT64_C(1) << PHYS_BITS);
	assert_false(memmap_overlaps(&done, start, size));
	/* Start-up has that. */
	assert_false(ranges_overlap(start, size, IMAGE, IMAGE_SIZE));
	assert_int_equal(memmap_add(&done, start, size), 0);
	return 0;
}

void arch_mmu_set_allocator(void *(*alloc)(void), void (*free_page)(void *page))
{
	(void)alloc;
	(void)free_page;
}

bool arch_is_mapped(uintptr_t addr)
{
	return memmap_contains(&done, addr, 1U);
}

void mem_add(uint64_t start, uint64_t size)
{
	assert_true(start != 0U && size != 0U);
	assert_true(memmap_contains(&done, start, size));
	assert_false(memmap_overlaps(&given, start, size));
	assert_false(ranges_overlap(start, size, (uintptr_t)bi.fdt, bi.fdt_size));
	assert_int_equal(memmap_add(&given, start, size), 0);
}

uint64_t mem_free_bytes(void)
{
	return memmap_total(&given);
}

uint64_t mem_largest(void)
{
	return 0;
}

void *mem_alloc(size_t size, size_t align, unsigned int flags)
{
	(void)align;
	(void)flags;
	return size <= mem_free_bytes() ? hpa_ptr(hpa(given_ranges[0].base)) : NULL;
}

void mem_free(void *mem, size_t size, unsigned int flags)
{
	(void)mem;
	(void)size;
	(void)flags;
}

void z_heap_init(void *mem, size_t size)
{
	assert_true(mem != NULL && size != 0U);
}

/* Lines of errors are lines. */
void printk(const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	assert_true(vsnprintf(text, sizeof(text), format, ap) < (int)sizeof(text));
	va_end(ap);
}

/* Nothing that is reserved was handed out, nor mapped if it must not be. */
static void check(int (*next)(const void *fdt, struct fdt_range *r, struct fdt_error *err))
{
	struct fdt_range r = FDT_RANGE_START;
	int rc;

	while ((rc = next(bi.fdt, &r, NULL)) != -ENOENT) {
		if (rc == 0 && r.size != 0U && range_end_ok(r.base, r.size)) {
			assert_false(memmap_overlaps(&given, r.base, r.size));
			assert_false(r.no_map && memmap_overlaps(&done, r.base, r.size));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const bases[] = {"virt", "rk3568", "fvp", "malformed"};
	static const void *base[ARRAY_SIZE(bases)];
	struct input in = {data, size};
	unsigned int n = in_byte(&in) % ARRAY_SIZE(bases);
	struct tree t;
	uint64_t bytes;
	hpa_t start;

	base[n] = base[n] != NULL ? base[n] : tree_load(bases[n]);
	t = tree_make(&in, base[n], tree_host_props, tree_host_texts);
	bi = (struct boot_info){.fdt = t.fdt,
				.fdt_size = t.size,
				.image_start = IMAGE,
				.image_end = IMAGE + IMAGE_SIZE};
	memmap_init(&done, done_ranges, RANGES);
	memmap_init(&given, given_ranges, RANGES);
	initrd_base = 0U;
	initrd_size = 0U;
	if (mem_init(&bi) == 0) {
		check(fdt_memreserve_next);
		check(fdt_reserved_next);
		if (mem_initrd(&start, &bytes) == 0) {
			assert_true(memmap_contains(&done, start.v, bytes));
			assert_false(memmap_overlaps(&given, start.v, bytes));
		}
	}
	free(t.fdt);
	return 0;
}
