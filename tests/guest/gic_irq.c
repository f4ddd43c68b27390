/* SPDX-License-Identifier: Apache-2.0 */

/* Interrupts on one CPU: each kind, order and preemption, masks, active state, more at once than list registers. */

#include "gic.h"
#include "guest.h"

#define FIRST_SPI 40U
#define LOG_SIZE  512U

static volatile unsigned int log_count;
static volatile unsigned int log_intid[LOG_SIZE];

static void record(unsigned int intid)
{
	if (log_count < LOG_SIZE) {
		log_intid[log_count] = intid;
	}
	log_count++;
}

static void begin(void)
{
	log_count = 0;
	irq_hook = record;
}

/* Lets what is pending come, and waits a moment for what should not. */
static void take(unsigned int wanted)
{
	irq_on();
	(void)WAIT_FOR(log_count >= wanted);
	delay_us(20);
	irq_off();
	EXPECT(log_count == wanted, "%u interrupts, not %u (first %u)", log_count, wanted,
	       log_intid[0]);
}

static void sgi_to_self(void)
{
	for (unsigned int i = 0; i < 16; i++) {
		begin();
		gic_setup(i, 0x80, true);
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), i));
		isb();
		EXPECT(WAIT_FOR(gic_is_pending(i)), "SGI %u", i);
		take(1);
		EXPECT_EQ(log_intid[0], i);
		EXPECT(!gic_is_pending(i) && !gic_is_active(i));
		/* Two of one number are one. */
		begin();
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), i));
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), i));
		isb();
		take(1);
		/* All but self: not self. */
		begin();
		write_sysreg(ICC_SGI1R_EL1, SGI_ALL_OTHERS | (uint64_t)i << 24);
		isb();
		take(0);
		gic_forget(i);
	}
}

static void by_ispendr(unsigned int intid, bool edge)
{
	begin();
	gic_setup(intid, 0x80, edge);
	gic_pend(intid);
	EXPECT(gic_is_pending(intid), "%u", intid);
	take(1);
	EXPECT_EQ(log_intid[0], intid);
	EXPECT(!gic_is_pending(intid) && !gic_is_active(intid), "%u", intid);
	/* Pending and taken back. */
	begin();
	gic_pend(intid);
	gic_set_bit(GICD_ICPENDR, intid);
	dsb();
	EXPECT(!gic_is_pending(intid), "%u", intid);
	take(0);
	/* Pending while disabled: comes when enabled. */
	begin();
	gic_disable(intid);
	gic_pend(intid);
	take(0);
	EXPECT(gic_is_pending(intid), "%u", intid);
	gic_enable(intid);
	take(1);
	/* Pending, then disabled before it is taken. */
	begin();
	gic_pend(intid);
	gic_disable(intid);
	take(0);
	gic_forget(intid);
}

static void software_pending(void)
{
	by_ispendr(3, true);
	by_ispendr(20, true);
	by_ispendr(21, false);
	for (unsigned int i = FIRST_SPI; i < 256; i += 27) {
		by_ispendr(i, true);
		by_ispendr(i, false);
	}
	by_ispendr(255, true);
}

/* ---- order ---- */

/* Pends @p n SPIs with priorities in a scrambled order, and looks that they come in the right one. */
static void pend_many(unsigned int n, bool edge)
{
	unsigned int previous = 0;

	begin();
	for (unsigned int i = 0; i < n; i++) {
		gic_setup(FIRST_SPI + i, (uint8_t)(0x10 + i * 11 % 13 * 8), edge);
	}
	for (unsigned int i = 0; i < n; i++) {
		gic_pend(FIRST_SPI + i * 7 % n);
	}
	take(n);
	for (unsigned int i = 0; i < n && i < log_count; i++) {
		unsigned int priority = read8(GICD_BASE + GICD_IPRIORITYR + log_intid[i]);

		EXPECT(priority >= previous, "%u. is %u with priority %#x after %#x", i,
		       log_intid[i], priority, previous);
		previous = priority;
		for (unsigned int j = 0; j < i; j++) {
			EXPECT(log_intid[j] != log_intid[i], "%u twice", log_intid[i]);
		}
	}
	for (unsigned int i = 0; i < n; i++) {
		gic_forget(FIRST_SPI + i);
	}
}

static void more_than_list_registers(void)
{
	static const uint8_t sizes[] = {3, 4, 5, 10, 16, 17, 20, 40, 41, 100};

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i] % 7 != 0) {
			pend_many(sizes[i], true);
			pend_many(sizes[i], false);
		}
	}
}

