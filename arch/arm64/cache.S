/* SPDX-License-Identifier: Apache-2.0 */
/* Cache maintenance by range; see cache.h. x0: start, x1: size; clobbers x2, x3. */
#include "arch/arm64/asm.h"
#include "arch/arm64/sysreg.h"

/* One operation for every line that [x0, x0 + x1) touches. Leaves x1: end. */
.macro for_lines op:vararg
	add	x1, x0, x1
	sub	x3, x2, #1
	bic	x0, x0, x3
1:	cmp	x0, x1
	b.hs	2f
	\op
	add	x0, x0, x2
	b	1b
2:
.endm

/* The same for what may be all of a guest's RAM: eight at a time. */
.macro for_many_lines op:vararg
	add	x1, x0, x1
	sub	x3, x2, #1
	bic	x0, x0, x3
1:	sub	x3, x1, x0
	cmp	x3, x2, lsl #3
	b.lo	2f
	.rept	8
	\op
	add	x0, x0, x2
	.endr
	b	1b
2:	cmp	x0, x1
	b.hs	3f
	\op
	add	x0, x0, x2
	b	2b
3:
.endm

FUNC cache_invalidate
	dcache_line x2, x3
	for_lines dc ivac, x0
	dsb	sy
	ret
END_FUNC cache_invalidate

FUNC cache_clean
	dcache_line x2, x3
	for_lines dc cvac, x0
	dsb	sy
	ret
END_FUNC cache_clean

FUNC cache_clean_invalidate
	dcache_line x2, x3
	for_many_lines dc civac, x0
	dsb	sy
	ret
END_FUNC cache_clean_invalidate

FUNC cache_sync_code
	mov	x4, x0
	mov	x5, x1
	mrs	x6, ctr_el0
	tbnz	x6, #CTR_IDC_SHIFT, 3f
	dcache_line x2, x3
	for_lines dc cvau, x0
3:	dsb	ish
	tbnz	x6, #CTR_DIC_SHIFT, 4f
	mov	x0, x4
	mov	x1, x5
	ubfx	x3, x6, #CTR_IMINLINE_SHIFT, #CTR_IMINLINE_WIDTH
	mov	x2, #4
	lsl	x2, x2, x3
	for_lines ic ivau, x0
	dsb	ish
4:	isb
	ret
END_FUNC cache_sync_code

/* DCZID_EL0: bit 4 forbids DC ZVA, bits 3:0 are the log2 of its block in words. */
FUNC cache_zero
	mrs	x2, dczid_el0
	tbnz	x2, #4, 4f
	and	x2, x2, #15
	mov	x3, #4
	lsl	x2, x3, x2
	for_many_lines dc zva, x0
	ret
4:	add	x1, x0, x1
5:	cmp	x0, x1
	b.hs	6f
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	b	5b
6:	ret
END_FUNC cache_zero

FUNC cache_drop_code
	dsb	ish
	ic	ialluis
	dsb	ish
	isb
	ret
END_FUNC cache_drop_code
