/* SPDX-License-Identifier: Apache-2.0 */
/* FP registers with a pattern of a seed, and the comparison. The compiler keeps off them. */
	.arch	armv8-a+fp+simd

/* fp_fill(seed): lower half of Vn is seed + n, upper half its complement; FPSR's and FPCR's low bits of it. */
	.globl	fp_fill
fp_fill:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	add	x1, x0, #\n
	mvn	x2, x1
	fmov	d\n, x1
	ins	v\n\().d[1], x2
	.endr
	and	x1, x0, #0x1f
	msr	fpsr, x1
	and	x1, x0, #3
	lsl	x1, x1, #22             /* FPCR.RMode */
	msr	fpcr, x1
	ret

/* fp_differs(seed): number of the first register that is not as filled, plus 1; 33 FPSR, 34 FPCR; 0: all is right. */
	.globl	fp_differs
fp_differs:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	mov	w5, #\n + 1
	add	x1, x0, #\n
	mvn	x2, x1
	fmov	x3, d\n
	umov	x4, v\n\().d[1]
	cmp	x1, x3
	ccmp	x2, x4, #0, eq
	b.ne	1f
	.endr
	mov	w5, #33
	mrs	x1, fpsr
	and	x1, x1, #0x1f
	and	x2, x0, #0x1f
	cmp	x1, x2
	b.ne	1f
	mov	w5, #34
	mrs	x1, fpcr
	ubfx	x1, x1, #22, #2
	and	x2, x0, #3
	cmp	x1, x2
	b.ne	1f
	mov	w5, #0
1:	mov	w0, w5
	ret
