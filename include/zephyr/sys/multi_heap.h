/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Several heaps behind one: the user's function chooses which to allocate from.
 *
 * Freeing finds the heap by address, O(heaps). No locking.
 */
#ifndef ZEPHYR_INCLUDE_SYS_MULTI_HEAP_H_
#define ZEPHYR_INCLUDE_SYS_MULTI_HEAP_H_

#include <stddef.h>

#include <zephyr/sys/sys_heap.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MAX_MULTI_HEAPS 8

struct sys_multi_heap;

/**
 * @brief Allocate from a heap of one's choice, by sys_heap_aligned_alloc().
 * @param mheap heaps
 * @param cfg   what the caller of the allocation passed on
 * @param align power of two, or 0
 * @param size  bytes
 */
typedef void *(*sys_multi_heap_fn_t)(struct sys_multi_heap *mheap, void *cfg, size_t align,
				     size_t size);

/** @brief A heap and what its owner keeps with it. */
struct sys_multi_heap_rec {
	struct sys_heap *heap;
	void *user_data;
};

struct sys_multi_heap {
	unsigned int nheaps;
	sys_multi_heap_fn_t choice;
	struct sys_multi_heap_rec heaps[MAX_MULTI_HEAPS];
};

/** @brief Begin without heaps. */
void sys_multi_heap_init(struct sys_multi_heap *heap, sys_multi_heap_fn_t choice_fn);

/** @brief Add a heap that is initialised; MAX_MULTI_HEAPS at most. */
void sys_multi_heap_add_heap(struct sys_multi_heap *mheap, struct sys_heap *heap, void *user_data);

/** @brief Allocate. @return memory, or NULL */
void *sys_multi_heap_alloc(struct sys_multi_heap *mheap, void *cfg, size_t bytes);

/** @brief Allocate with an alignment, a power of two. @return memory, or NULL */
void *sys_multi_heap_aligned_alloc(struct sys_multi_heap *mheap, void *cfg, size_t align,
				   size_t bytes);

/** @brief The heap that an address lies in. @return NULL if it lies in none */
const struct sys_multi_heap_rec *sys_multi_heap_get_heap(const struct sys_multi_heap *mheap,
							 void *addr);

/** @brief Free; memory of none of the heaps, and NULL, are ignored. */
void sys_multi_heap_free(struct sys_multi_heap *mheap, void *block);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_MULTI_HEAP_H_ */