/* More urgent ones that become pending while all list registers are taken come first all the same. */
static void late_and_urgent(void)
{
	begin();
	for (unsigned int i = 0; i < 40; i++) {
		gic_setup(FIRST_SPI + i, i < 36 ? 0xc0 : 0x40, true);
	}
	for (unsigned int i = 0; i < 40; i++) {
		gic_pend(FIRST_SPI + i);
	}
	take(40);
	for (unsigned int i = 0; i < 4; i++) {
		EXPECT(log_intid[i] >= FIRST_SPI + 36, "%u. is %u", i, log_intid[i]);
	}
	for (unsigned int i = 0; i < 40; i++) {
		gic_forget(FIRST_SPI + i);
	}
}

/* All kinds at once: 16 SGIs, a few PPIs, 30 SPIs. */
static void all_kinds_at_once(void)
{
	begin();
	for (unsigned int i = 0; i < 16; i++) {
		gic_setup(i, 0x80, true);
		write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), i));
	}
	for (unsigned int i = 20; i < 23; i++) {
		gic_setup(i, 0x70, true);
		gic_pend(i);
	}
	for (unsigned int i = 0; i < 30; i++) {
		gic_setup(FIRST_SPI + i, 0x90, true);
		gic_pend(FIRST_SPI + i);
	}
	take(49);
	EXPECT(log_intid[0] >= 20 && log_intid[0] < 23 && log_intid[2] < 23 && log_intid[3] < 16 &&
	       log_intid[18] < 16);
	for (unsigned int i = 0; i < FIRST_SPI + 30; i++) {
		if (i < 16 || (i >= 20 && i < 23) || i >= FIRST_SPI) {
			gic_forget(i);
		}
	}
}

/* ---- masks ---- */

static void priority_mask(void)
{
	begin();
	gic_setup(FIRST_SPI, 0x80, true);
	gic_setup(FIRST_SPI + 1, 0x78, true);
	write_sysreg(ICC_PMR_EL1, 0x80);
	isb();
	gic_pend(FIRST_SPI);
	take(0);
	gic_pend(FIRST_SPI + 1);
	take(1);
	EXPECT_EQ(log_intid[0], FIRST_SPI + 1);
	EXPECT_EQ(read_sysreg(ICC_IAR1_EL1), SPURIOUS);
	write_sysreg(ICC_PMR_EL1, 0x88);
	isb();
	take(2);
	/* Masked while it waits: WFI is not ended by it, but by what is not masked. */
	write_sysreg(ICC_PMR_EL1, 0xff);
	gic_forget(FIRST_SPI);
	gic_forget(FIRST_SPI + 1);
}

static void group_enables(void)
{
	begin();
	gic_setup(FIRST_SPI, 0x80, true);
	write_sysreg(ICC_IGRPEN1_EL1, 0);
	isb();
	gic_pend(FIRST_SPI);
	take(0);
	write_sysreg(ICC_IGRPEN1_EL1, 1);
	isb();
	take(1);
	begin();
	write32(GICD_CTLR, (uint32_t)GICD_CTLR_ARE);
	gic_wait_rwp();
	gic_pend(FIRST_SPI);
	take(0);
	EXPECT(gic_is_pending(FIRST_SPI));
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP1));
	gic_wait_rwp();
	take(1);
	/* The distributor goes off with one already on its way. */
	begin();
	gic_pend(FIRST_SPI);
	write32(GICD_CTLR, (uint32_t)GICD_CTLR_ARE);
	gic_wait_rwp();
	take(0);
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP1));
	gic_wait_rwp();
	take(1);
	gic_forget(FIRST_SPI);
}

/* ---- preemption ---- */

static volatile unsigned int depth;
static volatile unsigned int deepest;
static volatile unsigned int rpr[8];

/* Pends the next, more urgent one and opens interrupts: nests if the GIC lets it. */
static void nest(unsigned int intid)
{
	unsigned int d = depth++;

	if (depth > deepest) {
		deepest = depth;
	}
	rpr[d] = (unsigned int)read_sysreg(ICC_RPR_EL1);
	record(intid);
	if (intid < FIRST_SPI + 3) {
		uint64_t elr = read_sysreg(elr_el1);
		uint64_t spsr = read_sysreg(spsr_el1);

		gic_pend(intid + 1);
		irq_on();
		delay_us(10);
		irq_off();
		write_sysreg(elr_el1, elr);
		write_sysreg(spsr_el1, spsr);
	}
	depth--;
}

