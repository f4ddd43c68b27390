/* SPDX-License-Identifier: Apache-2.0 */

/*
 * System registers: every encoding either works or is undefined, and what a guest must not see is not there. An
 * encoding is op0:op1:CRn:CRm:op2, as in the instruction (Arm ARM C5.1).
 */

#include "gic.h"
#include "guest.h"

#define ENC(op0, op1, crn, crm, op2)                                                               \
	((uint32_t)(op0) << 19 | (uint32_t)(op1) << 16 | (uint32_t)(crn) << 12 |                   \
	 (uint32_t)(crm) << 8 | (uint32_t)(op2) << 5)
#define INSN_MRS  0xd5200000U
#define INSN_MSR  0xd5000000U
#define POISON    0x5a5aa5a512344321UL
#define ENCODINGS 0x4000U

struct known {
	const char *name;
	uint32_t encoding;
};

static unsigned int worked;
static unsigned int undefined_ones;

static uint32_t encoding(unsigned int op0, unsigned int i)
{
	return ENC(op0, i >> 11 & 7, i >> 7 & 15, i >> 3 & 15, i & 7);
}

static void say(const char *what)
{
	print("note: %s: %u work, %u undefined\n", what, worked, undefined_ones);
	worked = 0;
	undefined_ones = 0;
}

/* Acknowledging an interrupt is a read. */
static bool reads_with_effects(uint32_t e)
{
	return e == ENC(3, 0, 12, 8, 0) || e == ENC(3, 0, 12, 12, 0);
}

/* FEAT_IDST: the ID space that is not there says EC 0x18. CPACR_EL1's traps of SVE and SME are in the CPU, hidden or not. */
static bool is_undefined(uint32_t e, unsigned int ec)
{
	unsigned int op1 = e >> 16 & 7;

	return ec == EC_UNDEF || (ec == 0x18 && (e >> 12 & 15) == 0 && (op1 < 2 || op1 == 3)) ||
	       ec == 0x19 || ec == 0x1d;
}

static bool read_one(uint32_t e, uint64_t *value)
{
	bool undefined;

	*value = run_instruction(INSN_MRS | e, POISON, &undefined);
	if (undefined) {
		undefined_ones++;
		EXPECT(*value == POISON, "%#x: undefined, and x0 is %#lx", e, *value);
		EXPECT(!in_vm() || is_undefined(e, trap_ec()), "%#x: esr %#lx", e, my_trap()->esr);
	} else {
		worked++;
	}
	return !undefined;
}

static void sweep_reads(void)
{
	uint64_t value;

	for (unsigned int op0 = 2; op0 < 4; op0++) {
		for (unsigned int i = 0; i < ENCODINGS; i++) {
			uint32_t e = encoding(op0, i);
			unsigned int op1 = e >> 16 & 7;

			if (reads_with_effects(e)) {
				continue;
			}
			if (read_one(e, &value) && op0 == 3) {
				EXPECT(op1 != 4 && op1 != 5 && op1 != 6,
				       "%#x: a register of EL2 or EL3 is readable", e);
			}
		}
		say(op0 == 2 ? "reads, op0 2" : "reads, op0 3");
	}
}

/* What can be read is written back; what cannot gets a zero. */
static void sweep_writes(void)
{
	uint64_t value;
	bool undefined;

	irq_hook = NULL;
	for (unsigned int op0 = 2; op0 < 4; op0++) {
		for (unsigned int i = 0; i < ENCODINGS; i++) {
			uint32_t e = encoding(op0, i);

			if (reads_with_effects(e)) {
				continue;
			}
			value = run_instruction(INSN_MRS | e, 0, &undefined);
			/* An SGI would be pending for ever after. */
			if ((e & ~ENC(0, 0, 0, 0, 7)) == ENC(3, 0, 12, 11, 0)) {
				continue;
			}
			(void)run_instruction(INSN_MSR | e, value, &undefined);
			worked += !undefined;
			undefined_ones += undefined;
		}
		say(op0 == 2 ? "writes, op0 2" : "writes, op0 3");
	}
}

/* SYS: cache, TLB, address translation, with an address of ours. */
static uint64_t scratch[512] __attribute__((aligned(4096)));

static void sweep_system_instructions(void)
{
	bool undefined;

	for (unsigned int i = 0; i < ENCODINGS; i++) {
		uint32_t e = encoding(1, i);

		(void)run_instruction(INSN_MSR | e, (uint64_t)scratch, &undefined);
		worked += !undefined;
		undefined_ones += undefined;
		EXPECT(undefined || (e >> 16 & 7) < 4 || (e >> 12 & 15) != 8,
		       "%#x: a TLB operation of EL2", e);
	}
	say("system instructions");
}

