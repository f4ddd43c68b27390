/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What every fuzz target includes: the input as a sequence of choices.
 *
 * An input that has ended gives zeros, so that each prefix of an input is one. An assertion of a unit test's fakes that
 * does not hold ends the program, and libFuzzer says with which input.
 */
#ifndef TESTS_FUZZ_FUZZ_H_
#define TESTS_FUZZ_FUZZ_H_

#include "unit.h"

struct input {
	const uint8_t *at;
	size_t left;
};

/** @brief One input. Nothing is left of it when this returns. @return 0 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** @brief The next @p n bytes, 8 at most, as a number. */
static inline uint64_t in_number(struct input *in, size_t n)
{
	uint64_t value = 0;
	size_t take = n < in->left ? n : in->left;

	memcpy(&value, in->at, take);
	in->at += take;
	in->left -= take;
	return value;
}

static inline uint8_t in_byte(struct input *in)
{
	return (uint8_t)in_number(in, 1);
}

/** @brief A number below @p n, which is not 0. */
static inline uint32_t in_below(struct input *in, uint32_t n)
{
	return (uint32_t)(in_number(in, n > 256U ? 2U : 1U) % n);
}

/** @brief Up to @p max bytes, as many as a byte of the input says. */
static inline const void *in_bytes(struct input *in, size_t max, size_t *size)
{
	const void *bytes = in->at;

	*size = in_byte(in);
	bytes = in->at;
	*size = *size < max ? *size : max;
	*size = *size < in->left ? *size : in->left;
	in->at += *size;
	in->left -= *size;
	return bytes;
}

/** @brief A number that is likely to be at some end: small, one of two bits, about a power of two, or any. */
static inline uint64_t in_edge(struct input *in)
{
	uint8_t kind = in_byte(in);
	uint64_t power = UINT64_C(1) << (kind & 63U);

	switch (kind >> 6) {
	case 0:
		return kind & 63U;
	case 1:
		return power;
	case 2:
		return power - 1U;
	default:
		return in_number(in, 1U + (kind & 7U));
	}
}

#endif /* TESTS_FUZZ_FUZZ_H_ */
