/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Started by UEFI firmware, or by a boot loader on it: the other way into the image (docs/boot.md). What the firmware
 * loaded is only used to prepare: a copy of it, taken before anything in it was changed, is what boots.
 */
#ifdef CONFIG_EFI_STUB
#include "arch/arm64/asm.h"
#include "arch/arm64/sysreg.h"

/* EFI_STATUS efi_entry(EFI_HANDLE image, EFI_SYSTEM_TABLE *table): UEFI 2.10, 4.1. It returns if it fails. */
FUNC efi_entry
	stp	x29, x30, [sp, #-48]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	str	x21, [sp, #32]
	mov	x19, x0
	mov	x20, x1
	mov	x0, x1
	add	x1, sp, #40
	bl	efi_copy_image
	mov	x21, x0
	cbz	x0, 1f
	/* From here on C may use pointers that are in the image. */
	bl	relocate
	mov	x0, x19
	mov	x1, x20
	ldr	x2, [sp, #40]
	bl	efi_prepare
	cbz	x0, 1f
	/* x0: devicetree. Go on in the copy, which is clean to the point of coherency. */
	adr_l	x2, z_image_start
	adr_l	x3, efi_leave
	sub	x3, x3, x2
	mov	x1, x21
	add	x3, x3, x21
	br	x3
	/* EFI_LOAD_ERROR (appendix D). */
1:	mov	x0, #1
	orr	x0, x0, #(1 << 63)
	ldp	x19, x20, [sp, #16]
	ldr	x21, [sp, #32]
	ldp	x29, x30, [sp], #48
	ret
END_FUNC efi_entry

/*
 * x0: devicetree, x1: the image's copy, which has the boot protocol's entry at its start. MMU and data cache off: what
 * they hold and is needed was cleaned by efi_prepare(). The address map of the firmware is the identity (UEFI 2.3.6).
 */
FUNC efi_leave
	msr	daifset, #DAIFSET_ALL
	mrs	x2, CurrentEL
	cmp	x2, #(2 << CURRENTEL_EL_SHIFT)
	b.ne	1f
	mrs	x2, sctlr_el2
	bic	x2, x2, #SCTLR_M
	bic	x2, x2, #SCTLR_C
	msr	sctlr_el2, x2
	b	2f
1:	mrs	x2, sctlr_el1
	bic	x2, x2, #SCTLR_M
	bic	x2, x2, #SCTLR_C
	msr	sctlr_el1, x2
2:	isb
	/* Other instructions than before may be at the copy's addresses (D7.5.6). */
	ic	iallu
	dsb	nsh
	isb
	br	x1
END_FUNC efi_leave
#endif /* CONFIG_EFI_STUB */
