/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes into list registers.
 *
 * If more are ready than fit, the most urgent are in list registers, and a maintenance interrupt comes when none of
 * them is pending any more. An active interrupt leaves its register only if all registers hold active ones and
 * something is pending; its end is then told by ICH_HCR_EL2.EOIcount.
 *
 * Interrupts are looked at by banks, never one by one (vgic_most_urgent()): hundreds that are pending take no longer than
 * one in each bank.
 */
#include <zephyr/sys/util.h>

#include "hyp/vgic_internal.h"

/* A choice in one word, which compares by urgency, then by INTID. */
#define CHOICE_KEY_SHIFT 16U
#define CHOICE_INTID(c)  ((c) & 0xffffU)
#define CHOICE_NONE      UINT32_MAX

static uint32_t key_of(uint32_t priority, bool group1, uint32_t vmcr)
{
	bool on = (vmcr & (group1 ? ICH_VMCR_ENG1 : ICH_VMCR_ENG0)) != 0U;

	return on ? priority : priority | VGIC_KEY_GROUP_OFF;
}

/* The most urgent of what is ready for a vCPU in bank @p n, but for those in @p chosen. */
static uint32_t choose_in(const struct vcpu *v, const struct vgic_bank *b, uint32_t n,
			  uint32_t vmcr, uint32_t chosen)
{
	uint32_t bits = b->ready & ~chosen & (n == 0U ? UINT32_MAX : v->vgic.spis[n - 1U]);
	uint32_t group1 = b->group | b->grpmod;
	uint32_t on = ((vmcr & ICH_VMCR_ENG1) != 0U ? group1 : 0U) |
		      ((vmcr & ICH_VMCR_ENG0) != 0U ? ~group1 : 0U);
	uint32_t key = VGIC_KEY_GROUP_OFF;
	uint32_t i;

	if (bits == 0U) {
		return CHOICE_NONE;
	}
	if ((bits & on) != 0U) {
		bits &= on;
		key = 0U;
	}
	i = (uint32_t)__builtin_ctz(vgic_most_urgent(b, bits));
	return (key | b->priority[i]) << CHOICE_KEY_SHIFT | (n * VGIC_BANK_IRQS + i);
}

