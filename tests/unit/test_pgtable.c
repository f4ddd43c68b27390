/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The page-table walker against a model: one entry per page of a small window of input addresses, and
 * random maps and unmaps. Table pages come from a pool that can be told to run dry, and that notices
 * leaks, double frees, and pages that were freed before the TLBs heard of it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "arch/arm64/pgtable.h"

#define PAGE  PGTABLE_PAGE_SIZE
#define BLOCK (UINT64_C(2) << 20)
#define GIGA  (UINT64_C(1) << 30)

/* The window of the model: 8 MiB on both sides of a 1 GiB boundary. */
#define WINDOW_PAGES 4096U
#define WINDOW_BASE  (5U * GIGA - WINDOW_PAGES / 2U * PAGE)

#define POOL_PAGES 64U
#define POOL_PHYS  UINT64_C(0x700000000)

struct machine {
	pte_t pages[POOL_PAGES][PGTABLE_ENTRIES] __attribute__((aligned(4096)));
	bool used[POOL_PAGES];
	unsigned int left;
	unsigned int in_use;
	/* Since the last change of an entry from valid to invalid. */
	unsigned int invalidations;
};

static struct machine m;
static pte_t root[16][PGTABLE_ENTRIES] __attribute__((aligned(65536)));
static struct pgtable pt;

static pte_t *pool_alloc(void *ctx)
{
	assert_ptr_equal(ctx, &m);
	if (m.left == 0U) {
		return NULL;
	}
	for (unsigned int i = 0U; i < POOL_PAGES; i++) {
		if (!m.used[i]) {
			m.used[i] = true;
			m.left--;
			m.in_use++;
			memset(m.pages[i], 0, sizeof(m.pages[i]));
			return m.pages[i];
		}
	}
	return NULL;
}

static unsigned int page_index(const pte_t *table)
{
	size_t i = (size_t)(table - m.pages[0]) / PGTABLE_ENTRIES;

	assert_true(i < POOL_PAGES);
	assert_ptr_equal(table, m.pages[i]);
	return (unsigned int)i;
}

static void pool_free(void *ctx, pte_t *table)
{
	unsigned int i = page_index(table);

	assert_ptr_equal(ctx, &m);
	assert_true(m.used[i]);
	/* No walker may be in it any more. */
	assert_true(m.invalidations > 0U);
	m.used[i] = false;
	m.left++;
	m.in_use--;
	memset(table, 0xff, PAGE);
}

static uint64_t to_phys(void *ctx, const pte_t *table)
{
	(void)ctx;
	return POOL_PHYS + page_index(table) * PAGE;
}

static pte_t *to_virt(void *ctx, uint64_t phys)
{
	uint64_t i = (phys - POOL_PHYS) / PAGE;

	(void)ctx;
	assert_true(i < POOL_PAGES && m.used[i]);
	return m.pages[i];
}

static void published(void *ctx)
{
	(void)ctx;
}

static void invalidate(void *ctx, uint64_t ia, uint64_t size, bool tables)
{
	(void)ctx;
	(void)ia;
	(void)tables;
	assert_true(size > 0U);
	m.invalidations++;
}

static const struct pgtable_ops ops = {
	.alloc = pool_alloc,
	.free = pool_free,
	.to_phys = to_phys,
	.to_virt = to_virt,
	.published = published,
	.invalidate = invalidate,
};

static void fresh(enum pgtable_stage stage, unsigned int ia_bits)
{
	memset(&m, 0, sizeof(m));
	memset(root, 0, sizeof(root));
	m.left = POOL_PAGES;
	assert_int_equal(pgtable_init(&pt, stage, ia_bits, 40, root[0], &ops, &m), 0);
}

static int setup(void **state)
{
	(void)state;
	fresh(PGTABLE_STAGE1, 48);
	return 0;
}

static struct pgtable_leaf look(uint64_t ia)
{
	struct pgtable_leaf leaf;

