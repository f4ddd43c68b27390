/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMSAv8-64 translation tables; semantics in pgtable.h. Descriptor formats: Arm ARM DDI 0487, D8.3.
 *
 * One walker (walk_table) goes over the entries that overlap a range and asks a visitor about each of
 * them; mapping, unmapping, splitting, lookup and teardown are visitors. Before the MMU is on this code
 * runs from start-up: it is built with -mstrict-align and calls no library function.
 */
#include <errno.h>

#include "arch/arm64/pgtable.h"
#include "arch/arm64/sysreg.h"

#define DESC_VALID SYSREG_BIT(0)
/* Levels 0 to 2: a table, not a block. Level 3: a page, and nothing else is valid. */
#define DESC_TABLE SYSREG_BIT(1)
#define DESC_AF    SYSREG_BIT(10)
#define DESC_SH_IN SYSREG_VAL(3, 8)
#define DESC_OA    ((SYSREG_BIT(PGTABLE_OA_BITS_MAX) - 1U) & ~(PGTABLE_PAGE_SIZE - 1U))

#define S1_ATTR_SHIFT 2
#define S1_ATTR_WIDTH 3
#define S1_AP_RO      SYSREG_BIT(7)
#define S1_PXN        SYSREG_BIT(53)
#define S1_UXN        SYSREG_BIT(54)

#define S2_ATTR_SHIFT 2
#define S2_ATTR_WIDTH 4
#define S2_ATTR_WB    0xfU
#define S2_ATTR_NC    0x5U
/* nGnRnE: a bridge that answered for the device would leave its error for later. */
#define S2_ATTR_DEVICE 0x0U
#define S2_AP_R        SYSREG_BIT(6)
#define S2_AP_W        SYSREG_BIT(7)
#define S2_XN          SYSREG_BIT(54)

#define LEVEL_SHIFT(level) (PGTABLE_PAGE_SHIFT + 9U * (unsigned int)(PGTABLE_LAST_LEVEL - (level)))
#define LEVEL_SPAN(level)  (UINT64_C(1) << LEVEL_SHIFT(level))
/* 512 GiB blocks need LPA2. */
#define FIRST_BLOCK_LEVEL 1

#define WALK_NEXT    0
#define WALK_DESCEND 1

struct walk {
	struct pgtable *pt;
	/* About the entry for [ia, ia + len): WALK_NEXT, WALK_DESCEND into its table, or -errno. */
	int (*entry)(struct walk *w, pte_t *pte, int level, uint64_t ia, uint64_t len);
	/* After the table below an entry was walked; may be NULL. */
	void (*leave)(struct walk *w, pte_t *pte, int level, uint64_t ia);
	/* Of the visitors: */
	uint64_t ia; /* start of the range; in split_entry() the boundary */
	uint64_t oa;
	unsigned int prot;
	pte_t attrs;
	uint64_t pos; /* where map_entry() failed */
	pte_t *freed; /* chain of tables that wait for the TLB invalidation */
	pgtable_visit_fn fn;
	void *arg;
};

/* Entries are read by hardware at any time: one 64-bit store each (B2.2 "single-copy atomicity"). */
static void pte_write(pte_t *pte, pte_t value)
{
	*(volatile pte_t *)pte = value;
}

static bool pte_is_table(pte_t pte, int level)
{
	return level < PGTABLE_LAST_LEVEL &&
	       (pte & (DESC_VALID | DESC_TABLE)) == (DESC_VALID | DESC_TABLE);
}

static pte_t *pte_table(const struct pgtable *pt, pte_t pte)
{
	return pt->ops->to_virt(pt->ctx, pte & DESC_OA);
}

static pte_t leaf_type(int level)
{
	return level == PGTABLE_LAST_LEVEL ? DESC_VALID | DESC_TABLE : DESC_VALID;
}

