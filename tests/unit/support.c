/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What the code under test finds in place of the kernel: assertions that end the test.
 */
#include <zephyr/sys/__assert.h>
#include <zephyr/sys/printk.h>

#include "unit.h"

char unit_assert_text[512];

static uint64_t state;

uint64_t unit_random_start(void)
{
	const char *seed = getenv("UNIT_SEED");

	state = seed != NULL ? strtoull(seed, NULL, 0) : 0x2545f4914f6cdd1dULL;
	state = state != 0U ? state : 1U;
	return state;
}

uint64_t unit_random(void)
{
	/* Marsaglia's xorshift64. */
	if (state == 0U) {
		(void)unit_random_start();
	}
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

void assert_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(unit_assert_text, sizeof(unit_assert_text), fmt, ap);
	va_end(ap);
}

void assert_post_action(const char *file, unsigned int line)
{
	mock_assert(0, unit_assert_text, file, (int)line);
}

void z_assert_fail(const char *expr, const char *file, unsigned int line)
{
	assert_print("%s", expr);
	assert_post_action(file, line);
}
