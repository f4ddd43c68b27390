/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine of interrupts (IHI 0069, 4.1): enabled, pending by an edge or a line, active, routed.
 *
 * What is in a list register is the hardware's: a change of such an interrupt's state is asked of the list register's
 * owner (vgic_lr_ask()), everything else is a change of bits in memory followed by vgic_update(). All operations are
 * on words of 32 interrupts, so none takes longer than the bits that are set, plus the vCPUs of the VM.
 */
#include <errno.h>
#include <string.h>

#include "hyp/vgic_internal.h"
#include "kernel/irq.h"

/* SGIs are edge triggered (GICR_ICFGR0). */
#define SGI_BITS 0x0000ffffU

/*
 * Of vCPUs that are nowhere resident so many list registers are changed at once; to more than that a note is left, as to
 * those that are on other CPUs: see docs/vgic.md, "Bounds".
 */
#define ASK_AT_ONCE 4U

static uint32_t count_bits(uint32_t bits)
{
	bits -= bits >> 1 & 0x55555555U;
	bits = (bits & 0x33333333U) + (bits >> 2 & 0x33333333U);
	return ((bits + (bits >> 4)) & 0x0f0f0f0fU) * 0x01010101U >> 24;
}

/* Wants something of one vCPU's list registers that hold @p bits of a bank. */
static uint32_t ask_cpu(struct vcpu *o, uint32_t bank, uint32_t bits, uint32_t what,
			uint32_t *at_once)
{
	struct vgic_cpu *c = &o->vgic;
	uint32_t news = 0U;

	for (uint32_t used = c->used; used != 0U && bits != 0U; used &= used - 1U) {
		uint32_t n = (uint32_t)__builtin_ctz(used);
		uint32_t intid = LR_INTID(c->lr[n]);

		/* What is done to one may end another. */
		if (intid / VGIC_BANK_IRQS != bank || (bits & vgic_bit(intid)) == 0U ||
		    (c->used >> n & 1U) == 0U) {
			continue;
		}
		bits &= ~vgic_bit(intid);
		if (c->on == NULL && (*at_once)-- == 0U) {
			*at_once = 0U;
			news |= vgic_lr_note(o, n, what);
		} else {
			news |= vgic_lr_ask(o, n, what);
		}
	}
	return news;
}

/* Wants something of the list registers that hold @p bits of a bank. vgic_update() is to follow. */
static uint32_t ask(struct vm *vm, struct vcpu *v, uint32_t bank, uint32_t bits, uint32_t what)
{
	uint32_t at_once = ASK_AT_ONCE;
	uint32_t news = 0U;

	if (bank == 0U) {
		return ask_cpu(v, 0U, bits, what, &at_once);
	}
	for (uint32_t i = 0U; i < vm->vcpu_count && bits != 0U; i++) {
		struct vcpu *o = vm->vcpu[i];
		uint32_t mine = bits & o->vgic.mine[bank - 1U];

		if (mine != 0U) {
			bits &= ~mine;
			news |= ask_cpu(o, bank, mine, what, &at_once);
		}
	}
	return news;
}

/* ---- who gets it -------------------------------------------------------------------------------- */

/* The vCPU of a 1 of N interrupt: the first that is switched on and awake (GICD_IROUTER<n>.Interrupt_Routing_Mode). */
static struct vcpu *choose_any(struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		struct vcpu *v = vm->vcpu[i];

		if (v->power == VCPU_ON && !v->vgic.asleep) {
			return v;
		}
	}
	return vm->vcpu[0];
}

static void set_target(struct vm *vm, uint32_t bank, uint32_t bits, const struct vcpu *target)
{
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		uint32_t *spis = &vm->vcpu[i]->vgic.spis[bank - 1U];

		*spis = vm->vcpu[i] == target ? *spis | bits : *spis & ~bits;
	}
}

static uint32_t targets(struct vm *vm, uint32_t bank, uint32_t bits)
{
	uint32_t mask = 0U;

	/* Each has one at most. */
	for (uint32_t i = 0U; bits != 0U && i < vm->vcpu_count; i++) {
		uint32_t here = vm->vcpu[i]->vgic.spis[bank - 1U] & bits;

		mask |= here != 0U ? 1U << i : 0U;
		bits &= ~here;
	}
	return mask;
}

