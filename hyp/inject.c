/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AArch64.TakeException to EL1 (Arm ARM, shared pseudocode), done by hand: the guest's registers are in the hardware,
 * its PC and PSTATE in the frame. What is computed is pure, and tested on the host (tests/unit/test_inject.c).
 */
#include "hyp/inject.h"

#include "arch/arm64/sysreg.h"

/* Where the handler starts (D1.3.1, vector offsets). */
#define VECTOR_CURRENT_SP0 0x000U
#define VECTOR_CURRENT_SPX 0x200U
#define VECTOR_LOWER_A64   0x400U
#define VECTOR_LOWER_A32   0x600U

#define SPSR_M_MASK ((UINT64_C(1) << SPSR_M_WIDTH) - 1U)
#define SPSR_SSBS   SYSREG_BIT(12)
#define SPSR_PAN    SYSREG_BIT(22)
#define SPSR_UAO    SYSREG_BIT(23)
#define SPSR_DIT    SYSREG_BIT(24)
#define SPSR_TCO    SYSREG_BIT(25)
/** A32's SPSR has DIT and SSBS elsewhere (C5.2.19, "when exception taken from AArch32 state"). */
#define SPSR_A32_DIT  SYSREG_BIT(21)
#define SPSR_A32_SSBS SYSREG_BIT(23)
#define SPSR_NZCV     SYSREG_VAL(0xf, 28)

#define SCTLR_DSSBS SYSREG_BIT(44)

/* Synchronous external abort (ESR_ELx.DFSC, IFSC): not on a table walk, and on one, of some level. */
#define FSC_EXTERNAL      0x10U
#define FSC_EXTERNAL_WALK 0x14U
#define FSC_LEVEL         0x03U
#define ESR_S1PTW         SYSREG_BIT(7)

uint64_t inject_vector(uint64_t spsr)
{
	if ((spsr & SPSR_M_AARCH32) != 0U) {
		return VECTOR_LOWER_A32;
	}
	switch (spsr & SPSR_M_MASK) {
	case SPSR_M_EL1H:
		return VECTOR_CURRENT_SPX;
	case SPSR_M_EL1T:
		return VECTOR_CURRENT_SP0;
	default:
		return VECTOR_LOWER_A64;
	}
}

/*
 * BTYPE, IL, SS, UAO become 0, D, A, I, F become 1, TCO becomes 1 where it is. NZCV stays, PAN and DIT stay unless PAN is
 * set by SCTLR_EL1.SPAN, SSBS becomes SCTLR_EL1.DSSBS.
 */
uint64_t inject_pstate(uint64_t spsr, uint64_t sctlr, const struct inject_features *features)
{
	bool a32 = (spsr & SPSR_M_AARCH32) != 0U;
	uint64_t pstate = SPSR_M_EL1H | DAIF_ALL | (spsr & SPSR_NZCV);

	if (features->pan) {
		pstate |= spsr & SPSR_PAN;
		if ((sctlr & SCTLR_SPAN) == 0U) {
			pstate |= SPSR_PAN;
		}
	}
	if ((spsr & (a32 ? SPSR_A32_DIT : SPSR_DIT)) != 0U) {
		pstate |= SPSR_DIT;
	}
	if (features->ssbs && (sctlr & SCTLR_DSSBS) != 0U) {
		pstate |= SPSR_SSBS;
	}
	if (features->mte) {
		pstate |= SPSR_TCO;
	}
	return pstate;
}

static uint64_t esr_make(uint64_t ec, uint64_t il, uint64_t iss)
{
	return ec << ESR_EC_SHIFT | il | iss;
}

uint64_t inject_abort_esr(uint64_t spsr, uint64_t esr, bool data)
{
	bool lower = (spsr & SPSR_M_AARCH32) != 0U || (spsr & SPSR_M_MASK) == SPSR_M_EL0T;
	uint64_t ec = data ? (lower ? ESR_EC_DABT_LO : ESR_EC_DABT)
			   : (lower ? ESR_EC_IABT_LO : ESR_EC_IABT);
	uint64_t fsc = FSC_EXTERNAL;
	uint64_t iss = 0U;

	if (data) {
		/* WnR and CM say what the access was; the syndrome of a stage-2 fault is not a guest's to see. */
		iss = esr & (ESR_WNR | ESR_CM);
	}
	if ((esr & ESR_S1PTW) != 0U) {
		/* Its own table lies where nothing is: the level is that of the walk's step (bits 1:0 of the code). */
		fsc = FSC_EXTERNAL_WALK | (esr & FSC_LEVEL);
	}
	/* IL is 1 for instruction aborts and for data aborts without a valid syndrome (ESR_ELx.IL). */
	return esr_make(ec, ESR_IL, iss | fsc);
}

#ifndef ZVM_ARCH_FAKE
#include "hyp/vcpu.h"

/* Of this machine; a guest may not be told of all of it, but its PSTATE has it. */
static struct inject_features features_here(void)
{
	uint64_t pfr1 = read_sysreg(id_aa64pfr1_el1);

	return (struct inject_features){
		.pan = SYSREG_FIELD(read_sysreg(id_aa64mmfr1_el1), ID_MMFR1_PAN) != 0U,
		.ssbs = SYSREG_FIELD(pfr1, ID_PFR1_SSBS) != 0U,
		.mte = SYSREG_FIELD(pfr1, ID_PFR1_MTE) != 0U,
	};
}

static void take_exception(struct vcpu *v, uint64_t esr)
{
	struct guest_frame *frame = v->frame;
	struct inject_features features = features_here();
	uint64_t spsr = frame->spsr;

	write_sysreg(esr, esr_el12);
	write_sysreg(frame->elr, elr_el12);
	write_sysreg(spsr, spsr_el12);
	frame->elr = read_sysreg(vbar_el12) + inject_vector(spsr);
	frame->spsr = inject_pstate(spsr, read_sysreg(sctlr_el12), &features);
}

void inject_undef(struct vcpu *v)
{
	take_exception(v, esr_make(ESR_EC_UNKNOWN, ESR_IL, 0U));
}

void inject_data_abort(struct vcpu *v, uint64_t far)
{
	write_sysreg(far, far_el12);
	take_exception(v, inject_abort_esr(v->frame->spsr, read_sysreg(esr_el2), true));
}

void inject_instruction_abort(struct vcpu *v, uint64_t far)
{
	write_sysreg(far, far_el12);
	take_exception(v, inject_abort_esr(v->frame->spsr, read_sysreg(esr_el2), false));
}
#endif
