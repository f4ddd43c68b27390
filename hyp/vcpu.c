/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vCPUs: their threads, where their context is, waiting and waking. What happens is in docs/trap-path.md.
 */
#include "hyp/vcpu.h"

#include <errno.h>
#include <string.h>

#include <zephyr/sys/barrier.h>

#include "arch/arm64/sysreg.h"
#include "hyp/a32.h"
#include "hyp/fault.h"
#include "hyp/vm.h"
#include "kernel/arch_api.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

/** Those of equal priority take turns. */
#define VCPU_SLICE_MS 5U

/** MPIDR_EL1 bit 31 is RES1; the vCPU's number is affinity 0. */
#define MPIDR_RES1 SYSREG_BIT(31)

static struct vcpu *of_thread(struct k_thread *thread)
{
	return (struct vcpu *)(void *)thread;
}

static struct z_cpu *resident_on(const struct vcpu *v)
{
	return __atomic_load_n(&v->resident, __ATOMIC_ACQUIRE);
}

/* ---- residency ------------------------------------------------------------------------------- */

/* The context of who is resident here goes to memory. Interrupts masked; what EL1 holds is worthless then. */
static void save(struct z_cpu *cpu)
{
	struct vcpu *v = of_thread(cpu->arch.guest);

	vtimer_save(v);
	vgic_save(v);
	guest_save(&v->ctx);
	arch_fpu_put(&v->thread);
	cpu->arch.guest = NULL;
	/* From here on another CPU may load it. */
	__atomic_store_n(&v->resident, NULL, __ATOMIC_RELEASE);
}

static void save_and_leave(struct z_cpu *cpu)
{
	save(cpu);
	guest_leave();
}

/*
 * Resident first, list registers then: whoever makes an interrupt pending takes the vGIC's lock before it looks where
 * the vCPU is, so it either finds this CPU, or what it did is found by vgic_load().
 */
static void load(struct z_cpu *cpu, struct vcpu *v)
{
	struct vm *vm = v->vm;
	uint8_t *last = &vm->ran_last[cpu->arch.id];
	bool other = *last != (uint8_t)(v->id + 1U);

	v->evict = 0U;
	v->flush = 0U;
	cpu->arch.guest = &v->thread;
	__atomic_store_n(&v->resident, cpu, __ATOMIC_RELAXED);
	*last = (uint8_t)(v->id + 1U);
	guest_load(&v->ctx, vm->hcr, vm->s2.vtcr, vm->s2.vttbr, other);
	sysreg_load(v);
	vgic_load(v);
	vgic_flush(v);
	vtimer_load(v);
}

/*
 * List registers are filled with what whoever set the flag had to say. In one step, and acquired: a kick that comes
 * meanwhile either is this one, with everything before it, or leaves the flag set.
 */
static void flush(struct vcpu *v)
{
	(void)__atomic_exchange_n(&v->flush, 0U, __ATOMIC_ACQUIRE);
	vgic_flush(v);
}

/*
 * The same in an interrupt. If another thread runs than the vCPU's, it does not wait for that: guest_before_enter() looks at
 * the flag before the guest goes on.
 */
static void flush_if_running(struct vcpu *v)
{
	if (arch_current() == &v->thread) {
		flush(v);
	} else {
		__atomic_store_n(&v->flush, 1U, __ATOMIC_RELAXED);
	}
}

/* Asks a CPU to save a context that it holds: vcpu_isr(). */
static void ask_eviction(struct vcpu *v, const struct z_cpu *cpu)
{
	if (__atomic_exchange_n(&v->evict, 1U, __ATOMIC_RELAXED) == 0U) {
		z_ipi_send(1U << cpu->arch.id, Z_SGI_VCPU);
	}
}

void vcpu_load(struct vcpu *v)
{
	for (;;) {
		struct z_cpu *cpu = arch_cpu();
		struct z_cpu *holder = resident_on(v);

		if (holder == cpu) {
			/* It may have asked from another CPU, and come back before it was heard. */
			v->evict = 0U;
			return;
		}
		if (holder == NULL) {
			if (cpu->arch.guest != NULL) {
				save(cpu);
			}
			load(cpu, v);
			return;
		}
		ask_eviction(v, holder);
		/* That CPU may be asking this one for another vCPU; and this thread may be moved, or be stopped, here. */
		arch_irq_enable();
		arch_spin_relax();
		arch_irq_disable();
	}
}