uint32_t vgic_update(struct vm *vm, struct vcpu *v, uint32_t n)
{
	struct vgic *g = &vm->vgic;
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t open = vgic_bank_open(g, b);
	uint32_t again = b->latch & b->in_lr & open & ~b->open;
	uint32_t news = 0U;
	uint32_t fresh;
	uint32_t ready;

	b->open = open;
	if (unlikely(again != 0U)) {
		/* Active there, and became pending while it was not to be delivered. */
		news = ask(vm, v, n, again, VGIC_LR_LINE);
	}
	ready = vgic_bank_ready(b);
	fresh = ready & ~b->ready;
	b->ready = ready;
	if (n == 0U) {
		return fresh != 0U ? news | 1U << v->id : news;
	}
	g->ready_banks &= ~(1U << (n - 1U));
	if (ready != 0U) {
		g->ready_banks |= 1U << (n - 1U);
	}
	if (fresh == 0U) {
		return news;
	}
	if (unlikely((fresh & g->any[n - 1U]) != 0U)) {
		struct vcpu *any = choose_any(vm);

		if ((fresh & g->any[n - 1U] & ~any->vgic.spis[n - 1U]) != 0U) {
			set_target(vm, n, fresh & g->any[n - 1U], any);
		}
	}
	return news | targets(vm, n, fresh);
}

__attribute__((cold)) uint32_t vgic_set_route(struct vm *vm, uint32_t spi, uint32_t affinity,
					      bool any)
{
	struct vgic *g = &vm->vgic;
	uint32_t bank = spi / VGIC_BANK_IRQS + 1U;
	uint32_t bit = vgic_bit(spi);
	struct vcpu *target = NULL;
	uint32_t news = 0U;

	g->route[spi] = affinity;
	g->any[bank - 1U] = any ? g->any[bank - 1U] | bit : g->any[bank - 1U] & ~bit;
	if (any) {
		target = choose_any(vm);
	} else if (affinity < vm->vcpu_count) {
		target = vm->vcpu[affinity];
	}
	if (target != NULL && (target->vgic.spis[bank - 1U] & bit) != 0U) {
		return 0U;
	}
	set_target(vm, bank, bit, target);
	/* Pending goes along, active stays where it is (IHI 0069, GICD_IROUTER<n>). */
	if ((g->bank[bank - 1U].in_lr & bit) != 0U) {
		news = ask(vm, NULL, bank, bit, VGIC_LR_WITHDRAW);
		news |= vgic_update(vm, NULL, bank);
	}
	if ((g->bank[bank - 1U].ready & bit) != 0U) {
		news |= targets(vm, bank, bit);
	}
	return news;
}

uint32_t vgic_deliver(struct vm *vm, uint32_t news)
{
	uint32_t kicks = 0U;

	while (news != 0U) {
		uint32_t i = (uint32_t)__builtin_ctz(news);
		struct vcpu *v = vm->vcpu[i];

		news &= news - 1U;
		if (vgic_here(&v->vgic)) {
			news |= vgic_sync(v);
			/* Its thread runs, or will run, and finds the list registers filled. */
			if (__atomic_load_n(&v->waiting, __ATOMIC_RELAXED) == 0U) {
				continue;
			}
		} else {
			__atomic_store_n(&v->vgic.work, v->vgic.work | VGIC_WORK_READY,
					 __ATOMIC_RELAXED);
		}
		kicks |= 1U << i;
	}
	return kicks;
}

void vgic_kick(struct vm *vm, uint32_t vcpus)
{
	for (; vcpus != 0U; vcpus &= vcpus - 1U) {
		vcpu_kick(vm->vcpu[__builtin_ctz(vcpus)]);
	}
}

/* ---- what registers change ---------------------------------------------------------------------- */

uint32_t vgic_enable(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t changed = bits & ~b->enabled;
	uint32_t news = 0U;

	b->enabled |= bits;
	if (unlikely(n == 0U && (changed & b->hw_active & ~b->in_lr) != 0U)) {
		/* It fired while nobody wanted it, and its line may be low by now. */
		if (vgic_here(&v->vgic)) {
			news |= vgic_hw_resample(v);
		} else if (v->vgic.on != NULL) {
			v->vgic.work |= VGIC_WORK_HW;
			news |= 1U << v->id;
		}
	}
	return news | vgic_update(vm, v, n);
}