	(void)pgtable_lookup(&pt, ia, &leaf);
	return leaf;
}

static void test_start_levels(void **state)
{
	(void)state;
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE1, 48), 0);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE1, 40), 0);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE1, 39), 1);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE1, 30), 2);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE2, 48), 0);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE2, 44), 0);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE2, 43), 1);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE2, 40), 1);
	assert_int_equal(pgtable_start_level(PGTABLE_STAGE2, 34), 2);
	assert_int_equal(pgtable_root_pages(PGTABLE_STAGE1, 48), 1);
	assert_int_equal(pgtable_root_pages(PGTABLE_STAGE1, 40), 1);
	assert_int_equal(pgtable_root_pages(PGTABLE_STAGE2, 40), 2);
	assert_int_equal(pgtable_root_pages(PGTABLE_STAGE2, 43), 16);
	assert_int_equal(pgtable_root_pages(PGTABLE_STAGE2, 39), 1);
	assert_int_equal(pgtable_root_pages(PGTABLE_STAGE2, 34), 16);
}

static void test_blocks_as_large_as_possible(void **state)
{
	(void)state;
	/* A page, 2 MiB blocks, a 1 GiB block, 2 MiB blocks, a page. */
	assert_int_equal(pgtable_map(&pt, GIGA - BLOCK - PAGE, GIGA - BLOCK - PAGE,
				     GIGA + 2U * BLOCK + 2U * PAGE, PG_RW),
			 0);
	assert_int_equal(look(GIGA - BLOCK - PAGE).size, PAGE);
	assert_int_equal(look(GIGA - 1U).size, BLOCK);
	assert_int_equal(look(GIGA).size, GIGA);
	assert_int_equal(look(GIGA + 12345U).ia, GIGA);
	assert_int_equal(look(2U * GIGA).size, BLOCK);
	assert_int_equal(look(2U * GIGA + BLOCK).size, PAGE);
	assert_int_equal(look(2U * GIGA + BLOCK + PAGE).prot, 0U);
	assert_int_equal(look(GIGA).prot, PG_RW);
}

static void test_output_alignment_limits_blocks(void **state)
{
	(void)state;
	assert_int_equal(pgtable_map(&pt, GIGA, 2U * GIGA + BLOCK, GIGA, PG_R), 0);
	assert_int_equal(look(GIGA).size, BLOCK);
	assert_int_equal(look(GIGA + 5U * BLOCK).oa, 2U * GIGA + 6U * BLOCK);
	assert_int_equal(pgtable_map(&pt, 4U * GIGA, PAGE, BLOCK, PG_R), 0);
	assert_int_equal(look(4U * GIGA).size, PAGE);
}

static void test_pages_only(void **state)
{
	(void)state;
	assert_int_equal(pgtable_map(&pt, 0U, 0U, BLOCK, PG_RW | PG_PAGES), 0);
	assert_int_equal(look(BLOCK - 1U).size, PAGE);
	assert_int_equal(look(0U).prot, PG_RW);
}

