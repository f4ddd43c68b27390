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

/*
 * Synchronous exceptions and SErrors. x0: vCPU (the thread register), x1: ESR_EL2, x2: its class.
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

/* Interrupts: as in vectors.S, on the CPU's interrupt stack. */
	.macro guest_vector_irq
	.balign 0x80
	guest_save_frame
	mrs	x0, tpidr_el2
	mov	w2, #1
	ldr	x1, [x0, #THREAD_CPU]
	str	w2, [x0, #THREAD_IRQ_DEPTH]
	ldrb	w4, [x0, #THREAD_FPU_LIVE]
	adrp	x3, z_irq_root_handler
	ldr	x1, [x1, #CPU_IRQ_STACK]
	ldr	x3, [x3, #:lo12:z_irq_root_handler]
	mov	sp, x1
	cbnz	w4, guest_irq_fpu
	blr	x3
	b	guest_irq_end
	.endm
/* clang-format on */

#endif /* ZVM_ARCH_ARM64_GUEST_ASM_H_ */
