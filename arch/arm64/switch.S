/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Switching threads. A switch is a function call, so only the callee-saved registers (AAPCS64, 6.1.1)
 * need saving; a thread that was preempted has the others in its interrupt frame. FP registers are
 * switched lazily, see fpu.c.
 */
#include "arch/arm64/asm.h"
#include "arch/arm64/el.h"
#include "asm-offsets.h"

	.macro load_context thread
	ldr	x2, [\thread, #THREAD_SP]
	msr	EL_TPIDR, \thread
	mov	sp, x2
	ldp	x19, x20, [sp, #16 * 0]
	ldp	x21, x22, [sp, #16 * 1]
	ldp	x23, x24, [sp, #16 * 2]
	ldp	x25, x26, [sp, #16 * 3]
	ldp	x27, x28, [sp, #16 * 4]
	ldp	x29, x30, [sp, #16 * 5]
	add	sp, sp, #SWITCH_FRAME_SIZE
	.endm

/* void arch_switch(struct k_thread *prev, struct k_thread *next) */
FUNC arch_switch
	sub	sp, sp, #SWITCH_FRAME_SIZE
	stp	x19, x20, [sp, #16 * 0]
	stp	x21, x22, [sp, #16 * 1]
	stp	x23, x24, [sp, #16 * 2]
	stp	x25, x26, [sp, #16 * 3]
	stp	x27, x28, [sp, #16 * 4]
	stp	x29, x30, [sp, #16 * 5]
	mov	x2, sp
	str	x2, [x0, #THREAD_SP]
	load_context x1
	ret
END_FUNC arch_switch

/* void arch_first_switch(struct k_thread *thread) */
FUNC arch_first_switch
	load_context x0
	ret
END_FUNC arch_first_switch
