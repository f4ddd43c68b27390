/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief System register access and the names of the register fields we use.
 *
 * Usable from C and assembly. Conventions (Arm ARM DDI 0487 chapter D19 for every field):
 *  - a one-bit field:   REG_FIELD                 the bit itself
 *  - a wider field:     REG_FIELD_SHIFT, REG_FIELD_WIDTH, and named values already shifted
 * SYSREG_FIELD(value, REG_FIELD) extracts a field in C; `ubfx x, y, #F_SHIFT, #F_WIDTH` in assembly.
 */
#ifndef ZVM_ARCH_ARM64_SYSREG_H_
#define ZVM_ARCH_ARM64_SYSREG_H_

#ifdef __ASSEMBLER__
#define SYSREG_BIT(n)        (1 << (n))
#define SYSREG_VAL(v, shift) ((v) << (shift))
#else
#include <stdint.h>

#define SYSREG_BIT(n)        (UINT64_C(1) << (n))
#define SYSREG_VAL(v, shift) (UINT64_C(v) << (shift))

#define SYSREG_STR_(x) #x
#define SYSREG_STR(x)  SYSREG_STR_(x)

/** @brief Read a system register; @p reg is a bare register name (or a macro naming one). */
#define read_sysreg(reg)                                                                           \
	({                                                                                         \
		uint64_t sysreg_v_;                                                                \
		__asm__ volatile("mrs %0, " SYSREG_STR(reg) : "=r"(sysreg_v_));                    \
		sysreg_v_;                                                                         \
	})

/** @brief Write a system register. The caller adds isb() where the effect must be seen. */
#define write_sysreg(val, reg)                                                                     \
	do {                                                                                       \
		uint64_t sysreg_w_ = (uint64_t)(val);                                              \
		__asm__ volatile("msr " SYSREG_STR(reg) ", %x0" : : "rZ"(sysreg_w_) : "memory");   \
	} while (0)

/** @brief TLB maintenance with an operand (address >> 12, ASID in the top bits). */
#define sys_tlbi_va(op, arg)                                                                       \
	__asm__ volatile("tlbi " SYSREG_STR(op) ", %0" : : "r"((uint64_t)(arg)) : "memory")

/** @brief TLB maintenance without an operand. */
#define sys_tlbi(op) __asm__ volatile("tlbi " SYSREG_STR(op) : : : "memory")

/**
 * TLB maintenance that other CPUs have to follow is done twice, each time with its DSB: the first may be complete while
 * another CPU still uses the old translation (Cortex-A76 up to r3p0, erratum 1286807; Cortex-A55, erratum 2441007).
 */
#define TLBI_ROUNDS  2

