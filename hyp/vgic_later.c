/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes too long for one stretch with interrupts masked: kicks of several vCPUs, and all interrupts when groups go on
 * or off (GICD_CTLR). The exit that began it goes on step by step, the lock released and interrupts open in between, and
 * the guest's instruction ends with the last. Other vCPUs see what is done and what is not yet, as on a distributor that
 * takes its time (GICD_CTLR.RWP); each step leaves a state that is as good as any.
 */
#include "hyp/vgic_internal.h"

/*
 * What of a group that is off is pending in list registers goes back to memory. Nobody else is to get it meanwhile, so
 * each vCPU may do that when it is about to enter its guest.
 */
static uint32_t withdraw_groups(struct vcpu *v)
{
	const struct vgic *g = &v->vm->vgic;
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	if ((g->group0_on & g->group1_on) != 0U) {
		return 0U;
	}
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		if (((c->lr[n] & LR_GROUP1) != 0U ? g->group1_on : g->group0_on) == 0U) {
			news |= vgic_lr_note(v, n, VGIC_LR_WITHDRAW);
		}
	}
	return news;
}

uint32_t vgic_set_ctlr(struct vm *vm, struct vcpu *v, uint32_t ctlr)
{
	struct vgic *g = &vm->vgic;

	if (g->ctlr == ctlr) {
		return 0U;
	}
	g->ctlr = ctlr;
	g->group0_on = (ctlr & 1U) != 0U ? UINT32_MAX : 0U;
	g->group1_on = (ctlr & 6U) != 0U ? UINT32_MAX : 0U;
	v->vgic.later |= VGIC_LATER_BANKS & ((VGIC_LATER_CPU0 << vm->vcpu_count) - 1U);
	return 1U << v->id;
}

/* The groups have changed: one bank after the other, SPIs first, and then who has news. */
static void look_again(struct vcpu *v, uint32_t *news)
{
	struct vm *vm = v->vm;
	struct vgic_cpu *c = &v->vgic;
	uint32_t bit = (uint32_t)__builtin_ctz(c->later & VGIC_LATER_BANKS);

	c->later &= ~(1U << bit);
	vgic_lock(vm);
	if (1U << bit < VGIC_LATER_CPU0) {
		*news |= vgic_update(vm, NULL, bit - VGIC_VCPUS_MAX + 1U);
	} else {
		struct vcpu *o = vm->vcpu[bit - VGIC_VCPUS_MAX - VGIC_SPI_BANKS];

		*news |= withdraw_groups(o);
		*news |= vgic_update(vm, o, 0U);
	}
	if ((c->later & VGIC_LATER_BANKS) == 0U) {
		c->later |= 1U << v->id | vgic_deliver(vm, *news & ~(1U << v->id));
		*news = 0U;
	}
	vgic_unlock(vm);
}

bool vgic_kick_from(struct vcpu *v, uint32_t vcpus)
{
	if (vcpus != 0U) {
		vcpu_kick(v->vm->vcpu[__builtin_ctz(vcpus)]);
		v->vgic.later |= vcpus & (vcpus - 1U);
	}
	return v->vgic.later == 0U;
}

bool vgic_written(struct vcpu *v, uint32_t news)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t own = news & 1U << v->id;
	uint32_t kicks = 0U;

	if ((c->later & VGIC_LATER_BANKS) == 0U) {
		if (own != 0U && !vgic_sync_shortly(v)) {
			c->later |= own;
		}
		kicks = vgic_deliver(v->vm, news & ~own);
	}
	vgic_unlock(v->vm);
	return vgic_kick_from(v, kicks);
}

/* Its own list registers; if they are not here any more, guest_before_enter() is told. */
static void fill_own(struct vcpu *v)
{
	uint32_t own = 1U << v->id;
	uint32_t kicks;

	vgic_lock(v->vm);
	kicks = vgic_deliver(v->vm, own);
	vgic_unlock(v->vm);
	v->vgic.later |= kicks & ~own;
	if ((kicks & own) != 0U) {
		vcpu_kick(v);
	}
}

bool vgic_later(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	while (c->later != 0U) {
		/* Whoever is more urgent than the guest goes first; this thread may be on another CPU afterwards. */
		arch_irq_enable();
		arch_spin_relax();
		arch_irq_disable();
		if ((c->later & VGIC_LATER_BANKS) != 0U) {
			look_again(v, &news);
		} else {
			uint32_t kick = (uint32_t)__builtin_ctz(c->later);

			c->later &= c->later - 1U;
			if (kick == v->id) {
				fill_own(v);
			} else {
				vcpu_kick(v->vm->vcpu[kick]);
			}
		}
	}
	return true;
}
