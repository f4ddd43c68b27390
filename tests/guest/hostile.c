/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A guest that means harm: whatever it can reach it touches, in rounds, for ever, with a line for each round. What
 * becomes of itself does not matter; what is told is only that it got round. The host and its other guests must not
 * notice. Each attack is bounded, so that rounds go by. guest_option[0]: number of rounds (0: for ever), [1]: a line for
 * each attack, [2]: mask of attacks (0: all).
 */

#include "gic.h"
#include "guest.h"

#define FUZZ 400U

static uint64_t seed = 0x123456789abcdef1;

/* xorshift64 */
static uint64_t any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Numbers that go wrong: edges, and anything. */
static uint64_t wild(void)
{
	static const uint64_t edges[] = {
		0,          1,          ~0UL,        1UL << 63, 0x7fffffffffffffff,
		0x80000000, 0xffffffff, 0x100000000, RAM_BASE,  RAM_BASE - 1,
		GICD_BASE,  GICR_BASE,  UART_BASE,   1UL << 39, (1UL << 40) - 1,
		1UL << 40,  1UL << 48,  0xfff,       0x1000,    0xfffffffffffff000};
	uint64_t r = any();

	return (r & 3) != 0 ? edges[(r >> 8) % ARRAY_SIZE(edges)] + ((r >> 2) & 1) * (r >> 60) : r;
}

/* Everything that happens is fine: step over it. */
static void survive(struct regs *regs, unsigned int kind)
{
	(void)kind;
	regs->elr = my_trap()->resume != 0 ? my_trap()->resume : regs->elr + 4;
	regs->spsr = 0x3c5;
	my_trap()->resume = 0;
}

static void ignore_irq(struct regs *regs, bool fiq)
{
	uint64_t intid = fiq ? read_sysreg(ICC_IAR0_EL1) : read_sysreg(ICC_IAR1_EL1);

	write_sysreg(cntv_ctl_el0, 0);
	write_sysreg(cntp_ctl_el0, 0);
	if (fiq) {
		write_sysreg(ICC_EOIR0_EL1, intid);
	} else {
		write_sysreg(ICC_EOIR1_EL1, intid);
	}
	write_sysreg(ICC_DIR_EL1, intid);
	(void)regs;
}

static void jump(uint64_t address)
{
	__asm__ volatile("adr x2, 1f\n\tstr x2, [%1]\n\tdsb sy\n\tbr %0\n1:" ::"r"(address),
			 "r"(&my_trap()->resume)
			 : "x2", "memory");
}

/* ---- memory ---- */

static bool own(uint64_t address)
{
	return address >= RAM_BASE && address < RAM_BASE + 0x400000;
}

static void touch(uint64_t address)
{
	uint64_t r = any();

	if (own(address)) {
		return;
	}
	switch (r & 7) {
	case 0:
		(void)read8(address);
		break;
	case 1:
		(void)read64(address & ~7UL);
		break;
	case 2:
		(void)read32(address); /* aligned or not */
		break;
	case 3:
		/* Zeros in RAM: they are jumped to. */
		write64(address & ~7UL, address >= RAM_BASE ? 0 : r);
		break;
	case 4:
		write8(address, address >= RAM_BASE ? 0 : (uint8_t)r);
		break;
	case 5:
		__asm__ volatile(
			"ldp x2, x3, [%0], #16\n\tstp x2, x3, [%0, #-16]!" ::"r"(address & ~15UL)
			: "x2", "x3", "memory");
		break;
	case 6:
		__asm__ volatile(
			"ldxr x2, [%0]\n\tstxr w3, x2, [%0]\n\tdc civac, %0\n\tprfm pldl1keep, [%0]" ::
				"r"(address & ~7UL)
			: "x2", "x3", "memory");
		break;
	default:
		jump(address & ~3UL);
	}
}

/* All of a 40-bit space by steps of 2 MiB would be half a million: a slice of it each round, and random pages. */
static void address_space(unsigned int round)
{
	for (uint64_t i = 0; i < 2048; i++) {
		touch((((uint64_t)round * 2048 + i) << 21) % (1UL << 39) + (any() & 0x1fffff));
	}
	for (unsigned int i = 0; i < FUZZ; i++) {
		touch(any() & ((1UL << 39) - 1));
	}
	mmu_off();
	for (unsigned int i = 0; i < 64; i++) {
		uint64_t address = wild() & ~7UL;

		if (!own(address)) {
			(void)read64(address);
		}
	}
	mmu_on();
}

