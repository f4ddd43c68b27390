/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2 of VMs, on the walker of arch/arm64/pgtable.c: what is here is where tables come from, which VMID they
 * belong to, and how TLBs hear of changes.
 *
 * A VM's tables change while it is made and deleted, under its mutex; nothing is mapped or unmapped by exits.
 */
#include <errno.h>

#include <zephyr/spinlock.h>
#include <zephyr/sys/__assert.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "arch/arm64/sysreg.h"
#include "arch/stage2.h"
#include "hyp/alloc.h"
#include "hyp/stage2.h"
#include "hyp/vmid.h"

/* What a guest can address: 1 TiB reaches beyond every guest layout, and keeps the walk at three levels. */
#define IPA_BITS_MAX 40U

/*
 * VTCR_EL2 of all VMs. It may still change while there are none: CPUs that came up since may do less than those
 * before. So it is written again when a vCPU is loaded.
 */
static uint64_t vtcr;
static unsigned int ipa_bits;
static unsigned int phys_bits;
/* VMs with tables. VMs may be made and deleted by several threads at once. */
static unsigned int users;
/* While users and vtcr change together. */
static struct k_spinlock limits_lock;

/* D19.2.160 VTCR_EL2.PS, as ID_AA64MMFR0_EL1.PARange. */
static uint64_t phys_size(unsigned int bits)
{
	static const uint8_t sizes[] = {32, 36, 40, 42, 44, 48};
	uint64_t ps = 0U;

	while (ps < ARRAY_SIZE(sizes) - 1U && sizes[ps] < bits) {
		ps++;
	}
	return ps;
}

static void find_limits(void)
{
	struct arch_stage2_limits limits;
	uint64_t start;

	arch_stage2_limits(&limits);
	phys_bits = limits.phys_bits;
	ipa_bits = MIN(phys_bits, IPA_BITS_MAX);
	/* SL0, 4K granule: 0 is level 2, 1 is level 1, 2 is level 0 (D8.2.9, with concatenated tables at the root). */
	start = 2U - (uint64_t)pgtable_start_level(PGTABLE_STAGE2, ipa_bits);
	/* HA and HD stay 0: the tables are ours alone. So does DS: no LPA2. */
	vtcr = VTCR_RES1 | ((64U - (uint64_t)ipa_bits) << VTCR_T0SZ_SHIFT) |
	       (start << VTCR_SL0_SHIFT) | VTCR_IRGN0_WBWA | VTCR_ORGN0_WBWA | VTCR_SH0_INNER |
	       VTCR_TG0_4K | (phys_size(phys_bits) << VTCR_PS_SHIFT);
	vtcr |= limits.vmid16 ? VTCR_VS : 0U;
}

int stage2_host_init(void)
{
	find_limits();
	return 0;
}

uint64_t stage2_vtcr(void)
{
	return vtcr;
}

unsigned int stage2_ipa_bits(void)
{
	return ipa_bits;
}

static pte_t *table_alloc(void *ctx)
{
	struct stage2 *s2 = ctx;
	pte_t *table = hyp_pages_alloc(PGTABLE_PAGE_SIZE, PGTABLE_PAGE_SIZE);

	s2->table_pages += table != NULL ? 1U : 0U;
	return table;
}

static void table_free(void *ctx, pte_t *table)
{
	struct stage2 *s2 = ctx;

	s2->table_pages--;
	hyp_pages_free(table, PGTABLE_PAGE_SIZE);
}

static uint64_t table_to_phys(void *ctx, const pte_t *table)
{
	ARG_UNUSED(ctx);
	return hpa_of(table).v;
}

static pte_t *table_to_virt(void *ctx, uint64_t phys)
{
	ARG_UNUSED(ctx);
	return hpa_ptr(hpa(phys));
}

static void published(void *ctx)
{
	ARG_UNUSED(ctx);
	arch_stage2_publish();
}

static void invalidate(void *ctx, uint64_t ia, uint64_t size, bool tables)
{
	const struct stage2 *s2 = ctx;

	/* The operations by address drop cached table entries as well. */
	ARG_UNUSED(tables);
	arch_stage2_flush(vtcr, s2->vttbr, ia, size);
}

