/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Accesses to emulated registers: every form of instruction that reaches a device, what does not have a syndrome, and
 * places where nothing is. Scratch registers: GICD_IPRIORITYR (bytes and words), GICD_IROUTER (64 bits), RTCMR (a word).
 */

#include "gic.h"
#include "guest.h"

#define IPRIO     (GICD_BASE + GICD_IPRIORITYR + 40)
#define IROUTER   (GICD_BASE + GICD_IROUTER + 40 * 8UL)
#define RTCMR     (RTC_BASE + 0x4UL)
#define NOTHING   0x0b000000UL
#define EXTERNAL  0x10U
#define ALIGNMENT 0x21U

/* One load form: result of the instruction in x0 from address x1, with x0 all ones before. */
#define LOAD(instruction, address)                                                                 \
	({                                                                                         \
		register uint64_t r_ __asm__("x0") = ~0UL;                                         \
		register uint64_t a_ __asm__("x1") = (address);                                    \
		__asm__ volatile(instruction : "+r"(r_), "+r"(a_)::"x2", "x3", "memory");          \
		r_;                                                                                \
	})

#define STORE(instruction, value, address)                                                         \
	({                                                                                         \
		register uint64_t r_ __asm__("x0") = (value);                                      \
		register uint64_t a_ __asm__("x1") = (address);                                    \
		__asm__ volatile(instruction : "+r"(r_), "+r"(a_)::"x2", "x3", "memory");          \
		a_;                                                                                \
	})

static void loads(void)
{
	write32(IPRIO, 0xc0a8f010);
	EXPECT_EQ(read32(IPRIO), 0xc0a8f010);
	EXPECT_EQ(LOAD("ldrb w0, [x1]", IPRIO), 0x10);
	EXPECT_EQ(LOAD("ldrb w0, [x1]", IPRIO + 1), 0xf0);
	EXPECT_EQ(LOAD("ldrb w0, [x1, #2]", IPRIO), 0xa8);
	EXPECT_EQ(LOAD("ldrb w0, [x1]", IPRIO + 3), 0xc0);
	EXPECT_EQ(LOAD("ldrsb w0, [x1]", IPRIO + 1), 0xfffffff0);
	EXPECT_EQ(LOAD("ldrsb x0, [x1]", IPRIO + 1), 0xfffffffffffffff0);
	EXPECT_EQ(LOAD("ldrsb x0, [x1]", IPRIO), 0x10);
	EXPECT_EQ(LOAD("ldr w0, [x1]", IPRIO), 0xc0a8f010);
	EXPECT_EQ(LOAD("ldrsw x0, [x1]", IPRIO), 0xffffffffc0a8f010);
	EXPECT_EQ(LOAD("mov x2, #8\n\tsub x1, x1, x2\n\tldr w0, [x1, x2]", IPRIO), 0xc0a8f010);
	EXPECT_EQ(LOAD("mov w2, #-4\n\tadd x1, x1, #16\n\tldr w0, [x1, w2, sxtw #2]", IPRIO),
		  0xc0a8f010);
	EXPECT_EQ(LOAD("ldur w0, [x1, #-4]", IPRIO + 4), 0xc0a8f010);
	EXPECT_EQ(LOAD("ldar w0, [x1]", IPRIO), 0xc0a8f010);
	EXPECT_EQ(LOAD("ldarb w0, [x1]", IPRIO + 3), 0xc0);
}

static void halfwords(void)
{
	write32(RTCMR, 0x8001f234);
	EXPECT_EQ(read32(RTCMR), 0x8001f234);
	EXPECT_EQ(LOAD("ldrh w0, [x1]", RTCMR), 0xf234);
	EXPECT_EQ(LOAD("ldrsh w0, [x1]", RTCMR), 0xfffff234);
	EXPECT_EQ(LOAD("ldrsh x0, [x1]", RTCMR), 0xfffffffffffff234);
	EXPECT_EQ(LOAD("ldarh w0, [x1]", RTCMR), 0xf234);
	EXPECT_EQ(LOAD("ldrb w0, [x1]", RTCMR), 0x34);
}