static void sweep_el0(void)
{
	for (unsigned int op0 = 2; op0 < 4; op0++) {
		for (unsigned int i = 0; i < ENCODINGS; i++) {
			uint32_t e = encoding(op0, i);
			const struct regs *r = el0_instruction(INSN_MRS | e, POISON);
			unsigned int ec = (unsigned int)(r->esr >> 26);

			if (ec == EC_SVC) {
				worked++;
				EXPECT((e >> 16 & 7) == 3, "%#x: EL0 reads a register of EL1", e);
			} else {
				undefined_ones++;
				EXPECT(r->x[0] == POISON, "%#x: x0 is %#lx", e, r->x[0]);
				/* 0x18: trapped to EL1, by CNTKCTL_EL1 and the like. */
				EXPECT(is_undefined(e, ec) || ec == 0x18 || !in_vm(),
				       "%#x: esr %#lx", e, r->esr);
			}
		}
	}
	say("reads at EL0");
}

/* ---- what is hidden ---- */

/* SMPRI_EL1 and TPIDR2_EL0 are not here: only FEAT_FGT can trap them, and QEMU 7.2 has SME without it. */
static const struct known hidden[] = {
	{"PMCR_EL0", ENC(3, 3, 9, 12, 0)},
	{"PMCNTENSET_EL0", ENC(3, 3, 9, 12, 1)},
	{"PMCEID0_EL0", ENC(3, 3, 9, 12, 6)},
	{"PMCCNTR_EL0", ENC(3, 3, 9, 13, 0)},
	{"PMUSERENR_EL0", ENC(3, 3, 9, 14, 0)},
	{"PMINTENSET_EL1", ENC(3, 0, 9, 14, 1)},
	{"PMMIR_EL1", ENC(3, 0, 9, 14, 6)},
	{"PMEVCNTR0_EL0", ENC(3, 3, 14, 8, 0)},
	{"PMCCFILTR_EL0", ENC(3, 3, 14, 15, 7)},
	{"PMSCR_EL1", ENC(3, 0, 9, 9, 0)},
	{"PMSIDR_EL1", ENC(3, 0, 9, 9, 7)},
	{"PMBLIMITR_EL1", ENC(3, 0, 9, 10, 0)},
	{"TRBLIMITR_EL1", ENC(3, 0, 9, 11, 0)},
	{"TRFCR_EL1", ENC(3, 0, 1, 2, 1)},
	{"ZCR_EL1", ENC(3, 0, 1, 2, 0)},
	{"SMCR_EL1", ENC(3, 0, 1, 2, 6)},
	{"SVCR", ENC(3, 3, 4, 2, 2)},
	{"TFSR_EL1", ENC(3, 0, 5, 6, 0)},
	{"TFSRE0_EL1", ENC(3, 0, 5, 6, 1)},
	{"RGSR_EL1", ENC(3, 0, 1, 0, 5)},
	{"GCR_EL1", ENC(3, 0, 1, 0, 6)},
	{"GMID_EL1", ENC(3, 1, 0, 0, 4)},
	{"AMCR_EL0", ENC(3, 3, 13, 2, 0)},
	{"AMEVCNTR00_EL0", ENC(3, 3, 13, 4, 0)},
	{"AMUSERENR_EL0", ENC(3, 3, 13, 2, 3)},
	{"MPAM1_EL1", ENC(3, 0, 10, 5, 0)},
	{"MPAMIDR_EL1", ENC(3, 0, 10, 4, 4)},
	{"HCR_EL2", ENC(3, 4, 1, 1, 0)},
	{"VBAR_EL2", ENC(3, 4, 12, 0, 0)},
	{"ICH_HCR_EL2", ENC(3, 4, 12, 11, 0)},
	{"CNTHCTL_EL2", ENC(3, 4, 14, 1, 0)},
	{"SCTLR_EL12", ENC(3, 5, 1, 0, 0)},
	{"CNTV_CTL_EL02", ENC(3, 5, 14, 3, 1)},
	{"SCR_EL3", ENC(3, 6, 1, 1, 0)},
};

static void hidden_registers(void)
{
	uint64_t value;
	bool undefined;

	write_sysreg(cpacr_el1, 0x3330000);
	isb();
	for (unsigned int i = 0; i < ARRAY_SIZE(hidden); i++) {
		EXPECT(!read_one(hidden[i].encoding, &value), "%s reads %#lx", hidden[i].name,
		       value);
		(void)run_instruction(INSN_MSR | hidden[i].encoding, 0, &undefined);
		EXPECT(undefined, "%s can be written", hidden[i].name);
	}
	write_sysreg(cpacr_el1, 3U << 20);
	isb();
	worked = 0;
	undefined_ones = 0;
}

