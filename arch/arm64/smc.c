/* SPDX-License-Identifier: Apache-2.0 */
/* SMCs of guests, handed on. */
#include "arch/arm64/smc.h"

#include "arch/arm64/sysreg.h"

bool smc_has_el3(void)
{
	return SYSREG_FIELD(read_sysreg(id_aa64pfr0_el1), ID_PFR0_EL3) != 0U;
}

/* x8 to x17 may be read (SMCCC 1.2) and changed (1.0). */
void smc_pass(uint64_t x[8])
{
	register uint64_t x0 __asm__("x0") = x[0];
	register uint64_t x1 __asm__("x1") = x[1];
	register uint64_t x2 __asm__("x2") = x[2];
	register uint64_t x3 __asm__("x3") = x[3];
	register uint64_t x4 __asm__("x4") = x[4];
	register uint64_t x5 __asm__("x5") = x[5];
	register uint64_t x6 __asm__("x6") = x[6];
	register uint64_t x7 __asm__("x7") = x[7];

	__asm__ volatile(
		".irp n, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17\n\t"
		"mov x\\n, xzr\n\t"
		".endr\n\t"
		"smc #0"
		: "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5), "+r"(x6), "+r"(x7)
		:
		: "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
	x[4] = x4;
	x[5] = x5;
	x[6] = x6;
	x[7] = x7;
}
