/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The host's side of the exit benchmark (bench/scenarios/exits.py): runs the VMs of the bundle one after the other and
 * prints what they print. A VM whose name begins with "spin" runs for ever: meanwhile the way from a device's interrupt to a
 * real-time task on its CPU is measured; one named "await" does not run, a key is waited for. Lines that begin with HOST are the host's own figures.
 *
 * The device is the EL1 physical timer, which nobody else uses here: the host has the EL2 one, guests' is emulated.
 */

#include <string.h>

#include <zephyr/irq.h>
#include <zephyr/kernel.h>

#include "arch/arm64/sysreg.h"
#include "hyp/bundle.h"
#include "hyp/exit.h"
#include "hyp/vconsole.h"
#include "hyp/vm.h"
#include "hyp/vm_info.h"
#include "kernel/console.h"
#include "kernel/heap.h"
#include "kernel/mem.h"

/* PPI 14, as the architecture's reference designs have it (Arm BSA, 3.6). */
#define DEVICE_INTID       30U
#define DEVICE_PRIORITY    0xa0U
#define GUEST_CPU          1
#define REPETITIONS        1000U
#define REPETITIONS_TRACED 30U
#define DELAY              20000U
#define COUNT_EXITS        '\005'

#define SYS_CNTP_CTL_EL02  S3_5_C14_C2_1
#define SYS_CNTP_CVAL_EL02 S3_5_C14_C2_2

static K_SEM_DEFINE(device, 0, 1);
static K_THREAD_STACK_DEFINE(task_stack, 4096);
static struct k_thread task_thread;
static uint64_t samples[REPETITIONS];
static unsigned int repetitions = REPETITIONS;

static void device_isr(const void *arg)
{
	ARG_UNUSED(arg);
	write_sysreg(0U, SYS_CNTP_CTL_EL02);
	k_sem_give(&device);
}

/* The task: waits for the device, and notes how long after the interrupt it runs. */
static void device_task(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	irq_enable(DEVICE_INTID);
	for (unsigned int i = 0U; i < repetitions; i++) {
		uint64_t due = k_cycle_get_64() + DELAY;

		write_sysreg(due, SYS_CNTP_CVAL_EL02);
		write_sysreg(1U, SYS_CNTP_CTL_EL02);
		(void)k_sem_take(&device, K_FOREVER);
		samples[i] = k_cycle_get_64() - due;
	}
}

static void measure_device(void)
{
	uint64_t least = UINT64_MAX;
	uint64_t most = 0U;
	uint64_t sum = 0U;

	(void)irq_connect_dynamic(DEVICE_INTID, DEVICE_PRIORITY, device_isr, NULL, 0U);
	k_thread_create(&task_thread, task_stack, K_THREAD_STACK_SIZEOF(task_stack), device_task,
			NULL, NULL, NULL, K_PRIO_COOP(2), 0U, K_FOREVER);
	(void)k_thread_cpu_pin(&task_thread, GUEST_CPU);
	k_thread_start(&task_thread);
	(void)k_thread_join(&task_thread, K_FOREVER);
	for (unsigned int i = 8U; i < repetitions; i++) {
		least = MIN(least, samples[i]);
		most = MAX(most, samples[i]);
		sum += samples[i];
	}
	printk("EXIT device_to_task mean=%llu.%03llu min=%llu max=%llu n=%u\n",
	       (unsigned long long)(sum / (repetitions - 8U)),
	       (unsigned long long)(sum * 1000U / (repetitions - 8U) % 1000U),
	       (unsigned long long)least, (unsigned long long)most, repetitions - 8U);
}

static uint64_t memory_in_use(void)
{
	struct mem_stats stats;

	mem_stats_get(&stats);
	return stats.total - stats.free + z_heap_used();
}

