/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A virtual CPU: a kernel thread that runs a guest.
 *
 * Its context (EL1 registers, FP registers, list registers, timer, stage-2 base) is *resident* on the CPU whose
 * hardware holds it. Switching to host threads and back moves nothing. The context moves when the vCPU is about to
 * enter its guest on a CPU where it is not resident: vcpu_before_enter() saves whoever is resident there and, by way
 * of an interrupt to the other CPU, its own context where it was.
 *
 * Exits are handled on the vCPU's thread, with interrupts masked, above the frame that the vector saved. A handler
 * that lets interrupts in or blocks may find itself on another CPU afterwards: it returns true, so that residency is
 * looked at again before the guest goes on, and must not touch EL1 registers in hardware before it has called
 * vcpu_load(). vCPU threads hold no lock while interrupts are open: they can be suspended or aborted at any such point.
 */
#ifndef HYP_VCPU_H_
#define HYP_VCPU_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/kernel.h>

#include "arch/arm64/guest.h"
#include "arch/arm64/sysreg.h"
#include "hyp/exit.h"
#include "hyp/guest_mem.h"
#include "hyp/sysreg_trap.h"
#include "hyp/vgic.h"
#include "hyp/vtimer.h"
#include "kernel/cpu.h"

struct mmio_region;
struct vm;

/** Most vCPUs of a VM. */
#define VCPUS_MAX 8U
/** Stack of its thread. */
#define VCPU_STACK_SIZE 8192U

/** PSCI's view (DEN0022, 5.7 AFFINITY_INFO). */
enum vcpu_power {
	VCPU_OFF,
	VCPU_ON,
	VCPU_ON_PENDING,
};

struct vcpu {
	/** First: the thread register (TPIDR_EL2) of a running vCPU points to it. */
	struct k_thread thread;
	/** Second: the vectors count interrupts. */
	uint64_t exits[EXIT_REASONS];
	/** Region of its latest access to emulated registers, tried first; at the beginning just any. */
	const struct mmio_region *mmio_last;
	/** General registers of the guest, at the top of the thread's stack. x19-x28 are there only for exits that ask. */
	struct guest_frame *frame;
	/** CPU whose hardware holds the context; NULL: @ref ctx does. Written by that CPU, interrupts masked. */
	struct z_cpu *resident;
	struct vm *vm;
	uint32_t id;
	/** The thread waits, in WFI or switched off, or is about to: vcpu_kick() wakes it. Cleared under the kernel lock. */
	uint32_t waiting;
	/** vgic_flush() is to be called before the guest goes on. */
	uint32_t flush;
	/** The CPU where it is resident is to save its context: set by who wants that, then that CPU is interrupted. */
	uint32_t evict;
	/** It has a thread, and the frame is in use. */
	bool started;
	/** enum vcpu_power; changes under vm->lock. */
	uint32_t power;
	/** Where the guest starts when it is switched on: set under vm->lock before power changes. */
	uint64_t entry;
	uint64_t entry_arg;
	struct vgic_cpu vgic;
	struct vtimer vtimer;
	struct sysreg_state sysreg;
	struct set_way set_way;
	/** EL1 and FP context while it is not resident. */
	struct guest_context ctx;
	k_thread_stack_t *stack;
};

BUILD_ASSERT(offsetof(struct vcpu, exits) == sizeof(struct k_thread) && EXIT_IRQ == 0,
	     "GUEST_EXITS_IRQ of asm-offsets");

/** @brief The vCPU whose exit is being handled; only on a vCPU's thread. */
static ALWAYS_INLINE struct vcpu *vcpu_current(void)
{
	return (struct vcpu *)(void *)arch_current();
}

/** @return the vCPU whose context this CPU's hardware holds, or NULL. Interrupts masked. */
static ALWAYS_INLINE struct vcpu *vcpu_resident(void)
{
	return (struct vcpu *)(void *)arch_cpu()->arch.guest;
}

/** @brief Guest's Xn; 31 is XZR. Only for exits whose class saves all registers (exit.h). */
static ALWAYS_INLINE uint64_t vcpu_reg(const struct vcpu *v, unsigned int n)
{
	return n < 31U ? v->frame->x[n] : 0U;
}

/** @brief Sets the guest's Xn; 31 is XZR and takes nothing. */
static ALWAYS_INLINE void vcpu_set_reg(struct vcpu *v, unsigned int n, uint64_t value)
{
	if (n < 31U) {
		v->frame->x[n] = value;
	}
}

/** @return interrupts of the timer that the vector alone has dealt with: neither exits nor vgic.injected count them yet. */
static ALWAYS_INLINE uint64_t vcpu_timer_fired(const struct vcpu *v)
{
	/* The frame is on the thread's stack, which is filled with a pattern when a thread is made. */
	return __atomic_load_n(&v->started, __ATOMIC_ACQUIRE)
		       ? __atomic_load_n(&v->frame->timer.fired, __ATOMIC_RELAXED)
		       : 0U;
}

