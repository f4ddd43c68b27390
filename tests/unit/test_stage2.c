/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Stage 2 of VMs without the hardware: VTCR and VTTBR, sizes of blocks, who gets which pages back, and that no page and no
 * VMID is given back before the TLBs were told.
 */
#include <errno.h>

#include "unit.h"

#include "arch/arm64/sysreg.h"
#include "arch/fake/arch.h"
#include "arch/stage2.h"
#include "hyp/alloc.h"
#include "hyp/stage2.h"
#include "hyp/vmid.h"

#define MIB  (UINT64_C(1) << 20)
#define GIB  (UINT64_C(1) << 30)
#define PAGE UINT64_C(4096)
#define RAM  (1U * GIB)

static struct arch_stage2_limits limits;
static size_t pages_out;
static unsigned int left;
static unsigned int flushes;
static uint64_t flushed_vttbr;

void arch_stage2_limits(struct arch_stage2_limits *l)
{
	*l = limits;
}

void arch_stage2_publish(void)
{
}

void arch_stage2_flush(uint64_t vtcr, uint64_t vttbr, uint64_t ipa, uint64_t size)
{
	(void)ipa;
	(void)size;
	assert_int_equal(vtcr, stage2_vtcr());
	flushed_vttbr = vttbr;
	flushes++;
}

void arch_stage2_flush_all(uint64_t vtcr, uint64_t vttbr)
{
	arch_stage2_flush(vtcr, vttbr, 0U, UINT64_MAX);
}

void *hyp_pages_alloc(size_t size, size_t align)
{
	void *mem = NULL;

	if (left == 0U) {
		return NULL;
	}
	left--;
	assert_int_equal(posix_memalign(&mem, align, size), 0);
	memset(mem, 0, size);
	pages_out += size / PAGE;
	return mem;
}

void hyp_pages_free(void *mem, size_t size)
{
	assert_true(flushes > 0U || pages_out == size / PAGE);
	pages_out -= size / PAGE;
	free(mem);
}

static int setup(void **state)
{
	(void)state;
	limits = (struct arch_stage2_limits){.phys_bits = 48, .vmid16 = true};
	left = 1000U;
	flushes = 0U;
	pages_out = 0U;
	return stage2_host_init();
}

static struct pgtable_leaf look(struct stage2 *s2, uint64_t at)
{
	struct pgtable_leaf leaf;

	(void)pgtable_lookup(&s2->pt, at, &leaf);
	return leaf;
}

/* Values worked out by hand: D19.2.160. */
static void test_vtcr(void **state)
{
	(void)state;
	/* 40 bits of IPA: T0SZ 24, level 1; PS 48 bits; 16-bit VMIDs; walks inner shareable, write-back */
	assert_int_equal(stage2_vtcr(), 0x800d3558U);
	assert_int_equal(stage2_ipa_bits(), 40);
	limits = (struct arch_stage2_limits){.phys_bits = 40};
	assert_int_equal(stage2_host_init(), 0);
	assert_int_equal(stage2_vtcr(), 0x80023558U);
	limits.phys_bits = 36;
	assert_int_equal(stage2_host_init(), 0);
	assert_int_equal(stage2_vtcr(), 0x8001355cU);
	assert_int_equal(stage2_ipa_bits(), 36);
	/* 32 bits: four concatenated tables at level 2 */
	limits.phys_bits = 32;
	assert_int_equal(stage2_host_init(), 0);
	assert_int_equal(stage2_vtcr(), 0x80003520U);
}

static void test_root_and_vmid(void **state)
{
	struct stage2 a, b;

	(void)state;
	assert_int_equal(stage2_init(&a), 0);
	assert_int_equal(stage2_init(&b), 0);
	assert_int_not_equal(a.vmid, b.vmid);
	assert_int_not_equal(a.vmid, VMID_NONE);
	assert_int_equal(a.vttbr >> 48, a.vmid);
	assert_int_equal(a.vttbr & ((UINT64_C(1) << 48) - 1U), (uintptr_t)a.pt.root);
	/* Two concatenated tables, aligned to both; bit 0, CnP, is off. */
	assert_int_equal(a.vttbr & 0x1fffU, 0);
	assert_int_equal(a.table_pages, 2);
	stage2_destroy(&a);
	assert_int_equal(a.table_pages, 0);
	stage2_destroy(&b);
	assert_int_equal(pages_out, 0);
}