static void doublewords(void)
{
	write64(IROUTER, 0x80000000UL);
	EXPECT_EQ(LOAD("ldr x0, [x1]", IROUTER), 0x80000000UL);
	EXPECT_EQ(LOAD("ldar x0, [x1]", IROUTER), 0x80000000UL);
	EXPECT_EQ(LOAD("ldr w0, [x1]", IROUTER), 0x80000000UL);
	EXPECT_EQ(LOAD("ldrsw x0, [x1]", IROUTER), 0xffffffff80000000UL);
	write64(IROUTER, cpu_affinity(0));
	EXPECT_EQ(read64(IROUTER), cpu_affinity(0));
}

static void stores(void)
{
	write32(IPRIO, 0);
	STORE("strb w0, [x1]", 0xffffffffffffff98, IPRIO + 2);
	EXPECT_EQ(read32(IPRIO), 0x00980000);
	STORE("strb w0, [x1, #3]", 0x48, IPRIO);
	EXPECT_EQ(read32(IPRIO), 0x48980000);
	STORE("str w0, [x1]", 0xffffffff10203040, IPRIO);
	EXPECT_EQ(read32(IPRIO), 0x10203040);
	STORE("stlr w0, [x1]", 0x50607080, IPRIO);
	EXPECT_EQ(read32(IPRIO), 0x50607080);
	STORE("stlrb w0, [x1]", 0x18, IPRIO);
	EXPECT_EQ(read32(IPRIO), 0x50607018);
	STORE("stur w0, [x1, #-4]", 0x88, IPRIO + 4);
	EXPECT_EQ(read32(IPRIO), 0x88);
	STORE("str x0, [x1]", 0x80000000UL, IROUTER);
	EXPECT_EQ(read64(IROUTER), 0x80000000UL);
	STORE("str x0, [x1]", 0, IROUTER);
}

static void zero_register(void)
{
	write32(IPRIO, 0x10203040);
	EXPECT_EQ(STORE("ldr wzr, [x1]", 5, IPRIO), IPRIO);
	EXPECT_EQ(STORE("ldrb wzr, [x1]", 5, IPRIO), IPRIO);
	EXPECT_EQ(LOAD("ldrsw xzr, [x1]", IPRIO), ~0UL);
	STORE("strb wzr, [x1, #1]", 5, IPRIO);
	EXPECT_EQ(read32(IPRIO), 0x10200040);
	STORE("str wzr, [x1]", 5, IPRIO);
	EXPECT_EQ(read32(IPRIO), 0);
	STORE("str xzr, [x1]", 5, IROUTER);
	EXPECT_EQ(read64(IROUTER), 0);
	/* Register 31 as the base is SP. */
	EXPECT_EQ(
		LOAD("mov x2, sp\n\tmov sp, x1\n\tldr w0, [sp]\n\tmov sp, x2", GICD_PIDR2 & ~15UL) &
			0,
		0);
}

