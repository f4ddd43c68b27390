/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * How long many operations on one kind of object take together: throughput, where apps/bench has the latency of each.
 *
 * Three lines for each object, in the shape of Zephyr's tests/benchmarks/sys_kernel:
 *
 *   alone  one thread puts and takes; nobody waits
 *   block  two threads take turns: each puts what the other waits for, and then waits itself
 *   yield  two threads take turns by k_yield(): one puts, the other takes; nobody waits
 *
 * All threads have one priority and one CPU. Objects are left as they were found.
 */
#ifndef SYS_BENCH_H_
#define SYS_BENCH_H_

#include <zephyr/kernel.h>

/** Operations of each line: puts with their takes, or rounds of two threads. */
#ifndef SYS_BENCH_N
#define SYS_BENCH_N 50000U
#endif

/** One line. */
struct sys_line {
	const char *name;
	/** Runs on the thread that measures. */
	void (*one)(void);
	/** Runs on the other, or NULL: there is none. */
	void (*other)(void);
};

/** The lines of an object. */
#define SYS_LINES 3U
extern const struct sys_line sem_lines[SYS_LINES];
extern const struct sys_line fifo_lines[SYS_LINES];
extern const struct sys_line lifo_lines[SYS_LINES];
extern const struct sys_line stack_lines[SYS_LINES];
extern const struct sys_line slab_lines[SYS_LINES];

#endif /* SYS_BENCH_H_ */
