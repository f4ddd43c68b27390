/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A name under which Zephyr's own tests look for the kernel's internals. They get what is public.
 */
#ifndef KERNEL_INTERNAL_H_
#define KERNEL_INTERNAL_H_

#include <zephyr/kernel.h>

/** @brief Allocates from the current thread's resource pool, in an ISR from the system's heap. */
void *z_thread_malloc(size_t size);

#endif /* KERNEL_INTERNAL_H_ */
