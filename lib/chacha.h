/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The ChaCha20 block function (RFC 8439, 2.3).
 */
#ifndef ZVM_LIB_CHACHA_H_
#define ZVM_LIB_CHACHA_H_

#include <stdint.h>

#define CHACHA_KEY_WORDS   8U
#define CHACHA_NONCE_WORDS 3U
#define CHACHA_BLOCK_WORDS 16U

/** @brief One block of the key stream, in words as the RFC counts them (little-endian). */
void chacha20_block(const uint32_t key[CHACHA_KEY_WORDS], uint32_t counter,
		    const uint32_t nonce[CHACHA_NONCE_WORDS], uint32_t out[CHACHA_BLOCK_WORDS]);

#endif /* ZVM_LIB_CHACHA_H_ */
