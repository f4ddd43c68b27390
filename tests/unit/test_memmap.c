/* SPDX-License-Identifier: Apache-2.0 */
/* The set of addresses against an array with a bool for each unit of a small address space. */
#include <errno.h>

#include <zephyr/sys/util.h>

#include "lib/addr.h"
#include "lib/memmap.h"
#include "unit.h"

#define UNITS    96
#define CAPACITY 8
#define BASE     0x40000000ULL

static bool model[UNITS];
static struct memmap_range ranges[CAPACITY];
static struct memmap map;

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(model, 0, sizeof(model));
	memmap_init(&map, ranges, CAPACITY);
	return 0;
}

static size_t model_ranges(const bool *m)
{
	size_t n = 0;

	for (size_t i = 0; i < UNITS; i++) {
		n += m[i] && (i == 0 || !m[i - 1]) ? 1 : 0;
	}
	return n;
}

static void check(void)
{
	uint64_t total = 0;

	assert_int_equal(map.count, model_ranges(model));
	for (size_t i = 0; i < UNITS; i++) {
		total += model[i] ? 1 : 0;
		assert_int_equal(memmap_contains(&map, BASE + i, 1), model[i]);
		assert_int_equal(memmap_overlaps(&map, BASE + i, 1), model[i]);
	}
	assert_int_equal(memmap_total(&map), total);
	for (size_t i = 1; i < map.count; i++) {
		assert_true(map.ranges[i - 1].base + map.ranges[i - 1].size < map.ranges[i].base);
	}
}

static bool model_has(size_t at, size_t len, bool all)
{
	for (size_t i = at; i < at + len; i++) {
		if (model[i] != all) {
			return !all;
		}
	}
	return all;
}

static void check_find(size_t len, size_t align)
{
	uint64_t found;
	size_t at = 0;
	int ret = memmap_find(&map, len, align, &found);

	while (at + len <= UNITS && ((BASE + at) % align != 0 || !model_has(at, len, true))) {
		at++;
	}
	if (at + len > UNITS) {
		assert_int_equal(ret, -ENOMEM);
	} else {
		assert_int_equal(ret, 0);
		assert_int_equal(found, BASE + at);
	}
}

static void test_random(void **state)
{
	(void)state;
	for (int step = 0; step < 40000; step++) {
		size_t at = (size_t)unit_below(UNITS);
		size_t len = (size_t)unit_below(MIN(UNITS - at, (size_t)20) + 1);
		bool add = unit_below(2) != 0;
		bool would[UNITS];
		int ret;

		memcpy(would, model, sizeof(would));
		memset(would + at, add, len);
		ret = add ? memmap_add(&map, BASE + at, len) : memmap_remove(&map, BASE + at, len);
		if (model_ranges(would) > CAPACITY) {
			assert_int_equal(ret, -ENOSPC);
		} else {
			assert_int_equal(ret, 0);
			memcpy(model, would, sizeof(model));
		}
		check();
		assert_int_equal(memmap_contains(&map, BASE + at, len), model_has(at, len, true));
		assert_int_equal(memmap_overlaps(&map, BASE + at, len),
				 len != 0 && model_has(at, len, false));
		check_find(1 + (size_t)unit_below(12), (size_t)1 << unit_below(4));
	}
}

static void test_align(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		for (int i = 0; i < 6; i++) {
			size_t at = (size_t)unit_below(UNITS - 20);
			size_t len = (size_t)unit_below(20);

			if (memmap_add(&map, BASE + at, len) == 0) {
				memset(model + at, 1, len);
			}
		}
		memmap_align(&map, 8);
		for (size_t i = 0; i < UNITS; i += 8) {
			memset(model + i, model_has(i, 8, true), 8);
		}
		check();
		memmap_init(&map, ranges, CAPACITY);
		memset(model, 0, sizeof(model));
	}
}

static void test_take(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(memmap_add(&map, 0x1000, 0x1000), 0);
	assert_int_equal(memmap_add(&map, 0x10000, 0x10000), 0);
	assert_int_equal(memmap_take(&map, 0x1000, 0x1000, &at), 0);
	assert_int_equal(at, 0x1000);
	assert_int_equal(map.count, 1);
	assert_int_equal(memmap_take(&map, 0x100, 0x8000, &at), 0);
	assert_int_equal(at, 0x10000);
	assert_int_equal(memmap_take(&map, 0x100, 0x8000, &at), 0);
	assert_int_equal(at, 0x18000);
	assert_int_equal(map.count, 2);
	assert_int_equal(memmap_take(&map, 0x8000, 1, &at), -ENOMEM);
	assert_int_equal(memmap_total(&map), 0x10000 - 0x200);
}

static void test_ends_of_the_address_space(void **state)
{
	uint64_t at;

	(void)state;
	assert_int_equal(memmap_add(&map, UINT64_MAX, 2), -EINVAL);
	assert_int_equal(memmap_remove(&map, UINT64_MAX - 1, 3), -EINVAL);
	assert_int_equal(memmap_add(&map, 0, 0), 0);
	assert_int_equal(map.count, 0);
	assert_int_equal(memmap_add(&map, UINT64_MAX - 15, 15), 0);
	assert_int_equal(memmap_find(&map, 1, (uint64_t)1 << 63, &at), -ENOMEM);
	assert_int_equal(memmap_find(&map, 16, 1, &at), -ENOMEM);
	assert_true(memmap_overlaps(&map, UINT64_MAX - 1, UINT64_MAX));
	memmap_align(&map, 4096);
	assert_int_equal(map.count, 0);
	assert_int_equal(memmap_add(&map, 0, 4096), 0);
	assert_int_equal(memmap_remove(&map, 0, 1), 0);
	assert_false(memmap_contains(&map, 0, 1));
}

static void test_ranges(void **state)
{
	uint64_t up;

	(void)state;
	assert_true(range_end_ok(UINT64_MAX, 0));
	assert_false(range_end_ok(UINT64_MAX, 1));
	assert_true(range_within(5, 5, 5, 5));
	assert_true(range_within(10, 0, 5, 5));
	assert_false(range_within(11, 0, 5, 5));
	assert_false(range_within(4, 2, 5, 5));
	assert_false(range_within(6, UINT64_MAX, 5, 5));
	assert_true(range_contains(5, 5, 9));
	assert_false(range_contains(5, 5, 10));
	assert_false(range_contains(5, 5, 4));
	assert_false(range_contains(5, 0, 5));
	assert_false(ranges_overlap(0, 5, 5, 5));
	assert_true(ranges_overlap(0, 6, 5, 5));
	assert_false(ranges_overlap(5, 0, 0, 10));
	assert_true(align_up_ok(4097, 4096, &up));
	assert_int_equal(up, 8192);
	assert_false(align_up_ok(UINT64_MAX - 4094, 4096, &up));
	assert_int_equal(align_down(8191, 4096), 4096);
	assert_true(is_aligned(8192, 4096));
	assert_int_equal(hpa_add(hpa(5), 6).v, 11);
	assert_int_equal(ipa_add(ipa(5), 6).v, 11);
	assert_ptr_equal(hpa_ptr(hpa_of(&up)), &up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random, reset),
		cmocka_unit_test_setup(test_align, reset),
		cmocka_unit_test_setup(test_take, reset),
		cmocka_unit_test_setup(test_ends_of_the_address_space, reset),
		cmocka_unit_test_setup(test_ranges, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
