/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Memory allocator without locking; k_heap and k_malloc() stand on it.
 *
 * Free chunks are kept in lists by size class, four classes to each power of two, with a bitmap of
 * the classes that are not empty. Allocating takes the tail of the first chunk of the next class
 * that surely fits, freeing merges with both neighbours: both are O(1). When no class surely fits,
 * at most SYS_HEAP_TRIES chunks of the class just below are looked at. Chunks of 1.75 MiB and more
 * share one list, which an allocation of that size searches: it is linear in their number. An
 * allocation costs 8 bytes, is a multiple of 16 and at least 32 with them.
 *
 * Each chunk's header carries a tag made of its address. A double free, a free of something else,
 * and writing past the end of an allocation are found when it is freed: one line on the console,
 * then assert_post_action(); the heap is left as it is then. This check is in every build.
 *
 * No function blocks. The caller serialises calls on one heap.
 */
#ifndef ZEPHYR_INCLUDE_SYS_SYS_HEAP_H_
#define ZEPHYR_INCLUDE_SYS_SYS_HEAP_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/mem_stats.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SYS_HEAP_CLASSES 64
/* Most chunks of one list that an allocation looks at. */
#define SYS_HEAP_TRIES 8

struct z_heap_chunk;

struct sys_heap {
	/*
	 * Where the memory is: given before sys_heap_init() for a heap that is defined statically.
	 */
	void *init_mem;
	size_t init_bytes;
	/* First chunk, and the header that ends the last one. */
	struct z_heap_chunk *first;
	struct z_heap_chunk *end;
	size_t allocated;
	size_t max_allocated;
	/* Bit n: bins[n] is not empty. */
	uint64_t map;
	struct z_heap_chunk *bins[SYS_HEAP_CLASSES];
};

/**
 * @brief Make a heap of some memory.
 * @param heap  heap
 * @param mem   its memory, of any alignment
 * @param bytes size in bytes, at least 64
 */
void sys_heap_init(struct sys_heap *heap, void *mem, size_t bytes);

/**
 * @brief Allocate. O(1), ISR ok.
 * @param heap  heap
 * @param bytes size; 0 gives NULL
 * @return memory aligned to 16 bytes, NULL if there is none
 */
void *sys_heap_alloc(struct sys_heap *heap, size_t bytes);

/**
 * @brief Allocate with an alignment. O(1), ISR ok.
 * @param heap  heap
 * @param align power of two, or 0
 * @param bytes size; 0 gives NULL
 * @return memory, NULL if there is none
 */
void *sys_heap_aligned_alloc(struct sys_heap *heap, size_t align, size_t bytes);

/**
 * @brief Free. O(1), ISR ok.
 * @param heap heap
 * @param mem  what an allocation returned, or NULL
 */
void sys_heap_free(struct sys_heap *heap, void *mem);

/**
 * @brief Change the size of an allocation, in place if its neighbour allows. O(1) and the copy, ISR
 *        ok.
 * @param heap  heap
 * @param ptr   allocation, NULL for a new one
 * @param align power of two, or 0
 * @param bytes size; 0 frees and gives NULL
 * @return where it is now, NULL if there is no memory (the old one stays)
 */
void *sys_heap_aligned_realloc(struct sys_heap *heap, void *ptr, size_t align, size_t bytes);

/** @brief sys_heap_aligned_realloc() without alignment. */
#define sys_heap_realloc(heap, ptr, bytes) sys_heap_aligned_realloc(heap, ptr, 0, bytes)

/** @brief Bytes that may be used of an allocation: as many as were asked for, or more. */
size_t sys_heap_usable_size(struct sys_heap *heap, void *mem);

/**
 * @brief Check every chunk and list; O(n), for tests and debugging.
 * @return false if something is not as it must be
 */
bool sys_heap_validate(struct sys_heap *heap);

/**
 * @brief Bytes in use and free, headers included.
 * @retval -EINVAL @p heap or @p stats is NULL
 */
int sys_heap_runtime_stats_get(struct sys_heap *heap, struct sys_memory_stats *stats);

/**
 * @brief Let the maximum start again from what is in use now.
 * @retval -EINVAL @p heap is NULL
 */
int sys_heap_runtime_stats_reset_max(struct sys_heap *heap);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_SYS_HEAP_H_ */
