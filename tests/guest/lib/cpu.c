/* SPDX-License-Identifier: Apache-2.0 */

/* PSCI, other CPUs, time. */

#include "gic.h"
#include "guest.h"

#define GICR_TYPER      0x8UL
#define GICR_TYPER_LAST BIT(4)

struct cpu_start {
	uint64_t index;
	void (*fn)(void *arg);
	void *arg;
};

static struct cpu_start starts[CPUS_MAX] __attribute__((aligned(64)));

void smccc4(bool smc, uint64_t fn, const uint64_t args[3], uint64_t result[4])
{
	register uint64_t x0 __asm__("x0") = fn;
	register uint64_t x1 __asm__("x1") = args[0];
	register uint64_t x2 __asm__("x2") = args[1];
	register uint64_t x3 __asm__("x3") = args[2];

	if (smc) {
		__asm__ volatile("smc #0"
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"x4", "x5", "x6", "x7",
				   "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
				   "x17", "memory");
	} else {
		__asm__ volatile("hvc #0"
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)::"x4", "x5", "x6", "x7",
				   "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
				   "x17", "memory");
	}
	result[0] = x0;
	result[1] = x1;
	result[2] = x2;
	result[3] = x3;
}

uint64_t smccc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t result[4];

	smccc4(false, fn, (const uint64_t[]){a, b, c}, result);
	return result[0];
}

uint64_t smccc_smc(uint64_t fn, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t result[4];

	smccc4(true, fn, (const uint64_t[]){a, b, c}, result);
	return result[0];
}

unsigned int cpu_count(void)
{
	unsigned int n = 1;

	while (n < CPUS_MAX &&
	       (read64(GICR_BASE + (n - 1) * GICR_SIZE + GICR_TYPER) & GICR_TYPER_LAST) == 0) {
		n++;
	}
	return n;
}

uint64_t cpu_affinity(unsigned int n)
{
	uint64_t affinity = read64(GICR_BASE + n * GICR_SIZE + GICR_TYPER) >> 32;

	return (affinity & 0xffffffU) | (affinity >> 24) << 32;
}

int64_t cpu_start(unsigned int n, void (*fn)(void *arg), void *arg)
{
	int64_t rc;

	starts[n] = (struct cpu_start){.index = n, .fn = fn, .arg = arg};
	/* It reads this with its MMU off. */
	__asm__ volatile("dsb sy\n\tdc civac, %0\n\tdsb sy" ::"r"(&starts[n]) : "memory");
	do {
		rc = (int32_t)smccc(PSCI_CPU_ON, cpu_affinity(n), (uint64_t)secondary_start,
				    (uint64_t)&starts[n]);
		relax();
	} while (rc == -5); /* a previous start is under way */
	return rc;
}

bool cpu_wait_off(unsigned int n)
{
	uint64_t affinity = cpu_affinity(n);

	return WAIT_FOR(smccc(PSCI_AFFINITY_INFO, affinity, 0, 0) == 1);
}

uint64_t us_to_ticks(uint64_t us)
{
	return us * (read_sysreg(cntfrq_el0) / 1000000U + 1U);
}

void delay_us(uint64_t us)
{
	uint64_t end = now() + us * read_sysreg(cntfrq_el0) / 1000000U;

	while (now() < end) {
		relax();
	}
}
