/* SPDX-License-Identifier: Apache-2.0 */
/*
 * el0_run(entry, arg, spsr): runs code at EL0 until its first synchronous exception, see el0.c. Its registers are
 * those of the frame then; ours come back from the stack.
 */
	.globl	el0_enter
el0_enter:
	stp	x19, x20, [sp, #-96]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	msr	elr_el1, x0
	msr	spsr_el1, x2
	msr	sp_el0, x3
	mov	x13, x3                 /* SP of AArch32 User mode */
	mov	x0, x1
	eret

	.globl	el0_back
el0_back:
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	x19, x20, [sp], #96
	ret
