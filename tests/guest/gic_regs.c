/* SPDX-License-Identifier: Apache-2.0 */

/* Registers of the GICv3 (IHI 0069, chapter 12): what can be written, what reads back, what is not there. */

#include "gic.h"
#include "guest.h"

static unsigned int lines; /* INTIDs 0 to lines - 1 */

static uint64_t redist(unsigned int n)
{
	return GICR_BASE + n * GICR_SIZE;
}

static void identification(void)
{
	uint32_t typer = read32(GICD_TYPER);

	lines = ((typer & 0x1f) + 1) * 32;
	print("note: GICD_TYPER %#x, %u INTIDs, GICD_IIDR %#x\n", typer, lines, read32(GICD_IIDR));
	EXPECT(lines >= 64 && lines <= 1024, "%u", lines);
	EXPECT_EQ(typer >> 10 & 1, 0); /* one security state */
	EXPECT_EQ(read32(GICD_PIDR2) >> 4 & 0xf, 3);
	EXPECT_EQ(read32(GICR_BASE + 0xffe8) >> 4 & 0xf, 3);
	write32(GICD_TYPER, 0xffffffff);
	EXPECT_EQ(read32(GICD_TYPER), typer);
	write32(GICD_IIDR, 0);
}

static void redistributors(void)
{
	unsigned int n = cpu_count();

	for (unsigned int i = 0; i < n; i++) {
		uint64_t typer = read64(redist(i) + GICR_TYPER_);

		EXPECT_EQ(typer >> 8 & 0xffff, i);
		EXPECT_EQ(typer >> 4 & 1, i == n - 1);
		EXPECT_EQ(read32(redist(i) + GICR_TYPER_), (uint32_t)typer);
		EXPECT_EQ(read32(redist(i) + GICR_TYPER_ + 4), typer >> 32);
	}
	EXPECT_EQ(cpu_affinity(0), read_sysreg(mpidr_el1) & 0xff00ffffffUL);
}

static void control(void)
{
	write32(GICD_CTLR, 0);
	gic_wait_rwp();
	EXPECT_EQ(read32(GICD_CTLR) & 3, 0);
	EXPECT(read32(GICD_CTLR) & GICD_CTLR_DS);
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP0 | GICD_CTLR_GRP1));
	gic_wait_rwp();
	EXPECT_EQ(read32(GICD_CTLR) & 0x13, 0x13);
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP1));
	gic_wait_rwp();
	EXPECT_EQ(read32(GICD_CTLR) & 0x13, 0x12);
}

/* A pair of set and clear registers, over all words of SPIs and this CPU's own. */
static void set_and_clear(uint64_t set, uint64_t clear, const char *what)
{
	for (unsigned int i = 0; i < lines / 32; i++) {
		uint64_t base = i == 0 ? redist(0) + GICR_SGI : GICD_BASE;
		/* PPIs of devices that are there are left alone. */
		uint32_t mask = i == 0 ? 0x0070ffff : 0xffffffff;
		uint32_t a = 0x5a3c96f0 & mask;

		if (i == 1) {
			a &= ~(1U << UART_INTID % 32 | 1U << RTC_INTID % 32);
			mask = a | (mask & ~0xffU);
		}
		write32(base + clear + i * 4, mask);
		gic_wait_rwp();
		EXPECT((read32(base + set + i * 4) & mask) == 0, "%s %u: %#x", what, i,
		       read32(base + set + i * 4));
		write32(base + set + i * 4, a);
		EXPECT((read32(base + set + i * 4) & mask) == a, "%s %u: %#x, not %#x", what, i,
		       read32(base + set + i * 4), a);
		EXPECT((read32(base + clear + i * 4) & mask) == a, "%s %u: %#x", what, i,
		       read32(base + clear + i * 4));
		write32(base + set + i * 4, 0);
		write32(base + clear + i * 4, 0);
		EXPECT((read32(base + set + i * 4) & mask) == a, "%s %u", what, i);
		write32(base + clear + i * 4, a & 0x0ff00ff0);
		gic_wait_rwp();
		EXPECT((read32(base + set + i * 4) & mask) == (a & ~0x0ff00ff0U), "%s %u", what, i);
		write32(base + clear + i * 4, mask);
		gic_wait_rwp();
		EXPECT((read32(base + set + i * 4) & mask) == 0, "%s %u", what, i);
	}
}

