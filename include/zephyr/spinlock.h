/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Spinlocks: fair (first come, first served), so the wait is bounded by the number of CPUs.
 */
#ifndef ZEPHYR_SPINLOCK_H_
#define ZEPHYR_SPINLOCK_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>
#include "arch/arch.h"

/** A lock of its own cache line's worth of nothing: zero is unlocked, no initialiser is needed. */
struct k_spinlock {
	/** Ticket being served in the low half, next ticket to hand out in the high half. */
	uint32_t tickets;
};

/** What k_spin_lock() returns: the interrupt mask to go back to. */
typedef struct {
	unsigned int key;
} k_spinlock_key_t;

/* Lock and unlock with interrupts masked by the caller. */
static ALWAYS_INLINE void z_spin_lock_masked(struct k_spinlock *l)
{
	uint32_t seen = __atomic_fetch_add(&l->tickets, 0x10000U, __ATOMIC_ACQUIRE);

	uint32_t differ = seen ^ ((seen >> 16) | (seen << 16));

	/* Both halves are equal. In this form it is two instructions (the compiler would know better), */
	__asm__("" : "+r"(differ));
	if (unlikely(differ != 0U)) {
		/* and with no call here the callers, every kernel object's fast path, stay leaf functions. */
		while (__atomic_load_n((uint16_t *)&l->tickets, __ATOMIC_ACQUIRE) !=
		       (uint16_t)(seen >> 16)) {
			arch_spin_relax();
		}
	}
}

static ALWAYS_INLINE void z_spin_unlock_masked(struct k_spinlock *l)
{
	uint16_t *serving = (uint16_t *)&l->tickets;

	__atomic_store_n(serving, (uint16_t)(*serving + 1U), __ATOMIC_RELEASE);
}

/**
 * @brief Masks interrupts on this CPU and takes a lock.
 *
 * Not recursive. The holder must not block. ISR ok.
 * @param l the lock
 * @return the key for k_spin_unlock()
 */
static ALWAYS_INLINE k_spinlock_key_t k_spin_lock(struct k_spinlock *l)
{
	k_spinlock_key_t k = {.key = arch_irq_lock()};

	z_spin_lock_masked(l);
	return k;
}

/**
 * @brief Takes a lock if it is free.
 * @param l the lock
 * @param k where the key for k_spin_unlock() goes
 * @retval 0 taken
 * @retval -EBUSY somebody holds it. ISR ok.
 */
int k_spin_trylock(struct k_spinlock *l, k_spinlock_key_t *k);

/** @brief Releases a lock and goes back to the interrupt mask before it. ISR ok. */
static ALWAYS_INLINE void k_spin_unlock(struct k_spinlock *l, k_spinlock_key_t key)
{
	z_spin_unlock_masked(l);
	arch_irq_unlock(key.key);
}

/** @brief Releases a lock, with interrupts staying masked. ISR ok. */
static ALWAYS_INLINE void k_spin_release(struct k_spinlock *l)
{
	z_spin_unlock_masked(l);
}

/** @return true if somebody holds the lock. ISR ok. */
static inline bool k_spin_is_locked(const struct k_spinlock *l)
{
	uint32_t seen = __atomic_load_n(&l->tickets, __ATOMIC_RELAXED);

	return (uint16_t)seen != (uint16_t)(seen >> 16);
}

static ALWAYS_INLINE void z_spin_onexit(k_spinlock_key_t *k)
{
	ARG_UNUSED(k);
}

/** Runs the block that follows with @p lck held; K_SPINLOCK_BREAK leaves it early. */
#define K_SPINLOCK(lck)                                                                            \
	for (k_spinlock_key_t z_i __attribute__((__cleanup__(z_spin_onexit))) = {},                \
				  z_key = k_spin_lock(lck);                                        \
	     !z_i.key; k_spin_unlock((lck), z_key), z_i.key = 1)
#define K_SPINLOCK_BREAK continue

#endif /* ZEPHYR_SPINLOCK_H_ */
