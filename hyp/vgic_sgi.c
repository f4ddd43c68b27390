/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Software generated interrupts: trapped writes of ICC_SGI1R_EL1 and its siblings (IHI 0069, 12.2.20).
 */
#include "hyp/vgic_internal.h"

#define SGI_LIST       UINT64_C(0xffff)
#define SGI_INTID_MASK (UINT64_C(0xf) << 24)
#define SGI_AFF1       (UINT64_C(0xff) << 16)
#define SGI_INTID(v)   ((uint32_t)((v) >> 24) & 0xfU)
#define SGI_AFF2       (UINT64_C(0xff) << 32)
#define SGI_IRM        (UINT64_C(1) << 40)
#define SGI_RS         (UINT64_C(0xf) << 44)
#define SGI_AFF3       (UINT64_C(0xff) << 48)
#define SGI_ELSEWHERE  (SGI_AFF1 | SGI_AFF2 | SGI_AFF3 | SGI_RS)

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
static ALWAYS_INLINE uint32_t pend(struct vcpu *t, uint32_t bit, bool group1)
{
	struct vgic_bank *b = &t->vgic.bank;

	/* One security state: each register makes those of its own group only (IHI 0069, 4.5.2). */
	if ((((b->group | b->grpmod) & bit) != 0U) != group1 || (b->latch & bit) != 0U) {
		return 0U;
	}
	b->latch |= bit;
	if ((b->open & ~b->active & bit) == 0U) {
		return 0U;
	}
	b->ready |= bit & ~b->in_lr;
	return 1U << t->id;
}

/* One vCPU, the usual case. */
static ALWAYS_INLINE void send_one(struct vcpu *t, uint32_t bit, bool group1)
{
	struct vm *vm = t->vm;
	uint32_t news;

	vgic_lock(vm);
	news = pend(t, bit, group1);
	if (news == 0U) {
		vgic_unlock(vm);
		return;
	}
	if (vgic_here(&t->vgic)) {
		/* It is the one that sends it. */
		news = vgic_sync(t);
		if (likely(news == 0U)) {
			vgic_unlock(vm);
			return;
		}
		vgic_unlock_news(vm, news);
		return;
	}
	__atomic_store_n(&t->vgic.work, t->vgic.work | VGIC_WORK_READY, __ATOMIC_RELAXED);
	vgic_unlock(vm);
	vcpu_kick(t);
}

static __attribute__((noinline)) bool send_many(struct vcpu *v, uint32_t to, uint32_t bit,
						bool group1)
{
	struct vm *vm = v->vm;
	uint32_t news = 0U;
	uint32_t kicks;

	vgic_lock(vm);
	for (; to != 0U; to &= to - 1U) {
		news |= pend(vm->vcpu[__builtin_ctz(to)], bit, group1);
	}
	kicks = vgic_deliver(vm, news);
	vgic_unlock(vm);
	return vgic_kick_from(v, kicks) ? false : vgic_later(v);
}

bool vgic_sgi(struct vcpu *v, uint64_t value, bool group1)
{
	struct vm *vm = v->vm;
	uint32_t bit = 1U << SGI_INTID(value);
	uint32_t to = targets(v, value);

	if (likely(to != 0U && (to & (to - 1U)) == 0U)) {
		send_one(vm->vcpu[__builtin_ctz(to)], bit, group1);
		return false;
	}
	return send_many(v, to, bit, group1);
}

/*
 * A vCPU that is here has had this SGI before, and is done with that: list register @p n, where it was, may take it once
 * more, as it was. No lock, as in fired_again() of vgic_irq.c. No list register was written since the exit, or there was an
 * ISB behind it.
 */
static ALWAYS_INLINE bool may_again(const struct vgic_cpu *c, uint32_t n, uint32_t bit)
{
	return (c->bank.in_lr & c->bank.open & bit) != 0U && (c->hcr & ICH_HCR_MAINTENANCE) == 0U &&
	       c->lr_flags[n] == 0U && (gic_virt_elrsr_at_entry() >> n & 1U) != 0U;
}

static ALWAYS_INLINE void put_again(struct vgic_cpu *c, uint32_t n)
{
	vgic_lr_put_here(c, n, (c->lr[n] & ~LR_ACTIVE) | LR_PENDING);
	c->injected++;
}

/* To itself. Another's SGI that waits for this CPU's attention becomes one with this one, or the next. */
static ALWAYS_INLINE bool to_self_again(struct vcpu *v, uint32_t intid)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t n = c->lr_of[intid];

	if (((c->bank.group | c->bank.grpmod) & 1U << intid) == 0U ||
	    !may_again(c, n, 1U << intid)) {
		return false;
	}
	put_again(c, n);
	return true;
}

/*
 * To one other vCPU that would be interrupted by it, the usual case. No lock: the bit is as good as a latch until that
 * vCPU's CPU looks (vgic_take_sgis(), vgic_kicked()). What is read of its bank may just be changing: then the SGI came before
 * that. Who finds the bit set leaves the kick to who set it, and is heard with him. Released: who takes the bit sees what
 * its senders did before.
 */
static ALWAYS_INLINE bool to_other(struct vcpu *v, uint64_t where, uint32_t bit)
{
	const struct vm *vm = v->vm;
	uint64_t id = 63U - (uint64_t)__builtin_clzll(where | 1U);
	const struct vgic_bank *b;
	struct vcpu *t;

	if (where != UINT64_C(1) << id || id >= vm->vcpu_count) {
		return false;
	}
	t = vm->vcpu[id];
	b = &t->vgic.bank;
	if ((b->open & (b->group | b->grpmod) & bit) == 0U) {
		return false;
	}
	if ((__atomic_fetch_or(&t->vgic.sgis, bit, __ATOMIC_RELEASE) & bit) == 0U) {
		vcpu_notify(t);
	}
	return true;
}

bool vgic_sgi1r(struct vcpu *v, uint64_t value)
{
	/* With what is reserved: those are not looked at in a short way. */
	uint64_t where = value & ~SGI_INTID_MASK;
	uint32_t intid = SGI_INTID(value);

	if (where == UINT64_C(1) << v->id) {
		if (likely(to_self_again(v, intid))) {
			return false;
		}
	} else if (likely(to_other(v, where, 1U << intid))) {
		return false;
	}
	return vgic_sgi(v, value, true);
}

bool vgic_kicked(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t sgis = *(volatile uint32_t *)&c->sgis;
	uint32_t intid = (uint32_t)__builtin_ctz(sgis | 1U << 31);
	uint32_t n = c->lr_of[intid];

	v->exits[EXIT_IRQ]++;
	if (unlikely(sgis != 1U << intid || c->work != 0U || !may_again(c, n, sgis))) {
		/* guest_before_enter() looks. */
		__atomic_store_n(&v->flush, 1U, __ATOMIC_RELAXED);
		return true;
	}
	/* This one: who sent another meanwhile kicks. Acquired: see to_other(). */
	(void)__atomic_fetch_and(&c->sgis, ~sgis, __ATOMIC_ACQUIRE);
	put_again(c, n);
	return false;
}
