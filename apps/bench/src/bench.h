/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the measurements share: samples, results, and two threads to switch between.
 *
 * Each is taken between the same two points as in Zephyr's tests/benchmarks/latency_measure, so that its
 * figures can stand beside ours. Results are kept, and printed when all is measured: a transmit interrupt
 * of the console would count as part of what is measured.
 */
#ifndef BENCH_H_
#define BENCH_H_

#include <zephyr/kernel.h>

/** Repetitions of each measurement. */
#ifndef BENCH_N
#define BENCH_N 1000U
#endif

/** Priority of the thread that measures; its helpers are more urgent by one and by two. */
#define BENCH_PRIO 10

/** Smallest stack there is: one page. */
#define BENCH_STACK_SIZE 4096

struct bench {
	const char *name;
	uint64_t sum;
	uint64_t min;
	uint64_t max;
	uint32_t n;
};

/** The two helpers: @ref bench_low is more urgent than the thread that measures, @ref bench_high than both. */
extern struct k_thread bench_low;
extern struct k_thread bench_high;

/** When the operation began that ends in the other thread. */
extern volatile uint64_t bench_mark;

/** @return the counter: an instruction each under QEMU's -icount shift=0 with cntfrq=1000000000. */
static ALWAYS_INLINE uint64_t bench_now(void)
{
	return k_cycle_get_64();
}

/** @brief Finds out what two reads of the counter with nothing between them cost. */
void bench_calibrate(void);

/** @brief A result to be filled with bench_sample(). @return NULL never: the table is large enough, or asserts. */
struct bench *bench_new(const char *name);

/** @brief Adds the time between two reads of the counter, less what reading costs. */
void bench_sample(struct bench *b, uint64_t start, uint64_t end);

/** @brief The same without taking anything off, for a start that was not read from the counter. */
void bench_sample_raw(struct bench *b, uint64_t start, uint64_t end);

/** @brief Adds the time of a loop of BENCH_N operations, its overhead included. */
void bench_loop(const char *name, uint64_t start, uint64_t end);

/**
 * @brief Measures each of BENCH_N calls: what a loop's mean does not tell, the least and the most.
 *
 * Without the loop's own two or three instructions, so the mean is that much less than bench_loop()'s.
 */
static ALWAYS_INLINE void bench_each(const char *name, void (*operation)(void))
{
	struct bench *b = bench_new(name);

	for (unsigned int i = 0U; i < BENCH_N; i++) {
		uint64_t start = bench_now();

		operation();
		bench_sample(b, start, bench_now());
	}
}

/** @brief Creates a helper on the CPU of the measurement, not started. */
void bench_create(struct k_thread *t, k_thread_entry_t entry, void *arg);

/** @brief Starts @ref bench_low and waits until both helpers have ended. */
void bench_run_pair(k_thread_entry_t low, k_thread_entry_t high);

/** @brief Prints all results. */
void bench_print(void);

/* The areas, a file each. */
void bench_yield(void);
void bench_irq(void);
void bench_thread(void);
void bench_sem(void);
void bench_mutex(void);
void bench_condvar(void);
void bench_queue(void);
void bench_stack(void);
void bench_msgq(void);
void bench_event(void);
void bench_memory(void);
void bench_poll(void);
void bench_timer(void);
void bench_work(void);
void bench_irq_whole(void);
void bench_timer_more(void);

#endif /* BENCH_H_ */
