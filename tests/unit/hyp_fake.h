/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What devices and consoles of VMs find in place of the kernel: memory that is checked, semaphores whose waits
 *        let the test do something, and an interrupt line. Included once per test.
 */
#ifndef TESTS_UNIT_HYP_FAKE_H_
#define TESTS_UNIT_HYP_FAKE_H_

#include "unit.h"

#include <errno.h>

#include <zephyr/kernel.h>

#include "arch/arch.h"
#include "hyp/alloc.h"
#include "hyp/vm.h"

/* What happens while the code under test sleeps, and how often it did. */
static void (*fake_while_asleep)(void);
static unsigned int fake_sleeps;
static unsigned int fake_naps;
static unsigned int fake_gives;
static int64_t fake_ticks;

int64_t sys_clock_tick_get(void)
{
	return fake_ticks;
}

int k_sem_init(struct k_sem *sem, unsigned int initial, unsigned int limit)
{
	sem->count = initial;
	sem->limit = limit;
	return 0;
}

void k_sem_give(struct k_sem *sem)
{
	fake_gives++;
	sem->count = 1U;
}

int k_sem_take(struct k_sem *sem, k_timeout_t timeout)
{
	assert_int_equal(fake_arch.irq_masked, 0);
	if (sem->count == 0U && !K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		fake_sleeps++;
		assert_true(fake_sleeps < 100000U);
		if (fake_while_asleep != NULL) {
			fake_while_asleep();
		}
	}
	if (sem->count == 0U) {
		return -EAGAIN;
	}
	sem->count = 0U;
	return 0;
}

int32_t k_sleep(k_timeout_t timeout)
{
	(void)timeout;
	assert_int_equal(fake_arch.irq_masked, 0);
	fake_naps++;
	return 0;
}

/* Points of time: ticks plus one, 0 is never. */
k_timepoint_t sys_timepoint_calc(k_timeout_t timeout)
{
	k_timepoint_t point = {0};

	if (!K_TIMEOUT_EQ(timeout, K_FOREVER)) {
		point.tick = (uint64_t)(fake_ticks + timeout.ticks) + 1U;
	}
	return point;
}

k_timeout_t sys_timepoint_timeout(k_timepoint_t point)
{
	if (point.tick == 0U) {
		return K_FOREVER;
	}
	return Z_TIMEOUT_TICKS(MAX((int64_t)point.tick - 1 - fake_ticks, 0));
}

void *hyp_alloc(size_t size)
{
	return test_calloc(1, size);
}

void hyp_free(void *mem)
{
	if (mem != NULL) {
		test_free(mem);
	}
}

void *hyp_pages_alloc(size_t size, size_t align)
{
	(void)align;
	return test_calloc(1, size);
}

void hyp_pages_free(void *mem, size_t size)
{
	(void)size;
	hyp_free(mem);
}

#endif /* TESTS_UNIT_HYP_FAKE_H_ */