static void test_refusals(void **state)
{
	uint64_t top = UINT64_C(1) << 48;

	(void)state;
	assert_int_equal(pgtable_map(&pt, 1U, 0U, PAGE, PG_R), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 8U, PAGE, PG_R), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE + 1U, PG_R), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, 0U, PG_R), -EINVAL);
	assert_int_equal(pgtable_map(&pt, top, 0U, PAGE, PG_R), -ERANGE);
	assert_int_equal(pgtable_map(&pt, top - PAGE, 0U, 2U * PAGE, PG_R), -ERANGE);
	assert_int_equal(pgtable_map(&pt, UINT64_MAX - PAGE + 1U, 0U, PAGE, PG_R), -ERANGE);
	assert_int_equal(pgtable_map(&pt, PAGE, 0U, UINT64_MAX - PAGE + 1U, PG_R), -ERANGE);
	/* 40 output bits in these tests */
	assert_int_equal(pgtable_map(&pt, 0U, UINT64_C(1) << 40, PAGE, PG_R), -ERANGE);
	assert_int_equal(pgtable_map(&pt, 0U, (UINT64_C(1) << 40) - PAGE, 2U * PAGE, PG_R),
			 -ERANGE);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE, 0U), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE, PG_W), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE, PG_RWX), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE, PG_RX | PG_DEVICE), -EINVAL);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE, PG_R | PG_DEVICE | PG_NC), -EINVAL);
	assert_int_equal(pgtable_unmap(&pt, 1U, PAGE), -EINVAL);
	assert_int_equal(pgtable_unmap(&pt, top, PAGE), -ERANGE);
	assert_int_equal(m.in_use, 0U);
	assert_int_equal(pgtable_map(&pt, top - PAGE, 0U, PAGE, PG_R), 0);
	assert_int_equal(pgtable_unmap(&pt, top - PAGE, PAGE), 0);
	assert_int_equal(m.in_use, 0U);
}

static void test_overlap_changes_nothing(void **state)
{
	unsigned int before;

	(void)state;
	assert_int_equal(pgtable_map(&pt, 3U * BLOCK, 0U, BLOCK, PG_RW), 0);
	before = m.in_use;
	assert_int_equal(pgtable_map(&pt, 0U, 0U, 8U * BLOCK, PG_RW), -EEXIST);
	assert_int_equal(look(0U).prot, 0U);
	assert_int_equal(look(2U * BLOCK).prot, 0U);
	assert_int_equal(look(3U * BLOCK).prot, PG_RW);
	assert_int_equal(look(4U * BLOCK).prot, 0U);
	assert_int_equal(pgtable_map(&pt, 3U * BLOCK + PAGE, 0U, PAGE, PG_RW), -EEXIST);
	assert_int_equal(m.in_use, before);
}

static void test_out_of_memory_changes_nothing(void **state)
{
	(void)state;
	for (unsigned int pages = 0U; pages < 5U; pages++) {
		m.left = pages;
		assert_int_equal(pgtable_map(&pt, GIGA - PAGE, 0U, 2U * PAGE, PG_RW), -ENOMEM);
		assert_int_equal(m.in_use, 0U);
		assert_int_equal(look(GIGA - PAGE).prot, 0U);
	}
	m.left = 5U;
	assert_int_equal(pgtable_map(&pt, GIGA - PAGE, 0U, 2U * PAGE, PG_RW), 0);
	assert_int_equal(m.in_use, 5U);
	assert_int_equal(pgtable_unmap(&pt, GIGA - PAGE, 2U * PAGE), 0);
	assert_int_equal(m.in_use, 0U);
}

static void test_split_keeps_the_rest(void **state)
{
	(void)state;
	assert_int_equal(pgtable_map(&pt, 4U * GIGA, 8U * GIGA, GIGA, PG_R | PG_NC), 0);
	assert_int_equal(pgtable_unmap(&pt, 4U * GIGA + 3U * BLOCK + PAGE, PAGE), 0);
	assert_int_equal(look(4U * GIGA + 3U * BLOCK + PAGE).prot, 0U);
	assert_int_equal(look(4U * GIGA + 3U * BLOCK).oa, 8U * GIGA + 3U * BLOCK);
	assert_int_equal(look(4U * GIGA + 3U * BLOCK).size, PAGE);
	assert_int_equal(look(4U * GIGA + 3U * BLOCK + 2U * PAGE).oa,
			 8U * GIGA + 3U * BLOCK + 2U * PAGE);
	assert_int_equal(look(4U * GIGA + 4U * BLOCK).size, BLOCK);
	assert_int_equal(look(4U * GIGA + 511U * BLOCK).oa, 8U * GIGA + 511U * BLOCK);
	assert_int_equal(look(4U * GIGA + 511U * BLOCK).prot, PG_R | PG_NC);
	assert_int_equal(pgtable_unmap(&pt, 4U * GIGA, GIGA), 0);
	assert_int_equal(m.in_use, 0U);
}

