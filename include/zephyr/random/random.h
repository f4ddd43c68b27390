/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Random numbers for tests and back-off times. Not for secrets: they follow from the counter at the
 * first call.
 */
#ifndef ZEPHYR_RANDOM_RANDOM_H_
#define ZEPHYR_RANDOM_RANDOM_H_

#include <stddef.h>
#include <stdint.h>

/** @return the next number of 32 bits. ISR ok. */
uint32_t sys_rand32_get(void);

/** @return the next number of 64 bits. ISR ok. */
static inline uint64_t sys_rand64_get(void)
{
	uint64_t high = sys_rand32_get();

	return high << 32 | sys_rand32_get();
}

/** @brief Fills memory with random bytes. ISR ok. */
void sys_rand_get(void *dst, size_t len);

#endif /* ZEPHYR_RANDOM_RANDOM_H_ */
