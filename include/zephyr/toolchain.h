/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Compiler abstractions, by the names Zephyr gives them.
 *
 * gcc and clang are supported; both understand everything here.
 */
#ifndef ZEPHYR_TOOLCHAIN_H_
#define ZEPHYR_TOOLCHAIN_H_

#include <zephyr/toolchain/common.h>
#include <zephyr/toolchain/gcc.h>

#endif /* ZEPHYR_TOOLCHAIN_H_ */
