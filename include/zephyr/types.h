/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Basic types.
 */
#ifndef ZEPHYR_TYPES_H_
#define ZEPHYR_TYPES_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief A type of the strictest alignment that any object of the C language needs. */
typedef union {
	long long thelonglong;
	long double thelongdouble;
	uintptr_t theuintptr_t;
	size_t thesize_t;
	void (*thepfunc)(void);
} z_max_align_t;

/** @brief The native word of the machine, as the list types use it. */
typedef unsigned long unative_t;

#endif /* ZEPHYR_TYPES_H_ */
