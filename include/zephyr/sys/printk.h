/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Kernel printing: straight to the console, in any context.
 *
 * The formats are those of C99's printf without floating point, whose conversions are printed as
 * written.
 */
#ifndef ZEPHYR_INCLUDE_SYS_PRINTK_H_
#define ZEPHYR_INCLUDE_SYS_PRINTK_H_

#include <stdarg.h>
#include <stddef.h>

#include <zephyr/toolchain.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Print to the console. ISR ok. Text of one call is not mixed with that of other CPUs.
 * @param fmt format
 */
void printk(const char *fmt, ...) __printf_like(1, 2);

/**
 * @brief printk() with an argument list. ISR ok.
 * @param fmt format
 * @param ap  arguments
 */
void vprintk(const char *fmt, va_list ap) __printf_like(1, 0);

/**
 * @brief Format into a buffer; the result always ends in NUL if @p size is not 0. ISR ok.
 * @param str  buffer
 * @param size its size in bytes
 * @param fmt  format
 * @return length that the whole text has, without NUL
 */
int snprintk(char *str, size_t size, const char *fmt, ...) __printf_like(3, 4);

/** @brief snprintk() with an argument list. ISR ok. */
int vsnprintk(char *str, size_t size, const char *fmt, va_list ap) __printf_like(3, 0);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_PRINTK_H_ */
