/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's address map: identity, TTBR0, stage 1, W^X by section and by SCTLR.WXN.
 *
 * During start-up the MMU and the caches are off and this file's variables are not cleared yet (.bss is,
 * later): what is used then lies in .data or in the early section.
 */
#include <errno.h>

#include <zephyr/kernel/thread_stack.h>
#include <zephyr/sys/util.h>
#include <zephyr/toolchain.h>
#include "arch/arch.h"
#include "arch/arm64/cache.h"
#include "arch/arm64/el.h"
#include "arch/arm64/image.h"
#include "arch/arm64/mmu.h"
#include "arch/arm64/sysreg.h"

#define PAGE_MASK       (PGTABLE_PAGE_SIZE - 1U)
#define BLOCK_SIZE      UINT64_C(0x200000)
#define IN_EARLY_TABLES __attribute__((section(".bss..early"), aligned(PAGE_SIZE)))
#define IN_DATA         __attribute__((section(".data.early")))

/* What arch_ram_split() maps at a time. */
#define SPLIT_STEP UINT64_C(0x8000)

/* Above this many pages one invalidation of everything is cheaper than one for each. */
#define TLBI_PAGES_MAX UINT64_C(64)

pte_t kernel_root[PGTABLE_ENTRIES] IN_EARLY_TABLES;
static pte_t early_tables[EARLY_TABLES][PGTABLE_ENTRIES] IN_EARLY_TABLES;

static IN_DATA unsigned int early_used;
static IN_DATA bool live;
static IN_DATA struct pgtable kernel_pt;

/* Tables of the early pool that were given back, chained through their first word. */
static IN_DATA pte_t *early_freed;
static void *(*page_alloc)(void);
static void (*page_free)(void *page);

static uint32_t map_lock;

/*
 * Exclusives, not the atomic instructions that the compiler would take: the line that says that a core is
 * too old (ARMv8.0) needs its UART mapped on that core.
 */
static bool try_lock(void)
{
	uint32_t old, failed;

	__asm__ volatile("ldaxr %w0, [%2]\n\t"
			 "stxr %w1, %w3, [%2]"
			 : "=&r"(old), "=&r"(failed)
			 : "r"(&map_lock), "r"(1U)
			 : "memory");
	return (old | failed) == 0U;
}

static unsigned int lock_map(void)
{
	unsigned int key = arch_irq_lock();

	while (!try_lock()) {
		__asm__ volatile("yield");
	}
	return key;
}

static void unlock_map(unsigned int key)
{
	__atomic_store_n(&map_lock, 0U, __ATOMIC_RELEASE);
	arch_irq_unlock(key);
}

/* Not memset(): it may use DC ZVA or unaligned stores, which Device memory (MMU off) refuses. */
static void clear_table(pte_t *table)
{
	for (unsigned int i = 0U; i < PGTABLE_ENTRIES; i++) {
		((volatile pte_t *)table)[i] = 0U;
	}
}

static pte_t *early_table(void)
{
	pte_t *table = early_freed;

	if (table != NULL) {
		early_freed = (pte_t *)(uintptr_t)table[0];
	} else if (early_used < EARLY_TABLES) {
		table = early_tables[early_used++];
	}
	return table;
}

static pte_t *table_alloc(void *ctx)
{
	pte_t *table = early_table();

	ARG_UNUSED(ctx);
	if (table == NULL && live && page_alloc != NULL) {
		table = page_alloc();
	}
	if (table == NULL) {
		return NULL;
	}
	if (!live) {
		/* Not part of the loaded file: no dirty line of an earlier user may land on what we write. */
		cache_invalidate(table, PAGE_SIZE);
		clear_table(table);
	} else {
		cache_zero(table, PAGE_SIZE);
	}
	return table;
}

static void table_free(void *ctx, pte_t *table)
{
	ARG_UNUSED(ctx);
	if ((uintptr_t)table - (uintptr_t)early_tables < sizeof(early_tables)) {
		table[0] = (pte_t)(uintptr_t)early_freed;
		early_freed = table;
	} else {
		page_free(table);
	}
}

static uint64_t table_to_phys(void *ctx, const pte_t *table)
{
	ARG_UNUSED(ctx);
	return (uint64_t)(uintptr_t)table;
}

static pte_t *table_to_virt(void *ctx, uint64_t phys)
{
	ARG_UNUSED(ctx);
	return (pte_t *)(uintptr_t)phys;
}

