/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The virtual timer's interrupt, again and again, and what happens to it in between: a hypervisor may have a short way for
 * the usual case, and must see when it is not. And the ways of an SGI to oneself.
 */

#include "gic.h"
#include "guest.h"

#define FIRST_SPI  40U
#define SPIS       10U
#define SGI        3U
#define PRIORITY   0x80U
#define CTL_ENABLE 1U

static volatile unsigned int fired;
static volatile unsigned int others;
/* Interrupts that came before the timer's latest. */
static volatile unsigned int others_before;

static void timer_set(uint64_t ticks)
{
	write_sysreg(cntv_tval_el0, ticks);
	write_sysreg(cntv_ctl_el0, CTL_ENABLE);
	isb();
}

static void timer_off(void)
{
	write_sysreg(cntv_ctl_el0, 0);
	isb();
}

static void on_irq(unsigned int intid)
{
	if (intid != VTIMER_INTID) {
		others++;
		return;
	}
	timer_off();
	others_before = others;
	fired++;
}

static void begin(void)
{
	timer_off();
	fired = 0;
	others = 0;
	irq_hook = on_irq;
	gic_setup(VTIMER_INTID, PRIORITY, false);
}

static void end(void)
{
	irq_off();
	timer_off();
	gic_forget(VTIMER_INTID);
	irq_hook = NULL;
}

/* One of the usual ones. Interrupts are open. */
static void once(void)
{
	unsigned int wanted = fired + 1;

	timer_set(us_to_ticks(2));
	EXPECT(WAIT_FOR(fired == wanted), "%u of %u", fired, wanted);
}

static void thrice(void)
{
	irq_on();
	once();
	once();
	once();
	irq_off();
}

/* It is due, and nothing comes for a while. */
static void nothing_comes(void)
{
	unsigned int before = fired;

	irq_on();
	timer_set(us_to_ticks(2));
	delay_us(30);
	irq_off();
	EXPECT(fired == before, "%u", fired - before);
}

/* What was due comes, once, and all after it. */
static void comes_after_all(void)
{
	unsigned int before = fired;

	irq_on();
	EXPECT(WAIT_FOR(fired == before + 1), "%u", fired - before);
	delay_us(20);
	irq_off();
	EXPECT(fired == before + 1, "%u", fired - before);
	thrice();
}

static void others_in_between(void)
{
	begin();
	gic_setup(SGI, PRIORITY, true);
	gic_setup(FIRST_SPI, PRIORITY, true);
	irq_on();
	for (unsigned int i = 1; i <= 12; i++) {
		once();
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), SGI));
		gic_pend(FIRST_SPI);
		EXPECT(WAIT_FOR(others == 2 * i), "%u", others);
		EXPECT(!gic_is_pending(VTIMER_INTID) && !gic_is_active(VTIMER_INTID));
		(void)read_sysreg(id_aa64pfr0_el1);
		if (i % 3 == 0) {
			/* Masked, or it may have come and gone before the WFI. */
			irq_off();
			timer_set(us_to_ticks(20));
			wfi();
			irq_on();
			EXPECT(WAIT_FOR(fired == i + i / 3), "%u", fired);
		}
	}
	gic_forget(SGI);
	gic_forget(FIRST_SPI);
	end();
}

static void disabled(void)
{
	begin();
	thrice();
	gic_disable(VTIMER_INTID);
	nothing_comes();
	EXPECT(gic_is_pending(VTIMER_INTID));
	gic_enable(VTIMER_INTID);
	comes_after_all();
	end();
}

static void priority_and_mask(void)
{
	begin();
	thrice();
	write_sysreg(ICC_PMR_EL1, PRIORITY);
	nothing_comes();
	write_sysreg(ICC_PMR_EL1, 0xff);
	comes_after_all();
	/* The new priority is that of the next interrupt. */
	gic_priority(VTIMER_INTID, PRIORITY - 0x40);
	write_sysreg(ICC_PMR_EL1, PRIORITY);
	thrice();
	gic_priority(VTIMER_INTID, PRIORITY + 0x10);
	nothing_comes();
	/* Pending already. */
	gic_priority(VTIMER_INTID, PRIORITY - 0x10);
	comes_after_all();
	write_sysreg(ICC_PMR_EL1, 0xff);
	end();
}

static void groups(void)
{
	begin();
	thrice();
	write_sysreg(ICC_IGRPEN1_EL1, 0);
	nothing_comes();
	write_sysreg(ICC_IGRPEN1_EL1, 1);
	comes_after_all();
	write32(GICD_CTLR, read32(GICD_CTLR) & ~(uint32_t)GICD_CTLR_GRP1);
	gic_wait_rwp();
	nothing_comes();
	write32(GICD_CTLR, read32(GICD_CTLR) | GICD_CTLR_GRP1);
	gic_wait_rwp();
	comes_after_all();
	end();
}

