/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Assembly helpers.
 */
#ifndef ZVM_ARCH_ARM64_ASM_H_
#define ZVM_ARCH_ARM64_ASM_H_

#include "arch/arm64/sysreg.h"

#ifdef __ASSEMBLER__
/* clang-format off */

/* A function that the linker can drop when nobody calls it. */
.macro FUNC name
	.section .text.\name, "ax", %progbits
	.globl	\name
	.hidden	\name
	.type	\name, %function
	.balign	4
\name:
.endm

.macro END_FUNC name
	.size	\name, . - \name
.endm

/* PC-relative address of a symbol within 4 GiB: no relocation at run time. */
.macro adr_l reg, sym
	adrp	\reg, \sym
	add	\reg, \reg, #:lo12:\sym
.endm

/* Smallest data cache line of the system in bytes. */
.macro dcache_line reg, tmp
	mrs	\tmp, ctr_el0
	ubfx	\tmp, \tmp, #CTR_DMINLINE_SHIFT, #CTR_DMINLINE_WIDTH
	mov	\reg, #4
	lsl	\reg, \reg, \tmp
.endm

/* clang-format on */
#endif /* __ASSEMBLER__ */

#endif /* ZVM_ARCH_ARM64_ASM_H_ */
