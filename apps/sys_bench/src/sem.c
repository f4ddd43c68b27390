/* SPDX-License-Identifier: Apache-2.0 */
#include "sys_bench.h"

static K_SEM_DEFINE(sem, 0, 1);
static K_SEM_DEFINE(back, 0, 1);

static void alone(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_sem_give(&sem);
		(void)k_sem_take(&sem, K_NO_WAIT);
	}
}

static void call(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_sem_give(&sem);
		(void)k_sem_take(&back, K_FOREVER);
	}
}

static void answer(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_sem_take(&sem, K_FOREVER);
		k_sem_give(&back);
	}
}

static void give(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		k_sem_give(&sem);
		k_yield();
	}
}

static void take(void)
{
	for (unsigned int i = 0U; i < SYS_BENCH_N; i++) {
		(void)k_sem_take(&sem, K_NO_WAIT);
		k_yield();
	}
}

const struct sys_line sem_lines[SYS_LINES] = {
	{"sem.alone", alone, NULL},
	{"sem.block", call, answer},
	{"sem.yield", give, take},
};
