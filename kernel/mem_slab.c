/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Memory slabs: blocks of one size.
 *
 * Free blocks are of two kinds: those used before are in a list, linked through their first words; those
 * behind `fresh` were never used and are in none. So a slab is ready without a walk over its blocks. A
 * block that is freed while a thread waits goes to that thread.
 *
 * Bounds: constant time, but for waking and waiting.
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/check.h>

#include "kernel/sched.h"
#include "kernel/waitq.h"

int k_mem_slab_init(struct k_mem_slab *slab, void *buffer, size_t block_size, uint32_t num_blocks)
{
	uintptr_t end;

	CHECKIF((((uintptr_t)buffer | block_size) & (sizeof(void *) - 1U)) != 0U) {
		return -EINVAL;
	}
	CHECKIF(__builtin_mul_overflow(block_size, num_blocks, &end) ||
		__builtin_add_overflow(end, (uintptr_t)buffer, &end)) {
		return -EINVAL;
	}
	z_waitq_init(&slab->wait_q);
	slab->buffer = buffer;
	slab->free_list = NULL;
	slab->fresh = buffer;
	slab->info = (struct k_mem_slab_info){.num_blocks = num_blocks, .block_size = block_size};
	return 0;
}

static ALWAYS_INLINE void count_used(struct k_mem_slab *slab, uint32_t used)
{
	slab->info.num_used = used;
	if (slab->info.max_used < used) {
		slab->info.max_used = used;
	}
}

static __noinline int alloc_wait(struct k_mem_slab *slab, void **mem, k_timeout_t timeout,
				 unsigned int key)
{
	int ret = -ENOMEM;

	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
	} else {
		ret = z_pend(&slab->wait_q, timeout, key);
	}
	*mem = ret == 0 ? arch_current()->swap_data : NULL;
	return ret;
}

int k_mem_slab_alloc(struct k_mem_slab *slab, void **mem, k_timeout_t timeout)
{
	unsigned int key;
	char *block;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_mem_slab_alloc() must not wait in an ISR");
	key = z_lock();
	block = slab->free_list;
	if (likely(block != NULL)) {
		slab->free_list = *(char **)(void *)block;
	} else if (likely(slab->info.num_used != slab->info.num_blocks)) {
		block = slab->fresh;
		slab->fresh += slab->info.block_size;
	} else {
		return alloc_wait(slab, mem, timeout, key);
	}
	count_used(slab, slab->info.num_used + 1U);
	z_unlock(key);
	*mem = block;
	return 0;
}

/* True if an address is that of a block that has been handed out before. */
static __maybe_unused bool is_block(const struct k_mem_slab *slab, const char *mem)
{
	return mem >= slab->buffer && mem < slab->fresh &&
	       (size_t)(mem - slab->buffer) % slab->info.block_size == 0U;
}

static __noinline void free_to_waiter(struct k_mem_slab *slab, void *mem, unsigned int key)
{
	struct k_thread *waiter = z_waitq_first(&slab->wait_q);

	waiter->swap_data = mem;
	z_wake(waiter, 0);
	z_reschedule(key);
}

void k_mem_slab_free(struct k_mem_slab *slab, void *mem)
{
	unsigned int key;

	__ASSERT(is_block(slab, mem), "%p is not a block of this slab", mem);
	__ASSERT(slab->info.num_used != 0U, "%p is freed, but no block is in use", mem);
	key = z_lock();
	if (unlikely(!z_waitq_is_empty(&slab->wait_q))) {
		free_to_waiter(slab, mem, key);
		return;
	}
	*(char **)mem = slab->free_list;
	slab->free_list = mem;
	slab->info.num_used--;
	z_unlock(key);
}

int k_mem_slab_runtime_stats_get(struct k_mem_slab *slab, struct sys_memory_stats *stats)
{
	unsigned int key;

	if (slab == NULL || stats == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	stats->allocated_bytes = slab->info.num_used * slab->info.block_size;
	stats->free_bytes = (slab->info.num_blocks - slab->info.num_used) * slab->info.block_size;
	stats->max_allocated_bytes = slab->info.max_used * slab->info.block_size;
	z_unlock(key);
	return 0;
}

int k_mem_slab_runtime_stats_reset_max(struct k_mem_slab *slab)
{
	unsigned int key;

	if (slab == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	slab->info.max_used = slab->info.num_used;
	z_unlock(key);
	return 0;
}
