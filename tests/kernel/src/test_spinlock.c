/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spinlocks.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

#include "crew.h"

static struct k_spinlock spin_lock;
static volatile unsigned int spin_count;
static volatile unsigned int spin_inside;
static atomic_t spin_errors;

ZTEST_SUITE(spinlock, NULL, NULL, NULL, crew_end, NULL);

ZTEST(spinlock, test_lock_masks_interrupts)
{
	k_spinlock_key_t key = k_spin_lock(&spin_lock);
	unsigned int inner;

	zassert_true(k_spin_is_locked(&spin_lock));
	inner = arch_irq_lock();
	zassert_false(arch_irq_unlocked(inner), "interrupts are masked");
	arch_irq_unlock(inner);
	k_spin_unlock(&spin_lock, key);
	zassert_false(k_spin_is_locked(&spin_lock));
	inner = arch_irq_lock();
	arch_irq_unlock(inner);
	zassert_true(arch_irq_unlocked(inner), "and open again");
}

ZTEST(spinlock, test_trylock)
{
	k_spinlock_key_t key;
	k_spinlock_key_t second;

	zassert_ok(k_spin_trylock(&spin_lock, &key));
	zassert_equal(k_spin_trylock(&spin_lock, &second), -EBUSY);
	k_spin_unlock(&spin_lock, key);
	zassert_ok(k_spin_trylock(&spin_lock, &key));
	k_spin_unlock(&spin_lock, key);
}

ZTEST(spinlock, test_scoped)
{
	int steps = 0;

	K_SPINLOCK(&spin_lock) {
		zassert_true(k_spin_is_locked(&spin_lock));
		steps++;
		if (steps == 1) {
			K_SPINLOCK_BREAK;
		}
		steps = 100;
	}
	zassert_equal(steps, 1);
	zassert_false(k_spin_is_locked(&spin_lock));
}

/* The counter of tickets is 16 bits wide. */
ZTEST(spinlock, test_tickets_wrap)
{
	for (int i = 0; i < 70000; i++) {
		k_spinlock_key_t key = k_spin_lock(&spin_lock);

		k_spin_unlock(&spin_lock, key);
	}
	zassert_false(k_spin_is_locked(&spin_lock));
}

static void spin_hammer(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (int i = 0; i < 1000; i++) {
		k_spinlock_key_t key = k_spin_lock(&spin_lock);

		if (spin_inside++ != 0U) {
			atomic_inc(&spin_errors);
		}
		spin_count++;
		spin_inside--;
		k_spin_unlock(&spin_lock, key);
	}
}

ZTEST(spinlock, test_mutual_exclusion)
{
	spin_count = 0U;
	atomic_set(&spin_errors, 0);
	crew_run(CREW_SIZE, spin_hammer, NULL, NULL, K_PRIO_PREEMPT(7));
	zassert_equal(spin_count, 1000U * CREW_SIZE);
	zassert_equal(atomic_get(&spin_errors), 0);
}
