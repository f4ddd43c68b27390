/* SPDX-License-Identifier: Apache-2.0 */

/* Interrupts between CPUs: SGIs to running, waiting and sleeping ones, SPIs routed and routed anew. Needs 2 CPUs. */

#include "gic.h"
#include "guest.h"

#define SPI 45U

static unsigned int cpus;
static volatile unsigned int count[CPUS_MAX][64];
static volatile bool ready[CPUS_MAX];
static volatile bool quit;
static volatile bool sleep_in_wfi;

static void handler(unsigned int intid)
{
	count[cpu_index()][intid]++;
	dsb();
}

static void all_sgis_on(void)
{
	gic_cpu_init();
	for (unsigned int i = 0; i < 16; i++) {
		gic_setup(i, 0x80, true);
	}
}

static void listen_until_quit(void)
{
	while (!quit) {
		irq_off();
		if (sleep_in_wfi && !quit) {
			wfi();
		}
		irq_on();
		relax();
	}
	irq_off();
	ready[cpu_index()] = false;
}

static void idle(void *arg)
{
	all_sgis_on();
	ready[cpu_index()] = true;
	dsb();
	listen_until_quit();
}

static void start_others(bool wfi_too)
{
	quit = false;
	sleep_in_wfi = wfi_too;
	irq_hook = handler;
	memset((void *)count, 0, sizeof(count));
	for (unsigned int i = 1; i < cpus; i++) {
		EXPECT_EQ(cpu_start(i, idle, NULL), 0);
		EXPECT(WAIT_FOR(ready[i]), "CPU %u", i);
	}
	for (unsigned int i = 0; i < 16; i++) {
		gic_setup(i, 0x80, true);
	}
}

static void stop_others(void)
{
	quit = true;
	dsb();
	write_sysreg(ICC_SGI1R_EL1, SGI_ALL_OTHERS | 15UL << 24);
	isb();
	for (unsigned int i = 1; i < cpus; i++) {
		EXPECT(cpu_wait_off(i), "CPU %u", i);
	}
	irq_off();
}

static unsigned int total(unsigned int intid)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < CPUS_MAX; i++) {
		sum += count[i][intid];
	}
	return sum;
}

static void sgis(bool wfi_too)
{
	unsigned int before_nobody;

	start_others(wfi_too);
	irq_on();
	for (unsigned int round = 0; round < 20; round++) {
		for (unsigned int i = 0; i < cpus; i++) {
			unsigned int n = (round + i) % 15;
			unsigned int before = count[i][n];
			unsigned int all = total(n);

			write_sysreg(ICC_SGI1R_EL1, sgi_to(i, n));
			isb();
			EXPECT(WAIT_FOR(count[i][n] == before + 1), "SGI %u to CPU %u", n, i);
			EXPECT_EQ(total(n), all + 1);
		}
	}
	for (unsigned int round = 0; round < 10; round++) {
		unsigned int all = total(3);
		unsigned int mine = count[0][3];

		write_sysreg(ICC_SGI1R_EL1, SGI_ALL_OTHERS | 3UL << 24);
		isb();
		EXPECT(WAIT_FOR(total(3) == all + cpus - 1), "%u of %u", total(3) - all, cpus - 1);
		EXPECT_EQ(count[0][3], mine);
		/* By a list, with CPUs that there are not. */
		all = total(4);
		write_sysreg(ICC_SGI1R_EL1, 4UL << 24 | 0xffff);
		isb();
		EXPECT(WAIT_FOR(total(4) == all + cpus), "%u of %u", total(4) - all, cpus);
	}
	/* The range selector is reserved where no affinity 0 is above 15: heeded or ignored. */
	write_sysreg(ICC_SGI1R_EL1, sgi_to(0, 5) | 1UL << 44);
	isb();
	delay_us(50);
	/* To nobody. */
	before_nobody = total(5);
	write_sysreg(ICC_SGI1R_EL1, sgi_to(0, 5) | 0x70UL << 48);
	write_sysreg(ICC_SGI1R_EL1, 5UL << 24);
	isb();
	delay_us(50);
	EXPECT_EQ(total(5), before_nobody);
	stop_others();
}

static void sgi_to_spinning(void)
{
	sgis(false);
}

static void sgi_to_sleeping(void)
{
	sgis(true);
}

static void route(void)
{
	start_others(true);
	gic_setup(SPI, 0x80, true);
	irq_on();
	for (unsigned int i = 0; i < 4 * cpus; i++) {
		unsigned int target = i % cpus;

		gic_route(SPI, cpu_affinity(target));
		gic_pend(SPI);
		EXPECT(WAIT_FOR(count[target][SPI] == i / cpus + 1), "to CPU %u", target);
		EXPECT_EQ(total(SPI), i + 1);
	}
	/* To any one: exactly one takes it. */
	gic_route(SPI, BIT(31));
	for (unsigned int i = 0; i < 10; i++) {
		unsigned int all = total(SPI);

		gic_pend(SPI);
		EXPECT(WAIT_FOR(total(SPI) == all + 1));
		delay_us(10);
		EXPECT_EQ(total(SPI), all + 1);
	}
	gic_forget(SPI);
	stop_others();
}