/* CPUs that came up after the first look count, as long as there is no VM. */
static void test_limits_of_late_cpus(void **state)
{
	struct stage2 s2, other;

	(void)state;
	limits.phys_bits = 36;
	assert_int_equal(stage2_init(&s2), 0);
	assert_int_equal(stage2_ipa_bits(), 36);
	limits.phys_bits = 32;
	assert_int_equal(stage2_init(&other), 0);
	assert_int_equal(stage2_ipa_bits(), 36);
	assert_int_equal(stage2_map(&s2, ipa(64U * GIB), hpa(0U), PAGE, PG_RWX), -ERANGE);
	stage2_destroy(&s2);
	stage2_destroy(&other);
	assert_int_equal(pages_out, 0);
}

static void test_blocks_of_ram(void **state)
{
	struct stage2 s2;

	(void)state;
	assert_int_equal(stage2_init(&s2), 0);
	/* 1 GiB aligned on both sides: no table at all. */
	assert_int_equal(stage2_map(&s2, ipa(RAM), hpa(16U * GIB), 2U * GIB, PG_RWX), 0);
	assert_int_equal(look(&s2, RAM).size, GIB);
	assert_int_equal(look(&s2, RAM + GIB).oa, 17U * GIB);
	assert_int_equal(s2.table_pages, 2);
	/* The rest in 2 MiB: one table. */
	assert_int_equal(
		stage2_map(&s2, ipa(RAM + 2U * GIB), hpa(32U * GIB + 2U * MIB), 256U * MIB, PG_RWX),
		0);
	assert_int_equal(look(&s2, RAM + 2U * GIB + 255U * MIB).size, 2U * MIB);
	assert_int_equal(look(&s2, RAM + 2U * GIB).prot, PG_RWX);
	assert_int_equal(s2.table_pages, 3);
	/* Registers by pages, never executable. */
	assert_int_equal(
		stage2_map(&s2, ipa(64U * MIB), hpa(80U * MIB), 2U * PAGE, PG_RW | PG_DEVICE), 0);
	assert_int_equal(look(&s2, 64U * MIB + PAGE).size, PAGE);
	assert_int_equal(look(&s2, 64U * MIB).prot, PG_RW | PG_DEVICE);
	assert_int_equal(s2.table_pages, 5);
	assert_int_equal(s2.table_pages, pages_out);
	stage2_destroy(&s2);
	assert_int_equal(pages_out, 0);
}

static void test_refusals(void **state)
{
	struct stage2 s2;

	(void)state;
	assert_int_equal(stage2_init(&s2), 0);
	assert_int_equal(stage2_map(&s2, ipa(RAM), hpa(GIB), 2U * MIB, PG_RWX), 0);
	assert_int_equal(stage2_map(&s2, ipa(RAM + PAGE), hpa(0U), PAGE, PG_RWX), -EEXIST);
	assert_int_equal(stage2_map(&s2, ipa(0U), hpa(0U), 2U * GIB, PG_RWX), -EEXIST);
	assert_int_equal(look(&s2, 0U).prot, 0);
	assert_int_equal(stage2_map(&s2, ipa(UINT64_C(1) << 40), hpa(0U), PAGE, PG_RWX), -ERANGE);
	assert_int_equal(
		stage2_map(&s2, ipa((UINT64_C(1) << 40) - PAGE), hpa(0U), 2U * PAGE, PG_RWX),
		-ERANGE);
	assert_int_equal(stage2_map(&s2, ipa(UINT64_MAX - PAGE + 1U), hpa(0U), 2U * PAGE, PG_RWX),
			 -ERANGE);
	assert_int_equal(
		stage2_map(&s2, ipa(8U * GIB), hpa(UINT64_MAX - PAGE + 1U), 2U * PAGE, PG_RWX),
		-ERANGE);
	assert_int_equal(stage2_map(&s2, ipa(8U * GIB), hpa(0U), PAGE + 1U, PG_RWX), -EINVAL);
	assert_int_equal(stage2_map(&s2, ipa(8U * GIB), hpa(0U), 0U, PG_RWX), -EINVAL);
	stage2_destroy(&s2);
	assert_int_equal(pages_out, 0);
}

static void test_unmap_tells_the_tlbs(void **state)
{
	struct stage2 s2;

	(void)state;
	assert_int_equal(stage2_init(&s2), 0);
	assert_int_equal(stage2_map(&s2, ipa(0U), hpa(0U), 3U * PAGE, PG_RW | PG_DEVICE), 0);
	assert_int_equal(s2.table_pages, 4);
	assert_int_equal(flushes, 0);
	assert_int_equal(stage2_unmap(&s2, ipa(0U), 3U * PAGE), 0);
	assert_true(flushes > 0U);
	assert_int_equal(flushed_vttbr, s2.vttbr);
	assert_int_equal(s2.table_pages, 2);
	stage2_destroy(&s2);
	assert_int_equal(pages_out, 0);
}

