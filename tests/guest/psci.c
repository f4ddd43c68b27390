/* SPDX-License-Identifier: Apache-2.0 */

/* PSCI (DEN0022), SMCCC (DEN0028) and TRNG (DEN0098) as a guest sees them. */

#include "gic.h"
#include "guest.h"

#define NOT_SUPPORTED   (-1)
#define INVALID_PARAMS  (-2)
#define ALREADY_ON      (-4)
#define INVALID_ADDRESS (-9)

#define CPU_ON32         0x84000003U
#define AFFINITY_INFO32  0x84000004U
#define CPU_SUSPEND32    0x84000001U
#define MIGRATE_INFO     0x84000006U
#define SYSTEM_RESET2    0x84000012U
#define SYSTEM_RESET2_64 0xc4000012U
#define SMCCC_VERSION    0x80000000U
#define SMCCC_FEATURES   0x80000001U
#define TRNG_VERSION     0x84000050U
#define TRNG_FEATURES    0x84000051U
#define TRNG_UUID        0x84000052U
#define TRNG_RND32       0x84000053U
#define TRNG_RND64       0xc4000053U

static volatile uint64_t arrived;
static volatile uint64_t arrived_with;
static volatile uint64_t arrived_mpidr;
static volatile uint64_t arrived_state;

static int32_t call(uint64_t fn, uint64_t a, uint64_t b, uint64_t c)
{
	return (int32_t)smccc(fn, a, b, c);
}

static void versions(void)
{
	EXPECT_EQ(smccc(PSCI_VERSION, 0, 0, 0), 0x10001);
	EXPECT_EQ(call(MIGRATE_INFO, 0, 0, 0), in_vm() ? 2 : call(MIGRATE_INFO, 0, 0, 0));
}

static void features(void)
{
	static const uint32_t there[] = {PSCI_VERSION,    PSCI_CPU_OFF,       PSCI_CPU_ON,
					 CPU_ON32,        PSCI_AFFINITY_INFO, AFFINITY_INFO32,
					 PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET,  PSCI_FEATURES};
	static const uint32_t missing[] = {0x84000013, 0x84000014, 0xc400000e, 0x840000ff,
					   0xc6000000, 0xffffffff, 0x12345678, 0};

	for (unsigned int i = 0; i < ARRAY_SIZE(there); i++) {
		EXPECT(call(PSCI_FEATURES, there[i], 0, 0) == 0, "%#x", there[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(missing); i++) {
		EXPECT(call(PSCI_FEATURES, missing[i], 0, 0) == NOT_SUPPORTED, "%#x", missing[i]);
	}
	EXPECT(call(PSCI_FEATURES, PSCI_CPU_SUSPEND, 0, 0) >= 0);
}

static void unknown_functions(void)
{
	static const uint32_t numbers[] = {0x8400001f, 0xc400001f, 0x84000100, 0x85000000,
					   0x86000000, 0xc6001234, 0xb2000000, 0xbf00ff00,
					   0xffffffff, 0x00000000, 0x02000000, 0x7fffffff,
					   0x8000ffff, 0xc1000000, 0xc5000020};

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		EXPECT(call(numbers[i], 1, 2, 3) == NOT_SUPPORTED, "HVC %#x: %d", numbers[i],
		       call(numbers[i], 1, 2, 3));
	}
}

/* All 64 bits say so: SMCCC's NOT_SUPPORTED is a 64-bit -1 for 64-bit calls. */
static void unknown_is_64_bits(void)
{
	EXPECT_EQ(smccc(0xc600ff00, 0, 0, 0), ~0UL);
}

static void smccc_calls(void)
{
	EXPECT(call(SMCCC_VERSION, 0, 0, 0) >= 0x10002, "%#x", call(SMCCC_VERSION, 0, 0, 0));
	EXPECT_EQ(call(PSCI_FEATURES, SMCCC_VERSION, 0, 0), 0);
	EXPECT(call(SMCCC_FEATURES, SMCCC_VERSION, 0, 0) >= 0);
	EXPECT(call(SMCCC_FEATURES, SMCCC_FEATURES, 0, 0) >= 0);
	EXPECT_EQ(call(SMCCC_FEATURES, 0x12345678, 0, 0), NOT_SUPPORTED);
}

static void smc_conduit(void)
{
	EXPECT_EQ((uint32_t)smccc_smc(PSCI_VERSION, 0, 0, 0), 0x10001);
	EXPECT_EQ((int32_t)smccc_smc(0x84001234, 0, 0, 0), NOT_SUPPORTED);
	EXPECT_EQ((int32_t)smccc_smc(PSCI_AFFINITY_INFO, cpu_affinity(0), 0, 0), 0);
	EXPECT(trap_disarm() == 0);
	/* SMC's preferred return address is the instruction itself, HVC's is behind it: both go on right behind. */
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t n = 0;

		__asm__ volatile(
			"ldr x0, =0x84000000\n\tsmc #0\n\tadd %0, %0, #1\n\tldr x0, =0x84000000\n\thvc #0\n\t"
			"add %0, %0, #1"
			: "+r"(n)::"x0", "x1", "x2", "x3", "memory");
		EXPECT_EQ(n, 2);
	}
}

