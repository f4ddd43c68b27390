/* SPDX-License-Identifier: Apache-2.0 */
/* The bit array against an array of bools; the lock must be free, and interrupts open, after each call. */
#include <errno.h>

#include <zephyr/sys/bitarray.h>

#include "arch/fake/arch.h"
#include "unit.h"

#define BITS 100

SYS_BITARRAY_DEFINE_STATIC(array, BITS);
SYS_BITARRAY_DEFINE_STATIC(other, BITS);
SYS_BITARRAY_DEFINE_STATIC(shorter, BITS - 1);

static bool model[BITS];

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	fake_arch_reset();
	memset(model, 0, sizeof(model));
	assert_int_equal(sys_bitarray_clear_region(&array, BITS, 0), 0);
	assert_int_equal(sys_bitarray_clear_region(&other, BITS, 0), 0);
	return 0;
}

static bool model_is(size_t len, size_t at, bool set)
{
	for (size_t i = at; i < at + len; i++) {
		if (model[i] != set) {
			return false;
		}
	}
	return true;
}

static void check(void)
{
	size_t count = 0;
	size_t got;

	for (size_t i = 0; i < BITS; i++) {
		int val;

		assert_int_equal(sys_bitarray_test_bit(&array, i, &val), 0);
		assert_int_equal(val, model[i]);
		count += model[i] ? 1 : 0;
	}
	assert_int_equal(sys_bitarray_popcount_region(&array, BITS, 0, &got), 0);
	assert_int_equal(got, count);
	assert_int_equal(fake_arch.irq_masked, 0);
	assert_int_equal(array.lock.tickets & 0xffffU, array.lock.tickets >> 16);
}

static void one_bit(size_t bit)
{
	int prev = -1;

	switch (unit_below(4)) {
	case 0:
		assert_int_equal(sys_bitarray_set_bit(&array, bit), 0);
		model[bit] = true;
		break;
	case 1:
		assert_int_equal(sys_bitarray_clear_bit(&array, bit), 0);
		model[bit] = false;
		break;
	case 2:
		assert_int_equal(sys_bitarray_test_and_set_bit(&array, bit, &prev), 0);
		assert_int_equal(prev, model[bit]);
		model[bit] = true;
		break;
	default:
		assert_int_equal(sys_bitarray_test_and_clear_bit(&array, bit, &prev), 0);
		assert_int_equal(prev, model[bit]);
		model[bit] = false;
		break;
	}
}

static void allocate(size_t len)
{
	size_t want = 0;
	size_t got;
	int ret = sys_bitarray_alloc(&array, len, &got);

	while (want + len <= BITS && !model_is(len, want, false)) {
		want++;
	}
	if (want + len > BITS) {
		assert_int_equal(ret, -ENOSPC);
		return;
	}
	assert_int_equal(ret, 0);
	assert_int_equal(got, want);
	memset(&model[want], 1, len);
}

static void find(size_t len, size_t at)
{
	size_t n = 1 + (size_t)unit_below(len);
	size_t seen = 0;
	size_t got;
	int ret = sys_bitarray_find_nth_set(&array, n, len, at, &got);

	for (size_t i = at; i < at + len; i++) {
		seen += model[i] ? 1 : 0;
		if (seen == n) {
			assert_int_equal(ret, 0);
			assert_int_equal(got, i);
			return;
		}
	}
	assert_int_equal(ret, 1);
}

static void region(size_t len, size_t at)
{
	bool set = unit_below(2) != 0;

	assert_int_equal(sys_bitarray_is_region_set(&array, len, at), model_is(len, at, true));
	assert_int_equal(sys_bitarray_is_region_cleared(&array, len, at), model_is(len, at, false));
	switch (unit_below(4)) {
	case 0:
		assert_int_equal(set ? sys_bitarray_set_region(&array, len, at)
				     : sys_bitarray_clear_region(&array, len, at),
				 0);
		memset(&model[at], set, len);
		break;
	case 1:
		if (model_is(len, at, !set)) {
			assert_int_equal(sys_bitarray_test_and_set_region(&array, len, at, set), 0);
			memset(&model[at], set, len);
		} else {
			assert_int_equal(sys_bitarray_test_and_set_region(&array, len, at, set),
					 -EEXIST);
		}
		break;
	case 2:
		if (model_is(len, at, true)) {
			assert_int_equal(sys_bitarray_free(&array, len, at), 0);
			memset(&model[at], 0, len);
		} else {
			assert_int_equal(sys_bitarray_free(&array, len, at), -EFAULT);
		}
		break;
	default:
		find(len, at);
		break;
	}
}

static void test_random(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t at = (size_t)unit_below(BITS);
		size_t len = 1 + (size_t)unit_below(MIN(BITS - at, (size_t)70));

		switch (unit_below(3)) {
		case 0:
			one_bit(at);
			break;
		case 1:
			allocate(1 + (size_t)unit_below(12));
			break;
		default:
			region(len, at);
			break;
		}
		check();
	}
}

static void test_xor(void **state)
{
	(void)state;
	assert_int_equal(sys_bitarray_set_region(&array, 60, 0), 0);
	assert_int_equal(sys_bitarray_set_region(&other, 60, 30), 0);
	assert_int_equal(sys_bitarray_xor(&array, &other, 50, 10), 0);
	memset(&model[0], 1, 30);
	check();
	assert_int_equal(sys_bitarray_xor(&array, &array, BITS, 0), 0);
	memset(model, 0, sizeof(model));
	check();
	assert_int_equal(sys_bitarray_xor(&array, &shorter, 10, 0), -EINVAL);
	assert_int_equal(sys_bitarray_xor(&array, &other, 0, 0), -EINVAL);
}

static void test_arguments(void **state)
{
	size_t n = 0;
	int val;

	(void)state;
	assert_int_equal(sys_bitarray_set_bit(&array, BITS), -EINVAL);
	assert_int_equal(sys_bitarray_clear_bit(&array, BITS), -EINVAL);
	assert_int_equal(sys_bitarray_test_bit(&array, BITS, &val), -EINVAL);
	assert_int_equal(sys_bitarray_test_bit(&array, 0, NULL), -EINVAL);
	assert_int_equal(sys_bitarray_alloc(&array, 0, &n), -EINVAL);
	assert_int_equal(sys_bitarray_alloc(&array, BITS + 1, &n), -EINVAL);
	assert_int_equal(sys_bitarray_alloc(&array, 1, NULL), -EINVAL);
	assert_int_equal(sys_bitarray_set_region(&array, 2, BITS - 1), -EINVAL);
	assert_int_equal(sys_bitarray_set_region(&array, SIZE_MAX, 2), -EINVAL);
	assert_int_equal(sys_bitarray_clear_region(&array, 0, 0), -EINVAL);
	assert_int_equal(sys_bitarray_free(&array, 1, BITS), -EINVAL);
	assert_int_equal(sys_bitarray_find_nth_set(&array, 0, 1, 0, &n), -EINVAL);
	assert_int_equal(sys_bitarray_find_nth_set(&array, 2, 1, 0, &n), -EINVAL);
	assert_int_equal(sys_bitarray_popcount_region(&array, 0, 0, &n), -EINVAL);
	assert_int_equal(sys_bitarray_test_and_set_region(&array, 1, BITS, true), -EINVAL);
	assert_false(sys_bitarray_is_region_set(&array, 0, 0));
	assert_false(sys_bitarray_is_region_cleared(&array, 1, BITS));
	check();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random, reset),
		cmocka_unit_test_setup(test_xor, reset),
		cmocka_unit_test_setup(test_arguments, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
