/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * CPUs.
 */
#ifndef ZEPHYR_KERNEL_SMP_H_
#define ZEPHYR_KERNEL_SMP_H_

#include <stdint.h>

/** @return number of CPUs that run threads. ISR ok. */
unsigned int arch_num_cpus(void);

/** @return number of the CPU this runs on; stable only while the thread can not migrate. */
unsigned int arch_curr_cpu_id(void);

#endif /* ZEPHYR_KERNEL_SMP_H_ */