/* SMCCC 1.2, 2.6: registers that carry no result come back. */
static void registers_kept(void)
{
	uint64_t bad = 0;

	for (unsigned int smc = 0; smc < 2; smc++) {
		__asm__ volatile(
			"mov x4, #0x1234\n\tmov x5, #0x2345\n\tmov x9, #0x3456\n\tmov x17, #0x4567\n\t"
			"mov x18, #0x5678\n\tldr x0, =0x84000000\n\tcbnz %1, 1f\n\thvc #0\n\tb 2f\n"
			"1: smc #0\n2: mov %0, #0\n\tmov x0, #0x1234\n\tcmp x4, x0\n\tcinc %0, %0, ne\n\t"
			"mov x0, #0x2345\n\tcmp x5, x0\n\tcinc %0, %0, ne\n\tmov x0, #0x3456\n\tcmp x9, x0\n\t"
			"cinc %0, %0, ne\n\tmov x0, #0x4567\n\tcmp x17, x0\n\tcinc %0, %0, ne\n\t"
			"mov x0, #0x5678\n\tcmp x18, x0\n\tcinc %0, %0, ne"
			: "=&r"(bad)
			: "r"((uint64_t)smc)
			: "x0", "x1", "x2", "x3", "x4", "x5", "x9", "x17", "x18", "memory", "cc");
		EXPECT_EQ(bad, 0);
	}
}

/* A number that is not zero belongs to nobody: UNDEF, or NOT_SUPPORTED; and the guest goes on behind it. */
static void immediates(void)
{
	uint64_t x0 = PSCI_VERSION;

	trap_arm();
	__asm__ volatile("mov x0, %0\n\thvc #1\n\tmov %0, x0"
			 : "+r"(x0)::"x0", "x1", "x2", "x3", "memory");
	EXPECT(trap_disarm() == 1 || (int32_t)x0 == NOT_SUPPORTED, "hvc #1: %#lx", x0);
	x0 = PSCI_VERSION;
	trap_arm();
	__asm__ volatile("mov x0, %0\n\tsmc #0xffff\n\tmov %0, x0"
			 : "+r"(x0)::"x0", "x1", "x2", "x3", "memory");
	EXPECT(trap_disarm() == 1 || (int32_t)x0 == NOT_SUPPORTED, "smc #0xffff: %#lx", x0);
}

extern char el0_hvc[], el0_smc[];
__asm__(".text\n.balign 4\n.hidden el0_hvc\n.globl el0_hvc\nel0_hvc: hvc #0\nsvc #0\n"
	".hidden el0_smc\n.globl el0_smc\nel0_smc: smc #0\nsvc #0");

static void from_el0(void)
{
	const struct regs *r = el0_run(el0_address(el0_hvc), PSCI_VERSION, 0x3c0);

	EXPECT_EQ(r->esr >> 26, EC_UNDEF);
	EXPECT_EQ(r->elr, el0_address(el0_hvc));
	r = el0_run(el0_address(el0_smc), PSCI_VERSION, 0x3c0);
	EXPECT_EQ(r->esr >> 26, EC_UNDEF);
	EXPECT_EQ(r->elr, el0_address(el0_smc));
}

static void secondary(void *arg)
{
	arrived_with = (uint64_t)arg;
	arrived_mpidr = read_sysreg(mpidr_el1);
	arrived_state = read_sysreg(daif);
	arrived_state |= read_sysreg(CurrentEL);
	arrived_state |= read_sysreg(spsel);
	dsb();
	arrived = 1;
}

