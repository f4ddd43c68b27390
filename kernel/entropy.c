/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generator seeded once, with at least 256 bits of the boot loader's. Each number is taken from a block of ChaCha20
 * whose other half is the next key: who learns the key later learns nothing about numbers given out before.
 */
#include "kernel/entropy.h"

#include <string.h>

#include <zephyr/spinlock.h>

#include "lib/chacha.h"
#include "lib/fdt.h"

static struct {
	struct k_spinlock lock;
	uint32_t key[CHACHA_KEY_WORDS];
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

bool z_entropy_get(uint64_t *value)
{
	static const uint32_t nonce[CHACHA_NONCE_WORDS];
	uint32_t block[CHACHA_BLOCK_WORDS];
	k_spinlock_key_t key;

	if (!pool.seeded) {
		return false;
	}
	key = k_spin_lock(&pool.lock);
	chacha20_block(pool.key, 0U, nonce, block);
	(void)memcpy(pool.key, block, sizeof(pool.key));
	k_spin_unlock(&pool.lock, key);
	*value = (uint64_t)block[CHACHA_KEY_WORDS] << 32 | block[CHACHA_KEY_WORDS + 1U];
	return true;
}
