/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual CPU interface as a guest sees it (IHI 0069, chapters 4 and 6): enough of it to run whole interrupts
 * through the list registers.
 */
#include "arch/gic_virt.h"

#define IDLE 0x100U

struct fake_gic_all fake_gic;

static struct fake_gic *gic(void)
{
	return &fake_gic.cpu[fake_gic.current];
}

void fake_gic_reset(unsigned int lrs, unsigned int pribits)
{
	fake_gic = (struct fake_gic_all){.lrs = lrs, .pribits = pribits};
	/* What list registers hold after power-on is unknown. */
	for (unsigned int i = 0U; i < FAKE_GIC_CPUS; i++) {
		for (unsigned int n = 0U; n < lrs; n++) {
			fake_gic.cpu[i].lr[n] = LR_PENDING | LR_GROUP1 | (1000U + n);
		}
	}
}

uint32_t gic_virt_elrsr(void)
{
	const struct fake_gic *g = fake_gic_here();
	uint32_t empty = 0U;

	for (unsigned int n = 0U; n < fake_gic.lrs; n++) {
		if ((g->lr[n] & LR_STATE) == 0U &&
		    ((g->lr[n] & LR_HW) != 0U || (g->lr[n] & LR_EOI) == 0U)) {
			empty |= 1U << n;
		}
	}
	return empty;
}

uint32_t gic_virt_eisr(void)
{
	const struct fake_gic *g = fake_gic_here();
	uint32_t eoi = 0U;

	for (unsigned int n = 0U; n < fake_gic.lrs; n++) {
		if ((g->lr[n] & LR_STATE) == 0U && (g->lr[n] & LR_HW) == 0U &&
		    (g->lr[n] & LR_EOI) != 0U) {
			eoi |= 1U << n;
		}
	}
	return eoi;
}

static uint32_t running(const struct fake_gic *g)
{
	for (unsigned int i = 0U; i < 128U; i++) {
		if (((g->ap0r[i / 32U] | g->ap1r[i / 32U]) >> (i % 32U) & 1U) != 0U) {
			return i << (8U - fake_gic.pribits);
		}
	}
	return IDLE;
}

/* The list register with the most urgent pending interrupt of an enabled group, or -1. */
static int best_lr(const struct fake_gic *g)
{
	uint32_t best = IDLE;
	int found = -1;

	for (unsigned int n = 0U; n < fake_gic.lrs; n++) {
		bool group1 = (g->lr[n] & LR_GROUP1) != 0U;

		if ((g->lr[n] & LR_STATE) == LR_PENDING && LR_PRIORITY(g->lr[n]) < best &&
		    (g->vmcr & (group1 ? ICH_VMCR_ENG1 : ICH_VMCR_ENG0)) != 0U) {
			best = LR_PRIORITY(g->lr[n]);
			found = (int)n;
		}
	}
	return found;
}

static int signalled_lr(const struct fake_gic *g, bool group1)
{
	int n = (g->hcr & ICH_HCR_EN) != 0U ? best_lr(g) : -1;

	if (n < 0 || ((g->lr[n] & LR_GROUP1) != 0U) != group1) {
		return -1;
	}

	uint32_t priority = LR_PRIORITY(g->lr[n]);

	return priority < ICH_VMCR_PMR(g->vmcr) && priority < running(g) ? n : -1;
}

uint32_t fake_gic_signalled(bool group1)
{
	int n = signalled_lr(gic(), group1);

	return n < 0 ? FAKE_GIC_SPURIOUS : LR_INTID(gic()->lr[n]);
}

uint32_t fake_gic_ack(bool group1)
{
	struct fake_gic *g = gic();
	int n = signalled_lr(g, group1);
	uint32_t bit;

	if (n < 0) {
		return FAKE_GIC_SPURIOUS;
	}
	bit = LR_PRIORITY(g->lr[n]) >> (8U - fake_gic.pribits);
	(group1 ? g->ap1r : g->ap0r)[bit / 32U] |= 1U << (bit % 32U);
	g->lr[n] = (g->lr[n] & ~LR_STATE) | LR_ACTIVE;
	return LR_INTID(g->lr[n]);
}

static void deactivate(struct fake_gic *g, uint32_t intid)
{
	for (unsigned int n = 0U; n < fake_gic.lrs; n++) {
		if ((g->lr[n] & LR_ACTIVE) == 0U || LR_INTID(g->lr[n]) != intid) {
			continue;
		}
		g->lr[n] &= ~LR_ACTIVE;
		if ((g->lr[n] & LR_HW) != 0U) {
			uint32_t p = LR_PINTID(g->lr[n]);

			if (p < 32U) {
				fake_gic.ppi_active[fake_gic.current] &= ~(1U << p);
			} else {
				fake_gic.spi_active[p / 32U] &= ~(1U << (p % 32U));
			}
		}
		return;
	}
	g->hcr += 1U << 27;
}

void fake_gic_eoi(bool group1, uint32_t intid)
{
	struct fake_gic *g = gic();
	uint32_t *ap = group1 ? g->ap1r : g->ap0r;

	for (unsigned int i = 0U; i < 4U; i++) {
		if (ap[i] != 0U) {
			ap[i] &= ap[i] - 1U;
			break;
		}
	}
	if ((g->vmcr & ICH_VMCR_EOIM) == 0U) {
		deactivate(g, intid);
	}
}

bool fake_gic_dir(uint32_t intid)
{
	struct fake_gic *g = gic();

	if ((g->hcr & ICH_HCR_TDIR) != 0U) {
		return true;
	}
	deactivate(g, intid);
	return false;
}

bool fake_gic_maintenance(void)
{
	const struct fake_gic *g = gic();
	bool eng0 = (g->vmcr & ICH_VMCR_ENG0) != 0U;
	bool eng1 = (g->vmcr & ICH_VMCR_ENG1) != 0U;
	bool pending = false;

	if ((g->hcr & ICH_HCR_EN) == 0U) {
		return false;
	}
	for (unsigned int n = 0U; n < fake_gic.lrs; n++) {
		pending |= (g->lr[n] & LR_STATE) == LR_PENDING;
	}
	return gic_virt_eisr() != 0U || ((g->hcr & ICH_HCR_NPIE) != 0U && !pending) ||
	       ((g->hcr & ICH_HCR_LRENPIE) != 0U && ICH_HCR_EOICOUNT(g->hcr) != 0U) ||
	       ((g->hcr & ICH_HCR_VGRP0EIE) != 0U && eng0) ||
	       ((g->hcr & ICH_HCR_VGRP0DIE) != 0U && !eng0) ||
	       ((g->hcr & ICH_HCR_VGRP1EIE) != 0U && eng1) ||
	       ((g->hcr & ICH_HCR_VGRP1DIE) != 0U && !eng1);
}