static void enables(void)
{
	write_sysreg(ICC_IGRPEN1_EL1, 0);
	isb();
	set_and_clear(GICD_ISENABLER, GICD_ICENABLER, "enable");
	write_sysreg(ICC_IGRPEN1_EL1, 1);
	isb();
}

static void pendings(void)
{
	set_and_clear(GICD_ISPENDR, GICD_ICPENDR, "pending");
}

static void actives(void)
{
	set_and_clear(GICD_ISACTIVER, GICD_ICACTIVER, "active");
}

static void bytes_in_bitmaps(void)
{
	uint64_t set = GICD_BASE + GICD_ISPENDR + 4;

	/* 32 bits is what the architecture asks for; nothing may break by less. */
	(void)read8(set + 1);
	(void)read16(set + 2);
	write8(set + 1, 0);
	write16(set + 2, 0);
	write32(GICD_BASE + GICD_ICPENDR + 4, ~0U & ~6U);
}

static void groups(void)
{
	for (unsigned int i = 0; i < lines / 32; i++) {
		uint64_t base = i == 0 ? redist(0) + GICR_SGI : GICD_BASE;

		write32(base + GICD_IGROUPR + i * 4, 0x0f0f3355);
		EXPECT_EQ(read32(base + GICD_IGROUPR + i * 4), 0x0f0f3355);
		write32(base + GICD_IGROUPR + i * 4, 0xffffffff);
		EXPECT_EQ(read32(base + GICD_IGROUPR + i * 4), 0xffffffff);
	}
}

/* A guest that believes itself secure: Group 0 bit with the modifier. Either it reads back or it is not there. */
static void group_modifiers(void)
{
	for (unsigned int i = 0; i < lines / 32; i++) {
		uint64_t base = i == 0 ? redist(0) + GICR_SGI : GICD_BASE;
		uint32_t v;

		write32(base + GICD_IGRPMODR + i * 4, 0x0f0f3355);
		v = read32(base + GICD_IGRPMODR + i * 4);
		EXPECT(v == 0 || v == 0x0f0f3355, "%u: %#x", i, v);
		write32(base + GICD_IGRPMODR + i * 4, 0);
		EXPECT_EQ(read32(base + GICD_IGRPMODR + i * 4), 0);
	}
}

static void priorities(void)
{
	uint8_t implemented;

	gic_priority(40, 0xff);
	implemented = read8(GICD_BASE + GICD_IPRIORITYR + 40);
	EXPECT(implemented >= 0xf0, "%#x", implemented); /* 16 levels at least (4.8) */
	for (unsigned int i = 0; i < lines; i += 4) {
		uint64_t reg = (i < 32 ? redist(0) + GICR_SGI : GICD_BASE) + GICD_IPRIORITYR + i;

		write32(reg, 0x10c0a0f0);
		EXPECT_EQ(read32(reg), 0x10c0a0f0);
		write8(reg + 2, 0x50);
		EXPECT_EQ(read32(reg), 0x1050a0f0);
		EXPECT_EQ(read8(reg + 2), 0x50);
		EXPECT_EQ(read8(reg + 3), 0x10);
		write8(reg, 0xff);
		EXPECT_EQ(read8(reg), implemented);
		write32(reg, 0xa0a0a0a0);
	}
}

static void configurations(void)
{
	for (unsigned int i = 32; i < lines; i += 16) {
		uint64_t reg = GICD_BASE + GICD_ICFGR + i / 4;

		/* Bit 0 of each pair is reserved in GICv3: zero. */
		write32(reg, 0xffffffff);
		EXPECT_EQ(read32(reg), 0xaaaaaaaa);
		write32(reg, 0x82082020);
		EXPECT_EQ(read32(reg), 0x82082020);
		write32(reg, 0);
		EXPECT_EQ(read32(reg), 0);
	}
	/* SGIs are edges, whatever is written. */
	write32(redist(0) + GICR_SGI + GICD_ICFGR, 0);
	EXPECT_EQ(read32(redist(0) + GICR_SGI + GICD_ICFGR) & 0xaaaaaaaa, 0xaaaaaaaa);
}