/* Below RAM every page, all devices with it. */
static void device_space(unsigned int round)
{
	for (uint64_t page = 0; page < RAM_BASE; page += 0x10000) {
		(void)read32(page + (any() & 0xffc));
	}
	for (uint64_t page = 0x08000000; page < 0x0b000000; page += 0x1000) {
		touch(page + (any() & 0xfff));
	}
}

static void bad_tables(unsigned int round)
{
	for (unsigned int i = 0; i < 64; i++) {
		unsigned int slot = 100 + i;
		uint64_t old = page_table[slot];

		page_table[slot] = wild() | (any() & 3);
		__asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb");
		(void)read32((uint64_t)slot << 30 | (any() & 0x3ffffffc));
		if ((page_table[slot] & 1) == 0) {
			jump((uint64_t)slot << 30);
		}
		page_table[slot] = old;
	}
	__asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb");
}

/* ---- interrupt controller ---- */

static void gic_registers(unsigned int round)
{
	uint64_t size = 0x20000UL * cpu_count();

	for (uint64_t offset = 0; offset < 0x10000; offset += 4) {
		uint64_t address = GICD_BASE + offset;

		write32(address, (uint32_t)wild());
		(void)read32(address);
		switch (offset >> 2 & 3) {
		case 0:
			(void)read64(address & ~7UL);
			write64(address & ~7UL, wild());
			break;
		case 1:
			(void)read8(address + (any() & 3));
			write8(address + (any() & 3), (uint8_t)any());
			break;
		default:
			(void)read16(address + (any() & 2));
			write16(address + (any() & 2), (uint16_t)any());
		}
	}
	for (unsigned int i = 0; i < 4096; i++) {
		uint64_t address = GICR_BASE + (any() % (size + 0x20000) & ~3UL);

		write32(address, (uint32_t)wild());
		(void)read32(address);
		(void)read64(address & ~7UL);
		write8(address + 3, (uint8_t)any());
	}
}

static void sgi_flood(unsigned int round)
{
	for (unsigned int i = 0; i < 2000; i++) {
		uint64_t value = (any() & 1) != 0 ? SGI_ALL_OTHERS | (any() & 15) << 24 : any();

		write_sysreg(ICC_SGI1R_EL1, value);
		write_sysreg(ICC_ASGI1R_EL1, value);
		write_sysreg(ICC_SGI0R_EL1, value);
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), i & 15));
	}
	gic_init();
	for (unsigned int i = 0; i < 16; i++) {
		gic_enable(i);
	}
	irq_on();
	for (unsigned int i = 0; i < 500; i++) {
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), i & 15));
		isb();
	}
	irq_off();
}

/* All interrupts there are pending, active, enabled, in every order. */
static void interrupt_chaos(unsigned int round)
{
	static const uint32_t registers[] = {GICD_IGROUPR,   GICD_ISENABLER, GICD_ICENABLER,
					     GICD_ISPENDR,   GICD_ICPENDR,   GICD_ISACTIVER,
					     GICD_ICACTIVER, GICD_IGRPMODR};

	gic_init();
	irq_on();
	for (unsigned int i = 0; i < 2000; i++) {
		uint64_t r = any();

		write32(GICD_BASE + registers[r & 7] + (r >> 8) % 32 * 4, (uint32_t)wild());
		write32(gic_frame(0) + registers[r >> 4 & 7], (uint32_t)wild());
		write8(GICD_BASE + GICD_IPRIORITYR + (r >> 16 & 0x3ff), (uint8_t)(r >> 32));
		write64(GICD_BASE + GICD_IROUTER + (r >> 16 & 0x3ff) * 8, wild());
		write_sysreg(ICC_EOIR1_EL1, r >> 40 & 0xfff);
		write_sysreg(ICC_DIR_EL1, r >> 44 & 0xfff);
		write_sysreg(ICC_PMR_EL1, r >> 50);
		write_sysreg(ICC_CTLR_EL1, r >> 7 & 3);
		write_sysreg(ICC_BPR1_EL1, r & 7);
		write_sysreg(ICC_IGRPEN1_EL1, r >> 9 & 1);
		write_sysreg(ICC_AP1R0_EL1, wild());
		write32(GICD_CTLR, (uint32_t)(r >> 12));
		if ((r & 0x700) == 0) {
			(void)read_sysreg(ICC_IAR1_EL1);
		}
	}
	irq_off();
	write_sysreg(ICC_AP1R0_EL1, 0);
	for (unsigned int i = 0; i < 32; i++) {
		write32(GICD_BASE + GICD_ICENABLER + i * 4, 0xffffffff);
		write32(GICD_BASE + GICD_ICACTIVER + i * 4, 0xffffffff);
	}
	gic_init();
}