static void test_split_without_memory(void **state)
{
	(void)state;
	assert_int_equal(pgtable_map(&pt, 0U, 0U, GIGA, PG_RX), 0);
	for (unsigned int pages = 0U; pages < 2U; pages++) {
		m.left = pages;
		assert_int_equal(pgtable_unmap(&pt, BLOCK + PAGE, PAGE), -ENOMEM);
		for (uint64_t ia = 0U; ia < GIGA; ia += BLOCK / 2U) {
			struct pgtable_leaf leaf = look(ia);

			assert_int_equal(leaf.prot, PG_RX);
			assert_int_equal(leaf.oa + (ia - leaf.ia), ia);
		}
	}
}

static void test_stage2(void **state)
{
	static const unsigned int prots[] = {
		PG_R, PG_RW, PG_RX, PG_RWX, PG_RW | PG_DEVICE, PG_RWX | PG_NC, PG_W, PG_X};

	(void)state;
	/* Two concatenated tables: the second one begins at 512 GiB. */
	fresh(PGTABLE_STAGE2, 40);
	for (unsigned int i = 0U; i < sizeof(prots) / sizeof(prots[0]); i++) {
		uint64_t ia = 510U * GIGA + i * GIGA;

		assert_int_equal(pgtable_map(&pt, ia, i * GIGA, GIGA, prots[i]), 0);
		assert_int_equal(look(ia).prot, prots[i]);
		assert_int_equal(look(ia).oa, i * GIGA);
	}
	assert_int_equal(m.in_use, 0U);
	assert_true((root[1][0] & 1U) != 0U);
	assert_int_equal(pgtable_map(&pt, 0U, 0U, PAGE, PG_RWX), 0);
	assert_int_equal(m.in_use, 2U);
	pgtable_destroy(&pt);
	assert_int_equal(m.in_use, 0U);
	assert_int_equal(root[0][510] | root[1][0], 0U);
}

static void test_init_refuses(void **state)
{
	struct pgtable other;

	(void)state;
	assert_int_equal(pgtable_init(&other, PGTABLE_STAGE1, 49, 40, root[0], &ops, &m), -EINVAL);
	assert_int_equal(pgtable_init(&other, PGTABLE_STAGE1, 24, 40, root[0], &ops, &m), -EINVAL);
	assert_int_equal(pgtable_init(&other, PGTABLE_STAGE1, 48, 52, root[0], &ops, &m), -EINVAL);
	assert_int_equal(pgtable_init(&other, PGTABLE_STAGE2, 40, 40, root[1], &ops, &m), -EINVAL);
}

/* What each page of the window should be. */
struct model {
	uint64_t oa[WINDOW_PAGES];
	unsigned int prot[WINDOW_PAGES];
};

static struct model model;

static int compare(const struct pgtable_leaf *leaf, void *arg)
{
	uint64_t *next = arg;

	for (uint64_t ia = leaf->ia; ia < leaf->ia + leaf->size; ia += PAGE) {
		uint64_t i = (ia - WINDOW_BASE) / PAGE;

		if (ia < WINDOW_BASE || i >= WINDOW_PAGES) {
			continue;
		}
		assert_int_equal(leaf->prot, model.prot[i]);
		if (leaf->prot != 0U) {
			assert_int_equal(leaf->oa + (ia - leaf->ia), model.oa[i]);
		}
		assert_int_equal(ia, *next);
		*next += PAGE;
	}
	return 0;
}

static void model_check(void)
{
	uint64_t next = WINDOW_BASE;

	assert_int_equal(pgtable_walk(&pt, WINDOW_BASE, WINDOW_PAGES * PAGE, compare, &next), 0);
	assert_int_equal(next, WINDOW_BASE + WINDOW_PAGES * PAGE);
}

static unsigned int pick(unsigned int n)
{
	static uint64_t seed = 88172645463325252U;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)(seed >> 11) % n;
}

