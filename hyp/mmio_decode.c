/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/mmio_decode.h"

/* Fields of A64 loads and stores (Arm ARM DDI 0487, C4.1.94). */
static uint32_t field(uint32_t word, unsigned int shift, unsigned int width)
{
	return (word >> shift) & ((1U << width) - 1U);
}

static int32_t signed_field(uint32_t word, unsigned int shift, unsigned int width)
{
	return (int32_t)(word << (32U - shift - width)) >> (32U - width);
}

#define RT(word)  ((uint8_t)field(word, 0, 5))
#define RN(word)  ((uint8_t)field(word, 5, 5))
#define RT2(word) ((uint8_t)field(word, 10, 5))

#define SIMD (1U << 26)

/* size:opc of a single register; V is 0. */
static bool decode_size(uint32_t word, struct mmio_insn *insn)
{
	uint32_t size = field(word, 30, 2);
	uint32_t opc = field(word, 22, 2);

	/* Sign extension makes no sense for the full width; there, prefetches have their place. */
	if ((opc == 2U && size == 3U) || (opc == 3U && size >= 2U)) {
		return false;
	}
	insn->size = (uint8_t)(1U << size);
	insn->write = opc == 0U;
	insn->sign = opc >= 2U;
	insn->wide = opc == 2U || size == 3U;
	insn->rt = RT(word);
	insn->rn = RN(word);
	return true;
}

static bool decode_imm12(uint32_t word, struct mmio_insn *insn)
{
	insn->index = MMIO_OFFSET;
	if (!decode_size(word, insn)) {
		return false;
	}
	insn->offset = (int16_t)(field(word, 10, 12) * insn->size);
	return true;
}

static bool decode_imm9(uint32_t word, struct mmio_insn *insn)
{
	/* Unscaled, post-indexed, unprivileged, pre-indexed. */
	static const enum mmio_index index[] = {MMIO_OFFSET, MMIO_POST, MMIO_OFFSET, MMIO_PRE};

	insn->index = index[field(word, 10, 2)];
	insn->offset = (int16_t)signed_field(word, 12, 9);
	return decode_size(word, insn);
}

static bool decode_reg(uint32_t word, struct mmio_insn *insn)
{
	insn->index = MMIO_REG;
	/* option<1> = 0 is not allocated. */
	return field(word, 14, 1) == 1U && decode_size(word, insn);
}

static bool decode_pair(uint32_t word, struct mmio_insn *insn)
{
	/* Non-temporal, post-indexed, offset, pre-indexed. */
	static const enum mmio_index index[] = {MMIO_OFFSET, MMIO_POST, MMIO_OFFSET, MMIO_PRE};
	uint32_t opc = field(word, 30, 2);
	uint32_t mode = field(word, 23, 2);
	bool load = field(word, 22, 1) != 0U;

	/* opc 1 is LDPSW: no store (that is STGP), no non-temporal form. */
	if (opc == 3U || (opc == 1U && (!load || mode == 0U))) {
		return false;
	}
	insn->pair = true;
	insn->write = !load;
	insn->size = opc == 2U ? 8U : 4U;
	insn->sign = opc == 1U;
	insn->wide = opc != 0U;
	insn->rt = RT(word);
	insn->rt2 = RT2(word);
	insn->rn = RN(word);
	insn->index = index[mode];
	insn->offset = (int16_t)(signed_field(word, 15, 7) * insn->size);
	return load ? insn->rt != insn->rt2 : true;
}

/* Write-back to a register that is also transferred. */
static bool unpredictable(const struct mmio_insn *insn)
{
	if (insn->rn == 31U || (insn->index != MMIO_PRE && insn->index != MMIO_POST)) {
		return false;
	}
	return insn->rn == insn->rt || (insn->pair && insn->rn == insn->rt2);
}

bool mmio_decode(uint32_t word, struct mmio_insn *insn)
{
	static const struct {
		uint32_t mask;
		uint32_t value;
		bool (*decode)(uint32_t word, struct mmio_insn *insn);
	} forms[] = {
		{0x3b200000U, 0x38000000U, decode_imm9},
		{0x3b000000U, 0x39000000U, decode_imm12},
		{0x3a000000U, 0x28000000U, decode_pair},
		{0x3b200c00U, 0x38200800U, decode_reg},
	};

	*insn = (struct mmio_insn){0};
	for (unsigned int i = 0U; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((word & forms[i].mask) == forms[i].value) {
			return (word & SIMD) == 0U && forms[i].decode(word, insn) &&
			       !unpredictable(insn);
		}
	}
	return false;
}