void vcpu_put(struct vcpu *v)
{
	for (;;) {
		unsigned int key = arch_irq_lock();
		struct z_cpu *cpu = arch_cpu();
		struct z_cpu *holder = resident_on(v);

		if (holder == cpu) {
			save_and_leave(cpu);
		} else if (holder != NULL) {
			ask_eviction(v, holder);
		}
		arch_irq_unlock(key);
		if (holder == cpu || holder == NULL) {
			break;
		}
		arch_spin_relax();
	}
	v->evict = 0U;
}

/* Z_SGI_VCPU: something is wanted of the vCPU that is resident here, or was when the interrupt was sent. */
static void vcpu_isr(const void *arg)
{
	struct z_cpu *cpu = arch_cpu();
	struct vcpu *v = of_thread(cpu->arch.guest);

	ARG_UNUSED(arg);
	if (v == NULL) {
		return;
	}
	if (__atomic_load_n(&v->evict, __ATOMIC_RELAXED) != 0U) {
		save_and_leave(cpu);
		return;
	}
	flush_if_running(v);
}

void vcpu_host_init(void)
{
	(void)irq_connect_dynamic(Z_SGI_VCPU, VGIC_IRQ_PRIORITY, vcpu_isr, NULL, 0U);
	z_irq_enable_percpu(Z_SGI_VCPU);
}

void guest_before_enter(void)
{
	struct vcpu *v = vcpu_current();

	for (;;) {
		struct z_cpu *cpu = arch_cpu();
		uint32_t reasons = *(volatile uint32_t *)&cpu->arch.need_resched.any;

		if (unlikely(reasons != 0U)) {
			z_preempt(&v->thread, reasons, cpu);
			continue;
		}
		if (unlikely(cpu->arch.guest != &v->thread || v->evict != 0U)) {
			vcpu_load(v);
			continue;
		}
		/* Who kicks sets the flag, then looks who runs here: either it interrupts this CPU, or it is seen here. */
		barrier_dmem_fence_full();
		if (__atomic_load_n(&v->flush, __ATOMIC_RELAXED) != 0U) {
			flush(v);
		}
		/* Once: who kicks from here on interrupts this CPU, and siblings that never stop must not keep it here. */
		return;
	}
}

/* ---- waiting and waking ---------------------------------------------------------------------- */

/* Blocks if nobody has called vcpu_kick() since v->waiting was set. */
static void block(struct vcpu *v, k_timeout_t timeout)
{
	unsigned int key = z_lock();

	if (v->waiting != 0U) {
		(void)z_pend(NULL, timeout, key);
	} else {
		z_unlock(key);
	}
	v->waiting = 0U;
}

/* Says that it waits; what it waits for is to be looked at after that. */
static void announce_wait(struct vcpu *v)
{
	__atomic_store_n(&v->waiting, 1U, __ATOMIC_RELAXED);
	barrier_dmem_fence_full();
}

bool vcpu_wait(struct vcpu *v, uint64_t deadline)
{
	if (deadline == 0U && likely(z_is_alone(arch_cpu(), &v->thread))) {
		/*
		 * Nobody else would run meanwhile. Whatever comes is taken as an interrupt of the guest, which goes on behind
		 * its WFI: a kick interrupts this CPU, as that of a vCPU that runs, and so does who wants to run here.
		 */
		if (likely(!vgic_pending(v))) {
			z_wait_in_place();
		}
		return false;
	}
	announce_wait(v);
	if (vgic_pending(v)) {
		/* Whoever kicked in between has seen that it waits, and has left the rest to guest_before_enter(). */
		v->waiting = 0U;
		return true;
	}
	block(v, deadline == 0U ? K_FOREVER
				: K_TIMEOUT_ABS_TICKS((k_ticks_t)z_counter_to_ticks(deadline) + 1));
	return true;
}

