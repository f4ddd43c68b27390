/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's access to an emulated register, the short way: an aligned word, in the region of the vCPU's last access.
 * x0-x15 are in the frame, the others where the tables below know: x19-x28 are still in the registers, as C keeps them,
 * and number 31 is XZR. Everything else goes to guest_exit_full, and there to exit_data_abort(), with nothing changed; that also
 * finds the region.
 *
 * What is needed again after the device's function is not saved but read again: thread register, ESR_EL2 and frame are
 * what they were, as interrupts are masked and the function takes no exception.
 */
#ifdef CONFIG_ZVM
#include "arch/arm64/asm.h"
#include "arch/arm64/guest_asm.h"
#include "arch/arm64/sysreg.h"
#include "asm-offsets.h"

/* A stage-2 translation fault with a syndrome: SAS = word, not sign-extended, no acquire or release. */
#define SHORT_SYNDROME 0x01800000 /* ISV, SAS */
#define SHORT_MASK_LO  0x47bc     /* AR FnV EA CM S1PTW DFSC_TYPE */
#define SHORT_MASK_HI  0x01e0     /* ISV SAS SSE */

/* x0: vCPU, x1: ESR_EL2, x2: class; SP: frame, whose x19 is free for the value. In place of a handler. */
FUNC guest_exit_data_abort
	mov	w3, #SHORT_MASK_LO
	eor	w5, w1, #SHORT_SYNDROME
	movk	w3, #SHORT_MASK_HI, lsl #16
	eor	w5, w5, #DFSC_TRANS
	tst	w5, w3
	b.ne	1f
	ldr	x5, [x0, #GUEST_MMIO_LAST]
	/* IPA: page from HPFAR_EL2, 8 bits lower there, and the rest of FAR_EL2. */
	mrs	x3, hpfar_el2
	mrs	x8, far_el2
	ldp	x6, x7, [x5, #GUEST_REGION_BASE]
	lsl	x3, x3, #8
	bfxil	x3, x8, #0, #12
	sub	x8, x3, x6
	cmp	x8, x7
	b.hs	1f
	tst	x8, #3
	b.ne	1f
	/* v, dev, offset, size, value: when reading, its address. */
	mov	w2, w8
	mov	w3, #4
	tbnz	w1, #ESR_WNR_SHIFT, 2f
	ldp	x6, x1, [x5, #GUEST_REGION_OPS]
	add	x4, sp, #8 * 19
	ldr	x6, [x6, #GUEST_OPS_READ]
	blr	x6
	mrs	x1, esr_el2
	tbz	w0, #0, 3f
	ldr	w2, [sp, #8 * 19]
	tbnz	w1, #ESR_SRT_HIGH_SHIFT, 6f
	ubfx	w1, w1, #ESR_SRT_SHIFT, #ESR_SRT_WIDTH
	str	x2, [sp, x1, lsl #3]
4:	mrs	x0, tpidr_el2
	ldp	x3, x4, [sp, #GUEST_FRAME_ELR]
	ldr	x1, [x0, #GUEST_EXITS_MMIO]
	/* vcpu_skip(): AArch32 has other lengths. */
	tbnz	w4, #SPSR_M_AARCH32_SHIFT, 5f
	add	x1, x1, #1
	str	x1, [x0, #GUEST_EXITS_MMIO]
	add	x3, x3, #4
	and	x4, x4, #~SPSR_SS
	and	x4, x4, #~SPSR_BTYPE
	guest_enter_at_x3_x4
1:	b	guest_exit_full
2:	tbnz	w1, #ESR_SRT_HIGH_SHIFT, 7f
	ubfx	w4, w1, #ESR_SRT_SHIFT, #ESR_SRT_WIDTH
	ldr	x4, [sp, x4, lsl #3]
8:	ldp	x6, x1, [x5, #GUEST_REGION_OPS]
	mov	w4, w4
	ldr	x6, [x6, #GUEST_OPS_WRITE]
	blr	x6
	tbz	w0, #0, 3f
	b	4b
	/* Refused, which changes nothing: it will be refused again, with the words for it. */
3:	mrs	x0, tpidr_el2
	mrs	x1, esr_el2
	mov	w2, #ESR_EC_DABT_LO
	b	guest_exit_full
5:	add	x1, x1, #1
	str	x1, [x0, #GUEST_EXITS_MMIO]
	bl	vcpu_skip_a32
	b	guest_resume
	/* x16-x30 and XZR: two instructions for each. */
6:	adr	x3, 9f
	ubfx	w1, w1, #ESR_SRT_SHIFT, #(ESR_SRT_WIDTH - 1)
	add	x3, x3, x1, lsl #3
	br	x3
7:	adr	x6, 10f
	ubfx	w4, w1, #ESR_SRT_SHIFT, #(ESR_SRT_WIDTH - 1)
	add	x6, x6, x4, lsl #3
	br	x6
9:	in_frame	str, x2, 4b, 16, 17, 18
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
	mov	x\n, x2
	b	4b
	.endr
	in_frame	str, x2, 4b, 29, 30
	b	4b
	nop
10:	in_frame	ldr, x4, 8b, 16, 17, 18
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
	mov	x4, x\n
	b	8b
	.endr
	in_frame	ldr, x4, 8b, 29, 30
	mov	x4, xzr
	b	8b
END_FUNC guest_exit_data_abort
#endif /* CONFIG_ZVM */
