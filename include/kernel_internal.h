/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A name under which Zephyr's own tests look for the kernel's internals. They get what is public.
 */
#ifndef KERNEL_INTERNAL_H_
#define KERNEL_INTERNAL_H_

#include <zephyr/kernel.h>
#include "kernel/heap.h"

#endif /* KERNEL_INTERNAL_H_ */