/* ISR ok. */
static void wake(struct vcpu *v)
{
	unsigned int key = z_lock();

	if (v->waiting != 0U) {
		v->waiting = 0U;
		if ((v->thread.base.thread_state & _THREAD_SLEEPING) != 0U) {
			z_wake(&v->thread, 0);
		}
	}
	z_reschedule(key);
}

void vcpu_kick(struct vcpu *v)
{
	unsigned int key;
	struct z_cpu *holder;

	/* Behind what there is to be found (flush()). */
	__atomic_store_n(&v->flush, 1U, __ATOMIC_RELEASE);
	barrier_dmem_fence_full();
	if (__atomic_load_n(&v->waiting, __ATOMIC_RELAXED) != 0U) {
		/* It looks at the flag before it goes on. */
		wake(v);
		return;
	}
	key = arch_irq_lock();
	holder = resident_on(v);
	if (holder == arch_cpu()) {
		flush_if_running(v);
	} else if (holder != NULL &&
		   __atomic_load_n(&holder->current, __ATOMIC_RELAXED) == &v->thread) {
		z_ipi_send(1U << holder->arch.id, Z_SGI_VCPU);
	}
	arch_irq_unlock(key);
}

void vcpu_again(void)
{
	z_ipi_send(1U << arch_cpu()->arch.id, Z_SGI_VCPU);
}

/* ---- power ----------------------------------------------------------------------------------- */

static void reset_registers(struct vcpu *v)
{
	guest_context_reset(&v->ctx);
	sysreg_reset(v);
	vtimer_reset(v);
	vgic_cpu_reset(v);
	*v->frame = (struct guest_frame){
		.x[0] = v->entry_arg,
		.elr = v->entry,
		.spsr = SPSR_M_EL1H | DAIF_ALL,
		.timer = {.intid = GUEST_TIMER_NONE, .fired = v->frame->timer.fired},
	};
}

static bool take_power(struct vcpu *v)
{
	k_spinlock_key_t key = k_spin_lock(&v->vm->lock);
	bool pending = v->power == VCPU_ON_PENDING;

	if (pending) {
		__atomic_store_n(&v->power, (uint32_t)VCPU_ON, __ATOMIC_RELAXED);
	}
	k_spin_unlock(&v->vm->lock, key);
	return pending;
}

/* Until somebody switches it on. Interrupts masked; its context is nowhere resident. */
__attribute__((cold)) static void wait_for_power(struct vcpu *v)
{
	while (!take_power(v)) {
		announce_wait(v);
		if (__atomic_load_n(&v->power, __ATOMIC_RELAXED) == VCPU_ON_PENDING) {
			v->waiting = 0U;
			continue;
		}
		block(v, K_FOREVER);
		/* If nobody else opens them, they stay masked from one vCPU's thread to the next. */
		arch_irq_enable();
		arch_spin_relax();
		arch_irq_disable();
	}
	reset_registers(v);
}

__attribute__((cold)) int vcpu_power_on(struct vcpu *v, uint64_t entry, uint64_t arg)
{
	k_spinlock_key_t key = k_spin_lock(&v->vm->lock);
	uint32_t power = v->power;

	if (power == VCPU_OFF) {
		v->entry = entry;
		v->entry_arg = arg;
		__atomic_store_n(&v->power, (uint32_t)VCPU_ON_PENDING, __ATOMIC_RELAXED);
	}
	k_spin_unlock(&v->vm->lock, key);
	if (power != VCPU_OFF) {
		return power == VCPU_ON ? -EALREADY : -EINPROGRESS;
	}
	barrier_dmem_fence_full();
	if (__atomic_load_n(&v->waiting, __ATOMIC_RELAXED) != 0U) {
		wake(v);
	}
	return 0;
}

