/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Conversions between seconds, milli-, micro- and nanoseconds, ticks and hardware cycles.
 *
 * Names follow the pattern k_<from>_to_<to>_<round><bits>, round being floor, ceil or near. Between
 * constant units they fold at compile time; the frequency of the hardware counter is read at run time.
 * The 64-bit forms are exact as long as the result fits: the product is split so that it cannot
 * overflow before the division does.
 */
#ifndef ZEPHYR_SYS_TIME_UNITS_H_
#define ZEPHYR_SYS_TIME_UNITS_H_

#include <stdint.h>

#define SYS_FOREVER_MS (-1)
#define SYS_FOREVER_US (-1)

#define MSEC_PER_SEC  1000U
#define USEC_PER_MSEC 1000U
#define NSEC_PER_USEC 1000U
#define NSEC_PER_MSEC 1000000U
#define USEC_PER_SEC  1000000U
#define NSEC_PER_SEC  1000000000U
#define SEC_PER_MIN   60U
#define MIN_PER_HOUR  60U
#define HOUR_PER_DAY  24U

/** Frequency of the hardware counter in Hz; set once while booting, before anything converts. */
extern uint32_t z_clock_hz;

/** @return frequency of the counter behind k_cycle_get_64(), in Hz. ISR ok. */
static inline int sys_clock_hw_cycles_per_sec(void)
{
	return (int)z_clock_hz;
}

enum z_round { Z_ROUND_FLOOR, Z_ROUND_CEIL, Z_ROUND_NEAR };

static inline uint64_t z_convert64(uint64_t t, uint64_t from_hz, uint64_t to_hz, enum z_round round)
{
	uint64_t add = round == Z_ROUND_CEIL   ? from_hz - 1U
		       : round == Z_ROUND_NEAR ? from_hz / 2U
					       : 0U;

	if (from_hz == to_hz) {
		return t;
	}
	if (to_hz % from_hz == 0U) {
		return t * (to_hz / from_hz);
	}
	if (from_hz % to_hz == 0U) {
		uint64_t ratio = from_hz / to_hz;

		add = round == Z_ROUND_CEIL ? ratio - 1U : round == Z_ROUND_NEAR ? ratio / 2U : 0U;
		return t / ratio + (t % ratio + add) / ratio;
	}
	return (t / from_hz) * to_hz + ((t % from_hz) * to_hz + add) / from_hz;
}

#define Z_HZ_sec   1U
#define Z_HZ_ms    MSEC_PER_SEC
#define Z_HZ_us    USEC_PER_SEC
#define Z_HZ_ns    NSEC_PER_SEC
#define Z_HZ_ticks ((uint32_t)CONFIG_SYS_CLOCK_TICKS_PER_SEC)
#define Z_HZ_cyc   z_clock_hz

#define Z_CONVERT(from, to, name, round)                                                           \
	static inline uint32_t k_##from##_to_##to##_##name##32(uint32_t t)                         \
	{                                                                                          \
		return (uint32_t)z_convert64(t, Z_HZ_##from, Z_HZ_##to, round);                    \
	}                                                                                          \
	static inline uint64_t k_##from##_to_##to##_##name##64(uint64_t t)                         \
	{                                                                                          \
		return z_convert64(t, Z_HZ_##from, Z_HZ_##to, round);                              \
	}

#define Z_CONVERT_ALL(from, to)                                                                    \
	Z_CONVERT(from, to, floor, Z_ROUND_FLOOR)                                                  \
	Z_CONVERT(from, to, ceil, Z_ROUND_CEIL)                                                    \
	Z_CONVERT(from, to, near, Z_ROUND_NEAR)

/* clang-format off */
Z_CONVERT_ALL(sec, ticks) Z_CONVERT_ALL(sec, cyc)
Z_CONVERT_ALL(ms, ticks)  Z_CONVERT_ALL(ms, cyc)
Z_CONVERT_ALL(us, ticks)  Z_CONVERT_ALL(us, cyc)
Z_CONVERT_ALL(ns, ticks)  Z_CONVERT_ALL(ns, cyc)
Z_CONVERT_ALL(ticks, sec) Z_CONVERT_ALL(ticks, ms) Z_CONVERT_ALL(ticks, us)
Z_CONVERT_ALL(ticks, ns)  Z_CONVERT_ALL(ticks, cyc)
Z_CONVERT_ALL(cyc, sec)   Z_CONVERT_ALL(cyc, ms)   Z_CONVERT_ALL(cyc, us)
Z_CONVERT_ALL(cyc, ns)    Z_CONVERT_ALL(cyc, ticks)
/* clang-format on */

#endif /* ZEPHYR_SYS_TIME_UNITS_H_ */
