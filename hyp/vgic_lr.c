/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List registers: what the hardware delivers to the guest by itself (IHI 0069, chapter 6).
 *
 * An interrupt is in at most one list register of one vCPU. While it is there, its state is the hardware's: pending,
 * then active when the guest acknowledges it, then nothing. We learn of it when we look, at the latest when the
 * register is needed for something else, so most interrupts cost no exit beyond the one that made them pending.
 *
 * If more are ready than fit, the most urgent are in list registers, and a maintenance interrupt comes when none of
 * them is pending any more. An active interrupt leaves its register only if all registers hold active ones and
 * something is pending; its end is then told by ICH_HCR_EL2.EOIcount.
 *
 * The lock is held for O(list registers + pending interrupts).
 */
#include "hyp/vgic_internal.h"
#include "kernel/irq.h"

/* At most so many are chosen at once: a guest with hundreds pending makes this no slower than the choice of one. */
#define CHOICES 4U

/* An interrupt of a group that the guest's CPU interface has off comes after all others. */
#define KEY_GROUP_OFF 0x100U
#define KEY_NONE      0xffffU

/* ---- one list register -------------------------------------------------------------------------- */

static uint64_t lr_get(struct vgic_cpu *c, uint32_t n)
{
	if (vgic_here(c)) {
		c->lr[n] = gic_virt_lr(n);
	}
	return c->lr[n];
}

static void lr_put(struct vgic_cpu *c, uint32_t n, uint64_t lr)
{
	c->lr[n] = lr;
	if (vgic_here(c)) {
		gic_virt_set_lr(n, lr);
	}
}

/* What of a list register comes from registers that the guest may change. */
static uint64_t lr_config(const struct vgic_bank *b, uint32_t intid)
{
	uint64_t priority = b->priority[intid % VGIC_BANK_IRQS];
	bool group1 = ((b->group | b->grpmod) & vgic_bit(intid)) != 0U;

	return intid | priority << LR_PRIORITY_SHIFT | (group1 ? LR_GROUP1 : 0U);
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
static uint32_t lr_release(struct vcpu *v, uint32_t n, uint64_t lr)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t intid = LR_INTID(lr);
	uint32_t bit = vgic_bit(intid);
	uint32_t flags = c->lr_flags[n];
	struct vgic_bank *b = vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS);

	c->used &= ~(1U << n);
	c->lr_flags[n] = 0U;
	/* An empty one with LR.EOI would go on asking for maintenance. */
	if ((lr & (LR_STATE | LR_EOI)) != 0U) {
		lr_put(c, n, 0U);
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
	}
	if ((lr & LR_STATE) == 0U) {
		release_hw(v, b, intid, lr, flags);
	}
	return vgic_update(v->vm, v, intid / VGIC_BANK_IRQS);
}

