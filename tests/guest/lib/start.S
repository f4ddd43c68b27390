/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start of a test guest at EL1, MMU off: it relocates itself, clears .bss, turns the MMU on and calls guest_entry().
 * Secondary CPUs come by PSCI CPU_ON with a struct cpu_start in x0.
 */
#include "guest_offsets.h"

	.section .head.entry, "ax"
	b	start
	.long	0

	.text
start:
	mov	x19, x0                 /* devicetree */
	mrs	x20, cntvct_el0         /* the first the guest knows of time */
	adrp	x0, guest_start
	add	x0, x0, :lo12:guest_start
	/* Linked at GUEST_LINK_BASE; here at x0. */
	ldr	x1, =GUEST_LINK_BASE
	sub	x1, x0, x1
	adrp	x2, guest_rela_start
	add	x2, x2, :lo12:guest_rela_start
	adrp	x3, guest_rela_end
	add	x3, x3, :lo12:guest_rela_end
1:	cmp	x2, x3
	b.hs	2f
	ldp	x4, x5, [x2], #16
	ldr	x6, [x2], #8
	cmp	w5, #1027               /* R_AARCH64_RELATIVE */
	b.ne	1b
	add	x6, x6, x1
	str	x6, [x4, x1]
	b	1b
2:	adrp	x2, guest_bss_start
	adrp	x3, guest_bss_end
3:	cmp	x2, x3
	b.hs	4f
	stp	xzr, xzr, [x2], #16
	b	3b
4:	bl	mmu_on
	adrp	x0, stacks
	add	x0, x0, #STACK_SIZE
	mov	sp, x0
	msr	tpidr_el1, xzr
	mov	x0, x19
	mov	x1, x20
	bl	guest_entry
	b	.

	.globl	secondary_start
secondary_start:
	mov	x19, x0
	bl	mmu_on
	ldp	x0, x1, [x19]           /* index, function */
	msr	tpidr_el1, x0
	adrp	x2, stacks
	mov	x3, #STACK_SIZE
	madd	x2, x0, x3, x2
	add	sp, x2, x3
	ldr	x0, [x19, #16]
	str	xzr, [x19, #8]          /* the structure may be used again */
	blr	x1
	b	cpu_stop

	.globl	cpu_stop
cpu_stop:
	ldr	x0, =0x84000002         /* CPU_OFF */
	hvc	#0
	b	.

/* Identity map of 39 bits by gigabytes, vectors. Clobbers x0-x3. */
	.globl	mmu_on
mmu_on:
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0
	ldr	x0, =0x44ff04           /* 0 Device-nGnRE, 1 Normal, 2 Normal Non-cacheable */
	msr	mair_el1, x0
	mrs	x1, id_aa64mmfr0_el1
	and	x1, x1, #0xf
	mov	x2, #5
	cmp	x1, x2
	csel	x1, x1, x2, lo
	ldr	x0, =0x803519           /* T0SZ 25, WB WA, inner shareable, EPD1 */
	bfi	x0, x1, #32, #3
	msr	tcr_el1, x0
	adrp	x0, page_table
	msr	ttbr0_el1, x0
	tlbi	vmalle1
	dsb	nsh
	isb
	ldr	x0, =0x30d0180d         /* RES1, I, SA, C, M */
	msr	sctlr_el1, x0
	isb
	ret

	.globl	mmu_off
mmu_off:
	ldr	x0, =0x30d00800
	msr	sctlr_el1, x0
	isb
	ret

/* ---- exceptions ---- */

	.macro	entry kind
	.balign	128
	sub	sp, sp, #REGS_SIZE
	stp	x0, x1, [sp]
	mov	x0, #\kind
	b	exception_common
	.endm

	.section .text.vectors, "ax"
	.balign	2048
	.globl	vectors
vectors:
	.set	kind, 0
	.rept	16
	entry	kind
	.set	kind, kind + 1
	.endr

exception_common:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, elr_el1
	stp	x30, x1, [sp, #240]
	mrs	x2, spsr_el1
	mrs	x3, esr_el1
	stp	x2, x3, [sp, #256]
	mrs	x2, far_el1
	str	x2, [sp, #272]
	mov	x1, sp
	bl	exception
	.globl	exception_return
exception_return:
	ldp	x30, x1, [sp, #240]
	ldr	x2, [sp, #256]
	msr	elr_el1, x1
	msr	spsr_el1, x2
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldp	x0, x1, [sp], #REGS_SIZE
	eret

/* A gigabyte per entry: devices, then normal memory; the last shows the first of RAM to EL0. */
	.data
	.balign	4096
	.globl	page_table
page_table:
	.quad	0x0060000000000401      /* AF, XN, attribute 0 */
	.set	gb, 1
	.rept	510
	.quad	0x705 | (gb << 30)      /* AF, inner shareable, attribute 1 */
	.set	gb, gb + 1
	.endr
	.quad	0x745 | (1 << 30) | (1 << 53)

	.section .noinit, "aw", %nobits
	.balign	4096
stacks:
	.space	STACK_SIZE * CPUS_MAX
