/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers of guests.
 *
 * Virtual timer. Its interrupt is the hardware's: while the vCPU is resident it comes to this CPU, is acknowledged,
 * stays active, and goes on to the guest as a list register's (LR.HW), whose deactivation by the guest is that of the
 * physical interrupt. Until then it does not come again, whatever the guest does to the timer; the vGIC asks
 * vtimer_line() when it has to know. A vCPU that was evicted while it waits has a timeout instead, which wakes it; then
 * it is loaded, and the hardware sees that the time has come. A vCPU that was evicted and does not wait needs none.
 *
 * Physical timer. Every access traps, CNTHCTL_EL2 being 0 (head.S). A timeout stands for the comparator.
 *
 * Locks: p_lock, then the vGIC's, then the kernel's. Timeouts' functions are called with the kernel lock held and let
 * go of it before anything else. Each is O(log n) in the timeouts of a CPU.
 */
#include "hyp/vtimer.h"

#include <errno.h>

#include <zephyr/sys/printk.h>

#include "arch/arch.h"
#include "arch/guest_timer.h"
#include "drivers/timer/arm_generic.h"
#include "hyp/vcpu.h"
#include "hyp/vgic.h"
#include "hyp/vm.h"
#include "hyp/vtimer_regs.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"

/* What a wait can be that fits the kernel's arithmetic: 146 years at 1 GHz. What is longer is as good as never. */
#define WAIT_MAX ((uint64_t)INT64_MAX / 2U)

/* ---- the interrupt ------------------------------------------------------------------------------ */

static void vtimer_isr(const void *arg)
{
	struct vcpu *v = vcpu_resident();

	ARG_UNUSED(arg);
	if (unlikely(v == NULL)) {
		/*
		 * Signalled, and the timer was stopped with its vCPU's departure before it was taken. Nobody would
		 * deactivate it. By the redistributor, as ICC_DIR has to come after the priority drop.
		 */
		z_irqchip->set_active(arm_timer_virtual.intid, false);
		return;
	}
	vgic_hw_fired(v, VTIMER_INTID);
	if (v->waiting != 0U) {
		vcpu_kick(v);
	}
}

__attribute__((cold)) int vtimer_host_init(void)
{
	unsigned int intid = arm_timer_virtual.intid;
	int rc;

	if (intid < 16U || intid >= Z_IRQ_SPI_BASE) {
		printk("vtimer: the devicetree names no interrupt for the virtual timer\n");
		return -ENODEV;
	}
	rc = irq_connect_dynamic(intid, IRQ_DEFAULT_PRIORITY, vtimer_isr, NULL,
				 arm_timer_virtual.flags);
	if (rc < 0) {
		printk("vtimer: interrupt %u of the virtual timer cannot be connected\n", intid);
		return rc;
	}
	z_irqchip->set_forwarded(intid, true);
	z_irq_enable_percpu(intid);
	return 0;
}

unsigned int vtimer_host_intid(void)
{
	return arm_timer_virtual.intid;
}

/* ---- time of a VM ------------------------------------------------------------------------------- */

uint64_t vtimer_now(const struct vm *vm)
{
	uint64_t now = vm->paused_at;

	if (now == 0U) {
		now = arch_cycles();
	}
	return now - vm->cntvoff;
}

/* ---- timeouts ----------------------------------------------------------------------------------- */

/* Fires when @p wait ticks of the counter have passed, or soon after. Again, if it was to fire already. */
static void wake_start(struct vtimer_wake *w, uint64_t wait)
{
	unsigned int key;

	if (wait > WAIT_MAX) {
		return;
	}
	key = z_lock();
	(void)z_timeout_cancel(&w->timeout);
	z_timeout_add_cycles(&w->timeout, arch_cycles() + wait);
	z_unlock(key);
}

/* It may just run on another CPU, and look at what is true then. */
static void wake_cancel(struct vtimer_wake *w)
{
	unsigned int key;

	/* Only its own CPU's interrupt and its vCPU change that, and both look again. */
	if (w->timeout.cpu == NULL) {
		return;
	}
	key = z_lock();
	(void)z_timeout_cancel(&w->timeout);
	z_unlock(key);
}

/* When this returns it runs nowhere: what it looks at may change or go. */
static void wake_stop(struct vtimer_wake *w)
{
	unsigned int key = z_lock();

	(void)z_timeout_cancel(&w->timeout);
	while (w->running != 0U) {
		z_unlock(key);
		arch_spin_relax();
		key = z_lock();
		/* It may have started itself again. */
		(void)z_timeout_cancel(&w->timeout);
	}
	z_unlock(key);
}

/* The functions are called in the timer interrupt with the kernel lock, and would take others. */
static void wake_enter(struct vtimer_wake *w)
{
	w->running++;
	z_unlock_masked();
}

static void wake_leave(struct vtimer_wake *w)
{
	z_lock_masked();
	w->running--;
}

/* ---- virtual timer ------------------------------------------------------------------------------ */

static void v_wake_expired(struct _timeout *timeout)
{
	struct vtimer_wake *w = CONTAINER_OF(timeout, struct vtimer_wake, timeout);
	struct vcpu *v = CONTAINER_OF(w, struct vcpu, vtimer.v_wake);

	wake_enter(w);
	vcpu_kick(v);
	wake_leave(w);
}

static void v_wake_arm(struct vcpu *v)
{
	const struct vtimer *t = &v->vtimer;

	wake_start(&v->vtimer.v_wake, timer_wait(t->ctl, t->cval, vtimer_now(v->vm)));
}

