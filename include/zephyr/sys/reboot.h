/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Starting the machine anew.
 */
#ifndef ZEPHYR_SYS_REBOOT_H_
#define ZEPHYR_SYS_REBOOT_H_

#include <zephyr/toolchain.h>

/* Both are a reset of the whole machine. */
#define SYS_REBOOT_WARM 0
#define SYS_REBOOT_COLD 1

/**
 * @brief Prints what the log holds and resets the machine; where the firmware can not, stops it.
 */
FUNC_NORETURN void sys_reboot(int type);

#endif /* ZEPHYR_SYS_REBOOT_H_ */