static void map_published(void *ctx)
{
	ARG_UNUSED(ctx);
	/* The walker is an observer of its own, and this CPU may use the mapping next (D8.2.6, B2.7.5). */
	dsb(ishst);
	isb();
}

static void map_invalidate(void *ctx, uint64_t ia, uint64_t size, bool tables)
{
	ARG_UNUSED(ctx);
	/* The operations by address drop table entries as well. */
	ARG_UNUSED(tables);
	if (!live) {
		return;
	}
	dsb(ishst);
	for (int round = 0; round < TLBI_ROUNDS; round++) {
		if (size > TLBI_PAGES_MAX * PAGE_SIZE) {
			sys_tlbi(EL_TLBI_ALL_IS);
		} else {
			for (uint64_t va = ia; va < ia + size; va += PAGE_SIZE) {
				sys_tlbi_va(EL_TLBI_VA_IS, va >> PAGE_SHIFT);
			}
		}
		dsb(ish);
	}
	isb();
}

static const struct pgtable_ops kernel_ops = {
	.alloc = table_alloc,
	.free = table_free,
	.to_phys = table_to_phys,
	.to_virt = table_to_virt,
	.published = map_published,
	.invalidate = map_invalidate,
};

unsigned int arch_phys_bits(void)
{
	static const uint8_t bits[] = {32, 36, 40, 42, 44, 48};
	uint64_t range = SYSREG_FIELD(read_sysreg(id_aa64mmfr0_el1), ID_MMFR0_PARANGE);

	return bits[MIN(range, ARRAY_SIZE(bits) - 1U)];
}

static int map_section(const char *start, const char *end, unsigned int prot)
{
	uint64_t addr = (uintptr_t)start;

	return start == end ? 0
			    : pgtable_map(&kernel_pt, addr, addr, (uint64_t)(end - start), prot);
}

/* Every stack begins with a guard page. */
static int unmap_guards(void)
{
	int rc = pgtable_unmap(&kernel_pt, (uintptr_t)z_boot_stack_guard, PAGE_SIZE);

	STRUCT_SECTION_FOREACH(z_stack_region, region) {
		for (size_t i = 0U; rc == 0 && i < region->count; i++) {
			rc = pgtable_unmap(&kernel_pt, (uintptr_t)region->stack + i * region->size,
					   PAGE_SIZE);
		}
	}
	return rc;
}

int mmu_early_image(void)
{
	int rc;

	cache_invalidate(kernel_root, PAGE_SIZE);
	clear_table(kernel_root);
	rc = pgtable_init(&kernel_pt, PGTABLE_STAGE1, PGTABLE_OA_BITS_MAX, arch_phys_bits(),
			  kernel_root, &kernel_ops, NULL);
	rc = rc != 0 ? rc : map_section(z_text_start, z_rodata_start, PG_RX);
	rc = rc != 0 ? rc : map_section(z_rodata_start, z_data_start, PG_R);
	rc = rc != 0 ? rc : map_section(z_data_start, z_stacks_start, PG_RW);
	rc = rc != 0 ? rc
		     : map_section(z_stacks_start, z_image_start + z_image_size, PG_RW | PG_PAGES);
	return rc != 0 ? rc : unmap_guards();
}

int mmu_early_fdt(uint64_t start, uint64_t size)
{
	uint64_t first = start & ~PAGE_MASK;

	return pgtable_map(&kernel_pt, first, first,
			   ((start + size + PAGE_MASK) & ~PAGE_MASK) - first, PG_R);
}

void mmu_early_done(void)
{
	/* Speculation may have read stale lines since table_alloc() dropped them. */
	cache_invalidate(kernel_root, PAGE_SIZE);
	cache_invalidate(early_tables, (size_t)early_used * PAGE_SIZE);
}

void mmu_live(void)
{
	live = true;
}

void arch_mmu_set_allocator(void *(*alloc)(void), void (*free)(void *page))
{
	unsigned int key = lock_map();

	page_alloc = alloc;
	page_free = free;
	unlock_map(key);
}

/* Maps the holes of a range for devices; what is mapped already must be for devices. */
struct mmio_request {
	uint64_t start;
	uint64_t end;
	/* First hole found. */
	uint64_t hole;
	uint64_t hole_end;
};

