/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chacha.h"

#include <stdbool.h>
#include <string.h>

#define DOUBLE_ROUNDS 10U

static uint32_t rotl(uint32_t x, unsigned int n)
{
	return x << n | x >> (32U - n);
}

/* Of constants, so that all words are in registers: interrupts may be masked meanwhile. */
#define QUARTER_ROUND(s, a, b, c, d)                                                               \
	do {                                                                                       \
		(s)[a] += (s)[b];                                                                  \
		(s)[d] = rotl((s)[d] ^ (s)[a], 16U);                                               \
		(s)[c] += (s)[d];                                                                  \
		(s)[b] = rotl((s)[b] ^ (s)[c], 12U);                                               \
		(s)[a] += (s)[b];                                                                  \
		(s)[d] = rotl((s)[d] ^ (s)[a], 8U);                                                \
		(s)[c] += (s)[d];                                                                  \
		(s)[b] = rotl((s)[b] ^ (s)[c], 7U);                                                \
	} while (false)

void chacha20_block(const uint32_t key[CHACHA_KEY_WORDS], uint32_t counter,
		    const uint32_t nonce[CHACHA_NONCE_WORDS], uint32_t out[CHACHA_BLOCK_WORDS])
{
	uint32_t x[CHACHA_BLOCK_WORDS];
	/* "expand 32-byte k" */
	uint32_t state[CHACHA_BLOCK_WORDS] = {0x61707865U, 0x3320646eU, 0x79622d32U, 0x6b206574U};

	(void)memcpy(&state[4], key, CHACHA_KEY_WORDS * sizeof(uint32_t));
	state[12] = counter;
	(void)memcpy(&state[13], nonce, CHACHA_NONCE_WORDS * sizeof(uint32_t));
	(void)memcpy(x, state, sizeof(state));
	for (unsigned int i = 0U; i < DOUBLE_ROUNDS; i++) {
		QUARTER_ROUND(x, 0, 4, 8, 12);
		QUARTER_ROUND(x, 1, 5, 9, 13);
		QUARTER_ROUND(x, 2, 6, 10, 14);
		QUARTER_ROUND(x, 3, 7, 11, 15);
		QUARTER_ROUND(x, 0, 5, 10, 15);
		QUARTER_ROUND(x, 1, 6, 11, 12);
		QUARTER_ROUND(x, 2, 7, 8, 13);
		QUARTER_ROUND(x, 3, 4, 9, 14);
	}
	for (unsigned int i = 0U; i < CHACHA_BLOCK_WORDS; i++) {
		out[i] = x[i] + state[i];
	}
}
