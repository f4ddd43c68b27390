/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states of a VM and the commands that change them. What each command does in each state is the table in
 * docs/user-guide.md.
 *
 * All of this is done with the mutex of the VM's id held (vm_get()), on the thread of whoever asked, with interrupts
 * open; loading images and clearing memory can be preempted at any point.
 */
#include <errno.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/util.h>

#include "hyp/guest_mem.h"
#include "hyp/loader.h"
#include "hyp/passthrough.h"
#include "hyp/vm.h"
#include "hyp/vm_info.h"
#include "hyp/vm_internal.h"

void vm_set_state(struct vm *vm, enum vm_state state)
{
	__atomic_store_n(&vm->state, (uint32_t)state, __ATOMIC_RELAXED);
}

/* The VM as it is when its machine is switched on: RAM clear, devices reset, images in place. */
static int power_up(struct vm *vm, struct loader_entry *entry, struct vm_error *error)
{
	if (!vm->ram_clear) {
		guest_ram_clear(vm->ram, vm->ram_size);
		stage2_flush(&vm->s2);
	}
	vm->ram_clear = false;
	vgic_reset(vm);
	vdev_reset_all(vm);
	return loader_load(vm, entry, error);
}

static void pause_vcpus(struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		vcpu_pause(vm->vcpu[i]);
	}
	vtimer_vm_pause(vm);
}

static void resume_vcpus(struct vm *vm)
{
	vtimer_vm_resume(vm);
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		vcpu_resume(vm->vcpu[i]);
	}
}

int vm_launch(struct vm *vm, enum vm_state state, struct vm_error *error)
{
	struct loader_entry entry;
	int rc = power_up(vm, &entry, error);

	vm->reloading = false;
	if (rc != 0) {
		return rc;
	}
	vm->crash[0] = '\0';
	vm->serror = 0U;
	vtimer_vm_start(vm);
	passthrough_start(vm);
	vm->live = true;
	vm_set_state(vm, state);
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		vcpu_start(vm->vcpu[i]);
	}
	if (state == VM_PAUSED) {
		pause_vcpus(vm);
	}
	return vcpu_power_on(vm->vcpu[0], entry.pc, entry.x0);
}

void vm_halt(struct vm *vm)
{
	if (vm->live) {
		for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
			vcpu_stop(vm->vcpu[i]);
		}
		vm->live = false;
		passthrough_stop(vm);
		vm_usage_ended(vm);
	}
	vm->reloading = false;
	/* Nobody is left who could ask for anything. */
	__atomic_store_n(&vm->request, (uint32_t)VM_REQUEST_NONE, __ATOMIC_RELAXED);
}

/* It is in a state that the command does not go with: it should be @p needed, and would be @p target then. */
static int not_so(const struct vm *vm, enum vm_state needed, enum vm_state target,
		  struct vm_error *error)
{
	const char *is = vm_state_name(vm->state);

	if (vm->state == target) {
		return vm_fail(error, -EPERM, "vm %u is %s already", vm->id, is);
	}
	return vm_fail(error, -EPERM, "vm %u is %s, not %s", vm->id, is, vm_state_name(needed));
}

static int do_run(struct vm *vm, struct vm_error *error)
{
	if (vm->state == VM_RUNNING) {
		return not_so(vm, VM_READY, VM_RUNNING, error);
	}
	if (vm->state == VM_PAUSED) {
		resume_vcpus(vm);
		vm_set_state(vm, VM_RUNNING);
		/* An SError may have been found as they were paused. */
		vm_manager_call((uint32_t)BIT(vm->id));
		return 0;
	}
	return vm_launch(vm, VM_RUNNING, error);
}

/* From its images again, after vm_halt() or a reset of its own. */
static int restart(struct vm *vm, enum vm_state state, struct vm_error *error)
{
	int rc = vm_launch(vm, state, error);

	if (rc != 0) {
		vm_halt(vm);
		vm_set_state(vm, VM_STOPPED);
	}
	return rc;
}

static int do_pause(struct vm *vm, struct vm_error *error)
{
	uint32_t request;

	if (vm->state != VM_RUNNING) {
		return not_so(vm, VM_RUNNING, VM_PAUSED, error);
	}
	if (vm->reloading) {
		return restart(vm, VM_PAUSED, error);
	}
	pause_vcpus(vm);
	request = __atomic_load_n(&vm->request, __ATOMIC_RELAXED);
	if (request == VM_REQUEST_RESET) {
		/* It is as if the manager had been faster. */
		vm_halt(vm);
		vm->resets++;
		return restart(vm, VM_PAUSED, error);
	}
	if (request != VM_REQUEST_NONE) {
		resume_vcpus(vm);
		return vm_fail(error, -EPERM, "vm %u is just ending by itself", vm->id);
	}
	vm_set_state(vm, VM_PAUSED);
	return 0;
}

static int do_resume(struct vm *vm, struct vm_error *error)
{
	return vm->state == VM_PAUSED ? do_run(vm, error)
				      : not_so(vm, VM_PAUSED, VM_RUNNING, error);
}

static int do_stop(struct vm *vm, struct vm_error *error)
{
	if (vm->state != VM_RUNNING && vm->state != VM_PAUSED) {
		return not_so(vm, VM_RUNNING, VM_STOPPED, error);
	}
	vm_halt(vm);
	vm_set_state(vm, VM_STOPPED);
	return 0;
}

static int do_reset(struct vm *vm, struct vm_error *error)
{
	if (vm->state == VM_READY) {
		return vm_fail(error, -EPERM, "vm %u has not run yet, 'zvm run -n %u' starts it",
			       vm->id, vm->id);
	}
	vm_halt(vm);
	return restart(vm, VM_RUNNING, error);
}

static int command(unsigned int id, int (*run)(struct vm *vm, struct vm_error *error),
		   struct vm_error *error)
{
	struct vm *vm = vm_get(id);
	int rc;

	if (vm == NULL) {
		return vm_none(id, error);
	}
	rc = run(vm, error);
	vm_put(vm);
	return rc;
}

int vm_run(unsigned int id, struct vm_error *error)
{
	return command(id, do_run, error);
}

int vm_pause(unsigned int id, struct vm_error *error)
{
	return command(id, do_pause, error);
}

int vm_resume(unsigned int id, struct vm_error *error)
{
	return command(id, do_resume, error);
}

int vm_stop(unsigned int id, struct vm_error *error)
{
	return command(id, do_stop, error);
}

int vm_reset(unsigned int id, struct vm_error *error)
{
	return command(id, do_reset, error);
}
