/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What an allocator tells about its memory.
 */
#ifndef ZEPHYR_INCLUDE_SYS_MEM_STATS_H_
#define ZEPHYR_INCLUDE_SYS_MEM_STATS_H_

#include <stddef.h>

/** Bytes of a heap or memory slab. */
struct sys_memory_stats {
	size_t free_bytes;
	size_t allocated_bytes;
	/** The most that was allocated at one time. */
	size_t max_allocated_bytes;
};

#endif /* ZEPHYR_INCLUDE_SYS_MEM_STATS_H_ */
