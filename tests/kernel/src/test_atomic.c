/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomic variables, alone and on all CPUs at once.
 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

static atomic_t atomic_value;
static ATOMIC_DEFINE(atomic_bits, 200);

ZTEST_SUITE(atomic, NULL, NULL, NULL, crew_end, NULL);

ZTEST(atomic, test_operations)
{
	atomic_t v = ATOMIC_INIT(5);

	zassert_equal(atomic_get(&v), 5);
	zassert_equal(atomic_set(&v, 7), 5);
	zassert_equal(atomic_add(&v, 3), 7);
	zassert_equal(atomic_sub(&v, 1), 10);
	zassert_equal(atomic_inc(&v), 9);
	zassert_equal(atomic_dec(&v), 10);
	zassert_equal(atomic_or(&v, 0x70), 9);
	zassert_equal(atomic_and(&v, 0x78), 0x79);
	zassert_equal(atomic_xor(&v, 0xff), 0x78);
	zassert_equal(atomic_nand(&v, 0x0f), 0x87);
	zassert_equal(atomic_get(&v), ~(0x87L & 0x0fL));
	zassert_equal(atomic_clear(&v), ~0x07L);
	zassert_false(atomic_cas(&v, 1, 2));
	zassert_true(atomic_cas(&v, 0, 2));
	zassert_equal(atomic_get(&v), 2);
}

ZTEST(atomic, test_pointers)
{
	int a;
	int b;
	atomic_ptr_t p = ATOMIC_PTR_INIT(&a);

	zassert_equal_ptr(atomic_ptr_get(&p), &a);
	zassert_equal_ptr(atomic_ptr_set(&p, &b), &a);
	zassert_false(atomic_ptr_cas(&p, &a, NULL));
	zassert_true(atomic_ptr_cas(&p, &b, &a));
	zassert_equal_ptr(atomic_ptr_clear(&p), &a);
	zassert_is_null(atomic_ptr_get(&p));
}

ZTEST(atomic, test_bits)
{
	for (int bit = 0; bit < 200; bit += 13) {
		zassert_false(atomic_test_bit(atomic_bits, bit));
		zassert_false(atomic_test_and_set_bit(atomic_bits, bit));
		zassert_true(atomic_test_and_set_bit(atomic_bits, bit));
		zassert_true(atomic_test_bit(atomic_bits, bit));
		zassert_true(atomic_test_and_clear_bit(atomic_bits, bit));
		zassert_false(atomic_test_and_clear_bit(atomic_bits, bit));
		atomic_set_bit(atomic_bits, bit);
		atomic_clear_bit(atomic_bits, bit);
		atomic_set_bit_to(atomic_bits, bit, true);
		zassert_true(atomic_test_bit(atomic_bits, bit));
		atomic_set_bit_to(atomic_bits, bit, false);
		zassert_false(atomic_test_bit(atomic_bits, bit));
	}
}

static void atomic_hammer(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	for (int i = 0; i < 2000; i++) {
		atomic_val_t old;

		atomic_inc(&atomic_value);
		do {
			old = atomic_get(&atomic_value);
		} while (!atomic_cas(&atomic_value, old, old + 2));
		atomic_add(&atomic_value, -2);
		atomic_set_bit(atomic_bits, (int)(uintptr_t)p3);
	}
}

ZTEST(atomic, test_all_cpus)
{
	atomic_set(&atomic_value, 0);
	crew_run(CREW_SIZE, atomic_hammer, NULL, NULL, K_PRIO_PREEMPT(7));
	zassert_equal(atomic_get(&atomic_value), 2000 * (int)CREW_SIZE);
	for (int i = 0; i < (int)CREW_SIZE; i++) {
		zassert_true(atomic_test_and_clear_bit(atomic_bits, i));
	}
}
