/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The time of day: read once from the machine's real-time clock, kept by the system clock from then on.
 */
#ifndef DRIVERS_RTC_WALLCLOCK_H_
#define DRIVERS_RTC_WALLCLOCK_H_

#include <stdint.h>

/** @return microseconds since 1970, UTC. Of a machine without a clock: since 2025 began when it was started. ISR ok. */
uint64_t wallclock_us(void);

/** @brief It is so many seconds after 1970 now: for drivers, while they are probed. */
void wallclock_set(uint64_t seconds);

#endif /* DRIVERS_RTC_WALLCLOCK_H_ */
