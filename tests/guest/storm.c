/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Everything at once, for ever: each CPU sends interrupts and waits for the answers, asleep or awake, sets timers, goes
 * off and is switched on again, with patterns in its FP registers all the time. The first interrupt that does not arrive,
 * the first wrong register or a CPU that stands still is one line, and the machine goes off. A line of progress now and
 * then. Option 1 (guest_option): so many rounds of CPU 0, then the end.
 */

#include "gic.h"
#include "guest.h"

#define SGI_PING 2U
#define SGI_PONG 3U
/*
 * An interrupt is lost if who was to take it has had so many occasions since. Time alone says little: an emulated machine
 * may have other work. It is for those that have no occasion any more.
 */
#define OCCASIONS 1000U
#define SOON_US   1000000UL
#define NEVER_US  600000000UL
#define TELL      256U

void fp_fill(uint64_t seed);
unsigned int fp_differs(uint64_t seed);

static struct {
	volatile bool up;
	volatile unsigned int rounds;
	/* Who has sent a ping that was not answered, and whose answers came. */
	volatile uint32_t asked;
	volatile uint32_t answered;
	volatile unsigned int ticks;
	uint64_t random;
	/* CPU 0's: what it saw last, and when. */
	unsigned int seen;
	uint64_t seen_at;
} cpu[CPUS_MAX] __attribute__((aligned(64)));

static unsigned int cpus;
static volatile bool quit;

static void __attribute__((noreturn)) lost(const char *what, unsigned int other)
{
	print("storm: CPU %u round %u: %s (CPU %u)\n", cpu_index(), cpu[cpu_index()].rounds, what,
	      other);
	for (;;) {
		(void)smccc(PSCI_SYSTEM_OFF, 0, 0, 0);
	}
}

static unsigned int below(unsigned int n)
{
	uint64_t *r = &cpu[cpu_index()].random;

	*r = *r * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned int)(*r >> 33) % n;
}

static void set(volatile uint32_t *word, uint32_t bits)
{
	(void)__atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);
}

static uint32_t take(volatile uint32_t *word)
{
	return __atomic_exchange_n(word, 0, __ATOMIC_SEQ_CST);
}

static void send(unsigned int to, unsigned int sgi)
{
	dsb();
	write_sysreg(ICC_SGI1R_EL1, sgi_to(to, sgi));
	isb();
}

static void on_interrupt(unsigned int intid)
{
	unsigned int me = cpu_index();

	if (intid == SGI_PING) {
		for (uint32_t who = take(&cpu[me].asked); who != 0; who &= who - 1) {
			unsigned int to = (unsigned int)__builtin_ctz(who);

			set(&cpu[to].answered, 1U << me);
			send(to, SGI_PONG);
		}
	} else if (intid == VTIMER_INTID) {
		write_sysreg(cntv_ctl_el0, 0);
		isb();
		cpu[me].ticks++;
	}
}

static void take_interrupts(void)
{
	irq_on();
	relax();
	irq_off();
}

static void ping(bool asleep)
{
	unsigned int me = cpu_index();
	unsigned int to = below(cpus);
	unsigned int then = cpu[to].rounds;
	uint64_t end = now() + us_to_ticks(NEVER_US);

	if (to == me || !cpu[to].up) {
		return;
	}
	(void)__atomic_fetch_and(&cpu[me].answered, ~(1U << to), __ATOMIC_SEQ_CST);
	set(&cpu[to].asked, 1U << me);
	send(to, SGI_PING);
	while ((cpu[me].answered & 1U << to) == 0) {
		/* It may go off meanwhile, so the answer may never come: not asleep then. */
		if (asleep && to == 0) {
			wfi();
		}
		take_interrupts();
		if (!cpu[to].up) {
			return;
		}
		if (cpu[to].rounds - then > OCCASIONS || now() > end) {
			lost("no answer", to);
		}
	}
}