/* A latch that was set, or a line that changed, since the list register was filled. */
static uint64_t lr_line(struct vgic_cpu *c, uint32_t n, uint64_t lr, struct vgic_bank *b)
{
	uint32_t bit = vgic_bit(LR_INTID(lr));
	bool level_high = (b->line & ~b->edge & bit) != 0U;

	if ((b->latch & b->enabled & bit) != 0U) {
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

/* Does what is asked of a list register that is at hand. */
static uint32_t lr_apply(struct vcpu *v, uint32_t n, uint32_t what)
{
	struct vgic_cpu *c = &v->vgic;
	uint64_t lr = lr_get(c, n);
	uint64_t old = lr;
	uint32_t intid = LR_INTID(lr);
	struct vgic_bank *b = vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS);

	if ((lr & LR_STATE) == 0U) {
		/* The guest was done with it before the wish arrived. */
		c->lr_flags[n] |= what & VGIC_LR_FIRED;

		uint32_t news = lr_release(v, n, lr);

		if ((what & VGIC_LR_SET_A) != 0U) {
			news |= vgic_set_active(v->vm, v, intid / VGIC_BANK_IRQS, vgic_bit(intid));
		}
		return news | 1U << v->id;
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
		return lr_release(v, n, lr) | 1U << v->id;
	}
	if ((what & VGIC_LR_LINE) != 0U && (lr & LR_STATE) != 0U) {
		lr = lr_line(c, n, lr, b);
	}
	if ((lr & LR_STATE) == 0U) {
		lr_put(c, n, lr);
		return lr_release(v, n, lr) | 1U << v->id;
	}
	if (lr != old) {
		lr_put(c, n, lr);
	}
	return 0U;
}

uint32_t vgic_lr_ask(struct vcpu *v, uint32_t n, uint32_t what)
{
	struct vgic_cpu *c = &v->vgic;

	if (c->on == NULL || vgic_here(c)) {
		return lr_apply(v, n, what);
	}
	c->lr_flags[n] |= (uint8_t)what;
	c->work |= VGIC_WORK_LRS;
	return 1U << v->id;
}

uint32_t vgic_reap(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t done = c->used & (gic_virt_elrsr() | gic_virt_eisr());
	uint32_t news = 0U;

	for (; done != 0U; done &= done - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(done);
		uint32_t asked = c->lr_flags[n] & VGIC_LR_SET_A;
		uint32_t intid = LR_INTID(c->lr[n]);

		/* Its value as written, without the state that it had then. */
		news |= lr_release(v, n, c->lr[n] & ~LR_STATE);
		if (asked != 0U) {
			news |= vgic_set_active(v->vm, v, intid / VGIC_BANK_IRQS, vgic_bit(intid));
		}
	}
	return news;
}

/* ---- what goes into list registers -------------------------------------------------------------- */

/* Puts an interrupt that is ready into list register @p n, which is free. */
static void lr_load(struct vcpu *v, uint32_t n, struct vgic_bank *b, uint32_t intid)
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
	if (intid >= VGIC_SPI_BASE) {
		v->vm->vgic.owner[intid - VGIC_SPI_BASE] = (uint8_t)v->id;
		if (b->ready == 0U) {
			v->vm->vgic.ready_banks &= ~(1U << (intid / VGIC_BANK_IRQS - 1U));
		}
	}
	c->used |= 1U << n;
	c->injected++;
	lr_put(c, n, lr);
}

/* An active interrupt comes back into a list register, so that the guest's deactivation is the hardware's again. */
static void lr_load_active(struct vcpu *v, uint32_t n, struct vgic_bank *b, uint32_t intid)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t bit = vgic_bit(intid);
	uint64_t lr = lr_config(b, intid) | LR_ACTIVE;

	if ((b->hw_active & bit) != 0U) {
		lr |= LR_HW | (uint64_t)vgic_host_intid(v, intid) << LR_PINTID_SHIFT;
	}
	c->lr_flags[n] = 0U;
	b->active &= ~bit;
	c->active_out--;
	b->in_lr |= bit;
	c->used |= 1U << n;
	lr_put(c, n, lr_line(c, n, lr, b));
}

struct choice {
	uint32_t key;
	uint32_t intid;
};

static uint32_t key_of(uint32_t priority, bool group1, uint32_t vmcr)
{
	bool on = (vmcr & (group1 ? ICH_VMCR_ENG1 : ICH_VMCR_ENG0)) != 0U;

	return on ? priority : priority | KEY_GROUP_OFF;
}

/* Adds the interrupts @p bits of a bank to the best so far; equal ones keep the order of INTIDs. */
static uint32_t choose_bank(const struct vgic_bank *b, uint32_t first, uint32_t bits, uint32_t vmcr,
			    struct choice *best, uint32_t count, uint32_t room)
{
	for (; bits != 0U; bits &= bits - 1U) {
		uint32_t i = (uint32_t)__builtin_ctz(bits);
		uint32_t key = key_of(b->priority[i], ((b->group | b->grpmod) >> i & 1U) != 0U,
				      vmcr);
		uint32_t at = count;

		if (count == room && key >= best[room - 1U].key) {
			continue;
		}
		at = count < room ? count++ : room - 1U;
		for (; at != 0U && best[at - 1U].key > key; at--) {
			best[at] = best[at - 1U];
		}
		best[at] = (struct choice){key, first + i};
	}
	return count;
}

