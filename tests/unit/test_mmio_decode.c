/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Loads and stores that come without a syndrome, against words worked out from the Arm ARM's encodings (C6.2) and held
 * against an assembler once; then words at random, for fields out of their range.
 */
#include "unit.h"

#include "hyp/mmio_decode.h"

struct row {
	const char *text;
	uint32_t word;
	struct mmio_insn insn;
};

#define ROW(text_, word_, ...)                                                                     \
	{                                                                                          \
		.text = text_, .word = word_, .insn = { __VA_ARGS__ }                              \
	}

static const struct row good[] = {
	ROW("ldr w3, [x5], #4", 0xb84044a3, .size = 4, .rt = 3, .rn = 5, .index = MMIO_POST,
	    .offset = 4),
	ROW("str x3, [x5, #-8]!", 0xf81f8ca3, .size = 8, .rt = 3, .rn = 5, .write = true,
	    .wide = true, .index = MMIO_PRE, .offset = -8),
	ROW("ldrsb x1, [x2], #1", 0x38801441, .size = 1, .rt = 1, .rn = 2, .sign = true,
	    .wide = true, .index = MMIO_POST, .offset = 1),
	ROW("ldrsh w1, [sp, #2]!", 0x78c02fe1, .size = 2, .rt = 1, .rn = 31, .sign = true,
	    .index = MMIO_PRE, .offset = 2),
	ROW("ldrsw x9, [x10, #-4]!", 0xb89fcd49, .size = 4, .rt = 9, .rn = 10, .sign = true,
	    .wide = true, .index = MMIO_PRE, .offset = -4),
	ROW("strb w7, [x8], #-256", 0x38100507, .size = 1, .rt = 7, .rn = 8, .write = true,
	    .index = MMIO_POST, .offset = -256),
	ROW("ldp w0, w1, [x2]", 0x29400440, .size = 4, .rt = 0, .rt2 = 1, .rn = 2, .pair = true),
	ROW("ldp x0, x1, [x2], #16", 0xa8c10440, .size = 8, .rt = 0, .rt2 = 1, .rn = 2,
	    .pair = true, .wide = true, .index = MMIO_POST, .offset = 16),
	ROW("stp x3, x4, [sp, #-32]!", 0xa9be13e3, .size = 8, .rt = 3, .rt2 = 4, .rn = 31,
	    .write = true, .pair = true, .wide = true, .index = MMIO_PRE, .offset = -32),
	ROW("ldpsw x5, x6, [x7, #-256]", 0x696018e5, .size = 4, .rt = 5, .rt2 = 6, .rn = 7,
	    .pair = true, .sign = true, .wide = true, .offset = -256),
	ROW("ldpsw x5, x6, [x7], #252", 0x68df98e5, .size = 4, .rt = 5, .rt2 = 6, .rn = 7,
	    .pair = true, .sign = true, .wide = true, .index = MMIO_POST, .offset = 252),
	ROW("ldnp x5, x6, [x7, #504]", 0xa85f98e5, .size = 8, .rt = 5, .rt2 = 6, .rn = 7,
	    .pair = true, .wide = true, .offset = 504),
	ROW("stnp w5, w6, [x7, #-256]", 0x282018e5, .size = 4, .rt = 5, .rt2 = 6, .rn = 7,
	    .write = true, .pair = true, .offset = -256),
	ROW("stp wzr, wzr, [x0]", 0x29007c1f, .size = 4, .rt = 31, .rt2 = 31, .write = true,
	    .pair = true),
	ROW("ldr x30, [x29, #32760]", 0xf97fffbe, .size = 8, .rt = 30, .rn = 29, .wide = true,
	    .offset = 32760),
	ROW("ldrh w11, [x12, #8190]", 0x797ffd8b, .size = 2, .rt = 11, .rn = 12, .offset = 8190),
	ROW("ldurh w1, [x2, #-255]", 0x78501041, .size = 2, .rt = 1, .rn = 2, .offset = -255),
	ROW("ldtr x1, [x2, #255]", 0xf84ff841, .size = 8, .rt = 1, .rn = 2, .wide = true,
	    .offset = 255),
	ROW("sttrb w1, [x2]", 0x38000841, .size = 1, .rt = 1, .rn = 2, .write = true),
	ROW("ldr x1, [x2, x3, lsl #3]", 0xf8637841, .size = 8, .rt = 1, .rn = 2, .wide = true,
	    .index = MMIO_REG),
	ROW("strh wzr, [x2, w3, sxtw]", 0x7823c85f, .size = 2, .rt = 31, .rn = 2, .write = true,
	    .index = MMIO_REG),
	/* Not unpredictable: without write-back a base may be loaded over. */
	ROW("ldp x2, x0, [x2]", 0xa9400042, .size = 8, .rt = 2, .rt2 = 0, .rn = 2, .pair = true,
	    .wide = true),
	ROW("ldr w0, [sp], #0", 0xb84007e0, .size = 4, .rt = 0, .rn = 31, .index = MMIO_POST),
	ROW("str wzr, [sp], #4", 0xb80047ff, .size = 4, .rt = 31, .rn = 31, .write = true,
	    .index = MMIO_POST, .offset = 4),
};