/* More than any implementation has list registers for, more urgent than it, less urgent, and as urgent. */
static void crowd(void)
{
	static const uint8_t priorities[] = {PRIORITY - 0x20, PRIORITY + 0x20, PRIORITY - 0x20};

	begin();
	for (unsigned int round = 0; round < ARRAY_SIZE(priorities); round++) {
		bool first = priorities[round] > PRIORITY;

		for (unsigned int i = 0; i < SPIS; i++) {
			gic_setup(FIRST_SPI + i, priorities[round], true);
		}
		thrice();
		for (unsigned int when = 0; when < 2; when++) {
			others = 0;
			if (when == 0) {
				timer_set(0);
				delay_us(5);
			}
			for (unsigned int i = 0; i < SPIS; i++) {
				gic_pend(FIRST_SPI + i);
			}
			if (when == 1) {
				timer_set(0);
				delay_us(5);
			}
			fired = 0;
			irq_on();
			EXPECT(WAIT_FOR(others == SPIS && fired == 1), "%u %u", others, fired);
			irq_off();
			EXPECT(others_before == (first ? 0 : SPIS), "%u", others_before);
			thrice();
		}
	}
	for (unsigned int i = 0; i < SPIS; i++) {
		gic_forget(FIRST_SPI + i);
	}
	end();
}

/* Deactivated apart, with the next deadline over already: it comes then, not before. */
static void eoi_mode_1(void)
{
	begin();
	write_sysreg(ICC_CTLR_EL1, read_sysreg(ICC_CTLR_EL1) | ICC_CTLR_EOIMODE);
	isb();
	timer_set(0);
	for (unsigned int i = 0; i < 6; i++) {
		EXPECT(WAIT_FOR(read_sysreg(ICC_HPPIR1_EL1) == VTIMER_INTID));
		EXPECT_EQ(gic_ack(), VTIMER_INTID);
		timer_set(0);
		gic_eoi(VTIMER_INTID);
		delay_us(10);
		EXPECT_EQ(read_sysreg(ICC_HPPIR1_EL1), SPURIOUS);
		EXPECT(gic_is_active(VTIMER_INTID));
		gic_dir(VTIMER_INTID);
	}
	timer_off();
	delay_us(10);
	if (gic_ack() != SPURIOUS) {
		gic_eoi(VTIMER_INTID);
		gic_dir(VTIMER_INTID);
	}
	write_sysreg(ICC_CTLR_EL1, read_sysreg(ICC_CTLR_EL1) & ~ICC_CTLR_EOIMODE);
	isb();
	thrice();
	end();
}

static unsigned int left;

static void on_irq_again(unsigned int intid)
{
	EXPECT_EQ(intid, VTIMER_INTID);
	fired++;
	if (--left != 0) {
		timer_set(left % 4 * 100);
	} else {
		timer_off();
	}
}

/* The next deadline is set, and partly over, before the end of interrupt. */
static void set_before_the_end(void)
{
	begin();
	irq_hook = on_irq_again;
	left = 50;
	irq_on();
	timer_set(100);
	EXPECT(WAIT_FOR(fired == 50), "%u", fired);
	delay_us(20);
	EXPECT_EQ(fired, 50);
	irq_hook = on_irq;
	thrice();
	end();
}

/* ---- another CPU writes this one's registers ---- */

static volatile unsigned int wish;
static volatile unsigned int done;

enum { NOTHING, DISABLE, ENABLE, TOGGLE, LEAVE };

static void other_cpu(void *arg)
{
	uint64_t frame = GICR_BASE + GICR_SGI;

	for (;;) {
		unsigned int w = wish;

		if (w == DISABLE || w == TOGGLE) {
			write32(frame + GICD_ICENABLER, BIT(VTIMER_INTID));
		}
		if (w == TOGGLE) {
			write32(frame + GICD_IPRIORITYR + (VTIMER_INTID & ~3U), 0x90909090U);
			relax();
		}
		if (w == ENABLE || w == TOGGLE) {
			write32(frame + GICD_ISENABLER, BIT(VTIMER_INTID));
		}
		if (w == LEAVE) {
			break;
		}
		if (w == DISABLE || w == ENABLE) {
			wish = NOTHING;
			done++;
		}
		relax();
	}
}

static void ask(unsigned int w)
{
	unsigned int before = done;

	wish = w;
	EXPECT(WAIT_FOR(done != before));
	delay_us(30);
}

