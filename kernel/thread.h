/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Threads inside the kernel.
 */
#ifndef KERNEL_THREAD_H_
#define KERNEL_THREAD_H_

#include <zephyr/kernel/structs.h>

/** What a thread's unused stack is filled with, so that k_thread_stack_space_get() can tell. */
#define Z_STACK_FILL 0xaaaaaaaaaaaaaaaaU

/** @brief Makes a stack's use measurable, if CONFIG_INIT_STACKS says so. */
void z_stack_fill(void *stack, size_t size);

/** @brief Fills in a thread that does not run from k_thread_create(): idle threads. */
void z_thread_init(struct k_thread *t, void *stack, size_t size, k_thread_entry_t entry, void *p1,
		   int prio, uint32_t options);

/** @brief Takes a thread off the list of all threads. Lock held. */
void z_thread_forget(struct k_thread *t);

/** @brief Another CPU runs threads: makes those ready that had none to run on. Lock held. O(threads). */
void z_threads_cpu_joined(void);

/** @brief Creates what K_THREAD_DEFINE() asked for. */
void z_static_threads_start(void);

/** @return a thread's CPU time in cycles, up to now if it runs. Lock held. */
uint64_t z_thread_usage(const struct k_thread *t);

#endif /* KERNEL_THREAD_H_ */
