/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must not be done with kernel objects: each misuse fails an assertion, and does no further harm. A
 * call that could block is wrong in an interrupt handler even when, this time, it need not wait.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>
#include <zephyr/ztest_error_hook.h>

#include "crew.h"

K_MEM_SLAB_DEFINE_STATIC(misuse_slab, 16, 4, 8);
static struct k_sem sem;
static struct k_mutex mutex;
static struct k_event event;
static struct k_queue queue;
static struct k_stack stack;
static struct k_msgq msgq;
static stack_data_t words[2];
static char ring[2 * sizeof(uint32_t)];
static void *item[2];
static int result;

static void misuse_before(void *fixture)
{
	ARG_UNUSED(fixture);
	zassert_ok(k_sem_init(&sem, 1, 1));
	zassert_ok(k_mutex_init(&mutex));
	k_event_init(&event);
	(void)k_event_post(&event, 1);
	k_queue_init(&queue);
	k_queue_append(&queue, item);
	k_stack_init(&stack, words, 2);
	zassert_ok(k_stack_push(&stack, 5));
	k_msgq_init(&msgq, ring, sizeof(uint32_t), 2);
	crew_asserts = 0;
}

ZTEST_SUITE(kernel_object_misuse, NULL, NULL, misuse_before, crew_end, NULL);

static void in_isr(irq_offload_routine_t routine)
{
	crew_asserts = 0;
	ztest_set_assert_valid(true);
	irq_offload(routine, NULL);
	ztest_set_assert_valid(false);
	zassert_equal(crew_asserts, 1, "no assertion failed");
}

static void isr_sem_take(const void *p)
{
	ARG_UNUSED(p);
	result = k_sem_take(&sem, K_FOREVER);
}

static void isr_event_wait(const void *p)
{
	ARG_UNUSED(p);
	result = (int)k_event_wait(&event, 1, false, K_MSEC(1));
}

static void isr_event_wait_all(const void *p)
{
	ARG_UNUSED(p);
	result = (int)k_event_wait_all(&event, 1, false, K_MSEC(1));
}

static void isr_queue_get(const void *p)
{
	ARG_UNUSED(p);
	result = k_queue_get(&queue, K_MSEC(1)) == item ? 0 : -1;
}

static void isr_stack_pop(const void *p)
{
	stack_data_t data;

	ARG_UNUSED(p);
	result = k_stack_pop(&stack, &data, K_FOREVER);
}

static void isr_msgq_put(const void *p)
{
	static const uint32_t message = 1;

	ARG_UNUSED(p);
	result = k_msgq_put(&msgq, &message, K_FOREVER);
}

static void isr_msgq_get(const void *p)
{
	uint32_t message;

	ARG_UNUSED(p);
	result = k_msgq_get(&msgq, &message, K_FOREVER);
}

static void isr_slab_alloc(const void *p)
{
	ARG_UNUSED(p);
	result = k_mem_slab_alloc(&misuse_slab, item, K_FOREVER);
}

ZTEST(kernel_object_misuse, test_blocking_calls_in_isr)
{
	in_isr(isr_sem_take);
	zassert_ok(result);
	in_isr(isr_event_wait);
	zassert_equal(result, 1);
	in_isr(isr_event_wait_all);
	zassert_equal(result, 1);
	in_isr(isr_queue_get);
	zassert_ok(result);
	in_isr(isr_stack_pop);
	zassert_ok(result);
	in_isr(isr_msgq_put);
	zassert_ok(result);
	in_isr(isr_msgq_get);
	zassert_ok(result);
	in_isr(isr_slab_alloc);
	zassert_ok(result);
	k_mem_slab_free(&misuse_slab, item[0]);
}

/* Now they would have to wait: they must come back, as if the time had run out. */
ZTEST(kernel_object_misuse, test_waiting_in_isr)
{
	zassert_ok(k_sem_take(&sem, K_NO_WAIT));
	in_isr(isr_sem_take);
	zassert_equal(result, -EAGAIN);
	k_sem_give(&sem);
	zassert_equal(k_sem_count_get(&sem), 1, "the interrupted thread waits");
	(void)k_event_clear(&event, 1);
	in_isr(isr_event_wait);
	zassert_equal(result, 0);
	zassert_equal_ptr(k_queue_get(&queue, K_NO_WAIT), item);
	in_isr(isr_queue_get);
	zassert_equal(result, -1);
	in_isr(isr_msgq_get);
	zassert_equal(result, -EAGAIN);
}

static void isr_mutex_lock(const void *p)
{
	ARG_UNUSED(p);
	result = k_mutex_lock(&mutex, K_NO_WAIT);
}

static void isr_mutex_unlock(const void *p)
{
	ARG_UNUSED(p);
	result = k_mutex_unlock(&mutex);
}

ZTEST(kernel_object_misuse, test_mutex_in_isr)
{
	in_isr(isr_mutex_lock);
	in_isr(isr_mutex_unlock);
	zassert_ok(k_mutex_lock(&mutex, K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&mutex));
	zassert_equal(k_mutex_unlock(&mutex), -EINVAL);
}

static void free_foreign(void *mem, void *p2, void *p3)
{
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	ztest_set_assert_valid(true);
	k_mem_slab_free(&misuse_slab, mem);
	result = 1;
}

static void expect_bad_free(void *mem)
{
	result = 0;
	crew_asserts = 0;
	crew_start(0, free_foreign, mem, NULL, 3);
	crew_await_end(0);
	zassert_equal(crew_asserts, 1);
	zassert_equal(result, 0, "the thread went on");
}

ZTEST(kernel_object_misuse, test_free_of_no_block)
{
	void *mem;

	zassert_ok(k_mem_slab_alloc(&misuse_slab, &mem, K_NO_WAIT));
	expect_bad_free(ring);
	expect_bad_free((char *)mem + 8);
	expect_bad_free((char *)mem - 16);
	expect_bad_free((char *)mem + 4 * 16);
	k_mem_slab_free(&misuse_slab, mem);
	expect_bad_free(mem);
	zassert_equal(k_mem_slab_num_used_get(&misuse_slab), 0);
}