static const struct {
	const char *text;
	uint32_t word;
} bad[] = {
	{"ldr q0, [x1], #16", 0x3cc10420},
	{"ldp q0, q1, [x1]", 0xad400420},
	{"str s0, [x1]", 0xbd000020},
	{"ld1 {v0.4s}, [x0]", 0x4c407800},
	{"ldxr w0, [x1]", 0x885f7c20},
	{"stlxr w2, x0, [x1]", 0xc802fc20},
	{"ldar w0, [x1]", 0x88dffc20},
	{"stlr x0, [x1]", 0xc89ffc20},
	{"ldaprb w1, [x2]", 0x38bfc041},
	{"ldapurb w0, [x1]", 0x19400020},
	{"ldadd w0, w1, [x2]", 0xb8200041},
	{"swpal x0, x1, [x2]", 0xf8e08041},
	{"cas x0, x1, [x2]", 0xc8a07c41},
	{"casp x0, x1, x2, x3, [x4]", 0x48207c82},
	{"prfm pldl1keep, [x1]", 0xf9800020},
	{"prfum pldl1keep, [x1, #-1]", 0xf89ff020},
	{"dc zva, x0", 0xd50b7420},
	{"ldr x0, literal", 0x58000000},
	{"ldrsw x0, literal", 0x98000000},
	{"stgp x0, x1, [x2]", 0x69000440},
	{"stg x0, [x1]", 0xd9200820},
	{"nop", 0xd503201f},
	{"add x0, x0, #1", 0x91000400},
	{"udf #0", 0},
	{"all ones", 0xffffffff},
	{"pair with opc 3", 0xe9400440},
	{"non-temporal LDPSW", 0x68400440},
	/* CONSTRAINED UNPREDICTABLE */
	{"ldr x0, [x0], #8", 0xf8408400},
	{"ldp x0, x1, [x0], #16", 0xa8c10400},
	{"ldp x1, x0, [x0], #16", 0xa8c10001},
	{"ldp x0, x0, [x1]", 0xa9400020},
};

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const struct mmio_insn *want = &good[i].insn;
		struct mmio_insn got;

		if (!mmio_decode(good[i].word, &got)) {
			fail_msg("%s: not decoded", good[i].text);
		}
		if (got.size != want->size || got.rt != want->rt || got.rt2 != want->rt2 ||
		    got.rn != want->rn || got.write != want->write || got.pair != want->pair ||
		    got.sign != want->sign || got.index != want->index ||
		    got.offset != want->offset || (!got.write && got.wide != want->wide)) {
			fail_msg("%s: decoded as something else", good[i].text);
		}
	}
}

static void test_others(void **state)
{
	struct mmio_insn insn;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (mmio_decode(bad[i].word, &insn)) {
			fail_msg("%s: decoded", bad[i].text);
		}
	}
}

static void check_fields(uint32_t word)
{
	struct mmio_insn insn;

	if (!mmio_decode(word, &insn)) {
		return;
	}
	/* Nothing outside of loads and stores, op0 = x1x0; no SIMD. */
	assert_int_equal(word & 0x0e000000U, 0x08000000U);
	assert_true(insn.size == 1 || insn.size == 2 || insn.size == 4 || insn.size == 8);
	assert_true(insn.rt < 32 && insn.rt2 < 32 && insn.rn < 32);
	assert_in_range(insn.offset + 512, 0, 512 + 4095 * 8);
	assert_false(insn.sign && insn.write);
	assert_false(insn.pair && insn.size < 4);
	assert_false(insn.size == 8 && !insn.wide && !insn.write);
	assert_false(insn.pair && insn.index == MMIO_REG);
}

static void test_random(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2000000U; i++) {
		uint32_t word = (uint32_t)unit_random();

		check_fields(word);
		/* And where the loads and stores are. */
		check_fields((word & 0xf1ffffffU) | 0x08000000U);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
