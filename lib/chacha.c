/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chacha.h"

#include <string.h>

#define DOUBLE_ROUNDS 10U

static uint32_t rotl(uint32_t x, unsigned int n)
{
	return x << n | x >> (32U - n);
}

static void quarter_round(uint32_t s[CHACHA_BLOCK_WORDS], unsigned int a, unsigned int b,
			  unsigned int c, unsigned int d)
{
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 16U);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 12U);
	s[a] += s[b];
	s[d] = rotl(s[d] ^ s[a], 8U);
	s[c] += s[d];
	s[b] = rotl(s[b] ^ s[c], 7U);
}

void chacha20_block(const uint32_t key[CHACHA_KEY_WORDS], uint32_t counter,
		    const uint32_t nonce[CHACHA_NONCE_WORDS], uint32_t out[CHACHA_BLOCK_WORDS])
{
	/* "expand 32-byte k" */
	uint32_t state[CHACHA_BLOCK_WORDS] = {0x61707865U, 0x3320646eU, 0x79622d32U, 0x6b206574U};

	(void)memcpy(&state[4], key, CHACHA_KEY_WORDS * sizeof(uint32_t));
	state[12] = counter;
	(void)memcpy(&state[13], nonce, CHACHA_NONCE_WORDS * sizeof(uint32_t));
	(void)memcpy(out, state, sizeof(state));
	for (unsigned int i = 0U; i < DOUBLE_ROUNDS; i++) {
		for (unsigned int column = 0U; column < 4U; column++) {
			quarter_round(out, column, column + 4U, column + 8U, column + 12U);
		}
		for (unsigned int n = 0U; n < 4U; n++) {
			quarter_round(out, n, 4U + (n + 1U) % 4U, 8U + (n + 2U) % 4U,
				      12U + (n + 3U) % 4U);
		}
	}
	for (unsigned int i = 0U; i < CHACHA_BLOCK_WORDS; i++) {
		out[i] += state[i];
	}
}
