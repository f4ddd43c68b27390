/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * SMC Calling Convention 1.2 (DEN0028) for guests, on HVC and SMC: a row per function.
 */
#ifndef HYP_HYPERCALL_H_
#define HYP_HYPERCALL_H_

#include <stdbool.h>
#include <stdint.h>

#include "abi/smccc.h"

struct vcpu;

/** @brief Is it a function that ZVM answers? */
bool hypercall_known(uint32_t function);

/** @brief Name of a function that ZVM answers, or NULL. */
const char *hypercall_name(uint32_t function);

/** @brief Asks the machine's firmware what its CPUs need; once, on the boot CPU. */
void hypercall_host_init(void);

#endif /* HYP_HYPERCALL_H_ */