static pte_t stage1_attrs(unsigned int prot)
{
	unsigned int idx = (prot & PG_DEVICE) != 0U ? MAIR_IDX_DEVICE
			   : (prot & PG_NC) != 0U   ? MAIR_IDX_NORMAL_NC
						    : MAIR_IDX_NORMAL;
	/* AP[1] stays 0: EL0 has no access, and so never makes a page that is not ours executable. */
	pte_t attrs = DESC_AF | DESC_SH_IN | S1_UXN | ((pte_t)idx << S1_ATTR_SHIFT);

	if ((prot & PG_W) == 0U) {
		attrs |= S1_AP_RO;
	}
	if ((prot & PG_X) == 0U) {
		attrs |= S1_PXN;
	}
	return attrs;
}

static unsigned int stage1_prot(pte_t pte)
{
	uint64_t idx = SYSREG_FIELD(pte, S1_ATTR);
	unsigned int prot = PG_R;

	prot |= (pte & S1_AP_RO) == 0U ? PG_W : 0U;
	prot |= (pte & S1_PXN) == 0U ? PG_X : 0U;
	prot |= idx == MAIR_IDX_DEVICE ? PG_DEVICE : idx == MAIR_IDX_NORMAL_NC ? PG_NC : 0U;
	return prot;
}

static pte_t stage2_attrs(unsigned int prot)
{
	unsigned int type = (prot & PG_DEVICE) != 0U ? S2_ATTR_DEVICE
			    : (prot & PG_NC) != 0U   ? S2_ATTR_NC
						     : S2_ATTR_WB;
	pte_t attrs = DESC_AF | DESC_SH_IN | ((pte_t)type << S2_ATTR_SHIFT);

	attrs |= (prot & PG_R) != 0U ? S2_AP_R : 0U;
	attrs |= (prot & PG_W) != 0U ? S2_AP_W : 0U;
	attrs |= (prot & PG_X) == 0U ? S2_XN : 0U;
	return attrs;
}

static unsigned int stage2_prot(pte_t pte)
{
	uint64_t type = SYSREG_FIELD(pte, S2_ATTR);
	unsigned int prot = 0U;

	prot |= (pte & S2_AP_R) != 0U ? PG_R : 0U;
	prot |= (pte & S2_AP_W) != 0U ? PG_W : 0U;
	prot |= (pte & S2_XN) == 0U ? PG_X : 0U;
	prot |= type == S2_ATTR_DEVICE ? PG_DEVICE : type == S2_ATTR_NC ? PG_NC : 0U;
	return prot;
}

/* Overlapping entries of one table; recursion is at most four deep. */
static int walk_table(struct walk *w, pte_t *table, int level, uint64_t ia, uint64_t end)
{
	uint64_t span = LEVEL_SPAN(level);
	/* A concatenated root has more entries than a table, and no address bits above them. */
	uint64_t mask = level == w->pt->start_level ? UINT64_MAX : PGTABLE_ENTRIES - 1U;

	while (ia < end) {
		uint64_t next = (ia | (span - 1U)) + 1U;
		pte_t *pte = &table[(ia >> LEVEL_SHIFT(level)) & mask];
		int rc;

		next = next < end ? next : end;
		rc = w->entry(w, pte, level, ia, next - ia);
		if (rc == WALK_DESCEND) {
			rc = walk_table(w, pte_table(w->pt, *pte), level + 1, ia, next);
			if (w->leave != NULL && rc == 0) {
				w->leave(w, pte, level, ia);
			}
		}
		if (rc != 0) {
			return rc;
		}
		ia = next;
	}
	return 0;
}

static int walk_run(struct walk *w, uint64_t ia, uint64_t size)
{
	return walk_table(w, w->pt->root, w->pt->start_level, ia, ia + size);
}

static void walk_init(struct walk *w, struct pgtable *pt, uint64_t ia)
{
	w->pt = pt;
	w->leave = NULL;
	w->ia = ia;
	w->freed = NULL;
}

static int check_range(uint64_t start, uint64_t size, unsigned int bits)
{
	uint64_t limit = UINT64_C(1) << bits;

	if (((start | size) & (PGTABLE_PAGE_SIZE - 1U)) != 0U || size == 0U) {
		return -EINVAL;
	}
	return size <= limit && start <= limit - size ? 0 : -ERANGE;
}

