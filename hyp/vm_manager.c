/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What guests ask for about their own VM, and the VMs that start at boot.
 *
 * The manager's thread is urgent and does what is short: it ends the vCPUs and says so. Loading a VM's images again is
 * long, and must not go before the VM's neighbours: another thread does that, at the priority of the most urgent VM that
 * waits for it, with the time slice of a vCPU. So a guest that resets itself for ever takes no more than its own share.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/util.h>

#include "hyp/bundle.h"
#include "hyp/vm.h"
#include "hyp/vm_internal.h"
#include "lib/fdt.h"

#define MANAGER_PRIO  5
#define MANAGER_STACK 4096
/* Until a VM waits for it: of the VMs that start at boot. */
#define LOADER_PRIO     10
#define LOADER_STACK    8192
#define LOADER_SLICE_MS 5
/* The guest's last lines come before ours, if somebody looks and the terminal takes them in this time. */
#define DRAIN_MS      100
#define DRAIN_STEP_MS 2
/* A line about a guest that resets itself comes this often. */
#define RESET_SAY_MS 1000

BUILD_ASSERT(VMS_MAX <= 32U, "a bit per VM");

static struct k_thread manager, loader;
static K_THREAD_STACK_DEFINE(manager_stack, MANAGER_STACK);
static K_THREAD_STACK_DEFINE(loader_stack, LOADER_STACK);
static K_SEM_DEFINE(manager_sem, 0, 1);
static K_SEM_DEFINE(loader_sem, 0, 1);
/* A bit per VM that has asked for something. */
static uint32_t calls;
/* Protects what follows, and the loader's priority. */
static K_MUTEX_DEFINE(loader_lock);
/* The VMs that wait to be loaded, their priorities, and that of the one that is being loaded. */
static uint32_t loads_waiting;
static int8_t loads[VMS_MAX];
static int load_prio = LOADER_PRIO;

void vm_manager_call(uint32_t vms)
{
	(void)__atomic_fetch_or(&calls, vms, __ATOMIC_RELEASE);
	k_sem_give(&manager_sem);
}

/* The first of its vCPUs has it. */
static void ask(struct vm *vm, enum vm_request request, const char *crash)
{
	k_spinlock_key_t key = k_spin_lock(&vm->lock);

	if (vm->request == VM_REQUEST_NONE) {
		(void)strncpy(vm->crash, crash != NULL ? crash : "", sizeof(vm->crash) - 1U);
		__atomic_store_n(&vm->request, (uint32_t)request, __ATOMIC_RELAXED);
	}
	k_spin_unlock(&vm->lock, key);
}

bool vm_request(struct vcpu *v, enum vm_request request, const char *crash)
{
	ask(v->vm, request, crash);
	vm_manager_call((uint32_t)BIT(v->vm->id));
	arch_irq_enable();
	for (;;) {
		(void)k_sleep(K_FOREVER);
	}
	CODE_UNREACHABLE;
}

/* ---- loading again ---- */

/* With the lock held. */
static void loader_prio_update(void)
{
	int prio = load_prio;

	for (unsigned int id = 0U; id < VMS_MAX; id++) {
		if ((loads_waiting & BIT(id)) != 0U) {
			prio = MIN(prio, loads[id]);
		}
	}
	k_thread_priority_set(&loader, prio);
}

static void load_later(struct vm *vm)
{
	vm->reloading = true;
	(void)k_mutex_lock(&loader_lock, K_FOREVER);
	loads[vm->id] = (int8_t)vm->config.priority;
	loads_waiting |= BIT(vm->id);
	loader_prio_update();
	(void)k_mutex_unlock(&loader_lock);
	k_sem_give(&loader_sem);
}

/* Takes the most urgent one that waits, of equal ones the next behind the latest; VMS_MAX: none does. */
static unsigned int load_next(void)
{
	static unsigned int latest;
	unsigned int best = VMS_MAX;

	(void)k_mutex_lock(&loader_lock, K_FOREVER);
	for (unsigned int i = 1U; i <= VMS_MAX; i++) {
		unsigned int id = (latest + i) % VMS_MAX;

		if ((loads_waiting & BIT(id)) != 0U &&
		    (best == VMS_MAX || loads[id] < loads[best])) {
			best = id;
		}
	}
	load_prio = best != VMS_MAX ? loads[best] : K_LOWEST_APPLICATION_THREAD_PRIO;
	if (best != VMS_MAX) {
		loads_waiting &= ~(uint32_t)BIT(best);
		latest = best;
	}
	loader_prio_update();
	(void)k_mutex_unlock(&loader_lock);
	return best;
}

static void load_again(struct vm *vm)
{
	struct vm_error error;

	if (vm_launch(vm, VM_RUNNING, &error) != 0) {
		vm_halt(vm);
		vm_set_state(vm, VM_STOPPED);
		vm_say(vm, "stopped, it cannot be started again: %s", error.text);
	}
}

static bool wants_autostart(const char *type)
{
	char path[VM_FILE_MAX];
	struct vm_image def;

	return bundle_definition(type, &def, path, sizeof(path)) == 0 &&
	       fdt_verify(def.data, def.size) == NULL &&
	       fdt_getprop(def.data, 0, "autostart", NULL) != NULL;
}

