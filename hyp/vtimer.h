/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A guest's timers (Arm ARM D12). The virtual timer is the hardware's while the vCPU is resident; its interrupt is
 * tied to the guest's (vgic_map_hw()). Time is the VM's: CNTVOFF makes it start at zero and stand still in a pause.
 * The physical timer and counter are trapped; they show virtual time as well, and a kernel timeout keeps the deadline.
 */
#ifndef HYP_VTIMER_H_
#define HYP_VTIMER_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/kernel.h>

#include "hyp/guest_layout.h"

struct vcpu;
struct vm;

#define VTIMER_INTID GUEST_TIMER_V_IRQ
#define PTIMER_INTID GUEST_TIMER_P_IRQ

/** A timeout that can be taken back for good: wake_stop() returns when its function runs nowhere. */
struct vtimer_wake {
	struct _timeout timeout;
	/** CPUs that are in its function; kernel lock. */
	uint32_t running;
};

struct vtimer {
	/** CNTV_CTL_EL0 and CNTV_CVAL_EL0 while the hardware does not hold them. */
	uint64_t ctl;
	uint64_t cval;
	bool loaded;
	/** Guards the physical timer, which its timeout's function reads on another CPU, and the order of its levels. */
	struct k_spinlock p_lock;
	/** Emulated CNTP_CTL_EL0 and CNTP_CVAL_EL0, in virtual time; the level that the vGIC was told. */
	uint64_t p_ctl;
	uint64_t p_cval;
	bool p_level;
	/** Fires at the virtual deadline of a vCPU that is not resident and waits. */
	struct vtimer_wake v_wake;
	/** Fires at the physical timer's deadline. */
	struct vtimer_wake p_wake;
};

/** @brief Connects the virtual timer's interrupt of the devicetree. Once. @return 0 / -errno, one line printed */
int vtimer_host_init(void);

/** @brief INTID of the host's interrupt that VTIMER_INTID is tied to. */
unsigned int vtimer_host_intid(void);

void vtimer_init(struct vcpu *v);
/** @brief Timers off, the virtual one's interrupt tied to the host's. Its vCPU is not resident. */
void vtimer_reset(struct vcpu *v);
/** @brief Timeouts stopped. */
void vtimer_destroy(struct vcpu *v);

/** @brief Hardware to memory: if the vCPU waits, a timeout takes its deadline over. Interrupts masked. */
void vtimer_save(struct vcpu *v);
void vtimer_load(struct vcpu *v);

/** @brief The VM's time starts at 0 now / stands still from now on / goes on. No vCPU runs or is resident. */
void vtimer_vm_start(struct vm *vm);
void vtimer_vm_pause(struct vm *vm);
void vtimer_vm_resume(struct vm *vm);

/**
 * @brief Present level of a timer's interrupt line: for the vGIC when it resamples, and for a vCPU about to wait.
 * Interrupts masked; the vCPU is resident here, or nowhere, or on its way.
 */
bool vtimer_line(struct vcpu *v, uint32_t intid);

/** @return the VM's virtual time, in counter ticks. */
uint64_t vtimer_now(const struct vm *vm);

/* The registers of the physical timer, as the guest sees them. From its own exit. */
uint64_t ptimer_counter(struct vcpu *v);
uint64_t ptimer_ctl(struct vcpu *v);
uint64_t ptimer_cval(struct vcpu *v);
uint64_t ptimer_tval(struct vcpu *v);
void ptimer_set_ctl(struct vcpu *v, uint64_t value);
void ptimer_set_cval(struct vcpu *v, uint64_t value);
void ptimer_set_tval(struct vcpu *v, uint64_t value);

#endif /* HYP_VTIMER_H_ */