static void random_map(unsigned int first, unsigned int count)
{
	static const unsigned int prots[] = {PG_R, PG_RW, PG_RX, PG_RW | PG_DEVICE, PG_RW | PG_NC};
	unsigned int prot = prots[pick(5)];
	/* The same offset within a block, half of the time: then blocks are possible. */
	uint64_t oa = WINDOW_BASE + first * PAGE + (pick(2) != 0U ? 7U * BLOCK : 3U * PAGE);
	bool clash = false;
	int rc;

	for (unsigned int i = first; i < first + count; i++) {
		clash = clash || model.prot[i] != 0U;
	}
	rc = pgtable_map(&pt, WINDOW_BASE + first * PAGE, oa, count * PAGE,
			 prot | (pick(4) == 0U ? PG_PAGES : 0U));
	if (clash) {
		assert_true(rc == -EEXIST || rc == -ENOMEM);
	} else if (rc == 0) {
		for (unsigned int i = 0U; i < count; i++) {
			model.prot[first + i] = prot;
			model.oa[first + i] = oa + i * PAGE;
		}
	} else {
		assert_int_equal(rc, -ENOMEM);
	}
}

static void random_unmap(unsigned int first, unsigned int count)
{
	int rc;

	m.invalidations = 0U;
	rc = pgtable_unmap(&pt, WINDOW_BASE + first * PAGE, count * PAGE);
	if (rc == 0) {
		memset(&model.prot[first], 0, count * sizeof(model.prot[0]));
		assert_true(m.invalidations > 0U);
	} else {
		assert_int_equal(rc, -ENOMEM);
	}
}

static void random_run(enum pgtable_stage stage, unsigned int ia_bits, unsigned int pages)
{
	fresh(stage, ia_bits);
	m.left = pages;
	memset(&model, 0, sizeof(model));
	for (unsigned int round = 0U; round < 4000U; round++) {
		unsigned int first = pick(3) == 0U ? pick(8) * 512U : pick(WINDOW_PAGES);
		unsigned int count = 1U + (pick(2) != 0U ? pick(8) : pick(WINDOW_PAGES - first));

		count = first + count > WINDOW_PAGES ? WINDOW_PAGES - first : count;
		if (pick(2) != 0U) {
			random_map(first, count);
		} else {
			random_unmap(first, count);
		}
		if (round % 16U == 0U) {
			model_check();
		}
	}
	model_check();
	/* Emptying it gives every table back, whatever the order was. */
	m.left = POOL_PAGES - m.in_use;
	random_unmap(0U, WINDOW_PAGES);
	assert_int_equal(m.in_use, 0U);
}

static void test_random_stage1(void **state)
{
	(void)state;
	random_run(PGTABLE_STAGE1, 48, POOL_PAGES);
}

static void test_random_stage2(void **state)
{
	(void)state;
	random_run(PGTABLE_STAGE2, 40, POOL_PAGES);
}

static void test_random_short_of_memory(void **state)
{
	(void)state;
	random_run(PGTABLE_STAGE1, 48, 6U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start_levels),
		cmocka_unit_test_setup(test_blocks_as_large_as_possible, setup),
		cmocka_unit_test_setup(test_output_alignment_limits_blocks, setup),
		cmocka_unit_test_setup(test_pages_only, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_overlap_changes_nothing, setup),
		cmocka_unit_test_setup(test_out_of_memory_changes_nothing, setup),
		cmocka_unit_test_setup(test_split_keeps_the_rest, setup),
		cmocka_unit_test_setup(test_split_without_memory, setup),
		cmocka_unit_test_setup(test_stage2, setup),
		cmocka_unit_test_setup(test_init_refuses, setup),
		cmocka_unit_test_setup(test_random_stage1, setup),
		cmocka_unit_test_setup(test_random_stage2, setup),
		cmocka_unit_test_setup(test_random_short_of_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
