/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating point: registers are switched lazily, and no thread ever sees another's.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

#include "crew.h"

static atomic_t fp_errors;
static atomic_t fp_rounds;
static volatile bool fp_go_on;

static void fp_before(void *data)
{
	ARG_UNUSED(data);
	atomic_set(&fp_errors, 0);
	atomic_set(&fp_rounds, 0);
	fp_go_on = true;
}

ZTEST_SUITE(fp, NULL, NULL, fp_before, crew_end, NULL);

/* V0-V31, each with a value of its own, made of the seed. */
static void fp_fill(uint64_t seed)
{
	__asm__ volatile(
		"mov x9, %0\n"
		".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,"
		"27,28,29,30,31\n"
		"add x9, x9, #1\n"
		"dup v\\n\\().2d, x9\n"
		".endr\n" ::"r"(seed)
		: "x9", "memory");
}

/* How many of them are not what fp_fill(seed) made them. */
static uint64_t fp_wrong(uint64_t seed)
{
	uint64_t wrong;

	__asm__ volatile(
		"mov x9, %1\n"
		"mov %0, #0\n"
		".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,"
		"27,28,29,30,31\n"
		"add x9, x9, #1\n"
		"umov x10, v\\n\\().d[0]\n"
		"umov x11, v\\n\\().d[1]\n"
		"cmp x10, x9\n"
		"ccmp x11, x9, #0, eq\n"
		"cinc %0, %0, ne\n"
		".endr\n"
		: "=&r"(wrong)
		: "r"(seed)
		: "x9", "x10", "x11", "cc", "memory");
	return wrong;
}

static void fp_holds_pattern(void *p1, void *p2, void *p3)
{
	uint64_t seed = 0x1000U * ((uintptr_t)p3 + 1U);
	uint32_t random = (uint32_t)seed;
	int rounds = POINTER_TO_INT(p1);

	ARG_UNUSED(p2);
	for (int i = 0; i < rounds && fp_go_on; i++) {
		uint32_t how = crew_random(&random) % 4U;

		fp_fill(seed + (uint64_t)i * 0x100000U);
		if (how == 0U) {
			k_yield();
		} else if (how == 1U) {
			k_usleep(5);
		} else {
			k_busy_wait(20);
		}
		if (fp_wrong(seed + (uint64_t)i * 0x100000U) != 0U) {
			atomic_inc(&fp_errors);
		}
		atomic_inc(&fp_rounds);
	}
}

/* More threads than CPUs, all with FP, preempted by slices and moved between CPUs. */
ZTEST(fp, test_many_threads)
{
	k_sched_time_slice_set(1, 0);
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_start(i, fp_holds_pattern, INT_TO_POINTER(150), NULL, K_PRIO_PREEMPT(7));
	}
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_await_end(i);
	}
	k_sched_time_slice_set(0, 0);
	zassert_equal(atomic_get(&fp_errors), 0, "%d of %d rounds", (int)atomic_get(&fp_errors),
		      (int)atomic_get(&fp_rounds));
	zassert_equal(atomic_get(&fp_rounds), 150 * (int)CREW_SIZE);
}

/* A thread driven from CPU to CPU while it holds a pattern. */
ZTEST(fp, test_migration)
{
	crew_start_on(0, fp_holds_pattern, INT_TO_POINTER(100000000), NULL, K_PRIO_PREEMPT(7), 0);
	for (unsigned int round = 0; round < 24U; round++) {
		atomic_val_t before = atomic_get(&fp_rounds);

		while (atomic_get(&fp_rounds) < before + 3) {
			k_usleep(50);
		}
		k_thread_suspend(crew_thread(0));
		zassert_ok(k_thread_cpu_pin(crew_thread(0), (int)(round % arch_num_cpus())));
		k_thread_resume(crew_thread(0));
	}
	fp_go_on = false;
	crew_await_end(0);
	zassert_equal(atomic_get(&fp_errors), 0);
}

static void fp_starts_zeroed(void *p1, void *p2, void *p3)
{
	uint64_t low;
	uint64_t fpcr;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	__asm__ volatile("umov %0, v17.d[0]\n\tmrs %1, fpcr" : "=r"(low), "=r"(fpcr));
	if (low != 0U || fpcr != 0U) {
		atomic_inc(&fp_errors);
	}
	fp_fill(42U);
	__asm__ volatile("msr fpcr, %0" ::"r"(1UL << 24));
}

/* The same thread structure, started anew: nothing of its last life is in the registers. */
ZTEST(fp, test_new_thread_sees_nothing)
{
	for (int i = 0; i < 8; i++) {
		crew_start(0, fp_starts_zeroed, NULL, NULL, K_PRIO_PREEMPT(3));
		crew_await_end(0);
	}
	zassert_equal(atomic_get(&fp_errors), 0);
}

static void fp_isr(const void *arg)
{
	/* One that uses no FP; it just runs, in between. */
	atomic_inc((atomic_t *)(uintptr_t)arg);
}

ZTEST(fp, test_interrupts)
{
	for (uint64_t i = 0; i < 50U; i++) {
		fp_fill(i * 1000U);
		irq_offload(fp_isr, &fp_rounds);
		zassert_equal(fp_wrong(i * 1000U), 0U);
	}
}

static void fp_isr_uses(const void *arg)
{
	fp_fill((uint64_t)(uintptr_t)arg);
	if (fp_wrong((uint64_t)(uintptr_t)arg) != 0U) {
		atomic_inc(&fp_errors);
	}
}

static void fp_no_values(void *p1, void *p2, void *p3)
{
	irq_offload(fp_isr_uses, (void *)4711);
}

/* A handler may use FP, too, over threads that have values in the registers and over others. */
ZTEST(fp, test_used_in_interrupts)
{
	for (uint64_t i = 0; i < 20U; i++) {
		fp_fill(i * 1000U);
		irq_offload(fp_isr_uses, (void *)(uintptr_t)i);
		zassert_equal(fp_wrong(i * 1000U), 0U);
		crew_start(0, fp_no_values, NULL, NULL, K_PRIO_PREEMPT(3));
		zassert_equal(fp_wrong(i * 1000U), 0U);
		crew_await_end(0);
		zassert_equal(fp_wrong(i * 1000U), 0U);
		/* It may have nothing of the handler's. */
		crew_start(0, fp_starts_zeroed, NULL, NULL, K_PRIO_PREEMPT(3));
		crew_await_end(0);
	}
	zassert_equal(atomic_get(&fp_errors), 0);
}

static double fp_sum(double x, int n)
{
	double sum = 0.0;

	for (int i = 0; i < n; i++) {
		sum += x / (double)(i + 1);
	}
	return sum;
}

static void fp_computes(void *p1, void *p2, void *p3)
{
	double expected = fp_sum(1.5, 100);

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	for (int i = 0; i < 30; i++) {
		double sum = 0.0;

		for (int k = 0; k < 100; k++) {
			sum += 1.5 / (double)(k + 1);
			if (k % 25 == 0) {
				k_yield();
			}
		}
		if (sum != expected) {
			atomic_inc(&fp_errors);
		}
	}
}

/* As compilers write it: values live in registers across calls. */
ZTEST(fp, test_computation)
{
	for (unsigned int i = 0; i < 4U; i++) {
		crew_start(i, fp_computes, NULL, NULL, K_PRIO_PREEMPT(7));
	}
	for (unsigned int i = 0; i < 4U; i++) {
		crew_await_end(i);
	}
	zassert_equal(atomic_get(&fp_errors), 0);
}