static void timer(bool asleep)
{
	unsigned int me = cpu_index();
	unsigned int before = cpu[me].ticks;
	unsigned int occasions = 0;
	uint64_t due = now() + us_to_ticks(below(3000));

	write_sysreg(cntv_cval_el0, due);
	write_sysreg(cntv_ctl_el0, 1);
	isb();
	while (cpu[me].ticks == before) {
		if (asleep) {
			wfi();
		}
		take_interrupts();
		if (now() > due + us_to_ticks(SOON_US)) {
			/* Asleep, each occasion is somebody else's interrupt. */
			occasions += asleep ? OCCASIONS / 20U : 1U;
		}
		if (occasions > OCCASIONS) {
			lost("no timer interrupt", me);
		}
	}
}

/* Others that run: all of their rounds go by. Those that are off: they come up. */
static void look_after(void)
{
	for (unsigned int i = 1; i < cpus; i++) {
		if (cpu[i].rounds != cpu[i].seen || !cpu[i].up) {
			cpu[i].seen = cpu[i].rounds;
			cpu[i].seen_at = now();
		} else if (now() - cpu[i].seen_at > us_to_ticks(NEVER_US)) {
			lost("stands still", i);
		}
	}
}

static void one_round(void)
{
	unsigned int me = cpu_index();
	uint64_t seed = 0x1000000000000UL * (me + 1) + cpu[me].rounds * 0x10001UL;
	unsigned int what = below(8);

	fp_fill(seed);
	if (what < 4) {
		ping(what < 2);
	} else if (what < 6) {
		timer(what == 4);
	} else {
		for (unsigned int i = 0; i < 20; i++) {
			(void)smccc(PSCI_VERSION, 0, 0, 0);
			(void)read32(GICD_TYPER);
		}
		take_interrupts();
	}
	if (fp_differs(seed) != 0) {
		lost("an FP register is wrong", me);
	}
	cpu[me].rounds++;
}

static void prepare(void)
{
	unsigned int me = cpu_index();

	gic_cpu_init();
	gic_setup(SGI_PING, 0x80, true);
	gic_setup(SGI_PONG, 0x80, true);
	gic_setup(VTIMER_INTID, 0x80, false);
	write_sysreg(cpacr_el1, 3UL << 20);
	isb();
	cpu[me].random = cpu[me].random * 31 + me + 1;
	cpu[me].up = true;
	dsb();
	/* Pings that came while it was off: their interrupts are gone. */
	on_interrupt(SGI_PING);
}

static void work(void *arg)
{
	unsigned int me = cpu_index();

	prepare();
	while (!quit && below(200) != 0) {
		one_round();
	}
	/* Who has asked so far gets an answer; who asks from here on sees that it is off. */
	cpu[me].up = false;
	dsb();
	take_interrupts();
	gic_forget(VTIMER_INTID);
}

static void start_others(void)
{
	for (unsigned int i = 1; i < cpus; i++) {
		if (!cpu[i].up && smccc(PSCI_AFFINITY_INFO, cpu_affinity(i), 0, 0) == 1) {
			EXPECT_EQ(cpu_start(i, work, NULL), 0);
		}
	}
}

static void storm(void)
{
	unsigned int last = 0;

	cpus = cpu_count();
	irq_hook = on_interrupt;
	prepare();
	while (guest_option[0] == 0 || cpu[0].rounds < guest_option[0]) {
		one_round();
		look_after();
		if (below(8) == 0) {
			start_others();
		}
		if (cpu[0].rounds - last >= TELL) {
			last = cpu[0].rounds;
			print("storm: round %u\n", last);
		}
	}
	quit = true;
	for (unsigned int i = 1; i < cpus; i++) {
		uint64_t end = now() + us_to_ticks(NEVER_US);

		while (smccc(PSCI_AFFINITY_INFO, cpu_affinity(i), 0, 0) != 1) {
			/* It may be waiting for an answer from here. */
			take_interrupts();
			if (now() > end) {
				lost("does not go off", i);
			}
		}
	}
}

void guest_main(void)
{
	gic_init();
	RUN(storm);
}
