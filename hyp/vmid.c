/* SPDX-License-Identifier: Apache-2.0 */
#include <zephyr/spinlock.h>
#include <zephyr/sys/__assert.h>

#include "hyp/vmid.h"
#include "lib/bitmap.h"

static struct k_spinlock lock;
static BITMAP_DEFINE(used, VMIDS) = {1U << VMID_NONE};
static size_t next = VMID_NONE + 1U;

uint16_t vmid_alloc(void)
{
	k_spinlock_key_t key = k_spin_lock(&lock);
	size_t n = bitmap_next_clear(used, VMIDS, next);

	if (n == VMIDS) {
		n = bitmap_next_clear(used, VMIDS, 0U);
	}
	if (n == VMIDS) {
		n = VMID_NONE;
	} else {
		bitmap_set(used, n);
		next = n + 1U;
	}
	k_spin_unlock(&lock, key);
	return (uint16_t)n;
}

void vmid_free(uint16_t vmid)
{
	k_spinlock_key_t key;

	__ASSERT(vmid != VMID_NONE && vmid < VMIDS && bitmap_test(used, vmid), "not a VMID in use");
	key = k_spin_lock(&lock);
	bitmap_clear(used, vmid);
	k_spin_unlock(&lock, key);
}
