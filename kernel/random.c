/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers: a Weyl sequence whose steps are mixed (the finaliser of MurmurHash3). Every call
 * takes a step of its own, so that callers on several CPUs need no lock.
 */
#include <zephyr/kernel.h>
#include <zephyr/random/random.h>

/* 2^64 divided by the golden ratio, made odd: the steps visit all values. */
#define STEP 0x9e3779b97f4a7c15ULL

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
	x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
	return x ^ (x >> 33);
}

uint32_t sys_rand32_get(void)
{
	static uint64_t state;
	uint64_t none = 0U;

	if (__atomic_load_n(&state, __ATOMIC_RELAXED) == 0U) {
		(void)__atomic_compare_exchange_n(&state, &none, k_cycle_get_64() | 1U, false,
						  __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	}
	return (uint32_t)(mix(__atomic_add_fetch(&state, STEP, __ATOMIC_RELAXED)) >> 32);
}

void sys_rand_get(void *dst, size_t len)
{
	uint8_t *to = dst;

	while (len > 0U) {
		uint32_t word = sys_rand32_get();
		size_t n = MIN(len, sizeof(word));

		(void)memcpy(to, &word, n);
		to += n;
		len -= n;
	}
}
