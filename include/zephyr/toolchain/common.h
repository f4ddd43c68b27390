/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Token pasting and other preprocessor basics shared by C and assembly.
 */
#ifndef ZEPHYR_TOOLCHAIN_COMMON_H_
#define ZEPHYR_TOOLCHAIN_COMMON_H_

/* Two levels, so that the arguments are expanded before they are pasted. */
#define Z_DO_CONCAT(x, y) x##y
#define _DO_CONCAT(x, y)  x##y
#define _CONCAT(x, y)     _DO_CONCAT(x, y)

#define Z_STRINGIFY(x) #x
#define STRINGIFY(s)   Z_STRINGIFY(s)

#endif /* ZEPHYR_TOOLCHAIN_COMMON_H_ */
