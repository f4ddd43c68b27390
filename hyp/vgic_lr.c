/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list register: an interrupt goes in and comes out, and what registers and lines do to it meanwhile (IHI 0069,
 * chapter 6).
 *
 * An interrupt is in at most one list register of one vCPU. While it is there, its state is the hardware's: pending,
 * then active when the guest acknowledges it, then nothing. We learn of it when we look, at the latest when the
 * register is needed for something else, so most interrupts cost no exit beyond the one that made them pending.
 */
#include "hyp/vgic_internal.h"

/* What of a list register comes from registers that the guest may change. */
static uint64_t lr_config(const struct vgic_bank *b, uint32_t intid)
{
	uint64_t priority = b->priority[intid % VGIC_BANK_IRQS];
	bool group1 = ((b->group | b->grpmod) & vgic_bit(intid)) != 0U;

	return intid | priority << LR_PRIORITY_SHIFT | (group1 ? LR_GROUP1 : 0U);
}

uint64_t vgic_lr_get(struct vgic_cpu *c, uint32_t n)
{
	if (vgic_here(c)) {
		c->lr[n] = gic_virt_lr(n);
	}
	return c->lr[n];
}

void vgic_lr_put(struct vgic_cpu *c, uint32_t n, uint64_t lr)
{
	c->lr[n] = lr;
	if (vgic_here(c)) {
		gic_virt_set_lr(n, lr);
	}
}

int vgic_lr_find(const struct vgic_cpu *c, uint32_t intid)
{
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);

		if (LR_INTID(c->lr[n]) == intid) {
			return (int)n;
		}
	}
	return -1;
}

/* The physical interrupt behind a list register that is empty now, if there is one. */
static void release_hw(struct vcpu *v, struct vgic_bank *b, uint32_t intid, uint64_t lr,
		       uint32_t flags)
{
	if ((flags & VGIC_LR_FIRED) != 0U) {
		return;
	}
	if ((flags & VGIC_LR_DEACT) != 0U) {
		vgic_hw_deactivate(v, intid);
	}
	if ((lr & LR_HW) != 0U || (flags & VGIC_LR_DEACT) != 0U) {
		b->hw_active &= ~vgic_bit(intid);
	}
}

/* List register @p n, whose value is @p lr now, is given up; state that is left goes to memory. */
static __attribute__((noinline)) void lr_release(struct vcpu *v, uint32_t n, uint64_t lr)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t intid = LR_INTID(lr);
	uint32_t bit = vgic_bit(intid);
	uint32_t flags = c->lr_flags[n];
	struct vgic_bank *b = vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS);

	if (n == GUEST_TIMER_LR) {
		vgic_timer_close(v);
	}
	c->used &= ~(1U << n);
	c->lr_flags[n] = 0U;
	/* An empty one with LR.EOI would go on asking for maintenance. */
	if ((lr & (LR_STATE | LR_EOI)) != 0U) {
		vgic_lr_put(c, n, 0U);
	}
	b->in_lr &= ~bit;
	if ((lr & LR_PENDING) != 0U && (lr & LR_HW) == 0U) {
		b->latch |= bit & ((flags & VGIC_LR_SOFT) != 0U ? bit : b->edge);
	} else if ((lr & LR_PENDING) != 0U && (flags & VGIC_LR_SOFT) != 0U) {
		b->latch |= bit;
	}
	if ((lr & LR_ACTIVE) != 0U) {
		b->active |= bit;
		c->active_out++;
	} else if (intid >= VGIC_SPI_BASE) {
		c->mine[intid / VGIC_BANK_IRQS - 1U] &= ~bit;
	}
	if ((lr & LR_STATE) == 0U) {
		release_hw(v, b, intid, lr, flags);
	}
}

uint32_t vgic_lr_release(struct vcpu *v, uint32_t n, uint64_t lr)
{
	lr_release(v, n, lr);
	return vgic_update(v->vm, v, LR_INTID(lr) / VGIC_BANK_IRQS);
}

