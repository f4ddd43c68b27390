/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First instructions of the boot CPU and of secondary CPUs, up to C code with the MMU on.
 *
 * Registers that live through start-up of the boot CPU:
 *   x19 counter at entry   x20 x0 of the loader   x21 exception level at entry   x22 BOOT_* problem
 */
#include "arch/arm64/asm.h"
#include "arch/arm64/boot.h"
#include "arch/arm64/el.h"
#include "arch/arm64/image.h"
#include "arch/arm64/sysreg.h"
#include "asm-offsets.h"

	.section .head.entry, "ax"
#ifdef CONFIG_EFI_STUB
	/* Also the magic number of an EFI application: "MZ". x13 is nobody's. */
	add	x13, x18, #0x16
	b	boot_entry
#else
	b	boot_entry
	nop
#endif

/*
 * Vectors of start-up: one message, and a load that may fail. Exceptions come from this level with its own stack pointer
 * (el_setup), so only those four of the sixteen are here, at 0x200 from the start of the image, which is the table's.
 */
	.section .head.vectors, "ax"
	.balign	128
	.globl	boot_vectors
	.hidden	boot_vectors
boot_vectors:
	mrs	x16, elr_el1
	adr	x17, boot_probe_load
	cmp	x16, x17
	b.ne	1f
	adr	x17, boot_probe_failed
	msr	elr_el1, x17
	eret
1:	mrs	x0, esr_el1
	mov	x1, x16
	mrs	x2, far_el1
	adr_l	x3, z_boot_stack_top
	mov	sp, x3
	b	boot_exception
	.rept	3
	.balign	128
	b	boot_vectors
	.endr

	.section .head.text, "ax"
	.balign	4

/*
 * Linux boot protocol: MMU and data cache off, x0 = devicetree, the loaded image clean to the point of
 * coherency, this CPU at EL2 or non-secure EL1.
 */
boot_entry:
	msr	daifset, #DAIFSET_ALL
	mov	x20, x0
	/* The virtual counter: at EL1 the physical one may be trapped by a hypervisor below us. */
	mrs	x0, CurrentEL
	cmp	x0, #(1 << CURRENTEL_EL_SHIFT)
	b.eq	1f
	mrs	x19, cntpct_el0
	b	2f
1:	mrs	x19, cntvct_el0
2:	bl	el_setup
	bl	lse_check

	adr_l	x0, z_boot_stack_top
	mov	sp, x0
	adr_l	x0, z_image_start
	msr	vbar_el1, x0
	isb

	/*
	 * The stack is written with caches off, but it was not part of the loaded file: a dirty line of an
	 * earlier user must not be evicted on top of it (DDI 0487, B2.8 "Mismatched memory attributes").
	 */
	adr_l	x0, z_boot_stack
	mov	x1, #BOOT_STACK_SIZE
	bl	cache_invalidate
	bl	relocate

	mov	x0, x20
	mov	x1, x22
	bl	boot_prepare

	/*
	 * Lines of what was written with caches off may have been read into the cache before: drop them
	 * before accesses become cacheable. boot_prepare() did that for the tables.
	 */
	adr_l	x0, z_rodata_start
	adr_l	x1, z_data_end
	sub	x1, x1, x0
	bl	cache_invalidate
	adr_l	x0, z_boot_stack
	mov	x1, #BOOT_STACK_SIZE
	bl	cache_invalidate
	bl	mmu_on

	adr_l	x0, z_bss_start
	adr_l	x1, z_bss_end
	/* Whole pages; not empty (boot.c has a variable there). */
3:	.rept	8
	stp	xzr, xzr, [x0], #16
	.endr
	cmp	x0, x1
	b.lo	3b

	mov	x0, x21
	mov	x1, x22
	mov	x2, x19
	mov	x29, xzr
	mov	x30, xzr
	b	boot_main

