/* SPDX-License-Identifier: Apache-2.0 */
#include "hyp/a32.h"

#include "arch/arm64/sysreg.h"

/* PSTATE.IT in an SPSR: IT[7:2] in bits 15:10, IT[1:0] in bits 26:25. */
#define SPSR_IT_HIGH SYSREG_VAL(0x3f, 10)
#define SPSR_IT_LOW  SYSREG_VAL(0x3, 25)

#define COND_ALWAYS 14U

static uint64_t it_of(uint64_t spsr)
{
	return (spsr & SPSR_IT_HIGH) >> 8 | (spsr & SPSR_IT_LOW) >> 25;
}

/* AArch32.ConditionHolds() */
static bool holds(uint64_t cond, uint64_t spsr)
{
	bool n = (spsr & SPSR_N) != 0U;
	bool z = (spsr & SPSR_Z) != 0U;
	bool c = (spsr & SPSR_C) != 0U;
	bool v = (spsr & SPSR_V) != 0U;
	const bool base[] = {z, c, n, v, c && !z, n == v, n == v && !z};

	/* 14 and 15 both mean "always". */
	return cond >= COND_ALWAYS || base[cond >> 1] == ((cond & 1U) == 0U);
}

bool a32_condition_holds(uint64_t spsr, uint64_t esr)
{
	uint64_t it = it_of(spsr);

	if ((esr & ESR_CV) != 0U) {
		return holds(SYSREG_FIELD(esr, ESR_COND), spsr);
	}
	/* A T32 instruction: the condition is the IT block's, if it is in one. */
	return (it & 0xfU) == 0U || holds(it >> 4, spsr);
}

unsigned int a32_size(uint64_t esr)
{
	return (esr & ESR_IL) != 0U ? 4U : 2U;
}

uint64_t a32_pstate_after(uint64_t spsr)
{
	uint64_t it = it_of(spsr);

	it = (it & 0x7U) == 0U ? 0U : (it & 0xe0U) | (it << 1 & 0x1fU);
	spsr &= ~(SPSR_IT_HIGH | SPSR_IT_LOW | SPSR_SS);
	return spsr | (it & 0xfcU) << 8 | (it & 0x3U) << 25;
}
