/* SPDX-License-Identifier: Apache-2.0 */

/*
 * FP registers and EL1's system registers survive whatever the hypervisor does meanwhile: exits, WFI, preemption,
 * migration. All CPUs check at once, each with patterns of its own. Option 1 (guest_option): for ever, with a line of
 * progress now and then, as a neighbour for others.
 */

#include "gic.h"
#include "guest.h"

#define ROUNDS 300U

void fp_fill(uint64_t seed);
unsigned int fp_differs(uint64_t seed);

static volatile unsigned int ticks[CPUS_MAX];
static volatile unsigned int rounds[CPUS_MAX];
static volatile unsigned int wrong;

/* Registers that hold what is written while this program runs. MASK: bits that do. */
#define SYSTEM_REGISTERS(X)                                                                        \
	X(tpidr_el0, ~0UL)                                                                         \
	X(tpidrro_el0, ~0UL)                                                                       \
	X(sp_el0, ~0UL)                                                                            \
	X(elr_el1, ~0UL)                                                                           \
	X(far_el1, ~0UL)                                                                           \
	X(esr_el1, 0xffffffffUL)                                                                   \
	X(contextidr_el1, 0xffffffffUL)                                                            \
	X(ttbr1_el1, 0xfffffffff000UL)                                                             \
	X(amair_el1, 0UL)                                                                          \
	X(cntkctl_el1, 0x3UL)                                                                      \
	X(csselr_el1, 0x2UL)                                                                       \
	X(par_el1, 0UL)                                                                            \
	X(afsr0_el1, 0UL)

/* Address authentication keys, by encoding: only where the CPU has them. */
#define KEYS(X)                                                                                    \
	X(S3_0_C2_C1_0)                                                                            \
	X(S3_0_C2_C1_1)                                                                            \
	X(S3_0_C2_C1_2)                                                                            \
	X(S3_0_C2_C1_3)                                                                            \
	X(S3_0_C2_C2_0)                                                                            \
	X(S3_0_C2_C2_1)                                                                            \
	X(S3_0_C2_C2_2)                                                                            \
	X(S3_0_C2_C2_3)                                                                            \
	X(S3_0_C2_C3_0)                                                                            \
	X(S3_0_C2_C3_1)

static bool has_keys(void)
{
	return (read_sysreg(id_aa64isar1_el1) & 0xff0) != 0 ||
	       (read_sysreg(S3_0_C0_C6_2) & 0xf000) != 0;
}

static void fill(uint64_t seed)
{
	uint64_t s = seed;

#define X(reg, mask) write_sysreg(reg, (s += 0x0123456789abcdUL) & (mask));
	SYSTEM_REGISTERS(X)
#undef X
	if (has_keys()) {
#define X(reg) write_sysreg(reg, s += 0x9e3779b97f4a7c15UL);
		KEYS(X)
#undef X
	}
	isb();
	fp_fill(seed);
}

static void compare_register(const char *name, uint64_t value, uint64_t wanted, uint64_t mask)
{
	if ((value & mask) != (wanted & mask)) {
		wrong++;
		test_fail(__FILE__, __LINE__, "CPU %u round %u: %s is %#lx, not %#lx", cpu_index(),
			  rounds[cpu_index()], name, value & mask, wanted & mask);
	}
}

static void compare(uint64_t seed)
{
	uint64_t s = seed;
	unsigned int fp = fp_differs(seed);

	if (fp != 0) {
		wrong++;
		test_fail(__FILE__, __LINE__, "CPU %u round %u: FP register %u", cpu_index(),
			  rounds[cpu_index()], fp - 1);
	}
#define X(reg, mask) compare_register(#reg, read_sysreg(reg), s += 0x0123456789abcdUL, mask);
	SYSTEM_REGISTERS(X)
#undef X
	if (has_keys()) {
#define X(reg) compare_register(#reg, read_sysreg(reg), s += 0x9e3779b97f4a7c15UL, ~0UL);
		KEYS(X)
#undef X
	}
}

/* Between filling and comparing no exception is taken here: they have registers of their own. */
static void pass_time(unsigned int round)
{
	uint64_t end;

	switch (round % 4) {
	case 0: /* a wait */
		write_sysreg(cntv_cval_el0, now() + us_to_ticks(100 + round % 7 * 300));
		write_sysreg(cntv_ctl_el0, 1);
		isb();
		wfi();
		write_sysreg(cntv_ctl_el0, 0);
		break;
	case 1: /* other work */
		end = now() + us_to_ticks(50 + round % 11 * 100);
		while (now() < end) {
			relax();
		}
		break;
	case 2: /* exits of several kinds */
		for (unsigned int i = 0; i < 20; i++) {
			(void)read32(GICD_TYPER);
			(void)smccc(PSCI_VERSION, 0, 0, 0);
			(void)read_sysreg(id_aa64pfr0_el1);
			write32(RTC_BASE + 4, i);
		}
		break;
	default: /* another CPU's attention */
		write_sysreg(ICC_SGI1R_EL1, SGI_ALL_OTHERS | 1UL << 24);
		isb();
	}
}

static void one_round(unsigned int cpu, unsigned int round)
{
	uint64_t seed = 0x1000000000000UL * (cpu + 1) + round * 0x10001UL;

	fill(seed);
	pass_time(round);
	compare(seed);
	/* What came meanwhile is taken now, so that interrupts are part of it too. */
	irq_on();
	relax();
	irq_off();
	rounds[cpu] = round + 1;
}

static void on_interrupt(unsigned int intid)
{
	ticks[cpu_index()]++;
}

static void prepare(void)
{
	gic_cpu_init();
	gic_setup(1, 0x80, true);
	gic_setup(VTIMER_INTID, 0x80, false);
	write_sysreg(cpacr_el1, 3UL << 20);
	isb();
}

static void work(void *arg)
{
	unsigned int cpu = cpu_index();

	prepare();
	for (unsigned int round = 0; round < ROUNDS || guest_option[0] != 0; round++) {
		one_round(cpu, round);
		if (guest_option[0] != 0 && round % 500 == 499) {
			print("context: CPU %u round %u, %u wrong\n", cpu, round + 1, wrong);
		}
	}
	write_sysreg(cntv_ctl_el0, 0);
	gic_forget(VTIMER_INTID);
	gic_forget(1);
}

static void registers_survive(void)
{
	unsigned int cpus = cpu_count();

	irq_hook = on_interrupt;
	for (unsigned int i = 1; i < cpus; i++) {
		EXPECT_EQ(cpu_start(i, work, NULL), 0);
	}
	work(NULL);
	for (unsigned int i = 1; i < cpus; i++) {
		while (rounds[i] < ROUNDS) {
			relax();
		}
		EXPECT(cpu_wait_off(i));
	}
	EXPECT_EQ(wrong, 0);
}

/* The guest's own trap of FP registers is the guest's. */
static void access_trap(void)
{
	write_sysreg(cpacr_el1, 0);
	isb();
	trap_arm();
	__asm__ volatile(".inst 0x9e670000"); /* fmov d0, x0 */
	EXPECT_EQ(trap_disarm(), 1);
	EXPECT_EQ(trap_ec(), 0x07);
	write_sysreg(cpacr_el1, 3UL << 20);
	isb();
	fp_fill(77);
	EXPECT_EQ(fp_differs(77), 0);
}

void guest_main(void)
{
	gic_init();
	RUN(access_trap);
	RUN(registers_survive);
}
