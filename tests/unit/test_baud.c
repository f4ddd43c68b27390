/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Baud rate divisors of the UART drivers.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/uart/baud.h"

static void test_pl011(void **state)
{
	(void)state;
	/* DDI 0183, 3.3.6: 4 MHz and 230400 baud: 1 + 5/64 */
	assert_int_equal(pl011_divisor(4000000, 230400), (1 << 6) + 5);
	/* QEMU's virt: 24 MHz, 115200: 13.02 */
	assert_int_equal(pl011_divisor(24000000, 115200), (13 << 6) + 1);
	/* at most clock / 16 */
	assert_int_equal(pl011_divisor(1600000, 100000), 1 << 6);
	assert_int_equal(pl011_divisor(1600000, 115200), 0);
	assert_int_equal(pl011_divisor(24000000, 0), 0);
	/* integer part of 16 bits */
	assert_int_equal(pl011_divisor(24000000, 1), 0);
	assert_int_not_equal(pl011_divisor(4294967295, 115200), 0);
}

static void test_ns16550(void **state)
{
	(void)state;
	/* the PC's */
	assert_int_equal(ns16550_divisor(1843200, 115200), 1);
	assert_int_equal(ns16550_divisor(1843200, 9600), 12);
	/* RK3568: 24 MHz, 1.5 MBaud exact; 115200 is off by 0.16 % */
	assert_int_equal(ns16550_divisor(24000000, 1500000), 1);
	assert_int_equal(ns16550_divisor(24000000, 115200), 13);
	/* 24 MHz / 16 / 2 is 750000: 921600 would be 19 % off */
	assert_int_equal(ns16550_divisor(24000000, 921600), 0);
	assert_int_equal(ns16550_divisor(1843200, 0), 0);
	assert_int_equal(ns16550_divisor(4294967295, 50), 0);
	assert_int_equal(ns16550_divisor(0, 115200), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pl011),
		cmocka_unit_test(test_ns16550),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
