/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * SMC Calling Convention 1.2 (DEN0028) for guests, on HVC and SMC: a row per function.
 */
#ifndef HYP_HYPERCALL_H_
#define HYP_HYPERCALL_H_

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/** @brief The power of a vCPU or its VM changes by the guest's own PSCI call; see vm.h for what follows. */

/** @brief Is the function one that ZVM answers (SMCCC ARCH_FEATURES, PSCI_FEATURES)? */
bool hypercall_known(uint32_t function);

#endif /* HYP_HYPERCALL_H_ */
