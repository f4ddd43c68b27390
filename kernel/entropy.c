/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generator seeded once, with at least 256 bits of the boot loader's. Numbers are taken from a block of ChaCha20, four
 * from each, whose other half is the next key; those given out are erased: who learns all this later learns nothing
 * about numbers given out before.
 */
#include "kernel/entropy.h"

#include <string.h>

#include <zephyr/spinlock.h>

#include "lib/chacha.h"
#include "lib/fdt.h"

#define NUMBERS ((CHACHA_BLOCK_WORDS - CHACHA_KEY_WORDS) / 2U)

static struct {
	struct k_spinlock lock;
	uint32_t __aligned(8) key[CHACHA_KEY_WORDS];
	/* The first of them are still to be given out. */
	uint64_t numbers[NUMBERS];
	uint32_t left;
	bool seeded;
} pool;

void z_entropy_find(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	const uint8_t *seed;
	int size;

	if (chosen < 0) {
		return;
	}
	seed = fdt_getprop(fdt, chosen, "rng-seed", &size);
	if (seed == NULL || (size_t)size < sizeof(pool.key)) {
		return;
	}
	/* All of it, in turns over the key: more bits make it no worse. */
	for (size_t i = 0U; i < (size_t)size; i++) {
		((uint8_t *)pool.key)[i % sizeof(pool.key)] ^= seed[i];
	}
	pool.seeded = true;
}

bool z_entropy_seeded(void)
{
	return pool.seeded;
}

static void refill(void)
{
	static const uint32_t nonce[CHACHA_NONCE_WORDS];
	uint32_t __aligned(8) block[CHACHA_BLOCK_WORDS];

	chacha20_block(pool.key, 0U, nonce, block);
	(void)memcpy(pool.key, block, sizeof(pool.key));
	(void)memcpy(pool.numbers, &block[CHACHA_KEY_WORDS], sizeof(pool.numbers));
	pool.left = NUMBERS;
}

bool z_entropy_get(uint64_t *value)
{
	k_spinlock_key_t key;

	if (!pool.seeded) {
		return false;
	}
	key = k_spin_lock(&pool.lock);
	if (pool.left == 0U) {
		refill();
	}
	pool.left--;
	*value = pool.numbers[pool.left];
	pool.numbers[pool.left] = 0U;
	k_spin_unlock(&pool.lock, key);
	return true;
}