/* The most urgent of what is ready for a vCPU, at most @p room. @return how many */
static uint32_t choose(struct vcpu *v, uint32_t vmcr, struct choice *best, uint32_t room)
{
	const struct vgic *g = &v->vm->vgic;
	const struct vgic_cpu *c = &v->vgic;
	uint32_t count = choose_bank(&c->bank, 0U, c->bank.ready, vmcr, best, 0U, room);

	for (uint32_t banks = g->ready_banks; banks != 0U; banks &= banks - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(banks);

		count = choose_bank(&g->bank[n], VGIC_SPI_BASE + n * VGIC_BANK_IRQS,
				    g->bank[n].ready & c->spis[n], vmcr, best, count, room);
	}
	return count;
}

static bool anything_ready(const struct vcpu *v)
{
	const struct vgic *g = &v->vm->vgic;

	if (v->vgic.bank.ready != 0U) {
		return true;
	}
	for (uint32_t banks = g->ready_banks; banks != 0U; banks &= banks - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(banks);

		if ((g->bank[n].ready & v->vgic.spis[n]) != 0U) {
			return true;
		}
	}
	return false;
}

/*
 * All list registers are in use. The one to give up for something with key @p key: the least urgent of those that are
 * pending only, if that is less urgent; or the least urgent active one if no register holds a pending one at all.
 */
static int choose_victim(struct vcpu *v, uint32_t key, uint32_t vmcr)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t worst = 0U;
	uint32_t worst_active = 0U;
	int pending = -1;
	int active = -1;

	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);
		uint64_t lr = lr_get(c, n);
		uint32_t k = key_of(LR_PRIORITY(lr), (lr & LR_GROUP1) != 0U, vmcr);

		if ((lr & LR_STATE) == LR_PENDING && (pending < 0 || k > worst)) {
			worst = k;
			pending = (int)n;
		} else if ((lr & LR_ACTIVE) != 0U && (active < 0 || k > worst_active)) {
			worst_active = k;
			active = (int)n;
		}
	}
	if (pending >= 0) {
		return worst > key ? pending : -1;
	}
	return key < KEY_GROUP_OFF ? active : -1;
}

static uint32_t fill_ready(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	struct choice best[CHOICES];
	uint32_t vmcr = gic_virt_vmcr();
	/* What the guest is done with may be pending again by now. */
	uint32_t news = vgic_reap(v);
	uint32_t count = choose(v, vmcr, best, CHOICES);

	for (uint32_t i = 0U; i < count; i++) {
		uint32_t intid = best[i].intid;
		uint32_t n;

		if ((vgic_host.lrs & ~c->used) == 0U) {
			int victim = choose_victim(v, best[i].key, vmcr);

			if (victim < 0) {
				break;
			}
			news |= lr_release(v, (uint32_t)victim, c->lr[victim]);
		}
		n = (uint32_t)__builtin_ctz(vgic_host.lrs & ~c->used);
		lr_load(v, n, vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS), intid);
	}
	return news;
}

/* Free list registers for those that are active outside: bank by bank, any order. */
static void fill_active(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	struct vgic *g = &v->vm->vgic;

	for (uint32_t bank = 0U; bank <= VGIC_SPI_BANKS && c->active_out != 0U; bank++) {
		struct vgic_bank *b = vgic_bank(v->vm, v, bank);

		for (uint32_t bits = b->active; bits != 0U; bits &= bits - 1U) {
			uint32_t intid = bank * VGIC_BANK_IRQS + (uint32_t)__builtin_ctz(bits);
			uint32_t free = vgic_host.lrs & ~c->used;

			if (bank != 0U && g->owner[intid - VGIC_SPI_BASE] != v->id) {
				continue;
			}
			if (free == 0U) {
				return;
			}
			lr_load_active(v, (uint32_t)__builtin_ctz(free), b, intid);
		}
	}
}

static bool any_lr_pending(struct vgic_cpu *c)
{
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		if ((lr_get(c, (uint32_t)__builtin_ctz(used)) & LR_PENDING) != 0U) {
			return true;
		}
	}
	return false;
}

/*
 * The maintenance interrupts that are needed now. They are levels, so each is asked for only while it is false: a
 * group's enable or disable according to what the group is, "none pending" only while some is.
 */