void vtimer_save(struct vcpu *v)
{
	struct vtimer *t = &v->vtimer;

	t->ctl = arch_vtimer_ctl();
	t->cval = arch_vtimer_cval();
	arch_vtimer_stop();
	t->loaded = false;
	if (v->waiting != 0U && timer_on(t->ctl)) {
		v_wake_arm(v);
	}
}

void vtimer_load(struct vcpu *v)
{
	struct vtimer *t = &v->vtimer;

	arch_vtimer_set(v->vm->cntvoff, t->cval, t->ctl);
	t->loaded = true;
	wake_cancel(&t->v_wake);
}

bool vtimer_line(struct vcpu *v, uint32_t intid)
{
	const struct vtimer *t = &v->vtimer;

	if (intid == PTIMER_INTID) {
		return timer_line(t->p_ctl, t->p_cval, vtimer_now(v->vm));
	}
	if (t->loaded) {
		uint64_t ctl = arch_vtimer_ctl();

		return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK | CNT_CTL_ISTATUS)) ==
		       (CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
	}
	return timer_line(t->ctl, t->cval, vtimer_now(v->vm));
}

/* ---- physical timer ----------------------------------------------------------------------------- */

/* The registers, or the time, changed: the line's level, and when it rises. p_lock held. */
static void p_update(struct vcpu *v)
{
	struct vtimer *t = &v->vtimer;
	uint64_t wait = timer_wait(t->p_ctl, t->p_cval, vtimer_now(v->vm));
	bool level = wait == 0U;

	wake_cancel(&t->p_wake);
	if (!level) {
		wake_start(&t->p_wake, wait);
	}
	if (level != t->p_level) {
		t->p_level = level;
		vgic_set_ppi(v, PTIMER_INTID, level);
	}
}

static void p_wake_expired(struct _timeout *timeout)
{
	struct vtimer_wake *w = CONTAINER_OF(timeout, struct vtimer_wake, timeout);
	struct vcpu *v = CONTAINER_OF(w, struct vcpu, vtimer.p_wake);
	k_spinlock_key_t key;

	wake_enter(w);
	key = k_spin_lock(&v->vtimer.p_lock);
	p_update(v);
	k_spin_unlock(&v->vtimer.p_lock, key);
	wake_leave(w);
}

uint64_t ptimer_counter(struct vcpu *v)
{
	return vtimer_now(v->vm);
}

uint64_t ptimer_ctl(struct vcpu *v)
{
	return timer_ctl_read(v->vtimer.p_ctl, v->vtimer.p_cval, vtimer_now(v->vm));
}

uint64_t ptimer_cval(struct vcpu *v)
{
	return v->vtimer.p_cval;
}

uint64_t ptimer_tval(struct vcpu *v)
{
	return timer_tval_read(v->vtimer.p_cval, vtimer_now(v->vm));
}

static void p_set(struct vcpu *v, uint64_t ctl, uint64_t cval)
{
	struct vtimer *t = &v->vtimer;
	k_spinlock_key_t key = k_spin_lock(&t->p_lock);

	t->p_ctl = ctl;
	t->p_cval = cval;
	p_update(v);
	k_spin_unlock(&t->p_lock, key);
}

void ptimer_set_ctl(struct vcpu *v, uint64_t value)
{
	p_set(v, value & (CNT_CTL_ENABLE | CNT_CTL_IMASK), v->vtimer.p_cval);
}

void ptimer_set_cval(struct vcpu *v, uint64_t value)
{
	p_set(v, v->vtimer.p_ctl, value);
}

void ptimer_set_tval(struct vcpu *v, uint64_t value)
{
	p_set(v, v->vtimer.p_ctl, timer_tval_write(value, vtimer_now(v->vm)));
}

/* ---- life --------------------------------------------------------------------------------------- */

void vtimer_init(struct vcpu *v)
{
	struct vtimer *t = &v->vtimer;

	z_timeout_init(&t->v_wake.timeout, v_wake_expired);
	z_timeout_init(&t->p_wake.timeout, p_wake_expired);
}

static void stop_timeouts(struct vcpu *v)
{
	wake_stop(&v->vtimer.v_wake);
	wake_stop(&v->vtimer.p_wake);
}

void vtimer_destroy(struct vcpu *v)
{
	stop_timeouts(v);
}

void vtimer_reset(struct vcpu *v)
{
	struct vtimer *t = &v->vtimer;

	stop_timeouts(v);
	t->ctl = 0U;
	t->cval = 0U;
	t->loaded = false;
	p_set(v, 0U, 0U);
	(void)vgic_map_hw(v->vm, v, VTIMER_INTID, arm_timer_virtual.intid);
}

void vtimer_vm_start(struct vm *vm)
{
	vm->cntvoff = arch_cycles();
	vm->paused_at = 0U;
}

void vtimer_vm_pause(struct vm *vm)
{
	vm->paused_at = arch_cycles();
	for (unsigned int i = 0U; i < vm->vcpu_count; i++) {
		stop_timeouts(vm->vcpu[i]);
	}
}

__attribute__((cold)) void vtimer_vm_resume(struct vm *vm)
{
	vm->cntvoff += arch_cycles() - vm->paused_at;
	vm->paused_at = 0U;
	for (unsigned int i = 0U; i < vm->vcpu_count; i++) {
		struct vcpu *v = vm->vcpu[i];

		if (v->waiting != 0U) {
			v_wake_arm(v);
		}
		p_set(v, v->vtimer.p_ctl, v->vtimer.p_cval);
	}
}
