/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/atomic.h>
#include <zephyr/sys/util.h>

#include "hyp/alloc.h"
#include "hyp/fault.h"
#include "kernel/mem.h"

#ifdef CONFIG_ZVM_FAULT_INJECTION
static atomic_t countdown;

void fault_inject_set(uint32_t nth)
{
	atomic_set(&countdown, (atomic_val_t)nth);
}

uint32_t fault_inject_left(void)
{
	return (uint32_t)atomic_get(&countdown);
}

bool fault_inject_hit(void)
{
	atomic_val_t left = atomic_get(&countdown);

	/* Allocations of several threads may meet here: each takes one off, and one of them takes the last. */
	while (left != 0) {
		if (atomic_cas(&countdown, left, left - 1)) {
			return left == 1;
		}
		left = atomic_get(&countdown);
	}
	return false;
}
#else
void fault_inject_set(uint32_t nth)
{
	ARG_UNUSED(nth);
}

uint32_t fault_inject_left(void)
{
	return 0U;
}

bool fault_inject_hit(void)
{
	return false;
}
#endif /* CONFIG_ZVM_FAULT_INJECTION */

void *hyp_alloc(size_t size)
{
	return fault_inject_hit() ? NULL : k_calloc(1U, size);
}

void hyp_free(void *mem)
{
	k_free(mem);
}

void *hyp_pages_alloc_dirty(size_t size, size_t align)
{
	return fault_inject_hit() ? NULL : mem_alloc(size, align, 0U);
}

bool hyp_pages_alloc_at(uint64_t at, size_t size)
{
	return !fault_inject_hit() && mem_alloc_at(at, size);
}

void *hyp_pages_alloc(size_t size, size_t align)
{
	void *mem = hyp_pages_alloc_dirty(size, align);

	return mem != NULL ? memset(mem, 0, size) : NULL;
}

void hyp_pages_free(void *mem, size_t size)
{
	mem_free(mem, size, 0U);
}