static uint32_t wanted_hcr(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t hcr = vgic_host.hcr;

	if (c->active_out != 0U) {
		hcr |= ICH_HCR_LRENPIE;
	}
	if (anything_ready(v)) {
		uint32_t vmcr = gic_virt_vmcr();

		hcr |= (vmcr & ICH_VMCR_ENG0) != 0U ? ICH_HCR_VGRP0DIE : ICH_HCR_VGRP0EIE;
		hcr |= (vmcr & ICH_VMCR_ENG1) != 0U ? ICH_HCR_VGRP1DIE : ICH_HCR_VGRP1EIE;
		if (any_lr_pending(c)) {
			hcr |= ICH_HCR_NPIE;
		}
	}
	return hcr;
}

/* Most often it is one private interrupt, and a list register is free. */
static ALWAYS_INLINE bool fill_one(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t ready = c->bank.ready;
	uint32_t free = vgic_host.lrs & ~c->used;

	if (free == 0U || v->vm->vgic.ready_banks != 0U || (ready & (ready - 1U)) != 0U ||
	    c->hcr != vgic_host.hcr || c->active_out != 0U) {
		return false;
	}
	if (ready != 0U) {
		lr_load(v, (uint32_t)__builtin_ctz(free), &c->bank, (uint32_t)__builtin_ctz(ready));
	}
	return true;
}

static uint32_t fill(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;
	uint32_t hcr;

	if (likely(fill_one(v))) {
		return 0U;
	}
	if (anything_ready(v)) {
		news = fill_ready(v);
	}
	if (c->active_out != 0U) {
		fill_active(v);
	}
	hcr = wanted_hcr(v);
	if (hcr != c->hcr) {
		c->hcr = hcr;
		gic_virt_set_hcr(hcr);
	}
	return news;
}

/* ---- active, but in no list register ------------------------------------------------------------ */

/* The most urgent one, which is the one that a guest ends first. */
static int best_active_out(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t best = KEY_NONE;
	int intid = -1;

	for (uint32_t bank = 0U; bank <= VGIC_SPI_BANKS; bank++) {
		const struct vgic_bank *b = vgic_bank(v->vm, v, bank);

		for (uint32_t bits = b->active; bits != 0U; bits &= bits - 1U) {
			uint32_t i = (uint32_t)__builtin_ctz(bits);
			uint32_t id = bank * VGIC_BANK_IRQS + i;

			if (bank != 0U && v->vm->vgic.owner[id - VGIC_SPI_BASE] != v->id) {
				continue;
			}
			if (b->priority[i] < best) {
				best = b->priority[i];
				intid = (int)id;
			}
		}
	}
	return c->active_out != 0U ? intid : -1;
}

/* Ends that hit no list register (EOImode 0; with EOImode 1 the deactivation traps). */
static uint32_t take_eoi_count(struct vcpu *v)
{
	uint32_t count = ICH_HCR_EOICOUNT(gic_virt_hcr());
	uint32_t news = 0U;

	if (count != 0U) {
		gic_virt_set_hcr(v->vgic.hcr);
	}
	for (; count != 0U; count--) {
		int intid = best_active_out(v);

		if (intid < 0) {
			break;
		}
		news |= vgic_deactivate_out(v, (uint32_t)intid);
	}
	return news;
}

/* ---- the vCPU that is here ---------------------------------------------------------------------- */

static uint32_t apply_asked(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;

	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);
		uint32_t what = c->lr_flags[n] & VGIC_LR_ASKED;

		if (what != 0U) {
			c->lr_flags[n] &= (uint8_t)~VGIC_LR_ASKED;
			news |= lr_apply(v, n, what);
		}
	}
	return news;
}

static uint32_t refresh(struct vcpu *v)
{
	uint32_t news = vgic_reap(v);

	for (uint32_t used = v->vgic.used; used != 0U; used &= used - 1U) {
		(void)lr_get(&v->vgic, (uint32_t)__builtin_ctz(used));
	}
	return news;
}

uint32_t vgic_sync(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t work = c->work;
	uint32_t news = 0U;

	if (!vgic_here(c)) {
		return 0U;
	}
	__atomic_store_n(&c->work, 0U, __ATOMIC_RELAXED);
	if (unlikely((work & VGIC_WORK_LRS) != 0U)) {
		news |= apply_asked(v);
	}
	if (unlikely((work & VGIC_WORK_SYNC) != 0U)) {
		news |= refresh(v);
	}
	if (unlikely((work & VGIC_WORK_HW) != 0U)) {
		news |= vgic_hw_resample(v);
	}
	if (unlikely((c->hcr & ICH_HCR_LRENPIE) != 0U)) {
		news |= take_eoi_count(v);
	}
	news |= fill(v);
	return news & ~(1U << v->id);
}

