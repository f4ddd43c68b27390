/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Figures about VMs, for people. All for a VM that stays meanwhile (vm_ref()); none waits for a command on it.
 */
#ifndef HYP_VM_INFO_H_
#define HYP_VM_INFO_H_

#include <stdint.h>

#include "hyp/vm.h"

/** What was used up to a moment; rates are differences of two. */
struct vm_usage {
	/** Counter value. */
	uint64_t when;
	/** Cycles of CPU time, and exits, since the VM was made. */
	uint64_t cycles;
	uint64_t exits;
};

/** @brief The vCPUs' threads have ended: what they have used is not forgotten. */
void vm_usage_ended(struct vm *vm);

/** @brief Of one vCPU, or of all of a VM. */
void vm_usage_vcpu(const struct vcpu *v, struct vm_usage *usage);
void vm_usage_all(const struct vm *vm, struct vm_usage *usage);

/** @return tenths of a percent of one CPU from @p from to @p to. */
uint32_t vm_usage_permille(const struct vm_usage *from, const struct vm_usage *to);

/** @return exits per second from @p from to @p to. */
uint32_t vm_usage_exit_rate(const struct vm_usage *from, const struct vm_usage *to);

/** @return exits of one vCPU. */
uint64_t vm_info_exits(const struct vcpu *v, enum exit_reason reason);

/** @return bytes of the host's memory that the VM takes: all but its RAM and its translation tables. */
uint64_t vm_info_host_bytes(const struct vm *vm);

/** @return milliseconds of the guest's own time since it was started; 0 if it neither runs nor is paused. */
uint64_t vm_info_uptime_ms(const struct vm *vm);

/** @brief What a vCPU does: "running", "ready", "waiting", "off", "paused". */
const char *vm_info_vcpu_state(const struct vcpu *v);

/** @brief "linux", "zephyr", "raw". */
const char *vm_info_os_name(enum vm_os os);

#endif /* HYP_VM_INFO_H_ */
