/* SPDX-License-Identifier: Apache-2.0 */

/*
 * GICv3 register arithmetic, against values worked out by hand from Arm IHI 0069.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "drivers/irq/gicv3_regs.h"

static void test_number_of_interrupts(void **state)
{
	(void)state;
	assert_int_equal(gicv3_nr_irqs(0x0), 32);
	/* 288 = 32 * 9; the other fields do not matter */
	assert_int_equal(gicv3_nr_irqs(0x03780008), 288);
	assert_int_equal(gicv3_nr_irqs(0x1e), 992);
	/* 1024 by the formula, but 1020 and up are special */
	assert_int_equal(gicv3_nr_irqs(0x1f), 1020);
	assert_int_equal(gicv3_nr_irqs(0xffffffff), 1020);
}

static void test_bit_registers(void **state)
{
	(void)state;
	assert_int_equal(gicv3_bit_offset(GICD_ISENABLER, 0), 0x100);
	assert_int_equal(gicv3_bit_offset(GICD_ISENABLER, 31), 0x100);
	assert_int_equal(gicv3_bit_offset(GICD_ISENABLER, 32), 0x104);
	assert_int_equal(gicv3_bit_offset(GICD_ICENABLER, 1019), 0x1fc);
	assert_int_equal(gicv3_bit(0), 1);
	assert_int_equal(gicv3_bit(33), 2);
	assert_int_equal(gicv3_bit(1019), 0x08000000);
}

static void test_trigger_registers(void **state)
{
	(void)state;
	/* SGIs, PPIs and SPIs: 0xc00, 0xc04, 0xc08 ... */
	assert_int_equal(gicv3_cfg_offset(15), 0xc00);
	assert_int_equal(gicv3_cfg_offset(26), 0xc04);
	assert_int_equal(gicv3_cfg_offset(33), 0xc08);
	assert_int_equal(gicv3_cfg_offset(1019), 0xcfc);
	assert_int_equal(gicv3_cfg_bit(16), 0x2);
	assert_int_equal(gicv3_cfg_bit(33), 0x8);
	assert_int_equal(gicv3_cfg_bit(47), 0x80000000);
}

static void test_affinity(void **state)
{
	(void)state;
	assert_int_equal(gicv3_affinity32(0x80000003), 0x00000003);
	assert_int_equal(gicv3_affinity32(0x0000001281020304), 0x12020304);
	assert_true(gicv3_irouter(0x0000001281020304) == 0x0000001200020304);
	/* Bit 31 is not an affinity bit: in IROUTER it would mean "any CPU". */
	assert_true(gicv3_irouter(0x80000000) == 0);
}

static void test_sgi(void **state)
{
	(void)state;
	assert_true(gicv3_sgi1r(0x80000000, 0) == 0x1);
	assert_true(gicv3_sgi1r(0x80000003, 5) == 0x0000000005000008);
	/* QEMU's second cluster of 16 */
	assert_true(gicv3_sgi1r(0x80000102, 1) == 0x0000000001010004);
	/* affinity 0 of 37 = 2 * 16 + 5: range selector 2 */
	assert_true(gicv3_sgi1r(0x80000025, 0) == 0x0000200000000020);
	assert_true(gicv3_sgi1r(0x0000001281020304, 15) == 0x001200020f030010);
	assert_true(gicv3_sgi1r(0x00000012810203f0, 2) == 0x0012f00202030001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number_of_interrupts),
		cmocka_unit_test(test_bit_registers),
		cmocka_unit_test(test_trigger_registers),
		cmocka_unit_test(test_affinity),
		cmocka_unit_test(test_sgi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
