/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Ticks and timeouts as types. The macros that make them (K_MSEC and its like) are in kernel/time.h.
 */
#ifndef ZEPHYR_SYS_CLOCK_H_
#define ZEPHYR_SYS_CLOCK_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/time_units.h>

/** A count of kernel ticks; CONFIG_SYS_CLOCK_TICKS_PER_SEC of them make a second. */
typedef int64_t k_ticks_t;

/** How long to wait. Opaque to applications: made by K_MSEC() and its like. */
typedef struct {
	/** Relative: >= 0; forever: -1; absolute deadline T: -2 - T. */
	k_ticks_t ticks;
} k_timeout_t;

#define K_TICKS_FOREVER ((k_ticks_t)-1)

#define Z_TIMEOUT_NO_WAIT  ((k_timeout_t){0})
#define Z_TIMEOUT_TICKS(t) ((k_timeout_t){.ticks = (t)})
#define Z_FOREVER          Z_TIMEOUT_TICKS(K_TICKS_FOREVER)
/**
 * A negative span is taken for none, as Zephyr does. Without a comparison: of an unsigned variable it would be
 * always false, of which compilers warn.
 */
#define Z_SPAN(t) ((uint64_t)(t) & ~(uint64_t)((int64_t)(t) >> 63))

/* Static objects are initialised with timeouts: a constant span must convert without a function call. */
#define Z_SPAN_TICKS_CONST(t, hz)                                                                  \
	(Z_SPAN(t) / (hz) * CONFIG_SYS_CLOCK_TICKS_PER_SEC +                                       \
	 (Z_SPAN(t) % (hz) * CONFIG_SYS_CLOCK_TICKS_PER_SEC + (hz) - 1U) / (hz))
#define Z_SPAN_TICKS(t, unit)                                                                      \
	Z_TIMEOUT_TICKS((k_ticks_t)__builtin_choose_expr(__builtin_constant_p(t),                  \
							 Z_SPAN_TICKS_CONST(t, Z_HZ_##unit),       \
							 k_##unit##_to_ticks_ceil64(Z_SPAN(t))))
#define Z_TIMEOUT_MS(t)  Z_SPAN_TICKS(t, ms)
#define Z_TIMEOUT_US(t)  Z_SPAN_TICKS(t, us)
#define Z_TIMEOUT_NS(t)  Z_SPAN_TICKS(t, ns)
#define Z_TIMEOUT_CYC(t) Z_TIMEOUT_TICKS((k_ticks_t)k_cyc_to_ticks_ceil64(Z_SPAN(t)))

/** Milliseconds, or SYS_FOREVER_MS, as a timeout. */
#define SYS_TIMEOUT_MS(ms)                                                                         \
	Z_TIMEOUT_TICKS((ms) == SYS_FOREVER_MS ? K_TICKS_FOREVER : Z_TIMEOUT_MS(ms).ticks)

/** Converts between an absolute tick count and the encoding in a k_timeout_t; its own inverse. */
#define Z_TICK_ABS(t)                  (K_TICKS_FOREVER - 1 - (t))
#define Z_IS_TIMEOUT_RELATIVE(timeout) (((timeout).ticks + 1) >= 0)

/** True if two timeouts are the same. */
#define K_TIMEOUT_EQ(a, b) ((a).ticks == (b).ticks)

/** A point of the uptime, for waits in several steps (see sys_timepoint_calc()). */
typedef struct {
	uint64_t tick;
} k_timepoint_t;

/** @return the timepoint at which @p timeout, started now, ends. ISR ok. */
k_timepoint_t sys_timepoint_calc(k_timeout_t timeout);
/** @return what is left until @p timepoint; K_NO_WAIT once it has passed. ISR ok. */
k_timeout_t sys_timepoint_timeout(k_timepoint_t timepoint);

static inline int sys_timepoint_cmp(k_timepoint_t a, k_timepoint_t b)
{
	return (a.tick > b.tick) - (a.tick < b.tick);
}

static inline bool sys_timepoint_expired(k_timepoint_t timepoint)
{
	return K_TIMEOUT_EQ(sys_timepoint_timeout(timepoint), Z_TIMEOUT_NO_WAIT);
}

/** @return ticks since boot. ISR ok. */
int64_t sys_clock_tick_get(void);
uint32_t sys_clock_tick_get_32(void);

#endif /* ZEPHYR_SYS_CLOCK_H_ */
