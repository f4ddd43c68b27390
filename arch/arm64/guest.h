/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the hardware holds of a guest, and how it gets in and out (guest.S, guest.c).
 */
#ifndef ZVM_ARCH_ARM64_GUEST_H_
#define ZVM_ARCH_ARM64_GUEST_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

struct k_thread;

/**
 * A guest's timer interrupt that the vector puts into its list register again by itself (guest_vector_irq): docs/trap-path.md.
 * Written under the vGIC's lock by the CPU where the vCPU is resident; any CPU takes it back, with the lock, by GUEST_TIMER_NONE.
 */
struct guest_timer {
	/** Host's interrupt for which that is so, or GUEST_TIMER_NONE. */
	uint64_t intid;
	/** What the list register is set to. */
	uint64_t lr;
	/** How often it was; written by the vector only. */
	uint64_t fired;
	uint64_t unused;
};

/** No INTID that an acknowledge returns. */
#define GUEST_TIMER_NONE UINT64_MAX
/** The list register for the timer, see vgic_lr_free(): the vector's instruction names it. */
#define GUEST_TIMER_LR 1U

/**
 * General registers of a guest that was left, at the top of its thread's stack; SP_EL2 points here while it runs.
 * x19-x28 are there only for exits whose class saves them (exit.c).
 */
struct guest_frame {
	uint64_t x[31];
	/** With elr the frame record that ends a backtrace (AAPCS64, 6.4.6): always 0. */
	uint64_t record;
	uint64_t elr;
	uint64_t spsr;
	/** Not saved by anybody: here because SP reaches it while the guest runs. */
	struct guest_timer timer;
};
BUILD_ASSERT(sizeof(struct guest_frame) % 16U == 0U, "a stack pointer");

/** EL1 context of a vCPU that is not resident, in the pairs in which it is moved (guest.c); FP registers are thread->fpu. */
struct guest_context {
	uint64_t sctlr, tcr;
	uint64_t cpacr, cntkctl;
	uint64_t ttbr0, ttbr1;
	uint64_t esr, far;
	uint64_t afsr0, afsr1;
	uint64_t mair, amair;
	uint64_t vbar, contextidr;
	uint64_t elr, spsr;
	uint64_t sp_el0, sp_el1;
	uint64_t tpidr_el0, tpidrro_el0;
	uint64_t tpidr_el1, par;
	uint64_t csselr, disr;
	uint64_t apkey[10];
	/* Constant while the VM lives. */
	uint64_t vmpidr, vpidr;
};

/**
 * @brief What traps: HCR_EL2 of all vCPUs of a VM, constant for its life.
 * @param wfi_native WFI and WFE are the hardware's; only for vCPUs that have a CPU each
 */
uint64_t guest_hcr(bool wfi_native);

/** @brief What every CPU needs before it runs guests, the same for all of them; as it comes up, interrupts masked. */
void guest_cpu_init(uint64_t vtcr);

/**
 * @brief Guest memory holds other code than before: no CPU fetches what it had in its instruction cache. The memory was
 * cleaned before that.
 */
void guest_code_changed(void);

/** @brief EL1 registers as after reset (Arm ARM D1.9.2: MMU and caches off); the constant ones stay. */
void guest_context_reset(struct guest_context *ctx);

/*
 * Moves the EL1 registers between hardware and memory: of this CPU, interrupts masked. After guest_save() the next
 * is guest_load() or guest_leave().
 */
void guest_save(struct guest_context *ctx);

/**
 * @param hcr, vtcr, vttbr of the VM; VTCR_EL2 is normally what the CPU has: see stage2.c
 * @param flush_tlb another vCPU of the same VM has run on this CPU since this one did: what it left in the TLB
 *        without the others' knowledge (a "local" entry or invalidation) is not this one's
 */
void guest_load(const struct guest_context *ctx, uint64_t hcr, uint64_t vtcr, uint64_t vttbr,
		bool flush_tlb);

/** @brief No guest's registers are of use any more: nothing of EL1 and stage 2 is walked, even speculatively. */
void guest_leave(void);

/** @brief First entry of a thread: the stack begins at the frame, guest_before_enter() is asked first. */
FUNC_NORETURN void guest_enter(struct guest_frame *frame);

/* Given by the hypervisor (hyp/vcpu.c, hyp/exit.c). */

/** @brief Interrupts masked: returns when the current thread's guest can be entered on this CPU. */
void guest_before_enter(void);

/** @brief An SError that an access of @p thread has caused (arch_thread::bus_errors), which is being switched out. Lock held. */
void guest_bus_error(struct k_thread *thread, uint64_t esr);

/*
 * guest_exit_table, guest_exit_full_table: handlers by exception class (ESR_EL2.EC), see hyp/exit.h. The first has
 * those that leave x19-x28 in their registers, and guest_exit_full for all others, which are in the second.
 */

/*
 * What the short way knows of emulated registers: the beginning of struct mmio_region, and where in struct vcpu, behind
 * the thread, the number of such exits (and of those for system registers) and the region of the latest access are. hyp/mmio.c makes sure.
 */
struct guest_region_ops {
	bool (*read)(void *vcpu, void *dev, uint32_t offset, unsigned int size, uint64_t *value);
	bool (*write)(void *vcpu, void *dev, uint32_t offset, unsigned int size, uint64_t value);
};

struct guest_region {
	uint64_t base;
	uint64_t size;
	const struct guest_region_ops *ops;
	void *dev;
};

#define GUEST_FAST_SYSREG 32
#define GUEST_FAST_MMIO   40
#define GUEST_FAST_REGION 72

/** Saves x19-x28 and goes on in guest_exit_full_table; no function to be called from C. */
struct vcpu;
bool guest_exit_full(struct vcpu *v, uint64_t esr);
/** EC 0x18: ICC_SGI1R_EL1 the short way (guest.S), or guest_exit_full. As that one. */
bool guest_exit_sys64(struct vcpu *v, uint64_t esr);
/** Data aborts: emulated registers the short way (guest_mmio.S), or guest_exit_full. As that one. */
bool guest_exit_data_abort(struct vcpu *v, uint64_t esr);

/**
 * @brief Writes to a register of a device that a guest had, which may have no clock or power any more: an error is forgotten.
 * Blocks interrupts until the device has answered. Not in an ISR.
 */
void arch_write_unsure(uintptr_t addr, uint32_t value, bool byte);

/* FP registers of a thread whose values stay in hardware while others run (fpu.c). */

/** @brief A thread's values leave this CPU's registers for memory, if they are there. Interrupts masked. */
void arch_fpu_put(struct k_thread *thread);
/** @brief The current thread uses FP registers and may not yet. */
void arch_fpu_trap(void);

#endif /* ZVM_ARCH_ARM64_GUEST_H_ */
