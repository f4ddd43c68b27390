/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Self-hosted debug (Arm ARM D2): software step, also over instructions that a hypervisor does for the guest, and
 * breakpoint registers, which hold values.
 */

#include "guest.h"

#define EC_STEP  0x33U
#define EC_BRK   0x3cU
#define PSTATE_D BIT(9)
#define SPSR_SS  BIT(21)
#define MDSCR_SS BIT(0)
#define KDE      BIT(13)
#define STEPS    8U
#define UART_FR  0x09000018UL

static volatile unsigned int steps;
static volatile unsigned int others;
static uint64_t stopped_at[STEPS];

static void on_exception(struct regs *regs, unsigned int kind)
{
	if (regs->esr >> 26 != EC_STEP) {
		others++;
		regs->elr += 4;
		return;
	}
	if (steps < STEPS) {
		stopped_at[steps] = regs->elr;
	}
	steps++;
	regs->spsr |= steps < STEPS ? SPSR_SS : PSTATE_D;
}

/* One exception behind each instruction: done by the CPU, or by whoever it traps to. */
static void software_step(void)
{
	uint64_t first;
	uint64_t version;
	uint64_t pfr0;

	write_sysreg(oslar_el1, 0);
	write_sysreg(mdscr_el1, MDSCR_SS | KDE);
	isb();
	EXPECT_EQ(read_sysreg(mdscr_el1), MDSCR_SS | KDE);
	steps = 0;
	others = 0;
	sync_hook = on_exception;
	__asm__ volatile("mov	x0, %3\n"
			 "	adr	%0, 1f\n"
			 "	msr	elr_el1, %0\n"
			 "	msr	spsr_el1, %4\n"
			 "	isb\n"
			 "	eret\n"
			 "1:	nop\n"
			 "	mrs	%2, id_aa64pfr0_el1\n"
			 "	hvc	#0\n"
			 "	mrs	x3, cntpct_el0\n"
			 "	ldr	w4, [%5]\n"
			 "	msr	actlr_el1, xzr\n"
			 "	mov	%1, x0\n"
			 "	nop\n"
			 "	nop\n"
			 : "=&r"(first), "=&r"(version), "=&r"(pfr0)
			 : "r"((uint64_t)PSCI_VERSION), "r"(SPSR_SS | 0x1c5UL), "r"(UART_FR)
			 : "x0", "x1", "x2", "x3", "x4", "memory");
	sync_hook = NULL;
	write_sysreg(mdscr_el1, 0);
	isb();
	EXPECT_EQ(steps, STEPS);
	EXPECT_EQ(others, 0);
	for (unsigned int i = 0; i < STEPS; i++) {
		EXPECT_EQ(stopped_at[i], first + 4 * (i + 1));
	}
	EXPECT_EQ(version >> 16, 1);
	EXPECT_EQ(pfr0, read_sysreg(id_aa64pfr0_el1));
}

/* Off means off. */
static void no_step(void)
{
	write_sysreg(mdscr_el1, KDE);
	isb();
	steps = 0;
	sync_hook = on_exception;
	__asm__ volatile("adr	x0, 1f\n"
			 "	msr	elr_el1, x0\n"
			 "	msr	spsr_el1, %0\n"
			 "	isb\n"
			 "	eret\n"
			 "1:	nop\n"
			 "	mrs	x0, id_aa64pfr0_el1\n"
			 "	nop\n"
			 "	msr	daifset, #8\n" ::"r"(SPSR_SS | 0x1c5UL)
			 : "x0", "memory");
	sync_hook = NULL;
	write_sysreg(mdscr_el1, 0);
	isb();
	EXPECT_EQ(steps, 0);
}

static void breakpoint_instruction(void)
{
	trap_arm();
	__asm__ volatile("brk #0x123");
	EXPECT_EQ(trap_disarm(), 1);
	EXPECT_EQ(trap_ec(), EC_BRK);
	EXPECT_EQ(my_trap()->esr & 0xffff, 0x123);
}

#define HOLDS(reg, value)                                                                          \
	do {                                                                                       \
		write_sysreg(reg, value);                                                          \
		isb();                                                                             \
		EXPECT_EQ(read_sysreg(reg), value);                                                \
		write_sysreg(reg, 0);                                                              \
	} while (0)

static void registers_hold(void)
{
	HOLDS(dbgbvr0_el1, 0x41001230UL);
	HOLDS(dbgbvr1_el1, 0x41001234UL);
	HOLDS(dbgwvr0_el1, 0x41001238UL);
	HOLDS(dbgwvr1_el1, 0x41001240UL);
	HOLDS(dbgbcr0_el1, 0x1e4UL);
	HOLDS(dbgwcr1_el1, 0x1ff8UL);
}

static void os_lock(void)
{
	write_sysreg(oslar_el1, 1);
	isb();
	EXPECT_EQ(read_sysreg(oslsr_el1), 0xa);
	write_sysreg(oslar_el1, 0);
	isb();
	EXPECT_EQ(read_sysreg(oslsr_el1), 8);
}

void guest_main(void)
{
	RUN(software_step);
	RUN(no_step);
	RUN(breakpoint_instruction);
	RUN(registers_hold);
	RUN(os_lock);
}
