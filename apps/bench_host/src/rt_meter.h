/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Periodic real-time tasks that measure how late they wake up: the cycles from the exact deadline to the task's first
 * instruction. Every single figure is kept; nothing is allocated or printed meanwhile.
 *
 * Several tasks of one period have their deadlines spread evenly over it, so that few periods see much of what others do;
 * they are far from each other, so that none is late because of another.
 */
#ifndef RT_METER_H_
#define RT_METER_H_

#include <stdbool.h>
#include <stdint.h>

#define RT_WAKEUPS_MAX 65536U
#define RT_TASKS_MAX   16U

/** About 1 kHz, but prime: the deadlines sweep over what others do each millisecond. In ticks, of 1 us. */
#define RT_PERIOD 997U
/** By default 20,000 wake-ups in 1.25 seconds. */
#define RT_TASKS   16U
#define RT_PERIODS 1250U

struct rt_plan {
	uint32_t tasks;   /**< at most RT_TASKS_MAX */
	uint32_t periods; /**< of each task; tasks * periods is at most RT_WAKEUPS_MAX */
	uint32_t period;  /**< in ticks */
	int cpu;
	/** Called by the task after each period's figure was taken, or NULL. */
	void (*note)(uint32_t late);
};

/** @brief The tasks start. @retval 0 / -EBUSY they run already / -EINVAL */
int rt_meter_start(const struct rt_plan *asked);

/** @return true from rt_meter_start() until all periods of all tasks are over. */
bool rt_meter_running(void);

/**
 * @brief Waits for their end, and prints what came out, in lines that begin with @p prefix and @p label: one of figures,
 * then VALUE:COUNT for every value there was, in cycles.
 * @retval 0 / -ENOENT they were not started
 */
int rt_meter_end(const char *prefix, const char *label);

#endif /* RT_METER_H_ */
