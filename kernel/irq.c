/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt table and what applications do to interrupts. The interrupt controller's driver
 * does the register work (struct z_irqchip) and calls the handlers out of z_irq_table.
 *
 * Connecting is for disabled interrupts, so the table is read without a lock: handler and argument
 * are written before the interrupt is enabled, and the enabling device write orders them for the
 * CPU that takes it.
 */
#include <errno.h>

#include <zephyr/irq.h>
#include <zephyr/irq_offload.h>
#include <zephyr/kernel/structs.h>
#include <zephyr/spinlock.h>
#include <zephyr/sys/__assert.h>
#include <zephyr/sys/printk.h>
#include "arch/arch.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"

/* So many spurious interrupts are worth a line; the rest is only counted. */
#define SPURIOUS_LINES 16U

struct z_irq_entry z_irq_table[Z_IRQ_COUNT];
const struct z_irqchip *z_irqchip;
void (*z_irq_root_handler)(void);
uint32_t z_irq_spurious_count;

static struct k_spinlock table_lock;
/* PPIs and SGIs that every CPU enables as it comes up, and how they are set up there. */
static uint32_t percpu_enabled;
static struct {
	uint8_t priority;
	uint8_t flags;
} percpu_setup[Z_IRQ_SPI_BASE];

static bool intid_valid(unsigned int irq)
{
	return z_irqchip != NULL && irq < z_irqchip->nr_irqs && irq < Z_IRQ_COUNT;
}

void z_irq_spurious(const void *arg)
{
	unsigned int intid = (unsigned int)(uintptr_t)arg;

	z_irqchip->disable(intid);
	if (__atomic_fetch_add(&z_irq_spurious_count, 1U, __ATOMIC_RELAXED) >= SPURIOUS_LINES) {
		return;
	}
	if (intid >= Z_IRQ_SPI_BASE) {
		printk("interrupt %u (SPI %u) has no handler: disabled\n", intid,
		       intid - Z_IRQ_SPI_BASE);
	} else {
		printk("interrupt %u (%s) has no handler: disabled on this CPU\n", intid,
		       intid < 16U ? "SGI" : "PPI");
	}
}

static void entry_set(unsigned int irq, z_isr_t isr, const void *arg)
{
	k_spinlock_key_t key = k_spin_lock(&table_lock);

	/*
	 * Never the old argument for the new handler, should the interrupt be enabled against the
	 * rule.
	 */
	z_irq_table[irq].isr = z_irq_spurious;
	__atomic_store_n(&z_irq_table[irq].arg, arg, __ATOMIC_RELEASE);
	__atomic_store_n(&z_irq_table[irq].isr, isr, __ATOMIC_RELEASE);
	k_spin_unlock(&table_lock, key);
}

/* Trigger and priority, for a private interrupt on this CPU only. */
static int irq_setup(unsigned int irq, uint8_t priority, uint32_t flags)
{
	if ((flags & (IRQ_TYPE_EDGE | IRQ_TYPE_LEVEL)) != 0U && irq >= 16U) {
		int rc = z_irqchip->set_type(irq, (flags & IRQ_TYPE_EDGE) != 0U);

		if (rc != 0) {
			return rc;
		}
	}
	z_irqchip->set_priority(irq, priority);
	return 0;
}

int irq_connect_dynamic(unsigned int irq, unsigned int priority,
			void (*routine)(const void *parameter), const void *parameter,
			uint32_t flags)
{
	int rc;

	if (!intid_valid(irq) || routine == NULL || priority > UINT8_MAX) {
		return -EINVAL;
	}
	rc = irq_setup(irq, (uint8_t)priority, flags);
	if (rc != 0) {
		return rc;
	}
	if (irq < Z_IRQ_SPI_BASE) {
		percpu_setup[irq].priority = (uint8_t)priority;
		percpu_setup[irq].flags = (uint8_t)flags;
	}
	entry_set(irq, routine, parameter);
	return (int)irq;
}

int irq_disconnect_dynamic(unsigned int irq, unsigned int priority,
			   void (*routine)(const void *parameter), const void *parameter,
			   uint32_t flags)
{
	ARG_UNUSED(priority);
	ARG_UNUSED(flags);

	if (!intid_valid(irq) || z_irq_table[irq].isr != routine ||
	    z_irq_table[irq].arg != parameter) {
		return -EINVAL;
	}
	z_irqchip->disable(irq);
	entry_set(irq, z_irq_spurious, (const void *)(uintptr_t)irq);
	return 0;
}

void irq_enable(unsigned int irq)
{
	__ASSERT(intid_valid(irq), "irq_enable(%u): no such interrupt", irq);
	if (intid_valid(irq)) {
		z_irqchip->enable(irq);
	}
}

void irq_disable(unsigned int irq)
{
	__ASSERT(intid_valid(irq), "irq_disable(%u): no such interrupt", irq);
	if (intid_valid(irq)) {
		z_irqchip->disable(irq);
	}
}

int irq_is_enabled(unsigned int irq)
{
	return intid_valid(irq) && z_irqchip->is_enabled(irq) ? 1 : 0;
}

