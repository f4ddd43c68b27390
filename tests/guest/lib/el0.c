/* SPDX-License-Identifier: Apache-2.0 */

/* Code at EL0: through an alias of the first gigabyte of RAM, the last entry of the page table. */

#include "guest.h"

#define ALIAS (511UL << 30)

static uint8_t el0_stack[4096] __attribute__((aligned(16)));
static struct regs seen[CPUS_MAX];
static unsigned int seen_kind[CPUS_MAX];
static void (*previous)(struct regs *regs, unsigned int kind);

void el0_enter(uint64_t entry, uint64_t arg, uint64_t spsr, uint64_t sp);
extern char el0_back[];

uint64_t el0_address(const void *p)
{
	return (uint64_t)p - RAM_BASE + ALIAS;
}

static void hook(struct regs *regs, unsigned int kind)
{
	seen[cpu_index()] = *regs;
	seen_kind[cpu_index()] = kind;
	regs->elr = (uint64_t)el0_back;
	regs->spsr = 0x3c5;
}

const struct regs *el0_run(uint64_t entry, uint64_t arg, uint64_t spsr)
{
	previous = sync_hook;
	sync_hook = hook;
	el0_enter(entry, arg, spsr, el0_address(el0_stack + sizeof(el0_stack)));
	sync_hook = previous;
	return &seen[cpu_index()];
}
