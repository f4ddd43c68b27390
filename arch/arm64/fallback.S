/* SPDX-License-Identifier: Apache-2.0 */
/* The devicetree of last resort (fallback.dts), as dtc made it. */
	.section .rodata.fallback_fdt, "a"
	.globl	fallback_fdt
	.hidden	fallback_fdt
	.balign	8
fallback_fdt:
	.incbin	"fallback.dtb"
	.globl	fallback_fdt_end
	.hidden	fallback_fdt_end
fallback_fdt_end:
