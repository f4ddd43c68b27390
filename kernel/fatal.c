/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Fatal errors: one report at a time, then the end of the thread or of the system.
 */
#include <zephyr/kernel.h>
#include <zephyr/logging/log_ctrl.h>

#include "kernel/arch_api.h"
#include "kernel/conout.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"
#include "kernel/sched.h"
#include "kernel/smp.h"

static const char *reason_name(unsigned int reason)
{
	switch (reason) {
	case K_ERR_CPU_EXCEPTION:
		return "CPU exception";
	case K_ERR_SPURIOUS_IRQ:
		return "unexpected interrupt";
	case K_ERR_STACK_CHK_FAIL:
		return "stack overflow";
	case K_ERR_KERNEL_OOPS:
		return "kernel oops";
	case K_ERR_KERNEL_PANIC:
		return "kernel panic";
	default:
		return "unknown reason";
	}
}

/* Keeps reports of several CPUs apart. Not the kernel lock: whoever fails may hold that. */
static struct k_spinlock report_lock;

/* How long other CPUs may take to stop, in microseconds. */
#define STOP_US 100000U

/*
 * Did it happen with interrupts masked? Then locks may be held that printing or aborting would wait for.
 */
static bool in_critical_section(const struct arch_esf *esf)
{
	return esf != NULL && (esf->spsr & ARCH_DAIF_I) != 0U;
}

/* The CPU that is reporting; written with report_lock held. */
static struct z_cpu *reporter;

/* A report that fails itself (a thread's structure is overwritten, say) must not wait for itself. */
static void check_recursion(unsigned int reason)
{
	unsigned int key = arch_irq_lock();

	if (__atomic_load_n(&reporter, __ATOMIC_RELAXED) == arch_cpu()) {
		log_panic();
		printk("FATAL: %s (%u) in the middle of this report\n", reason_name(reason),
		       reason);
		k_fatal_halt(reason);
	}
	arch_irq_unlock(key);
}

static void report(unsigned int reason, const struct arch_esf *esf)
{
	struct k_thread *cur = arch_current();
	k_spinlock_key_t key;

	check_recursion(reason);
	key = k_spin_lock(&report_lock);
	__atomic_store_n(&reporter, arch_cpu(), __ATOMIC_RELAXED);
	if (in_critical_section(esf)) {
		log_panic();
	}
	conout_hold();
	printk("FATAL: %s (%u) on CPU %u in %s%s\n", reason_name(reason), reason,
	       cur->arch.cpu->arch.id,
	       arch_is_in_isr() ? "an interrupt handler over thread " : "thread ",
	       cur->name[0] != '\0' ? cur->name : "(no name)");
	printk("thread %p, stack 0x%lx to 0x%lx\n", (void *)cur, (unsigned long)cur->arch.stack_lo,
	       (unsigned long)cur->arch.stack_hi);
	if (esf != NULL) {
		arch_dump(esf);
	}
	conout_release();
	__atomic_store_n(&reporter, NULL, __ATOMIC_RELAXED);
	k_spin_unlock(&report_lock, key);
}

__weak void k_sys_fatal_error_handler(unsigned int reason, const struct arch_esf *esf)
{
	ARG_UNUSED(esf);
	k_fatal_halt(reason);
}

/* CPUs that have stopped, a bit each. */
static uint32_t stopped;

/*
 * The last lines are printed without locks: what other CPUs print meanwhile would get into them, and what they log
 * would not end. One that has its interrupts masked for good does not stop, so this waits no longer than STOP_US.
 */
static void stop_others(void)
{
	uint32_t others = z_cpu_online & ~(1U << arch_cpu()->arch.id);
	uint64_t start = arch_cycles();

	if (z_irqchip == NULL || others == 0U) {
		return;
	}
	for (uint32_t left = others; left != 0U; left &= left - 1U) {
		z_ipi_send((unsigned int)__builtin_ctz(left), Z_SGI_CALL);
	}
	while ((__atomic_load_n(&stopped, __ATOMIC_ACQUIRE) & others) != others &&
	       arch_cycles() - start < k_us_to_cyc_ceil64(STOP_US)) {
		arch_spin_relax();
	}
}

void k_fatal_halt(unsigned int reason)
{
	(void)arch_irq_lock();
	stop_others();
	log_panic();
	printk("system halted (%s)\n", reason_name(reason));
	arch_halt();
}

void z_fatal_error(unsigned int reason, const struct arch_esf *esf)
{
	struct k_thread *cur = arch_current();

	report(reason, esf);
	k_sys_fatal_error_handler(reason, esf);

	/* The handler lets the system live: only the thread that failed ends. */
	if (arch_is_in_isr()) {
		printk("an interrupt handler can not be aborted\n");
		k_fatal_halt(reason);
	}
	/* Tests go on after a panic that they provoked. */
	if (reason == K_ERR_KERNEL_PANIC && !IS_ENABLED(CONFIG_TEST)) {
		k_fatal_halt(reason);
	}
	if (in_critical_section(esf) && k_spin_is_locked(&z_kernel_lock)) {
		printk("the kernel itself has failed, with its lock held\n");
		k_fatal_halt(reason);
	}
	k_thread_abort(cur);
}

__weak void assert_post_action(const char *file, unsigned int line)
{
	ARG_UNUSED(file);
	ARG_UNUSED(line);
	k_panic();
}

void z_stop_isr(const void *arg)
{
	ARG_UNUSED(arg);
	__atomic_fetch_or(&stopped, 1U << arch_cpu()->arch.id, __ATOMIC_RELEASE);
	arch_halt();
}
