/* SPDX-License-Identifier: Apache-2.0 */
/* ID registers of guests: nothing that is not on the list, and no more than every CPU has. */
#include "unit.h"

#include <zephyr/sys/util.h>

#include "arch/arm64/idregs.h"
#include "arch/fake/arch.h"
#include "hyp/idregs.h"

#define PFR0  IDREG(4, 0)
#define PFR1  IDREG(4, 1)
#define DFR0  IDREG(5, 0)
#define ISAR0 IDREG(6, 0)
#define ISAR2 IDREG(6, 2)
#define MMFR0 IDREG(7, 0)
#define MMFR1 IDREG(7, 1)
#define MMFR2 IDREG(7, 2)

static uint64_t this_cpu[IDREGS_COUNT];

void arch_idregs_read(uint64_t hw[64])
{
	memcpy(hw, this_cpu, sizeof(this_cpu));
}

static unsigned int field(unsigned int reg, unsigned int shift)
{
	return (unsigned int)(idregs_guest[reg] >> shift & 0xfU);
}

/* Every field at the largest value that is not negative. */
static void all_features(uint64_t hw[IDREGS_COUNT])
{
	for (unsigned int i = 0; i < IDREGS_COUNT; i++) {
		hw[i] = 0x7777777777777777ULL;
	}
}

static void test_the_newest_cpu_is_cut_down(void **state)
{
	static const struct {
		unsigned int reg, shift, value;
	} expected[] = {
		{PFR0, 0, 2},   {PFR0, 4, 1},   {PFR0, 8, 0},   {PFR0, 12, 0},  {PFR0, 24, 1},
		{PFR0, 28, 0},  {PFR0, 32, 0},  {PFR0, 36, 0},  {PFR0, 40, 0},  {PFR0, 44, 0},
		{PFR0, 52, 0},  {PFR1, 8, 0},   {PFR1, 12, 0},  {PFR1, 24, 0},  {PFR1, 36, 0},
		{PFR1, 44, 0},  {DFR0, 0, 6},   {DFR0, 4, 0},   {DFR0, 8, 0},   {DFR0, 12, 1},
		{DFR0, 20, 1},  {DFR0, 28, 0},  {DFR0, 32, 0},  {DFR0, 36, 15}, {DFR0, 40, 0},
		{DFR0, 44, 0},  {DFR0, 52, 0},  {ISAR0, 24, 0}, {ISAR2, 0, 0},  {ISAR2, 16, 0},
		{MMFR0, 20, 1}, {MMFR0, 24, 0}, {MMFR0, 28, 0}, {MMFR0, 56, 0}, {MMFR0, 60, 1},
		{MMFR1, 4, 0},  {MMFR1, 8, 0},  {MMFR1, 16, 0}, {MMFR1, 40, 0}, {MMFR2, 16, 0},
		{MMFR2, 24, 0}, {MMFR2, 40, 0}, {MMFR2, 56, 0},
	};
	uint64_t hw[IDREGS_COUNT];

	(void)state;
	all_features(hw);
	idregs_init(40);
	idregs_merge(hw);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_int_equal(field(expected[i].reg, expected[i].shift), expected[i].value);
	}
	/* SVE, SME, FP8, ISAR3, MMFR3, MMFR4, and whatever comes: not there. */
	for (unsigned int op2 = 2; op2 < 8; op2++) {
		assert_int_equal(idregs_guest[IDREG(4, op2)], 0);
	}
	for (unsigned int op2 = 1; op2 < 8; op2++) {
		assert_int_equal(idregs_guest[IDREG(5, op2)], 0);
	}
	for (unsigned int op2 = 3; op2 < 8; op2++) {
		assert_int_equal(idregs_guest[IDREG(6, op2)], 0);
		assert_int_equal(idregs_guest[IDREG(7, op2)], 0);
	}
}

