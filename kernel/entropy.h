/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Random numbers that nobody can guess, where the boot loader gave a seed for them (/chosen, rng-seed).
 */
#ifndef KERNEL_ENTROPY_H_
#define KERNEL_ENTROPY_H_

#include <stdbool.h>
#include <stdint.h>

/** @brief Takes the seed of the devicetree, if there is one of 256 bits at least. Once. */
void z_entropy_find(const void *fdt);

/** @return true if z_entropy_get() works. */
bool z_entropy_seeded(void);

/**
 * @brief A random number. ISR ok; bounded: about 1,200 instructions for one of four, else 30.
 * @return false if there is no seed
 */
bool z_entropy_get(uint64_t *value);

#endif /* KERNEL_ENTROPY_H_ */
