/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions and IT blocks of 32-bit instructions that trap. */
#include "unit.h"

#include "arch/arm64/sysreg.h"
#include "hyp/a32.h"

/* The manual's table (Arm ARM F1.4.1, "Condition codes"), written out: NZCV for which a condition holds. */
static bool expected(unsigned int cond, unsigned int nzcv)
{
	bool n = (nzcv & 8U) != 0U;
	bool z = (nzcv & 4U) != 0U;
	bool c = (nzcv & 2U) != 0U;
	bool v = (nzcv & 1U) != 0U;

	switch (cond) {
	case 0:
		return z;
	case 1:
		return !z;
	case 2:
		return c;
	case 3:
		return !c;
	case 4:
		return n;
	case 5:
		return !n;
	case 6:
		return v;
	case 7:
		return !v;
	case 8:
		return c && !z;
	case 9:
		return !c || z;
	case 10:
		return n == v;
	case 11:
		return n != v;
	case 12:
		return !z && n == v;
	case 13:
		return z || n != v;
	default:
		return true;
	}
}

static uint64_t with_it(unsigned int it)
{
	return (uint64_t)(it & 0xfcU) << 8 | (uint64_t)(it & 0x3U) << 25;
}

static void test_conditions(void **state)
{
	(void)state;
	for (unsigned int cond = 0U; cond < 16U; cond++) {
		for (unsigned int nzcv = 0U; nzcv < 16U; nzcv++) {
			uint64_t spsr = (uint64_t)nzcv << 28 | SPSR_M_AARCH32;

			assert_int_equal(a32_condition_holds(spsr, ESR_CV | (uint64_t)cond << 20),
					 expected(cond, nzcv));
			/* T32, in an IT block of one instruction; and the same with other bits of the syndrome. */
			assert_int_equal(a32_condition_holds(spsr | with_it(cond << 4 | 8U), 0U),
					 expected(cond, nzcv));
			assert_int_equal(
				a32_condition_holds(spsr | with_it(cond << 4 | 8U), 0xeULL << 20),
				expected(cond, nzcv));
		}
	}
}

static void test_outside_it(void **state)
{
	(void)state;
	/* IT[7:4] is what is left of a block that has ended: no condition. */
	for (unsigned int cond = 0U; cond < 16U; cond++) {
		assert_true(a32_condition_holds(with_it(cond << 4), 0U));
	}
}

static void test_it_advance(void **state)
{
	/* ITTEE EQ: then, then, else, else. */
	static const unsigned int block[] = {0x07U, 0x0eU, 0x1cU, 0x18U, 0x00U, 0x00U};
	uint64_t spsr = with_it(block[0]) | SPSR_M_AARCH32 | SPSR_A32_T | SPSR_Z | SPSR_SS;

	(void)state;
	for (unsigned int i = 1U; i < sizeof(block) / sizeof(block[0]); i++) {
		spsr = a32_pstate_after(spsr);
		assert_int_equal(spsr, with_it(block[i]) | SPSR_M_AARCH32 | SPSR_A32_T | SPSR_Z);
	}
}

static void test_size(void **state)
{
	(void)state;
	assert_int_equal(a32_size(ESR_IL), 4U);
	assert_int_equal(a32_size(0U), 2U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_outside_it),
		cmocka_unit_test(test_it_advance),
		cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