static void autostart(const char *type)
{
	struct vm_error error;
	unsigned int id;
	int rc;

	if (!wants_autostart(type)) {
		return;
	}
	rc = vm_create(type, 0U, 0U, &id, &error);
	rc = rc != 0 ? rc : vm_run(id, &error);
	if (rc != 0) {
		printk("autostart of %s: %s\n", type, error.text);
	} else {
		printk("vm %u (%s): started\n", id, type);
	}
}

static void loader_run(void *p1, void *p2, void *p3)
{
	const char *type;
	unsigned int id;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (unsigned int i = 0U; (type = bundle_type(i)) != NULL; i++) {
		autostart(type);
	}
	for (;;) {
		while ((id = load_next()) != VMS_MAX) {
			struct vm *vm = vm_get(id);

			if (vm != NULL && vm->reloading) {
				load_again(vm);
			}
			if (vm != NULL) {
				vm_put(vm);
			}
		}
		(void)k_sem_take(&loader_sem, K_FOREVER);
	}
}

/* ---- requests ---- */

/* Lets the terminal of who looks at the VM show the guest's last words first. */
static void drain(struct vm *vm)
{
	for (unsigned int i = 0U; i < DRAIN_MS / DRAIN_STEP_MS; i++) {
		if (vconsole_room(vm->console) == VCONSOLE_OUT_SIZE) {
			return;
		}
		(void)k_msleep(DRAIN_STEP_MS);
	}
}

static void say_reset(struct vm *vm)
{
	int64_t now = k_uptime_get();

	vm->resets++;
	if (vm->resets != 1U && now - vm->reset_told_at < RESET_SAY_MS) {
		return;
	}
	if (vm->resets - vm->resets_told > 1U) {
		vm_say(vm, "reset itself, %u times", vm->resets - vm->resets_told);
	} else {
		vm_say(vm, "reset itself");
	}
	vm->resets_told = vm->resets;
	vm->reset_told_at = now;
}

/* An SError that came when none of its vCPUs was running any more. */
static void ask_for_serror(struct vm *vm)
{
	uint32_t esr = __atomic_load_n(&vm->serror, __ATOMIC_RELAXED);
	char text[VM_CRASH_TEXT];

	if (esr != 0U && vm->state == VM_RUNNING) {
		(void)snprintk(text, sizeof(text), "SError (syndrome 0x%x, late)", esr);
		ask(vm, VM_REQUEST_CRASH, text);
	}
}

static void serve(struct vm *vm)
{
	uint32_t request;

	ask_for_serror(vm);
	request = __atomic_load_n(&vm->request, __ATOMIC_ACQUIRE);
	/* A command may have been faster. */
	if (request == VM_REQUEST_NONE || vm->state != VM_RUNNING) {
		return;
	}
	vm_halt(vm);
	switch (request) {
	case VM_REQUEST_OFF:
		vm_set_state(vm, VM_STOPPED);
		drain(vm);
		vm_say(vm, "powered off");
		break;
	case VM_REQUEST_RESET:
		load_later(vm);
		say_reset(vm);
		break;
	default:
		vm_set_state(vm, VM_CRASHED);
		drain(vm);
		vm_say(vm, "crashed: %s", vm->crash);
		break;
	}
}

/* Without waiting for a command on the VM, unless the guest has asked for something that is not done yet. */
static void answer(unsigned int id)
{
	struct vm *vm = vm_ref(id);
	bool asks = vm != NULL &&
		    (__atomic_load_n(&vm->request, __ATOMIC_ACQUIRE) != VM_REQUEST_NONE ||
		     __atomic_load_n(&vm->serror, __ATOMIC_RELAXED) != 0U);

	if (vm != NULL) {
		vm_unref(vm);
	}
	vm = asks ? vm_get(id) : NULL;
	if (vm != NULL) {
		serve(vm);
		vm_put(vm);
	}
}

static void manager_run(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (;;) {
		uint32_t who;

		(void)k_sem_take(&manager_sem, K_FOREVER);
		who = __atomic_exchange_n(&calls, 0U, __ATOMIC_ACQUIRE);
		for (; who != 0U; who &= who - 1U) {
			answer((unsigned int)__builtin_ctz(who));
		}
	}
}

void vm_autostart(void)
{
	(void)k_thread_create(&manager, manager_stack, K_THREAD_STACK_SIZEOF(manager_stack),
			      manager_run, NULL, NULL, NULL, MANAGER_PRIO, 0U, K_NO_WAIT);
	(void)k_thread_name_set(&manager, "vm manager");
	(void)k_thread_create(&loader, loader_stack, K_THREAD_STACK_SIZEOF(loader_stack),
			      loader_run, NULL, NULL, NULL, LOADER_PRIO, 0U, K_FOREVER);
	(void)k_thread_name_set(&loader, "vm loader");
	k_thread_time_slice_set(&loader, (int32_t)k_ms_to_ticks_ceil32(LOADER_SLICE_MS), NULL,
				NULL);
	k_thread_start(&loader);
}
