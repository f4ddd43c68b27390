/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Between the parts of the virtual GIC. Design and words are explained in docs/vgic.md.
 *
 * "Lock held" is struct vgic::lock. Functions that change what is ready return the vCPUs that this is news for, a bit
 * each: vgic_deliver() fills the list registers of the one that is resident here and says which ones are to be kicked,
 * which vgic_kick() does after the lock was released.
 */
#ifndef HYP_VGIC_INTERNAL_H_
#define HYP_VGIC_INTERNAL_H_

#include <stdbool.h>
#include <stdint.h>

#include "arch/arch.h"
#include "arch/gic_virt.h"
#include "hyp/mmio.h"
#include "hyp/vcpu.h"
#include "hyp/vgic.h"
#include "hyp/vm.h"

/** What the host's virtual interface can do; the same on all CPUs. */
struct vgic_host {
	/** List registers, a bit each. */
	uint32_t lrs;
	/** Bits of preemption, ICH_VTR_EL2.PREbits. */
	uint32_t prebits;
	/** Implemented bits of a priority; the lowest of them. */
	uint8_t priority_mask;
	uint8_t priority_low;
	/** ICH_HCR_EL2 with nothing special. */
	uint32_t hcr;
	/** List registers of each CPU that may hold something, from a vCPU that was there before or from power-on. */
	uint32_t stale[CONFIG_MP_MAX_NUM_CPUS];
};

extern struct vgic_host vgic_host;

/** @return bank @p n; bank 0 is that of @p v. */
static ALWAYS_INLINE struct vgic_bank *vgic_bank(struct vm *vm, struct vcpu *v, uint32_t n)
{
	return n == 0U ? &v->vgic.bank : &vm->vgic.bank[n - 1U];
}

static ALWAYS_INLINE uint32_t vgic_bit(uint32_t intid)
{
	return 1U << (intid % VGIC_BANK_IRQS);
}

/** @return true if the list registers are this CPU's hardware. Lock held, so that this stays so. */
static ALWAYS_INLINE bool vgic_here(const struct vgic_cpu *c)
{
	return c->on == arch_cpu();
}

/** @brief Takes the lock. Interrupts masked by the caller. */
static ALWAYS_INLINE void vgic_lock(struct vm *vm)
{
	z_spin_lock_masked(&vm->vgic.lock);
}

static ALWAYS_INLINE void vgic_unlock(struct vm *vm)
{
	z_spin_unlock_masked(&vm->vgic.lock);
}

/** @return what of a bank may be delivered at all. */
static ALWAYS_INLINE uint32_t vgic_bank_open(const struct vgic *g, const struct vgic_bank *b)
{
	uint32_t group1 = b->group | b->grpmod;

	return b->enabled & ((group1 & g->group1_on) | (~group1 & g->group0_on));
}

/** @return what of a bank wants a list register. */
static ALWAYS_INLINE uint32_t vgic_bank_ready(const struct vgic_bank *b)
{
	uint32_t pending = b->latch | (b->line & ~b->edge) | b->hw_active;

	return pending & b->open & ~b->active & ~b->in_lr;
}

/**
 * @brief SGIs that others have sent without the lock become pending like all others. Lock held; resident here, or nowhere and
 * from its own thread.
 */
static ALWAYS_INLINE void vgic_take_sgis(struct vgic_cpu *c)
{
	struct vgic_bank *b = &c->bank;
	uint32_t sgis;

	if (__atomic_load_n(&c->sgis, __ATOMIC_RELAXED) != 0U) {
		/* Acquired: what their senders did before is seen by whoever the guest becomes then. */
		sgis = __atomic_exchange_n(&c->sgis, 0U, __ATOMIC_ACQUIRE);
		b->latch |= sgis;
		b->ready = vgic_bank_ready(b);
	}
}

/* vgic_irq.c: the state machine. Lock held. @p v is the owner of bank 0. */

/** @brief Looks again at what is ready in a bank. @return vCPUs with something new */
uint32_t vgic_update(struct vm *vm, struct vcpu *v, uint32_t n);