int pgtable_start_level(enum pgtable_stage stage, unsigned int ia_bits)
{
	/* Stage 2 may concatenate 16 tables, 4 bits' worth, to save a level. */
	unsigned int extra = stage == PGTABLE_STAGE2 ? 4U : 0U;

	if (ia_bits > LEVEL_SHIFT(0) + extra) {
		return 0;
	}
	return ia_bits > LEVEL_SHIFT(1) + extra ? 1 : 2;
}

unsigned int pgtable_root_pages(enum pgtable_stage stage, unsigned int ia_bits)
{
	unsigned int covered = LEVEL_SHIFT(pgtable_start_level(stage, ia_bits) - 1);

	return ia_bits > covered ? 1U << (ia_bits - covered) : 1U;
}

int pgtable_init(struct pgtable *pt, enum pgtable_stage stage, unsigned int ia_bits,
		 unsigned int oa_bits, pte_t *root, const struct pgtable_ops *ops, void *ctx)
{
	if (ia_bits < 25U || ia_bits > PGTABLE_OA_BITS_MAX || oa_bits < 32U ||
	    oa_bits > PGTABLE_OA_BITS_MAX) {
		return -EINVAL;
	}
	if (((uintptr_t)root & (pgtable_root_pages(stage, ia_bits) * PGTABLE_PAGE_SIZE - 1U)) !=
	    0U) {
		return -EINVAL;
	}
	pt->root = root;
	pt->ops = ops;
	pt->ctx = ctx;
	pt->stage = stage;
	pt->ia_bits = (uint8_t)ia_bits;
	pt->oa_bits = (uint8_t)oa_bits;
	pt->start_level = (uint8_t)pgtable_start_level(stage, ia_bits);
	return 0;
}

/* Hang a filled table below an entry: its contents must be visible before the entry is. */
static void link_table(const struct pgtable *pt, pte_t *pte, const pte_t *table)
{
	pt->ops->published(pt->ctx);
	pte_write(pte, pt->ops->to_phys(pt->ctx, table) | DESC_VALID | DESC_TABLE);
}

static int map_entry(struct walk *w, pte_t *pte, int level, uint64_t ia, uint64_t len)
{
	uint64_t span = LEVEL_SPAN(level);
	uint64_t oa = w->oa + (ia - w->ia);
	bool block = level >= FIRST_BLOCK_LEVEL && (w->prot & PG_PAGES) == 0U;
	pte_t *table;

	if (pte_is_table(*pte, level)) {
		return WALK_DESCEND;
	}
	w->pos = ia;
	if ((*pte & DESC_VALID) != 0U) {
		return -EEXIST;
	}
	if (level == PGTABLE_LAST_LEVEL || (block && len == span && (oa & (span - 1U)) == 0U)) {
		pte_write(pte, oa | w->attrs | leaf_type(level));
		return WALK_NEXT;
	}
	table = w->pt->ops->alloc(w->pt->ctx);
	if (table == NULL) {
		return -ENOMEM;
	}
	link_table(w->pt, pte, table);
	return WALK_DESCEND;
}

static bool prot_ok(enum pgtable_stage stage, unsigned int prot)
{
	unsigned int types = prot & (PG_DEVICE | PG_NC);

	if ((prot & PG_RWX) == 0U || types == (PG_DEVICE | PG_NC)) {
		return false;
	}
	if (stage == PGTABLE_STAGE1) {
		return (prot & PG_R) != 0U && (prot & (PG_W | PG_X)) != (PG_W | PG_X) &&
		       !(types != 0U && (prot & PG_X) != 0U);
	}
	return true;
}

static void unmap_range(struct pgtable *pt, uint64_t ia, uint64_t size);

