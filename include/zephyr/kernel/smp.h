/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * CPUs.
 */
#ifndef ZEPHYR_KERNEL_SMP_H_
#define ZEPHYR_KERNEL_SMP_H_

#include <stdint.h>

#include <zephyr/arch/thread.h>
#include "arch/arch.h"

/** @return number of CPUs that run threads. ISR ok. */
unsigned int arch_num_cpus(void);

/** @return number of the CPU this runs on; stable only while the thread can not migrate. */
unsigned int arch_curr_cpu_id(void);

/**
 * @return the CPU this runs on; its `id` is what applications may look at. Stable as
 * arch_curr_cpu_id().
 */
static inline const struct arch_cpu *arch_curr_cpu(void)
{
	return (const struct arch_cpu *)(const void *)arch_cpu();
}

#endif /* ZEPHYR_KERNEL_SMP_H_ */
