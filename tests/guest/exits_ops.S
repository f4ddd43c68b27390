/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is measured, instruction by instruction. op_NAME(uint64_t *out, uint64_t n, ...) writes n differences of the
 * counter. trace_NAME_begin and trace_NAME_end are the two reads around the operation: bench/scenarios/exits.py cuts a trace
 * there. An operation that ends in an interrupt ends at the handler's first instruction, trace_irq.
 */
#include "guest_offsets.h"

	.macro	op name
	.globl	op_\name
op_\name:
	stp	x19, x20, [sp, #-96]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	mov	x19, x0
	add	x20, x0, x1, lsl #3
	mov	x24, x2
	mov	x25, x3
	mov	x26, #0
1:
	.endm

	.macro	begin name
	.globl	trace_\name\()_begin
trace_\name\()_begin:
	mrs	x21, cntvct_el0
	.endm

	.macro	end name
	.globl	trace_\name\()_end
trace_\name\()_end:
	mrs	x22, cntvct_el0
	.endm

	.macro	done
	sub	x22, x22, x21
	str	x22, [x19], #8
	cmp	x19, x20
	b.ne	1b
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	x19, x20, [sp], #96
	ret
	.endm

/* Only the two reads: the cost that all others are less of. */
op empty
	begin	empty
	end	empty
	done

/* x2: half of how many instructions, from 1 on. Two for each half; an odd number has one more. */
op known_even
	mov	x9, x24
	begin	known_even
2:	subs	x9, x9, #1
	b.ne	2b
	end	known_even
	done

op known_odd
	mov	x9, x24
	begin	known_odd
	nop
2:	subs	x9, x9, #1
	b.ne	2b
	end	known_odd
	done

op hvc
	mov	w0, #0x84000000
	begin	hvc
	hvc	#0
	end	hvc
	done

op id_register
	begin	id_register
	mrs	x0, id_aa64pfr0_el1
	end	id_register
	done

/* x2: GICD_TYPER */
op gicd_typer
	begin	gicd_typer
	ldr	w0, [x24]
	end	gicd_typer
	done

/* x2: GICR_ISENABLER0, x3: value */
op isenabler
	begin	isenabler
	str	w25, [x24]
	end	isenabler
	done

/* x2: value of ICC_SGI1R_EL1. The handler counts in x26 and leaves its time in x22. */
op sgi_self
	add	x23, x26, #1
	begin	sgi_self
	msr	s3_0_c12_c11_5, x24
2:	cmp	x26, x23
	b.ne	2b
	done

/* x2: ticks from now; the deadline is what is measured from. */
op timer_spin
	add	x23, x26, #1
	mrs	x21, cntvct_el0
	add	x21, x21, x24
	msr	cntv_cval_el0, x21
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
	.globl	trace_timer_spin_begin
trace_timer_spin_begin:
2:	cmp	x26, x23
	b.ne	2b
	done

op timer_wfi
	add	x23, x26, #1
	mrs	x21, cntvct_el0
	add	x21, x21, x24
	msr	cntv_cval_el0, x21
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
	.globl	trace_timer_wfi_begin
trace_timer_wfi_begin:
2:	wfi
	cmp	x26, x23
	b.ne	2b
	done

/*
 * x2: ICC_SGI1R_EL1 to the other CPU, x3: where its handler leaves its time, 0 before. The other CPU spins in
 * answer_spin. Between the two there is no more than this CPU's YIELD: without it an emulator would not let go.
 */
op sgi_other
	str	xzr, [x25]
	begin	sgi_other
	msr	s3_0_c12_c11_5, x24
2:	yield
	ldr	x22, [x25]
	cbz	x22, 2b
	done

/* The same there and back: the other CPU's handler sends one to this CPU. */
op ping_pong
	add	x23, x26, #1
	begin	ping_pong
	msr	s3_0_c12_c11_5, x24
2:	yield
	cmp	x26, x23
	b.ne	2b
	done

/*
 * Two vCPUs on one CPU take turns: each wakes the other and waits. From one's WFI to the other's next instruction.
 * Interrupts are masked: WFI ends all the same. x2: SGI to the other, x3: where the latest WFI's time is.
 */
op turn
	wfi
	mrs	x22, cntvct_el0
	.globl	trace_turn_end
trace_turn_end:
	ldr	x21, [x25]
	mrs	x0, s3_0_c12_c12_0
	msr	s3_0_c12_c12_1, x0
	msr	s3_0_c12_c11_5, x24
	dsb	sy
	.globl	trace_turn_begin
trace_turn_begin:
	mrs	x0, cntvct_el0
	str	x0, [x25]
	done

/* answer_spin(place, sgi, mode): the other CPU. Its handler leaves its time at the place (mode 0), or answers (1). */
	.globl	answer_spin
answer_spin:
	mov	x19, x0
	mov	x24, x1
	mov	x20, x2
	mov	x26, #0
	msr	daifclr, #2
3:	yield
	b	3b

/* ---- interrupts ---- */

	.balign	2048
	.globl	exits_vectors, exits_vectors_other
exits_vectors:
	.rept	4
	.balign	128
	b	other_exception
	.endr
	.balign	128
	b	other_exception
	.balign	128
	.globl	trace_irq
trace_irq:
	mrs	x22, cntvct_el0
	msr	cntv_ctl_el0, xzr
	mrs	x28, s3_0_c12_c12_0
	msr	s3_0_c12_c12_1, x28
	add	x26, x26, #1
	eret

	.balign	2048
exits_vectors_other:
	.rept	5
	.balign	128
	b	other_exception
	.endr
	.balign	128
	.globl	trace_irq_other
trace_irq_other:
	mrs	x22, cntvct_el0
	mrs	x28, s3_0_c12_c12_0
	msr	s3_0_c12_c12_1, x28
	cbnz	x20, 1f
	str	x22, [x19]
	eret
1:	msr	s3_0_c12_c11_5, x24
	eret

	.balign	128
other_exception:
	adrp	x16, vectors
	add	x16, x16, :lo12:vectors
	add	x16, x16, #0x200
	br	x16
