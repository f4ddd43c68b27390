/* SPDX-License-Identifier: Apache-2.0 */
#include <zephyr/spinlock.h>

#include <errno.h>

#include "kernel/arch_api.h"

int k_spin_trylock(struct k_spinlock *l, k_spinlock_key_t *k)
{
	unsigned int key = arch_irq_lock();
	uint32_t seen = __atomic_load_n(&l->tickets, __ATOMIC_RELAXED);

	if ((uint16_t)seen == (uint16_t)(seen >> 16) &&
	    __atomic_compare_exchange_n(&l->tickets, &seen, seen + 0x10000U, false,
					__ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
		k->key = key;
		return 0;
	}
	arch_irq_unlock(key);
	return -EBUSY;
}