/* Pending for one CPU, which has it masked; then it is another's. */
static void route_while_pending(void)
{
	start_others(true);
	irq_off();
	gic_setup(SPI, 0x80, true);
	gic_pend(SPI);
	delay_us(20);
	EXPECT_EQ(total(SPI), 0);
	gic_route(SPI, cpu_affinity(cpus - 1));
	EXPECT(WAIT_FOR(count[cpus - 1][SPI] == 1));
	irq_on();
	delay_us(20);
	EXPECT_EQ(total(SPI), 1);
	/* Routed to nobody: it waits until there is somebody. */
	gic_route(SPI, 0x77);
	gic_pend(SPI);
	delay_us(20);
	EXPECT_EQ(total(SPI), 1);
	gic_route(SPI, cpu_affinity(0));
	EXPECT(WAIT_FOR(count[0][SPI] == 1));
	gic_forget(SPI);
	stop_others();
}

/* One CPU pends, enables and disables another's private interrupts. */
static void private_of_another(void)
{
	unsigned int other = cpus - 1;
	uint64_t frame = GICR_BASE + other * GICR_SIZE + GICR_SGI;

	start_others(true);
	irq_on();
	write32(frame + GICD_ICFGR + 4, read32(frame + GICD_ICFGR + 4) | 2U << 22 % 16 * 2);
	write32(frame + GICD_ISPENDR, 1U << 22);
	delay_us(20);
	EXPECT_EQ(count[other][22], 0);
	write32(frame + GICD_ISENABLER, 1U << 22);
	EXPECT(WAIT_FOR(count[other][22] == 1));
	write32(frame + GICD_ISPENDR, 1U << 22 | 1U << 7);
	EXPECT(WAIT_FOR(count[other][22] == 2 && count[other][7] == 1));
	write32(frame + GICD_ICENABLER, 1U << 22);
	write32(frame + GICD_ISPENDR, 1U << 22);
	delay_us(20);
	EXPECT_EQ(count[other][22], 2);
	write32(frame + GICD_ICPENDR, 1U << 22);
	stop_others();
}

/* Two CPUs answer each other; a lost one would be a hang. */
static volatile unsigned int rally;

static void answer(unsigned int intid)
{
	if (intid == 1) {
		rally++;
		if (rally < 1000) {
			write_sysreg(ICC_SGI1R_EL1, sgi_to(cpu_index() == 0 ? 1 : 0, 1));
		}
	}
}

static void rallies(void)
{
	for (unsigned int mode = 0; mode < 2; mode++) {
		start_others(mode == 1);
		irq_hook = answer;
		rally = 0;
		dsb();
		irq_on();
		write_sysreg(ICC_SGI1R_EL1, sgi_to(1, 1));
		for (unsigned int i = 0; i < 20 && rally < 1000; i++) {
			(void)WAIT_FOR(rally == 1000);
		}
		EXPECT_EQ(rally, 1000);
		irq_hook = handler;
		stop_others();
	}
}

/* What became pending for a CPU that is off comes when it is on. */
static void pending_while_off(void)
{
	start_others(false);
	stop_others();
	gic_setup(SPI, 0x80, true);
	gic_route(SPI, cpu_affinity(cpus - 1));
	gic_pend(SPI);
	delay_us(20);
	start_others(true);
	EXPECT(WAIT_FOR(count[cpus - 1][SPI] == 1));
	gic_forget(SPI);
	stop_others();
}

/* All CPUs to all CPUs at once. */
static void storm_handler(unsigned int intid)
{
	count[cpu_index()][intid]++;
}

static void storm_cpu(void *arg)
{
	gic_cpu_init();
	gic_setup(2, 0x80, true);
	ready[cpu_index()] = true;
	dsb();
	irq_on();
	while (!quit) {
		write_sysreg(ICC_SGI1R_EL1, SGI_ALL_OTHERS | 2UL << 24);
		isb();
		relax();
	}
	irq_off();
	ready[cpu_index()] = false;
}

static bool all_stormed(void)
{
	for (unsigned int i = 0; i < cpus; i++) {
		/* vCPUs that share a CPU see one per turn. */
		if (count[i][2] < 20) {
			return false;
		}
	}
	return true;
}

static bool send_and_look(void)
{
	write_sysreg(ICC_SGI1R_EL1, SGI_ALL_OTHERS | 2UL << 24);
	isb();
	return all_stormed();
}

