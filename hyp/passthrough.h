/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Devices of the host that belong to a guest: registers mapped, interrupts tied to the virtual GIC's.
 *
 * The definition says which, and is checked by then (vmdef_passthrough.c). A device belongs to one VM, from when the VM is
 * made until it is deleted.
 */
#ifndef HYP_PASSTHROUGH_H_
#define HYP_PASSTHROUGH_H_

#include "hyp/vmdef.h"

struct vm;

/** @return true if the definition passes any through. */
bool passthrough_any(const struct vm *vm);

/**
 * @brief Takes all devices of vm->config that the definition passes through. May block.
 * @retval 0 / -EBUSY somebody has one / -ENOMEM; a line, and nothing is taken
 */
int passthrough_take(struct vm *vm, struct vm_error *error);

/** @brief Gives them back: interrupts disabled, nothing pending or active. The VM's vCPUs have ended. */
void passthrough_give(struct vm *vm);

/** @brief Their interrupts reach the guest from now on. */
void passthrough_start(struct vm *vm);

/** @brief The vCPUs have ended: no interrupts any more, and devices of known kinds are made silent (vmdef_passthrough.c). */
void passthrough_stop(struct vm *vm);

#endif /* HYP_PASSTHROUGH_H_ */