static void routes(void)
{
	uint64_t last = cpu_affinity(cpu_count() - 1);

	for (unsigned int i = 32; i < lines; i++) {
		uint64_t reg = GICD_BASE + GICD_IROUTER + i * 8UL;

		write64(reg, last);
		EXPECT_EQ(read64(reg), last);
		write64(reg, BIT(31) | last);
		EXPECT_EQ(read64(reg), BIT(31) | last);
		write32(reg, 0);
		EXPECT_EQ(read64(reg), 0);
		write32(reg + 4, 0);
		EXPECT_EQ(read32(reg + 4), 0);
		write64(reg, 0);
	}
	/* The registers of INTIDs 0 to 31 do not exist. */
	for (unsigned int i = 0; i < 32; i++) {
		write64(GICD_BASE + GICD_IROUTER + i * 8UL, last | 1);
		EXPECT_EQ(read64(GICD_BASE + GICD_IROUTER + i * 8UL), 0);
	}
}

/* With affinity routing the distributor's registers of SGIs and PPIs are gone (12.9). */
static void legacy_is_gone(void)
{
	static const uint32_t words[] = {GICD_IGROUPR, GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,
					 GICD_ICPENDR, GICD_ISACTIVER, GICD_ICACTIVER};

	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		write32(GICD_BASE + words[i], 0x00700000);
		EXPECT(read32(GICD_BASE + words[i]) == 0, "%#x", words[i]);
	}
	for (unsigned int i = 0; i < 32; i += 4) {
		write32(GICD_BASE + GICD_IPRIORITYR + i, 0x80808080);
		EXPECT_EQ(read32(GICD_BASE + GICD_IPRIORITYR + i), 0);
	}
	for (unsigned int i = 0; i < lines; i += 4) {
		write32(GICD_BASE + GICD_ITARGETSR + i, 0x01010101);
		EXPECT_EQ(read32(GICD_BASE + GICD_ITARGETSR + i), 0);
	}
	write32(GICD_BASE + 0xf00, 0x02000001); /* SGIR */
	write32(GICD_BASE + 0xf10, 0xffffffff); /* CPENDSGIR */
	EXPECT_EQ(read32(GICD_BASE + 0xf20), 0);
	EXPECT(!gic_is_pending(1));
}

/* Registers of INTIDs that there are not: zero, writes ignored. */
static void past_the_end(void)
{
	static const uint32_t bitmaps[] = {GICD_IGROUPR,   GICD_ISENABLER, GICD_ICENABLER,
					   GICD_ISPENDR,   GICD_ICPENDR,   GICD_ISACTIVER,
					   GICD_ICACTIVER, GICD_IGRPMODR};

	/* QEMU's has 32 INTIDs more than its GICD_TYPER says. */
	unsigned int end = in_vm() ? lines : lines + 32;

	for (unsigned int i = end / 32; i < 32; i++) {
		for (unsigned int j = 0; j < ARRAY_SIZE(bitmaps); j++) {
			write32(GICD_BASE + bitmaps[j] + i * 4, 0xffffffff);
			EXPECT(read32(GICD_BASE + bitmaps[j] + i * 4) == 0, "%#x + %u", bitmaps[j],
			       i * 4);
		}
	}
	for (unsigned int i = end; i < 1020; i += 4) {
		write32(GICD_BASE + GICD_IPRIORITYR + i, 0x80808080);
		EXPECT(read32(GICD_BASE + GICD_IPRIORITYR + i) == 0, "IPRIORITYR %u", i);
		write64(GICD_BASE + GICD_IROUTER + i * 8UL, 1);
		EXPECT(read64(GICD_BASE + GICD_IROUTER + i * 8UL) == 0, "IROUTER %u", i);
	}
	for (unsigned int i = end; i < 1024; i += 16) {
		write32(GICD_BASE + GICD_ICFGR + i / 4, 0xffffffff);
		EXPECT(read32(GICD_BASE + GICD_ICFGR + i / 4) == 0, "ICFGR %u", i);
	}
	/* The SGI frame has words 0 only. */
	for (unsigned int j = 0; j < ARRAY_SIZE(bitmaps); j++) {
		write32(redist(0) + GICR_SGI + bitmaps[j] + 8, 0xffffffff);
		EXPECT(read32(redist(0) + GICR_SGI + bitmaps[j] + 8) == 0, "SGI frame %#x + 8",
		       bitmaps[j]);
	}
}

