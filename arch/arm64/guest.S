/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of a guest and back: what follows the vectors (guest_asm.h). See docs/trap-path.md.
 */
#ifdef CONFIG_ZVM
#include "arch/arm64/asm.h"
#include "arch/arm64/guest_asm.h"
#include "arch/arm64/sysreg.h"
#include "asm-offsets.h"

	/* A handler opened interrupts or blocked: is the context still here, does anything wait? */
FUNC guest_reenter
	bl	guest_before_enter
	.globl	guest_resume
	.hidden	guest_resume
guest_resume:
	guest_restore_and_enter
END_FUNC guest_reenter

/*
 * The classes that want x19-x28 in the frame: called by the vector in place of the handler, with its registers. There
 * is no way back to the vector: x30 is not kept.
 */
FUNC guest_exit_full
	stp	x19, x20, [sp, #8 * 19]
	stp	x21, x22, [sp, #8 * 21]
	stp	x23, x24, [sp, #8 * 23]
	stp	x25, x26, [sp, #8 * 25]
	stp	x27, x28, [sp, #8 * 27]
	adr	x3, guest_exit_full_table
	ldr	x3, [x3, x2, lsl #3]
	blr	x3
	cbnz	w0, 1f
guest_resume_full:
	ldp	x19, x20, [sp, #8 * 19]
	ldp	x21, x22, [sp, #8 * 21]
	ldp	x23, x24, [sp, #8 * 23]
	ldp	x25, x26, [sp, #8 * 25]
	ldp	x27, x28, [sp, #8 * 27]
	guest_restore_and_enter
1:	bl	guest_before_enter
	b	guest_resume_full
END_FUNC guest_exit_full

/*
 * MSR, MRS, system instruction, in place of a handler: a write of ICC_SGI1R_EL1, which is what a guest with several CPUs
 * does most; all others as they are to guest_exit_full.
 */
FUNC guest_exit_sys64
	ldr	w3, =ESR_ICC_SGI1R
	eor	w3, w3, w1
	tst	w3, #~(0x1f << ESR_RT_SHIFT)
	b.ne	guest_exit_full
	tbnz	w1, #(ESR_RT_SHIFT + 4), 2f
	ubfx	x1, x1, #ESR_RT_SHIFT, #5
	ldr	x1, [sp, x1, lsl #3]
1:	bl	vgic_sgi1r
	mrs	x2, tpidr_el2
	ldp	x3, x4, [sp, #GUEST_FRAME_ELR]
	ldr	x1, [x2, #GUEST_EXITS_SYSREG]
	/* vcpu_skip() */
	add	x3, x3, #4
	and	x4, x4, #~SPSR_SS
	add	x1, x1, #1
	and	x4, x4, #~SPSR_BTYPE
	str	x1, [x2, #GUEST_EXITS_SYSREG]
	cbnz	w0, 4f
	guest_enter_at_x3_x4
4:	stp	x3, x4, [sp, #GUEST_FRAME_ELR]
	b	guest_reenter
	/* x16-x30 and XZR: two instructions for each. x19-x28 are still in their registers. */
2:	adr	x3, 3f
	ubfx	x1, x1, #ESR_RT_SHIFT, #4
	add	x3, x3, x1, lsl #3
	br	x3
3:	in_frame	ldr, x1, 1b, 16, 17, 18
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
	mov	x1, x\n
	b	1b
	.endr
	in_frame	ldr, x1, 1b, 29, 30
	mov	x1, xzr
	b	1b
	.ltorg
END_FUNC guest_exit_sys64

/* void guest_enter(struct guest_frame *frame): what the thread did before is forgotten. */
FUNC guest_enter
	mov	sp, x0
	add	x29, x0, #GUEST_FRAME_RECORD
	bl	guest_before_enter
	b	guest_resume_full
END_FUNC guest_enter

/*
 * uint64_t bus_error_take(uintptr_t addr, uint32_t value, bool byte): see bus_error.c. SErrors are masked at first; what comes
 * between the two labels is the current thread's. With FEAT_RAS the ESB has it taken (Arm ARM DDI 0487, ESB; RAS, "Error
 * synchronization event"). Without, ESB does nothing, and the ISB has it taken, as a context synchronization event (D1.3.5).
 */
	.globl	bus_error_from
	.hidden	bus_error_from
	.globl	bus_error_to
	.hidden	bus_error_to
FUNC bus_error_take
	mov	x3, x0
	mov	x0, xzr
	cbz	x3, 2f
	cbz	w2, 1f
bus_error_from:
	strb	w1, [x3]
	b	2f
1:	str	w1, [x3]
2:	dsb	sy
	msr	daifclr, #4
	hint	#16
	isb
bus_error_to:
	msr	daifset, #4
	ret
END_FUNC bus_error_take

/*
 * An interrupt that the vector has acknowledged, x0. Its handler gets the CPU as well, on the CPU's interrupt stack. The
 * interrupted guest's registers are all in the frame then, and x29 is what C keeps.
 */
FUNC guest_irq
	guest_save_from_x4
	mrs	x4, tpidr_el2
	mov	w2, #1
	ldr	x1, [x4, #THREAD_CPU]
	str	w2, [x4, #THREAD_IRQ_DEPTH]
	ldrb	w4, [x4, #THREAD_FPU_LIVE]
	ldp	x2, x3, [x1, #CPU_IRQ_STACK]
	mov	sp, x2
	cbnz	w4, guest_irq_fpu
	blr	x3
guest_irq_end:
	mrs	x0, tpidr_el2
	sub	sp, x29, #GUEST_FRAME_RECORD
	ldr	x3, [x0, #GUEST_EXITS_IRQ]
	ldr	x2, [x0, #THREAD_CPU]
	add	x3, x3, #1
	str	wzr, [x0, #THREAD_IRQ_DEPTH]
	str	x3, [x0, #GUEST_EXITS_IRQ]
	ldr	w1, [x2, #CPU_NEED_RESCHED]
	cbnz	w1, 1f
	guest_restore_and_enter
	/* With thread, reasons and CPU; it returns when this thread is to go on, perhaps on another CPU. */
1:	tbnz	w1, #RESCHED_GONE_BIT, 2f
	bl	z_preempt
	b	guest_reenter
2:	/* The handler aborted the thread: its stack may be somebody else's already. */
	ldr	x3, [x2, #CPU_IRQ_STACK]
	mov	sp, x3
	bl	z_preempt
	/* The FP registers hold the guest's values: the handler shall not change them unnoticed. */
guest_irq_fpu:
	stp	x0, x1, [sp, #-16]!
	bl	arch_fpu_isr_begin
	ldp	x0, x1, [sp], #16
	ldr	x3, [x1, #CPU_IRQ_TAKEN]
	blr	x3
	bl	arch_fpu_isr_end
	b	guest_irq_end
END_FUNC guest_irq
#endif /* CONFIG_ZVM */