/* A latch that was set, or a line that changed, since the list register was filled. */
static uint64_t lr_line(struct vgic_cpu *c, uint32_t n, uint64_t lr, struct vgic_bank *b)
{
	uint32_t bit = vgic_bit(LR_INTID(lr));
	bool level_high = (b->line & ~b->edge & bit) != 0U;

	if ((b->latch & b->open & bit) != 0U) {
		/* The hardware does not know "active and pending" of a tied one (ICH_LR<n>_EL2.State). */
		if ((lr & LR_HW) != 0U && (lr & LR_ACTIVE) != 0U) {
			lr &= ~(LR_HW | LR_PINTID_MASK << LR_PINTID_SHIFT);
			c->lr_flags[n] |= VGIC_LR_DEACT;
		}
		c->injected += (lr & LR_PENDING) == 0U ? 1U : 0U;
		lr |= LR_PENDING;
		b->latch &= ~bit;
		if ((b->edge & bit) == 0U) {
			c->lr_flags[n] |= VGIC_LR_SOFT;
		}
	}
	if ((lr & LR_HW) != 0U) {
		return lr;
	}
	if ((b->edge & bit) == 0U && !level_high && (c->lr_flags[n] & VGIC_LR_SOFT) == 0U) {
		lr &= ~LR_PENDING;
	}
	/* It may become ready again without our hearing of it otherwise. */
	lr &= ~LR_EOI;
	if (level_high || ((b->hw_active & bit) != 0U && (c->lr_flags[n] & VGIC_LR_DEACT) == 0U)) {
		lr |= LR_EOI;
	}
	return lr;
}

static uint64_t lr_clear_active(struct vcpu *v, uint32_t n, uint64_t lr, struct vgic_bank *b)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t intid = LR_INTID(lr);

	if ((lr & LR_ACTIVE) == 0U) {
		return lr;
	}
	if ((lr & LR_HW) != 0U || (c->lr_flags[n] & VGIC_LR_DEACT) != 0U) {
		vgic_hw_deactivate(v, intid);
		b->hw_active &= ~vgic_bit(intid);
		c->lr_flags[n] &= (uint8_t)~VGIC_LR_DEACT;
		lr &= ~(LR_HW | LR_PINTID_MASK << LR_PINTID_SHIFT);
	}
	return lr & ~LR_ACTIVE;
}

static uint64_t lr_set_active(uint64_t lr)
{
	return (lr & LR_HW) != 0U ? (lr & ~LR_PENDING) | LR_ACTIVE : lr | LR_ACTIVE;
}

/* One that is active stays; if it was pending as well, that goes back to memory. It may become so again here. */
static uint64_t lr_withdraw_active(struct vgic_cpu *c, uint32_t n, uint64_t lr, struct vgic_bank *b)
{
	uint32_t bit = vgic_bit(LR_INTID(lr));

	if ((lr & LR_PENDING) != 0U) {
		b->latch |= (c->lr_flags[n] & VGIC_LR_SOFT) != 0U ? bit : b->edge & bit;
		c->lr_flags[n] &= (uint8_t)~VGIC_LR_SOFT;
	}
	lr &= ~(LR_PENDING | LR_GROUP1 | LR_PRIORITY_MASK << LR_PRIORITY_SHIFT);
	return lr | lr_config(b, LR_INTID(lr));
}

