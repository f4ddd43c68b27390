/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Translation tables of the VMSAv8-64, stage 1 and stage 2, 4K granule: one walker for all.
 *
 * A table set is a root (one page, or up to 16 concatenated ones for stage 2) and the operations that
 * the owner passes in: where table pages come from, how they are addressed, how TLBs hear of changes.
 * So it runs in start-up code with the MMU off, in the kernel, for guests, and on the host in unit tests.
 *
 * Semantics:
 *  - pgtable_map() maps nothing that is mapped already (-EEXIST) and uses the largest blocks that
 *    alignment and length allow. It happens completely or not at all.
 *  - pgtable_unmap() ignores holes, splits blocks that it covers in part, and gives empty tables back.
 *    Only the splitting can fail (-ENOMEM), before anything is changed at that block.
 *  - A valid entry is never replaced by another valid one: break-before-make (Arm ARM DDI 0487,
 *    D8.14.1). Nobody may use a block while it is split.
 *
 * Locking is the caller's. Nothing blocks. Time is proportional to the entries touched.
 */
#ifndef ZVM_ARCH_ARM64_PGTABLE_H_
#define ZVM_ARCH_ARM64_PGTABLE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t pte_t;

#define PGTABLE_PAGE_SHIFT 12
#define PGTABLE_PAGE_SIZE  (UINT64_C(1) << PGTABLE_PAGE_SHIFT)
#define PGTABLE_ENTRIES    512U
#define PGTABLE_LAST_LEVEL 3
/** Output addresses have no more bits than this: no LPA, no LPA2. */
#define PGTABLE_OA_BITS_MAX 48

/* What a mapping allows, and its memory type (without PG_DEVICE and PG_NC: normal, write-back cached). */
#define PG_R      (1U << 0)
#define PG_W      (1U << 1)
#define PG_X      (1U << 2)
#define PG_DEVICE (1U << 3) /**< Device-nGnRE; stage 2: Device-nGnRnE */
#define PG_NC     (1U << 4) /**< normal, not cached */
#define PG_PAGES  (1U << 5) /**< no blocks, so that single pages can go later without splitting */

#define PG_RX  (PG_R | PG_X)
#define PG_RW  (PG_R | PG_W)
#define PG_RWX (PG_R | PG_W | PG_X)

enum pgtable_stage {
	PGTABLE_STAGE1 = 1,
	PGTABLE_STAGE2 = 2,
};

/** What the owner of a table set provides. @p ctx is pgtable.ctx. */
struct pgtable_ops {
	/** A zeroed page for a table, or NULL. */
	pte_t *(*alloc)(void *ctx);
	/** Takes a table page back; no walker sees it any more. */
	void (*free)(void *ctx, pte_t *table);
	/** Physical address of a table page, and the way back. */
	uint64_t (*to_phys)(void *ctx, const pte_t *table);
	pte_t *(*to_virt)(void *ctx, uint64_t phys);
	/** Makes entries written from invalid to valid visible to the walkers (DSB ISHST; ISB if own). */
	void (*published)(void *ctx);
	/**
	 * Invalidates what the TLBs hold for [ia, ia + size), and completes. @p tables: also cached
	 * table entries, because a table is about to be freed or replaced.
	 */
	void (*invalidate)(void *ctx, uint64_t ia, uint64_t size, bool tables);
};

/** A table set. Filled in by pgtable_init(). */
struct pgtable {
	pte_t *root;
	const struct pgtable_ops *ops;
	void *ctx;
	enum pgtable_stage stage;
	uint8_t ia_bits;
	uint8_t oa_bits;
	uint8_t start_level;
};

/** Where pgtable_lookup() ended. */
struct pgtable_leaf {
	uint64_t ia;       /**< start of the page or block */
	uint64_t size;     /**< its size; for a hole, the hole that one invalid entry stands for */
	uint64_t oa;       /**< output address of its start */
	unsigned int prot; /**< PG_* without PG_PAGES; 0 for a hole */
};

/**
 * @brief Visitor of pgtable_walk().
 *
 * Called for every leaf and every hole that overlaps the range, in order of addresses.
 *
 * @return 0 to go on, anything else ends the walk with that value
 */
typedef int (*pgtable_visit_fn)(const struct pgtable_leaf *leaf, void *arg);

/** @brief Level at which the walk of an input address of that size starts (DDI 0487, table D8-20). */
int pgtable_start_level(enum pgtable_stage stage, unsigned int ia_bits);

/** @brief Pages of the root table: more than one only for concatenated stage 2 tables (D8.2.9). */
unsigned int pgtable_root_pages(enum pgtable_stage stage, unsigned int ia_bits);

/**
 * @brief Describe an empty table set.
 *
 * @param root zeroed, pgtable_root_pages() pages, aligned to their total size
 * @retval 0
 * @retval -EINVAL sizes out of range (25..48 and 32..48 bits) or the root is not aligned
 */
int pgtable_init(struct pgtable *pt, enum pgtable_stage stage, unsigned int ia_bits,
		 unsigned int oa_bits, pte_t *root, const struct pgtable_ops *ops, void *ctx);

/**
 * @brief Map [ia, ia + size) to [oa, oa + size).
 *
 * @retval 0
 * @retval -EINVAL not page aligned, empty, or @p prot makes no sense (stage 1 needs PG_R; W and X exclude each
 *         other at stage 1)
 * @retval -ERANGE beyond the input or output address size, or wrapping
 * @retval -EEXIST some of it is mapped
 * @retval -ENOMEM no table page; nothing was changed
 */
int pgtable_map(struct pgtable *pt, uint64_t ia, uint64_t oa, uint64_t size, unsigned int prot);

/**
 * @brief Unmap [ia, ia + size). Holes are fine.
 *
 * @retval 0
 * @retval -EINVAL not page aligned or empty
 * @retval -ERANGE beyond the input address size
 * @retval -ENOMEM a block at an end of the range could not be split; nothing was changed
 */
int pgtable_unmap(struct pgtable *pt, uint64_t ia, uint64_t size);

/** @brief Visit leaves and holes of [ia, ia + size). @return 0, the visitor's value, -EINVAL or -ERANGE */
int pgtable_walk(struct pgtable *pt, uint64_t ia, uint64_t size, pgtable_visit_fn fn, void *arg);

/** @brief Find what @p ia is mapped to. @retval 0 / -ENOENT a hole (leaf->size says how large) / -ERANGE */
int pgtable_lookup(struct pgtable *pt, uint64_t ia, struct pgtable_leaf *leaf);

/** @brief Give all tables but the root back, and clear the root. */
void pgtable_destroy(struct pgtable *pt);

#endif /* ZVM_ARCH_ARM64_PGTABLE_H_ */