static void cpu_on_errors(void)
{
	uint64_t self = cpu_affinity(cpu_index());

	EXPECT_EQ(call(PSCI_CPU_ON, self, (uint64_t)secondary_start, 0), ALREADY_ON);
	EXPECT_EQ(call(CPU_ON32, self, (uint64_t)secondary_start, 0), ALREADY_ON);
	EXPECT_EQ(call(PSCI_CPU_ON, 0xff, (uint64_t)secondary_start, 0), INVALID_PARAMS);
	EXPECT_EQ(call(PSCI_CPU_ON, 0xff00, (uint64_t)secondary_start, 0), INVALID_PARAMS);
	EXPECT_EQ(call(PSCI_CPU_ON, 0xff00000000, (uint64_t)secondary_start, 0), INVALID_PARAMS);
	EXPECT_EQ(call(PSCI_CPU_ON, cpu_count(), (uint64_t)secondary_start, 0), INVALID_PARAMS);
}

static void cpu_on_errors_strict(void)
{
	uint64_t other = cpu_affinity(cpu_count() - 1);

	/* Bits that are no affinity must be zero (5.1.4). */
	EXPECT_EQ(call(PSCI_CPU_ON, cpu_affinity(0) | BIT(31), (uint64_t)secondary_start, 0),
		  INVALID_PARAMS);
	EXPECT_EQ(call(PSCI_CPU_ON, cpu_affinity(0) | BIT(24), (uint64_t)secondary_start, 0),
		  INVALID_PARAMS);
	EXPECT_EQ(call(PSCI_CPU_ON, cpu_affinity(0) | BIT(63), (uint64_t)secondary_start, 0),
		  INVALID_PARAMS);
	if (cpu_count() > 1) {
		/* Nothing is there to run. */
		EXPECT_EQ(call(PSCI_CPU_ON, other, 0x10000, 0), INVALID_ADDRESS);
		EXPECT_EQ(call(PSCI_CPU_ON, other, 0xffffffff00000000, 0), INVALID_ADDRESS);
		EXPECT_EQ(call(PSCI_AFFINITY_INFO, other, 0, 0), 1);
	}
}

static void cpu_on_off(void)
{
	for (unsigned int round = 0; round < 20; round++) {
		for (unsigned int n = 1; n < cpu_count(); n++) {
			arrived = 0;
			EXPECT_EQ(call(PSCI_AFFINITY_INFO, cpu_affinity(n), 0, 0), 1);
			EXPECT_EQ(cpu_start(n, secondary, (void *)(0x1234567800000000UL + n)), 0);
			EXPECT(WAIT_FOR(arrived != 0), "CPU %u, round %u", n, round);
			EXPECT_EQ(arrived_with, 0x1234567800000000UL + n);
			EXPECT_EQ(arrived_mpidr & 0xff00ffffffUL, cpu_affinity(n));
			EXPECT_EQ(arrived_state, 0x3c0 | 4 | 1);
			EXPECT(cpu_wait_off(n), "CPU %u, round %u", n, round);
		}
	}
}

static volatile bool hold;

static void held(void *arg)
{
	arrived = 1;
	dsb();
	while (hold) {
		relax();
	}
}

static void on_while_on(void)
{
	unsigned int n = cpu_count() - 1;

	if (n == 0) {
		return;
	}
	hold = true;
	arrived = 0;
	EXPECT_EQ(cpu_start(n, held, NULL), 0);
	EXPECT(WAIT_FOR(arrived != 0));
	EXPECT_EQ(call(PSCI_AFFINITY_INFO, cpu_affinity(n), 0, 0), 0);
	EXPECT_EQ(call(PSCI_CPU_ON, cpu_affinity(n), (uint64_t)secondary_start, 0), ALREADY_ON);
	hold = false;
	EXPECT(cpu_wait_off(n));
}

static void affinity_info(void)
{
	EXPECT_EQ(call(PSCI_AFFINITY_INFO, cpu_affinity(0), 0, 0), 0);
	EXPECT_EQ(call(AFFINITY_INFO32, cpu_affinity(0), 0, 0), 0);
	EXPECT_EQ(call(PSCI_AFFINITY_INFO, 0xff, 0, 0), INVALID_PARAMS);
	for (unsigned int n = 1; n < cpu_count(); n++) {
		EXPECT_EQ(call(PSCI_AFFINITY_INFO, cpu_affinity(n), 0, 0), 1);
	}
}

static void affinity_levels(void)
{
	/* Levels above 0 are optional since PSCI 1.0; a level that there is not is not accepted (5.8.2). */
	int32_t rc = call(PSCI_AFFINITY_INFO, cpu_affinity(0), 1, 0);

	EXPECT(rc == 0 || rc == INVALID_PARAMS, "%d", rc);
	EXPECT_EQ(call(PSCI_AFFINITY_INFO, cpu_affinity(0), 4, 0), INVALID_PARAMS);
}

