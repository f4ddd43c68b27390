/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A guest that has the machine's own PL031 and PL061: their interrupts, and what a guest can leave behind.
 *
 * guest_option[0]: what it does; [1]: how many interrupts.
 */

#include "gic.h"
#include "guest.h"

/* ARM DDI 0224 */
#define RTCDR   0x00U
#define RTCMR   0x04U
#define RTCIMSC 0x10U
#define RTCRIS  0x14U
#define RTCICR  0x1cU

/* ARM DDI 0190 */
#define GPIO_BASE  0x09030000UL
#define GPIO_INTID 39U
#define GPIODATA   0x3fcU
#define GPIODIR    0x400U
#define GPIOIS     0x404U
#define GPIOIEV    0x40cU
#define GPIOIE     0x410U
#define GPIORIS    0x414U

enum what {
	COUNT,         /* so many interrupts of the PL031 */
	LEAVE_PENDING, /* both interrupt when it ends, and nobody has taken that */
	LEAVE_ACTIVE,  /* one is taken, and never ended */
	TAKE_OVER,     /* what such a one has left */
	UNUSUAL,       /* what drivers seldom do */
	WALK,          /* a table walk goes there */
};

static volatile unsigned int taken;
static volatile unsigned int last;
static volatile unsigned int last_cpu;

static void alarm_off(unsigned int intid)
{
	last = intid;
	last_cpu = cpu_index();
	write32(RTC_BASE + RTCICR, 1);
	taken++;
}

/* The alarm is for now: it comes at once. */
static void alarm_now(void)
{
	uint32_t now_s;

	do {
		now_s = read32(RTC_BASE + RTCDR);
		write32(RTC_BASE + RTCMR, now_s);
	} while (read32(RTC_BASE + RTCRIS) == 0 && read32(RTC_BASE + RTCDR) != now_s);
}

static void alarms(void)
{
	irq_hook = alarm_off;
	taken = 0;
	gic_setup(RTC_INTID, 0x80, false);
	write32(RTC_BASE + RTCICR, 1);
	write32(RTC_BASE + RTCIMSC, 1);
	irq_on();
	for (unsigned int i = 0; i < guest_option[1] && taken == i; i++) {
		alarm_now();
		(void)WAIT_FOR(taken > i);
	}
	irq_off();
	write32(RTC_BASE + RTCIMSC, 0);
	EXPECT_EQ(taken, guest_option[1]);
	EXPECT_EQ(last, RTC_INTID);
	EXPECT(!gic_is_pending(RTC_INTID) && !gic_is_active(RTC_INTID));
}

static void begin(void)
{
	irq_hook = alarm_off;
	taken = 0;
	gic_setup(RTC_INTID, 0x80, false);
	write32(RTC_BASE + RTCICR, 1);
	write32(RTC_BASE + RTCIMSC, 1);
}

/* Exactly so many come. */
static void take(unsigned int wanted)
{
	irq_on();
	(void)WAIT_FOR(taken >= wanted);
	delay_us(100);
	irq_off();
	EXPECT_EQ(taken, wanted);
	EXPECT(!gic_is_pending(RTC_INTID) && !gic_is_active(RTC_INTID));
}

static void take_nothing(void)
{
	irq_on();
	delay_us(100);
	irq_off();
	EXPECT_EQ(taken, 0);
}

