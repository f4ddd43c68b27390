/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Formatted output to a function that takes one character.
 */
#ifndef ZEPHYR_INCLUDE_SYS_CBPRINTF_H_
#define ZEPHYR_INCLUDE_SYS_CBPRINTF_H_

#include <stdarg.h>
#include <stddef.h>

#include <zephyr/toolchain.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int (*cbprintf_cb)(int c, void *ctx);

/**
 * @brief Format to @p out, one call per character; a negative value from it ends the output.
 * @return characters put out, or what @p out returned
 */
int cbprintf(cbprintf_cb out, void *ctx, const char *format, ...) __printf_like(3, 4);

/** @brief cbprintf() with an argument list. */
int cbvprintf(cbprintf_cb out, void *ctx, const char *format, va_list ap) __printf_like(3, 0);

/** @brief snprintf() under its Zephyr name. */
int snprintfcb(char *str, size_t size, const char *format, ...) __printf_like(3, 4);

/** @brief vsnprintf() under its Zephyr name. */
int vsnprintfcb(char *str, size_t size, const char *format, va_list ap) __printf_like(3, 0);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_CBPRINTF_H_ */
