/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks: order, bounds, waiters, allocated buffers, interrupts, and sums that match on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define WORDS 4U

K_STACK_DEFINE(stack_static, WORDS);
static struct k_stack stack;
static stack_data_t words[WORDS];
static stack_data_t values[CREW_SIZE];
static int results[CREW_SIZE];
static volatile unsigned int order[CREW_SIZE];
static volatile unsigned int popped;

static void stack_before(void *fixture)
{
	ARG_UNUSED(fixture);
	k_stack_init(&stack, words, WORDS);
	popped = 0;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 1;
		values[i] = 0;
	}
}

ZTEST_SUITE(kernel_stack, NULL, NULL, stack_before, crew_end, NULL);

static void stack_popper(void *timeout_us, void *p2, void *index)
{
	unsigned int i = (unsigned int)(uintptr_t)index;
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	ARG_UNUSED(p2);
	results[i] = k_stack_pop(&stack, &values[i], timeout);
	order[popped] = i;
	compiler_barrier();
	popped++;
}

static void check_bounds(struct k_stack *s)
{
	stack_data_t data = 77;

	zassert_equal(k_stack_pop(s, &data, K_NO_WAIT), -EBUSY);
	zassert_equal(k_stack_pop(s, &data, K_MSEC(1)), -EAGAIN);
	zassert_equal(data, 77, "a failed pop wrote");
	for (stack_data_t i = 0; i < WORDS; i++) {
		zassert_ok(k_stack_push(s, UINTPTR_MAX - i));
	}
	zassert_equal(k_stack_push(s, 5), -ENOMEM);
	for (stack_data_t i = WORDS; i-- > 0;) {
		zassert_ok(k_stack_pop(s, &data, K_FOREVER));
		zassert_equal(data, UINTPTR_MAX - i);
	}
	zassert_equal(k_stack_pop(s, &data, K_NO_WAIT), -EBUSY);
}

ZTEST(kernel_stack, test_bounds)
{
	check_bounds(&stack);
	check_bounds(&stack_static);
	zassert_ok(k_stack_cleanup(&stack), "nothing to give back");
}

ZTEST(kernel_stack, test_alloc)
{
	struct k_heap *pool = k_current_get()->resource_pool;
	struct k_stack allocated;

	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_stack_alloc_init(&allocated, WORDS));
	check_bounds(&allocated);
	zassert_ok(k_stack_cleanup(&allocated));
	zassert_equal(k_stack_push(&allocated, 1), -ENOMEM, "the buffer is gone");
	zassert_equal(k_stack_alloc_init(&allocated, UINT32_MAX), -ENOMEM);
	k_thread_heap_assign(k_current_get(), NULL);
	zassert_equal(k_stack_alloc_init(&allocated, WORDS), -ENOMEM);
	k_thread_heap_assign(k_current_get(), pool);
}

ZTEST(kernel_stack, test_cleanup_with_waiter)
{
	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_stack_alloc_init(&stack, WORDS));
	crew_start(0, stack_popper, NULL, NULL, 5);
	crew_await_blocked(0);
	zassert_equal(k_stack_cleanup(&stack), -EAGAIN);
	zassert_ok(k_stack_push(&stack, 9));
	crew_await_end(0);
	zassert_equal(values[0], 9);
	zassert_ok(k_stack_cleanup(&stack));
}

ZTEST(kernel_stack, test_order_of_waiters)
{
	static const int prios[] = {9, 4, 9, 1, 4};
	static const unsigned int expected[] = {3, 1, 4, 0, 2};

	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_start(i, stack_popper, i % 2U != 0U ? (void *)(uintptr_t)10000000 : NULL, NULL,
			   prios[i]);
		crew_await_blocked(i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		zassert_ok(k_stack_push(&stack, 100U + i));
		crew_await_value(&popped, i + 1);
		zassert_equal(order[i], expected[i], "waiter %u came as number %u", order[i], i);
		zassert_equal(values[expected[i]], 100U + i);
		zassert_ok(results[expected[i]]);
	}
}

static void isr_push(const void *s)
{
	results[7] = k_stack_push((struct k_stack *)(uintptr_t)s, 42);
}

static void isr_pop(const void *s)
{
	results[7] = k_stack_pop((struct k_stack *)(uintptr_t)s, &values[7], K_NO_WAIT);
}

ZTEST(kernel_stack, test_isr)
{
	irq_offload(isr_push, &stack);
	zassert_ok(results[7]);
	irq_offload(isr_pop, &stack);
	zassert_ok(results[7]);
	zassert_equal(values[7], 42);
	irq_offload(isr_pop, &stack);
	zassert_equal(results[7], -EBUSY);
	crew_start(0, stack_popper, NULL, NULL, 5);
	crew_await_blocked(0);
	irq_offload(isr_push, &stack);
	crew_await_end(0);
	zassert_equal(values[0], 42);
}

ZTEST(kernel_stack, test_waiter_aborted_or_suspended)
{
	stack_data_t data;

	for (unsigned int i = 0; i < 2; i++) {
		crew_start(i, stack_popper, NULL, NULL, 5);
		crew_await_blocked(i);
	}
	k_thread_abort(crew_thread(0));
	k_thread_suspend(crew_thread(1));
	zassert_ok(k_stack_push(&stack, 1));
	zassert_ok(k_stack_push(&stack, 2));
	zassert_ok(k_stack_pop(&stack, &data, K_NO_WAIT));
	zassert_equal(data, 2, "the first one is the suspended thread's");
	k_thread_resume(crew_thread(1));
	crew_await_end(1);
	zassert_equal(values[1], 1);
}

/* Every word pushed is popped once: the sums match. */
static atomic_t pushed_sum;
static atomic_t popped_sum;

static void stack_stress(void *rounds, void *p2, void *index)
{
	bool push = ((uintptr_t)index & 2U) == 0U;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0;) {
		stack_data_t data = n * 8U + (uintptr_t)index;

		if (push && k_stack_push(&stack, data) == 0) {
			atomic_add(&pushed_sum, (atomic_val_t)data);
			n--;
		} else if (push) {
			k_usleep(5);
		} else if (k_stack_pop(&stack, &data, K_USEC(20 + n % 20U)) == 0) {
			atomic_add(&popped_sum, (atomic_val_t)data);
			n--;
		}
	}
}

ZTEST(kernel_stack, test_smp_stress)
{
	atomic_set(&pushed_sum, 0);
	atomic_set(&popped_sum, 0);
	crew_run(CREW_SIZE, stack_stress, (void *)(uintptr_t)200, NULL, 4);
	zassert_equal(atomic_get(&pushed_sum), atomic_get(&popped_sum));
	zassert_equal(k_stack_pop(&stack, &values[0], K_NO_WAIT), -EBUSY);
}