static void reserved(void)
{
	static const uint32_t offsets[] = {0x0030, 0x0054, 0x007c, 0x0e00,
					   0x4000, 0xbffc, 0xc000, 0xffcc};

	for (unsigned int i = 0; i < ARRAY_SIZE(offsets); i++) {
		write32(GICD_BASE + offsets[i], 0xffffffff);
		EXPECT(read32(GICD_BASE + offsets[i]) == 0, "%#x", offsets[i]);
	}
	EXPECT_EQ(read32(redist(0) + 0x0020), 0);
	EXPECT_EQ(read32(redist(0) + GICR_SGI + 0x0040), 0);
	EXPECT_EQ(read32(redist(0) + GICR_SGI + 0xf000), 0);
}

static void waker(void)
{
	uint64_t reg = redist(cpu_count() - 1) + GICR_WAKER;

	write32(reg, 0);
	EXPECT(WAIT_FOR((read32(reg) & 4) == 0));
	EXPECT_EQ(read32(reg) & 6, 0);
}

/* One CPU sees and changes another's private interrupts. */
static void anothers_frame(void)
{
	uint64_t frame = redist(cpu_count() - 1) + GICR_SGI;

	write32(frame + GICD_ICENABLER, 0xffffffff);
	EXPECT_EQ(read32(frame + GICD_ISENABLER), 0);
	write32(frame + GICD_ISENABLER, 0x00500003);
	EXPECT_EQ(read32(frame + GICD_ISENABLER), 0x00500003);
	write32(frame + GICD_IPRIORITYR + 20, 0x10203040);
	EXPECT_EQ(read8(frame + GICD_IPRIORITYR + 23), 0x10);
	if (cpu_count() > 1) {
		EXPECT_EQ(read32(redist(0) + GICR_SGI + GICD_ISENABLER) & 0x00500003, 0);
	}
	write32(frame + GICD_ICENABLER, 0xffffffff);
}

static void cpu_interface(void)
{
	EXPECT_EQ(read_sysreg(ICC_SRE_EL1) & 7, 7);
	write_sysreg(ICC_SRE_EL1, 0);
	isb();
	EXPECT_EQ(read_sysreg(ICC_SRE_EL1) & 1, 1);
	write_sysreg(ICC_PMR_EL1, 0x58);
	EXPECT_EQ(read_sysreg(ICC_PMR_EL1), 0x58);
	write_sysreg(ICC_PMR_EL1, 0xff);
	EXPECT(read_sysreg(ICC_PMR_EL1) >= 0xf0);
	write_sysreg(ICC_BPR1_EL1, 5);
	EXPECT_EQ(read_sysreg(ICC_BPR1_EL1), 5);
	write_sysreg(ICC_BPR1_EL1, 0);
	EXPECT(read_sysreg(ICC_BPR1_EL1) <= 4, "%lu", read_sysreg(ICC_BPR1_EL1));
	write_sysreg(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	isb();
	EXPECT(read_sysreg(ICC_CTLR_EL1) & ICC_CTLR_EOIMODE);
	write_sysreg(ICC_CTLR_EL1, 0);
	isb();
	EXPECT_EQ(read_sysreg(ICC_CTLR_EL1) & 3, 0);
	EXPECT((read_sysreg(ICC_CTLR_EL1) >> 8 & 7) >= 3, "priority bits");
	EXPECT_EQ(read_sysreg(ICC_RPR_EL1), 0xff);
	EXPECT_EQ(read_sysreg(ICC_HPPIR1_EL1), SPURIOUS);
	EXPECT_EQ(read_sysreg(ICC_IAR1_EL1), SPURIOUS);
	EXPECT_EQ(read_sysreg(ICC_AP1R0_EL1), 0);
	write_sysreg(ICC_EOIR1_EL1, SPURIOUS);
	write_sysreg(ICC_EOIR1_EL1, 40); /* nothing is active */
	EXPECT_EQ(read_sysreg(ICC_IGRPEN1_EL1), 1);
}

void guest_main(void)
{
	RUN(identification);
	gic_init();
	RUN(redistributors);
	RUN(control);
	RUN(enables);
	RUN(pendings);
	RUN(actives);
	RUN(bytes_in_bitmaps);
	RUN(groups);
	RUN(group_modifiers);
	RUN(priorities);
	RUN(configurations);
	RUN(routes);
	RUN(legacy_is_gone);
	RUN(past_the_end);
	RUN(reserved);
	RUN(waker);
	RUN(anothers_frame);
	RUN(cpu_interface);
}
