/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Several heaps behind one; see <zephyr/sys/multi_heap.h>.
 */
#include <stdint.h>

#include <zephyr/sys/__assert.h>
#include <zephyr/sys/multi_heap.h>

#include "lib/addr.h"

void sys_multi_heap_init(struct sys_multi_heap *heap, sys_multi_heap_fn_t choice_fn)
{
	heap->nheaps = 0;
	heap->choice = choice_fn;
}

void sys_multi_heap_add_heap(struct sys_multi_heap *mheap, struct sys_heap *heap, void *user_data)
{
	__ASSERT(mheap->nheaps < MAX_MULTI_HEAPS, "too many heaps");
	mheap->heaps[mheap->nheaps].heap = heap;
	mheap->heaps[mheap->nheaps].user_data = user_data;
	mheap->nheaps++;
}

void *sys_multi_heap_alloc(struct sys_multi_heap *mheap, void *cfg, size_t bytes)
{
	return mheap->choice(mheap, cfg, 0, bytes);
}

void *sys_multi_heap_aligned_alloc(struct sys_multi_heap *mheap, void *cfg, size_t align,
				   size_t bytes)
{
	return mheap->choice(mheap, cfg, align, bytes);
}

const struct sys_multi_heap_rec *sys_multi_heap_get_heap(const struct sys_multi_heap *mheap,
							 void *addr)
{
	for (unsigned int i = 0; i < mheap->nheaps; i++) {
		const struct sys_heap *heap = mheap->heaps[i].heap;

		if (range_contains((uintptr_t)heap->init_mem, heap->init_bytes, (uintptr_t)addr)) {
			return &mheap->heaps[i];
		}
	}
	return NULL;
}

void sys_multi_heap_free(struct sys_multi_heap *mheap, void *block)
{
	const struct sys_multi_heap_rec *rec = sys_multi_heap_get_heap(mheap, block);

	if (rec != NULL) {
		sys_heap_free(rec->heap, block);
	}
}
