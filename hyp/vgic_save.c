/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual interface goes to memory and back with its vCPU; and the question that WFI asks: is there anything that
 * would interrupt the guest?
 */
#include "hyp/vgic_internal.h"
#include "kernel/irq.h"

/* ---- saving and loading ------------------------------------------------------------------------- */

/* The guest is done with the timer, whose list register is kept for the next time (vgic_reap()). */
static bool timer_kept(struct vcpu *v)
{
	return vgic_timer_open(v) && (v->vgic.lr[GUEST_TIMER_LR] & LR_STATE) == 0U;
}

/*
 * A tied PPI that is active on this CPU would keep the next vCPU's from coming: the state goes with the vCPU. The
 * device's line is down by now or belongs to somebody else.
 */
static void hw_save(struct vcpu *v)
{
	if (timer_kept(v)) {
		/* Of an interrupt in a list register with LR.HW that was so when it came, and will be: hw_load(). */
		v->vgic.bank.hw_active &= ~vgic_bit(VTIMER_INTID);
	}
	for (uint32_t bits = v->vgic.bank.hw_active; bits != 0U; bits &= bits - 1U) {
		vgic_hw_deactivate(v, (uint32_t)__builtin_ctz(bits));
	}
}

static uint32_t hw_load(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	for (uint32_t bits = c->bank.hw_active; bits != 0U; bits &= bits - 1U) {
		uint32_t intid = (uint32_t)__builtin_ctz(bits);
		int n = vgic_lr_find(c, intid);
		bool taken = n >= 0 ? (c->lr[n] & LR_ACTIVE) != 0U
				    : (c->bank.active & vgic_bit(intid)) != 0U;

		if (taken || vtimer_line(v, intid)) {
			z_irqchip->set_active(vgic_host_intid(v, intid), true);
			continue;
		}
		/* The line fell before the guest took it; what software wanted stays, without the hardware. */
		if (n >= 0 && (c->lr[n] & LR_HW) != 0U) {
			vgic_lr_put(c, (uint32_t)n, c->lr[n] & ~LR_STATE);
			c->bank.latch |= (c->lr_flags[n] & VGIC_LR_SOFT) != 0U ? vgic_bit(intid)
									       : 0U;
			news |= vgic_lr_release(v, (uint32_t)n, c->lr[n]);
		}
		c->bank.hw_active &= ~vgic_bit(intid);
		news |= vgic_update(v->vm, v, 0U);
	}
	if (vgic_timer_open(v)) {
		c->bank.hw_active |= vgic_bit(VTIMER_INTID);
	}
	return news;
}

/*
 * As they are, with what the guest is done with: the next of the same kind then takes the same way as always. What has to
 * be known at once is whether a line is still high (LR.EOI), or a physical interrupt is active no more.
 */
static ALWAYS_INLINE uint32_t save_lrs(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	if (unlikely((c->work & VGIC_WORK_LRS) != 0U)) {
		news = vgic_apply_asked(v);
	}
	if (unlikely(c->bank.hw_active != 0U || (c->used & gic_virt_eisr()) != 0U)) {
		news |= vgic_reap(v);
	}
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		c->lr[n] = gic_virt_lr(n);
	}
	return news;
}

void vgic_save(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	vgic_lock(v->vm);
	if (unlikely(!vgic_here(c))) {
		vgic_unlock(v->vm);
		return;
	}
	if (c->used != 0U) {
		news = save_lrs(v);
	}
	if (unlikely((c->hcr & ICH_HCR_LRENPIE) != 0U)) {
		news |= vgic_take_eoi_count(v);
	}
	c->vmcr = gic_virt_vmcr();
	gic_virt_save_aprs(c->ap0r, c->ap1r, vgic_host.prebits);
	gic_virt_set_hcr(0U);
	if (unlikely(c->bank.hw_active != 0U)) {
		hw_save(v);
	}
	vgic_host.stale[arch_cpu()->arch.id] = c->used;
	c->on = NULL;
	/* News for itself count, too: it may be waiting. */
	vgic_unlock_news(v->vm, news);
}

void vgic_load(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	struct z_cpu *cpu = arch_cpu();
	const uint32_t *stale = &vgic_host.stale[cpu->arch.id];
	uint32_t news = 0U;

	vgic_lock(v->vm);
	for (uint32_t old = *stale & ~c->used; old != 0U; old &= old - 1U) {
		gic_virt_set_lr((uint32_t)__builtin_ctz(old), 0U);
	}
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		gic_virt_set_lr(n, c->lr[n]);
	}
	gic_virt_set_vmcr(c->vmcr);
	gic_virt_load_aprs(c->ap0r, c->ap1r, vgic_host.prebits);
	gic_virt_set_hcr(c->hcr);
	c->silent = false;
	c->on = cpu;
	if (unlikely(c->bank.hw_active != 0U || vgic_timer_open(v))) {
		news = hw_load(v);
	}
	news |= vgic_sync(v);
	vgic_unlock_news(v->vm, news & ~(1U << v->id));
}