static const struct pgtable_ops ops = {
	.alloc = table_alloc,
	.free = table_free,
	.to_phys = table_to_phys,
	.to_virt = table_to_virt,
	.published = published,
	.invalidate = invalidate,
};

static size_t root_size(void)
{
	return pgtable_root_pages(PGTABLE_STAGE2, ipa_bits) * PGTABLE_PAGE_SIZE;
}

/* The first VM finds out what all CPUs can do. */
static uint64_t user_comes(void)
{
	k_spinlock_key_t key = k_spin_lock(&limits_lock);
	uint64_t value;

	if (users++ == 0U) {
		find_limits();
	}
	value = vtcr;
	k_spin_unlock(&limits_lock, key);
	return value;
}

static void user_goes(void)
{
	k_spinlock_key_t key = k_spin_lock(&limits_lock);

	users--;
	k_spin_unlock(&limits_lock, key);
}

int stage2_init(struct stage2 *s2)
{
	pte_t *root;

	s2->vmid = vmid_alloc();
	if (s2->vmid == VMID_NONE) {
		return -ENOSPC;
	}
	s2->vtcr = user_comes();
	/* Concatenated tables are aligned to their total size (D8.2.9). */
	root = hyp_pages_alloc(root_size(), root_size());
	if (root == NULL) {
		user_goes();
		vmid_free(s2->vmid);
		return -ENOMEM;
	}
	s2->table_pages = (uint32_t)(root_size() / PGTABLE_PAGE_SIZE);
	s2->vttbr = hpa_of(root).v | ((uint64_t)s2->vmid << VTTBR_VMID_SHIFT);
	(void)pgtable_init(&s2->pt, PGTABLE_STAGE2, ipa_bits, phys_bits, root, &ops, s2);
	return 0;
}

void stage2_destroy(struct stage2 *s2)
{
	/* Drops everything that is tagged with the VMID, before tables and VMID can be somebody else's. */
	pgtable_destroy(&s2->pt);
	hyp_pages_free(s2->pt.root, root_size());
	s2->table_pages -= (uint32_t)(root_size() / PGTABLE_PAGE_SIZE);
	__ASSERT(s2->table_pages == 0U, "tables of stage 2 are lost");
	vmid_free(s2->vmid);
	s2->pt.root = NULL;
	s2->vttbr = 0U;
	user_goes();
}

int stage2_map(struct stage2 *s2, ipa_t ipa, hpa_t hpa, uint64_t size, unsigned int prot)
{
	return pgtable_map(&s2->pt, ipa.v, hpa.v, size, prot);
}

int stage2_unmap(struct stage2 *s2, ipa_t ipa, uint64_t size)
{
	return pgtable_unmap(&s2->pt, ipa.v, size);
}

void stage2_flush(struct stage2 *s2)
{
	arch_stage2_flush_all(vtcr, s2->vttbr);
}

struct range_request {
	uint64_t start;
	uint64_t next; /* physical address that the next leaf must begin at */
	uint64_t hpa;
	bool found;
};

/* Leaves come in order; each must be RAM, and go on where the one before ended. */
static int range_visit(const struct pgtable_leaf *leaf, void *arg)
{
	struct range_request *req = arg;

	if ((leaf->prot & PG_R) == 0U || (leaf->prot & PG_DEVICE) != 0U) {
		return -EFAULT;
	}
	if (!req->found) {
		req->hpa = leaf->oa + (req->start - leaf->ia);
		req->found = true;
	} else if (leaf->oa != req->next) {
		return -EFAULT;
	}
	req->next = leaf->oa + leaf->size;
	return 0;
}

int stage2_lookup(struct stage2 *s2, ipa_t ipa, uint64_t size, hpa_t *hpa)
{
	struct range_request req = {.start = ipa.v};
	uint64_t first = align_down(ipa.v, PGTABLE_PAGE_SIZE);
	uint64_t end;

	if (size == 0U || !range_end_ok(ipa.v, size) ||
	    !align_up_ok(ipa.v + size, PGTABLE_PAGE_SIZE, &end)) {
		return -EFAULT;
	}
	if (pgtable_walk(&s2->pt, first, end - first, range_visit, &req) != 0) {
		return -EFAULT;
	}
	hpa->v = req.hpa;
	return 0;
}