int pgtable_map(struct pgtable *pt, uint64_t ia, uint64_t oa, uint64_t size, unsigned int prot)
{
	struct walk w;
	int rc = check_range(ia, size, pt->ia_bits);

	rc = rc != 0 ? rc : check_range(oa, size, pt->oa_bits);
	if (rc != 0) {
		return rc;
	}
	if (!prot_ok(pt->stage, prot)) {
		return -EINVAL;
	}
	walk_init(&w, pt, ia);
	w.entry = map_entry;
	w.oa = oa;
	w.prot = prot;
	w.attrs = pt->stage == PGTABLE_STAGE1 ? stage1_attrs(prot) : stage2_attrs(prot);
	rc = walk_run(&w, ia, size);
	if (rc == 0) {
		pt->ops->published(pt->ctx);
		return 0;
	}
	/*
	 * Up to pos everything is ours. Without memory, the tables above pos may be ours and empty:
	 * including the hole at pos makes the unmapping find them.
	 */
	size = w.pos - ia + (rc == -ENOMEM ? PGTABLE_PAGE_SIZE : 0U);
	if (size != 0U) {
		unmap_range(pt, ia, size);
	}
	return rc;
}

/*
 * Replace a block by a table of the same mappings. The block is invalid for a moment, as
 * break-before-make demands of a change of block size (D8.14.1).
 */
static int split_block(const struct pgtable *pt, pte_t *pte, int level, uint64_t base)
{
	pte_t block = *pte;
	pte_t attrs = block & ~DESC_OA & ~leaf_type(level);
	pte_t *table = pt->ops->alloc(pt->ctx);

	if (table == NULL) {
		return -ENOMEM;
	}
	for (uint64_t i = 0U; i < PGTABLE_ENTRIES; i++) {
		uint64_t oa = (block & DESC_OA) + i * LEVEL_SPAN(level + 1);

		pte_write(&table[i], oa | attrs | leaf_type(level + 1));
	}
	pte_write(pte, 0U);
	pt->ops->invalidate(pt->ctx, base, LEVEL_SPAN(level), false);
	link_table(pt, pte, table);
	pt->ops->published(pt->ctx);
	return 0;
}

/* Makes a leaf begin at w->ia, if there is a mapping. */
static int split_entry(struct walk *w, pte_t *pte, int level, uint64_t ia, uint64_t len)
{
	uint64_t base = ia & ~(LEVEL_SPAN(level) - 1U);

	(void)len;
	if (pte_is_table(*pte, level)) {
		return WALK_DESCEND;
	}
	if ((*pte & DESC_VALID) == 0U || base == w->ia) {
		return WALK_NEXT;
	}
	if (split_block(w->pt, pte, level, base) != 0) {
		return -ENOMEM;
	}
	return WALK_DESCEND;
}

static int split_at(struct pgtable *pt, uint64_t ia)
{
	struct walk w;

	if (ia == UINT64_C(1) << pt->ia_bits) {
		return 0;
	}
	walk_init(&w, pt, ia);
	w.entry = split_entry;
	return walk_run(&w, ia, PGTABLE_PAGE_SIZE);
}

static int unmap_entry(struct walk *w, pte_t *pte, int level, uint64_t ia, uint64_t len)
{
	(void)w;
	(void)ia;
	(void)len;
	if (pte_is_table(*pte, level)) {
		return WALK_DESCEND;
	}
	/* Both ends of the range are ends of leaves: see split_at(). */
	pte_write(pte, 0U);
	return WALK_NEXT;
}

/* A walker may still be in the table: its first word becomes the chain, which is never a valid entry. */
static void chain_table(struct walk *w, pte_t *pte)
{
	pte_t *table = pte_table(w->pt, *pte);

	pte_write(pte, 0U);
	pte_write(&table[0], (pte_t)(uintptr_t)w->freed);
	w->freed = table;
}

static void unmap_leave(struct walk *w, pte_t *pte, int level, uint64_t ia)
{
	const pte_t *table = pte_table(w->pt, *pte);

	(void)level;
	(void)ia;
	for (unsigned int i = 0U; i < PGTABLE_ENTRIES; i++) {
		if (table[i] != 0U) {
			return;
		}
	}
	chain_table(w, pte);
}

