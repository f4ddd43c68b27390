/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The name under which Zephyr's tests look for the kernel's structures.
 */
#ifndef ZEPHYR_KERNEL_STRUCTS_NAME_H_
#define ZEPHYR_KERNEL_STRUCTS_NAME_H_

#include <zephyr/kernel.h>

#endif /* ZEPHYR_KERNEL_STRUCTS_NAME_H_ */
