/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Allocations that fail on request, so that tests can walk through every way of unwinding.
 *
 * Compiled in by default (CONFIG_ZVM_FAULT_INJECTION): memory is taken when a VM is made and never in an exit, so
 * the one comparison per allocation costs nothing that could be measured, and what is tested is what is shipped.
 */
#ifndef HYP_FAULT_H_
#define HYP_FAULT_H_

#include <stdbool.h>
#include <stdint.h>

/** @brief The @p nth allocation of the hypervisor from now fails, once; 1 is the next one, 0 calls it off. */
void fault_inject_set(uint32_t nth);

/** @return how many allocations are left until the one that fails; 0: it has happened, or none is to fail. */
uint32_t fault_inject_left(void);

/** @brief Asked once per allocation: true if this one is to fail. Any context. */
bool fault_inject_hit(void);

#endif /* HYP_FAULT_H_ */
