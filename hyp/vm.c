/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of VMs.
 *
 * Every id has a mutex that serialises the commands on the VM that bears it; it outlives the VM, so that who waits
 * for it finds out afterwards that the VM is gone. table_lock is taken inside it, for a few instructions at a time.
 */
#include <errno.h>
#include <stdarg.h>

#include <zephyr/init.h>
#include <zephyr/kernel.h>

#include "hyp/vm.h"
#include "hyp/vm_internal.h"

#define SAY_MAX 256U

struct slot {
	/** Held by the command that works on the VM. */
	struct k_mutex mutex;
	/** NULL: there is none, or not yet. */
	struct vm *vm;
	/** vm_ref()s. */
	uint32_t refs;
	bool taken;
};

static struct slot slots[VMS_MAX];
/* Protects all of the slots but their mutexes. */
static K_MUTEX_DEFINE(table_lock);
/* A slot's refs has become 0. */
static K_CONDVAR_DEFINE(table_unused);

static int table_init(void)
{
	for (unsigned int id = 0U; id < VMS_MAX; id++) {
		(void)k_mutex_init(&slots[id].mutex);
	}
	return 0;
}

SYS_INIT(table_init, POST_KERNEL, 0);

int vm_id_take(unsigned int *id, struct vm_error *error)
{
	int rc = -ENOSPC;

	(void)k_mutex_lock(&table_lock, K_FOREVER);
	for (unsigned int i = 0U; rc != 0 && i < VMS_MAX; i++) {
		if (!slots[i].taken) {
			slots[i].taken = true;
			*id = i;
			rc = 0;
		}
	}
	(void)k_mutex_unlock(&table_lock);
	return rc == 0 ? 0
		       : vm_fail(error, rc, "there are %u VMs, more cannot be: delete one",
				 VMS_MAX);
}

void vm_id_free(unsigned int id)
{
	(void)k_mutex_lock(&table_lock, K_FOREVER);
	slots[id].taken = false;
	(void)k_mutex_unlock(&table_lock);
}

void vm_publish(struct vm *vm)
{
	(void)k_mutex_lock(&table_lock, K_FOREVER);
	slots[vm->id].vm = vm;
	(void)k_mutex_unlock(&table_lock);
}

void vm_withdraw(struct vm *vm)
{
	struct slot *slot = &slots[vm->id];

	(void)k_mutex_lock(&table_lock, K_FOREVER);
	slot->vm = NULL;
	while (slot->refs != 0U) {
		(void)k_condvar_wait(&table_unused, &table_lock, K_FOREVER);
	}
	(void)k_mutex_unlock(&table_lock);
}

struct vm *vm_ref(unsigned int id)
{
	struct vm *vm = NULL;

	if (id < VMS_MAX) {
		(void)k_mutex_lock(&table_lock, K_FOREVER);
		vm = slots[id].vm;
		slots[id].refs += vm != NULL ? 1U : 0U;
		(void)k_mutex_unlock(&table_lock);
	}
	return vm;
}

void vm_unref(struct vm *vm)
{
	struct slot *slot = &slots[vm->id];

	(void)k_mutex_lock(&table_lock, K_FOREVER);
	slot->refs--;
	if (slot->refs == 0U) {
		(void)k_condvar_broadcast(&table_unused);
	}
	(void)k_mutex_unlock(&table_lock);
}

struct vm *vm_get(unsigned int id)
{
	struct vm *vm;

	if (id >= VMS_MAX) {
		return NULL;
	}
	(void)k_mutex_lock(&slots[id].mutex, K_FOREVER);
	(void)k_mutex_lock(&table_lock, K_FOREVER);
	vm = slots[id].vm;
	(void)k_mutex_unlock(&table_lock);
	if (vm == NULL) {
		(void)k_mutex_unlock(&slots[id].mutex);
	}
	return vm;
}

void vm_put(struct vm *vm)
{
	(void)k_mutex_unlock(&slots[vm->id].mutex);
}

int vm_none(unsigned int id, struct vm_error *error)
{
	return vm_fail(error, -ENOENT, "there is no vm %u, 'zvm info' lists those there are", id);
}

int vm_delete(unsigned int id, bool force, struct vm_error *error)
{
	struct vm *vm = vm_get(id);

	if (vm == NULL) {
		return vm_none(id, error);
	}
	if (!force && (vm->state == VM_RUNNING || vm->state == VM_PAUSED)) {
		(void)vm_fail(error, -EPERM, "vm %u is %s: stop it first, or use -f", id,
			      vm_state_name(vm->state));
		vm_put(vm);
		return -EPERM;
	}
	vm_halt(vm);
	vm_set_state(vm, VM_STOPPED);
	vm_withdraw(vm);
	vm_destroy(vm);
	/* Nobody gets the id before this, and the mutex is the id's, not the VM's. */
	(void)k_mutex_unlock(&slots[id].mutex);
	vm_id_free(id);
	return 0;
}

const char *vm_state_name(enum vm_state state)
{
	static const char *const names[] = {
		[VM_READY] = "ready",     [VM_RUNNING] = "running", [VM_PAUSED] = "paused",
		[VM_STOPPED] = "stopped", [VM_CRASHED] = "crashed",
	};

	return names[state];
}

void vm_say(const struct vm *vm, const char *format, ...)
{
	char text[SAY_MAX];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintk(text, sizeof(text), format, ap);
	va_end(ap);
	/* In one piece, so that the line stays one. */
	printk("vm %u (%s): %s\n", vm->id, vm->config.name, text);
}