/* Does what is asked of a list register that is at hand. vgic_update() of the bank is the caller's. */
static uint32_t lr_apply(struct vcpu *v, uint32_t n, uint32_t what)
{
	struct vgic_cpu *c = &v->vgic;
	uint64_t lr = vgic_lr_get(c, n);
	uint64_t old = lr;
	uint32_t intid = LR_INTID(lr);
	struct vgic_bank *b = vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS);

	if ((lr & LR_STATE) == 0U) {
		/* The guest was done with it before the wish arrived. */
		c->lr_flags[n] |= what & VGIC_LR_FIRED;
		lr_release(v, n, lr);
		if ((what & VGIC_LR_SET_A) != 0U) {
			return vgic_set_active(v->vm, v, intid / VGIC_BANK_IRQS, vgic_bit(intid)) |
			       1U << v->id;
		}
		return 1U << v->id;
	}
	if ((what & VGIC_LR_CLEAR_P) != 0U && (lr & LR_HW) == 0U) {
		lr &= ~LR_PENDING;
	}
	if ((what & VGIC_LR_CLEAR_P) != 0U) {
		c->lr_flags[n] &= (uint8_t)~VGIC_LR_SOFT;
	}
	if ((what & VGIC_LR_CLEAR_A) != 0U) {
		lr = lr_clear_active(v, n, lr, b);
	}
	if ((what & VGIC_LR_SET_A) != 0U) {
		lr = lr_set_active(lr);
	}
	if ((what & VGIC_LR_WITHDRAW) != 0U && (lr & LR_ACTIVE) != 0U) {
		lr = lr_withdraw_active(c, n, lr, b);
	} else if ((what & VGIC_LR_WITHDRAW) != 0U && (lr & LR_PENDING) != 0U) {
		lr_release(v, n, lr);
		return 1U << v->id;
	}
	if ((what & VGIC_LR_LINE) != 0U && (lr & LR_STATE) != 0U) {
		lr = lr_line(c, n, lr, b);
	}
	if ((lr & LR_STATE) == 0U) {
		vgic_lr_put(c, n, lr);
		lr_release(v, n, lr);
		return 1U << v->id;
	}
	if (lr != old) {
		vgic_lr_put(c, n, lr);
	}
	return 0U;
}

/* What was noted before comes first; that may be its end there. */
static uint32_t lr_apply_noted(struct vcpu *v, uint32_t n, uint32_t what)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t intid = LR_INTID(c->lr[n]);
	uint32_t noted = c->lr_flags[n] & VGIC_LR_ASKED;
	uint32_t news;

	c->lr_flags[n] &= (uint8_t)~VGIC_LR_ASKED;
	news = lr_apply(v, n, noted);
	if ((c->used >> n & 1U) != 0U) {
		return news | lr_apply(v, n, what);
	}
	if ((what & VGIC_LR_SET_A) != 0U) {
		news |= vgic_set_active(v->vm, v, intid / VGIC_BANK_IRQS, vgic_bit(intid));
	}
	return news;
}

uint32_t vgic_lr_ask(struct vcpu *v, uint32_t n, uint32_t what)
{
	struct vgic_cpu *c = &v->vgic;

	if (c->on != NULL && !vgic_here(c)) {
		return vgic_lr_note(v, n, what);
	}
	if (n == GUEST_TIMER_LR) {
		vgic_timer_close(v);
	}
	if (unlikely((c->lr_flags[n] & VGIC_LR_ASKED) != 0U)) {
		return lr_apply_noted(v, n, what);
	}
	return lr_apply(v, n, what);
}

uint32_t vgic_lr_note(struct vcpu *v, uint32_t n, uint32_t what)
{
	struct vgic_cpu *c = &v->vgic;

	if (n == GUEST_TIMER_LR) {
		vgic_timer_close(v);
	}
	/* They are done together: the other way round it is as wanted. */
	if ((what & VGIC_LR_CLEAR_A) != 0U) {
		c->lr_flags[n] &= (uint8_t)~VGIC_LR_SET_A;
	}
	c->lr_flags[n] |= (uint8_t)what;
	c->work |= VGIC_WORK_LRS;
	return 1U << v->id;
}

uint32_t vgic_apply_asked(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);
		uint32_t what = c->lr_flags[n] & VGIC_LR_ASKED;

		if (what != 0U) {
			uint32_t bank = LR_INTID(c->lr[n]) / VGIC_BANK_IRQS;

			c->lr_flags[n] &= (uint8_t)~VGIC_LR_ASKED;
			news |= lr_apply(v, n, what);
			news |= vgic_update(v->vm, v, bank);
		}
	}
	return news;
}