/* ---- would the guest be interrupted? ------------------------------------------------------------ */

/* The priority that the guest runs at: the first active one (ICH_AP0R<n>_EL2, ICH_AP1R<n>_EL2). */
static uint32_t running_priority(const uint32_t *ap0r, const uint32_t *ap1r)
{
	uint32_t words = vgic_host.prebits > 6U ? 4U : vgic_host.prebits > 5U ? 2U : 1U;

	for (uint32_t i = 0U; i < words; i++) {
		uint32_t active = ap0r[i] | ap1r[i];

		if (active != 0U) {
			return (i * 32U + (uint32_t)__builtin_ctz(active))
			       << (8U - vgic_host.prebits);
		}
	}
	return 0x100U;
}

/* Is an interrupt of this priority signalled (IHI 0069, 4.8: priority mask, preemption by group priority)? */
static bool signalled(uint32_t priority, bool group1, uint32_t vmcr, uint32_t running)
{
	bool common = !group1 || (vmcr & ICH_VMCR_CBPR) != 0U;
	uint32_t shift = common ? ICH_VMCR_BPR0(vmcr) + 1U : ICH_VMCR_BPR1(vmcr);
	uint32_t group_mask = ~0U << shift;

	if ((vmcr & (group1 ? ICH_VMCR_ENG1 : ICH_VMCR_ENG0)) == 0U) {
		return false;
	}
	return priority < ICH_VMCR_PMR(vmcr) && (priority & group_mask) < (running & group_mask);
}

static bool any_signalled(struct vcpu *v, uint32_t vmcr, uint32_t running)
{
	struct vgic_cpu *c = &v->vgic;
	struct vgic_choice best;

	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint64_t lr = vgic_lr_get(c, (uint32_t)__builtin_ctz(used));

		if ((lr & LR_STATE) == LR_PENDING &&
		    signalled(LR_PRIORITY(lr), (lr & LR_GROUP1) != 0U, vmcr, running)) {
			return true;
		}
	}
	if (vgic_choose(v, vmcr, &best, 1U) != 0U && best.key < VGIC_KEY_GROUP_OFF) {
		const struct vgic_bank *b = vgic_bank(v->vm, v, best.intid / VGIC_BANK_IRQS);

		return signalled(best.key, ((b->group | b->grpmod) & vgic_bit(best.intid)) != 0U,
				 vmcr, running);
	}
	return false;
}

/* Its list registers are on another CPU: what they held when we last looked, and better once too often: of the timer's we hear last. */
static bool pending_elsewhere(const struct vcpu *v)
{
	const struct vgic_cpu *c = &v->vgic;

	if (c->work != 0U || __atomic_load_n(&c->sgis, __ATOMIC_RELAXED) != 0U ||
	    vgic_timer_open(v) || vgic_anything_ready(v)) {
		return true;
	}
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		if ((c->lr[__builtin_ctz(used)] & LR_PENDING) != 0U) {
			return true;
		}
	}
	return false;
}

/* Its list registers are here, and the guest is done with all, most often. Nothing more needs to be known of the interface. */
static ALWAYS_INLINE bool nothing_here(const struct vcpu *v)
{
	const struct vgic_cpu *c = &v->vgic;

	return vgic_here(c) && vgic_lrs_done(c) &&
	       (*(volatile uint32_t *)&c->work | *(volatile uint32_t *)&c->sgis | c->bank.ready |
		v->vm->vgic.ready_banks) == 0U;
}

static __attribute__((noinline)) bool look_closer(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;
	bool pending;

	vgic_lock(v->vm);
	if (vgic_here(c)) {
		uint32_t ap0r[4];
		uint32_t ap1r[4];

		if ((c->work | __atomic_load_n(&c->sgis, __ATOMIC_RELAXED)) != 0U) {
			news = vgic_sync(v);
		}
		gic_virt_save_aprs(ap0r, ap1r, vgic_host.prebits);
		pending = any_signalled(v, gic_virt_vmcr(), running_priority(ap0r, ap1r));
	} else if (c->on == NULL) {
		vgic_take_sgis(c);
		news = vgic_edges_again(v);
		pending = any_signalled(v, c->vmcr, running_priority(c->ap0r, c->ap1r));
	} else {
		pending = pending_elsewhere(v);
	}
	vgic_unlock_news(v->vm, news);
	return pending;
}

/* No lock in the usual case: what others make pending from here on they tell (vcpu_kick()). */
bool vgic_pending(struct vcpu *v)
{
	return likely(nothing_here(v)) ? false : look_closer(v);
}
