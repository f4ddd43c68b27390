/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes into list registers.
 *
 * If more are ready than fit, the most urgent are in list registers, and a maintenance interrupt comes when none of
 * them is pending any more. An active interrupt leaves its register only if all registers hold active ones and
 * something is pending; its end is then told by ICH_HCR_EL2.EOIcount.
 *
 * The lock is held for O(list registers + pending interrupts).
 */
#include "hyp/vgic_internal.h"

/* At most so many are chosen at once: a guest with hundreds pending makes this no slower than the choice of one. */
#define CHOICES 4U

#define KEY_NONE 0xffffU

static uint32_t key_of(uint32_t priority, bool group1, uint32_t vmcr)
{
	bool on = (vmcr & (group1 ? ICH_VMCR_ENG1 : ICH_VMCR_ENG0)) != 0U;

	return on ? priority : priority | VGIC_KEY_GROUP_OFF;
}

/* Adds the interrupts @p bits of a bank to the best so far; equal ones keep the order of INTIDs. */
static uint32_t choose_bank(const struct vgic_bank *b, uint32_t first, uint32_t bits, uint32_t vmcr,
			    struct vgic_choice *best, uint32_t count, uint32_t room)
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
		best[at] = (struct vgic_choice){key, first + i};
	}
	return count;
}

/* The most urgent of what is ready for a vCPU, at most @p room. @return how many */
uint32_t vgic_choose(struct vcpu *v, uint32_t vmcr, struct vgic_choice *best, uint32_t room)
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

bool vgic_anything_ready(const struct vcpu *v)
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
		uint64_t lr = vgic_lr_get(c, n);
		uint32_t k = key_of(LR_PRIORITY(lr), (lr & LR_GROUP1) != 0U, vmcr);

		if ((lr & LR_STATE) == 0U) {
			/* The timer's: the guest is done with it, but it was not reaped. */
			return (int)n;
		}
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
	return key < VGIC_KEY_GROUP_OFF ? active : -1;
}

static uint32_t fill_ready(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	struct vgic_choice best[CHOICES];
	uint32_t vmcr = gic_virt_vmcr();
	/* What the guest is done with may be pending again by now. */
	uint32_t news = vgic_reap(v);
	uint32_t count = vgic_choose(v, vmcr, best, CHOICES);

	for (uint32_t i = 0U; i < count; i++) {
		uint32_t intid = best[i].intid;
		uint32_t n;

		if ((vgic_host.lrs & ~c->used) == 0U) {
			int victim = choose_victim(v, best[i].key, vmcr);

			if (victim < 0) {
				break;
			}
			news |= vgic_lr_release(v, (uint32_t)victim, c->lr[victim]);
		}
		n = vgic_lr_choose(vgic_host.lrs & ~c->used, intid);
		vgic_lr_load(v, n, vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS), intid);
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
			vgic_lr_load_active(v, vgic_lr_choose(free, intid), b, intid);
		}
	}
}