uint32_t vgic_enable(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
uint32_t vgic_disable(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
uint32_t vgic_set_pending(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
uint32_t vgic_clear_pending(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
uint32_t vgic_set_active(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
uint32_t vgic_clear_active(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
/** @brief What IGROUPR, IGRPMODR or ICFGR say of these interrupts is about to change / has changed. */
uint32_t vgic_withdraw(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t bits);
uint32_t vgic_set_priority(struct vm *vm, struct vcpu *v, uint32_t intid, uint8_t priority);
uint32_t vgic_set_route(struct vm *vm, uint32_t spi, uint32_t affinity, bool any);
/** @brief From an exit of @p v, which does what is left for it (VGIC_LATER_SPIS). */
uint32_t vgic_set_ctlr(struct vm *vm, struct vcpu *v, uint32_t ctlr);
/** @brief Pending and active bits of a bank, those in list registers included. @return vCPUs to be kicked for fresher ones */
uint32_t vgic_states(struct vm *vm, struct vcpu *v, uint32_t n, uint32_t *pending,
		     uint32_t *active);
/** @brief An interrupt that was active in no list register of @p v is deactivated. @return news */
uint32_t vgic_deactivate_out(struct vcpu *v, uint32_t intid);
/** @brief A tied private interrupt is not wanted by the guest, and its line has fallen. Resident here. @return news */
uint32_t vgic_hw_resample(struct vcpu *v);
/** @brief As after power-on. No vCPU runs, none is resident. Takes the lock itself. */
void vgic_irq_reset(struct vm *vm);
/** @brief The physical interrupt is deactivated, if it is active: a PPI is only while its vCPU is resident. */
void vgic_hw_deactivate(struct vcpu *v, uint32_t intid);
/** @brief The physical interrupt that an interrupt is tied to. */
uint32_t vgic_host_intid(const struct vcpu *v, uint32_t intid);

/*
 * The timer's short way (struct guest_timer): while it is open, the timer is in GUEST_TIMER_LR with LR.HW, is open, nothing
 * is asked of the register, and no maintenance interrupt is wanted. So the register stays the timer's when the guest is
 * done with it, until another interrupt finds no other one. Lock held.
 */

static ALWAYS_INLINE bool vgic_timer_open(const struct vcpu *v)
{
	return v->frame->timer.intid != GUEST_TIMER_NONE;
}

/** @brief Something of that is true no more, or is about to be. The vCPU may be resident on another CPU. */
static ALWAYS_INLINE void vgic_timer_close(struct vcpu *v)
{
	__atomic_store_n(&v->frame->timer.intid, GUEST_TIMER_NONE, __ATOMIC_RELAXED);
}

/** @return a list register for an interrupt out of @p free, which is not empty: the timer's for others only at last */
static ALWAYS_INLINE uint32_t vgic_lr_choose(uint32_t free, uint32_t intid)
{
	uint32_t timer = free & 1U << GUEST_TIMER_LR;
	uint32_t other = free & ~timer;

	if (timer != 0U && (intid == VTIMER_INTID || other == 0U)) {
		return GUEST_TIMER_LR;
	}
	return (uint32_t)__builtin_ctz(other);
}

/* vgic_lr.c: one list register. Lock held. */

/** @brief Its value, as it is now if it is here, or as we last saw it. */
uint64_t vgic_lr_get(struct vgic_cpu *c, uint32_t n);
void vgic_lr_put(struct vgic_cpu *c, uint32_t n, uint64_t lr);

static ALWAYS_INLINE void vgic_lr_put_here(struct vgic_cpu *c, uint32_t n, uint64_t lr)
{
	c->lr[n] = lr;
	gic_virt_set_lr(n, lr);
}

/** @brief The vCPU that has an SPI (vgic_cpu::mine), or @p v for a private one. NULL: none */
static ALWAYS_INLINE struct vcpu *vgic_owner(struct vm *vm, struct vcpu *v, uint32_t intid)
{
	if (intid < VGIC_SPI_BASE) {
		return v;
	}
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		if ((vm->vcpu[i]->vgic.mine[intid / VGIC_BANK_IRQS - 1U] & vgic_bit(intid)) != 0U) {
			return vm->vcpu[i];
		}
	}
	return NULL;
}

/** @return those of the interrupts @p bits of a bank, some, that have the most urgent priority */
static ALWAYS_INLINE uint32_t vgic_most_urgent(const struct vgic_bank *b, uint32_t bits)
{
	/* Those that are not implemented are zero, which changes nothing. */
	for (uint32_t i = 8U; i-- > 3U;) {
		uint32_t zero = bits & ~b->plane[i];

		bits = zero != 0U ? zero : bits;
	}
	if (unlikely(vgic_host.priority_low < 3U)) {
		for (uint32_t i = 3U; i-- > 0U;) {
			uint32_t zero = bits & ~b->plane[i];

			bits = zero != 0U ? zero : bits;
		}
	}
	return bits;
}

/** @brief List register of @p v that holds an interrupt, or -1. */
int vgic_lr_find(const struct vgic_cpu *c, uint32_t intid);
/**
 * @brief Something is wanted of a list register (VGIC_LR_*): done at once, or by the CPU that has it. The caller calls
 * vgic_update() of its bank. @return news
 */
uint32_t vgic_lr_ask(struct vcpu *v, uint32_t n, uint32_t what);
/** @brief As vgic_lr_ask(), later: by the CPU that has it, or when the vCPU is loaded. @return news */
uint32_t vgic_lr_note(struct vcpu *v, uint32_t n, uint32_t what);
/** @brief Does everything that was asked of list registers that are here or in memory. @return news */
uint32_t vgic_apply_asked(struct vcpu *v);
/** @brief Puts an interrupt that is ready into list register @p n, which is free and here. */
void vgic_lr_load(struct vcpu *v, uint32_t n, struct vgic_bank *b, uint32_t intid);
/** @brief Takes an active interrupt back into one, so that the guest's deactivation is the hardware's again. */
void vgic_lr_load_active(struct vcpu *v, uint32_t n, struct vgic_bank *b, uint32_t intid);
/** @brief List register @p n, whose value is @p lr now, is given up; state that is left goes to memory. @return news */
uint32_t vgic_lr_release(struct vcpu *v, uint32_t n, uint64_t lr);
/** @brief Frees list registers that the guest is done with, but the timer's. Resident here. @return news */
uint32_t vgic_reap(struct vcpu *v);

/* vgic_fill.c: which interrupts are in list registers. Lock held. */

/** How urgent: the priority, and after all others those of a group that the guest's CPU interface has off. */
#define VGIC_KEY_GROUP_OFF 0x100U

struct vgic_choice {
	uint32_t key;
	uint32_t intid;
};

/** @brief The most urgent of what is ready for a vCPU, at most @p room, which is 1 or 2. @return how many */
uint32_t vgic_choose(struct vcpu *v, uint32_t vmcr, struct vgic_choice *best, uint32_t room);
/** @return true if something wants a list register of the vCPU. */
bool vgic_anything_ready(const struct vcpu *v);
/**
 * @brief Private interrupts that are latched, and in list registers: the guest is done with those, or they become
 * pending there. Resident here or nowhere. @return news
 */
uint32_t vgic_edges_again(struct vcpu *v);
/** @brief Deactivates what the guest has ended without a list register. Resident here. @return news */
uint32_t vgic_take_eoi_count(struct vcpu *v);
/** @brief Does what there is to do, and fills list registers. Resident here. @return news for others */
uint32_t vgic_sync(struct vcpu *v);
/** @brief As vgic_sync(), if that is a matter of a few instructions. @return false: it is not */
bool vgic_sync_shortly(struct vcpu *v);
/** @brief Handler of the maintenance interrupt. */
void vgic_maintenance(void);

/** @brief See above. @return vCPUs to be kicked */
uint32_t vgic_deliver(struct vm *vm, uint32_t news);
/** @brief Kicks. Lock not held. */
void vgic_kick(struct vm *vm, uint32_t vcpus);
/** @brief The same from an exit of @p v. @return false: more than one; vgic_later() is to be called */
bool vgic_kick_from(struct vcpu *v, uint32_t vcpus);

/* vgic_later.c */

/** @brief Ends a critical section of an exit of @p v that had news. @return false: vgic_later() is to be called */
bool vgic_written(struct vcpu *v, uint32_t news);

/** @brief Ends a critical section that had news. */
static ALWAYS_INLINE void vgic_unlock_news(struct vm *vm, uint32_t news)
{
	uint32_t kicks = news != 0U ? vgic_deliver(vm, news) : 0U;

	vgic_unlock(vm);
	if (kicks != 0U) {
		vgic_kick(vm, kicks);
	}
}

/* Registers: vgic_regs.h. */

struct vgic_regs;

extern const struct vgic_regs vgic_dist_regs;
extern const struct vgic_regs vgic_redist_regs;
extern const struct mmio_ops vgic_dist_ops;
extern const struct mmio_ops vgic_redist_ops;

/** @brief Makes the index of a table. Once. */
void vgic_regs_init(const struct vgic_regs *regs);

#endif /* HYP_VGIC_INTERNAL_H_ */
