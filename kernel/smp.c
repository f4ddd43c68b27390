/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * CPUs: their stacks and idle threads, how secondary ones come up.
 */
#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>

#include "kernel/arch_api.h"
#include "kernel/firmware.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/smp.h"
#include "kernel/thread.h"
#include "kernel/timeout.h"
#include "lib/fdt.h"

/** How long a CPU may take from the firmware call to its first scheduling, in microseconds. */
#define CPU_START_US 1000000U

#define OVERFLOW_STACK_SIZE 4096

K_KERNEL_STACK_ARRAY_DEFINE(irq_stacks, CONFIG_MP_MAX_NUM_CPUS, CONFIG_ISR_STACK_SIZE);
K_KERNEL_STACK_ARRAY_DEFINE(overflow_stacks, CONFIG_MP_MAX_NUM_CPUS, OVERFLOW_STACK_SIZE);
K_KERNEL_STACK_ARRAY_DEFINE(idle_stacks, CONFIG_MP_MAX_NUM_CPUS, CONFIG_IDLE_STACK_SIZE);
static struct k_thread idle_threads[CONFIG_MP_MAX_NUM_CPUS];
void (*z_smp_cpu_hook)(void);

/* Interrupts are masked between the look at the clock and the WFI only: nothing can be missed. */
static void idle(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (;;) {
		k_cpu_idle();
	}
}

void k_cpu_idle(void)
{
	unsigned int key = arch_irq_lock();

	k_cpu_atomic_idle(key);
}

void k_cpu_atomic_idle(unsigned int key)
{
	arch_cpu_wait();
	arch_irq_unlock(key);
}

static void cpu_init(unsigned int id, uint64_t affinity)
{
	struct z_cpu *cpu = &z_cpus[id];

	cpu->arch.id = id;
	cpu->arch.mpidr = affinity;
	cpu->arch.irq_stack_lo = (uintptr_t)K_KERNEL_STACK_BUFFER(irq_stacks[id]);
	cpu->arch.irq_stack = cpu->arch.irq_stack_lo + CONFIG_ISR_STACK_SIZE;
	cpu->arch.overflow_stack = (uintptr_t)K_KERNEL_STACK_BUFFER(overflow_stacks[id]) +
				   OVERFLOW_STACK_SIZE;
	cpu->timer_due = Z_CYCLES_NEVER;
	cpu->slice_due = Z_CYCLES_NEVER;
	z_runq_init(&cpu->runq);

	cpu->idle = &idle_threads[id];
	z_stack_fill(K_KERNEL_STACK_BUFFER(idle_stacks[id]), CONFIG_IDLE_STACK_SIZE);
	z_thread_init(cpu->idle, K_KERNEL_STACK_BUFFER(idle_stacks[id]), CONFIG_IDLE_STACK_SIZE,
		      idle, NULL, K_IDLE_PRIO, 0U);
	(void)snprintk(cpu->idle->name, sizeof(cpu->idle->name), "idle %u", id);
	cpu->idle->base.thread_state = 0U;
	cpu->idle->base.cpu_mask = 1U << id;
	cpu->idle->arch.cpu = cpu;
	cpu->current = cpu->idle;
	cpu->best = cpu->idle;
}

void z_boot_cpu_init(void)
{
	cpu_init(0U, arch_cpu_affinity());
	z_cpus[0].midr = arch_cpu_model();
	z_cpu_count = 1U;
	/* Until there are threads, start-up passes for the idle thread. */
	arch_set_current(z_cpus[0].idle);
	arch_cpu_init();
}

static void add_cpu(uint64_t affinity)
{
	if (affinity == z_cpus[0].arch.mpidr) {
		return;
	}
	cpu_init(z_cpu_count, affinity);
	z_cpu_count++;
}

void z_cpus_find(const void *fdt)
{
	struct fdt_cpu found;
	unsigned int left_out = 0U;

	fdt_for_each_cpu(fdt, &found) {
		if (!found.usable) {
			continue;
		}
		if (z_cpu_count < CONFIG_MP_MAX_NUM_CPUS) {
			add_cpu(found.mpidr);
		} else if (found.mpidr != z_cpus[0].arch.mpidr) {
			left_out++;
		}
	}
	if (left_out != 0U && CONFIG_MP_MAX_NUM_CPUS > 1) {
		printk("%u CPUs of the devicetree are not used: CONFIG_MP_MAX_NUM_CPUS is %d\n",
		       left_out, CONFIG_MP_MAX_NUM_CPUS);
	}
}

