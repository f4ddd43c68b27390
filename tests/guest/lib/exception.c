/* SPDX-License-Identifier: Apache-2.0 */

/* Where vectors go: expected faults are recorded and stepped over, others end the guest with a report. */

#include "gic.h"
#include "guest.h"

static struct trap traps[CPUS_MAX];

void (*volatile sync_hook)(struct regs *regs, unsigned int kind);
void (*volatile irq_hook)(unsigned int intid);
void (*volatile irq_raw_hook)(struct regs *regs, bool fiq);

void exception(unsigned int kind, struct regs *regs);

struct trap *my_trap(void)
{
	return &traps[cpu_index()];
}

void trap_arm(void)
{
	struct trap *t = my_trap();

	t->count = 0;
	t->esr = 0;
	t->far = 0;
	t->elr = 0;
	t->resume = 0;
	t->armed = true;
	__asm__ volatile("" ::: "memory");
}

unsigned int trap_disarm(void)
{
	__asm__ volatile("dsb sy\n\tisb" ::: "memory");
	my_trap()->armed = false;
	return my_trap()->count;
}

static void __attribute__((noreturn)) unexpected(unsigned int kind, const struct regs *regs)
{
	static const char *const kinds[] = {"synchronous", "IRQ", "FIQ", "SError"};

	test_fail("exception", (int)cpu_index(),
		  "%s (vector %u) esr %#lx far %#lx elr %#lx (guest_start %#lx) spsr %#lx",
		  kinds[kind & 3U], kind, regs->esr, regs->far, regs->elr, (uint64_t)guest_start,
		  regs->spsr);
	for (unsigned int i = 0; i < 30; i += 3) {
		print("  x%02u %016lx %016lx %016lx\n", i, regs->x[i], regs->x[i + 1],
		      regs->x[i + 2]);
	}
	print("  x30 %016lx\n", regs->x[30]);
	test_end();
	finish();
}

static void synchronous(unsigned int kind, struct regs *regs)
{
	struct trap *t = my_trap();

	if (sync_hook != NULL) {
		sync_hook(regs, kind);
		return;
	}
	if (!t->armed) {
		unexpected(kind, regs);
	}
	t->count++;
	t->esr = regs->esr;
	t->far = regs->far;
	t->elr = regs->elr;
	t->spsr = regs->spsr;
	regs->elr = t->resume != 0 ? t->resume : regs->elr + 4;
	regs->spsr &= ~BIT(20); /* IL */
}

static void interrupt(struct regs *regs, bool fiq)
{
	unsigned int intid;

	if (irq_raw_hook != NULL) {
		irq_raw_hook(regs, fiq);
		return;
	}
	intid = (unsigned int)read_sysreg(ICC_IAR1_EL1) & 0xffffffU;
	if (intid >= 1020 && intid < 1024) {
		return;
	}
	if (irq_hook == NULL) {
		print("interrupt %u\n", intid);
		unexpected(1, regs);
	}
	irq_hook(intid);
	write_sysreg(ICC_EOIR1_EL1, intid);
}

void exception(unsigned int kind, struct regs *regs)
{
	if (kind < 4 && sync_hook == NULL) {
		unexpected(kind, regs); /* SP_EL0: nobody uses it here */
	}
	switch (kind & 3U) {
	case 0:
		synchronous(kind, regs);
		break;
	case 1:
	case 2:
		interrupt(regs, (kind & 3U) == 2);
		break;
	default:
		unexpected(kind, regs);
	}
}
