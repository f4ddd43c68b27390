/* SPDX-License-Identifier: Apache-2.0 */

/*
 * VMs whose names begin with "with" run together, and beside them a task of 1 kHz on the CPU of the first: how late it
 * wakes up, and which periods it misses, whatever the guests do (tests/qemu/test_hostile.py).
 */

#include <string.h>

#include <zephyr/kernel.h>

#include "exit_bench.h"
#include "hyp/bundle.h"
#include "hyp/vconsole.h"
#include "hyp/vm.h"
#include "kernel/timeout.h"

#define VMS          4U
#define PERIODS      2000U
#define PERIOD_TICKS (CONFIG_SYS_CLOCK_TICKS_PER_SEC / 1000)
#define GUEST_CPU    1

static K_THREAD_STACK_DEFINE(rt_stack, 4096);
static struct k_thread rt_thread;
static unsigned int missed;
static uint64_t latest;
static uint64_t total;

static void rt_task(void *p1, void *p2, void *p3)
{
	int64_t tick = k_uptime_ticks() + PERIOD_TICKS;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (unsigned int i = 0U; i < PERIODS; i++, tick += PERIOD_TICKS) {
		uint64_t late;

		k_sleep(K_TIMEOUT_ABS_TICKS(tick));
		late = k_cycle_get_64() - z_ticks_to_counter((uint64_t)tick);
		latest = MAX(latest, late);
		total += late;
		missed += k_uptime_ticks() >= tick + PERIOD_TICKS ? 1U : 0U;
	}
}

/* The last of what a guest printed. */
static void show(unsigned int id)
{
	struct vm *vm = vm_ref(id);
	char text[256];
	int n;

	if (vm == NULL) {
		return;
	}
	printk("HOST with=%s state=%s\n", vm->config.name, vm_state_name(vm->state));
	if (vconsole_attach(vm->console) == 0) {
		while ((n = vconsole_read(vm->console, text, sizeof(text) - 1U, K_MSEC(5))) > 0) {
			text[n] = '\0';
			printk("%s", text);
		}
		vconsole_detach(vm->console);
	}
	vm_unref(vm);
}

void run_together(void)
{
	unsigned int ids[VMS];
	unsigned int count = 0U;
	struct vm_error error = {0};
	const char *type;

	for (unsigned int n = 0U; count < VMS && (type = bundle_type(n)) != NULL; n++) {
		if (!together(type)) {
			continue;
		}
		if (vm_create(type, 0U, 0U, &ids[count], &error) != 0 ||
		    vm_run(ids[count], &error) != 0) {
			printk("HOST error: %s\n", error.text);
			return;
		}
		count++;
	}
	if (count == 0U) {
		return;
	}
	k_thread_create(&rt_thread, rt_stack, K_THREAD_STACK_SIZEOF(rt_stack), rt_task, NULL, NULL,
			NULL, K_PRIO_COOP(2), 0U, K_FOREVER);
	(void)k_thread_cpu_pin(&rt_thread, GUEST_CPU);
	k_thread_start(&rt_thread);
	(void)k_thread_join(&rt_thread, K_FOREVER);
	printk("HOST task periods=%u missed=%u latest=%llu mean=%llu\n", PERIODS, missed,
	       (unsigned long long)latest, (unsigned long long)(total / PERIODS));
	for (unsigned int i = 0U; i < count; i++) {
		(void)vm_stop(ids[i], &error);
		show(ids[i]);
		(void)vm_delete(ids[i], true, &error);
	}
}
