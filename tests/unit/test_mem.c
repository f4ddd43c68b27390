/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's memory: what of a devicetree's banks is handed out, by size and by place.
 */
#include <zephyr/sys/printk.h>

#include "arch/mmu.h"
#include "kernel/arch_api.h"
#include "kernel/heap.h"
#include "kernel/mem.h"
#include "lib/fdt.h"
#include "unit.h"

#define MIB ((uint64_t)1 << 20)

/* The machine: 16 MiB in two banks with a hole, an image, a reserved MiB, and one that must not be mapped. */
static char arena[16U * MIB] __attribute__((aligned(2097152)));
static uint64_t tree[256];
static uint64_t ram;
static struct mem_stats before;

unsigned int arch_phys_bits(void)
{
	return 48;
}

int arch_ram_map(uint64_t start, uint64_t size)
{
	assert_true(start >= ram && start + size <= ram + sizeof(arena));
	return 0;
}

bool arch_is_mapped(uintptr_t addr)
{
	return addr >= ram && addr < ram + sizeof(arena);
}

int arch_ram_split(uint64_t start, uint64_t size)
{
	(void)start;
	(void)size;
	return 0;
}

void arch_mmu_set_allocator(void *(*alloc)(void), void (*free)(void *page))
{
	(void)alloc;
	(void)free;
}

void z_heap_init(void *mem, size_t size)
{
	memset(mem, 0xa5, size);
}

/* It has nothing to say. */
void printk(const char *format, ...)
{
	fail_msg("%s", format);
}

static void add(int parent, const char *name, uint64_t base, uint64_t size, const char *flag)
{
	fdt64_t reg[] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};
	int node = fdt_add_subnode(tree, parent, name);

	assert_true(node > 0);
	assert_int_equal(fdt_setprop(tree, node, "reg", reg, sizeof(reg)), 0);
	if (flag != NULL) {
		assert_int_equal(fdt_setprop(tree, node, flag, NULL, 0), 0);
	} else {
		assert_int_equal(fdt_setprop_string(tree, node, "device_type", "memory"), 0);
	}
}

static int reserved_node(void)
{
	int node = fdt_add_subnode(tree, 0, "reserved-memory");

	assert_true(node > 0);
	assert_int_equal(fdt_setprop_u32(tree, node, "#address-cells", 2), 0);
	assert_int_equal(fdt_setprop_u32(tree, node, "#size-cells", 2), 0);
	assert_int_equal(fdt_setprop(tree, node, "ranges", NULL, 0), 0);
	return node;
}

static int start(void **state)
{
	struct boot_info bi = {.fdt = tree, .fdt_size = sizeof(tree)};

	(void)state;
	ram = (uintptr_t)arena;
	bi.image_start = ram + MIB;
	bi.image_end = ram + 2U * MIB;
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	assert_int_equal(fdt_setprop_u32(tree, 0, "#address-cells", 2), 0);
	assert_int_equal(fdt_setprop_u32(tree, 0, "#size-cells", 2), 0);
	add(reserved_node(), "kept", ram + 5U * MIB, MIB, "reusable");
	add(fdt_path_offset(tree, "/reserved-memory"), "secure", ram + 9U * MIB, MIB, "no-map");
	add(0, "memory@0", ram, 7U * MIB, NULL);
	add(0, "memory@1", ram + 8U * MIB, 8U * MIB, NULL);
	assert_int_equal(mem_init(&bi), 0);
	mem_stats_get(&before);
	return 0;
}

static void test_is_ram(void **state)
{
	(void)state;
	assert_true(mem_is_ram(ram, 1U));
	assert_true(mem_is_ram(ram + 7U * MIB - 1U, 1U));
	assert_true(mem_is_ram(ram - 4096U, 4097U));
	/* Whoever's it is. */
	assert_true(mem_is_ram(ram + MIB, 4096U));
	assert_true(mem_is_ram(ram + 5U * MIB, 4096U));
	assert_true(mem_is_ram(ram + 9U * MIB, 4096U));
	assert_true(mem_is_ram(ram + 6U * MIB, 3U * MIB));
	/* In front, in the hole, behind. */
	assert_false(mem_is_ram(ram - 4096U, 4096U));
	assert_false(mem_is_ram(ram + 7U * MIB, MIB));
	assert_false(mem_is_ram(ram + 16U * MIB, 4096U));
	assert_false(mem_is_ram(0U, 4096U));
}

static bool take(uint64_t from_mib, uint64_t mibs)
{
	return mem_alloc_at(ram + from_mib * MIB, mibs * MIB);
}

static void test_alloc_at(void **state)
{
	struct mem_stats now;

	(void)state;
	/* Image, reserved, not mapped, hole, both banks, outside, and what holds some of these. */
	assert_false(take(1U, 1U));
	assert_false(take(5U, 1U));
	assert_false(take(9U, 1U));
	assert_false(take(7U, 1U));
	assert_false(take(6U, 3U));
	assert_false(take(16U, 1U));
	assert_false(take(10U, 7U));
	assert_false(take(4U, 2U));
	assert_false(mem_alloc_at(ram - MIB, MIB));
	assert_false(mem_alloc_at(UINT64_MAX - 4095U, 4096U));
	/* No whole pages. */
	assert_false(mem_alloc_at(ram + 2U * MIB, 0U));
	assert_false(mem_alloc_at(ram + 2U * MIB, 100U));
	assert_false(mem_alloc_at(ram + 2U * MIB + 100U, MIB));
	mem_stats_get(&now);
	assert_int_equal(now.free, before.free);

	/* Where the heap is. */
	assert_false(take(13U, 2U));

	assert_true(take(2U, 2U));
	assert_false(take(2U, 2U));
	assert_false(take(3U, 1U));
	assert_true(take(4U, 1U));
	mem_stats_get(&now);
	assert_int_equal(now.free, before.free - 3U * MIB);
	/* In one piece, as anything else. */
	mem_free(arena + 2U * MIB, 2U * MIB, 0U);
	mem_free(arena + 4U * MIB, MIB, 0U);
	mem_stats_get(&now);
	assert_int_equal(now.free, before.free);
	assert_int_equal(now.largest, before.largest);
}

/* Pages for stacks are taken from the same memory: then it is not free. */
static void test_against_pages(void **state)
{
	void *stack = mem_alloc(4096U, 4096U, MEM_PAGES);
	uint64_t block = (uintptr_t)stack & ~(2U * MIB - 1U);

	(void)state;
	assert_non_null(stack);
	assert_false(mem_alloc_at(block, 2U * MIB));
	mem_free(stack, 4096U, MEM_PAGES);
	assert_false(mem_alloc_at(block, 2U * MIB));
}

int main(void)
{
	/* One machine for all: it is found once. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_ram),
		cmocka_unit_test(test_alloc_at),
		cmocka_unit_test(test_against_pages),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