static void suspend_until(uint64_t function)
{
	uint64_t begin = now();
	uint64_t deadline = begin + us_to_ticks(500);

	write_sysreg(cntv_cval_el0, deadline);
	write_sysreg(cntv_ctl_el0, 1);
	isb();
	EXPECT_EQ(call(function, 0, (uint64_t)secondary_start, 0), 0);
	EXPECT(now() >= deadline, "%ld ticks early", (int64_t)(deadline - now()));
	/* Taken, so that it is not what ends the next. */
	EXPECT_EQ(gic_ack(), VTIMER_INTID);
	write_sysreg(cntv_ctl_el0, 0);
	gic_eoi(VTIMER_INTID);
}

/* Standby: a pending interrupt ends it, masked in PSTATE or not, as WFI's does. */
static void suspend(void)
{
	gic_init();
	gic_setup(VTIMER_INTID, 0x80, false);
	suspend_until(PSCI_CPU_SUSPEND);
	suspend_until(CPU_SUSPEND32);
	gic_forget(VTIMER_INTID);
}

static void trng(void)
{
	uint64_t r[4];
	uint64_t s[4];

	EXPECT(call(TRNG_VERSION, 0, 0, 0) >= 0x10000, "%#x", call(TRNG_VERSION, 0, 0, 0));
	EXPECT(call(TRNG_FEATURES, TRNG_RND64, 0, 0) >= 0);
	EXPECT(call(TRNG_FEATURES, TRNG_RND32, 0, 0) >= 0);
	EXPECT_EQ(call(TRNG_FEATURES, 0x8400005f, 0, 0), NOT_SUPPORTED);
	EXPECT(call(TRNG_UUID, 0, 0, 0) != NOT_SUPPORTED);
	smccc4(false, TRNG_RND64, (const uint64_t[]){192, 0, 0}, r);
	smccc4(false, TRNG_RND64, (const uint64_t[]){192, 0, 0}, s);
	EXPECT_EQ((int32_t)r[0], 0);
	EXPECT(r[1] != s[1] || r[2] != s[2] || r[3] != s[3], "twice the same");
	EXPECT(r[1] != 0 && r[2] != 0 && r[3] != 0);
	/* Fewer bits: the last word holds 64, the upper ones zero (DEN0098, 2.5.3). */
	smccc4(false, TRNG_RND64, (const uint64_t[]){5, 0, 0}, r);
	EXPECT_EQ((int32_t)r[0], 0);
	EXPECT(r[1] == 0 && r[2] == 0 && r[3] < 32, "%#lx %#lx %#lx", r[1], r[2], r[3]);
	smccc4(true, TRNG_RND32, (const uint64_t[]){33, 0, 0}, r);
	EXPECT_EQ((int32_t)r[0], 0);
	EXPECT(r[1] == 0 && r[2] < 2 && r[3] <= 0xffffffff, "%#lx %#lx %#lx", r[1], r[2], r[3]);
	EXPECT_EQ(call(TRNG_RND64, 0, 0, 0), INVALID_PARAMS);
	EXPECT_EQ(call(TRNG_RND64, 193, 0, 0), INVALID_PARAMS);
	EXPECT_EQ(call(TRNG_RND32, 97, 0, 0), INVALID_PARAMS);
	EXPECT_EQ(call(TRNG_RND64, ~0UL, 0, 0), INVALID_PARAMS);
}

static void reset2(void)
{
	EXPECT_EQ(call(PSCI_FEATURES, SYSTEM_RESET2, 0, 0), 0);
	EXPECT_EQ(call(PSCI_FEATURES, SYSTEM_RESET2_64, 0, 0), 0);
	/* An architectural reset that there is not. */
	EXPECT_EQ(call(SYSTEM_RESET2, 0x12345678, 0, 0), INVALID_PARAMS);
}

void guest_main(void)
{
	RUN(versions);
	RUN(features);
	RUN(unknown_functions);
	RUN_IN_VM(unknown_is_64_bits);
	RUN_IN_VM(smccc_calls);
	RUN_IN_VM(smc_conduit);
	RUN_IN_VM(registers_kept);
	RUN_IN_VM(immediates);
	RUN(from_el0);
	RUN(cpu_on_errors);
	RUN_IN_VM(cpu_on_errors_strict);
	RUN(cpu_on_off);
	RUN(on_while_on);
	RUN(affinity_info);
	RUN_IN_VM(affinity_levels);
	RUN(suspend);
	RUN_IN_VM(trng);
	RUN_IN_VM(reset2);
}
