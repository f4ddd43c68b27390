/* SPDX-License-Identifier: Apache-2.0 */

#include "unit.h"

#include "arch/fake/arch.h"
#include "hyp/vmid.h"

static void test_all_different_until_none_is_left(void **state)
{
	bool seen[VMIDS] = {false};

	(void)state;
	for (unsigned int i = 1; i < VMIDS; i++) {
		uint16_t vmid = vmid_alloc();

		assert_in_range(vmid, 1, VMIDS - 1U);
		assert_false(seen[vmid]);
		seen[vmid] = true;
	}
	assert_int_equal(vmid_alloc(), VMID_NONE);
	vmid_free(77);
	assert_int_equal(vmid_alloc(), 77);
	assert_int_equal(vmid_alloc(), VMID_NONE);
	for (unsigned int i = 1; i < VMIDS; i++) {
		vmid_free((uint16_t)i);
	}
}

static void test_freed_ones_come_back_late(void **state)
{
	uint16_t first = vmid_alloc();

	(void)state;
	vmid_free(first);
	for (unsigned int i = 0; i < VMIDS - 2U; i++) {
		uint16_t vmid = vmid_alloc();

		assert_int_not_equal(vmid, first);
		vmid_free(vmid);
	}
	assert_int_equal(vmid_alloc(), first);
	vmid_free(first);
}

static void test_nobody_and_strangers_are_refused(void **state)
{
	(void)state;
	expect_assert_failure(vmid_free(VMID_NONE));
	fake_arch_reset();
	expect_assert_failure(vmid_free(VMIDS));
	fake_arch_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_different_until_none_is_left),
		cmocka_unit_test(test_freed_ones_come_back_late),
		cmocka_unit_test(test_nobody_and_strangers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
