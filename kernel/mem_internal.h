/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Between finding the memory (mem_init.c) and handing it out (mem.c).
 */
#ifndef KERNEL_MEM_INTERNAL_H_
#define KERNEL_MEM_INTERNAL_H_

#include <stdint.h>

/** @brief Add mapped memory to what mem_alloc() gives out. Multiples of pages. */
void mem_add(uint64_t start, uint64_t size);

/** @brief Bytes that mem_alloc() has. */
uint64_t mem_free_bytes(void);

/** @brief Size of the largest range that mem_alloc() could give. */
uint64_t mem_largest(void);

#endif /* KERNEL_MEM_INTERNAL_H_ */
