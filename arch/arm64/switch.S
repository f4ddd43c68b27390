/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first switch of a CPU: the context it comes from is never gone back to. All others: arch_switch() in
 * arch.h.
 */
#include "arch/arm64/asm.h"
#include "arch/arm64/el.h"
#include "asm-offsets.h"

/* void arch_first_switch(struct k_thread *thread) */
FUNC arch_first_switch
	ldr	x1, [x0, #THREAD_SP]
	ldp	x29, x2, [x0, #THREAD_FP]
	msr	EL_TPIDR, x0
	mov	sp, x1
	br	x2
END_FUNC arch_first_switch