/* PSCI CPU_ON comes here, x0 = struct z_cpu, at the exception level of the caller. */
FUNC boot_secondary_entry
	msr	daifset, #DAIFSET_ALL
	mov	x20, x0
	bl	el_setup
	bl	lse_check
	adr_l	x0, z_image_start
	msr	vbar_el1, x0
	isb
	/* A CPU that is not like the boot CPU is of no use here. */
	cbnz	x22, boot_park
	bl	mmu_on
	/* Coherent from here on: the context was written with caches on. */
	mov	x0, x20
	ldr	x1, [x0, #CPU_IRQ_STACK]
	mov	sp, x1
	mov	x29, xzr
	mov	x30, xzr
	b	kernel_secondary_start
END_FUNC boot_secondary_entry

FUNC boot_park
	msr	daifset, #DAIFSET_ALL
1:	wfi
	b	1b
END_FUNC boot_park

	.section .head.text, "ax"
/*
 * Every pointer in the image holds its value at the link address; z_relocs says where they are (scripts/pack_relocs.py):
 * the number of words that follow, and those. An even one is where a pointer is, from the start of the image; bits 1 to
 * 63 of an odd one are for the 63 words that follow what was last told of: 1 for a pointer. It may run once only.
 */
	.globl	relocate
	.hidden	relocate
relocate:
	adr_l	x2, z_image_start
	adr_l	x0, z_link_base
	ldr	x1, [x0]
	sub	x3, x2, x1
	adr_l	x0, z_relocs
	ldr	x1, [x0], #8
1:	cbz	x1, 6f
	sub	x1, x1, #1
	ldr	x4, [x0], #8
	tbnz	x4, #0, 2f
	add	x5, x2, x4
	ldr	x7, [x5]
	add	x7, x7, x3
	str	x7, [x5], #8
	b	1b
2:	mov	x6, x5
3:	lsr	x4, x4, #1
	cbz	x4, 5f
	tbz	x4, #0, 4f
	ldr	x7, [x6]
	add	x7, x7, x3
	str	x7, [x6]
4:	add	x6, x6, #8
	b	3b
5:	add	x5, x5, #(63 * 8)
	b	1b
6:	ret

/*
 * Switch the MMU on with the tables at kernel_root. The address map is the identity, so that the next
 * instruction is where it was.
 */
mmu_on:
	ldr	x0, =MAIR_VALUE
	msr	mair_el1, x0
	/* 48-bit virtual addresses; physical ones as the CPU has, but no more than 48 bits (no LPA2). */
	ldr	x0, =(SYSREG_VAL(16, TCR_T0SZ_SHIFT) | TCR_IRGN0_WBWA | TCR_ORGN0_WBWA | TCR_SH0_INNER | TCR_TG0_4K | TCR_EPD1 | TCR_TG1_4K)
	mrs	x1, id_aa64mmfr0_el1
	ubfx	x1, x1, #ID_MMFR0_PARANGE_SHIFT, #ID_MMFR0_PARANGE_WIDTH
	mov	x2, #PARANGE_48BIT
	cmp	x1, x2
	csel	x1, x1, x2, lo
	bfi	x0, x1, #TCR_IPS_SHIFT, #TCR_IPS_WIDTH
	msr	tcr_el1, x0
	adr_l	x0, kernel_root
	msr	ttbr0_el1, x0
	msr	ttbr1_el1, xzr
	isb
	/* TLBs and the instruction cache are in an unknown state (D8.14, D7.5.3). */
	mrs	x1, CurrentEL
	cmp	x1, #(2 << CURRENTEL_EL_SHIFT)
	b.eq	1f
	tlbi	vmalle1
	b	2f
1:	tlbi	alle2
2:	ic	iallu
	dsb	nsh
	isb
	ldr	x0, =SCTLR_MMU_ON
	msr	sctlr_el1, x0
	isb
	ret

/*
 * Bring the CPU to the exception level that this image runs at, or, where that can not be, to EL1 with
 * the reason in x22. Leaves x21: exception level at entry. Uses x0-x2. Returns with the MMU off.
 */
el_setup:
	msr	spsel, #1
	mov	x22, #BOOT_OK
	mrs	x21, CurrentEL
	lsr	x21, x21, #CURRENTEL_EL_SHIFT
	cmp	x21, #2
	b.eq	el2_setup
	b.hi	el3_setup
#if ZVM_EL == 2
	mov	x22, #BOOT_ENTERED_AT_EL1
#endif

el1_setup:
	ldr	x0, =SCTLR_MMU_OFF
	msr	sctlr_el1, x0
	mov	x0, #CPACR_FPEN_ENABLED
	msr	cpacr_el1, x0
	isb
	ret

/* The kernel's locks are LSE atomics (ID_AA64ISAR0_EL1.Atomic). A problem found before has precedence. */
lse_check:
	mrs	x0, id_aa64isar0_el1
	ubfx	x0, x0, #ID_ISAR0_ATOMIC_SHIFT, #ID_ISAR0_ATOMIC_WIDTH
	cmp	x0, #0
	ccmp	x22, #BOOT_OK, #0, eq
	mov	x0, #BOOT_NO_LSE
	csel	x22, x0, x22, eq
	ret

/* Nothing below EL3 is set up if we are started there: all we want is to leave and to say so. */
el3_setup:
#if ZVM_EL == 2
	mov	x22, #BOOT_ENTERED_AT_EL3
#endif
	mov	x0, #(SCR_EL3_NS | SCR_EL3_RES1 | SCR_EL3_SMD | SCR_EL3_HCE | SCR_EL3_RW)
	msr	scr_el3, x0
	msr	cptr_el3, xzr
	msr	mdcr_el3, xzr
	mrs	x1, id_aa64pfr0_el1
	ubfx	x0, x1, #ID_PFR0_GIC_SHIFT, #ID_PFR0_GIC_WIDTH
	cbz	x0, 1f
	mov	x0, #(ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB | ICC_SRE_ENABLE)
	msr	ICC_SRE_EL3_REG, x0
	isb
1:	mov	x0, #(DAIF_ALL | SPSR_M_EL1H)
	adr	x2, el1_setup
	ubfx	x1, x1, #ID_PFR0_EL2_SHIFT, #ID_PFR0_EL2_WIDTH
	cbz	x1, 2f
	mov	x0, #(DAIF_ALL | SPSR_M_EL2H)
	adr	x2, el2_setup
2:	msr	spsr_el3, x0
	msr	elr_el3, x2
	eret

el2_setup:
#if ZVM_EL == 2
	cbnz	x22, el2_to_el1
	mrs	x0, id_aa64mmfr1_el1
	ubfx	x0, x0, #ID_MMFR1_VH_SHIFT, #ID_MMFR1_VH_WIDTH
	cbnz	x0, 1f
	mov	x22, #BOOT_NO_VHE
	b	el2_to_el1

1:	/* Change E2H only with the MMU off and before relying on redirected names (D8.1.5). */
	ldr	x0, =HCR_HOST
	msr	hcr_el2, x0
	isb
	ldr	x0, =SCTLR_MMU_OFF
	msr	sctlr_el1, x0
	mov	x0, #CPACR_FPEN_ENABLED
	msr	cpacr_el1, x0
	/* Access of a guest's EL0 and EL1 to the physical counter and timer: granted when a guest is entered. */
	msr	cnthctl_el2, xzr
	mov	x2, x30
	bl	el2_common
	mov	x30, x2
	isb
	ret
#endif

/* Enter EL1 with nothing trapped, as if EL2 were not there. */
el2_to_el1:
	ldr	x0, =HCR_EL1_OWNED
	msr	hcr_el2, x0
	isb
	mov	x2, x30
	bl	el2_common
	/* Cores without an E2H=0 mode keep the bit at one, and with it the other layouts. */
	mrs	x0, hcr_el2
	tbnz	x0, #HCR_E2H_SHIFT, 1f
	ldr	x0, =SCTLR_MMU_OFF
	msr	sctlr_el1, x0
	mov	x0, #CPACR_FPEN_ENABLED
	msr	cpacr_el1, x0
	mov	x0, #CPTR_EL2_NVHE_NO_TRAP
	msr	cptr_el2, x0
	mov	x0, #(CNTHCTL_NVHE_EL1PCTEN | CNTHCTL_NVHE_EL1PCEN)
	msr	cnthctl_el2, x0
	b	2f
1:	ldr	x0, =SCTLR_MMU_OFF
	msr	sctlr_el12, x0
	mov	x0, #CPACR_FPEN_ENABLED
	msr	cpacr_el12, x0
	msr	cptr_el2, x0
	mov	x0, #(CNTHCTL_VHE_EL1PCTEN | CNTHCTL_VHE_EL1PTEN)
	msr	cnthctl_el2, x0
2:	mov	x0, #(DAIF_ALL | SPSR_M_EL1H)
	msr	spsr_el2, x0
	msr	elr_el2, x2
	eret

/* What EL2 controls for EL1 and does not depend on E2H: no traps, no offsets, true identity. */
el2_common:
	msr	cntvoff_el2, xzr
	msr	vttbr_el2, xzr
	msr	hstr_el2, xzr
	mrs	x0, midr_el1
	msr	vpidr_el2, x0
	mrs	x0, mpidr_el1
	msr	vmpidr_el2, x0

	/* All event counters for EL1; debug and PMU registers untrapped (D19.3.15 MDCR_EL2.HPMN). */
	mov	x1, xzr
	mrs	x0, id_aa64dfr0_el1
	ubfx	x0, x0, #ID_DFR0_PMUVER_SHIFT, #ID_DFR0_PMUVER_WIDTH
	cbz	x0, 1f
	cmp	x0, #ID_DFR0_PMUVER_IMPDEF
	b.eq	1f
	mrs	x1, pmcr_el0
	ubfx	x1, x1, #PMCR_N_SHIFT, #PMCR_N_WIDTH
1:	msr	mdcr_el2, x1

	/* The GIC's system registers, where there are any (IHI 0069, 12.2.22 ICC_SRE_EL2). */
	mrs	x0, id_aa64pfr0_el1
	ubfx	x0, x0, #ID_PFR0_GIC_SHIFT, #ID_PFR0_GIC_WIDTH
	cbz	x0, 2f
	mov	x0, #(ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB | ICC_SRE_ENABLE)
	msr	ICC_SRE_EL2_REG, x0
	isb
	mrs	x0, ICC_SRE_EL2_REG
	tbz	x0, #0, 2f
	msr	ICH_HCR_EL2_REG, xzr

2:	/* Fine-grained traps reset to an unknown value (D19.2.42 HFGRTR_EL2 and its kin). */
	mrs	x0, id_aa64mmfr0_el1
	ubfx	x0, x0, #ID_MMFR0_FGT_SHIFT, #ID_MMFR0_FGT_WIDTH
	cbz	x0, 3f
	msr	HFGRTR_EL2_REG, xzr
	msr	HFGWTR_EL2_REG, xzr
	msr	HFGITR_EL2_REG, xzr
	msr	HDFGRTR_EL2_REG, xzr
	msr	HDFGWTR_EL2_REG, xzr
3:	isb
	ret

	.ltorg

	.globl	boot_probe32
	.hidden	boot_probe32
	.type	boot_probe32, %function
boot_probe32:
	/* Errors of earlier accesses are not to be taken for this one's. */
	dsb	sy
boot_probe_load:
	ldr	w2, [x0]
	dsb	sy
	isb
	str	w2, [x1]
	mov	w0, #1
	ret
boot_probe_failed:
	mov	w0, wzr
	ret
END_FUNC boot_probe32
