/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory in large ranges.
 *
 * Two lists of free ranges. `ram` is mapped by blocks of up to 1 GiB. `paged` is mapped by pages, for
 * stacks with guard pages: when it runs short it takes whole 2 MiB blocks from `ram` that nobody uses,
 * because a block that is split is unmapped for a moment (arch_ram_split()). They do not go back.
 *
 * Locks: mem_lock is taken under the address map's lock (translation tables come from here), so nothing
 * is mapped or unmapped while it is held.
 */
#include <zephyr/kernel.h>

#include "arch/mmu.h"
#include "kernel/extent.h"
#include "kernel/mem.h"
#include "kernel/mem_internal.h"

#define BLOCK_SIZE ((size_t)0x200000)

static struct k_spinlock mem_lock;
static struct extent_list ram;
static struct extent_list paged;

static void *list_alloc(struct extent_list *list, size_t size, size_t align)
{
	k_spinlock_key_t key = k_spin_lock(&mem_lock);
	void *mem = extent_alloc(list, size, align);

	k_spin_unlock(&mem_lock, key);
	return mem;
}

static void list_free(struct extent_list *list, void *mem, size_t size)
{
	k_spinlock_key_t key = k_spin_lock(&mem_lock);

	extent_free(list, mem, size);
	k_spin_unlock(&mem_lock, key);
}

/* Enough for the request wherever it falls in the new range. */
static bool paged_grow(size_t size, size_t align)
{
	size_t bytes;
	void *block;

	if (align > BLOCK_SIZE || size > SIZE_MAX - align - BLOCK_SIZE) {
		return false;
	}
	bytes = ROUND_UP(size, BLOCK_SIZE);
	block = list_alloc(&ram, bytes, BLOCK_SIZE);
	if (block == NULL) {
		return false;
	}
	if (arch_ram_split((uintptr_t)block, bytes) != 0) {
		/* It may be unmapped now, and is not worth the risk of using it. */
		return false;
	}
	list_free(&paged, block, bytes);
	return true;
}

void *mem_alloc(size_t size, size_t align, unsigned int flags)
{
	void *mem;

	if ((flags & MEM_PAGES) == 0U) {
		return list_alloc(&ram, size, align);
	}
	mem = list_alloc(&paged, size, align);
	if (mem == NULL && size != 0U && paged_grow(size, align)) {
		mem = list_alloc(&paged, size, align);
	}
	return mem;
}

bool mem_alloc_at(uint64_t at, size_t size)
{
	k_spinlock_key_t key = k_spin_lock(&mem_lock);
	bool taken = size != 0U && (at | size) % EXTENT_GRANULE == 0U &&
		     extent_alloc_at(&ram, (uintptr_t)at, size);

	k_spin_unlock(&mem_lock, key);
	return taken;
}

void mem_free(void *mem, size_t size, unsigned int flags)
{
	if (mem != NULL) {
		list_free((flags & MEM_PAGES) != 0U ? &paged : &ram, mem,
			  ROUND_UP(size, EXTENT_GRANULE));
	}
}

void mem_add(uint64_t start, uint64_t size)
{
	list_free(&ram, (void *)(uintptr_t)start, size);
}

uint64_t mem_free_bytes(void)
{
	k_spinlock_key_t key = k_spin_lock(&mem_lock);
	uint64_t bytes = ram.free + paged.free;

	k_spin_unlock(&mem_lock, key);
	return bytes;
}

uint64_t mem_largest(void)
{
	k_spinlock_key_t key = k_spin_lock(&mem_lock);
	uint64_t bytes = extent_largest(&ram);

	k_spin_unlock(&mem_lock, key);
	return bytes;
}