uint32_t vgic_disable(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t news = 0U;

	b->enabled &= ~bits;
	if ((bits & b->in_lr) != 0U) {
		news = ask(vm, v, n, bits & b->in_lr, VGIC_LR_WITHDRAW);
	}
	return news | vgic_update(vm, v, n);
}

uint32_t vgic_withdraw(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	uint32_t news = ask(vm, v, n, bits & vgic_bank(vm, v, n)->in_lr, VGIC_LR_WITHDRAW);

	return news | vgic_update(vm, v, n);
}

uint32_t vgic_set_pending(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t news = 0U;

	b->latch |= bits;
	if ((bits & b->in_lr) != 0U) {
		news = ask(vm, v, n, bits & b->in_lr, VGIC_LR_LINE);
	}
	return news | vgic_update(vm, v, n);
}

uint32_t vgic_clear_pending(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t news = 0U;

	b->latch &= ~bits;
	if (n == 0U) {
		(void)__atomic_fetch_and(&v->vgic.sgis, ~bits, __ATOMIC_RELAXED);
	}
	if ((bits & b->in_lr) != 0U) {
		news = ask(vm, v, n, bits & b->in_lr, VGIC_LR_CLEAR_P | VGIC_LR_LINE);
	}
	return news | vgic_update(vm, v, n);
}

/* Interrupts of a bank become active at a vCPU, which has them until they are deactivated; in no list register. */
static uint32_t activate_at(struct vcpu *o, uint32_t n, uint32_t bits)
{
	if (bits == 0U) {
		return 0U;
	}
	if (n != 0U) {
		o->vgic.mine[n - 1U] |= bits;
	}
	o->vgic.active_out += count_bits(bits);
	return 1U << o->id;
}

static uint32_t activate_out(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	uint32_t news = 0U;

	vgic_bank(vm, v, n)->active |= bits;
	if (n == 0U) {
		return activate_at(v, 0U, bits);
	}
	for (uint32_t i = 0U; i < vm->vcpu_count && bits != 0U; i++) {
		uint32_t routed = bits & vm->vcpu[i]->vgic.spis[n - 1U];

		news |= activate_at(vm->vcpu[i], n, routed);
		bits &= ~routed;
	}
	/* Those that are routed to nobody. */
	return news | activate_at(vm->vcpu[0], n, bits);
}

__attribute__((cold)) uint32_t vgic_set_active(struct vm *vm, struct vcpu *v, uint32_t n,
					       uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t news = ask(vm, v, n, bits & b->in_lr, VGIC_LR_SET_A);

	news |= activate_out(vm, v, n, bits & ~b->in_lr & ~b->active);
	return news | vgic_update(vm, v, n);
}

/* Interrupts of a bank that are active at a vCPU, and in no list register, are so no more. */
static uint32_t deactivate_at(struct vcpu *v, uint32_t n, uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(v->vm, v, n);
	uint32_t hw = bits & b->hw_active;

	if (bits == 0U) {
		return 0U;
	}
	b->active &= ~bits;
	v->vgic.active_out -= count_bits(bits);
	if (n != 0U) {
		v->vgic.mine[n - 1U] &= ~bits;
	}
	if (n != 0U || vgic_here(&v->vgic) || v->vgic.on == NULL) {
		b->hw_active &= ~hw;
		for (; hw != 0U; hw &= hw - 1U) {
			vgic_hw_deactivate(v, n * VGIC_BANK_IRQS + (uint32_t)__builtin_ctz(hw));
		}
	}
	return 1U << v->id;
}

uint32_t vgic_deactivate_out(struct vcpu *v, uint32_t intid)
{
	uint32_t n = intid / VGIC_BANK_IRQS;

	return deactivate_at(v, n, vgic_bit(intid)) | vgic_update(v->vm, v, n);
}

uint32_t vgic_clear_active(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits)
{
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t out = bits & b->active;
	uint32_t news = ask(vm, v, n, bits & b->in_lr, VGIC_LR_CLEAR_A | VGIC_LR_LINE);

	if (n == 0U) {
		news |= deactivate_at(v, 0U, out);
	}
	for (uint32_t i = 0U; n != 0U && out != 0U && i < vm->vcpu_count; i++) {
		news |= deactivate_at(vm->vcpu[i], n, out & vm->vcpu[i]->vgic.mine[n - 1U]);
	}
	return news | vgic_update(vm, v, n);
}