/* The most urgent of what is ready for a vCPU, at most @p room. @return how many */
uint32_t vgic_choose(struct vcpu *v, uint32_t vmcr, struct vgic_choice *best, uint32_t room)
{
	/* Of each bank its most urgent one. */
	uint32_t of[1U + VGIC_SPI_BANKS];
	uint32_t chosen = 0U;
	uint32_t banks = 0U;
	uint32_t first;

	first = of[banks++] = choose_in(v, &v->vgic.bank, 0U, vmcr, 0U);
	for (uint32_t left = v->vm->vgic.ready_banks; left != 0U; left &= left - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(left) + 1U;

		of[banks] = choose_in(v, vgic_bank(v->vm, v, n), n, vmcr, 0U);
		first = MIN(first, of[banks]);
		banks++;
	}
	if (first == CHOICE_NONE) {
		return 0U;
	}
	best[0] = (struct vgic_choice){first >> CHOICE_KEY_SHIFT, CHOICE_INTID(first)};
	if (room == 1U) {
		return 1U;
	}
	/* The second, which may be of the same bank. */
	for (uint32_t i = 0U; i < banks; i++) {
		chosen = of[i] == first ? i : chosen;
	}
	banks--;
	of[chosen] = of[banks];
	of[banks] = choose_in(v, vgic_bank(v->vm, v, CHOICE_INTID(first) / VGIC_BANK_IRQS),
			      CHOICE_INTID(first) / VGIC_BANK_IRQS, vmcr,
			      vgic_bit(CHOICE_INTID(first)));
	first = of[banks];
	for (uint32_t i = 0U; i < banks; i++) {
		first = MIN(first, of[i]);
	}
	if (first == CHOICE_NONE) {
		return 1U;
	}
	best[1] = (struct vgic_choice){first >> CHOICE_KEY_SHIFT, CHOICE_INTID(first)};
	return 2U;
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

/*
 * One or two go into list registers in one go. If there are more, the CPU interrupts itself: whoever waits for it, and is
 * more urgent, comes before the rest. @return how many
 */
static uint32_t fill_ready(struct vcpu *v, uint32_t *news)
{
	struct vgic_cpu *c = &v->vgic;
	struct vgic_choice best[2];
	uint32_t vmcr = gic_virt_vmcr();
	/* One, if that is all there is room for, or if choosing takes long. */
	uint32_t room = (vgic_host.lrs & ~c->used) == 0U || v->vm->vgic.ready_banks > 3U ? 1U : 2U;
	uint32_t count = vgic_choose(v, vmcr, best, room);
	uint32_t i;

	for (i = 0U; i < count; i++) {
		uint32_t intid = best[i].intid;
		uint32_t n;

		if ((vgic_host.lrs & ~c->used) == 0U) {
			int victim = choose_victim(v, best[i].key, vmcr);

			if (victim < 0) {
				break;
			}
			*news |= vgic_lr_release(v, (uint32_t)victim, c->lr[victim]);
			count = i + 1U;
		}
		n = vgic_lr_choose(vgic_host.lrs & ~c->used, intid);
		vgic_lr_load(v, n, vgic_bank(v->vm, v, intid / VGIC_BANK_IRQS), intid);
	}
	return i;
}

/* What of a bank is active, in no list register, and this vCPU's. */
static uint32_t active_out_of(const struct vcpu *v, uint32_t n)
{
	return n == 0U ? v->vgic.bank.active
		       : v->vm->vgic.bank[n - 1U].active & v->vgic.mine[n - 1U];
}

/* Free list registers for those that are active outside: bank by bank, any order. */
static void fill_active(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;

	for (uint32_t bank = 0U; bank <= VGIC_SPI_BANKS && c->active_out != 0U; bank++) {
		struct vgic_bank *b = vgic_bank(v->vm, v, bank);

		for (uint32_t bits = active_out_of(v, bank); bits != 0U; bits &= bits - 1U) {
			uint32_t intid = bank * VGIC_BANK_IRQS + (uint32_t)__builtin_ctz(bits);
			uint32_t free = vgic_host.lrs & ~c->used;

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
static uint32_t wanted_hcr(struct vcpu *v, bool more)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t hcr = vgic_host.hcr;

	if (c->active_out != 0U) {
		hcr |= ICH_HCR_LRENPIE;
	}
	if (more) {
		uint32_t vmcr = gic_virt_vmcr();

		hcr |= (vmcr & ICH_VMCR_ENG0) != 0U ? ICH_HCR_VGRP0DIE : ICH_HCR_VGRP0EIE;
		hcr |= (vmcr & ICH_VMCR_ENG1) != 0U ? ICH_HCR_VGRP1DIE : ICH_HCR_VGRP1EIE;
		if (any_lr_pending(c)) {
			hcr |= ICH_HCR_NPIE;
		}
	}
	return hcr;
}

/* Something is left: the CPU interrupts itself. */
static void fill_again(struct vgic_cpu *c)
{
	__atomic_store_n(&c->work, c->work | VGIC_WORK_READY, __ATOMIC_RELAXED);
	vcpu_again();
}

static uint32_t fill(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	/* What the guest is done with may be pending again by now. */
	uint32_t news = vgic_reap(v);
	uint32_t filled = 0U;
	bool more = false;
	uint32_t hcr;

	if (c->bank.ready != 0U || v->vm->vgic.ready_banks != 0U) {
		filled = fill_ready(v, &news);
		more = vgic_anything_ready(v);
	}
	if (filled == 0U && c->active_out != 0U) {
		fill_active(v);
	} else if (filled != 0U && (more || c->active_out != 0U)) {
		fill_again(c);
	}
	hcr = wanted_hcr(v, more);
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
	uint32_t best = UINT32_MAX;
	int intid = -1;

	for (uint32_t n = 0U; n <= VGIC_SPI_BANKS; n++) {
		const struct vgic_bank *b = vgic_bank(v->vm, v, n);
		uint32_t bits = active_out_of(v, n);
		uint32_t i;

		if (bits == 0U) {
			continue;
		}
		i = (uint32_t)__builtin_ctz(vgic_most_urgent(b, bits));
		if (b->priority[i] < best) {
			best = b->priority[i];
			intid = (int)(n * VGIC_BANK_IRQS + i);
		}
	}
	return intid;
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
		news |= vgic_update(v->vm, v, 0U);
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
	if (unlikely(c->silent)) {
		c->silent = false;
		gic_virt_set_hcr(gic_virt_hcr() | ICH_HCR_EN);
	}
	if ((work & VGIC_WORK_LRS) != 0U) {
		news |= vgic_apply_asked(v);
	}
	if ((work & VGIC_WORK_SYNC) != 0U) {
		news |= refresh(v);
	}
	if ((work & VGIC_WORK_HW) != 0U) {
		news |= vgic_hw_resample(v);
	}
	if ((c->hcr & ICH_HCR_LRENPIE) != 0U && ICH_HCR_EOICOUNT(gic_virt_hcr()) != 0U) {
		news |= vgic_take_eoi_count(v);
		work |= VGIC_WORK_LRS;
	}
	if ((c->bank.latch & c->bank.in_lr & c->bank.open) != 0U) {
		news |= vgic_edges_again(v);
		work |= VGIC_WORK_LRS;
	}
	if ((work & VGIC_WORK_LRS) != 0U &&
	    (c->bank.ready | v->vm->vgic.ready_banks | c->active_out) != 0U) {
		/* Enough for one go. */
		fill_again(c);
	} else {
		news |= fill(v);
	}
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

static __attribute__((noinline)) bool sync_simply(struct vcpu *v)
{
	if (sync_is_simple(v) &&
	    (v->vgic.bank.latch & v->vgic.bank.in_lr & v->vgic.bank.open) == 0U && load_ready(v)) {
		v->vgic.work = 0U;
		return true;
	}
	return false;
}

static ALWAYS_INLINE uint32_t sync_more(struct vcpu *v)
{
	return sync_simply(v) ? 0U : sync_all(v);
}

bool vgic_sync_shortly(struct vcpu *v)
{
	if (!vgic_here(&v->vgic)) {
		return false;
	}
	vgic_take_sgis(&v->vgic);
	return sync_simply(v);
}

uint32_t vgic_sync(struct vcpu *v)
{
	if (unlikely(!vgic_here(&v->vgic))) {
		return 0U;
	}
	vgic_take_sgis(&v->vgic);
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
	if ((__atomic_load_n(&v->vgic.work, __ATOMIC_RELAXED) |
	     __atomic_load_n(&v->vgic.sgis, __ATOMIC_RELAXED)) == 0U) {
		return;
	}
	vgic_lock(v->vm);
	if (likely(vgic_here(&v->vgic))) {
		vgic_take_sgis(&v->vgic);
		if (likely(sync_again(v))) {
			vgic_unlock(v->vm);
			return;
		}
	}
	flush_more(v);
}

/*
 * The maintenance interrupt. Its cause goes away with what vgic_sync() does. If another thread runs than the vCPU's, it does
 * not wait for that: the interface is silent until guest_before_enter() has looked (IHI 0069, ICH_HCR_EL2.En; what the
 * register counts of the guest's ends of interrupts stays).
 */
void vgic_maintenance(void)
{
	struct vcpu *v = vcpu_resident();

	if (v == NULL) {
		gic_virt_set_hcr(0U);
		return;
	}
	vgic_lock(v->vm);
	__atomic_store_n(&v->vgic.work, v->vgic.work | VGIC_WORK_SYNC, __ATOMIC_RELAXED);
	if (arch_current() != &v->thread) {
		v->vgic.silent = true;
		gic_virt_set_hcr(gic_virt_hcr() & ~ICH_HCR_EN);
		__atomic_store_n(&v->flush, 1U, __ATOMIC_RELAXED);
		vgic_unlock(v->vm);
		return;
	}
	vgic_unlock_news(v->vm, vgic_sync(v));
}
