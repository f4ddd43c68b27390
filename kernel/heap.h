/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Heaps, towards the rest of the kernel.
 */
#ifndef KERNEL_HEAP_H_
#define KERNEL_HEAP_H_

#include <stddef.h>

/** @brief Gives the system's heap its memory; once, while booting. */
void z_heap_init(void *mem, size_t size);

/** @return bytes of the system's heap that are in use, with what the heap itself needs for them. ISR ok. */
size_t z_heap_used(void);

/**
 * @brief Allocates from the current thread's resource pool; in an ISR from the system's heap.
 *
 * For objects that allocate on behalf of their caller. Freed by k_free(). ISR ok.
 * @return the memory, or NULL: none left, or the thread has no pool
 */
void *z_thread_malloc(size_t size);

#endif /* KERNEL_HEAP_H_ */