static void put_priority(struct vgic_bank *b, uint32_t i, uint32_t priority)
{
	b->priority[i] = (uint8_t)priority;
	for (uint32_t n = vgic_host.priority_low; n < 8U; n++) {
		b->plane[n] = (b->plane[n] & ~(1U << i)) | (priority >> n & 1U) << i;
	}
}

uint32_t vgic_set_priority(struct vm *vm, struct vcpu *v, uint32_t intid, uint8_t priority)
{
	uint32_t n = intid / VGIC_BANK_IRQS;
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t bit = vgic_bit(intid);
	uint32_t news = 0U;

	priority &= vgic_host.priority_mask;
	if (b->priority[intid % VGIC_BANK_IRQS] == priority) {
		return 0U;
	}
	put_priority(b, intid % VGIC_BANK_IRQS, priority);
	if ((b->in_lr & bit) != 0U) {
		news = ask(vm, v, n, bit, VGIC_LR_WITHDRAW);
		news |= vgic_update(vm, v, n);
	}
	if ((b->ready & bit) != 0U) {
		news |= n == 0U ? 1U << v->id : targets(vm, n, bit);
	}
	return news;
}

/* ---- what registers show ------------------------------------------------------------------------ */

/* The states that list registers of a vCPU add to a bank's. */
static uint32_t lr_states(struct vcpu *v, uint32_t n, uint32_t *pending, uint32_t *active)
{
	struct vgic_cpu *c = &v->vgic;
	uint32_t found = 0U;

	for (uint32_t used = c->used; used != 0U; used &= used - 1U) {
		uint32_t i = (uint32_t)__builtin_ctz(used);
		uint64_t lr = c->lr[i];
		uint32_t bit = vgic_bit(LR_INTID(lr));

		if (LR_INTID(lr) / VGIC_BANK_IRQS != n) {
			continue;
		}
		if (vgic_here(c)) {
			lr = gic_virt_lr(i);
		}
		found = 1U;
		/* With what is asked of it and will be so before the guest sees more of it. */
		lr &= ~((c->lr_flags[i] & VGIC_LR_CLEAR_P) != 0U ? LR_PENDING : 0U);
		lr &= ~((c->lr_flags[i] & VGIC_LR_CLEAR_A) != 0U ? LR_ACTIVE : 0U);
		lr |= (c->lr_flags[i] & VGIC_LR_SET_A) != 0U ? LR_ACTIVE : 0U;
		*pending |= (lr & LR_PENDING) != 0U ? bit : 0U;
		*active |= (lr & LR_ACTIVE) != 0U ? bit : 0U;
	}
	if (found != 0U && c->on != NULL && !vgic_here(c)) {
		/* What we have is as old as its last exit. The next read shall not be. */
		c->work |= VGIC_WORK_SYNC;
		return 1U << v->id;
	}
	return 0U;
}

uint32_t vgic_states(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t *pending, uint32_t *active)
{
	const struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t news = 0U;

	*pending = b->latch | (b->line & ~b->edge) | (b->hw_active & ~b->in_lr & ~b->active);
	*active = b->active;
	if (n == 0U) {
		*pending |= __atomic_load_n(&v->vgic.sgis, __ATOMIC_RELAXED);
	}
	if (b->in_lr == 0U) {
		return 0U;
	}
	if (n == 0U) {
		return lr_states(v, 0U, pending, active);
	}
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		news |= lr_states(vm->vcpu[i], n, pending, active);
	}
	return news;
}

/* ---- lines -------------------------------------------------------------------------------------- */

static void set_line(struct vm *vm, struct vcpu *v, uint32_t intid, bool high)
{
	uint32_t n = intid / VGIC_BANK_IRQS;
	uint32_t bit = vgic_bit(intid);
	unsigned int key = arch_irq_lock();
	uint32_t news = 0U;

	vgic_lock(vm);

	struct vgic_bank *b = vgic_bank(vm, v, n);

	if (((b->line & bit) != 0U) != high) {
		b->line ^= bit;
		b->latch |= high ? bit & b->edge : 0U;
		if ((b->in_lr & bit) != 0U) {
			news = ask(vm, v, n, bit, VGIC_LR_LINE);
		}
		news |= vgic_update(vm, v, n);
	}
	vgic_unlock_news(vm, news);
	arch_irq_unlock(key);
}