/* ---- calls ---- */

static void hypercalls(unsigned int round)
{
	static const uint32_t bases[] = {0x80000000, 0xc0000000, 0x84000000, 0xc4000000, 0x85000000,
					 0xc5000000, 0x86000000, 0xc6000000, 0x81000000, 0xb0000000,
					 0xb2000000, 0xbf000000, 0x00000000, 0x04000000};

	for (unsigned int i = 0; i < ARRAY_SIZE(bases); i++) {
		for (unsigned int n = 0; n < 0x60; n++) {
			uint64_t fn = bases[i] + ((n & 0x40) != 0 ? any() & 0xffff : n);
			unsigned int low = (unsigned int)fn & 0xffff;
			bool power = (fn & 0x3f000000) == 0x04000000 && low < 0x20;

			/* Those that would end the attack: off, reset, suspend for ever, a CPU that starts here. */
			if (power && low != 0 &&
			    (low < 4 || low == 8 || low == 9 || low == 12 || low == 14 ||
			     low == 18)) {
				continue;
			}
			(void)smccc(fn, wild(), wild(), wild());
			(void)smccc_smc(fn, wild(), wild(), wild());
		}
	}
	for (unsigned int i = 0; i < FUZZ; i++) {
		uint64_t fn = any() | 0x80000000;

		if ((fn & 0x3f000000) != 0x04000000) {
			(void)smccc(fn, wild(), wild(), wild());
		}
	}
	__asm__ volatile("hvc #0xffff\n\tsmc #1\n\tsvc #7\n\tbrk #3\n\thlt #2" ::
				 : "x0", "x1", "x2", "x3", "memory");
}

static void nothing(void *arg)
{
	(void)arg;
}

static void power(unsigned int round)
{
	for (unsigned int i = 0; i < 200; i++) {
		unsigned int n = any() % (cpu_count() + 1);

		/* It switches itself off at once, or starts where no RAM is. */
		(void)smccc(PSCI_CPU_ON, n < cpu_count() ? cpu_affinity(n) : wild(),
			    (i & 3) != 0 ? (uint64_t)cpu_stop : any() | 1UL << 50, wild());
		(void)smccc(PSCI_AFFINITY_INFO, wild(), wild(), 0);
		(void)smccc(0xc400000e, wild(), 0, 0);
	}
	for (unsigned int n = 1; n < cpu_count(); n++) {
		if (cpu_wait_off(n)) {
			(void)cpu_start(n, nothing, NULL);
		}
	}
}

/* ---- registers ---- */

#define INSN_MRS 0xd5300000U
#define INSN_MSR 0xd5100000U

/* Registers whose change ends the attack, not the host: MMU and vectors, our own thread register. */
static bool spare(uint32_t e)
{
	switch (e) {
	case 0x81000: /* SCTLR_EL1 */
	case 0x82000: /* TTBR0_EL1 */
	case 0x82040: /* TCR_EL1 */
	case 0x8a200: /* MAIR_EL1 */
	case 0x8c000: /* VBAR_EL1 */
	case 0x8d080: /* TPIDR_EL1 */
	case 0x84020: /* ELR_EL1 */
	case 0x84000: /* SPSR_EL1 */
	case 0x84200: /* SPSel */
	case 0xb4220: /* DAIF */
	case 0xbe320: /* CNTV_CTL_EL0 */
	case 0xbe340: /* CNTV_CVAL_EL0: see wait_storm() */
		return true;
	default:
		return false;
	}
}

static void system_registers(unsigned int round)
{
	bool undefined;

	for (unsigned int i = 0; i < 4000; i++) {
		uint32_t e = (uint32_t)any() & 0xfffe0;

		(void)run_instruction(INSN_MRS | e, 0, &undefined);
		if (!spare(e)) {
			(void)run_instruction(INSN_MSR | e, wild(), &undefined);
		}
	}
}

static void set_way(unsigned int round)
{
	/* A hypervisor may have to clean all of the guest's memory for each. */
	for (unsigned int i = 0; i < 30; i++) {
		uint64_t arg = wild();

		__asm__ volatile("dc cisw, %0\n\tdc csw, %0\n\tdc isw, %0" ::"r"(arg) : "memory");
	}
}

