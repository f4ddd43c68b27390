/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions taken while the kernel itself runs (Arm ARM D1.3.1, vector offsets), and the vectors of those from guests,
 * which go on in guest.S. See docs/trap-path.md.
 *
 * Interrupts: what C may clobber is saved on the interrupted thread's stack, the handler runs on the
 * CPU's interrupt stack, and on the way out the scheduler is asked if somebody wanted that.
 *
 * Synchronous exceptions are either the first use of FP registers, which is handled in the same way, or
 * errors. As the error may be a stack that has overflowed, the stack is looked at before it is used.
 */
#include "arch/arm64/asm.h"
#include "arch/arm64/el.h"
#include "arch/arm64/guest_asm.h"
#include "arch/arm64/sysreg.h"
#include "asm-offsets.h"

/*
 * The interrupt frame. x29 and the interrupted PC form a frame record (AAPCS64, 6.4.6), so that a
 * backtrace goes on through it.
 */
	.macro save_frame
	sub	sp, sp, #IRQ_FRAME_SIZE
	stp	x0, x1, [sp, #16 * 0]
	stp	x2, x3, [sp, #16 * 1]
	stp	x4, x5, [sp, #16 * 2]
	stp	x6, x7, [sp, #16 * 3]
	stp	x8, x9, [sp, #16 * 4]
	stp	x10, x11, [sp, #16 * 5]
	stp	x12, x13, [sp, #16 * 6]
	stp	x14, x15, [sp, #16 * 7]
	stp	x16, x17, [sp, #16 * 8]
	stp	x18, x30, [sp, #16 * 9]
	mrs	x1, elr_el1
	mrs	x2, spsr_el1
	stp	x29, x1, [sp, #IRQ_FRAME_RECORD]
	str	x2, [sp, #IRQ_FRAME_SPSR]
	add	x29, sp, #IRQ_FRAME_RECORD
	.endm

	.macro restore_frame_and_return
	ldr	x2, [sp, #IRQ_FRAME_SPSR]
	ldp	x29, x1, [sp, #IRQ_FRAME_RECORD]
	msr	spsr_el1, x2
	msr	elr_el1, x1
	ldp	x18, x30, [sp, #16 * 9]
	ldp	x16, x17, [sp, #16 * 8]
	ldp	x14, x15, [sp, #16 * 7]
	ldp	x12, x13, [sp, #16 * 6]
	ldp	x10, x11, [sp, #16 * 5]
	ldp	x8, x9, [sp, #16 * 4]
	ldp	x6, x7, [sp, #16 * 3]
	ldp	x4, x5, [sp, #16 * 2]
	ldp	x2, x3, [sp, #16 * 1]
	ldp	x0, x1, [sp, #16 * 0]
	add	sp, sp, #IRQ_FRAME_SIZE
	eret
	/* Nothing behind an ERET may be executed speculatively with the state before it. */
	dsb	nsh
	isb
	.endm

/*
 * All registers, for those who report errors. On entry x0 is in EL_SCRATCH, x1 and x2 are in the current
 * thread's scratch, x0 is the thread, sp is where the frame goes, x2 is sp at the exception.
 */
	.macro save_all
	sub	sp, sp, #ESF_SIZE
	stp	x3, x4, [sp, #8 * 3]
	stp	x5, x6, [sp, #8 * 5]
	stp	x7, x8, [sp, #8 * 7]
	stp	x9, x10, [sp, #8 * 9]
	stp	x11, x12, [sp, #8 * 11]
	stp	x13, x14, [sp, #8 * 13]
	stp	x15, x16, [sp, #8 * 15]
	stp	x17, x18, [sp, #8 * 17]
	stp	x19, x20, [sp, #8 * 19]
	stp	x21, x22, [sp, #8 * 21]
	stp	x23, x24, [sp, #8 * 23]
	stp	x25, x26, [sp, #8 * 25]
	stp	x27, x28, [sp, #8 * 27]
	stp	x29, x30, [sp, #8 * 29]
	str	x2, [sp, #ESF_SP]
	mrs	x3, EL_SCRATCH
	str	x3, [sp]
	ldp	x3, x4, [x0, #THREAD_SCRATCH]
	stp	x3, x4, [sp, #8 * 1]
	mrs	x3, elr_el1
	mrs	x4, spsr_el1
	stp	x3, x4, [sp, #ESF_ELR]
	mrs	x3, esr_el1
	mrs	x4, far_el1
	stp	x3, x4, [sp, #ESF_ESR]
	.endm

	.macro vector label
	.balign 0x80
	b	\label
	.endm

	/*
	 * How far below the end of a stack, x1, which changes, would a frame at SP, x2, reach? A little: it has run into its
	 * guard page.
	 */
	.macro overflow_if_below
	add	x1, x1, #ESF_SIZE
	sub	x1, x1, x2
	sub	x1, x1, #1
	cmp	x1, #2, lsl #12
	b.lo	overflow
	.endm

	/* A vector has room for 32 instructions. */
	.section .text.vectors, "ax", %progbits
	.balign 0x800
	.globl	arch_vectors
	.hidden	arch_vectors
arch_vectors:
	/* With SP_EL0: the kernel never runs so. */
	vector	unexpected
	vector	unexpected
	vector	unexpected
	vector	unexpected

	/* With SP_ELx: the kernel. */
	.balign	0x80
	.type	sync, %function
sync:
	msr	EL_SCRATCH, x0
	mrs	x0, EL_TPIDR
	stp	x1, x2, [x0, #THREAD_SCRATCH]
	mov	x2, sp
	ldr	x1, [x0, #THREAD_STACK_LO]
	overflow_if_below
	ldr	x1, [x0, #THREAD_CPU]
	ldr	x1, [x1, #CPU_IRQ_STACK_LO]
	overflow_if_below
	mrs	x1, esr_el1
	ubfx	x1, x1, #ESR_EC_SHIFT, #6
	cmp	x1, #ESR_EC_FP
	b.ne	error
	/* The first use of FP registers since they were last taken away. */
	ldp	x1, x2, [x0, #THREAD_SCRATCH]
	mrs	x0, EL_SCRATCH
	b	fpu_trap

	.balign	0x80
	.type	irq, %function
irq:
	save_frame
	mrs	x0, EL_TPIDR
	mov	w2, #1
	ldr	x1, [x0, #THREAD_CPU]
	str	w2, [x0, #THREAD_IRQ_DEPTH]
	ldrb	w4, [x0, #THREAD_FPU_LIVE]
	adrp	x3, z_irq_root_handler
	ldr	x1, [x1, #CPU_IRQ_STACK]
	ldr	x3, [x3, #:lo12:z_irq_root_handler]
	mov	sp, x1
	b	irq_handle

	vector	unexpected
	vector	unexpected
#ifdef CONFIG_ZVM
	/* From a guest, AArch64, then AArch32 (its EL0). SErrors are a class of their own. FIQs are nobody's. */
	.rept	2
	guest_vector_sync
	guest_vector_irq
	vector	unexpected
	guest_vector_sync
	.endr
#else
	/* From a lower exception level: none runs under this kernel. */
	.rept	8
	vector	unexpected
	.endr
#endif

	/* Not behind the table, where the room up to the next one would be lost. */
	.text
	.type	irq_handle, %function
irq_handle:
	cbnz	w4, 4f
	blr	x3
5:	mrs	x0, EL_TPIDR
	sub	sp, x29, #IRQ_FRAME_RECORD
	ldr	x2, [x0, #THREAD_CPU]
	str	wzr, [x0, #THREAD_IRQ_DEPTH]
	ldr	w1, [x2, #CPU_NEED_RESCHED]
	cbnz	w1, 2f
1:	restore_frame_and_return
	/* With thread, reasons and CPU; it returns when this thread is to go on. */
2:	tbnz	w1, #RESCHED_GONE_BIT, 3f
	bl	z_preempt
	b	1b
3:	/* The handler aborted the thread: its stack may be somebody else's already. */
	ldr	x3, [x2, #CPU_IRQ_STACK]
	mov	sp, x3
	bl	z_preempt
	/* The FP registers hold the thread's values: the handler shall not change them unnoticed. */
4:	bl	arch_fpu_isr_begin
	adrp	x3, z_irq_root_handler
	ldr	x3, [x3, #:lo12:z_irq_root_handler]
	blr	x3
	bl	arch_fpu_isr_end
	b	5b
	.size	irq_handle, . - irq_handle

	.type	fpu_trap, %function
fpu_trap:
	save_frame
	bl	arch_fpu_trap
	restore_frame_and_return
	.size	fpu_trap, . - fpu_trap

	/* The stack is not usable: report on the one kept for that. */
	.type	overflow, %function
overflow:
	ldr	x1, [x0, #THREAD_CPU]
	ldr	x1, [x1, #CPU_OVERFLOW_STACK]
	mov	sp, x1
	adr_l	x1, arch_stack_overflow
	b	report
	.size	overflow, . - overflow

	/* Nothing that can be put right: x0-x2 as at the exception. */
	.type	unexpected, %function
unexpected:
	msr	EL_SCRATCH, x0
	mrs	x0, EL_TPIDR
	stp	x1, x2, [x0, #THREAD_SCRATCH]
	mov	x2, sp
error:
	adr_l	x1, arch_error
report:
	save_all
	mov	x0, sp
	/* A frame record for the backtrace's end. */
	mov	x29, xzr
	blr	x1
	/* It returned: the cause is gone, or the instruction was stepped over. */
	ldp	x1, x2, [sp, #ESF_ELR]
	msr	elr_el1, x1
	msr	spsr_el1, x2
	ldp	x1, x2, [sp, #8 * 1]
	ldp	x3, x4, [sp, #8 * 3]
	ldp	x5, x6, [sp, #8 * 5]
	ldp	x7, x8, [sp, #8 * 7]
	ldp	x9, x10, [sp, #8 * 9]
	ldp	x11, x12, [sp, #8 * 11]
	ldp	x13, x14, [sp, #8 * 13]
	ldp	x15, x16, [sp, #8 * 15]
	ldp	x17, x18, [sp, #8 * 17]
	ldp	x19, x20, [sp, #8 * 19]
	ldp	x21, x22, [sp, #8 * 21]
	ldp	x23, x24, [sp, #8 * 23]
	ldp	x25, x26, [sp, #8 * 25]
	ldp	x27, x28, [sp, #8 * 27]
	ldp	x29, x30, [sp, #8 * 29]
	ldr	x0, [sp]
	add	sp, sp, #ESF_SIZE
	eret
	dsb	nsh
	isb
	.size	unexpected, . - unexpected

/* void arch_fpu_save(struct arch_fpu *to) */
FUNC arch_fpu_save
	.arch_extension fp
	stp	q0, q1, [x0, #32 * 0]
	stp	q2, q3, [x0, #32 * 1]
	stp	q4, q5, [x0, #32 * 2]
	stp	q6, q7, [x0, #32 * 3]
	stp	q8, q9, [x0, #32 * 4]
	stp	q10, q11, [x0, #32 * 5]
	stp	q12, q13, [x0, #32 * 6]
	stp	q14, q15, [x0, #32 * 7]
	stp	q16, q17, [x0, #32 * 8]
	stp	q18, q19, [x0, #32 * 9]
	stp	q20, q21, [x0, #32 * 10]
	stp	q22, q23, [x0, #32 * 11]
	stp	q24, q25, [x0, #32 * 12]
	stp	q26, q27, [x0, #32 * 13]
	stp	q28, q29, [x0, #32 * 14]
	stp	q30, q31, [x0, #32 * 15]
	mrs	x1, fpsr
	mrs	x2, fpcr
	str	x1, [x0, #32 * 16]
	str	x2, [x0, #32 * 16 + 8]
	ret
END_FUNC arch_fpu_save

/* void arch_fpu_load(const struct arch_fpu *from) */
FUNC arch_fpu_load
	.arch_extension fp
	ldp	q0, q1, [x0, #32 * 0]
	ldp	q2, q3, [x0, #32 * 1]
	ldp	q4, q5, [x0, #32 * 2]
	ldp	q6, q7, [x0, #32 * 3]
	ldp	q8, q9, [x0, #32 * 4]
	ldp	q10, q11, [x0, #32 * 5]
	ldp	q12, q13, [x0, #32 * 6]
	ldp	q14, q15, [x0, #32 * 7]
	ldp	q16, q17, [x0, #32 * 8]
	ldp	q18, q19, [x0, #32 * 9]
	ldp	q20, q21, [x0, #32 * 10]
	ldp	q22, q23, [x0, #32 * 11]
	ldp	q24, q25, [x0, #32 * 12]
	ldp	q26, q27, [x0, #32 * 13]
	ldp	q28, q29, [x0, #32 * 14]
	ldp	q30, q31, [x0, #32 * 15]
	ldr	x1, [x0, #32 * 16]
	ldr	x2, [x0, #32 * 16 + 8]
	msr	fpsr, x1
	msr	fpcr, x2
	ret
END_FUNC arch_fpu_load
