/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts: connecting, priorities, enabling, spurious ones, irq_offload(), irq_lock(), the split
 * end of interrupt. SPIs are made pending by register write; those used here have no device on any
 * machine the tests run on.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "arch/arch.h"
#include "kernel/irq.h"

/* The last that QEMU admits to: not wired. */
#define SPI_A 253U
#define SPI_B 254U
#define SPI_C 255U
/* The SPIs go to another CPU, which an emulator may not have run for a while. */
#define ARRIVE_US 5000000
/* For what shall not come. */
#define ABSENT_US 2000

static volatile uint32_t hits;
static volatile uint32_t order[4];
static volatile bool in_isr;
static uint32_t static_arg = 42U;

static void count_isr(const void *arg)
{
	order[hits % ARRAY_SIZE(order)] = (uint32_t)(uintptr_t)arg;
	in_isr = k_is_in_isr();
	/* Last, and after the others: it may be watched from another CPU. */
	__atomic_store_n(&hits, hits + 1U, __ATOMIC_RELEASE);
}

static void static_isr(const void *arg)
{
	hits = *(const uint32_t *)arg;
}

static void *setup(void)
{
	IRQ_CONNECT(SPI_C, IRQ_DEFAULT_PRIORITY, static_isr, &static_arg, IRQ_TYPE_EDGE);
	return NULL;
}

static void before(void *fixture)
{
	ARG_UNUSED(fixture);
	hits = 0U;
	in_isr = false;
}

static void arrive(uint32_t n)
{
	for (int us = 0; us < ARRIVE_US && __atomic_load_n(&hits, __ATOMIC_ACQUIRE) < n; us += 10) {
		k_busy_wait(10);
	}
	zassert_equal(hits, n);
}

ZTEST(irq, test_dynamic)
{
	zassert_equal(irq_connect_dynamic(SPI_A, 0x80U, count_isr, (void *)7, IRQ_TYPE_EDGE),
		      SPI_A);
	zassert_false(irq_is_enabled(SPI_A));
	irq_enable(SPI_A);
	zassert_true(irq_is_enabled(SPI_A));
	z_irqchip->set_pending(SPI_A, true);
	arrive(1U);
	zassert_equal(order[0], 7U);
	zassert_true(in_isr);
	zassert_false(k_is_in_isr());

	irq_disable(SPI_A);
	z_irqchip->set_pending(SPI_A, true);
	k_busy_wait(ABSENT_US);
	zassert_equal(hits, 1U, "it was disabled");
	zassert_true(z_irqchip->is_pending(SPI_A));
	z_irqchip->set_pending(SPI_A, false);
	zassert_false(z_irqchip->is_pending(SPI_A));
	zassert_equal(irq_disconnect_dynamic(SPI_A, 0U, static_isr, NULL, 0U), -EINVAL);
	zassert_ok(irq_disconnect_dynamic(SPI_A, 0U, count_isr, (void *)7, 0U));
}

ZTEST(irq, test_static)
{
	irq_enable(SPI_C);
	z_irqchip->set_pending(SPI_C, true);
	arrive(42U);
	irq_disable(SPI_C);
}

ZTEST(irq, test_arguments)
{
	zassert_equal(irq_connect_dynamic(1020U, 0U, count_isr, NULL, 0U), -EINVAL);
	zassert_equal(irq_connect_dynamic(z_irqchip->nr_irqs, 0U, count_isr, NULL, 0U), -EINVAL);
	zassert_equal(irq_connect_dynamic(SPI_A, 256U, count_isr, NULL, 0U), -EINVAL);
	zassert_equal(irq_connect_dynamic(SPI_A, 0U, NULL, NULL, 0U), -EINVAL);
	zassert_false(irq_is_enabled(5000U));
}

/*
 * Both are pending before either can be taken: the more urgent one comes first, whatever its
 * number.
 */
ZTEST(irq, test_priority_order)
{
	unsigned int key;

	(void)irq_connect_dynamic(SPI_A, 0xc0U, count_isr, (void *)1, IRQ_TYPE_EDGE);
	(void)irq_connect_dynamic(SPI_B, 0x40U, count_isr, (void *)2, IRQ_TYPE_EDGE);
	/* Onto this CPU, so that masking holds both back. */
	key = arch_irq_lock();
	(void)z_irqchip->set_affinity(SPI_A, ((struct arch_cpu *)arch_cpu())->mpidr);
	(void)z_irqchip->set_affinity(SPI_B, ((struct arch_cpu *)arch_cpu())->mpidr);
	irq_enable(SPI_A);
	irq_enable(SPI_B);
	z_irqchip->set_pending(SPI_A, true);
	z_irqchip->set_pending(SPI_B, true);
	k_busy_wait(100);
	zassert_equal(hits, 0U, "interrupts are masked");
	arch_irq_unlock(key);
	arrive(2U);
	zassert_equal(order[0], 2U);
	zassert_equal(order[1], 1U);
	irq_disable(SPI_A);
	irq_disable(SPI_B);
}