static void nesting(unsigned int bpr, unsigned int step, unsigned int wanted)
{
	begin();
	irq_hook = nest;
	depth = 0;
	deepest = 0;
	write_sysreg(ICC_BPR1_EL1, bpr);
	isb();
	for (unsigned int i = 0; i < 4; i++) {
		gic_setup(FIRST_SPI + i, (uint8_t)(0x70 - step * i), true);
	}
	gic_pend(FIRST_SPI);
	take(4);
	EXPECT(deepest == wanted, "BPR %u: %u deep, not %u", bpr, deepest, wanted);
	EXPECT_EQ(read_sysreg(ICC_RPR_EL1), 0xff);
	for (unsigned int i = 0; i < 4; i++) {
		gic_forget(FIRST_SPI + i);
	}
	write_sysreg(ICC_BPR1_EL1, 0);
	isb();
}

static void preemption(void)
{
	nesting(0, 0x20, 4);
	EXPECT(rpr[0] == 0x70 && rpr[1] == 0x50 && rpr[2] == 0x30 && rpr[3] == 0x10,
	       "%#x %#x %#x %#x", rpr[0], rpr[1], rpr[2], rpr[3]);
	nesting(0, 0, 1);
	/* Bits below the binary point order, and do not preempt. */
	nesting(7, 0x20, 1);
	nesting(6, 0x08, 1);
	nesting(6, 0x20, 2);
}

/* ---- active state ---- */

static void active_state(void)
{
	unsigned int intid = FIRST_SPI;

	begin();
	gic_setup(intid, 0x80, true);
	gic_pend(intid);
	EXPECT_EQ(read_sysreg(ICC_HPPIR1_EL1), intid);
	EXPECT_EQ(gic_ack(), intid);
	EXPECT(gic_is_active(intid) && !gic_is_pending(intid));
	EXPECT_EQ(gic_ack(), SPURIOUS);
	EXPECT_EQ(read_sysreg(ICC_RPR_EL1), 0x80);
	/* Again, while it is active: an edge is kept. */
	gic_pend(intid);
	EXPECT(gic_is_active(intid) && gic_is_pending(intid));
	EXPECT_EQ(gic_ack(), SPURIOUS);
	gic_eoi(intid);
	EXPECT(!gic_is_active(intid) && gic_is_pending(intid));
	EXPECT_EQ(gic_ack(), intid);
	gic_eoi(intid);
	EXPECT(!gic_is_active(intid) && !gic_is_pending(intid));
	EXPECT_EQ(gic_ack(), SPURIOUS);
	gic_forget(intid);
}

