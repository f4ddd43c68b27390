/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Start-up, towards the rest of the kernel.
 */
#ifndef KERNEL_INIT_H_
#define KERNEL_INIT_H_

#include <stdint.h>

/** Highest priority number of a SYS_INIT(). */
#define Z_INIT_PRIO_MAX 99

/** @return microseconds since the first instruction of the image. ISR ok. */
uint64_t z_boot_us(void);

#endif /* KERNEL_INIT_H_ */