/* Why the guest was left, and how often, since it was made. */
static void print_exits(const struct vm *vm)
{
	printk("HOST exits");
	for (unsigned int reason = 0U; reason < EXIT_REASONS; reason++) {
		uint64_t count = 0U;

		for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
			count += vm_info_exits(vm->vcpu[i], (enum exit_reason)reason);
		}
		printk(" %s=%llu", exit_reason_name((enum exit_reason)reason),
		       (unsigned long long)count);
	}
	printk("\n");
}

/* Puts lines of the guest's on the console in one piece: lines of the host's come between two of them, not into one. */
static void print_lines(const struct vm *vm, const char *text, size_t len)
{
	printk("%.*s", (int)len, text);
	if (memchr(text, COUNT_EXITS, len) != NULL) {
		print_exits(vm);
	}
}

/*
 * What the guest prints, until it has powered itself off. The host wakes up for output only, as it does with no console
 * attached: looking every few milliseconds whether the guest runs still would be in the guest's figures. Waiting is for
 * free under icount. A guest that prints COUNT_EXITS has its exits so far printed behind that line.
 */
static void follow(unsigned int id)
{
	struct vm *vm = vm_ref(id);
	char text[128];
	size_t len = 0U;
	int n;

	if (vm == NULL || vconsole_attach(vm->console) != 0) {
		printk("HOST error: no console\n");
		return;
	}
	do {
		size_t whole;

		n = vconsole_read(vm->console, text + len, sizeof(text) - len, K_SECONDS(1));
		len += n > 0 ? (size_t)n : 0U;
		whole = len;
		while (whole > 0U && text[whole - 1U] != '\n') {
			whole--;
		}
		whole = len == sizeof(text) && whole == 0U ? len : whole;
		print_lines(vm, text, whole);
		len -= whole;
		memmove(text, text + whole, len);
	} while (n > 0 || vm->state == VM_RUNNING);
	print_lines(vm, text, len);
	vconsole_detach(vm->console);
	vm_unref(vm);
}

static int run(const char *type)
{
	uint64_t before = memory_in_use();
	struct vm_error error = {0};
	unsigned int id = 0U;
	uint64_t start;
	struct vm *vm;
	int rc = vm_create(type, 0U, 0U, &id, &error);

	if (rc != 0) {
		printk("HOST error: %s\n", error.text);
		return rc;
	}
	vm = vm_ref(id);
	printk("HOST vm=%s vcpus=%u memory=%llu\n", type, vm->vcpu_count,
	       (unsigned long long)(memory_in_use() - before - vm->ram_size -
				    vm->s2.table_pages * 4096UL));
	start = k_cycle_get_64();
	rc = vm_run(id, &error);
	printk("HOST start=%llu zero=%llu image=%llu\n", (unsigned long long)start,
	       (unsigned long long)vm->cntvoff, (unsigned long long)vm->config.kernel.size);
	if (rc != 0) {
		printk("HOST error: %s\n", error.text);
	} else if (strncmp(type, "spin", 4) == 0) {
		k_msleep(5);
		measure_device();
	} else {
		follow(id);
	}
	print_exits(vm);
	vm_unref(vm);
	return vm_delete(id, true, &error);
}

/*
 * A trace begins here: bench/harness/trace.py types when it is ready. Not idle meanwhile: an emulator would not wake up.
 * Few repetitions: every instruction is a line of the trace.
 */
static void wait_for_key(void)
{
	char key;

	repetitions = REPETITIONS_TRACED;
	printk("HOST ready\n");
	while (z_console_read(&key, 1U, K_MSEC(1)) <= 0) {
	}
}

int main(void)
{
	const char *type;
	int rc = 0;

	printk("HOST cycles_per_second %u\n", sys_clock_hw_cycles_per_sec());
	vm_autostart();
	for (unsigned int n = 0U; rc == 0 && (type = bundle_type(n)) != NULL; n++) {
		if (strcmp(type, "await") == 0) {
			wait_for_key();
		} else {
			rc = run(type);
		}
	}
	printk("HOST END\n");
	return 0;
}