static void eoi_mode_1(void)
{
	unsigned int a = FIRST_SPI;
	unsigned int b = FIRST_SPI + 1;

	begin();
	write_sysreg(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	isb();
	gic_setup(a, 0x80, true);
	gic_setup(b, 0x80, true);
	gic_pend(a);
	EXPECT_EQ(gic_ack(), a);
	gic_pend(b);
	EXPECT_EQ(gic_ack(), SPURIOUS);
	gic_eoi(a);
	EXPECT_EQ(read_sysreg(ICC_RPR_EL1), 0xff);
	EXPECT(gic_is_active(a));
	EXPECT_EQ(gic_ack(), b);
	gic_eoi(b);
	/* Deactivated in the other order. */
	gic_pend(a);
	EXPECT_EQ(gic_ack(), SPURIOUS);
	gic_dir(a);
	EXPECT(!gic_is_active(a) && gic_is_active(b));
	EXPECT_EQ(gic_ack(), a);
	gic_eoi(a);
	gic_dir(b);
	gic_dir(a);
	EXPECT(!gic_is_active(a) && !gic_is_active(b));
	write_sysreg(ICC_CTLR_EL1, 0);
	isb();
	gic_forget(a);
	gic_forget(b);
}

/* More active at once than list registers, all deactivated afterwards, in another order. */
static void many_active(void)
{
	unsigned int n = 40;

	begin();
	write_sysreg(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	isb();
	for (unsigned int i = 0; i < n; i++) {
		gic_setup(FIRST_SPI + i, 0x80, true);
		gic_pend(FIRST_SPI + i);
		EXPECT_EQ(gic_ack(), FIRST_SPI + i);
		gic_eoi(FIRST_SPI + i);
	}
	for (unsigned int i = 0; i < n; i++) {
		EXPECT(gic_is_active(FIRST_SPI + i), "%u", i);
	}
	for (unsigned int i = 0; i < n; i++) {
		unsigned int intid = FIRST_SPI + i * 7 % n;

		gic_pend(intid);
		EXPECT_EQ(gic_ack(), SPURIOUS);
		gic_dir(intid);
		EXPECT(!gic_is_active(intid), "%u", intid);
		EXPECT_EQ(gic_ack(), intid);
		gic_eoi(intid);
		gic_dir(intid);
		EXPECT(!gic_is_active(intid) && !gic_is_pending(intid), "%u", intid);
	}
	write_sysreg(ICC_CTLR_EL1, 0);
	isb();
	for (unsigned int i = 0; i < n; i++) {
		gic_forget(FIRST_SPI + i);
	}
}

/* Active by a register write holds an interrupt back; inactive by one lets it come again. */
static void active_by_register(void)
{
	unsigned int intid = FIRST_SPI + 5;

	begin();
	gic_setup(intid, 0x80, true);
	gic_set_bit(GICD_ISACTIVER, intid);
	dsb();
	EXPECT(gic_is_active(intid));
	gic_pend(intid);
	take(0);
	gic_set_bit(GICD_ICACTIVER, intid);
	dsb();
	take(1);
	/* Acknowledged by the CPU, deactivated by the register; the CPU drops its priority later. */
	begin();
	gic_pend(intid);
	EXPECT_EQ(gic_ack(), intid);
	gic_set_bit(GICD_ICACTIVER, intid);
	dsb();
	EXPECT(!gic_is_active(intid));
	gic_eoi(intid);
	gic_pend(intid);
	take(1);
	gic_forget(intid);
}

/* ---- lines of devices ---- */

#define UARTIMSC (UART_BASE + 0x38)
#define UARTICR  (UART_BASE + 0x44)
#define UARTRIS  (UART_BASE + 0x3c)
#define UART_TX  BIT(5)

static unsigned int line_left;

static void uart_handler(unsigned int intid)
{
	record(intid);
	if (line_left > 0) {
		line_left--;
	}
	if (line_left == 0) {
		write32(UARTIMSC, 0);
	}
}

/* The line stays high after the end of interrupt: again. It goes low: no more. */
static void level_line(void)
{
	begin();
	irq_hook = uart_handler;
	print("\n");
	EXPECT(read32(UARTRIS) & UART_TX, "text was sent");
	gic_setup(UART_INTID, 0x80, false);
	line_left = 7;
	write32(UARTIMSC, UART_TX);
	take(7);
	EXPECT(!gic_is_pending(UART_INTID));
	/* High and low again before it is taken. */
	begin();
	irq_hook = uart_handler;
	write32(UARTIMSC, UART_TX);
	EXPECT(gic_is_pending(UART_INTID));
	write32(UARTIMSC, 0);
	EXPECT(!gic_is_pending(UART_INTID));
	take(0);
	/* A level cannot be cleared by software while the line is high. */
	write32(UARTIMSC, UART_TX);
	gic_set_bit(GICD_ICPENDR, UART_INTID);
	EXPECT(gic_is_pending(UART_INTID));
	line_left = 1;
	take(1);
	/* Low while active: not again. High while active: again after the end. */
	begin();
	irq_hook = uart_handler;
	write32(UARTIMSC, UART_TX);
	EXPECT_EQ(gic_ack(), UART_INTID);
	EXPECT(gic_is_active(UART_INTID) && gic_is_pending(UART_INTID));
	write32(UARTIMSC, 0);
	EXPECT(!gic_is_pending(UART_INTID));
	gic_eoi(UART_INTID);
	EXPECT_EQ(gic_ack(), SPURIOUS);
	write32(UARTIMSC, UART_TX);
	EXPECT_EQ(gic_ack(), UART_INTID);
	write32(UARTIMSC, 0);
	write32(UARTIMSC, UART_TX);
	gic_eoi(UART_INTID);
	EXPECT_EQ(gic_ack(), UART_INTID);
	write32(UARTIMSC, 0);
	gic_eoi(UART_INTID);
	EXPECT_EQ(gic_ack(), SPURIOUS);
	write32(UARTICR, UART_TX);
	gic_forget(UART_INTID);
}

static void rtc_handler(unsigned int intid)
{
	record(intid);
	write32(RTC_BASE + 0x1c, 1);
	write32(RTC_BASE + 0x10, 0);
}

static void rtc_alarm(void)
{
	uint32_t seconds = read32(RTC_BASE);
	uint64_t end = now() + read_sysreg(cntfrq_el0) * 3;

	begin();
	irq_hook = rtc_handler;
	gic_setup(RTC_INTID, 0x80, false);
	write32(RTC_BASE + 0x1c, 1);
	write32(RTC_BASE + 0x4, seconds + 1);
	write32(RTC_BASE + 0x10, 1);
	/* The virtual timer ends the wait if the alarm does not. */
	gic_setup(VTIMER_INTID, 0x80, false);
	write_sysreg(cntv_cval_el0, end);
	write_sysreg(cntv_ctl_el0, 1);
	while (!gic_is_pending(RTC_INTID) && now() < end) {
		wfi();
	}
	write_sysreg(cntv_ctl_el0, 0);
	gic_forget(VTIMER_INTID);
	take(1);
	EXPECT_EQ(log_intid[0], RTC_INTID);
	EXPECT(read32(RTC_BASE) >= seconds + 1);
	gic_forget(RTC_INTID);
}

/* ---- Group 0 ---- */

static volatile unsigned int fiqs;

static void on_fiq(struct regs *regs, bool fiq)
{
	unsigned int intid = (unsigned int)(fiq ? read_sysreg(ICC_IAR0_EL1)
						: read_sysreg(ICC_IAR1_EL1));

	fiqs += fiq;
	record(intid);
	if (fiq) {
		write_sysreg(ICC_EOIR0_EL1, intid);
	} else {
		write_sysreg(ICC_EOIR1_EL1, intid);
	}
}

static void group_0(void)
{
	begin();
	fiqs = 0;
	irq_raw_hook = on_fiq;
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP1 | GICD_CTLR_GRP0));
	gic_wait_rwp();
	write_sysreg(ICC_IGRPEN0_EL1, 1);
	isb();
	gic_setup(FIRST_SPI, 0x80, true);
	gic_change_bit(GICD_IGROUPR, FIRST_SPI, false);
	dsb();
	gic_pend(FIRST_SPI);
	take(0);
	__asm__ volatile("msr daifclr, #1\n\tisb");
	(void)WAIT_FOR(log_count == 1);
	__asm__ volatile("msr daifset, #1\n\tisb");
	EXPECT_EQ(log_count, 1);
	EXPECT_EQ(fiqs, 1);
	EXPECT_EQ(log_intid[0], FIRST_SPI);
	write_sysreg(ICC_IGRPEN0_EL1, 0);
	write32(GICD_CTLR, (uint32_t)(GICD_CTLR_ARE | GICD_CTLR_GRP1));
	gic_wait_rwp();
	gic_forget(FIRST_SPI);
	gic_change_bit(GICD_IGROUPR, FIRST_SPI, true);
	irq_raw_hook = NULL;
}