void vgic_flush(struct vcpu *v)
{
	uint32_t news;

	if (__atomic_load_n(&v->vgic.work, __ATOMIC_RELAXED) == 0U) {
		return;
	}
	vgic_lock(v->vm);
	news = vgic_sync(v);
	vgic_unlock_news(v->vm, news);
}

/* The maintenance interrupt. Its cause goes away with what vgic_sync() does. */
void vgic_maintenance(void)
{
	struct vcpu *v = vcpu_resident();

	if (v == NULL) {
		gic_virt_set_hcr(0U);
		return;
	}
	vgic_lock(v->vm);
	v->vgic.work |= VGIC_WORK_SYNC;
	vgic_unlock_news(v->vm, vgic_sync(v));
}

/* ---- saving and loading ------------------------------------------------------------------------- */

/*
 * A tied PPI that is active on this CPU would keep the next vCPU's from coming: the state goes with the vCPU. The
 * device's line is down by now or belongs to somebody else.
 */
static void hw_save(struct vcpu *v)
{
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
			lr_put(c, (uint32_t)n, c->lr[n] & ~LR_STATE);
			c->bank.latch |= (c->lr_flags[n] & VGIC_LR_SOFT) != 0U ? vgic_bit(intid)
									       : 0U;
			news |= lr_release(v, (uint32_t)n, c->lr[n]);
		}
		c->bank.hw_active &= ~vgic_bit(intid);
		news |= vgic_update(v->vm, v, 0U);
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
		news = vgic_reap(v);
		if ((c->work & VGIC_WORK_LRS) != 0U) {
			news |= apply_asked(v);
		}
		for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
			(void)lr_get(c, (uint32_t)__builtin_ctz(used));
		}
	}
	if (unlikely((c->hcr & ICH_HCR_LRENPIE) != 0U)) {
		news |= take_eoi_count(v);
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
	c->on = cpu;
	if (unlikely(c->bank.hw_active != 0U)) {
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
	struct choice best;

	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint64_t lr = lr_get(c, (uint32_t)__builtin_ctz(used));

		if ((lr & LR_STATE) == LR_PENDING &&
		    signalled(LR_PRIORITY(lr), (lr & LR_GROUP1) != 0U, vmcr, running)) {
			return true;
		}
	}
	if (choose(v, vmcr, &best, 1U) != 0U && best.key < KEY_GROUP_OFF) {
		const struct vgic_bank *b = vgic_bank(v->vm, v, best.intid / VGIC_BANK_IRQS);

		return signalled(best.key, ((b->group | b->grpmod) & vgic_bit(best.intid)) != 0U,
				 vmcr, running);
	}
	return false;
}

/* Its list registers are on another CPU: what they held when we last looked, and better once too often. */
static bool pending_elsewhere(const struct vcpu *v)
{
	const struct vgic_cpu *c = &v->vgic;

	if (c->work != 0U || anything_ready(v)) {
		return true;
	}
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		if ((c->lr[__builtin_ctz(used)] & LR_PENDING) != 0U) {
			return true;
		}
	}
	return false;
}

bool vgic_pending(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;
	bool pending;

	vgic_lock(v->vm);
	if (vgic_here(c)) {
		uint32_t ap0r[4];
		uint32_t ap1r[4];

		if (c->work != 0U) {
			news = vgic_sync(v);
		}
		if (c->used == 0U && c->bank.ready == 0U && v->vm->vgic.ready_banks == 0U) {
			pending = false;
		} else {
			gic_virt_save_aprs(ap0r, ap1r, vgic_host.prebits);
			pending = any_signalled(v, gic_virt_vmcr(), running_priority(ap0r, ap1r));
		}
	} else if (c->on == NULL) {
		pending = any_signalled(v, c->vmcr, running_priority(c->ap0r, c->ap1r));
	} else {
		pending = pending_elsewhere(v);
	}
	vgic_unlock_news(v->vm, news);
	return pending;
}
