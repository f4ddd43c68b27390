/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Threads for the tests of kernel objects. Works on one CPU and on several.
 */
#ifndef TESTS_KERNEL_CREW_H_
#define TESTS_KERNEL_CREW_H_

#include <zephyr/kernel.h>

#define CREW_SIZE 8U

/** Starts thread @p i of the crew: fn(p1, p2, i). It may run on any CPU. */
k_tid_t crew_start(unsigned int i, k_thread_entry_t fn, void *p1, void *p2, int prio);

/** The same, on one CPU (modulo the number of CPUs). */
k_tid_t crew_start_on(unsigned int i, k_thread_entry_t fn, void *p1, void *p2, int prio,
		      unsigned int cpu);

/** The thread's structure. */
struct k_thread *crew_thread(unsigned int i);

/** Waits until thread @p i waits for an object; fails the test if it does not within a second. */
void crew_await_blocked(unsigned int i);

/** Waits until thread @p i has ended; fails the test if it does not within seconds. */
void crew_await_end(unsigned int i);

/** Starts @p n threads, every other one pinned to a CPU, and waits until all have ended. */
void crew_run(unsigned int n, k_thread_entry_t fn, void *p1, void *p2, int prio);

/** Waits until @p *value is @p expected; fails the test if it is not within a second. */
void crew_await_value(const volatile unsigned int *value, unsigned int expected);

/** Aborts the threads that are left: the `after` function of a suite. */
void crew_end(void *fixture);

/** How many announced assertions have failed. One in a thread ends it; one in an ISR goes on. */
extern volatile unsigned int crew_asserts;

/** A number that differs from call to call, for uneven timing; @p state starts anywhere. */
static inline uint32_t crew_random(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

#endif /* TESTS_KERNEL_CREW_H_ */
