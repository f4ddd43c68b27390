/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What EL2 sets up for guests, and their EL1 registers on the way between hardware and memory.
 *
 * With E2H=1 the `*_EL12` names reach the guest's registers (Arm ARM D8.1.5); those that are not redirected have one
 * name. Registers that trap for a guest (guest_hcr(), guest_cpu_init()) are not moved: the hardware's stay as
 * guest_cpu_init() left them.
 */
#ifdef CONFIG_ZVM
#include "arch/arm64/guest.h"

#include <stddef.h>

#include "arch/arm64/sysreg.h"

#define HCRX_EL2_REG    S3_4_C1_C2_2
#define VDISR_EL2_REG   S3_4_C12_C1_1
#define MPAMIDR_EL1_REG S3_0_C10_C4_4
#define MPAMHCR_EL2_REG S3_4_C10_C4_0
#define MPAM2_EL2_REG   S3_4_C10_C5_0
#define TPIDR2_EL0_REG  S3_3_C13_C0_5
#define SMPRI_EL1_REG   S3_0_C1_C2_4
#define APIAKEYLO_REG   S3_0_C2_C1_0
#define APIAKEYHI_REG   S3_0_C2_C1_1
#define APIBKEYLO_REG   S3_0_C2_C1_2
#define APIBKEYHI_REG   S3_0_C2_C1_3
#define APDAKEYLO_REG   S3_0_C2_C2_0
#define APDAKEYHI_REG   S3_0_C2_C2_1
#define APDBKEYLO_REG   S3_0_C2_C2_2
#define APDBKEYHI_REG   S3_0_C2_C2_3
#define APGAKEYLO_REG   S3_0_C2_C3_0
#define APGAKEYHI_REG   S3_0_C2_C3_1

/* Of the boot CPU: what is there to be moved. */
static bool has_pauth;
static bool has_ras;
/* SME without fine-grained traps: two of its registers trap by those alone. */
static bool has_open_sme;

static bool pauth_found(void)
{
	uint64_t isar1 = read_sysreg(id_aa64isar1_el1);

	return SYSREG_FIELD(isar1, ID_ISAR1_APA) != 0U || SYSREG_FIELD(isar1, ID_ISAR1_API) != 0U ||
	       SYSREG_FIELD(read_sysreg(ID_AA64ISAR2_REG), ID_ISAR2_APA3) != 0U;
}

uint64_t guest_hcr(bool wfi_native)
{
	/*
	 * FB, BSU: a vCPU may go on on another CPU, so maintenance that it means for its own CPU is for all of them.
	 * SWIO: an invalidation by set and way must not discard others' data (TSW traps it anyway). PTW: no walk of its
	 * tables reads registers of a device that it owns; one that is ours (AT) would take the device's abort at EL2. Bits of features
	 * that guests are not to see stay 0 where 0 traps: ATA (MTE), EnSCXT, AMVOFFEN, ..., NV.
	 */
	uint64_t hcr = HCR_HOST | HCR_VM | HCR_SWIO | HCR_FB | HCR_BSU_INNER | HCR_TID3 | HCR_TSC |
		       HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_PTW;

	if (!wfi_native) {
		hcr |= HCR_TWI | HCR_TWE;
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64mmfr1_el1), ID_MMFR1_LO) != 0U) {
		hcr |= HCR_TLOR;
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64pfr0_el1), ID_PFR0_RAS) != 0U) {
		hcr |= HCR_TERR;
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64pfr1_el1), ID_PFR1_MTE) != 0U) {
		hcr |= HCR_TID5;
	}
	if (pauth_found()) {
		hcr |= HCR_API | HCR_APK;
	}
	return hcr;
}

/* Debug, performance monitors, statistical profiling and trace are not a guest's (Arm ARM D19.3.15 MDCR_EL2). */
static void hide_debug(void)
{
	uint64_t dfr0 = read_sysreg(id_aa64dfr0_el1);
	uint64_t mdcr = read_sysreg(mdcr_el2) & ((UINT64_C(1) << MDCR_EL2_HPMN_WIDTH) - 1U);
	uint64_t cptr = read_sysreg(cpacr_el1);

	/*
	 * Not TDE: BRK and software step are the guest's own (arch_guest_mdscr()). Breakpoints and watchpoints are out of
	 * its reach. Cortex-A76 erratum 1463225, a step of an SVC, is for the guest's kernel, which sees MIDR_EL1.
	 */
	mdcr |= MDCR_EL2_TDA | MDCR_EL2_TDOSA | MDCR_EL2_TDRA;
	write_sysreg(0U, mdscr_el1);
	if (SYSREG_FIELD(dfr0, ID_DFR0_PMUVER) != 0U) {
		mdcr |= MDCR_EL2_TPM | MDCR_EL2_TPMCR;
	}
	if (SYSREG_FIELD(dfr0, ID_DFR0_SPE) != 0U) {
		mdcr |= MDCR_EL2_TPMS;
	}
	if (SYSREG_FIELD(dfr0, ID_DFR0_TRF) != 0U) {
		mdcr |= MDCR_EL2_TTRF;
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64mmfr0_el1), ID_MMFR0_FGT) != 0U) {
		mdcr |= MDCR_EL2_TDCC;
	}
	write_sysreg(mdcr, mdcr_el2);
	if (SYSREG_FIELD(dfr0, ID_DFR0_TRACE) != 0U) {
		cptr |= CPTR_TTA;
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64pfr0_el1), ID_PFR0_AMU) != 0U) {
		cptr |= CPTR_TAM;
	}
	/* FPEN is fpu.c's; SVE and SME trap: ZEN and SMEN are 0. */
	write_sysreg(cptr, cpacr_el1);
}