static void free_chain(struct walk *w)
{
	while (w->freed != NULL) {
		pte_t *table = w->freed;

		w->freed = (pte_t *)(uintptr_t)table[0];
		table[0] = 0U;
		w->pt->ops->free(w->pt->ctx, table);
	}
}

static void unmap_range(struct pgtable *pt, uint64_t ia, uint64_t size)
{
	struct walk w;

	walk_init(&w, pt, ia);
	w.entry = unmap_entry;
	w.leave = unmap_leave;
	(void)walk_run(&w, ia, size);
	pt->ops->invalidate(pt->ctx, ia, size, w.freed != NULL);
	free_chain(&w);
}

int pgtable_unmap(struct pgtable *pt, uint64_t ia, uint64_t size)
{
	int rc = check_range(ia, size, pt->ia_bits);

	rc = rc != 0 ? rc : split_at(pt, ia);
	rc = rc != 0 ? rc : split_at(pt, ia + size);
	if (rc != 0) {
		return rc;
	}
	unmap_range(pt, ia, size);
	return 0;
}

static int visit_entry(struct walk *w, pte_t *pte, int level, uint64_t ia, uint64_t len)
{
	pte_t value = *(volatile pte_t *)pte;
	struct pgtable_leaf leaf;

	(void)len;
	if (pte_is_table(value, level)) {
		return WALK_DESCEND;
	}
	leaf.size = LEVEL_SPAN(level);
	leaf.ia = ia & ~(leaf.size - 1U);
	leaf.oa = value & DESC_OA;
	leaf.prot = 0U;
	if ((value & DESC_VALID) != 0U) {
		leaf.prot = w->pt->stage == PGTABLE_STAGE1 ? stage1_prot(value)
							   : stage2_prot(value);
	}
	return w->fn(&leaf, w->arg);
}

int pgtable_walk(struct pgtable *pt, uint64_t ia, uint64_t size, pgtable_visit_fn fn, void *arg)
{
	struct walk w;
	int rc = check_range(ia, size, pt->ia_bits);

	if (rc != 0) {
		return rc;
	}
	walk_init(&w, pt, ia);
	w.entry = visit_entry;
	w.fn = fn;
	w.arg = arg;
	return walk_run(&w, ia, size);
}

static int lookup_visit(const struct pgtable_leaf *leaf, void *arg)
{
	struct pgtable_leaf *found = arg;

	found->ia = leaf->ia;
	found->size = leaf->size;
	found->oa = leaf->oa;
	found->prot = leaf->prot;
	return 0;
}

int pgtable_lookup(struct pgtable *pt, uint64_t ia, struct pgtable_leaf *leaf)
{
	int rc = pgtable_walk(pt, ia & ~(PGTABLE_PAGE_SIZE - 1U), PGTABLE_PAGE_SIZE, lookup_visit,
			      leaf);

	if (rc != 0) {
		return rc;
	}
	return leaf->prot != 0U ? 0 : -ENOENT;
}

/* Not by walk_table(): of a tree that covers 40 bits nearly all entries are empty, and there is nothing to ask about. */
static void destroy_table(struct walk *w, pte_t *table, int level, size_t entries)
{
	for (size_t i = 0U; i < entries; i++) {
		pte_t pte = table[i];

		if ((pte & DESC_VALID) == 0U) {
			continue;
		}
		if (pte_is_table(pte, level)) {
			destroy_table(w, pte_table(w->pt, pte), level + 1, PGTABLE_ENTRIES);
			chain_table(w, &table[i]);
		} else {
			pte_write(&table[i], 0U);
		}
	}
}

void pgtable_destroy(struct pgtable *pt)
{
	uint64_t size = UINT64_C(1) << pt->ia_bits;
	struct walk w;

	walk_init(&w, pt, 0U);
	destroy_table(&w, pt->root, pt->start_level, size >> LEVEL_SHIFT(pt->start_level));
	pt->ops->invalidate(pt->ctx, 0U, size, true);
	free_chain(&w);
}