__attribute__((cold)) bool vcpu_power_off(struct vcpu *v)
{
	k_spinlock_key_t key;

	vcpu_put(v);
	key = k_spin_lock(&v->vm->lock);
	__atomic_store_n(&v->power, (uint32_t)VCPU_OFF, __ATOMIC_RELAXED);
	k_spin_unlock(&v->vm->lock, key);
	wait_for_power(v);
	return true;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void run(void *p1, void *p2, void *p3)
{
	struct vcpu *v = p1;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	arch_irq_disable();
	wait_for_power(v);
	guest_enter(v->frame);
}

__attribute__((cold)) int vcpu_init(struct vcpu *v, struct vm *vm, unsigned int id)
{
	uintptr_t top;

	v->stack = fault_inject_hit() ? NULL : k_thread_stack_alloc(VCPU_STACK_SIZE, 0);
	if (v->stack == NULL) {
		return -ENOMEM;
	}
	top = (uintptr_t)K_THREAD_STACK_BUFFER(v->stack) + VCPU_STACK_SIZE;
	v->frame = (struct guest_frame *)top - 1;
	v->vm = vm;
	v->id = id;
	v->mmio_last = vm->mmio.region;
	v->frame->timer = (struct guest_timer){.intid = GUEST_TIMER_NONE};
	v->ctx.vmpidr = MPIDR_RES1 | id;
	v->ctx.vpidr = read_sysreg(midr_el1);
	vm->hcr = guest_hcr(vm->config.wfi_native);
	vtimer_init(v);
	return 0;
}

void vcpu_destroy(struct vcpu *v)
{
	vtimer_destroy(v);
	(void)k_thread_stack_free(v->stack);
	v->stack = NULL;
}

__attribute__((cold)) void vcpu_start(struct vcpu *v)
{
	const struct vm_config *config = &v->vm->config;
	char name[CONFIG_THREAD_MAX_NAME_LEN];

	/* Whatever the VM left in TLBs before it was reset is not found any more: see load(). */
	(void)memset(v->vm->ran_last, 0, sizeof(v->vm->ran_last));
	guest_code_changed();
	v->power = VCPU_OFF;
	v->waiting = 0U;
	v->flush = 0U;
	(void)k_thread_create(&v->thread, v->stack, VCPU_STACK_SIZE, run, v, NULL, NULL,
			      config->priority, 0U, K_FOREVER);
	v->frame->timer = (struct guest_timer){.intid = GUEST_TIMER_NONE};
	/* Below the guest's frame; that one is written before the thread has forgotten its first steps. */
	v->thread.arch.sp = (uintptr_t)v->frame;
	v->thread.arch.fpu_stays = true;
	z_expect_bus_errors(&v->thread, v->vm->hardware);
	(void)snprintk(name, sizeof(name), "vm%u.%u", v->vm->id, v->id);
	(void)k_thread_name_set(&v->thread, name);
	if (config->pinned) {
		(void)k_thread_cpu_pin(&v->thread, config->cpu[v->id]);
	}
	k_thread_time_slice_set(&v->thread, (int32_t)k_ms_to_ticks_ceil32(VCPU_SLICE_MS), NULL,
				NULL);
	__atomic_store_n(&v->started, true, __ATOMIC_RELEASE);
	k_thread_start(&v->thread);
}

__attribute__((cold)) void vcpu_stop(struct vcpu *v)
{
	uint64_t fired;

	if (!v->started) {
		return;
	}
	k_thread_abort(&v->thread);
	z_expect_bus_errors(&v->thread, false);
	fired = vcpu_timer_fired(v);
	v->started = false;
	v->exits[EXIT_IRQ] += fired;
	v->vgic.injected += fired;
	vcpu_put(v);
	vtimer_reset(v);
}

void vcpu_pause(struct vcpu *v)
{
	if (v->started) {
		k_thread_suspend(&v->thread);
		vcpu_put(v);
	}
}

void vcpu_resume(struct vcpu *v)
{
	if (!v->started) {
		return;
	}
	/* Out of WFI, which may end for any reason: its timer runs in the hardware again as soon as it is entered. */
	wake(v);
	k_thread_resume(&v->thread);
}

void vcpu_skip_a32(struct vcpu *v)
{
	v->frame->elr += a32_size(read_sysreg(esr_el2));
	v->frame->spsr = a32_pstate_after(v->frame->spsr);
}
