/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The only place that knows the exception level the kernel runs at.
 *
 * The kernel runs at EL1, or at EL2 with HCR_EL2.{E2H,TGE} = {1,0}. With E2H=1 an access from EL2 to
 * most `*_EL1` registers (SCTLR, TCR, TTBR0, MAIR, VBAR, ESR, FAR, ELR, SPSR, CPACR, CNTKCTL, ...)
 * reaches the EL2 register (Arm ARM DDI 0487, D8.1.5 "Virtualization Host Extensions"), so both
 * flavours share their code. What is *not* redirected is named here and nowhere else. The names are
 * bare tokens: C takes them through read_sysreg()/write_sysreg()/sys_tlbi(), assembly uses them directly.
 */
#ifndef ZVM_ARCH_ARM64_EL_H_
#define ZVM_ARCH_ARM64_EL_H_

#if ZVM_EL == 2

/** Holds the current `struct k_thread *`. TPIDR_EL1 stays the guest's. */
#define EL_TPIDR     tpidr_el2
#define EL_TPIDR_STR "tpidr_el2"

/**
 * Holds x0 while the exception vector looks where the stack stands: the compare value of the EL2 virtual
 * timer, which comes with FEAT_VHE and which nobody uses or enables.
 */
#define EL_SCRATCH cnthv_cval_el2

/*
 * TLBI *E1* operations reach the guest's EL1&0 regime while TGE=0; the kernel's own EL2&0 regime is
 * reached by the E2 ones (DDI 0487, D8.14 "TLB maintenance").
 */
#define EL_TLBI_VA_IS  vae2is
#define EL_TLBI_ALL_IS alle2is
#define EL_TLBI_ALL    alle2

/* The EL2 physical timer; the EL1 timers belong to the resident vCPU. */
#define EL_TIMER_CTL  cnthp_ctl_el2
#define EL_TIMER_CVAL cnthp_cval_el2
#define EL_TIMER_TVAL cnthp_tval_el2
#define EL_COUNTER    cntpct_el0

/** Index into the `interrupts` property of `arm,armv8-timer` (hypervisor physical timer). */
#define EL_TIMER_DT_INDEX 3

/** SPSR.M for an exception return to the kernel itself: EL2h. */
#define EL_SPSR_MODE SPSR_M_EL2H

#elif ZVM_EL == 1

#define EL_TPIDR     tpidr_el1
#define EL_TPIDR_STR "tpidr_el1"

/** The same for EL1: nothing of ours runs at EL0, which alone would read it. */
#define EL_SCRATCH   tpidrro_el0

#define EL_TLBI_VA_IS  vaae1is
#define EL_TLBI_ALL_IS vmalle1is
#define EL_TLBI_ALL    vmalle1

/* The virtual timer: it is there on bare metal (CNTVOFF=0) and in a guest. */
#define EL_TIMER_CTL   cntv_ctl_el0
#define EL_TIMER_CVAL  cntv_cval_el0
#define EL_TIMER_TVAL  cntv_tval_el0
#define EL_COUNTER     cntvct_el0

#define EL_TIMER_DT_INDEX 2

/** SPSR.M for an exception return to the kernel itself: EL1h. */
#define EL_SPSR_MODE      SPSR_M_EL1H

#else
#error "ZVM_EL must be 1 or 2"
#endif

#endif /* ZVM_ARCH_ARM64_EL_H_ */
