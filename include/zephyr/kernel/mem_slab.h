/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Memory slabs: blocks of one size, allocated and freed in constant time.
 */
#ifndef ZEPHYR_KERNEL_MEM_SLAB_H_
#define ZEPHYR_KERNEL_MEM_SLAB_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/mem_stats.h>
#include <zephyr/sys/util.h>

struct k_mem_slab_info {
	uint32_t num_blocks;
	uint32_t num_used;
	size_t block_size;
	uint32_t max_used;
};

/** Blocks of one size. */
struct k_mem_slab {
	_wait_q_t wait_q;
	char *buffer;
	/** Blocks that were used and freed; the first word of each points to the next. */
	char *free_list;
	/** The first block never used so far: those behind need no link, so that defining costs nothing. */
	char *fresh;
	struct k_mem_slab_info info;
};

#define Z_MEM_SLAB_INITIALIZER(obj, slab_buffer, slab_block_size, slab_num_blocks)                 \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.buffer = (slab_buffer),                                                           \
		.fresh = (slab_buffer),                                                            \
		.info =                                                                            \
			{                                                                          \
				.num_blocks = (slab_num_blocks),                                   \
				.block_size = (slab_block_size),                                   \
			},                                                                         \
	}

#define Z_MEM_SLAB_ATTR(slab_align) __noinit __aligned(WB_UP(slab_align))

/**
 * Defines a slab that is visible in other files.
 *
 * @param slab_block_size bytes per block, rounded up to words
 * @param slab_num_blocks number of blocks
 * @param slab_align alignment of the first block, a power of two; all blocks have it if the size is a
 *                   multiple of it
 */
#define K_MEM_SLAB_DEFINE(name, slab_block_size, slab_num_blocks, slab_align)                      \
	char Z_MEM_SLAB_ATTR(slab_align)                                                           \
		_k_mem_slab_buf_##name[(slab_num_blocks) * WB_UP(slab_block_size)];                \
	STRUCT_SECTION_ITERABLE(k_mem_slab, name) = Z_MEM_SLAB_INITIALIZER(                        \
		name, _k_mem_slab_buf_##name, WB_UP(slab_block_size), slab_num_blocks)

/** Defines a slab of this file alone. */
#define K_MEM_SLAB_DEFINE_STATIC(name, slab_block_size, slab_num_blocks, slab_align)               \
	static char Z_MEM_SLAB_ATTR(slab_align)                                                    \
		_k_mem_slab_buf_##name[(slab_num_blocks) * WB_UP(slab_block_size)];                \
	static STRUCT_SECTION_ITERABLE(k_mem_slab, name) = Z_MEM_SLAB_INITIALIZER(                 \
		name, _k_mem_slab_buf_##name, WB_UP(slab_block_size), slab_num_blocks)

/**
 * @brief Initialises a slab with all blocks free, in constant time. ISR ok.
 * @param slab the slab
 * @param buffer memory for the blocks, word aligned
 * @param block_size bytes per block, a multiple of the word size
 * @param num_blocks number of blocks
 * @retval 0 done
 * @retval -EINVAL @p buffer or @p block_size is not a multiple of the word size, or the blocks reach
 *         beyond the address space
 */
int k_mem_slab_init(struct k_mem_slab *slab, void *buffer, size_t block_size, uint32_t num_blocks);

/**
 * @brief Allocates a block, with undefined contents. May block.
 * @param slab the slab
 * @param mem where the block's address goes; NULL if there is none
 * @param timeout how long to wait for one at most; in an ISR it must be K_NO_WAIT
 * @retval 0 done
 * @retval -ENOMEM no block is free and @p timeout is K_NO_WAIT
 * @retval -EAGAIN none within @p timeout. ISR ok with K_NO_WAIT.
 */
int k_mem_slab_alloc(struct k_mem_slab *slab, void **mem, k_timeout_t timeout);

/** @brief Frees a block, or hands it to the first waiter. ISR ok. */
void k_mem_slab_free(struct k_mem_slab *slab, void *mem);

/** @return number of blocks in use, at this moment. ISR ok. */
static inline uint32_t k_mem_slab_num_used_get(struct k_mem_slab *slab)
{
	return *(volatile uint32_t *)&slab->info.num_used;
}

/** @return the most blocks that were in use at one time. ISR ok. */
static inline uint32_t k_mem_slab_max_used_get(struct k_mem_slab *slab)
{
	return *(volatile uint32_t *)&slab->info.max_used;
}

/** @return number of free blocks, at this moment. ISR ok. */
static inline uint32_t k_mem_slab_num_free_get(struct k_mem_slab *slab)
{
	return slab->info.num_blocks - k_mem_slab_num_used_get(slab);
}

/**
 * @brief Bytes in use, free, and used at most.
 * @retval 0 done
 * @retval -EINVAL an argument is NULL. ISR ok.
 */
int k_mem_slab_runtime_stats_get(struct k_mem_slab *slab, struct sys_memory_stats *stats);

/** @brief Starts the maximum anew from what is in use now. @retval 0 / -EINVAL NULL. ISR ok. */
int k_mem_slab_runtime_stats_reset_max(struct k_mem_slab *slab);

#endif /* ZEPHYR_KERNEL_MEM_SLAB_H_ */
