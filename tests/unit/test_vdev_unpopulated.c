/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing there: ones in every size, whatever was written. */
#include "unit.h"

#include "vdev/unpopulated.c"

static void test_ones(void **state)
{
	const uint64_t ones[] = {0xff, 0xffff, 0xffffffff, UINT64_MAX};
	uint64_t value;

	(void)state;
	for (unsigned int i = 0; i < 4; i++) {
		value = 0;
		assert_true(unpopulated_write(NULL, NULL, 0x100, 1U << i, 0));
		assert_true(unpopulated_read(NULL, NULL, 0x100, 1U << i, &value));
		assert_int_equal(value, ones[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