ZTEST(irq, test_spurious_is_disabled)
{
	uint32_t spurious = z_irq_spurious_count;

	(void)irq_connect_dynamic(SPI_A, IRQ_DEFAULT_PRIORITY, count_isr, NULL, IRQ_TYPE_EDGE);
	zassert_ok(irq_disconnect_dynamic(SPI_A, 0U, count_isr, NULL, 0U));
	irq_enable(SPI_A);
	z_irqchip->set_pending(SPI_A, true);
	for (int us = 0; us < ARRIVE_US && z_irq_spurious_count == spurious; us += 10) {
		k_busy_wait(10);
	}
	zassert_equal(z_irq_spurious_count, spurious + 1U);
	zassert_false(irq_is_enabled(SPI_A));
	zassert_equal(hits, 0U);
}

static void offloaded(const void *arg)
{
	*(volatile unsigned int *)(uintptr_t)arg = k_is_in_isr() ? arch_curr_cpu_id() + 1U : 0U;
}

ZTEST(irq, test_offload)
{
	for (int i = 0; i < 100; i++) {
		unsigned int where = 0U;

		irq_offload(offloaded, &where);
		zassert_not_equal(where, 0U, "not run, or not as an interrupt handler");
	}
}

ZTEST(irq, test_lock_nests)
{
	unsigned int outer = irq_lock();
	unsigned int inner = irq_lock();

	zassert_false(arch_irq_unlocked(inner));
	irq_unlock(inner);
	unsigned int key = arch_irq_lock();

	zassert_false(arch_irq_unlocked(key), "the outer lock still holds");
	arch_irq_unlock(key);
	irq_unlock(outer);
	key = arch_irq_lock();
	arch_irq_unlock(key);
	zassert_true(arch_irq_unlocked(key));
}

static volatile uint32_t shared;
K_THREAD_STACK_ARRAY_DEFINE(lockers_stacks, 4, 2048);
static struct k_thread lockers[4];

static void locker(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (int i = 0; i < 1000; i++) {
		unsigned int key = irq_lock();

		shared = shared + 1U;
		irq_unlock(key);
	}
}

/* One lock for all CPUs, as Zephyr's is. */
ZTEST(irq, test_lock_excludes_other_cpus)
{
	shared = 0U;
	for (int i = 0; i < 4; i++) {
		(void)k_thread_create(&lockers[i], lockers_stacks[i], 2048, locker, NULL, NULL,
				      NULL, K_PRIO_PREEMPT(5), 0U, K_NO_WAIT);
	}
	for (int i = 0; i < 4; i++) {
		zassert_ok(k_thread_join(&lockers[i], K_SECONDS(10)));
	}
	zassert_equal(shared, 4000U);
}

/* A thread that blocks inside irq_lock() lets go of it, and has it again afterwards. */
static struct k_sem released;

static void giver(void *p1, void *p2, void *p3)
{
	unsigned int key = irq_lock();

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_sem_give(&released);
	irq_unlock(key);
}

ZTEST(irq, test_lock_is_let_go_by_blocking)
{
	unsigned int key;

	(void)k_sem_init(&released, 0U, 1U);
	key = irq_lock();
	(void)k_thread_create(&lockers[0], lockers_stacks[0], 2048, giver, NULL, NULL, NULL,
			      K_PRIO_PREEMPT(5), 0U, K_NO_WAIT);
	zassert_ok(k_sem_take(&released, K_SECONDS(5)));
	unsigned int now = arch_irq_lock();

	zassert_false(arch_irq_unlocked(now), "interrupts are masked again");
	irq_unlock(key);
	zassert_ok(k_thread_join(&lockers[0], K_SECONDS(5)));
}

/*
 * EOImode 1: the interrupt stays active after its handler, and does not come again until it is
 * deactivated.
 */
ZTEST(irq, test_split_end_of_interrupt)
{
	if (arch_num_cpus() > 1U) {
		ztest_test_skip();
	}
	z_irqchip->set_eoi_split(true);
	(void)irq_connect_dynamic(SPI_A, IRQ_DEFAULT_PRIORITY, count_isr, NULL, IRQ_TYPE_EDGE);
	irq_enable(SPI_A);
	z_irqchip->set_pending(SPI_A, true);
	arrive(1U);
	z_irqchip->set_pending(SPI_A, true);
	arrive(2U);

	z_irqchip->set_forwarded(SPI_A, true);
	z_irqchip->set_pending(SPI_A, true);
	arrive(3U);
	z_irqchip->set_pending(SPI_A, true);
	k_busy_wait(ABSENT_US);
	zassert_equal(hits, 3U, "it is still active");
	k_msleep(2);
	z_irqchip->deactivate(SPI_A);
	arrive(4U);
	z_irqchip->deactivate(SPI_A);
	z_irqchip->set_forwarded(SPI_A, false);
	irq_disable(SPI_A);
	z_irqchip->set_eoi_split(false);
}

ZTEST_SUITE(irq, NULL, setup, before, NULL, NULL);

/* Interrupts and SErrors are open in a thread: an error of the bus is not kept back (PSTATE.I and A in DAIF). */
ZTEST(irq, test_mask_of_a_thread)
{
	uint64_t daif;

	__asm__ volatile("mrs %0, daif" : "=r"(daif));
	zassert_equal(daif & (BIT(7) | BIT(8)), 0U, "DAIF is 0x%llx", (unsigned long long)daif);
}