void vgic_set_spi(struct vm *vm, uint32_t intid, bool high)
{
	if (intid >= VGIC_SPI_BASE && intid < VGIC_INTIDS) {
		set_line(vm, NULL, intid, high);
	}
}

void vgic_set_ppi(struct vcpu *v, uint32_t intid, bool high)
{
	if (intid >= 16U && intid < VGIC_SPI_BASE) {
		set_line(v->vm, v, intid, high);
	}
}

/* ---- tied to physical interrupts ---------------------------------------------------------------- */

uint32_t vgic_host_intid(const struct vcpu *v, uint32_t intid)
{
	return intid < VGIC_SPI_BASE ? v->vgic.host_ppi[intid]
				     : v->vm->vgic.host_spi[intid - VGIC_SPI_BASE];
}

void vgic_hw_deactivate(struct vcpu *v, uint32_t intid)
{
	if (intid >= VGIC_SPI_BASE || vgic_here(&v->vgic)) {
		z_irqchip->deactivate(vgic_host_intid(v, intid));
	}
}

__attribute__((cold)) int vgic_map_hw(struct vm *vm, struct vcpu *v, uint32_t intid,
				      uint32_t host_intid)
{
	uint32_t n = intid / VGIC_BANK_IRQS;
	struct vgic_bank *b;
	unsigned int key;

	if (intid < 16U || intid >= VGIC_INTIDS || host_intid >= Z_IRQ_COUNT) {
		return -EINVAL;
	}
	if (n == 0U ? v == NULL || host_intid >= VGIC_SPI_BASE
		    : host_intid != 0U && host_intid < VGIC_SPI_BASE) {
		return -EINVAL;
	}
	key = arch_irq_lock();
	vgic_lock(vm);
	b = vgic_bank(vm, v, n);
	if (n == 0U) {
		v->vgic.host_ppi[intid] = (uint8_t)host_intid;
	} else {
		vm->vgic.host_spi[intid - VGIC_SPI_BASE] = (uint16_t)host_intid;
	}
	b->hw = host_intid != 0U ? b->hw | vgic_bit(intid) : b->hw & ~vgic_bit(intid);
	vgic_unlock(vm);
	arch_irq_unlock(key);
	return 0;
}

__attribute__((cold)) uint32_t vgic_hw_resample(struct vcpu *v)
{
	struct vgic_bank *b = &v->vgic.bank;

	for (uint32_t bits = b->hw_active & ~b->in_lr & ~b->active; bits != 0U; bits &= bits - 1U) {
		uint32_t intid = (uint32_t)__builtin_ctz(bits);

		if (!vtimer_line(v, intid)) {
			b->hw_active &= ~vgic_bit(intid);
			vgic_hw_deactivate(v, intid);
		}
	}
	return vgic_update(v->vm, v, 0U);
}

/* A list register still holds it: it fired again, so the guest is done with that one, or it is a software one. */
static uint32_t fired_in_lr(struct vm *vm, struct vcpu *v, struct vgic_bank *b, uint32_t intid)
{
	struct vcpu *o = vgic_owner(vm, v, intid);
	uint32_t news = 0U;

	if (o != NULL && vgic_here(&o->vgic)) {
		if (intid == VTIMER_INTID) {
			/* Not the usual case: its list register is looked at like any other. */
			vgic_timer_close(o);
		}
		news = vgic_reap(o);
	}
	b->hw_active |= vgic_bit(intid);
	if ((b->in_lr & vgic_bit(intid)) != 0U) {
		news |= ask(vm, v, intid / VGIC_BANK_IRQS, vgic_bit(intid),
			    VGIC_LR_FIRED | VGIC_LR_LINE);
	}
	return news;
}

/*
 * The usual case: it fires again and again, and the guest is done with the time before. The list register it was in
 * takes it once more, as it was. Not while others wait for a list register, who may be more urgent. The vector does the
 * same when the guest runs (guest_asm.h); here the guest waits.
 *
 * No lock: all that this rests upon is written by this CPU only while the vCPU is resident here, but for what is open and
 * what was asked of the list register. Who changes those from elsewhere asks for more, and interrupts this CPU.
 */
static ALWAYS_INLINE bool fired_again(struct vcpu *v, uint32_t intid)
{
	if (intid != VTIMER_INTID || !vgic_timer_open(v) ||
	    (gic_virt_elrsr_at_entry() >> GUEST_TIMER_LR & 1U) == 0U) {
		return false;
	}
	gic_virt_set_lr(GUEST_TIMER_LR, v->frame->timer.lr);
	v->vgic.injected++;
	return true;
}

