/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TRNG firmware interface 1.0 (DEN0098). It promises entropy. Of that there are two sources: the CPU's own generator,
 * reseeded for each number (FEAT_RNG, RNDRRS), or else the kernel's, which the boot loader's seed makes unguessable
 * (kernel/entropy.h). sys_rand_get() is a sequence, and no such source. On a machine with neither the interface is not
 * there, and says so.
 */
#include "arch/arm64/idregs.h"
#include "hyp/hypercall.h"
#include "hyp/idregs.h"
#include "hyp/vcpu.h"
#include "hyp/vpsci.h"
#include "kernel/entropy.h"

/* ID_AA64ISAR0_EL1.RNDR, as guests see it: all CPUs have it. */
#define ISAR0      IDREG(6, 0)
#define ISAR0_RNDR 60U

/* The generator may need a moment; after so many times it is the guest's turn to try again. */
#define ATTEMPTS 8U

#define WORDS 3U

/* Of this interface of ZVM, made up at random once. */
static const uint32_t uuid[4] = {0x3e0c1a72U, 0x4b9a5d08U, 0x27d6c1b1U, 0x90f31e64U};

static bool answer(struct vcpu *v, int64_t result)
{
	v->frame->x[0] = (uint64_t)result;
	return false;
}

static bool have_rndr(void)
{
	return (idregs_guest[ISAR0] >> ISAR0_RNDR & 0xfU) != 0U;
}

static bool have_trng(void)
{
	return have_rndr() || z_entropy_seeded();
}

bool trng_version(struct vcpu *v)
{
	return answer(v, have_trng() ? TRNG_VERSION_1_0 : TRNG_NOT_SUPPORTED);
}

bool trng_features(struct vcpu *v)
{
	uint32_t function = (uint32_t)v->frame->x[1];
	uint32_t number = function & SMCCC_NUMBER_MASK;
	bool ok = have_trng() && number >= TRNG_NUMBER_MIN && number <= TRNG_NUMBER_MAX &&
		  hypercall_known(function);

	return answer(v, ok ? TRNG_SUCCESS : TRNG_NOT_SUPPORTED);
}

bool trng_get_uuid(struct vcpu *v)
{
	if (!have_trng()) {
		return answer(v, TRNG_NOT_SUPPORTED);
	}
	for (unsigned int i = 0U; i < 4U; i++) {
		v->frame->x[i] = uuid[i];
	}
	return false;
}

static bool random_word(uint64_t *word)
{
	if (!have_rndr()) {
		return z_entropy_get(word);
	}
	for (unsigned int i = 0U; i < ATTEMPTS; i++) {
		if (arch_random64(word)) {
			return true;
		}
	}
	return false;
}

/* The lowest @p bits of words[2], words[1], words[0], each of @p word_bits; what is above is zero. */
static bool fill(uint64_t words[WORDS], uint64_t bits, unsigned int word_bits)
{
	for (unsigned int i = WORDS; i-- > 0U && bits > 0U;) {
		unsigned int take = bits < word_bits ? (unsigned int)bits : word_bits;

		if (!random_word(&words[i])) {
			return false;
		}
		if (take < 64U) {
			words[i] &= (UINT64_C(1) << take) - 1U;
		}
		bits -= take;
	}
	return true;
}

/* x1 to x3 hold the bits, the last the least significant ones; zero with an error (DEN0098 2.5). */
static bool rnd(struct vcpu *v, uint64_t bits, unsigned int word_bits)
{
	uint64_t words[WORDS] = {0U};
	int64_t result = TRNG_SUCCESS;

	if (!have_trng()) {
		return answer(v, TRNG_NOT_SUPPORTED);
	}
	if (bits == 0U || bits > (uint64_t)WORDS * word_bits) {
		result = TRNG_INVALID_PARAMETERS;
	} else if (!fill(words, bits, word_bits)) {
		result = TRNG_NO_ENTROPY;
	}
	for (unsigned int i = 0U; i < WORDS; i++) {
		v->frame->x[1U + i] = result == TRNG_SUCCESS ? words[i] : 0U;
	}
	return answer(v, result);
}

bool trng_rnd_32(struct vcpu *v)
{
	return rnd(v, (uint32_t)v->frame->x[1], 32U);
}

bool trng_rnd_64(struct vcpu *v)
{
	return rnd(v, v->frame->x[1], 64U);
}