uint32_t vgic_reap(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t done = c->used & (gic_virt_elrsr() | gic_virt_eisr());
	uint32_t news = 0U;

	if (vgic_timer_open(v)) {
		done &= ~(1U << GUEST_TIMER_LR);
	}
	for (; done != 0U; done &= done - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(done);
		uint32_t asked = c->lr_flags[n] & VGIC_LR_SET_A;
		uint32_t intid = LR_INTID(c->lr[n]);

		/* Its value as written, without the state that it had then. */
		news |= vgic_lr_release(v, n, c->lr[n] & ~LR_STATE);
		if (asked != 0U) {
			news |= vgic_set_active(v->vm, v, intid / VGIC_BANK_IRQS, vgic_bit(intid));
		}
	}
	return news;
}

/* ---- what goes into list registers -------------------------------------------------------------- */

/* Register @p n, which is the timer's, will take it again without us: struct guest_timer. */
static void timer_open(struct vcpu *v, uint32_t n, uint64_t lr)
{
	struct guest_timer *t = &v->frame->timer;

	if (n == GUEST_TIMER_LR && LR_INTID(lr) == VTIMER_INTID && v->vgic.lr_flags[n] == 0U &&
	    (v->vgic.hcr & ICH_HCR_MAINTENANCE) == 0U) {
		t->lr = lr;
		__atomic_store_n(&t->intid, LR_PINTID(lr), __ATOMIC_RELAXED);
	}
}

/* Puts an interrupt that is ready into list register @p n, which is free. */
void vgic_lr_load(struct vcpu *v, uint32_t n, struct vgic_bank *b, uint32_t intid)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t bit = vgic_bit(intid);
	uint64_t lr = lr_config(b, intid) | LR_PENDING;

	if ((b->hw_active & bit) != 0U) {
		lr |= LR_HW | (uint64_t)vgic_host_intid(v, intid) << LR_PINTID_SHIFT;
	} else if ((b->line & ~b->edge & bit) != 0U) {
		lr |= LR_EOI;
	}
	c->lr_flags[n] = (b->latch & ~b->edge & bit) != 0U ? VGIC_LR_SOFT : 0U;
	b->latch &= ~bit;
	b->in_lr |= bit;
	b->ready &= ~bit;
	if (intid < VGIC_SPI_BASE) {
		c->lr_of[intid] = (uint8_t)n;
	} else {
		c->mine[intid / VGIC_BANK_IRQS - 1U] |= bit;
		if (b->ready == 0U) {
			v->vm->vgic.ready_banks &= ~(1U << (intid / VGIC_BANK_IRQS - 1U));
		}
	}
	c->used |= 1U << n;
	c->injected++;
	vgic_lr_put_here(c, n, lr);
	if ((lr & LR_HW) != 0U) {
		timer_open(v, n, lr);
	}
}

/* An active interrupt comes back into a list register, so that the guest's deactivation is the hardware's again. */
void vgic_lr_load_active(struct vcpu *v, uint32_t n, struct vgic_bank *b, uint32_t intid)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t bit = vgic_bit(intid);
	uint64_t lr = lr_config(b, intid) | LR_ACTIVE;

	if ((b->hw_active & bit) != 0U) {
		lr |= LR_HW | (uint64_t)vgic_host_intid(v, intid) << LR_PINTID_SHIFT;
	}
	c->lr_flags[n] = 0U;
	if (intid < VGIC_SPI_BASE) {
		c->lr_of[intid] = (uint8_t)n;
	}
	b->active &= ~bit;
	c->active_out--;
	b->in_lr |= bit;
	c->used |= 1U << n;
	vgic_lr_put(c, n, lr_line(c, n, lr, b));
}
