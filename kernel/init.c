/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * From the first C code with the MMU on to main().
 */
#include <string.h>

#include <zephyr/kernel.h>

#include "kernel/arch_api.h"
#include "kernel/console.h"
#include "kernel/device.h"
#include "kernel/entropy.h"
#include "kernel/init.h"
#include "kernel/mem.h"
#include "kernel/sched.h"
#include "kernel/smp.h"
#include "kernel/thread.h"
#include "kernel/timeout.h"
#include "lib/fdt.h"

K_KERNEL_STACK_DEFINE(main_stack, CONFIG_MAIN_STACK_SIZE);
static struct k_thread main_thread;
static bool threads_run;
static uint64_t entry_cycles;

int main(void);

__weak int main(void)
{
	return 0;
}

bool k_is_pre_kernel(void)
{
	return !threads_run;
}

uint64_t z_boot_us(void)
{
	return k_cyc_to_us_floor64(arch_cycles() - entry_cycles);
}

static void run_entry(const struct z_init_entry *e)
{
	int err = e->dev != NULL ? z_device_init_static(e->dev, e->dev_init) : e->init();

	if (err < 0) {
		printk("initialisation function 0x%lx failed: %d\n",
		       (unsigned long)(uintptr_t)(e->dev != NULL ? (void *)e->dev
								 : (void *)e->init),
		       err);
	}
}

/* A level's functions by priority; equal ones as the linker has them. There are a few dozen at most. */
static void run_level(enum z_init_level level)
{
	for (int prio = 0; prio <= Z_INIT_PRIO_MAX; prio++) {
		STRUCT_SECTION_FOREACH(z_init_entry, e) {
			if (e->level == level && e->prio == prio) {
				run_entry(e);
			}
		}
	}
}

static void main_entry(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	run_level(Z_INIT_LEVEL_POST_KERNEL);
	run_level(Z_INIT_LEVEL_APPLICATION);
	z_static_threads_start();
	z_cpus_start();
	run_level(Z_INIT_LEVEL_SMP);
	(void)main();
}

static FUNC_NORETURN void start_threads(void)
{
	struct z_cpu *cpu = &z_cpus[0];

	(void)k_thread_create(&main_thread, main_stack, CONFIG_MAIN_STACK_SIZE, main_entry, NULL,
			      NULL, NULL, CONFIG_MAIN_THREAD_PRIORITY, K_ESSENTIAL, K_FOREVER);
	(void)k_thread_name_set(&main_thread, "main");

	z_lock_masked();
	z_cpu_join(cpu);
	/* Start-up has used the idle thread's name: what it left in FP registers is not that thread's. */
	arch_fpu_drop(cpu->idle);
	cpu->arch.fpu_owner = NULL;
	cpu->arch.switch_hooks.any = 0U;
	arch_cpu_init();
	threads_run = true;
	main_thread.base.thread_state = 0U;
	z_run_first(cpu, &main_thread);
}

/*
 * The CPU may be at the wrong exception level, or too old for the instructions of our locks: apart from the
 * early console nothing of the kernel works there.
 */
static FUNC_NORETURN void stop_at_once(const struct boot_info *bi)
{
	if (bi->fdt != NULL) {
		(void)z_earlycon_init(bi->fdt);
	}
	z_console_write("ZVM: ", 5U);
	z_console_write(bi->error, strlen(bi->error));
	z_console_write("\n", 1U);
	arch_halt();
}

void kernel_start(const struct boot_info *bi)
{
	if (bi->error != NULL) {
		stop_at_once(bi);
	}
	entry_cycles = bi->entry_cycles;
	z_boot_cpu_init();
	z_clock_init((uint32_t)arch_timer_cntfrq(), bi->entry_cycles);
	fdt_fixed(bi->fdt);
	(void)z_earlycon_init(bi->fdt);
	if (mem_init(bi) != 0) {
		arch_halt();
	}
	run_level(Z_INIT_LEVEL_EARLY);
	z_cpus_find(bi->fdt);
#ifdef CONFIG_ZVM
	z_entropy_find(bi->fdt);
#endif
	if (z_devices_probe(bi->fdt) != 0) {
		arch_halt();
	}
	z_smp_irq_init();
	run_level(Z_INIT_LEVEL_PRE_KERNEL_1);
	run_level(Z_INIT_LEVEL_PRE_KERNEL_2);
	start_threads();
}
