/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses to emulated registers: any address, syndrome and instruction. A device sees what it may rely on, or nothing. */
#define main unit_main
#include "../unit/test_mmio.c"
#undef main

#include "fuzz.h"

static const uint64_t bases[] = {0x1000, 0x2000, 0x8000};
static const uint64_t sizes[] = {0x1000, 0x8, 0x20000};

static void seen_well(unsigned int region, unsigned int calls)
{
	assert_true(seen.calls <= calls);
	for (unsigned int i = 0U; i < seen.calls; i++) {
		assert_true(seen.size == 1U || seen.size == 2U || seen.size == 4U ||
			    seen.size == 8U);
		assert_int_equal(seen.offset[i] % seen.size, 0);
		assert_true(seen.offset[i] + seen.size <= sizes[region]);
		assert_ptr_equal(seen.dev, &sizes[region]);
		assert_true(seen.size == 8U || seen.value[i] >> (8U * seen.size) == 0U);
	}
}

/* Registers but these two are as they were. */
static void unchanged(const struct guest_frame *before, unsigned int rt, unsigned int rt2)
{
	for (unsigned int i = 0U; i < ARRAY_SIZE(frame.x); i++) {
		assert_true(i == rt || i == rt2 || frame.x[i] == before->x[i]);
	}
}

static void with_syndrome(struct input *in, unsigned int region, ipa_t ipa)
{
	uint64_t esr = syndrome(in_byte(in) & 3U, in_byte(in) & 31U, 0U) |
		       (in_number(in, 4) & (ESR_WNR | ESR_SSE | ESR_SF | ESR_AR));
	struct guest_frame before = frame;

	(void)mmio_access(&cpu, esr, in_edge(in), ipa);
	seen_well(region, 1U);
	unchanged(&before, (esr & ESR_WNR) != 0U ? 99U : SYSREG_FIELD(esr, ESR_SRT), 99U);
	assert_int_equal(SKIPS + aborts, 1);
}

static void instruction(struct input *in, unsigned int region, ipa_t ipa)
{
	struct guest_frame before = frame;
	struct mmio_insn insn;
	uint64_t base = ipa.v, old;

	if (!mmio_decode((uint32_t)in_number(in, 4), &insn)) {
		return;
	}
	assert_true(insn.rt < 32U && insn.rt2 < 32U && insn.rn < 32U);
	assert_true(insn.size == 1U || insn.size == 2U || insn.size == 4U || insn.size == 8U);
	/* That it is the one that has faulted, or is not. */
	if (insn.index != MMIO_POST) {
		base -= (uint64_t)(int64_t)insn.offset;
	}
	base += (in_byte(in) & 7U) == 7U ? in_edge(in) : 0U;
	old = base;
	if (mmio_access_insn(&cpu, &insn, ipa.v, ipa, &base)) {
		assert_int_equal(seen.calls, insn.pair ? 2 : 1);
		seen_well(region, 2U);
	} else {
		assert_true(base == old);
		unchanged(&before, 99U, 99U);
	}
	unchanged(&before, insn.write ? 99U : insn.rt, insn.write || !insn.pair ? 99U : insn.rt2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	(void)setup(NULL);
	for (unsigned int i = 0U; i < ARRAY_SIZE(bases); i++) {
		assert_int_equal(add(bases[i], sizes[i], (void *)&sizes[i]), 0);
	}
	while (in.left != 0U) {
		uint8_t how = in_byte(&in);
		unsigned int region = how % ARRAY_SIZE(bases);
		ipa_t at = ipa(bases[region] + (how >= 0x80U ? in_edge(&in) : in_number(&in, 2)));

		/* Whose address it is now. */
		for (unsigned int i = 0U; i < ARRAY_SIZE(bases); i++) {
			region = at.v - bases[i] < sizes[i] ? i : region;
		}
		forget();
		seen.answer = in_edge(&in);
		seen.refuse_from = (how & 0x40U) != 0U ? in_byte(&in) & 1U : 2U;
		if ((how & 0x20U) != 0U) {
			with_syndrome(&in, region, at);
		} else {
			instruction(&in, region, at);
		}
	}
	return 0;
}