/* A stock image that believes itself secure: IGROUPR 0, IGRPMODR 1 is Secure Group 1, which here is Group 1. */
static void secure_group_1(void)
{
	begin();
	gic_setup(FIRST_SPI, 0x80, true);
	gic_change_bit(GICD_IGROUPR, FIRST_SPI, false);
	gic_change_bit(GICD_IGRPMODR, FIRST_SPI, true);
	dsb();
	gic_pend(FIRST_SPI);
	take(1);
	EXPECT_EQ(log_intid[0], FIRST_SPI);
	gic_setup(2, 0x80, true);
	gic_change_bit(GICD_IGROUPR, 2, false);
	gic_change_bit(GICD_IGRPMODR, 2, true);
	write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index(), 2));
	isb();
	take(2);
	EXPECT_EQ(log_intid[1], 2);
	gic_change_bit(GICD_IGRPMODR, FIRST_SPI, false);
	gic_change_bit(GICD_IGROUPR, FIRST_SPI, true);
	gic_change_bit(GICD_IGRPMODR, 2, false);
	gic_change_bit(GICD_IGROUPR, 2, true);
	gic_forget(FIRST_SPI);
	gic_forget(2);
}

/* WFI ends with a masked interrupt pending, at once. */
static void wfi_with_pending(void)
{
	begin();
	gic_setup(FIRST_SPI, 0x80, true);
	gic_pend(FIRST_SPI);
	for (unsigned int i = 0; i < 10; i++) {
		wfi();
	}
	take(1);
	gic_forget(FIRST_SPI);
}

void guest_main(void)
{
	gic_init();
	RUN(sgi_to_self);
	RUN(software_pending);
	RUN(more_than_list_registers);
	RUN(late_and_urgent);
	RUN(all_kinds_at_once);
	RUN(priority_mask);
	RUN(group_enables);
	RUN(preemption);
	RUN(active_state);
	RUN(eoi_mode_1);
	RUN(many_active);
	RUN(active_by_register);
	RUN(level_line);
	RUN(rtc_alarm);
	RUN(group_0);
	RUN_IN_VM(secure_group_1);
	RUN(wfi_with_pending);
}
