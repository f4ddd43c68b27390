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
};

static volatile unsigned int taken;
static volatile unsigned int last;

static void alarm_off(unsigned int intid)
{
	last = intid;
	taken++;
	write32(RTC_BASE + RTCICR, 1);
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
	default:
		break;
	}
	RUN(alarms);
	RUN(lines);
}
