/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Timeouts, uptime and the cycle counter.
 */
#ifndef ZEPHYR_KERNEL_TIME_H_
#define ZEPHYR_KERNEL_TIME_H_

#include <zephyr/sys_clock.h>

/** Do not wait. */
#define K_NO_WAIT Z_TIMEOUT_NO_WAIT
/** Wait until it happens. */
#define K_FOREVER Z_FOREVER

#define K_NSEC(t) Z_TIMEOUT_NS(t)
#define K_USEC(t) Z_TIMEOUT_US(t)
#define K_CYC(t)  Z_TIMEOUT_CYC(t)
/* As it is: K_TICKS(K_TICKS_FOREVER) is K_FOREVER. */
#define K_TICKS(t)   Z_TIMEOUT_TICKS(t)
#define K_MSEC(ms)   Z_TIMEOUT_MS(ms)
#define K_SECONDS(s) K_MSEC((s) * (int64_t)MSEC_PER_SEC)
#define K_MINUTES(m) K_SECONDS((m) * (int64_t)60)
#define K_HOURS(h)   K_MINUTES((h) * (int64_t)60)

/** Timeouts that end at a point of the uptime instead of after a span. */
#define K_TIMEOUT_ABS_TICKS(t) Z_TIMEOUT_TICKS(Z_TICK_ABS((k_ticks_t)((t) < 0 ? 0 : (t))))
#define K_TIMEOUT_ABS_SEC(t)   K_TIMEOUT_ABS_TICKS((k_ticks_t)k_sec_to_ticks_ceil64((uint64_t)(t)))
#define K_TIMEOUT_ABS_MS(t)    K_TIMEOUT_ABS_TICKS((k_ticks_t)k_ms_to_ticks_ceil64((uint64_t)(t)))
#define K_TIMEOUT_ABS_US(t)    K_TIMEOUT_ABS_TICKS((k_ticks_t)k_us_to_ticks_ceil64((uint64_t)(t)))
#define K_TIMEOUT_ABS_NS(t)    K_TIMEOUT_ABS_TICKS((k_ticks_t)k_ns_to_ticks_ceil64((uint64_t)(t)))
#define K_TIMEOUT_ABS_CYC(t)   K_TIMEOUT_ABS_TICKS((k_ticks_t)k_cyc_to_ticks_ceil64((uint64_t)(t)))

/** @return ticks since boot. ISR ok. */
static inline int64_t k_uptime_ticks(void)
{
	return sys_clock_tick_get();
}

/** @return milliseconds since boot. ISR ok. */
static inline int64_t k_uptime_get(void)
{
	return (int64_t)k_ticks_to_ms_floor64((uint64_t)k_uptime_ticks());
}

/** @return low 32 bits of the milliseconds since boot. ISR ok. */
static inline uint32_t k_uptime_get_32(void)
{
	return (uint32_t)k_uptime_get();
}

/** @return whole seconds since boot. ISR ok. */
static inline uint32_t k_uptime_seconds(void)
{
	return (uint32_t)k_ticks_to_sec_floor64((uint64_t)k_uptime_ticks());
}

/**
 * @brief Milliseconds since an earlier reading, which is updated to now.
 * @param reftime the earlier reading of k_uptime_get()
 * @return the difference in milliseconds. ISR ok.
 */
static inline int64_t k_uptime_delta(int64_t *reftime)
{
	int64_t now = k_uptime_get();
	int64_t delta = now - *reftime;

	*reftime = now;
	return delta;
}

/** @return the hardware counter, sys_clock_hw_cycles_per_sec() of which make a second. ISR ok. */
uint64_t k_cycle_get_64(void);

/** @return low 32 bits of the hardware counter. ISR ok. */
static inline uint32_t k_cycle_get_32(void)
{
	return (uint32_t)k_cycle_get_64();
}

#endif /* ZEPHYR_KERNEL_TIME_H_ */