/* Memory partitioning: everything in the default partition, and its registers trap (Arm DDI 0598, MPAM2_EL2). */
static void hide_mpam(void)
{
	uint64_t idr;

	if (SYSREG_FIELD(read_sysreg(id_aa64pfr0_el1), ID_PFR0_MPAM) == 0U &&
	    SYSREG_FIELD(read_sysreg(id_aa64pfr1_el1), ID_PFR1_MPAM_FRAC) == 0U) {
		return;
	}
	idr = read_sysreg(MPAMIDR_EL1_REG);
	write_sysreg(MPAM2_TRAPMPAM0EL1 | MPAM2_TRAPMPAM1EL1 |
			     ((idr & MPAMIDR_HAS_TIDR) != 0U ? MPAM2_TIDR : 0U),
		     MPAM2_EL2_REG);
	if ((idr & MPAMIDR_HAS_HCR) != 0U) {
		write_sysreg(MPAMHCR_TRAP_MPAMIDR, MPAMHCR_EL2_REG);
	}
}

/*
 * Cortex-A76 1165522, Cortex-A55 1530923: an AT instruction that is executed speculatively may walk the EL1 tables with
 * a mix of two contexts' registers, and leave the result in the TLB. No such walk happens while stage 1 is on and both
 * halves of it are disabled. Not done for the cores named only: three writes and a barrier are less than to ask.
 */
static void stop_walks(void)
{
	write_sysreg(TCR_EPD0 | TCR_EPD1, tcr_el12);
	isb();
	write_sysreg(SCTLR_RES1 | SCTLR_M, sctlr_el12);
	isb();
}

__attribute__((cold)) void guest_cpu_init(uint64_t vtcr)
{
	has_pauth = pauth_found();
	has_ras = SYSREG_FIELD(read_sysreg(id_aa64pfr0_el1), ID_PFR0_RAS) != 0U;
	has_open_sme = SYSREG_FIELD(read_sysreg(id_aa64pfr1_el1), ID_PFR1_SME) != 0U &&
		       SYSREG_FIELD(read_sysreg(id_aa64mmfr0_el1), ID_MMFR0_FGT) == 0U;
	guest_leave();
	write_sysreg(vtcr, vtcr_el2);
	write_sysreg(0U, hstr_el2);
	/* E2H=1 layout: EL1PCTEN and EL1PTEN are 0, the physical counter and timer trap. */
	write_sysreg(0U, cnthctl_el2);
	if (SYSREG_FIELD(read_sysreg(id_aa64mmfr1_el1), ID_MMFR1_HCX) != 0U) {
		/* Every enable bit of later extensions is 0: those trap or are undefined. */
		write_sysreg(0U, HCRX_EL2_REG);
	}
	hide_debug();
	hide_mpam();
	isb();
}

void guest_leave(void)
{
	stop_walks();
	write_sysreg(HCR_HOST, hcr_el2);
	write_sysreg(0U, vttbr_el2);
	isb();
}

void guest_code_changed(void)
{
	/* Of the whole inner shareable domain (Arm ARM B2.4.4); a guest that starts need not invalidate what it never ran. */
	__asm__ volatile("ic ialluis" ::: "memory");
	dsb(ish);
	isb();
}

void guest_context_reset(struct guest_context *ctx)
{
	uint64_t vmpidr = ctx->vmpidr;
	uint64_t vpidr = ctx->vpidr;

	*ctx = (struct guest_context){.sctlr = SCTLR_RES1, .vmpidr = vmpidr, .vpidr = vpidr};
}