static void resched_isr(const void *arg)
{
	struct z_cpu *cpu = arch_cpu();

	ARG_UNUSED(arg);
	/* Most often the interrupt itself was the message: its exit asks the scheduler. */
	if (unlikely(cpu->timer_dirty)) {
		cpu->timer_dirty = false;
		z_timeout_isr();
	}
}

void z_ask_timer(struct z_cpu *cpu)
{
	cpu->timer_dirty = true;
	z_ipi_send(cpu->arch.id, Z_SGI_RESCHED);
}

void z_smp_irq_init(void)
{
	(void)irq_connect_dynamic(Z_SGI_RESCHED, 0U, resched_isr, NULL, 0U);
	(void)irq_connect_dynamic(Z_SGI_CALL, 0U, z_stop_isr, NULL, 0U);
	z_irq_enable_percpu(Z_SGI_RESCHED);
	z_irq_enable_percpu(Z_SGI_CALL);
}

void z_cpu_join(struct z_cpu *cpu)
{
	cpu->online_since = arch_cycles();
	cpu->idle->base.switched_in = cpu->online_since;
	z_cpu_online |= 1U << cpu->arch.id;
	for (unsigned int i = 0U; i < z_cpu_count; i++) {
		z_cpus[i].arch.others = z_cpu_online & ~(1U << i);
	}
	/* Whatever waits may be for this CPU: its first look for work goes through all queues. */
	cpu->elsewhere = cpu->arch.others;
	cpu->arch.need_resched.other = 1U;
	if (z_slices_used) {
		cpu->arch.switch_hooks.slices = 1U;
	}
	z_threads_cpu_joined();
	/* Last, and for those who look without the lock: came_up(). */
	__atomic_store_n(&cpu->online, true, __ATOMIC_RELEASE);
}

void kernel_secondary_start(struct z_cpu *cpu)
{
	arch_set_current(cpu->idle);
	arch_cpu_init();
	cpu->midr = arch_cpu_model();
	if (z_irq_cpu_init() != 0) {
		__atomic_store_n(&cpu->offline_reason, "its interrupt interface does not work",
				 __ATOMIC_RELEASE);
		arch_halt();
	}
	arch_timer_init();
	if (z_smp_cpu_hook != NULL) {
		z_smp_cpu_hook();
	}
	z_lock_masked();
	z_cpu_join(cpu);
	/* The idle thread begins: it releases the lock and opens interrupts. This one makes it look for work. */
	z_ipi_send(cpu->arch.id, Z_SGI_RESCHED);
	arch_first_switch(cpu->idle);
}

static bool came_up(struct z_cpu *cpu)
{
	uint64_t start = arch_cycles();
	uint64_t limit = k_us_to_cyc_ceil64(CPU_START_US);

	while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE)) {
		if (__atomic_load_n(&cpu->offline_reason, __ATOMIC_ACQUIRE) != NULL) {
			return false;
		}
		if (arch_cycles() - start > limit) {
			cpu->offline_reason =
				"the firmware took the call, but the CPU did not come up in 1 s";
			return false;
		}
		arch_spin_relax();
	}
	return true;
}

static void start_cpu(struct z_cpu *cpu)
{
	int code = z_firmware->cpu_on(cpu->arch.mpidr, arch_secondary_entry(), (uintptr_t)cpu);

	if (code != 0) {
		cpu->offline_reason = z_firmware->strerror(code);
	} else if (came_up(cpu)) {
		return;
	}
	printk("CPU %u (MPIDR 0x%llx) stays off: %s\n", cpu->arch.id,
	       (unsigned long long)cpu->arch.mpidr, cpu->offline_reason);
}

void z_cpus_start(void)
{
	if (z_firmware == NULL && z_cpu_count > 1U) {
		printk("%u CPUs stay off: the devicetree has no PSCI node to start them by\n",
		       z_cpu_count - 1U);
		z_cpu_count = 1U;
	}
	/* The array's bound is there for the compiler, which sees a place for one CPU in small builds. */
	for (unsigned int i = 1U; i < MIN(z_cpu_count, ARRAY_SIZE(z_cpus)); i++) {
		start_cpu(&z_cpus[i]);
	}
}

unsigned int arch_num_cpus(void)
{
	unsigned int n = 0U;

	for (uint32_t left = z_cpu_online; left != 0U; left &= left - 1U) {
		n++;
	}
	return n;
}

unsigned int arch_curr_cpu_id(void)
{
	return arch_cpu()->arch.id;
}