/* EOImode 1: the end in two steps, and a time between them in which it is active. */
static void split_end(void)
{
	begin();
	write_sysreg(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	isb();
	for (unsigned int i = 0; i < 20; i++) {
		alarm_now();
		EXPECT(WAIT_FOR(gic_is_pending(RTC_INTID)));
		EXPECT_EQ(gic_ack(), RTC_INTID);
		gic_eoi(RTC_INTID);
		EXPECT(gic_is_active(RTC_INTID));
		/* Its line is still high, and it does not come again. */
		EXPECT_EQ(gic_ack(), SPURIOUS);
		write32(RTC_BASE + RTCICR, 1);
		gic_dir(RTC_INTID);
		EXPECT(!gic_is_active(RTC_INTID));
		EXPECT_EQ(gic_ack(), SPURIOUS);
	}
	write_sysreg(ICC_CTLR_EL1, 0);
	isb();
	alarm_now();
	take(1);
}

/* The line is still high at the end: it comes again at once. */
static void still_high(void)
{
	begin();
	alarm_now();
	for (unsigned int i = 0; i < 20; i++) {
		EXPECT(WAIT_FOR(gic_is_pending(RTC_INTID)));
		EXPECT_EQ(gic_ack(), RTC_INTID);
		gic_eoi(RTC_INTID);
	}
	take(1);
}

/* Disabled when it comes; enabled, it comes. */
static void disabled(void)
{
	begin();
	gic_disable(RTC_INTID);
	alarm_now();
	take_nothing();
	EXPECT(gic_is_pending(RTC_INTID));
	gic_enable(RTC_INTID);
	take(1);
}

/* By register, without the device, and on top of it. */
static void by_register(void)
{
	begin();
	gic_pend(RTC_INTID);
	take(1);
	begin();
	alarm_now();
	EXPECT(WAIT_FOR(gic_is_pending(RTC_INTID)));
	EXPECT_EQ(gic_ack(), RTC_INTID);
	gic_pend(RTC_INTID);
	write32(RTC_BASE + RTCICR, 1);
	gic_eoi(RTC_INTID);
	/* Active and pending: the second is left. */
	take(1);
	/* Ended by register: the machine's own is, too, or none would come any more. */
	begin();
	alarm_now();
	EXPECT(WAIT_FOR(gic_is_pending(RTC_INTID)));
	EXPECT_EQ(gic_ack(), RTC_INTID);
	write32(RTC_BASE + RTCICR, 1);
	gic_set_bit(GICD_ICACTIVER, RTC_INTID);
	dsb();
	gic_eoi(RTC_INTID);
	EXPECT(!gic_is_active(RTC_INTID));
	alarm_now();
	take(1);
}

static volatile bool over;

static void other_cpu(void *arg)
{
	(void)arg;
	gic_cpu_init();
	irq_on();
	while (!over) {
		relax();
	}
	irq_off();
}

static void on_another_cpu(void)
{
	begin();
	gic_route(RTC_INTID, cpu_affinity(1));
	EXPECT_EQ(cpu_start(1, other_cpu, NULL), 0);
	for (unsigned int i = 0; i < 20; i++) {
		alarm_now();
		EXPECT(WAIT_FOR(taken > i));
		EXPECT_EQ(last_cpu, 1);
	}
	over = true;
	EXPECT(cpu_wait_off(1));
	gic_route(RTC_INTID, cpu_affinity(0));
	alarm_now();
	take(21);
	EXPECT_EQ(last_cpu, 0);
}

/* Of its eight lines, those that are outputs can be read back. */
static void lines(void)
{
	write32(GPIO_BASE + GPIODIR, 0xf0);
	write32(GPIO_BASE + GPIODATA, 0xa0);
	EXPECT_EQ(read32(GPIO_BASE + GPIODATA) & 0xf0, 0xa0);
	EXPECT_EQ(read32(GPIO_BASE + GPIODIR), 0xf0);
}

/* A level that is there: input 0 is low. */
static void gpio_now(void)
{
	write32(GPIO_BASE + GPIODIR, 0);
	write32(GPIO_BASE + GPIOIS, 0xff);
	write32(GPIO_BASE + GPIOIEV, 0);
	write32(GPIO_BASE + GPIOIE, 1);
}

static void leave(bool active)
{
	gic_setup(RTC_INTID, 0x80, false);
	gic_setup(GPIO_INTID, 0x90, false);
	write32(RTC_BASE + RTCIMSC, 1);
	alarm_now();
	gpio_now();
	EXPECT(WAIT_FOR(gic_is_pending(RTC_INTID)));
	EXPECT(WAIT_FOR(gic_is_pending(GPIO_INTID)));
	if (active) {
		EXPECT_EQ(gic_ack(), RTC_INTID);
		EXPECT(gic_is_active(RTC_INTID));
	}
	print("left so\n");
	for (;;) {
		wfi();
	}
}

/* The devices are silent, their interrupts as after reset; and they work. */
static void nothing_is_left(void)
{
	EXPECT_EQ(read32(RTC_BASE + RTCIMSC), 0);
	EXPECT_EQ(read32(GPIO_BASE + GPIOIE), 0);
	irq_hook = alarm_off;
	taken = 0;
	gic_setup(RTC_INTID, 0x80, false);
	gic_setup(GPIO_INTID, 0x90, false);
	EXPECT(!gic_is_pending(RTC_INTID) && !gic_is_active(RTC_INTID));
	EXPECT(!gic_is_pending(GPIO_INTID) && !gic_is_active(GPIO_INTID));
	irq_on();
	delay_us(1000);
	irq_off();
	EXPECT_EQ(taken, 0);
}

/* Registers are no tables: the walk that would read them is an external abort. Of a bare machine that is not so. */
static void tables_in_a_device(void)
{
	uint64_t old = page_table[300];

	page_table[300] = RTC_BASE | 3;
	__asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
	trap_arm();
	(void)read32(300UL << 30);
	EXPECT_EQ(trap_disarm(), 1);
	EXPECT(trap_ec() == EC_DABT && (trap_fsc() & 0x3cU) == 0x14U, "esr %#lx", my_trap()->esr);
	page_table[300] = old;
	__asm__ volatile("dsb sy\n\ttlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
}

void guest_main(void)
{
	gic_init();
	switch (guest_option[0]) {
	case LEAVE_PENDING:
		leave(false);
		break;
	case LEAVE_ACTIVE:
		leave(true);
		break;
	case TAKE_OVER:
		RUN(nothing_is_left);
		break;
	case UNUSUAL:
		RUN(split_end);
		RUN(still_high);
		RUN(disabled);
		RUN(by_register);
		if (cpu_count() > 1) {
			RUN(on_another_cpu);
		}
		break;
	case WALK:
		RUN(tables_in_a_device);
		break;
	default:
		break;
	}
	RUN(alarms);
	RUN(lines);
}
