/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What exits cost, in ticks of a counter that ticks once per instruction (bench/scenarios/exits.py). Options: guest_option[0]
 * repetitions (0: 1000), guest_option[1] which rows, enum rows.
 */

#include "gic.h"
#include "guest.h"

#define MOST 1000U
#define WARM 8U
#define SGI  1U

enum rows {
	ROWS_ONE,    /* a vCPU alone */
	ROWS_TWO,    /* two, each on a CPU of its own */
	ROWS_TURN,   /* two on one CPU */
	ROWS_NATIVE, /* WFI is not trapped */
	ROWS_SPIN,   /* none: runs for ever, so that others can measure */
	ROWS_KNOWN,  /* guest_option[2] instructions, two or more: what comes out is known */
};

void op_empty(uint64_t *out, uint64_t n);
void op_known_even(uint64_t *out, uint64_t n, uint64_t half);
void op_known_odd(uint64_t *out, uint64_t n, uint64_t half);
void op_hvc(uint64_t *out, uint64_t n);
void op_id_register(uint64_t *out, uint64_t n);
void op_gicd_typer(uint64_t *out, uint64_t n, uint64_t reg);
void op_isenabler(uint64_t *out, uint64_t n, uint64_t reg, uint64_t value);
void op_sgi_self(uint64_t *out, uint64_t n, uint64_t sgi);
void op_timer_spin(uint64_t *out, uint64_t n, uint64_t ticks);
void op_timer_wfi(uint64_t *out, uint64_t n, uint64_t ticks);
void op_sgi_other(uint64_t *out, uint64_t n, uint64_t sgi, volatile uint64_t *place);
void op_ping_pong(uint64_t *out, uint64_t n, uint64_t sgi);
void op_turn(uint64_t *out, uint64_t n, uint64_t sgi, volatile uint64_t *place);
void answer_spin(volatile uint64_t *place, uint64_t sgi, uint64_t mode);
extern char exits_vectors[], exits_vectors_other[];

static uint64_t samples[CPUS_MAX][MOST + WARM];
static volatile uint64_t place __attribute__((aligned(64)));
static volatile bool there;
static uint64_t mode;
static unsigned int n;
static uint64_t overhead;

/* The deadline of a timer is no read of the counter: nothing is taken off. */
static void report(const char *name, uint64_t less)
{
	const uint64_t *s = samples[cpu_index()] + WARM;
	uint64_t least = ~0UL;
	uint64_t most = 0;
	uint64_t sum = 0;

	if (n == 0) {
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		uint64_t v = s[i] - less;

		least = v < least ? v : least;
		most = v > most ? v : most;
		sum += v;
	}
	print("EXIT %s mean=%lu.%03lu min=%lu max=%lu n=%u\n", name, sum / n, sum * 1000 / n % 1000,
	      least, most, n);
	/* The host prints that on another CPU, whose instructions would count in what is measured next. */
	delay_us(300);
}

static void alone(void)
{
	uint64_t *out = samples[0];

	op_empty(out, n + WARM);
	overhead = out[WARM];
	report("empty", 0);
	op_hvc(out, n + WARM);
	report("hvc", overhead);
	op_id_register(out, n + WARM);
	report("id_register", overhead);
	op_gicd_typer(out, n + WARM, GICD_TYPER);
	report("gicd_typer", overhead);
	op_isenabler(out, n + WARM, gic_frame(SGI) + GICD_ISENABLER, 1UL << SGI);
	report("isenabler", overhead);
	irq_on();
	op_sgi_self(out, n + WARM, sgi_to(0, SGI));
	irq_off();
	report("sgi_self", overhead);
	irq_on();
	op_timer_spin(out, n + WARM, 5000);
	irq_off();
	report("timer_spin", 0);
}

static void known(uint64_t count)
{
	op_empty(samples[0], n + WARM);
	overhead = samples[0][WARM];
	(count % 2 == 0 ? op_known_even : op_known_odd)(samples[0], n + WARM, count / 2);
	report("known", overhead);
}

static void in_wfi(const char *name)
{
	irq_on();
	op_timer_wfi(samples[0], n + WARM, 20000);
	irq_off();
	report(name, 0);
}

static void other(void *arg)
{
	gic_cpu_init();
	gic_setup(SGI, 0x80, true);
	write_sysreg(vbar_el1, (uint64_t)exits_vectors_other);
	isb();
	there = true;
	dsb();
	answer_spin(&place, sgi_to(0, SGI), mode);
}

static void two(void)
{
	mode = guest_option[2];
	EXPECT_EQ(cpu_start(1, other, NULL), 0);
	while (!there) {
		relax();
	}
	if (mode == 0) {
		op_sgi_other(samples[0], n + WARM, sgi_to(1, SGI), &place);
		report("sgi_other", 1);
	} else {
		irq_on();
		op_ping_pong(samples[0], n + WARM, sgi_to(1, SGI));
		irq_off();
		report("ping_pong", 1);
	}
}

static void turns(void *arg)
{
	unsigned int cpu = cpu_index();

	if (cpu == 1) {
		gic_cpu_init();
		gic_setup(SGI, 0x80, true);
		write_sysreg(ICC_SGI1R_EL1, sgi_to(0, SGI));
	}
	op_turn(samples[cpu], n + WARM, sgi_to(1 - cpu, SGI), &place);
	if (cpu == 1) {
		for (;;) {
			wfi();
			gic_eoi(gic_ack());
		}
	}
}

void guest_main(void)
{
	print("EXIT first %lu\n", first_count);
	n = guest_option[0] == 0 || guest_option[0] > MOST ? MOST : (unsigned int)guest_option[0];
	gic_init();
	gic_setup(SGI, 0x80, true);
	gic_setup(VTIMER_INTID, 0x80, false);
	write_sysreg(vbar_el1, (uint64_t)exits_vectors);
	isb();
	switch (guest_option[1]) {
	case ROWS_ONE:
		alone();
		in_wfi("timer_wfi");
		break;
	case ROWS_TWO:
		two();
		break;
	case ROWS_TURN:
		EXPECT_EQ(cpu_start(1, turns, NULL), 0);
		turns(NULL);
		report("turn", 1);
		break;
	case ROWS_NATIVE:
		in_wfi("timer_wfi_native");
		break;
	case ROWS_KNOWN:
		known(guest_option[2]);
		break;
	default:
		for (;;) {
			relax();
		}
	}
	print("EXIT END\n");
}