static void test_flush(void **state)
{
	struct stage2 s2;

	(void)state;
	assert_int_equal(stage2_init(&s2), 0);
	stage2_flush(&s2);
	assert_int_equal(flushes, 1);
	assert_int_equal(flushed_vttbr, s2.vttbr);
	stage2_destroy(&s2);
}

static void test_destroy_tells_the_tlbs(void **state)
{
	struct stage2 s2;
	uint64_t vttbr;

	(void)state;
	assert_int_equal(stage2_init(&s2), 0);
	vttbr = s2.vttbr;
	assert_int_equal(stage2_map(&s2, ipa(RAM), hpa(2U * MIB), 64U * MIB, PG_RWX), 0);
	stage2_destroy(&s2);
	assert_int_equal(flushed_vttbr, vttbr);
	assert_int_equal(pages_out, 0);
}

/* Every allocation in turn fails; nothing stays. */
static void test_out_of_memory(void **state)
{
	struct stage2 s2;

	(void)state;
	left = 0U;
	assert_int_equal(stage2_init(&s2), -ENOMEM);
	for (unsigned int n = 0U; n < 4U; n++) {
		left = 1U + n;
		assert_int_equal(stage2_init(&s2), 0);
		assert_int_equal(stage2_map(&s2, ipa(GIB - PAGE), hpa(0U), 2U * PAGE, PG_RWX),
				 -ENOMEM);
		assert_int_equal(s2.table_pages, 2);
		assert_int_equal(look(&s2, GIB - PAGE).prot, 0);
		stage2_destroy(&s2);
		assert_int_equal(pages_out, 0);
	}
}

static void test_vmids_run_out_and_come_back(void **state)
{
	static struct stage2 all[VMIDS];
	unsigned int n;

	(void)state;
	for (n = 0U; n < VMIDS && stage2_init(&all[n]) == 0; n++) {
	}
	assert_int_equal(n, VMIDS - 1U);
	assert_int_equal(stage2_init(&all[n]), -ENOSPC);
	stage2_destroy(&all[5]);
	assert_int_equal(stage2_init(&all[5]), 0);
	while (n > 0U) {
		stage2_destroy(&all[--n]);
	}
	assert_int_equal(pages_out, 0);
}

static void test_lookup(void **state)
{
	struct stage2 s2;
	hpa_t at;

	(void)state;
	assert_int_equal(stage2_init(&s2), 0);
	assert_int_equal(stage2_map(&s2, ipa(RAM), hpa(16U * GIB), 4U * MIB, PG_RWX), 0);
	assert_int_equal(stage2_map(&s2, ipa(RAM + 4U * MIB), hpa(32U * GIB), 2U * MIB, PG_RWX), 0);
	assert_int_equal(stage2_map(&s2, ipa(0U), hpa(0U), PAGE, PG_RW | PG_DEVICE), 0);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM + 5U), 4U * MIB - 5U, &at), 0);
	assert_int_equal(at.v, 16U * GIB + 5U);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM + 2U * MIB - 1U), 2U, &at), 0);
	assert_int_equal(at.v, 16U * GIB + 2U * MIB - 1U);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM + 6U * MIB - 1U), 1U, &at), 0);
	assert_int_equal(at.v, 32U * GIB + 2U * MIB - 1U);
	/* Not one range; a hole; before; registers; nothing; wrapping; out of reach */
	assert_int_equal(stage2_lookup(&s2, ipa(RAM), 6U * MIB, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM + 6U * MIB - 1U), 2U, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM - 1U), 2U, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(0U), 1U, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM), 0U, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(RAM), UINT64_MAX, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(UINT64_MAX - 1U), 1U, &at), -EFAULT);
	assert_int_equal(stage2_lookup(&s2, ipa(UINT64_C(1) << 41), 1U, &at), -EFAULT);
	stage2_destroy(&s2);
	assert_int_equal(pages_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_vtcr, setup),
		cmocka_unit_test_setup(test_root_and_vmid, setup),
		cmocka_unit_test_setup(test_limits_of_late_cpus, setup),
		cmocka_unit_test_setup(test_blocks_of_ram, setup),
		cmocka_unit_test_setup(test_refusals, setup),
		cmocka_unit_test_setup(test_unmap_tells_the_tlbs, setup),
		cmocka_unit_test_setup(test_flush, setup),
		cmocka_unit_test_setup(test_destroy_tells_the_tlbs, setup),
		cmocka_unit_test_setup(test_out_of_memory, setup),
		cmocka_unit_test_setup(test_vmids_run_out_and_come_back, setup),
		cmocka_unit_test_setup(test_lookup, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
