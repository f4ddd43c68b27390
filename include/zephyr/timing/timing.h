/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Timing of short stretches of code, in cycles of the hardware counter. ISR ok throughout.
 */
#ifndef ZEPHYR_TIMING_TIMING_H_
#define ZEPHYR_TIMING_TIMING_H_

#include <zephyr/kernel.h>

/** A point in time: a reading of the counter. */
typedef uint64_t timing_t;

/* The counter always runs: nothing is to be set up, started or stopped. */
static inline void timing_init(void)
{
}
static inline void timing_start(void)
{
}
static inline void timing_stop(void)
{
}

/** @return the present. */
static inline timing_t timing_counter_get(void)
{
	return k_cycle_get_64();
}

/** @return cycles from one point to another. */
static inline uint64_t timing_cycles_get(volatile timing_t *const start,
					 volatile timing_t *const end)
{
	return *end - *start;
}

/** @return cycles in a second. */
static inline uint64_t timing_freq_get(void)
{
	return (uint64_t)sys_clock_hw_cycles_per_sec();
}

/** @return cycles in a microsecond, rounded down. */
static inline uint32_t timing_freq_get_mhz(void)
{
	return (uint32_t)(timing_freq_get() / 1000000U);
}

/** @return nanoseconds of so many cycles, rounded down. */
static inline uint64_t timing_cycles_to_ns(uint64_t cycles)
{
	return k_cyc_to_ns_floor64(cycles);
}

/** @return nanoseconds of one of @p count stretches that took so many cycles together; @p count is not 0. */
static inline uint64_t timing_cycles_to_ns_avg(uint64_t cycles, uint32_t count)
{
	return timing_cycles_to_ns(cycles) / count;
}

#endif /* ZEPHYR_TIMING_TIMING_H_ */