static void test_address_range_is_stage_2s(void **state)
{
	static const struct {
		unsigned int bits, hw, range;
	} cases[] = {
		{32, 7, 0}, {36, 7, 1}, {39, 7, 1}, {40, 7, 2}, {40, 1, 1},
		{42, 7, 3}, {44, 7, 4}, {48, 7, 5}, {52, 7, 5}, {48, 6, 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t hw[IDREGS_COUNT];

		all_features(hw);
		hw[MMFR0] = (hw[MMFR0] & ~0xfULL) | cases[i].hw;
		idregs_init(cases[i].bits);
		idregs_merge(hw);
		assert_int_equal(field(MMFR0, 0), cases[i].range);
	}
}

static void test_negative_fields_mean_absent(void **state)
{
	uint64_t hw[IDREGS_COUNT];

	(void)state;
	all_features(hw);
	hw[PFR0] = (hw[PFR0] & ~0xff0000ULL) | 0x0f0000U;       /* no FP; AdvSIMD 0 */
	hw[MMFR0] = (hw[MMFR0] & ~0xff000000ULL) | 0xf1000000U; /* TGran4 none, TGran64 1 */
	idregs_init(40);
	idregs_merge(hw);
	assert_int_equal(field(PFR0, 16), 15);
	assert_int_equal(field(PFR0, 20), 0);
	assert_int_equal(field(MMFR0, 28), 15);
	assert_int_equal(field(MMFR0, 24), 0);
	/* A CPU that has it brings nothing back. */
	all_features(hw);
	idregs_merge(hw);
	assert_int_equal(field(PFR0, 16), 15);
	assert_int_equal(field(MMFR0, 28), 15);
}

static void test_aarch32_registers_go_with_aarch32(void **state)
{
	uint64_t hw[IDREGS_COUNT];

	(void)state;
	all_features(hw);
	idregs_init(40);
	idregs_merge(hw);
	assert_int_equal(idregs_guest[IDREG(2, 0)], 0x77777777U);
	assert_int_equal(idregs_guest[IDREG(1, 2)], 6);
	hw[PFR0] = (hw[PFR0] & ~0xfULL) | 1U;
	idregs_merge(hw);
	for (unsigned int i = IDREG(1, 0); i < IDREG(4, 0); i++) {
		assert_int_equal(idregs_guest[i], 0);
	}
	assert_int_equal(field(PFR0, 0), 1);
}

/* In whatever order CPUs come up, and once or twice: the same; and a guest never has more than one of them. */
static void test_order_does_not_matter(void **state)
{
	(void)state;
	(void)unit_random_start();
	for (unsigned int round = 0; round < 200; round++) {
		uint64_t a[IDREGS_COUNT], b[IDREGS_COUNT], ab[IDREGS_COUNT];

		for (unsigned int i = 0; i < IDREGS_COUNT; i++) {
			a[i] = unit_random();
			b[i] = unit_random();
		}
		idregs_init(40);
		idregs_merge(a);
		idregs_merge(b);
		memcpy(ab, idregs_guest, sizeof(ab));
		idregs_init(40);
		memcpy(this_cpu, b, sizeof(b));
		idregs_merge_this_cpu();
		idregs_merge(a);
		idregs_merge(b);
		assert_memory_equal(ab, idregs_guest, sizeof(ab));
		assert_true(field(ISAR0, 4) <= (a[ISAR0] >> 4 & 0xfU));
		assert_true(field(ISAR0, 4) <= (b[ISAR0] >> 4 & 0xfU));
		for (unsigned int i = 0; i < 8; i++) {
			assert_int_equal(idregs_guest[i], 0);
		}
	}
}

static int reset(void **state)
{
	(void)state;
	fake_arch_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_the_newest_cpu_is_cut_down, reset),
		cmocka_unit_test_setup(test_address_range_is_stage_2s, reset),
		cmocka_unit_test_setup(test_negative_fields_mean_absent, reset),
		cmocka_unit_test_setup(test_aarch32_registers_go_with_aarch32, reset),
		cmocka_unit_test_setup(test_order_does_not_matter, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
