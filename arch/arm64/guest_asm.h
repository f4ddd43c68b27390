/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The first instructions of an exit from a guest: they are the vectors themselves (vectors.S), the rest is guest.S.
 *
 * SP is the thread's struct guest_frame. C code preserves x19-x28, so they stay in registers; the class's handler is
 * called at once, on the thread's stack, interrupts masked. An exit counts every instruction: no register is saved
 * that the handler's class does not need, and ELR and SPSR go to the frame because a handler may open interrupts.
 */
#ifndef ZVM_ARCH_ARM64_GUEST_ASM_H_
#define ZVM_ARCH_ARM64_GUEST_ASM_H_

#include "arch/arm64/sysreg.h"
#include "asm-offsets.h"

/* clang-format off */
	.macro guest_save_frame
	stp	x0, x1, [sp, #16 * 0]
	stp	x2, x3, [sp, #16 * 1]
	guest_save_from_x4
	.endm

	.macro guest_save_from_x4
	stp	x4, x5, [sp, #16 * 2]
	stp	x6, x7, [sp, #16 * 3]
	stp	x8, x9, [sp, #16 * 4]
	stp	x10, x11, [sp, #16 * 5]
	stp	x12, x13, [sp, #16 * 6]
	stp	x14, x15, [sp, #16 * 7]
	stp	x16, x17, [sp, #16 * 8]
	str	x18, [sp, #8 * 18]
	stp	x29, x30, [sp, #8 * 29]
	mrs	x3, elr_el2
	mrs	x4, spsr_el2
	stp	x3, x4, [sp, #GUEST_FRAME_ELR]
	/* A backtrace ends here, whatever the guest has in x29. */
	add	x29, sp, #GUEST_FRAME_RECORD
	.endm

	.macro guest_restore_and_enter
	ldp	x3, x4, [sp, #GUEST_FRAME_ELR]
	guest_enter_at_x3_x4
	.endm

/* With ELR_EL2 and SPSR_EL2 already in registers. */
	.macro guest_enter_at_x3_x4
	msr	elr_el2, x3
	msr	spsr_el2, x4
	ldp	x29, x30, [sp, #8 * 29]
	ldr	x18, [sp, #8 * 18]
	ldp	x16, x17, [sp, #16 * 8]
	ldp	x14, x15, [sp, #16 * 7]
	ldp	x12, x13, [sp, #16 * 6]
	ldp	x10, x11, [sp, #16 * 5]
	ldp	x8, x9, [sp, #16 * 4]
	ldp	x6, x7, [sp, #16 * 3]
	ldp	x4, x5, [sp, #16 * 2]
	ldp	x2, x3, [sp, #16 * 1]
	ldp	x0, x1, [sp, #16 * 0]
	eret
	/* Nothing behind an ERET may be executed speculatively with the state before it. */
	dsb	nsh
	isb
	.endm

/* Entries of tables by register (guest.S, guest_mmio.S), for those that are in the frame. */
	.macro in_frame op, reg, back, numbers:vararg
	.irp	n, \numbers
	\op	\reg, [sp, #8 * \n]
	b	\back
	.endr
	.endm

/*
 * Synchronous exceptions and SErrors. x0: vCPU (the thread register), x1: ESR_EL2, x2: its class, x4: SPSR_EL2.
 * 26 instructions: a vector has room for 32.
 */
	.macro guest_vector_sync
	.balign 0x80
	guest_save_frame
	mrs	x1, esr_el2
	mrs	x0, tpidr_el2
	adr	x3, guest_exit_table
	ubfx	x2, x1, #ESR_EC_SHIFT, #ESR_EC_WIDTH
	ldr	x3, [x3, x2, lsl #3]
	blr	x3
	cbz	w0, guest_resume
	b	guest_reenter
	.endm

/*
 * Interrupts. The guest's own timer, in the usual case: the list register that it was in before takes it once more, and
 * the guest goes on; its deactivation will be the physical one's. The vGIC has said that this is so (struct guest_timer).
 * Nothing of the kernel runs, so nothing can have become ready, and need_resched is not looked at.
 *
 * No barriers. The acknowledge is in order with the masking by the exception (IHI 0069, ICC_IAR1_EL1: self-synchronising),
 * and no data that came with the interrupt is read. What the guest did to its list registers before the exception is
 * seen in ELRSR, what is written here the guest sees: exception entry and return synchronise the context (Arm ARM
 * D1.3.4; SCTLR_EL2.EIS and EOS are 1). The priority drops before the guest can deactivate it, by program order.
 *
 * All others: guest_irq, with what was acknowledged in x0, and x0-x3 saved.
 */
	.macro guest_vector_irq
	.balign 0x80
	stp	x0, x1, [sp, #16 * 0]
	stp	x2, x3, [sp, #16 * 1]
	mrs	x0, ICC_IAR1_EL1_REG
	ldp	x1, x2, [sp, #GUEST_FRAME_TIMER]
	cmp	x0, x1
	b.ne	guest_irq
	mrs	x1, ICH_ELRSR_EL2_REG
	tbz	w1, #GUEST_TIMER_LR_BIT, .Lnot_empty\@
	msr	ICH_LR1_EL2_REG, x2
	msr	ICC_EOIR1_EL1_REG, x0
	ldr	x1, [sp, #GUEST_FRAME_TIMER_FIRED]
	add	x1, x1, #1
	str	x1, [sp, #GUEST_FRAME_TIMER_FIRED]
	ldr	x2, [sp, #16 * 1]
	ldp	x0, x1, [sp, #16 * 0]
	eret
	dsb	nsh
	isb
.Lnot_empty\@:
	b	guest_irq
	.endm
/* clang-format on */

#endif /* ZVM_ARCH_ARM64_GUEST_ASM_H_ */