/* Two members that lie side by side, of two registers. */
#define SAVE_PAIR(ctx, member, reg0, reg1)                                                         \
	do {                                                                                       \
		uint64_t a_;                                                                       \
		uint64_t b_;                                                                       \
		__asm__ volatile("mrs %0, " SYSREG_STR(reg0) "\n\tmrs %1, " SYSREG_STR(            \
					 reg1) "\n\tstp %0, %1, [%2, %3]"                          \
				 : "=&r"(a_), "=&r"(b_)                                            \
				 : "r"(ctx), "i"(offsetof(struct guest_context, member))           \
				 : "memory");                                                      \
	} while (0)

#define LOAD_PAIR(ctx, member, reg0, reg1)                                                         \
	do {                                                                                       \
		uint64_t a_;                                                                       \
		uint64_t b_;                                                                       \
		__asm__ volatile("ldp %0, %1, [%2, %3]\n\tmsr " SYSREG_STR(                        \
					 reg0) ", %0\n\tmsr " SYSREG_STR(reg1) ", %1"              \
				 : "=&r"(a_), "=&r"(b_)                                            \
				 : "r"(ctx), "i"(offsetof(struct guest_context, member))           \
				 : "memory");                                                      \
	} while (0)

/* All that are neither optional nor switch stage 1 on. */
#define FOR_PAIRS(op, ctx)                                                                         \
	do {                                                                                       \
		op(ctx, cpacr, cpacr_el12, cntkctl_el12);                                          \
		op(ctx, ttbr0, ttbr0_el12, ttbr1_el12);                                            \
		op(ctx, esr, esr_el12, far_el12);                                                  \
		op(ctx, afsr0, afsr0_el12, afsr1_el12);                                            \
		op(ctx, mair, mair_el12, amair_el12);                                              \
		op(ctx, vbar, vbar_el12, contextidr_el12);                                         \
		op(ctx, elr, elr_el12, spsr_el12);                                                 \
		op(ctx, sp_el0, sp_el0, sp_el1);                                                   \
		op(ctx, tpidr_el0, tpidr_el0, tpidrro_el0);                                        \
		op(ctx, tpidr_el1, tpidr_el1, par_el1);                                            \
	} while (0)

#define FOR_KEYS(op, ctx)                                                                          \
	do {                                                                                       \
		op(ctx, apkey[0], APIAKEYLO_REG, APIAKEYHI_REG);                                   \
		op(ctx, apkey[2], APIBKEYLO_REG, APIBKEYHI_REG);                                   \
		op(ctx, apkey[4], APDAKEYLO_REG, APDAKEYHI_REG);                                   \
		op(ctx, apkey[6], APDBKEYLO_REG, APDBKEYHI_REG);                                   \
		op(ctx, apkey[8], APGAKEYLO_REG, APGAKEYHI_REG);                                   \
	} while (0)

void guest_save(struct guest_context *ctx)
{
	SAVE_PAIR(ctx, sctlr, sctlr_el12, tcr_el12);
	FOR_PAIRS(SAVE_PAIR, ctx);
	ctx->csselr = read_sysreg(csselr_el1);
	if (has_ras) {
		/* What the guest sees as DISR_EL1 while HCR_EL2.AMO is 1. */
		ctx->disr = read_sysreg(VDISR_EL2_REG);
	}
	if (has_pauth) {
		FOR_KEYS(SAVE_PAIR, ctx);
	}
}

/* All but what switches stage 1 on. */
static ALWAYS_INLINE void load_rest(const struct guest_context *ctx)
{
	LOAD_PAIR(ctx, vmpidr, vmpidr_el2, vpidr_el2);
	FOR_PAIRS(LOAD_PAIR, ctx);
	write_sysreg(ctx->csselr, csselr_el1);
	if (has_ras) {
		write_sysreg(ctx->disr, VDISR_EL2_REG);
	}
	if (has_pauth) {
		FOR_KEYS(LOAD_PAIR, ctx);
	}
	if (has_open_sme) {
		/* Of a feature that guests are not told of: nothing in there goes from one to the other. */
		write_sysreg(0U, TPIDR2_EL0_REG);
		write_sysreg(0U, SMPRI_EL1_REG);
	}
}

void guest_load(const struct guest_context *ctx, uint64_t hcr, uint64_t vtcr, uint64_t vttbr,
		bool flush_tlb)
{
	stop_walks();
	write_sysreg(vtcr, vtcr_el2);
	write_sysreg(vttbr, vttbr_el2);
	write_sysreg(hcr, hcr_el2);
	load_rest(ctx);
	isb();
	if (flush_tlb) {
		sys_tlbi(vmalle1);
		dsb(nsh);
	}
	/* A guest whose MMU is off must not be seen with walks allowed and the MMU still on. */
	write_sysreg(ctx->sctlr, sctlr_el12);
	isb();
	/* The ERET makes the guest see it. */
	write_sysreg(ctx->tcr, tcr_el12);
}
#endif /* CONFIG_ZVM */