/** @brief vcpu_skip() for an AArch32 guest: 2 or 4 bytes, the IT state. */
void vcpu_skip_a32(struct vcpu *v);

/**
 * @brief Steps over the instruction that trapped (Arm ARM D1.3.5): PC by 4, or 2 for a 16-bit T32 one, IT state
 * advanced, BTYPE and SS cleared.
 */
static ALWAYS_INLINE void vcpu_skip(struct vcpu *v)
{
	struct guest_frame *frame = v->frame;

	if (unlikely((frame->spsr & SPSR_M_AARCH32) != 0U)) {
		vcpu_skip_a32(v);
		return;
	}
	frame->elr += 4U;
	frame->spsr &= ~(SPSR_SS | SPSR_BTYPE);
}

/**
 * @brief Prepares a vCPU of a VM that is being created: stack, constant registers. Its thread is not made yet.
 * @retval 0
 * @retval -ENOMEM nothing is left allocated
 */
int vcpu_init(struct vcpu *v, struct vm *vm, unsigned int id);

/** @brief Undoes vcpu_init(). Its thread must have ended (vcpu_stop()). */
void vcpu_destroy(struct vcpu *v);

/**
 * @brief Makes the vCPU's thread, with reset registers, power off: it waits for vcpu_power_on(). May block.
 *
 * Priority, CPU mask and time slice are the VM's configuration's.
 */
void vcpu_start(struct vcpu *v);

/** @brief Ends its thread, wherever that is, and drops its context from the hardware. May block. Not from a vCPU. */
void vcpu_stop(struct vcpu *v);

/** @brief Keeps it from running, its context saved, or lets it go on: zvm pause and resume. Not from a vCPU. */
void vcpu_pause(struct vcpu *v);
void vcpu_resume(struct vcpu *v);

/**
 * @brief PSCI CPU_ON: AArch64, EL1h, MMU off, all masked, x0 = @p arg (DEN0022, 6.4).
 * @retval 0
 * @retval -EALREADY it is on
 * @retval -EINPROGRESS it is coming up
 */
int vcpu_power_on(struct vcpu *v, uint64_t entry, uint64_t arg);

/** @brief PSCI CPU_OFF, from its own exit: returns when it is on again, with registers reset. Always returns true. */
bool vcpu_power_off(struct vcpu *v);

/**
 * @brief There may be something new for it: pending interrupts, a resident one's list registers to fill.
 *
 * Running or resident on another CPU: that CPU is interrupted and calls vgic_flush(). Waiting in WFI: it goes on.
 * On this CPU, resident: vgic_flush() at once. Any context, interrupts masked or not, no vGIC lock held.
 */
void vcpu_kick(struct vcpu *v);

/**
 * @brief As vcpu_kick() for what guest_before_enter() sees without a flag, an SGI that was just sent to it (vgic_cpu::sgis).
 * From another vCPU's exit, interrupts masked.
 */
void vcpu_notify(struct vcpu *v);

/**
 * @brief Calls vgic_flush() again for the vCPU that is resident on this CPU: the CPU interrupts itself, behind all other
 * interrupts that are pending. Interrupts masked.
 */
void vcpu_again(void);

/**
 * @brief Waits until vcpu_kick() finds it something (vgic_pending()), or @p deadline (counter value, 0: none).
 *
 * From its own exit. The context stays where it is.
 *
 * @return true: as an exit's handler
 */
bool vcpu_wait(struct vcpu *v, uint64_t deadline);

/**
 * @brief WFI, for guest_exit_wfx of guest.S: from its exit, which has opened no interrupts and written no list register.
 *
 * If nobody else is there to run on this CPU it waits without giving the CPU up, and for no longer than until the next
 * interrupt: WFI may end for any reason. Otherwise vcpu_wait().
 *
 * @return true: it waited so, and the interrupt is still to be taken; false: guest_before_enter() is to be called
 */
bool vcpu_wfi(struct vcpu *v);

/** @brief Makes its context resident on this CPU. From its own exit, interrupts masked. */
void vcpu_load(struct vcpu *v);

/** @brief What every CPU needs before it is kicked; as it comes up, interrupts masked. */
void vcpu_cpu_init(void);

/** @brief Connects the interrupt between CPUs that moves contexts. Once, before other CPUs are up. */
void vcpu_host_init(void);

/** @brief Its context is saved to memory, wherever it was resident. Its thread must not run. May spin for an IPI. */
void vcpu_put(struct vcpu *v);

#endif /* HYP_VCPU_H_ */