static __attribute__((noinline)) void fired(struct vcpu *v, uint32_t intid)
{
	struct vm *vm = v->vm;
	uint32_t n = intid / VGIC_BANK_IRQS;
	struct vgic_bank *b = vgic_bank(vm, v, n);
	uint32_t news = 0U;

	vgic_lock(vm);
	if ((b->in_lr & vgic_bit(intid)) != 0U) {
		news = fired_in_lr(vm, v, b, intid);
	} else {
		b->hw_active |= vgic_bit(intid);
	}
	news |= vgic_update(vm, v, n);
	vgic_unlock_news(vm, news);
}

void vgic_hw_fired(struct vcpu *v, uint32_t intid)
{
	if (likely(fired_again(v, intid))) {
		return;
	}
	if (intid < VGIC_INTIDS) {
		fired(v, intid);
	}
}

/* ---- a trapped write of ICC_DIR_EL1 ------------------------------------------------------------- */

bool vgic_dir(struct vcpu *v, uint64_t value)
{
	struct vm *vm = v->vm;
	uint32_t intid = (uint32_t)(value & 0xffffffU);
	uint32_t n = intid / VGIC_BANK_IRQS;
	uint32_t news = 0U;

	/* With EOImode 0 the register does nothing (IHI 0069, ICC_DIR_EL1: unpredictable). */
	if (intid >= VGIC_INTIDS || (gic_virt_vmcr() & ICH_VMCR_EOIM) == 0U) {
		return false;
	}
	vgic_lock(vm);
	news = vgic_clear_active(vm, v, n, vgic_bit(intid));
	return vgic_written(v, news) ? false : vgic_later(v);
}

/* ---- power-on ----------------------------------------------------------------------------------- */

static void bank_reset(struct vcpu *v, struct vgic_bank *b, uint32_t first)
{
	uint32_t hw = b->hw;

	if (first != 0U) {
		for (uint32_t bits = b->hw_active; bits != 0U; bits &= bits - 1U) {
			vgic_hw_deactivate(v, first + (uint32_t)__builtin_ctz(bits));
		}
	}
	memset(b, 0, sizeof(*b));
	b->hw = hw;
	b->edge = first == 0U ? SGI_BITS : 0U;
}

static void cpu_reset(struct vcpu *v)
{
	struct vgic_cpu *c = &v->vgic;

	bank_reset(v, &c->bank, 0U);
	memset(c->spis, v->id == 0U ? 0xff : 0, sizeof(c->spis));
	memset(c->mine, 0, sizeof(c->mine));
	memset(c->lr, 0, sizeof(c->lr));
	memset(c->lr_flags, 0, sizeof(c->lr_flags));
	vgic_timer_close(v);
	c->work = 0U;
	c->sgis = 0U;
	c->used = 0U;
	c->active_out = 0U;
	c->later = 0U;
	c->asleep = true;
	c->hcr = vgic_host.hcr;
	vgic_cpu_reset(v);
}

static void spis_reset(struct vm *vm, uint32_t n)
{
	struct vgic *g = &vm->vgic;

	bank_reset(vm->vcpu[0], &g->bank[n], VGIC_SPI_BASE + n * VGIC_BANK_IRQS);
	memset(&g->route[(size_t)n * VGIC_BANK_IRQS], 0, VGIC_BANK_IRQS * sizeof(g->route[0]));
	g->any[n] = 0U;
	g->ready_banks &= ~(1U << n);
}

/* By banks and vCPUs. Nothing becomes ready meanwhile, as the groups are off. */
__attribute__((cold)) void vgic_irq_reset(struct vm *vm)
{
	struct vgic *g = &vm->vgic;

	for (uint32_t i = 0U; i < VGIC_SPI_BANKS + vm->vcpu_count; i++) {
		unsigned int key = arch_irq_lock();

		vgic_lock(vm);
		g->ctlr = 0U;
		g->group0_on = 0U;
		g->group1_on = 0U;
		if (i < VGIC_SPI_BANKS) {
			spis_reset(vm, i);
		} else {
			cpu_reset(vm->vcpu[i - VGIC_SPI_BANKS]);
		}
		vgic_unlock(vm);
		arch_irq_unlock(key);
	}
}