static void tlb_storm(unsigned int round)
{
	for (unsigned int i = 0; i < 1000; i++) {
		__asm__ volatile(
			"tlbi vmalle1is\n\tic ialluis\n\tdsb sy\n\ttlbi vaae1is, %0\n\ttlbi aside1is, %0\n\tdsb ish\n\tisb" ::
				"r"(any())
			: "memory");
	}
}

/* ---- waiting and time ---- */

static void wait_storm(unsigned int round)
{
	/* Something is pending, so that WFI does not wait; and deadlines in the past, over and over. */
	gic_init();
	gic_setup(VTIMER_INTID, 0x80, false);
	gic_setup(PTIMER_INTID, 0x80, false);
	for (unsigned int i = 0; i < 1000; i++) {
		/* Not close to 2^64: QEMU 7.2 adds CNTVOFF_EL2, wraps, and is itself caught in a loop. */
		write_sysreg(cntv_cval_el0, i & 1 ? 0 : wild() >> 2);
		write_sysreg(cntv_ctl_el0, 1);
		write_sysreg(cntp_cval_el0, i & 2 ? 0 : wild());
		write_sysreg(cntp_ctl_el0, any() & 3);
		write_sysreg(cntp_tval_el0, wild());
		isb();
		if ((i & 1) != 0) {
			wfi();
		}
		__asm__ volatile("wfe\n\tsev\n\tsevl\n\tyield");
	}
	irq_on();
	for (unsigned int i = 0; i < 500; i++) {
		write_sysreg(cntv_cval_el0, 0);
		write_sysreg(cntv_ctl_el0, 1);
		isb();
	}
	irq_off();
	write_sysreg(cntv_ctl_el0, 0);
	write_sysreg(cntp_ctl_el0, 0);
}

static void illegal_returns(unsigned int round)
{
	for (unsigned int i = 0; i < 200; i++) {
		uint64_t spsr = (any() & 1) != 0 ? wild() : any() & 0x1ff;

		/* A return to where nothing can be fetched, whatever the level: the abort brings us back. */
		__asm__ volatile(
			"adr x2, 1f\n\tstr x2, [%1]\n\tmsr elr_el1, %2\n\tmsr spsr_el1, %0\n\tdsb sy\n\teret\n1:" ::
				"r"(spsr | 0x3c0),
			"r"(&my_trap()->resume), "r"((any() & 1) != 0 ? 0x10 : (uint64_t)UART_BASE)
			: "x2", "memory");
	}
}

/* ---- console ---- */

static void console_flood(unsigned int round)
{
	for (unsigned int i = 0; i < 3000; i++) {
		write32(UART_BASE, (uint32_t)any() & 0x7f);
	}
	for (unsigned int i = 0; i < FUZZ; i++) {
		uint64_t offset = any() & 0xfff;

		write32(UART_BASE + (offset & ~3UL), (uint32_t)wild());
		(void)read32(UART_BASE + (offset & ~3UL));
		(void)read8(UART_BASE + offset);
		write8(RTC_BASE + offset, (uint8_t)any());
		write32(RTC_BASE + (offset & ~3UL), (uint32_t)wild());
	}
	/* The line as it was: UARTCR and FIFOs. */
	write32(UART_BASE + 0x38, 0);
	write32(UART_BASE + 0x30, 0x301);
	write32(UART_BASE + 0x2c, 0x70);
}

static const struct {
	const char *name;
	void (*attack)(unsigned int round);
} attacks[] = {
	{"address space", address_space},
	{"device space", device_space},
	{"bad tables", bad_tables},
	{"GIC registers", gic_registers},
	{"SGI flood", sgi_flood},
	{"interrupt chaos", interrupt_chaos},
	{"hypercalls", hypercalls},
	{"power", power},
	{"system registers", system_registers},
	{"set and way", set_way},
	{"TLB storm", tlb_storm},
	{"wait storm", wait_storm},
	{"illegal returns", illegal_returns},
	{"console flood", console_flood},
};

void guest_main(void)
{
	sync_hook = survive;
	irq_raw_hook = ignore_irq;
	for (unsigned int round = 0; guest_option[0] == 0 || round < guest_option[0]; round++) {
		seed += round;
		for (unsigned int i = 0; i < ARRAY_SIZE(attacks); i++) {
			if (guest_option[2] == 0 || (guest_option[2] >> i & 1) != 0) {
				attacks[i].attack(round);
			}
			if (guest_option[1] != 0) {
				print("\nhostile: %s done\n", attacks[i].name);
			}
		}
		print("\nhostile: round %u\n", round);
	}
}
