/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Software generated interrupts: trapped writes of ICC_SGI1R_EL1 and its siblings (IHI 0069, 12.2.20).
 */
#include "hyp/vgic_internal.h"

#define SGI_LIST      UINT64_C(0xffff)
#define SGI_AFF1      (UINT64_C(0xff) << 16)
#define SGI_INTID(v)  ((uint32_t)((v) >> 24) & 0xfU)
#define SGI_AFF2      (UINT64_C(0xff) << 32)
#define SGI_IRM       (UINT64_C(1) << 40)
#define SGI_RS        (UINT64_C(0xf) << 44)
#define SGI_AFF3      (UINT64_C(0xff) << 48)
#define SGI_ELSEWHERE (SGI_AFF1 | SGI_AFF2 | SGI_AFF3 | SGI_RS)

/* The vCPUs that are meant. Their affinities are 0.0.0.n, n below 16: other affinities and ranges are nobody's. */
static uint32_t targets(const struct vcpu *v, uint64_t value)
{
	uint32_t all = (1U << v->vm->vcpu_count) - 1U;

	if ((value & SGI_IRM) != 0U) {
		return all & ~(1U << v->id);
	}
	return (value & SGI_ELSEWHERE) != 0U ? 0U : (uint32_t)(value & SGI_LIST) & all;
}

/*
 * Pending at one vCPU. If a list register holds it, vgic_sync() of its CPU finds the latch: the guest is done with the
 * one before, or it becomes pending there once more.
 */
static ALWAYS_INLINE uint32_t pend(struct vcpu *t, uint32_t bit, bool group1, uint32_t on)
{
	struct vgic_bank *b = &t->vgic.bank;

	/* One security state: each register makes those of its own group only (IHI 0069, 4.5.2). */
	if ((((b->group | b->grpmod) & bit) != 0U) != group1 || (b->latch & bit) != 0U) {
		return 0U;
	}
	b->latch |= bit;
	if ((b->enabled & on & ~b->active & bit) == 0U) {
		return 0U;
	}
	b->ready |= bit & ~b->in_lr;
	return 1U << t->id;
}

void vgic_sgi(struct vcpu *v, uint64_t value, bool group1)
{
	struct vm *vm = v->vm;
	uint32_t bit = 1U << SGI_INTID(value);
	uint32_t to = targets(v, value);
	uint32_t news = 0U;
	uint32_t on;

	vgic_lock(vm);
	on = group1 ? vm->vgic.group1_on : vm->vgic.group0_on;
	for (; to != 0U; to &= to - 1U) {
		news |= pend(vm->vcpu[__builtin_ctz(to)], bit, group1, on);
	}
	vgic_unlock_news(vm, news);
}
