/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Stacks of words, bounded.
 *
 * A word that is pushed while a thread waits goes to that thread: the stack is empty while anybody waits.
 *
 * Bounds: constant time, but for waking and waiting.
 */
#include <zephyr/kernel.h>

#include "kernel/heap.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

void k_stack_init(struct k_stack *stack, stack_data_t *buffer, uint32_t num_entries)
{
	z_waitq_init(&stack->wait_q);
	stack->base = buffer;
	stack->next = buffer;
	stack->top = buffer + num_entries;
	stack->flags = 0U;
}

int32_t k_stack_alloc_init(struct k_stack *stack, uint32_t num_entries)
{
	stack_data_t *buffer = z_thread_malloc((size_t)num_entries * sizeof(*buffer));

	if (buffer == NULL) {
		return -ENOMEM;
	}
	k_stack_init(stack, buffer, num_entries);
	stack->flags = K_STACK_FLAG_ALLOC;
	return 0;
}

int k_stack_cleanup(struct k_stack *stack)
{
	stack_data_t *buffer = NULL;
	unsigned int key = z_lock();

	if (!z_waitq_is_empty(&stack->wait_q)) {
		z_unlock(key);
		return -EAGAIN;
	}
	if ((stack->flags & K_STACK_FLAG_ALLOC) != 0U) {
		buffer = stack->base;
		stack->flags = 0U;
		stack->base = NULL;
		stack->next = NULL;
		stack->top = NULL;
	}
	z_unlock(key);
	k_free(buffer);
	return 0;
}

static __noinline int push_slow(struct k_stack *stack, stack_data_t data, unsigned int key)
{
	struct k_thread *waiter = z_waitq_first(&stack->wait_q);

	if (waiter == NULL) {
		z_unlock(key);
		return -ENOMEM;
	}
	waiter->swap_data = (void *)data;
	z_wake(waiter, 0);
	z_reschedule(key);
	return 0;
}

int k_stack_push(struct k_stack *stack, stack_data_t data)
{
	unsigned int key = z_lock();
	stack_data_t *next = stack->next;

	if (likely(z_waitq_is_empty(&stack->wait_q) && next != stack->top)) {
		*next = data;
		stack->next = next + 1;
		z_unlock(key);
		return 0;
	}
	return push_slow(stack, data, key);
}

static __noinline int pop_slow(struct k_stack *stack, stack_data_t *data, k_timeout_t timeout,
			       unsigned int key)
{
	int ret;

	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
		return -EBUSY;
	}
	ret = z_pend(&stack->wait_q, timeout, key);
	if (ret == 0) {
		*data = (stack_data_t)arch_current()->swap_data;
	}
	return ret;
}

int k_stack_pop(struct k_stack *stack, stack_data_t *data, k_timeout_t timeout)
{
	unsigned int key;
	stack_data_t *next;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_stack_pop() must not wait in an ISR");
	key = z_lock();
	next = stack->next;
	if (likely(next != stack->base)) {
		*data = *--next;
		stack->next = next;
		z_unlock(key);
		return 0;
	}
	return pop_slow(stack, data, timeout, key);
}
