/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slab of one block: who wants it waits until the other gives it back, and is handed it then. To begin with, the other
 * thread has to wait already.
 */
#include "sys_bench.h"

K_MEM_SLAB_DEFINE_STATIC(slab, 64, 1, 16);
static void *shared;

static void alone(void)
{
	void *block;

	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_mem_slab_alloc(&slab, &block, K_NO_WAIT);
		k_mem_slab_free(&slab, block);
	}
}

static void hold_by_turns(void)
{
	void *block;

	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_mem_slab_alloc(&slab, &block, K_FOREVER);
		if (i == 0U) {
			k_yield();
		}
		k_mem_slab_free(&slab, block);
	}
}

static void allocate(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_mem_slab_alloc(&slab, &shared, K_NO_WAIT);
		k_yield();
	}
}

static void release(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_mem_slab_free(&slab, shared);
		k_yield();
	}
}

const struct sys_line slab_lines[SYS_LINES] = {
	{"slab.alone", alone, NULL},
	{"slab.block", hold_by_turns, hold_by_turns},
	{"slab.yield", allocate, release},
};
