/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the files vm*.c share.
 */
#ifndef HYP_VM_INTERNAL_H_
#define HYP_VM_INTERNAL_H_

#include "hyp/vm.h"

/* ---- vm.c: the table of VMs ---- */

/** @brief Reserves the lowest free id. @retval 0 / -ENOSPC with a line */
int vm_id_take(unsigned int *id, struct vm_error *error);
void vm_id_free(unsigned int id);

/** @brief The VM can be found from now on. */
void vm_publish(struct vm *vm);

/** @brief It cannot be found any more, and nobody looks at it on return. Its id stays reserved. From vm_get(). */
void vm_withdraw(struct vm *vm);

/** @brief The line about an id that no VM has. @return -ENOENT */
int vm_none(unsigned int id, struct vm_error *error);

/* ---- vm_create.c ---- */

/** @brief Gives everything back, cleared, and the VM itself. No vCPU has a thread, nobody can find it. */
void vm_destroy(struct vm *vm);

/* ---- vm_run.c; from vm_get() ---- */

/**
 * @brief Puts the images into the cleared memory, and starts vCPU 0. Long, preemptible.
 *
 * @param state what it is then: VM_RUNNING, or VM_PAUSED before its first instruction
 * @retval 0 / else with a line: the state is as it was
 */
int vm_launch(struct vm *vm, enum vm_state state, struct vm_error *error);

/** @brief Ends the vCPUs' threads. What the guest asked for meanwhile is forgotten. */
void vm_halt(struct vm *vm);

void vm_set_state(struct vm *vm, enum vm_state state);

/* ---- vm_manager.c ---- */

/** @brief Requests of the guests of these VMs, a bit for each, are to be looked at. ISR ok, interrupts masked ok. */
void vm_manager_call(uint32_t vms);

#endif /* HYP_VM_INTERNAL_H_ */