static void from_elsewhere(void)
{
	begin();
	wish = NOTHING;
	EXPECT_EQ(cpu_start(1, other_cpu, NULL), 0);
	for (unsigned int i = 0; i < 5; i++) {
		thrice();
		ask(DISABLE);
		nothing_comes();
		ask(ENABLE);
		comes_after_all();
	}
	/* While it fires. None is lost: the last to be written is the enable. */
	wish = TOGGLE;
	irq_on();
	for (unsigned int i = 0; i < 200; i++) {
		unsigned int before = fired;

		timer_set(i % 5 * 100);
		EXPECT(WAIT_FOR(fired != before), "%u", i);
	}
	irq_off();
	wish = LEAVE;
	EXPECT(cpu_wait_off(1));
	thrice();
	end();
}

/* ---- SGIs ---- */

#define SEND(n)                                                                                    \
	static void send_x##n(uint64_t value)                                                      \
	{                                                                                          \
		register uint64_t v __asm__("x0") = value;                                         \
		__asm__ volatile("mov x1, x" #n "\n\tmov x" #n ", x0\n\tmsr s3_0_c12_c11_5, x" #n  \
				 "\n\tmov x" #n ", x1\n\tisb"                                      \
				 : "+r"(v)                                                         \
				 :                                                                 \
				 : "x1", "memory");                                                \
	}
SEND(0)
SEND(2)
SEND(3)
SEND(4)
SEND(5)
SEND(6)
SEND(7)
SEND(8)
SEND(9)
SEND(10)
SEND(11)
SEND(12)
SEND(13)
SEND(14)
SEND(15)
SEND(16)
SEND(17)
SEND(18)
SEND(19)
SEND(20)
SEND(21)
SEND(22)
SEND(23)
SEND(24)
SEND(25)
SEND(26)
SEND(27)
SEND(28)
SEND(29)
SEND(30)

static void sgi_of_any_register(void)
{
	static void (*const send[])(uint64_t value) = {
		send_x0,  send_x2,  send_x3,  send_x4,  send_x5,  send_x6,  send_x7,  send_x8,
		send_x9,  send_x10, send_x11, send_x12, send_x13, send_x14, send_x15, send_x16,
		send_x17, send_x18, send_x19, send_x20, send_x21, send_x22, send_x23, send_x24,
		send_x25, send_x26, send_x27, send_x28, send_x29, send_x30,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(send); i++) {
		unsigned int intid = i % 16;

		gic_setup(intid, PRIORITY, true);
		send[i](sgi_to(cpu_index(), intid));
		EXPECT(WAIT_FOR(read_sysreg(ICC_HPPIR1_EL1) == intid), "%u", i);
		EXPECT_EQ(gic_ack(), intid);
		gic_eoi(intid);
		/* XZR: SGI 0 to nobody. */
		__asm__ volatile("msr s3_0_c12_c11_5, xzr\n\tisb" ::: "memory");
		EXPECT_EQ(gic_ack(), SPURIOUS);
		gic_forget(intid);
	}
}

/* Disabled, masked, of a group that is off, and while it is active. */
static void sgi_to_self_again(void)
{
	uint64_t value = sgi_to(cpu_index(), SGI);

	gic_setup(SGI, PRIORITY, true);
	for (unsigned int i = 0; i < 5; i++) {
		write_sysreg(ICC_SGI1R_EL1, value);
		isb();
		EXPECT_EQ(gic_ack(), SGI);
		if (i == 1) {
			write_sysreg(ICC_SGI1R_EL1, value);
			isb();
			EXPECT_EQ(gic_ack(), SPURIOUS);
			gic_eoi(SGI);
			EXPECT_EQ(gic_ack(), SGI);
		}
		gic_eoi(SGI);
		EXPECT_EQ(gic_ack(), SPURIOUS);
	}
	gic_disable(SGI);
	write_sysreg(ICC_SGI1R_EL1, value);
	isb();
	EXPECT_EQ(gic_ack(), SPURIOUS);
	gic_enable(SGI);
	EXPECT_EQ(gic_ack(), SGI);
	gic_eoi(SGI);
	write32(GICD_CTLR, read32(GICD_CTLR) & ~(uint32_t)GICD_CTLR_GRP1);
	gic_wait_rwp();
	write_sysreg(ICC_SGI1R_EL1, value);
	isb();
	EXPECT_EQ(gic_ack(), SPURIOUS);
	write32(GICD_CTLR, read32(GICD_CTLR) | GICD_CTLR_GRP1);
	gic_wait_rwp();
	EXPECT(WAIT_FOR(read_sysreg(ICC_HPPIR1_EL1) == SGI));
	EXPECT_EQ(gic_ack(), SGI);
	gic_eoi(SGI);
	gic_forget(SGI);
}

void guest_main(void)
{
	gic_init();
	RUN(others_in_between);
	RUN(disabled);
	RUN(priority_and_mask);
	RUN(groups);
	RUN(crowd);
	RUN(eoi_mode_1);
	RUN(set_before_the_end);
	if (cpu_count() > 1) {
		RUN(from_elsewhere);
	}
	RUN(sgi_of_any_register);
	RUN(sgi_to_self_again);
}
