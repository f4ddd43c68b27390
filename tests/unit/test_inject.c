/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest sees of an exception that the hypervisor makes it take. */
#include "unit.h"

#include "arch/arm64/sysreg.h"
#include "hyp/inject.h"

#define BIT64(n) (UINT64_C(1) << (n))
#define PAN      BIT64(22)
#define UAO      BIT64(23)
#define DIT      BIT64(24)
#define TCO      BIT64(25)
#define SSBS     BIT64(12)
#define ALLINT   BIT64(13)
#define BTYPE    (BIT64(10) | BIT64(11))
#define IL       BIT64(20)
#define SS       BIT64(21)
#define NZCV     (UINT64_C(0xf) << 28)
#define DSSBS    BIT64(44)

#define HANDLER (DAIF_ALL | SPSR_M_EL1H)

static const struct inject_features v80 = {0};
static const struct inject_features all = {.pan = true, .ssbs = true, .mte = true};

static void test_vectors(void **state)
{
	(void)state;
	assert_int_equal(inject_vector(SPSR_M_EL1H), 0x200);
	assert_int_equal(inject_vector(SPSR_M_EL1T), 0x000);
	assert_int_equal(inject_vector(SPSR_M_EL0T), 0x400);
	/* User mode of AArch32, T32 or A32. */
	assert_int_equal(inject_vector(SPSR_M_AARCH32), 0x600);
	assert_int_equal(inject_vector(SPSR_M_AARCH32 | SPSR_A32_T), 0x600);
	/* Nothing else of PSTATE matters. */
	assert_int_equal(inject_vector(NZCV | DAIF_ALL | SS | IL | PAN | SPSR_M_EL1H), 0x200);
}

static void test_cleared(void **state)
{
	(void)state;
	assert_int_equal(inject_pstate(BTYPE | IL | SS | UAO | SPSR_M_EL0T, SCTLR_SPAN, &all),
			 HANDLER | TCO);
	/* What EL1h already had masked, it still has; conditions stay. */
	assert_int_equal(inject_pstate(NZCV | SPSR_M_EL1H, SCTLR_SPAN, &v80), NZCV | HANDLER);
	/* PSTATE.ALLINT and the like are those of features that no guest is told of. */
	assert_int_equal(inject_pstate(ALLINT | SPSR_M_EL1H, SCTLR_SPAN, &v80), HANDLER);
}

static void test_pan(void **state)
{
	(void)state;
	/* SPAN 0: PAN is set. SPAN 1: it stays. */
	assert_int_equal(inject_pstate(SPSR_M_EL0T, 0U, &all) & PAN, PAN);
	assert_int_equal(inject_pstate(SPSR_M_EL0T, SCTLR_SPAN, &all) & PAN, 0U);
	assert_int_equal(inject_pstate(PAN | SPSR_M_EL1H, SCTLR_SPAN, &all) & PAN, PAN);
	/* Without FEAT_PAN bit 23 of SCTLR_EL1 is RES1 and there is no such bit. */
	assert_int_equal(inject_pstate(SPSR_M_EL0T, 0U, &v80), HANDLER);
}

static void test_speculation_and_tags(void **state)
{
	(void)state;
	assert_int_equal(inject_pstate(SPSR_M_EL0T, SCTLR_SPAN | DSSBS, &all) & SSBS, SSBS);
	/* Not what it was, but what SCTLR_EL1 says. */
	assert_int_equal(inject_pstate(SSBS | SPSR_M_EL0T, SCTLR_SPAN, &all) & SSBS, 0U);
	assert_int_equal(inject_pstate(SPSR_M_EL0T, SCTLR_SPAN | DSSBS, &v80) & SSBS, 0U);
	assert_int_equal(inject_pstate(SPSR_M_EL1H, SCTLR_SPAN, &all) & TCO, TCO);
	assert_int_equal(inject_pstate(TCO | SPSR_M_EL1H, SCTLR_SPAN, &v80) & TCO, 0U);
}

static void test_dit(void **state)
{
	(void)state;
	assert_int_equal(inject_pstate(DIT | SPSR_M_EL0T, SCTLR_SPAN, &v80), DIT | HANDLER);
	/* An AArch32 PSTATE has it at 21, where AArch64 has SS; its 24 and up to 27 are J, IT and Q. */
	assert_int_equal(inject_pstate(BIT64(21) | SPSR_M_AARCH32, SCTLR_SPAN, &v80),
			 DIT | HANDLER);
	assert_int_equal(inject_pstate(BIT64(24) | BIT64(25) | BIT64(26) | BIT64(27) | SPSR_A32_T |
					       SPSR_M_AARCH32,
				       SCTLR_SPAN, &v80),
			 HANDLER);
	/* GE and E of AArch32 lie at 19:16 and 9. */
	assert_int_equal(
		inject_pstate(UINT64_C(0xf0000) | BIT64(9) | SPSR_M_AARCH32, SCTLR_SPAN, &v80),
		HANDLER);
}

static void test_abort_syndrome(void **state)
{
	uint64_t il = ESR_IL;
	/* What EL2 has: ISV, size, register, a translation fault of level 2, a write. */
	uint64_t esr = (uint64_t)ESR_EC_DABT_LO << 26 | il | BIT64(24) | UINT64_C(2) << 22 |
		       UINT64_C(7) << 16 | ESR_WNR | 0x06U;

	(void)state;
	assert_int_equal(inject_abort_esr(SPSR_M_EL1H, esr, true),
			 (uint64_t)0x25 << 26 | il | ESR_WNR | 0x10U);
	assert_int_equal(inject_abort_esr(SPSR_M_EL0T, esr, true),
			 (uint64_t)0x24 << 26 | il | ESR_WNR | 0x10U);
	assert_int_equal(inject_abort_esr(SPSR_M_AARCH32, esr, true),
			 (uint64_t)0x24 << 26 | il | ESR_WNR | 0x10U);
	assert_int_equal(inject_abort_esr(SPSR_M_EL1H, esr, false),
			 (uint64_t)0x21 << 26 | il | 0x10U);
	assert_int_equal(inject_abort_esr(SPSR_M_EL0T, esr, false),
			 (uint64_t)0x20 << 26 | il | 0x10U);
	/* On a walk of its own tables: the code for that level. */
	assert_int_equal(inject_abort_esr(SPSR_M_EL1H, esr | BIT64(7), true),
			 (uint64_t)0x25 << 26 | il | ESR_WNR | 0x16U);
	assert_int_equal(inject_abort_esr(SPSR_M_EL0T, (esr & ~UINT64_C(3)) | BIT64(7), false),
			 (uint64_t)0x20 << 26 | il | 0x14U);
	/* Cache maintenance says so. */
	assert_int_equal(inject_abort_esr(SPSR_M_EL1H, esr | ESR_CM, true),
			 (uint64_t)0x25 << 26 | il | ESR_CM | ESR_WNR | 0x10U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_cleared),
		cmocka_unit_test(test_pan),     cmocka_unit_test(test_speculation_and_tags),
		cmocka_unit_test(test_dit),     cmocka_unit_test(test_abort_syndrome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