/* Every general register, as the target and as the source. */
#define EACH(n)                                                                                    \
	do {                                                                                       \
		uint64_t got_;                                                                     \
		uint64_t value_ = 0x1000 + (n) * 8;                                                \
		__asm__ volatile("mov x" #n ", %1\n\tstr w" #n ", [%2]\n\tmov x" #n                \
				 ", #-1\n\tldr w" #n ", [%2]\n\tmov %0, x" #n                      \
				 : "=&r"(got_)                                                     \
				 : "r"(value_), "r"(RTCMR)                                         \
				 : "x" #n, "memory");                                              \
		EXPECT(got_ == value_, "x" #n ": %#lx, not %#lx", got_, value_);                   \
	} while (0)

static void all_registers(void)
{
	EACH(0);
	EACH(1);
	EACH(2);
	EACH(3);
	EACH(4);
	EACH(5);
	EACH(6);
	EACH(7);
	EACH(8);
	EACH(9);
	EACH(10);
	EACH(11);
	EACH(12);
	EACH(13);
	EACH(14);
	EACH(15);
	EACH(16);
	EACH(17);
	EACH(18);
	EACH(19);
	EACH(20);
	EACH(21);
	EACH(22);
	EACH(23);
	EACH(24);
	EACH(25);
	EACH(26);
	EACH(27);
	EACH(28);
	EACH(30);
}

/* Exactly one instruction is stepped over, none for an access that worked. */
static void no_skipped_instruction(void)
{
	uint64_t n = 0;

	trap_arm();
	for (unsigned int i = 0; i < 5; i++) {
		__asm__ volatile(
			"ldr w1, [%1]\n\tadd %0, %0, #1\n\tadd %0, %0, #1\n\tstr wzr, [%1]\n\tadd %0, %0, #1"
			: "+r"(n)
			: "r"(RTCMR)
			: "x1", "memory");
	}
	EXPECT_EQ(trap_disarm(), 0);
	EXPECT_EQ(n, 15);
	n = 0;
	trap_arm();
	for (unsigned int i = 0; i < 5; i++) {
		__asm__ volatile(
			"ldr w1, [%1]\n\tadd %0, %0, #1\n\tadd %0, %0, #1\n\tstr wzr, [%1]\n\tadd %0, %0, #1"
			: "+r"(n)
			: "r"(NOTHING)
			: "x1", "memory");
	}
	EXPECT_EQ(trap_disarm(), 10);
	EXPECT_EQ(n, 15);
}

static void expect_external(uint64_t address, bool write, unsigned int count)
{
	EXPECT_EQ(count, 1);
	EXPECT_EQ(trap_ec(), EC_DABT);
	EXPECT_EQ(trap_fsc(), EXTERNAL);
	EXPECT_EQ(my_trap()->far, address);
	EXPECT_EQ(my_trap()->esr >> 6 & 1, write);
	EXPECT(my_trap()->esr & BIT(25), "IL");
	/* No syndrome for the guest, FAR valid, not a table walk's. */
	EXPECT_EQ(my_trap()->esr & (BIT(24) | BIT(10) | BIT(7)), 0);
}

static void nothing_there(void)
{
	static const uint64_t places[] = {NOTHING, NOTHING + 0xff4, 0x0b800000, 0x0bfffff8,
					  0x0d000000};

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		uint64_t x;

		trap_arm();
		x = LOAD("ldr w0, [x1]", places[i]);
		expect_external(places[i], false, trap_disarm());
		EXPECT_EQ(x, ~0UL);
		trap_arm();
		STORE("strb w0, [x1]", 1, places[i] + 3);
		expect_external(places[i] + 3, true, trap_disarm());
		trap_arm();
		STORE("str x0, [x1]", 1, places[i] & ~7UL);
		expect_external(places[i] & ~7UL, true, trap_disarm());
	}
}

/* Without a syndrome: emulated in full, or an external abort that changes nothing. */
static void expect_done_or_abort(const char *what, uint64_t address, uint64_t base,
				 uint64_t base_done, bool value_ok)
{
	unsigned int count = trap_disarm();

	if (count == 0) {
		EXPECT(value_ok, "%s: wrong value", what);
		EXPECT(base == base_done, "%s: base %#lx, not %#lx", what, base, base_done);
	} else {
		EXPECT(count == 1, "%s: %u aborts", what, count);
		EXPECT(trap_ec() == EC_DABT && (trap_fsc() == EXTERNAL || trap_fsc() == ALIGNMENT),
		       "%s: esr %#lx", what, my_trap()->esr);
		EXPECT(my_trap()->far == address || my_trap()->far == address + 4 ||
			       my_trap()->far == address + 8,
		       "%s: far %#lx", what, my_trap()->far);
		EXPECT(base == base_done || base == address || count != 0, "%s", what);
	}
}

#define FORM(instruction, at, after, check)                                                        \
	do {                                                                                       \
		trap_arm();                                                                        \
		register uint64_t x0 __asm__("x0") = 0x10;                                         \
		register uint64_t x1 __asm__("x1") = (at);                                         \
		register uint64_t x2 __asm__("x2") = 0x20;                                         \
		__asm__ volatile(instruction : "+r"(x0), "+r"(x1), "+r"(x2)::"x3", "memory");      \
		uint64_t r0 = x0, r1 = x1, r2 = x2;                                                \
		bool ok_ = true;                                                                   \
		if (my_trap()->count == 0) {                                                       \
			ok_ = (check);                                                             \
		} else {                                                                           \
			EXPECT(r1 == (at), instruction ": the base changed: %#lx", r1);            \
		}                                                                                  \
		(void)r0;                                                                          \
		(void)r2;                                                                          \
		expect_done_or_abort(instruction, IPRIO, r1, after, ok_);                          \
	} while (0)

static void pairs(void)
{
	write32(IPRIO, 0x80808080);
	write32(IPRIO + 4, 0x40404040);
	FORM("ldp w0, w2, [x1]", IPRIO, IPRIO, r0 == 0x80808080 && r2 == 0x40404040);
	FORM("ldpsw x0, x2, [x1]", IPRIO, IPRIO, r0 == 0xffffffff80808080 && r2 == 0x40404040);
	FORM("ldp w0, w2, [x1, #-8]", IPRIO + 8, IPRIO + 8, r0 == 0x80808080 && r2 == 0x40404040);
	FORM("stp w0, w2, [x1]", IPRIO, IPRIO, true);
	FORM("ldp w0, wzr, [x1], #8", IPRIO, IPRIO + 8, true);
	FORM("ldnp w0, w2, [x1]", IPRIO, IPRIO, true);
}

static void write_back(void)
{
	write32(IPRIO, 0x80808080);
	FORM("ldr w0, [x1], #4", IPRIO, IPRIO + 4, r0 == 0x80808080);
	FORM("ldr w0, [x1, #4]!", IPRIO - 4, IPRIO, r0 == 0x80808080);
	FORM("ldrb w0, [x1], #-1", IPRIO, IPRIO - 1, r0 == 0x80);
	FORM("ldrsb x0, [x1], #1", IPRIO, IPRIO + 1, r0 == 0xffffffffffffff80);
	FORM("ldrsw x0, [x1, #-4]!", IPRIO + 4, IPRIO, r0 == 0xffffffff80808080);
	FORM("str w0, [x1], #16", IPRIO, IPRIO + 16, (read32(IPRIO) & 0xff) == 0x10);
	FORM("strb w2, [x1, #-1]!", IPRIO + 1, IPRIO, (read32(IPRIO) & 0xff) == 0x20);
	FORM("str wzr, [x1], #4", IPRIO, IPRIO + 4, read32(IPRIO) == 0);
}

/* The same with SP as the base, which is EL1's own here. In a VM these are emulated, not refused. */
static void stack_pointer(void)
{
	uint64_t at = (IPRIO + 15) & ~15UL;
	uint64_t value, base;

	write32(at, 0x90a0b0c0);
	trap_arm();
	__asm__ volatile(
		"mov x2, sp\n\tmov sp, %2\n\tldr %w0, [sp], #32\n\tmov %1, sp\n\tmov sp, x2"
		: "=&r"(value), "=&r"(base)
		: "r"(at)
		: "x2", "memory");
	if (trap_disarm() == 0) {
		EXPECT_EQ(value, 0x90a0b0c0);
		EXPECT_EQ(base, at + 32);
	} else {
		EXPECT(!in_vm(), "refused");
	}
	trap_arm();
	__asm__ volatile(
		"mov x2, sp\n\tmov sp, %1\n\tstp wzr, wzr, [sp, #-16]!\n\tmov %0, sp\n\tmov sp, x2"
		: "=&r"(base)
		: "r"(at + 16)
		: "x2", "memory");
	if (trap_disarm() == 0) {
		EXPECT_EQ(read32(at), 0);
		EXPECT_EQ(base, at);
	} else {
		EXPECT(!in_vm(), "refused");
	}
}

/* No device takes these: an abort, and the next instruction follows. */
#define ABORTS(instruction, at)                                                                    \
	do {                                                                                       \
		trap_arm();                                                                        \
		register uint64_t x0 __asm__("x0") = 0;                                            \
		register uint64_t x1 __asm__("x1") = (at);                                         \
		__asm__ volatile(instruction "\n\tadd x0, x0, #1"                                  \
				 : "+r"(x0), "+r"(x1)::"x2", "x3", "x4", "x5", "memory");          \
		uint64_t r0 = x0;                                                                  \
		unsigned int n_ = trap_disarm();                                                   \
		EXPECT(n_ == 1 && r0 == 1, instruction ": %u aborts, x0 %lu", n_, r0);             \
		EXPECT(trap_ec() == EC_DABT && my_trap()->far - (at) < 16,                         \
		       instruction ": esr %#lx far %#lx", my_trap()->esr, my_trap()->far);         \
	} while (0)

static void aborts(void)
{
	write_sysreg(cpacr_el1, read_sysreg(cpacr_el1) | 3U << 20);
	isb();
	ABORTS("ldr w2, [x1]", IPRIO + 1);
	ABORTS("str w2, [x1]", RTCMR + 2);
	ABORTS("ldrh w2, [x1]", RTCMR + 1);
	ABORTS("ldr x2, [x1]", IROUTER + 4);
	ABORTS("ldxr w2, [x1]", IPRIO);
	ABORTS(".inst 0x3dc00020", IPRIO);   /* ldr q0, [x1] */
	ABORTS(".inst 0xbd400020", IPRIO);   /* ldr s0, [x1] */
	ABORTS(".inst 0xfd000020", IROUTER); /* str d0, [x1] */
	ABORTS(".arch_extension lse\n\tswp w2, w3, [x1]", RTCMR);
	ABORTS(".arch_extension lse\n\tldadd w2, w3, [x1]", RTCMR);
	ABORTS(".arch_extension lse\n\tstadd w2, [x1]", RTCMR);
	ABORTS("ldr x2, [x1]", RTCMR - 4); /* a device of words */
	write_sysreg(cpacr_el1, 0);
	isb();
}

/* Cache maintenance and hints on a device's address do nothing. */
static void cache_operations(void)
{
	trap_arm();
	__asm__ volatile(
		"dc cvac, %0\n\tdc civac, %0\n\tdc cvau, %0\n\tic ivau, %0\n\tprfm pldl1keep, [%0]\n\t"
		"dsb sy\n\tisb" ::"r"(IPRIO)
		: "memory");
	EXPECT_EQ(trap_disarm(), 0);
	trap_arm();
	__asm__ volatile("at s1e1r, %0\n\tisb" ::"r"(IPRIO) : "memory");
	EXPECT_EQ(read_sysreg(par_el1) & 0xfffff001UL, IPRIO & 0xfffff000UL);
	EXPECT_EQ(trap_disarm(), 0);
}

/* Registers in pages that belong to devices, but where no register is: zero, writes ignored, or an abort. No crash. */
static void holes(void)
{
	trap_arm();
	for (uint64_t offset = 0; offset < 0x10000; offset += 0x7fc) {
		(void)read32(GICD_BASE + (offset & ~3UL));
	}
	for (uint64_t offset = 0; offset < 0x1000; offset += 4) {
		(void)read32(RTC_BASE + offset);
	}
	(void)trap_disarm();
}

/* The 32-bit EL0's access, by the register's number there. */
static void from_a32(void)
{
	static const uint32_t code[] = {
		0xe5901000, /* ldr r1, [r0] */
		0xe5d02000, /* ldrb r2, [r0] */
		0xef000000, /* svc #0 */
	};
	const struct regs *r;

	if ((read_sysreg(id_aa64pfr0_el1) & 0xf) != 2) {
		print("note: no AArch32 at EL0\n");
		return;
	}
	page_table[0] |= BIT(6);
	el0_low_alias(true);
	write32(IPRIO, 0x80402010);
	r = el0_instructions(code, ARRAY_SIZE(code), EL0_LOW, IPRIO, 0x1d0);
	EXPECT(r->esr >> 26 == 0x11, "esr %#lx elr %#lx", r->esr, r->elr);
	EXPECT_EQ((uint32_t)r->x[1], 0x80402010);
	EXPECT_EQ((uint32_t)r->x[2], 0x10);
	page_table[0] &= ~BIT(6);
	el0_low_alias(false);
}

void guest_main(void)
{
	gic_init();
	RUN(loads);
	RUN(halfwords);
	RUN(doublewords);
	RUN(stores);
	RUN(zero_register);
	RUN(all_registers);
	RUN(no_skipped_instruction);
	RUN(nothing_there);
	RUN(pairs);
	RUN(write_back);
	RUN(stack_pointer);
	RUN_IN_VM(aborts);
	RUN(cache_operations);
	RUN(holes);
	RUN(from_a32);
}
