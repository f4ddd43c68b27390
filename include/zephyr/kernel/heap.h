/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Heaps: k_heap, of which there may be many, and the system's own behind k_malloc().
 */
#ifndef ZEPHYR_KERNEL_HEAP_H_
#define ZEPHYR_KERNEL_HEAP_H_

#include <stddef.h>

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/sys_heap.h>
#include <zephyr/sys/util.h>

/** A heap whose users may wait for memory. */
struct k_heap {
	struct sys_heap heap;
	/** Threads that wait for memory. */
	_wait_q_t wait_q;
};

/**
 * @brief Initialises a heap.
 * @param h the heap
 * @param mem its memory
 * @param bytes how much; a few dozen of them are the heap's own
 */
void k_heap_init(struct k_heap *h, void *mem, size_t bytes);

/**
 * @brief Allocates memory. May block; ISR ok with K_NO_WAIT.
 * @param h the heap
 * @param bytes how much; 0 gives NULL
 * @param timeout how long to wait until enough is free in one piece
 * @return the memory, aligned for any type, or NULL
 */
void *k_heap_alloc(struct k_heap *h, size_t bytes, k_timeout_t timeout);

/**
 * @brief Allocates zeroed memory for an array; a size that overflows gives NULL.
 * @see k_heap_alloc()
 */
void *k_heap_calloc(struct k_heap *h, size_t num, size_t size, k_timeout_t timeout);

/**
 * @brief Allocates memory of a given alignment.
 * @param align a power of two, or 0 for the heap's own
 * @see k_heap_alloc()
 */
void *k_heap_aligned_alloc(struct k_heap *h, size_t align, size_t bytes, k_timeout_t timeout);

/**
 * @brief Changes the size of an allocation; its bytes move with it. May block; ISR ok with
 * K_NO_WAIT.
 * @param ptr of this heap, or NULL to allocate
 * @param bytes the new size; 0 frees
 * @return where it is now, or NULL, in which case @p ptr is as it was (unless @p bytes is 0)
 */
void *k_heap_realloc(struct k_heap *h, void *ptr, size_t bytes, k_timeout_t timeout);

/** @brief Frees memory of a heap, and wakes those who wait for it. NULL is ignored. ISR ok. */
void k_heap_free(struct k_heap *h, void *mem);

/* Smallest memory that holds the heap's own data and one small allocation. */
#define Z_HEAP_MIN_SIZE 64

#define Z_HEAP_DEFINE_IN_SECT(name, bytes, in_section)                                             \
	char in_section __aligned(16) kheap_##name[MAX(bytes, Z_HEAP_MIN_SIZE)];                   \
	STRUCT_SECTION_ITERABLE(k_heap, name) = {                                                  \
		.heap =                                                                            \
			{                                                                          \
				.init_mem = kheap_##name,                                          \
				.init_bytes = MAX(bytes, Z_HEAP_MIN_SIZE),                         \
			},                                                                         \
	}

/** @brief Defines a heap of @p bytes bytes, ready from PRE_KERNEL_1 on. */
#define K_HEAP_DEFINE(name, bytes)                                                                 \
	Z_HEAP_DEFINE_IN_SECT(name, bytes, __noinit_named(kheap_buf_##name))
#define K_HEAP_DEFINE_NOCACHE(name, bytes) K_HEAP_DEFINE(name, bytes)

/**
 * @brief Allocates from the system's heap. Never blocks; ISR ok.
 * @param size bytes; 0 gives memory of no use that wants to be freed all the same
 * @return the memory, aligned for any type, or NULL
 */
void *k_malloc(size_t size);
/** @brief As k_malloc(), aligned to @p align: a power of two. */
void *k_aligned_alloc(size_t align, size_t size);
/** @brief As k_malloc() for an array, zeroed; a size that overflows gives NULL. */
void *k_calloc(size_t nmemb, size_t size);
/** @brief Changes the size of an allocation of k_malloc(); see k_heap_realloc(). */
void *k_realloc(void *ptr, size_t size);
/**
 * @brief Frees what k_malloc() and its kin, or z_thread_malloc(), gave. NULL is ignored. ISR ok.
 */
void k_free(void *ptr);

#endif /* ZEPHYR_KERNEL_HEAP_H_ */
