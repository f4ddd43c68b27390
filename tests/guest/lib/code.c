/* SPDX-License-Identifier: Apache-2.0 */

/* Instructions made at run time: for sweeps over encodings. */

#include "guest.h"

#define INSN_RET 0xd65f03c0U
#define INSN_SVC 0xd4000001U

/* A page of their own: an emulator is slow where code and data share one. */
static uint32_t slot[CPUS_MAX][128] __attribute__((aligned(4096)));

static void publish(uint32_t *code)
{
	__asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb" ::"r"(code)
			 : "memory");
}

/* x0 goes in and out; everything else is the caller's to expect. */
uint64_t run_instruction(uint32_t instruction, uint64_t x0_value, bool *undefined)
{
	uint32_t *code = slot[cpu_index()];
	unsigned int n;

	code[0] = instruction;
	code[1] = INSN_RET;
	publish(code);
	trap_arm();
	__asm__ volatile("mov x16, %1\n\tmov x0, %0\n\tblr x16\n\tmov %0, x0"
			 : "+r"(x0_value)
			 : "r"(code)
			 : "x0", "x1", "x16", "x17", "x30", "memory", "cc");
	n = trap_disarm();
	*undefined = n != 0;
	if (n != 0) {
		EXPECT(n == 1 && my_trap()->elr == (uint64_t)code,
		       "%#x: %u exceptions, elr %#lx, not %#lx", instruction, n, my_trap()->elr,
		       (uint64_t)code);
	}
	return x0_value;
}

const struct regs *el0_instruction(uint32_t instruction, uint64_t x0)
{
	uint32_t *code = slot[cpu_index()];

	code[0] = instruction;
	code[1] = INSN_SVC;
	publish(code);
	return el0_run(el0_address(code), x0, 0x3c0);
}

const struct regs *el0_instructions(const uint32_t *list, unsigned int n, uint64_t entry,
				    uint64_t x0, uint64_t spsr)
{
	uint32_t *code = slot[cpu_index()];

	for (unsigned int i = 0; i < n; i++) {
		code[i] = list[i];
	}
	publish(code);
	return el0_run(entry + ((uint64_t)code & 0x3fffffffU), x0, spsr);
}

void el0_low_alias(bool on)
{
	page_table[2] = (on ? 0x745 : 0x705) | (on ? 1UL : 2UL) << 30;
	__asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
}
