/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Looks at the scheduler's own structures: is everything where it has to be?
 */
#ifndef TESTS_KERNEL_INVARIANTS_H_
#define TESTS_KERNEL_INVARIANTS_H_

#include <zephyr/kernel.h>

/**
 * Checks queues, marks and timeouts of all CPUs, under the kernel lock. The first fault found is kept.
 * @param threads threads that must be in a queue exactly if they are ready
 * @param n how many
 */
void invariants_check(struct k_thread *const *threads, size_t n);

/** Checks that a wait queue is in order. */
void invariants_check_waitq(_wait_q_t *wq);

/** The first fault in words, or NULL. */
const char *invariants_fault(void);

/** Forgets what was found. */
void invariants_reset(void);

#endif /* TESTS_KERNEL_INVARIANTS_H_ */