static void storm(void)
{
	memset((void *)count, 0, sizeof(count));
	quit = false;
	irq_hook = storm_handler;
	for (unsigned int i = 1; i < cpus; i++) {
		EXPECT_EQ(cpu_start(i, storm_cpu, NULL), 0);
	}
	gic_setup(2, 0x80, true);
	irq_on();
	EXPECT(WAIT_FOR(send_and_look()), "%u %u %u %u", count[0][2], count[1][2], count[2][2],
	       count[3][2]);
	quit = true;
	dsb();
	for (unsigned int i = 1; i < cpus; i++) {
		EXPECT(cpu_wait_off(i));
	}
	irq_off();
}

/*
 * Letters: each CPU writes one to every other, rings with an SGI of its own number, and waits for all answers, which are
 * SGIs as well (8 and the number of who answers). Each comes once, with what was written before it: none lost, none twice.
 */
#define LETTERS_SPINNING 20U
#define LETTERS_WAITING  300U

static volatile unsigned int letter[CPUS_MAX][CPUS_MAX];
static volatile unsigned int misread[CPUS_MAX];
static volatile unsigned int written[CPUS_MAX];

static void letter_handler(unsigned int intid)
{
	unsigned int me = cpu_index();

	dsb();
	count[me][intid]++;
	if (intid < 8) {
		misread[me] += letter[intid][me] != count[me][intid] ? 1 : 0;
		write_sysreg(ICC_SGI1R_EL1, sgi_to(intid, 8 + me));
	}
}

static bool all_answered(unsigned int me, unsigned int n)
{
	for (unsigned int i = 0; i < cpus; i++) {
		if (i != me && count[me][8 + i] < n) {
			return false;
		}
	}
	return true;
}

static void write_letters(unsigned int me)
{
	unsigned int most = sleep_in_wfi ? LETTERS_WAITING : LETTERS_SPINNING;

	for (unsigned int n = 1; n <= most; n++) {
		for (unsigned int i = 1; i < cpus; i++) {
			unsigned int to = (me + i) % cpus;

			letter[me][to] = n;
			dsb();
			write_sysreg(ICC_SGI1R_EL1, sgi_to(to, me));
			isb();
		}
		while (!all_answered(me, n)) {
			irq_off();
			if (sleep_in_wfi && !all_answered(me, n)) {
				wfi();
			}
			irq_on();
			relax();
		}
		written[me] = n;
	}
	dsb();
}

static void letter_cpu(void *arg)
{
	all_sgis_on();
	irq_on();
	ready[cpu_index()] = true;
	dsb();
	while (!ready[0]) {
		relax();
	}
	write_letters(cpu_index());
	/* Others still write. */
	listen_until_quit();
}

static bool all_written(unsigned int most)
{
	for (unsigned int i = 0; i < cpus; i++) {
		if (written[i] != most) {
			return false;
		}
	}
	return true;
}

static void letters_in(bool wfi_too)
{
	unsigned int most = wfi_too ? LETTERS_WAITING : LETTERS_SPINNING;

	memset((void *)count, 0, sizeof(count));
	memset((void *)letter, 0, sizeof(letter));
	memset((void *)written, 0, sizeof(written));
	memset((void *)misread, 0, sizeof(misread));
	quit = false;
	ready[0] = false;
	sleep_in_wfi = wfi_too;
	irq_hook = letter_handler;
	for (unsigned int i = 0; i < 16; i++) {
		gic_setup(i, 0x80, true);
	}
	for (unsigned int i = 1; i < cpus; i++) {
		EXPECT_EQ(cpu_start(i, letter_cpu, NULL), 0);
		EXPECT(WAIT_FOR(ready[i]), "CPU %u", i);
	}
	irq_on();
	ready[0] = true;
	write_letters(0);
	for (unsigned int i = 0; i < 20 && !all_written(most); i++) {
		(void)WAIT_FOR(all_written(most));
	}
	delay_us(50);
	for (unsigned int i = 0; i < cpus; i++) {
		EXPECT_EQ(written[i], most);
		EXPECT_EQ(misread[i], 0);
		for (unsigned int j = 0; j < cpus; j++) {
			EXPECT_EQ(count[i][j], i == j ? 0 : most);
			EXPECT_EQ(count[i][8 + j], i == j ? 0 : most);
		}
	}
	stop_others();
	ready[0] = false;
	irq_hook = handler;
}

static void letters(void)
{
	letters_in(false);
	letters_in(true);
}

void guest_main(void)
{
	gic_init();
	cpus = cpu_count();
	if (cpus < 2) {
		print("note: one CPU, nothing to test\n");
		return;
	}
	RUN(sgi_to_spinning);
	RUN(sgi_to_sleeping);
	RUN(route);
	RUN(route_while_pending);
	RUN(private_of_another);
	RUN(rallies);
	RUN(letters);
	RUN(pending_while_off);
	RUN(storm);
}
