/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Attributes that choose a section: they are in <zephyr/toolchain.h> here.
 */
#ifndef ZEPHYR_INCLUDE_LINKER_SECTIONS_H_
#define ZEPHYR_INCLUDE_LINKER_SECTIONS_H_

#include <zephyr/toolchain.h>

#endif /* ZEPHYR_INCLUDE_LINKER_SECTIONS_H_ */
