/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Turning the machine off.
 */
#ifndef ZEPHYR_SYS_POWEROFF_H_
#define ZEPHYR_SYS_POWEROFF_H_

#include <zephyr/toolchain.h>

/**
 * @brief Prints what the log holds and turns the machine off; where the firmware can not, stops it.
 */
FUNC_NORETURN void sys_poweroff(void);

#endif /* ZEPHYR_SYS_POWEROFF_H_ */
