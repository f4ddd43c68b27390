/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Services of the machine's firmware that a VM may use: `smc-allow` of its definition.
 */
#ifndef HYP_VM_SMC_H_
#define HYP_VM_SMC_H_

#include <stdbool.h>
#include <stdint.h>

struct vcpu;

/** @brief Is there a firmware that SMCs can be handed on to: at EL3, and PSCI comes to it by SMC? */
bool vm_smc_possible(void);

/**
 * @brief The guest's SMC, of a function that ZVM does not answer: handed on if the definition allows it, else
 *        NOT_SUPPORTED. From an exit, interrupts masked; takes as long as the firmware does.
 * @return what an exit handler returns
 */
bool vm_smc(struct vcpu *v, uint32_t function);

#endif /* HYP_VM_SMC_H_ */
