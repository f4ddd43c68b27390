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

struct vcpu;
struct vm;

struct vtimer {
	/** CNTV_CTL_EL0 and CNTV_CVAL_EL0 while not resident. */
	uint64_t ctl;
	uint64_t cval;
	/** Emulated CNTP_CTL_EL0 and CNTP_CVAL_EL0, in virtual time. */
	uint64_t p_ctl;
	uint64_t p_cval;
	/** Fires at the virtual deadline of a vCPU that is not resident and waits. */
	struct k_timer v_wake;
	/** Fires at the physical timer's deadline. */
	struct k_timer p_wake;
};

/** @brief Connects the virtual timer's interrupt of the devicetree. Once. @return 0 / -errno, one line printed */
int vtimer_host_init(void);

void vtimer_init(struct vcpu *v);
/** @brief Timers off; the vCPU is not resident. */
void vtimer_reset(struct vcpu *v);
/** @brief Timeouts stopped. */
void vtimer_destroy(struct vcpu *v);

/** @brief Hardware to memory: if the vCPU waits, a timeout takes its deadline over. Interrupts masked. */
void vtimer_save(struct vcpu *v);
void vtimer_load(struct vcpu *v);

/** @brief The VM's time starts at 0 now / stands still from now on / goes on. No vCPU runs. */
void vtimer_vm_start(struct vm *vm);
void vtimer_vm_pause(struct vm *vm);
void vtimer_vm_resume(struct vm *vm);

/**
 * @brief Present level of a timer's interrupt line, 27 or 30: for the vGIC when it resamples. Interrupts masked; the
 * vCPU is resident here, or nowhere.
 */
bool vtimer_line(struct vcpu *v, uint32_t intid);

/** @return the VM's virtual time, in counter ticks. */
uint64_t vtimer_now(const struct vm *vm);

#endif /* HYP_VTIMER_H_ */
