/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What every unit test includes: cmocka with what it wants before it, and repeatable random
 *        numbers.
 */
#ifndef TESTS_UNIT_UNIT_H_
#define TESTS_UNIT_UNIT_H_

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/**
 * @brief Next number of a sequence that is the same in each run; UNIT_SEED in the environment gives
 * another.
 */
uint64_t unit_random(void);

/** @brief Start the sequence. @return the seed, for the message of a failure */
uint64_t unit_random_start(void);

/** @brief Random number below @p n. */
static inline uint64_t unit_below(uint64_t n)
{
	return unit_random() % n;
}

/**
 * @brief Text of the last assertion of the code under test; expect_assert_failure() catches the
 * assertion itself.
 */
extern char unit_assert_text[512];

#endif /* TESTS_UNIT_UNIT_H_ */