void z_irqchip_register(const struct z_irqchip *chip, void (*root_handler)(void))
{
	for (unsigned int i = 0U; i < Z_IRQ_COUNT; i++) {
		z_irq_table[i].isr = z_irq_spurious;
		z_irq_table[i].arg = (const void *)(uintptr_t)i;
	}
	z_irqchip = chip;
	z_irq_root_handler = root_handler;
}

static void connect_static(void)
{
	STRUCT_SECTION_FOREACH(z_irq_static, s) {
		if (irq_connect_dynamic(s->irq, s->priority, s->isr, s->arg, s->flags) < 0) {
			printk("IRQ_CONNECT(%u): the interrupt controller has no such interrupt\n",
			       s->irq);
		}
	}
}

static void offload_isr(const void *arg);

int z_irq_cpu_init(void)
{
	static bool connected;
	int rc;

	if (z_irqchip == NULL) {
		return -ENODEV;
	}
	rc = z_irqchip->cpu_init();
	if (rc != 0) {
		return rc;
	}
	arch_cpu()->arch.irq_taken = z_irqchip->taken;
	/*
	 * The first to come here is the boot CPU, and alone: a PPI's priority and trigger are set
	 * on its interface.
	 */
	if (!connected) {
		connected = true;
		connect_static();
		(void)irq_connect_dynamic(Z_SGI_OFFLOAD, IRQ_DEFAULT_PRIORITY, offload_isr, NULL,
					  0U);
		__atomic_fetch_or(&percpu_enabled, BIT(Z_SGI_OFFLOAD), __ATOMIC_RELAXED);
	}
	arch_timer_init();

	uint32_t todo = __atomic_load_n(&percpu_enabled, __ATOMIC_ACQUIRE);

	while (todo != 0U) {
		unsigned int intid = (unsigned int)__builtin_ctz(todo);

		(void)irq_setup(intid, percpu_setup[intid].priority, percpu_setup[intid].flags);
		z_irqchip->enable(intid);
		todo &= todo - 1U;
	}
	return 0;
}

void z_irq_enable_percpu(unsigned int intid)
{
	__ASSERT(intid < Z_IRQ_SPI_BASE, "%u is not private to a CPU", intid);
	if (intid >= Z_IRQ_SPI_BASE) {
		return;
	}
	__atomic_fetch_or(&percpu_enabled, 1U << intid, __ATOMIC_RELEASE);
	z_irqchip->enable(intid);
}

/* ---- irq_offload ----------------------------------------------------------------------------- */

/*
 * What a CPU's offload SGI is to run, and how many it was given and has run. It cannot be overwritten before
 * it is used: the SGI is pending when interrupts are unmasked below, and any other thread that gets the CPU
 * takes it before it could come here. Not on the thread's stack: the routine may abort the thread.
 */
static struct offload {
	irq_offload_routine_t routine;
	const void *parameter;
	uint32_t given;
	uint32_t done;
} offloads[CONFIG_MP_MAX_NUM_CPUS];

static void offload_isr(const void *arg)
{
	struct offload *o = &offloads[((struct arch_cpu *)arch_cpu())->id];
	irq_offload_routine_t routine = o->routine;

	ARG_UNUSED(arg);
	if (routine == NULL) {
		return;
	}
	o->routine = NULL;
	routine(o->parameter);
	/* The thread that waits may be on another CPU by now. */
	__atomic_store_n(&o->done, o->given, __ATOMIC_RELEASE);
}

void irq_offload(irq_offload_routine_t routine, const void *parameter)
{
	struct offload *o;
	uint32_t n;

	__ASSERT(!arch_is_in_isr(), "irq_offload() from an interrupt handler");

	unsigned int key = arch_irq_lock();
	unsigned int cpu = ((struct arch_cpu *)arch_cpu())->id;

	__ASSERT(arch_irq_unlocked(key), "irq_offload() with interrupts masked would wait forever");
	o = &offloads[cpu];
	o->routine = routine;
	o->parameter = parameter;
	n = ++o->given;
	z_ipi_send(cpu, Z_SGI_OFFLOAD);
	arch_irq_unlock(key);
	while ((int32_t)(__atomic_load_n(&o->done, __ATOMIC_ACQUIRE) - n) < 0) {
		arch_spin_relax();
	}
}

/* ---- irq_lock -------------------------------------------------------------------------------- */

static struct k_spinlock global_lock;

unsigned int irq_lock(void)
{
	unsigned int key = arch_irq_lock();

	/*
	 * In an ISR this is the interrupted thread, which held nothing: interrupts were unmasked.
	 */
	if (arch_current()->global_lock_count++ == 0U) {
		z_spin_lock_masked(&global_lock);
	}
	return key;
}

void irq_unlock(unsigned int key)
{
	struct k_thread *t = arch_current();

	__ASSERT(t->global_lock_count != 0U, "irq_unlock() without irq_lock()");
	if (t->global_lock_count != 0U) {
		t->global_lock_count--;
		if (t->global_lock_count == 0U) {
			z_spin_unlock_masked(&global_lock);
		}
	}
	arch_irq_unlock(key);
}

void z_irq_lock_release(void)
{
	z_spin_unlock_masked(&global_lock);
}

void z_irq_lock_reacquire(void)
{
	z_spin_lock_masked(&global_lock);
}
