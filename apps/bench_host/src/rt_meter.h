/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A periodic real-time task that measures how late it wakes up: the cycles from its exact deadline to its first
 * instruction. Every single figure is kept; nothing is allocated or printed while it runs. One at a time.
 */
#ifndef RT_METER_H_
#define RT_METER_H_

#include <stdbool.h>
#include <stdint.h>

#define RT_PERIODS_MAX 40000U

/** About 1 kHz, but prime: the deadlines sweep over what others do each millisecond. In ticks, of 1 us. */
#define RT_PERIOD  997U
#define RT_PERIODS 20000U

struct rt_plan {
	uint32_t periods; /**< at most RT_PERIODS_MAX */
	uint32_t period;  /**< in ticks */
	int cpu;
	/** Called by the task after each period's figure was taken, or NULL. */
	void (*note)(uint32_t late);
};

/** @brief The task starts. @retval 0 / -EBUSY it runs already / -EINVAL */
int rt_meter_start(const struct rt_plan *plan);

/** @return true from rt_meter_start() until all periods are over. */
bool rt_meter_running(void);

/**
 * @brief Waits for its end, and prints what came out, in lines that begin with @p prefix and @p label: one of figures,
 * then VALUE:COUNT for every value there was, in cycles.
 * @retval 0 / -ENOENT it was not started
 */
int rt_meter_end(const char *prefix, const char *label);

#endif /* RT_METER_H_ */