static bool any_lr_pending(struct vgic_cpu *c)
{
	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		if ((vgic_lr_get(c, (uint32_t)__builtin_ctz(used)) & LR_STATE) == LR_PENDING) {
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
	if (vgic_anything_ready(v)) {
		uint32_t vmcr = gic_virt_vmcr();

		hcr |= (vmcr & ICH_VMCR_ENG0) != 0U ? ICH_HCR_VGRP0DIE : ICH_HCR_VGRP0EIE;
		hcr |= (vmcr & ICH_VMCR_ENG1) != 0U ? ICH_HCR_VGRP1DIE : ICH_HCR_VGRP1EIE;
		if (any_lr_pending(c)) {
			hcr |= ICH_HCR_NPIE;
		}
	}
	return hcr;
}

static uint32_t fill(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t news = 0U;
	uint32_t hcr;

	if (vgic_anything_ready(v)) {
		news = fill_ready(v);
	}
	if (c->active_out != 0U) {
		fill_active(v);
	}
	hcr = wanted_hcr(v);
	if (hcr != c->hcr) {
		/* If none is wanted any more: the timer's next interrupt comes the long way, once. */
		vgic_timer_close(v);
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
uint32_t vgic_take_eoi_count(struct vcpu *v)
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

static uint32_t refresh(struct vcpu *v)
{
	uint32_t news = vgic_reap(v);

	for (uint32_t used = v->vgic.used; used != 0U; used &= used - 1U) {
		(void)vgic_lr_get(&v->vgic, (uint32_t)__builtin_ctz(used));
	}
	return news;
}

uint32_t vgic_edges_again(struct vcpu *v)
{
	struct vgic_bank *b = &v->vgic.bank;
	uint32_t news = 0U;

	for (uint32_t bits = b->latch & b->in_lr & b->open; bits != 0U; bits &= bits - 1U) {
		news |= vgic_lr_ask(v, v->vgic.lr_of[__builtin_ctz(bits)], VGIC_LR_LINE);
	}
	return news;
}

/* Nothing but private interrupts, and no list register short. */
static ALWAYS_INLINE bool sync_is_simple(const struct vcpu *v)
{
	const struct vgic_cpu *c = &v->vgic;

	return (c->work & ~VGIC_WORK_READY) == 0U && (c->hcr & ICH_HCR_MAINTENANCE) == 0U &&
	       v->vm->vgic.ready_banks == 0U;
}

/*
 * The usual case: one private interrupt, as before: the guest is done with that, and it goes to the same list register
 * again, as it was. False: it is not that simple, and nothing was done.
 */
static ALWAYS_INLINE bool sync_again(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	struct vgic_bank *b = &c->bank;
	uint32_t again = b->latch & b->in_lr & b->open;
	uint32_t n;

	if (again == 0U || (again & (again - 1U)) != 0U || b->ready != 0U || !sync_is_simple(v)) {
		return false;
	}
	n = c->lr_of[__builtin_ctz(again)];
	if ((gic_virt_elrsr() >> n & 1U) == 0U || c->lr_flags[n] != 0U ||
	    (c->lr[n] & LR_HW) != 0U) {
		return false;
	}
	b->latch &= ~again;
	c->work = 0U;
	c->injected++;
	vgic_lr_put_here(c, n, (c->lr[n] & ~LR_ACTIVE) | LR_PENDING);
	return true;
}

static __attribute__((noinline)) uint32_t sync_all(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t work = c->work;
	uint32_t news = 0U;

	__atomic_store_n(&c->work, 0U, __ATOMIC_RELAXED);
	if ((work & VGIC_WORK_LRS) != 0U) {
		news |= vgic_apply_asked(v);
	}
	if ((work & VGIC_WORK_SYNC) != 0U) {
		news |= refresh(v);
	}
	if ((work & VGIC_WORK_HW) != 0U) {
		news |= vgic_hw_resample(v);
	}
	if ((c->hcr & ICH_HCR_LRENPIE) != 0U) {
		news |= vgic_take_eoi_count(v);
	}
	news |= vgic_edges_again(v);
	news |= fill(v);
	return news & ~(1U << v->id);
}

/* Something became ready, and there may be room for it. */
static ALWAYS_INLINE bool load_ready(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;

	while (c->bank.ready != 0U) {
		uint32_t free = vgic_host.lrs & ~c->used;
		uint32_t intid = (uint32_t)__builtin_ctz(c->bank.ready);

		if (free == 0U) {
			return false;
		}
		vgic_lr_load(v, vgic_lr_choose(free, intid), &c->bank, intid);
	}
	return true;
}

static __attribute__((noinline)) uint32_t sync_more(struct vcpu *v)
{
	if (sync_is_simple(v) &&
	    (v->vgic.bank.latch & v->vgic.bank.in_lr & v->vgic.bank.open) == 0U && load_ready(v)) {
		v->vgic.work = 0U;
		return 0U;
	}
	return sync_all(v);
}

uint32_t vgic_sync(struct vcpu *v)
{
	if (unlikely(!vgic_here(&v->vgic))) {
		return 0U;
	}
	return likely(sync_again(v)) ? 0U : sync_more(v);
}

/* As vgic_unlock_news(), for where there are none most of the time. */
static __attribute__((noinline)) void flush_more(struct vcpu *v)
{
	uint32_t news = vgic_here(&v->vgic) ? sync_more(v) : 0U;

	vgic_unlock_news(v->vm, news);
}

void vgic_flush(struct vcpu *v)
{
	if (__atomic_load_n(&v->vgic.work, __ATOMIC_RELAXED) == 0U) {
		return;
	}
	vgic_lock(v->vm);
	if (likely(vgic_here(&v->vgic) && sync_again(v))) {
		vgic_unlock(v->vm);
		return;
	}
	flush_more(v);
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
