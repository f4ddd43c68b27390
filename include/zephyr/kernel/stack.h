/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Stacks: words, last in, first out.
 */
#ifndef ZEPHYR_KERNEL_STACK_H_
#define ZEPHYR_KERNEL_STACK_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

#define K_STACK_FLAG_ALLOC ((uint8_t)1) /* the buffer came from the heap */

typedef uintptr_t stack_data_t;

/** A bounded stack of words. */
struct k_stack {
	_wait_q_t wait_q;
	stack_data_t *base;
	stack_data_t *next;
	stack_data_t *top;
	uint8_t flags;
};

#define Z_STACK_INITIALIZER(obj, stack_buffer, stack_num_entries)                                  \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.base = (stack_buffer),                                                            \
		.next = (stack_buffer),                                                            \
		.top = (stack_buffer) + (stack_num_entries),                                       \
	}

/** Defines a stack with room for a number of words. */
#define K_STACK_DEFINE(name, stack_num_entries)                                                    \
	stack_data_t __noinit _k_stack_buf_##name[stack_num_entries];                              \
	STRUCT_SECTION_ITERABLE(k_stack, name) = Z_STACK_INITIALIZER(name, _k_stack_buf_##name,    \
								     stack_num_entries)

/**
 * @brief Initialises an empty stack. ISR ok.
 * @param stack the stack
 * @param buffer room for its words
 * @param num_entries how many words @p buffer holds
 */
void k_stack_init(struct k_stack *stack, stack_data_t *buffer, uint32_t num_entries);

/**
 * @brief Initialises an empty stack with a buffer from the caller's resource pool.
 * @param stack the stack
 * @param num_entries how many words it can hold
 * @retval 0 done
 * @retval -ENOMEM no memory. Not from an ISR.
 */
int32_t k_stack_alloc_init(struct k_stack *stack, uint32_t num_entries);

/**
 * @brief Gives the buffer of k_stack_alloc_init() back.
 * @retval 0 done
 * @retval -EAGAIN a thread waits for the stack. Not from an ISR.
 */
int k_stack_cleanup(struct k_stack *stack);

/**
 * @brief Pushes a word, or hands it to the first waiter.
 * @retval 0 done
 * @retval -ENOMEM the stack is full. ISR ok.
 */
int k_stack_push(struct k_stack *stack, stack_data_t data);

/**
 * @brief Pops the word that was pushed last. May block.
 * @param stack the stack
 * @param data where the word goes
 * @param timeout how long to wait for one at most; in an ISR it must be K_NO_WAIT
 * @retval 0 done
 * @retval -EBUSY the stack is empty and @p timeout is K_NO_WAIT
 * @retval -EAGAIN nothing within @p timeout. ISR ok with K_NO_WAIT.
 */
int k_stack_pop(struct k_stack *stack, stack_data_t *data, k_timeout_t timeout);

#endif /* ZEPHYR_KERNEL_STACK_H_ */