static unsigned int field(uint64_t value, unsigned int shift)
{
	return (unsigned int)(value >> shift) & 0xf;
}

static void hidden_features(void)
{
	uint64_t pfr0 = read_sysreg(id_aa64pfr0_el1);
	uint64_t pfr1 = read_sysreg(id_aa64pfr1_el1);
	uint64_t dfr0 = read_sysreg(id_aa64dfr0_el1);
	uint64_t value;

	EXPECT_EQ(field(pfr0, 32), 0);                         /* SVE */
	EXPECT_EQ(field(pfr0, 44), 0);                         /* AMU */
	EXPECT_EQ(field(pfr0, 40), 0);                         /* MPAM */
	EXPECT_EQ(field(pfr0, 52), 0);                         /* RME */
	EXPECT_EQ(field(pfr0, 8), 0);                          /* EL2 */
	EXPECT_EQ(field(pfr0, 12), 0);                         /* EL3 */
	EXPECT(field(pfr0, 24) >= 1);                          /* GIC by system registers */
	EXPECT_EQ(field(pfr1, 8), 0);                          /* MTE */
	EXPECT_EQ(field(pfr1, 24), 0);                         /* SME */
	EXPECT_EQ(field(dfr0, 8), 0);                          /* PMU */
	EXPECT_EQ(field(dfr0, 4), 0);                          /* trace */
	EXPECT_EQ(field(dfr0, 32), 0);                         /* SPE */
	EXPECT_EQ(field(dfr0, 40), 0);                         /* self-hosted trace */
	EXPECT_EQ(field(dfr0, 44), 0);                         /* trace buffer */
	EXPECT_EQ(field(dfr0, 52), 0);                         /* BRBE */
	EXPECT(field(dfr0, 0) >= 6);                           /* debug cannot be absent */
	EXPECT_EQ(field(read_sysreg(id_aa64mmfr1_el1), 8), 0); /* VHE */
	EXPECT_EQ(field(read_sysreg(S3_0_C0_C7_2), 24), 0);    /* nested virtualization */
	EXPECT(read_one(ENC(3, 0, 0, 4, 4), &value) && value == 0, "ID_AA64ZFR0_EL1 %#lx", value);
	EXPECT(read_one(ENC(3, 0, 0, 4, 5), &value) && value == 0, "ID_AA64SMFR0_EL1 %#lx", value);
	EXPECT(read_one(ENC(3, 0, 0, 1, 2), &value) && field(value, 24) == 0, "ID_DFR0_EL1 %#lx",
	       value);
}

/* All of the ID space reads, as zero where nothing is defined (D17.1.3). */
static void id_space(void)
{
	uint64_t value;

	for (unsigned int crm = 1; crm < 8; crm++) {
		for (unsigned int op2 = 0; op2 < 8; op2++) {
			EXPECT(read_one(ENC(3, 0, 0, crm, op2), &value), "ID register %u %u", crm,
			       op2);
		}
	}
	EXPECT(read_one(ENC(3, 0, 0, 0, 0), &value) && value == read_sysreg(midr_el1));
	EXPECT(read_one(ENC(3, 0, 0, 0, 6), &value), "REVIDR_EL1");
	EXPECT_EQ(read_sysreg(mpidr_el1) & 0xff00ffffff, cpu_affinity(0));
	EXPECT(read_sysreg(mpidr_el1) & BIT(31));
	EXPECT(read_one(ENC(3, 1, 0, 0, 1), &value), "CLIDR_EL1");
	EXPECT(read_one(ENC(3, 3, 0, 0, 1), &value), "CTR_EL0");
}

/* Not ID registers' claims only: the instructions are undefined too. */
static void hidden_instructions(void)
{
	static const struct known instructions[] = {
		{"ptrue p0.b", 0x2518e3e0},
		{"rdvl x0, #1", 0x04bf5020},
		{"ldr z0, [x0]", 0x85804000},
		{"smstart", 0xd503477f},
		{"hvc at EL2: eret to EL2 is none", 0x00000000},
		{"udf #1", 0x00000001},
	};
	bool undefined;

	write_sysreg(cpacr_el1, 0x3330000);
	isb();
	for (unsigned int i = 0; i < ARRAY_SIZE(instructions); i++) {
		(void)run_instruction(instructions[i].encoding, (uint64_t)scratch, &undefined);
		EXPECT(undefined, "%s works", instructions[i].name);
		EXPECT(trap_ec() == EC_UNDEF, "%s: esr %#lx", instructions[i].name, my_trap()->esr);
	}
	write_sysreg(cpacr_el1, 3U << 20);
	isb();
}

