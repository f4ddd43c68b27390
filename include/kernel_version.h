/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The parts of sys_kernel_version_get()'s number.
 */
#ifndef KERNEL_VERSION_H_
#define KERNEL_VERSION_H_

#include <stdint.h>

#include <zephyr/version.h>

#define SYS_KERNEL_VER_MAJOR(ver)      (((ver) >> 24) & 0xFF)
#define SYS_KERNEL_VER_MINOR(ver)      (((ver) >> 16) & 0xFF)
#define SYS_KERNEL_VER_PATCHLEVEL(ver) (((ver) >> 8) & 0xFF)

/** @return the version of Zephyr whose API this is: major, minor, patch level, a byte each, over a byte of zero. */
static inline uint32_t sys_kernel_version_get(void)
{
	return KERNELVERSION;
}

#endif /* KERNEL_VERSION_H_ */
