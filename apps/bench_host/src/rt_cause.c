/* SPDX-License-Identifier: Apache-2.0 */

#include "rt_cause.h"

#include <stdbool.h>
#include <stdlib.h>

#include <zephyr/kernel.h>

#include "arch/arm64/sysreg.h"

#define CAUSES 64U

/* Of a trapped system register all but Rt and direction. */
#define ISS_SYSREG 0x3ffc1eU

struct cause {
	uint32_t worst;
	uint32_t count;
	/** The host was interrupted, not a guest. */
	bool host;
	uint64_t esr;
	/** Aborts: the guest's address. */
	uint64_t ipa;
	uint64_t pc;
	/** What makes two the same. */
	uint64_t key;
};

static struct cause causes[CAUSES];
static uint32_t used;

void rt_cause_reset(void)
{
	used = 0U;
}

static uint64_t key_of(const struct cause *c)
{
	uint64_t ec = c->esr >> ESR_EC_SHIFT;

	if (c->host) {
		return c->pc;
	}
	if (ec == ESR_EC_DABT_LO || ec == ESR_EC_IABT_LO) {
		/* Registers of devices by groups of 32. */
		return ec << 56 | c->ipa >> 7;
	}
	return ec << 56 | (ec == ESR_EC_SYS64 ? c->esr & ISS_SYSREG : 0U);
}

/* The one that gives way when there are too many. */
static uint32_t least_bad(void)
{
	uint32_t least = 0U;

	for (uint32_t i = 1U; i < CAUSES; i++) {
		least = causes[i].worst < causes[least].worst ? i : least;
	}
	return least;
}

void rt_cause_note(uint32_t late)
{
	struct cause now = {.worst = late, .count = 1U};
	uint32_t i;

	if (late < RT_CAUSE_FROM) {
		return;
	}
	/* With E2H these names reach EL2's registers. */
	now.host = (read_sysreg(spsr_el1) & SPSR_MODE_MASK) == SPSR_M_EL2H;
	now.esr = read_sysreg(esr_el1);
	now.pc = read_sysreg(elr_el1);
	now.ipa = (read_sysreg(hpfar_el2) & ~0xfUL) << 8 | (read_sysreg(far_el1) & 0xfffU);
	now.key = key_of(&now);
	for (i = 0U; i < used && causes[i].key != now.key; i++) {
	}
	if (i == CAUSES) {
		i = least_bad();
		if (late > causes[i].worst) {
			causes[i] = now;
		}
		return;
	}
	if (i == used) {
		causes[used++] = now;
		return;
	}
	now.count += causes[i].count;
	if (late <= causes[i].worst) {
		causes[i].count++;
	} else {
		causes[i] = now;
	}
}

static int worst_first(const void *a, const void *b)
{
	const struct cause *x = a;
	const struct cause *y = b;

	return (x->worst < y->worst) - (x->worst > y->worst);
}

void rt_cause_print(const char *label)
{
	qsort(causes, used, sizeof(causes[0]), worst_first);
	for (uint32_t i = 0U; i < used; i++) {
		const struct cause *c = &causes[i];

		printk("HOST rt-cause %s worst=%u count=%u in=%s ec=0x%llx iss=0x%llx ipa=0x%llx pc=0x%llx\n",
		       label, c->worst, c->count, c->host ? "host" : "guest",
		       (unsigned long long)(c->esr >> ESR_EC_SHIFT),
		       (unsigned long long)(c->esr & 0x1ffffffU), (unsigned long long)c->ipa,
		       (unsigned long long)c->pc);
	}
}