static int mmio_visit(const struct pgtable_leaf *leaf, void *arg)
{
	struct mmio_request *req = arg;

	if (leaf->prot != 0U && (leaf->prot & PG_DEVICE) == 0U) {
		return -EPERM;
	}
	if (leaf->prot == 0U) {
		uint64_t start = MAX(leaf->ia, req->start);

		if (req->hole == req->hole_end) {
			req->hole = req->hole_end = start;
		}
		/* One hole out of many entries; what follows something mapped is for the next turn. */
		if (req->hole_end == start) {
			req->hole_end = MIN(leaf->ia + leaf->size, req->end);
		}
	}
	return 0;
}

static int mmio_map_locked(struct mmio_request *req)
{
	for (;;) {
		int rc;

		req->hole = req->hole_end = req->start;
		rc = pgtable_walk(&kernel_pt, req->start, req->end - req->start, mmio_visit, req);
		if (rc != 0 || req->hole == req->hole_end) {
			return rc;
		}
		rc = pgtable_map(&kernel_pt, req->hole, req->hole, req->hole_end - req->hole,
				 PG_RW | PG_DEVICE);
		if (rc != 0) {
			return rc;
		}
	}
}

int arch_mmio_map(uint64_t addr, size_t size)
{
	struct mmio_request req = {.start = addr & ~PAGE_MASK};
	unsigned int key;
	int rc;

	if (size == 0U || size > UINT64_MAX - PAGE_MASK || addr > UINT64_MAX - PAGE_MASK - size) {
		return -EINVAL;
	}
	req.end = (addr + size + PAGE_MASK) & ~PAGE_MASK;
	if (req.end >> kernel_pt.oa_bits != 0U) {
		return -ERANGE;
	}
	key = lock_map();
	rc = mmio_map_locked(&req);
	unlock_map(key);
	return rc;
}

static int ram_map(uint64_t start, uint64_t size, unsigned int prot)
{
	unsigned int key = lock_map();
	int rc = pgtable_map(&kernel_pt, start, start, size, prot);

	unlock_map(key);
	return rc;
}

int arch_ram_map(uint64_t start, uint64_t size)
{
	return ram_map(start, size, PG_RW);
}

static int unmap(uint64_t start, uint64_t size)
{
	unsigned int key = lock_map();
	int rc = pgtable_unmap(&kernel_pt, start, size);

	unlock_map(key);
	return rc;
}

void arch_mmio_unmap(uint64_t addr, size_t size)
{
	uint64_t start = addr & ~PAGE_MASK;

	(void)unmap(start, ((addr + size + PAGE_MASK) & ~PAGE_MASK) - start);
}

/* Nobody uses the range, so its pages need not come at once: interrupts are masked for few of them at a time. */
int arch_ram_split(uint64_t start, uint64_t size)
{
	uint64_t at = start;
	int rc;

	if (((start | size) & (BLOCK_SIZE - 1U)) != 0U) {
		return -EINVAL;
	}
	rc = unmap(start, size);
	while (rc == 0 && at < start + size) {
		rc = ram_map(at, SPLIT_STEP, PG_RW | PG_PAGES);
		at += rc == 0 ? SPLIT_STEP : 0U;
	}
	if (rc != 0) {
		if (at != start) {
			(void)unmap(start, at - start);
		}
		(void)ram_map(start, size, PG_RW);
	}
	return rc;
}

int arch_guard_set(uintptr_t page)
{
	struct pgtable_leaf leaf;
	unsigned int key = lock_map();
	int rc = pgtable_lookup(&kernel_pt, page, &leaf);

	/* Only where nothing must be split, which would pull the block from under its other users. */
	rc = rc == 0 && leaf.size == PAGE_SIZE ? pgtable_unmap(&kernel_pt, page, PAGE_SIZE)
					       : -EINVAL;
	unlock_map(key);
	return rc;
}

int arch_guard_clear(uintptr_t page)
{
	unsigned int key = lock_map();
	int rc = pgtable_map(&kernel_pt, page, page, PAGE_SIZE, PG_RW | PG_PAGES);

	unlock_map(key);
	return rc;
}

bool arch_is_mapped(uintptr_t addr)
{
	struct pgtable_leaf leaf;

	return pgtable_lookup(&kernel_pt, addr, &leaf) == 0 && (leaf.prot & PG_DEVICE) == 0U;
}