/** @brief Extract a field named by REG_FIELD_SHIFT and REG_FIELD_WIDTH. */
#define SYSREG_FIELD(val, field)                                                                   \
	(((uint64_t)(val) >> field##_SHIFT) & ((UINT64_C(1) << field##_WIDTH) - 1U))

#define isb()      __asm__ volatile("isb" : : : "memory")
#define dsb(scope) __asm__ volatile("dsb " #scope : : : "memory")
#define dmb(scope) __asm__ volatile("dmb " #scope : : : "memory")
#endif /* __ASSEMBLER__ */

/* CurrentEL */
#define CURRENTEL_EL_SHIFT 2
#define CURRENTEL_EL_WIDTH 2

/* DAIF / SPSR_ELx */
#define DAIF_F   SYSREG_BIT(6)
#define DAIF_I   SYSREG_BIT(7)
#define DAIF_A   SYSREG_BIT(8)
#define DAIF_D   SYSREG_BIT(9)
#define DAIF_ALL (DAIF_F | DAIF_I | DAIF_A | DAIF_D)
/* Operands of `msr daifset/daifclr` */
#define DAIFSET_F            1
#define DAIFSET_I            2
#define DAIFSET_A            4
#define DAIFSET_D            8
#define DAIFSET_ALL          15
#define SPSR_M_SHIFT         0
#define SPSR_M_WIDTH         5
#define SPSR_MODE_MASK       0xf
#define SPSR_M_EL0T          0x0
#define SPSR_M_EL1T          0x4
#define SPSR_M_EL1H          0x5
#define SPSR_M_EL2T          0x8
#define SPSR_M_EL2H          0x9
#define SPSR_M_EL_MASK       0xc
#define SPSR_M_AARCH32_SHIFT 4
#define SPSR_M_AARCH32       SYSREG_BIT(SPSR_M_AARCH32_SHIFT)
#define SPSR_BTYPE           SYSREG_VAL(3, 10)
#define SPSR_V               SYSREG_BIT(28)
#define SPSR_C               SYSREG_BIT(29)
#define SPSR_Z               SYSREG_BIT(30)
#define SPSR_N               SYSREG_BIT(31)
#define SPSR_BTYPE           SYSREG_VAL(3, 10)
#define SPSR_A32_T           SYSREG_BIT(5)
#define SPSR_SS              SYSREG_BIT(21)
#define SPSR_IL              SYSREG_BIT(20)

/* SCTLR_EL1 (and SCTLR_EL2 with E2H=1) */
#define SCTLR_M      SYSREG_BIT(0)
#define SCTLR_A      SYSREG_BIT(1)
#define SCTLR_C      SYSREG_BIT(2)
#define SCTLR_SA     SYSREG_BIT(3)
#define SCTLR_SA0    SYSREG_BIT(4)
#define SCTLR_EOS    SYSREG_BIT(11)
#define SCTLR_I      SYSREG_BIT(12)
#define SCTLR_WXN    SYSREG_BIT(19)
#define SCTLR_TSCXT  SYSREG_BIT(20)
#define SCTLR_EIS    SYSREG_BIT(22)
#define SCTLR_SPAN   SYSREG_BIT(23)
#define SCTLR_E0E    SYSREG_BIT(24)
#define SCTLR_EE     SYSREG_BIT(25)
#define SCTLR_NTLSMD SYSREG_BIT(28)
#define SCTLR_LSMAOE SYSREG_BIT(29)
/*
 * Bits that are RES1 without the extension that gives them a meaning (ExS, CSV2_2, LSMAOC, PAN):
 * written as one they keep ARMv8.0 behaviour.
 */
#define SCTLR_RES1    (SCTLR_EOS | SCTLR_TSCXT | SCTLR_EIS | SCTLR_SPAN | SCTLR_NTLSMD | SCTLR_LSMAOE)
#define SCTLR_MMU_OFF (SCTLR_RES1 | SCTLR_I)
#define SCTLR_MMU_ON  (SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_SA | SCTLR_WXN)

/* SCTLR_EL2 while E2H=0 has RES1 bits of its own (4, 5, 11, 16, 18, 22, 23, 28, 29). */
#define SCTLR_EL2_NVHE_MMU_OFF                                                                     \
	(SYSREG_BIT(4) | SYSREG_BIT(5) | SYSREG_BIT(11) | SYSREG_BIT(16) | SYSREG_BIT(18) |        \
	 SYSREG_BIT(22) | SYSREG_BIT(23) | SYSREG_BIT(28) | SYSREG_BIT(29))

/* HCR_EL2 */
#define HCR_VM        SYSREG_BIT(0)
#define HCR_SWIO      SYSREG_BIT(1)
#define HCR_PTW       SYSREG_BIT(2)
#define HCR_FMO       SYSREG_BIT(3)
#define HCR_IMO       SYSREG_BIT(4)
#define HCR_AMO       SYSREG_BIT(5)
#define HCR_FB        SYSREG_BIT(9)
#define HCR_BSU_INNER SYSREG_VAL(1, 10)
#define HCR_TWI       SYSREG_BIT(13)
#define HCR_TWE       SYSREG_BIT(14)
#define HCR_TID3      SYSREG_BIT(18)
#define HCR_TSC       SYSREG_BIT(19)
#define HCR_TIDCP     SYSREG_BIT(20)
#define HCR_TACR      SYSREG_BIT(21)
#define HCR_TSW       SYSREG_BIT(22)
#define HCR_TGE       SYSREG_BIT(27)
#define HCR_RW        SYSREG_BIT(31)
#define HCR_TLOR      SYSREG_BIT(35)
#define HCR_TERR      SYSREG_BIT(36)
#define HCR_APK       SYSREG_BIT(40)
#define HCR_API       SYSREG_BIT(41)
#define HCR_TID5      SYSREG_BIT(58)
#define HCR_E2H_SHIFT 34
#define HCR_E2H_WIDTH 1
#define HCR_E2H       SYSREG_BIT(HCR_E2H_SHIFT)
/**
 * The host's value: VHE host, guests are AArch64, physical interrupts and SErrors are taken to EL2.
 * TGE stays 0 for good, so that entering a guest never rewrites the host's translation regime.
 */
#define HCR_HOST (HCR_E2H | HCR_RW | HCR_IMO | HCR_FMO | HCR_AMO)
/** EL1 flavour started at EL2: nothing is trapped, EL1 is AArch64. */
#define HCR_EL1_OWNED HCR_RW

/* CPACR_EL1 (and CPTR_EL2 with E2H=1) */
#define CPACR_ZEN_SHIFT    16
#define CPACR_ZEN_WIDTH    2
#define CPACR_FPEN_SHIFT   20
#define CPACR_FPEN_WIDTH   2
#define CPACR_FPEN_TRAP    SYSREG_VAL(0, CPACR_FPEN_SHIFT)
#define CPACR_FPEN_ENABLED SYSREG_VAL(3, CPACR_FPEN_SHIFT)
/* CPTR_EL2 while E2H=0: RES1 bits 13, 12, 9, 8 and 7:0, and no trap bit set. */
#define CPTR_EL2_NVHE_NO_TRAP 0x33ff

/* CPTR_EL2 while E2H=1, beside what CPACR_EL1 has; the kernel reaches it by that name */
#define CPTR_TTA SYSREG_BIT(28)
#define CPTR_TAM SYSREG_BIT(30)

/* CNTHCTL_EL2; the layout follows E2H */
#define CNTHCTL_NVHE_EL1PCTEN SYSREG_BIT(0)
#define CNTHCTL_NVHE_EL1PCEN  SYSREG_BIT(1)
#define CNTHCTL_VHE_EL0PCTEN  SYSREG_BIT(0)
#define CNTHCTL_VHE_EL0VCTEN  SYSREG_BIT(1)
#define CNTHCTL_VHE_EL1PCTEN  SYSREG_BIT(10)
#define CNTHCTL_VHE_EL1PTEN   SYSREG_BIT(11)

/* CNTx_CTL */
#define CNT_CTL_ENABLE  SYSREG_BIT(0)
#define CNT_CTL_IMASK   SYSREG_BIT(1)
#define CNT_CTL_ISTATUS SYSREG_BIT(2)

/* MDCR_EL2 */
#define MDCR_EL2_HPMN_SHIFT 0
#define MDCR_EL2_HPMN_WIDTH 5
#define MDCR_EL2_TPMCR      SYSREG_BIT(5)
#define MDCR_EL2_TPM        SYSREG_BIT(6)
#define MDCR_EL2_TDA        SYSREG_BIT(9)
#define MDCR_EL2_TDOSA      SYSREG_BIT(10)
#define MDCR_EL2_TDRA       SYSREG_BIT(11)
#define MDCR_EL2_TPMS       SYSREG_BIT(14)
#define MDCR_EL2_TTRF       SYSREG_BIT(19)
#define MDCR_EL2_TDCC       SYSREG_BIT(27)

/* MDSCR_EL1 */
#define MDSCR_SS   SYSREG_BIT(0)
#define MDSCR_TDCC SYSREG_BIT(12)
#define MDSCR_KDE  SYSREG_BIT(13)
#define MDSCR_MDE  SYSREG_BIT(15)

/* OSLSR_EL1, OSLAR_EL1 */
#define OSLSR_OSLM SYSREG_BIT(3)
#define OSLSR_OSLK SYSREG_BIT(1)
#define OSLAR_OSLK SYSREG_BIT(0)

/* PMCR_EL0 */
#define PMCR_N_SHIFT 11
#define PMCR_N_WIDTH 5

/* ICC_SRE_ELx; the names the assembler may not know are given by encoding */
#define ICC_SRE_EL1_REG S3_0_C12_C12_5
#define ICC_SRE_EL2_REG S3_4_C12_C9_5
#define ICC_SRE_EL3_REG S3_6_C12_C12_5
#define ICH_HCR_EL2_REG S3_4_C12_C11_0
/* What the vector does by itself (guest_asm.h). ICH_LR1: GUEST_TIMER_LR. */
#define ICC_IAR1_EL1_REG  S3_0_C12_C12_0
#define ICC_EOIR1_EL1_REG S3_0_C12_C12_1
#define ICH_ELRSR_EL2_REG S3_4_C12_C11_5
#define ICH_LR1_EL2_REG   S3_4_C12_C12_1
#define ICC_SRE_SRE       SYSREG_BIT(0)
#define ICC_SRE_DFB       SYSREG_BIT(1)
#define ICC_SRE_DIB       SYSREG_BIT(2)
#define ICC_SRE_ENABLE    SYSREG_BIT(3)

/* SCR_EL3 (only to leave an EL3 we were started at by mistake) */
#define SCR_EL3_NS   SYSREG_BIT(0)
#define SCR_EL3_RES1 SYSREG_VAL(3, 4)
#define SCR_EL3_SMD  SYSREG_BIT(7)
#define SCR_EL3_HCE  SYSREG_BIT(8)
#define SCR_EL3_RW   SYSREG_BIT(10)

/* TCR_EL1 (and TCR_EL2 with E2H=1) */
#define TCR_T0SZ_SHIFT 0
#define TCR_T0SZ_WIDTH 6
#define TCR_IRGN0_WBWA SYSREG_VAL(1, 8)
#define TCR_ORGN0_WBWA SYSREG_VAL(1, 10)
#define TCR_SH0_INNER  SYSREG_VAL(3, 12)
#define TCR_TG0_4K     SYSREG_VAL(0, 14)
#define TCR_EPD0       SYSREG_BIT(7)
#define TCR_EPD0       SYSREG_BIT(7)
#define TCR_EPD1       SYSREG_BIT(23)
#define TCR_TG1_4K     SYSREG_VAL(2, 30)
#define TCR_IPS_SHIFT  32
#define TCR_IPS_WIDTH  3

/* ID_AA64PFR0_EL1 */
#define ID_PFR0_EL2_SHIFT 8
#define ID_PFR0_EL2_WIDTH 4
#define ID_PFR0_EL3_SHIFT 12
#define ID_PFR0_EL3_WIDTH 4
#define ID_PFR0_FP_SHIFT  16
#define ID_PFR0_FP_WIDTH  4
#define ID_PFR0_GIC_SHIFT 24
#define ID_PFR0_GIC_WIDTH 4
#define ID_PFR0_RAS_SHIFT 28
#define ID_PFR0_RAS_WIDTH 4
#define ID_PFR0_AMU_SHIFT 44
#define ID_PFR0_AMU_WIDTH 4

/* ID_AA64PFR1_EL1 */
#define ID_PFR1_SSBS_SHIFT 4
#define ID_PFR1_SSBS_WIDTH 4
#define ID_PFR1_MTE_SHIFT  8
#define ID_PFR1_MTE_WIDTH  4
#define ID_PFR1_SME_SHIFT  24
#define ID_PFR1_SME_WIDTH  4

/* ID_AA64ISAR1_EL1, ID_AA64ISAR2_EL1: address authentication by each of the algorithms */
#define ID_ISAR1_APA_SHIFT  4
#define ID_ISAR1_APA_WIDTH  4
#define ID_ISAR1_API_SHIFT  8
#define ID_ISAR1_API_WIDTH  4
#define ID_ISAR2_APA3_SHIFT 12
#define ID_ISAR2_APA3_WIDTH 4
#define ID_AA64ISAR2_REG    S3_0_C0_C6_2

/* ID_AA64ISAR0_EL1 */
#define ID_ISAR0_ATOMIC_SHIFT 20
#define ID_ISAR0_ATOMIC_WIDTH 4

/* ID_AA64DFR0_EL1 */
#define ID_DFR0_PMUVER_SHIFT  8
#define ID_DFR0_PMUVER_WIDTH  4
#define ID_DFR0_PMUVER_IMPDEF 0xf
#define ID_DFR0_TRACE_SHIFT   4
#define ID_DFR0_TRACE_WIDTH   4
#define ID_DFR0_SPE_SHIFT     32
#define ID_DFR0_SPE_WIDTH     4
#define ID_DFR0_TRF_SHIFT     40
#define ID_DFR0_TRF_WIDTH     4

/* ID_AA64MMFR0_EL1 */
#define ID_MMFR0_PARANGE_SHIFT 0
#define ID_MMFR0_PARANGE_WIDTH 4
#define PARANGE_48BIT          5
#define ID_MMFR0_FGT_SHIFT     56
#define ID_MMFR0_FGT_WIDTH     4

/* MPAM: the names of its registers are no assembler's */
#define ID_PFR0_MPAM_SHIFT      40
#define ID_PFR0_MPAM_WIDTH      4
#define ID_PFR1_MPAM_FRAC_SHIFT 16
#define ID_PFR1_MPAM_FRAC_WIDTH 4
#define MPAMIDR_HAS_HCR         SYSREG_BIT(17)
#define MPAMIDR_HAS_TIDR        SYSREG_BIT(58)
#define MPAM2_TRAPMPAM1EL1      SYSREG_BIT(48)
#define MPAM2_TRAPMPAM0EL1      SYSREG_BIT(49)
#define MPAM2_TIDR              SYSREG_BIT(58)
#define MPAMHCR_TRAP_MPAMIDR    SYSREG_BIT(31)

/* Fine-grained trap registers */
#define HFGRTR_EL2_REG  S3_4_C1_C1_4
#define HFGWTR_EL2_REG  S3_4_C1_C1_5
#define HFGITR_EL2_REG  S3_4_C1_C1_6
#define HDFGRTR_EL2_REG S3_4_C3_C1_4
#define HDFGWTR_EL2_REG S3_4_C3_C1_5

/* ID_AA64MMFR1_EL1 */
#define ID_MMFR1_VMIDBITS_SHIFT 4
#define ID_MMFR1_VMIDBITS_WIDTH 4
#define ID_MMFR1_VMIDBITS_16    2
#define ID_MMFR1_VH_SHIFT       8
#define ID_MMFR1_VH_WIDTH       4
#define ID_MMFR1_LO_SHIFT       16
#define ID_MMFR1_LO_WIDTH       4
#define ID_MMFR1_PAN_SHIFT      20
#define ID_MMFR1_PAN_WIDTH      4
#define ID_MMFR1_HCX_SHIFT      40
#define ID_MMFR1_HCX_WIDTH      4

/* VTCR_EL2 and VTTBR_EL2: stage 2 */
#define VTCR_T0SZ_SHIFT  0
#define VTCR_SL0_SHIFT   6
#define VTCR_IRGN0_WBWA  SYSREG_VAL(1, 8)
#define VTCR_ORGN0_WBWA  SYSREG_VAL(1, 10)
#define VTCR_SH0_INNER   SYSREG_VAL(3, 12)
#define VTCR_TG0_4K      SYSREG_VAL(0, 14)
#define VTCR_PS_SHIFT    16
#define VTCR_VS          SYSREG_BIT(19)
#define VTCR_RES1        SYSREG_BIT(31)
#define VTTBR_VMID_SHIFT 48

/* PAR_EL1 of a translation that succeeded (F is 0) */
#define PAR_F       SYSREG_BIT(0)
#define PAR_PA_MASK SYSREG_VAL(0xfffffffff, 12)

/* HPFAR_EL2: bits 47:12 of the IPA that faulted */
#define HPFAR_FIPA_SHIFT 4
#define HPFAR_FIPA_WIDTH 40

/* CTR_EL0 */
#define CTR_IMINLINE_SHIFT 0
#define CTR_IMINLINE_WIDTH 4
#define CTR_DMINLINE_SHIFT 16
#define CTR_DMINLINE_WIDTH 4
#define CTR_IDC_SHIFT      28
#define CTR_IDC_WIDTH      1
#define CTR_DIC_SHIFT      29
#define CTR_DIC_WIDTH      1

/* MPIDR_EL1: the affinity fields Aff3 and Aff2..Aff0 */
#define MPIDR_AFF_MASK 0xff00ffffff

/* MAIR_EL1 attribute bytes and the indices we give them */
#define MAIR_ATTR_DEVICE_NGNRE 0x04
#define MAIR_ATTR_NORMAL_WB    0xff
#define MAIR_ATTR_NORMAL_NC    0x44
#define MAIR_IDX_NORMAL        0
#define MAIR_IDX_DEVICE        1
#define MAIR_IDX_NORMAL_NC     2
#define MAIR_VALUE                                                                                 \
	(SYSREG_VAL(MAIR_ATTR_NORMAL_WB, 8 * MAIR_IDX_NORMAL) |                                    \
	 SYSREG_VAL(MAIR_ATTR_DEVICE_NGNRE, 8 * MAIR_IDX_DEVICE) |                                 \
	 SYSREG_VAL(MAIR_ATTR_NORMAL_NC, 8 * MAIR_IDX_NORMAL_NC))

/* ESR_ELx */
#define ESR_ISS_SHIFT    0
#define ESR_ISS_WIDTH    25
#define ESR_IL           SYSREG_BIT(25)
#define ESR_EC_SHIFT     26
#define ESR_EC_WIDTH     6
#define ESR_EC_UNKNOWN   0x00
#define ESR_EC_WFX       0x01
#define ESR_EC_CP15_32   0x03
#define ESR_EC_CP15_64   0x04
#define ESR_EC_CP15_32   0x03
#define ESR_EC_CP15_64   0x04
#define ESR_EC_CP14_32   0x05
#define ESR_EC_FP        0x07
#define ESR_EC_CP14_64   0x0c
#define ESR_EC_ILLEGAL   0x0e
#define ESR_EC_SVC64     0x15
#define ESR_EC_HVC64     0x16
#define ESR_EC_SMC64     0x17
#define ESR_EC_SYS64     0x18
#define ESR_EC_SVE       0x19
#define ESR_EC_IABT_LO   0x20
#define ESR_EC_IABT      0x21
#define ESR_EC_PC_ALGN   0x22
#define ESR_EC_DABT_LO   0x24
#define ESR_EC_DABT      0x25
#define ESR_EC_SP_ALGN   0x26
#define ESR_EC_SERROR    0x2f
#define ESR_EC_BRK       0x3c
#define ESR_DFSC_SHIFT   0
#define ESR_DFSC_WIDTH   6
#define FSC_TLB_CONFLICT 0x30U
#define DFSC_SERROR      0x11U
/* SErrors: the syndrome is the core's own, or AET says how bad it is (FEAT_RAS) */
#define ESR_SERROR_IDS        SYSREG_BIT(24)
#define ESR_AET_SHIFT         10
#define ESR_AET_WIDTH         3
#define ESR_AET_UNCONTAINED   0
#define ESR_AET_UNRECOVERABLE 1
#define ESR_AET_RESTARTABLE   2
#define ESR_AET_RECOVERABLE   3
#define ESR_AET_CORRECTED     6
#define ESR_COND_SHIFT        20
#define ESR_COND_WIDTH        4
#define ESR_CV                SYSREG_BIT(24)
#define ESR_WNR_SHIFT         6
#define ESR_WNR               SYSREG_BIT(ESR_WNR_SHIFT)
#define ESR_S1PTW             SYSREG_BIT(7)
#define ESR_CM                SYSREG_BIT(8)
#define ESR_EA                SYSREG_BIT(9)
#define ESR_FNV               SYSREG_BIT(10)

/* HPFAR_EL2: the faulting IPA's bits from 12 on, at bit 4 */
#define HPFAR_FIPA SYSREG_VAL(0xfffffffffff, 4)
/* The syndrome of a data access, if ESR_ISV */
#define ESR_AR        SYSREG_BIT(14)
#define ESR_SF        SYSREG_BIT(15)
#define ESR_SRT_SHIFT 16
#define ESR_SRT_WIDTH 5
/* The register of an MSR or MRS; and all of the syndrome of a write of ICC_SGI1R_EL1 from X0. */
#define ESR_RT_SHIFT  5
#define ESR_ICC_SGI1R 0x623a3016
/** The register is one of the upper half. */
#define ESR_SRT_HIGH_SHIFT (ESR_SRT_SHIFT + ESR_SRT_WIDTH - 1)
#define ESR_SSE            SYSREG_BIT(21)
#define ESR_SAS_SHIFT      22
#define ESR_SAS_WIDTH      2
#define ESR_ISV            SYSREG_BIT(24)
/* Fault status of aborts; the lower two bits of translation faults are the level */
#define DFSC_TRANS    0x04
#define DFSC_TYPE     0x3c
#define DFSC_CONFLICT 0x30

#endif /* ZVM_ARCH_ARM64_SYSREG_H_ */