/* What an operating system writes at start without asking must work. */
static void needed_registers(void)
{
	static const struct known needed[] = {
		{"MDSCR_EL1", ENC(2, 0, 0, 2, 2)},         {"OSLSR_EL1", ENC(2, 0, 1, 1, 4)},
		{"OSDLR_EL1", ENC(2, 0, 1, 3, 4)},         {"ACTLR_EL1", ENC(3, 0, 1, 0, 1)},
		{"AMAIR_EL1", ENC(3, 0, 10, 3, 0)},        {"CNTKCTL_EL1", ENC(3, 0, 14, 1, 0)},
		{"CSSELR_EL1", ENC(3, 2, 0, 0, 0)},        {"CCSIDR_EL1", ENC(3, 1, 0, 0, 0)},
		{"CNTPCT_EL0", ENC(3, 3, 14, 0, 1)},       {"CNTP_CTL_EL0", ENC(3, 3, 14, 2, 1)},
		{"DBGBVR0_EL1", ENC(2, 0, 0, 0, 4)},       {"DBGBCR0_EL1", ENC(2, 0, 0, 0, 5)},
		{"DBGWVR0_EL1", ENC(2, 0, 0, 0, 6)},       {"DBGWCR0_EL1", ENC(2, 0, 0, 0, 7)},
		{"ICC_IGRPEN0_EL1", ENC(3, 0, 12, 12, 6)},
	};
	uint64_t value;
	bool undefined;

	for (unsigned int i = 0; i < ARRAY_SIZE(needed); i++) {
		EXPECT(read_one(needed[i].encoding, &value), "%s", needed[i].name);
		if (needed[i].encoding != ENC(2, 0, 1, 1, 4) &&
		    needed[i].encoding != ENC(3, 1, 0, 0, 0) &&
		    needed[i].encoding != ENC(3, 3, 14, 0, 1)) {
			(void)run_instruction(INSN_MSR | needed[i].encoding, value, &undefined);
			EXPECT(!undefined, "%s cannot be written", needed[i].name);
		}
	}
	(void)run_instruction(INSN_MSR | ENC(2, 0, 1, 0, 4), 0, &undefined);
	EXPECT(!undefined, "OSLAR_EL1");
}

/* Set and way: all levels, as code that knows no better does. */
static void set_way(void)
{
	uint64_t clidr = read_sysreg(clidr_el1);

	for (unsigned int i = 0; i < ARRAY_SIZE(scratch); i++) {
		scratch[i] = i * 0x0101010101010101UL;
	}
	for (unsigned int level = 0; level < 7; level++) {
		uint64_t ccsidr;
		unsigned int sets;

		if ((clidr >> level * 3 & 7) < 2) {
			continue;
		}
		write_sysreg(csselr_el1, level << 1);
		isb();
		ccsidr = read_sysreg(ccsidr_el1);
		sets = (unsigned int)(ccsidr >> 13 & 0x7fff);
		for (unsigned int set = 0; set <= (sets < 64 ? sets : 64); set++) {
			uint64_t arg = level << 1 | (uint64_t)set << ((ccsidr & 7) + 4);

			__asm__ volatile("dc cisw, %0\n\tdc csw, %0\n\tdc isw, %0" ::"r"(arg)
					 : "memory");
		}
	}
	dsb();
	for (unsigned int i = 0; i < ARRAY_SIZE(scratch); i++) {
		EXPECT_EQ(scratch[i], i * 0x0101010101010101UL);
	}
}

/* An unmasked-by-hand exception return to nowhere: the guest's own business. */
static void illegal_return(void)
{
	static const uint64_t bad[] = {0x3c9, 0x3cd, 0x3c2, 0x3d3};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		uint64_t back;

		__asm__ volatile("adr %0, 1f\n1:" : "=r"(back));
		trap_arm();
		__asm__ volatile(
			"adr x2, 1f\n\tmsr elr_el1, x2\n\tmsr spsr_el1, %0\n\teret\n1: nop\n\tnop" ::
				"r"(bad[i])
			: "x2", "memory");
		EXPECT(trap_disarm() >= 1 && trap_ec() == EC_ILLEGAL, "SPSR %#lx: esr %#lx", bad[i],
		       my_trap()->esr);
	}
}

void guest_main(void)
{
	gic_init();
	write_sysreg(cpacr_el1, 3U << 20);
	isb();
	RUN(sweep_reads);
	RUN(sweep_writes);
	RUN(sweep_system_instructions);
	RUN(sweep_el0);
	RUN_IN_VM(hidden_registers);
	RUN_IN_VM(hidden_features);
	RUN(id_space);
	RUN_IN_VM(hidden_instructions);
	RUN(needed_registers);
	RUN(set_way);
	RUN(illegal_return);
}
