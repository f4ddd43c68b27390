/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The one formatter behind printk(), the log, the shell and snprintf().
 *
 * It takes what C99 has: flags `-+ #0`, width and precision (also by `*`), lengths hh h l ll j z t,
 * conversions d i u o x X c s p and %%. There is no floating point: the kernel is built without FP
 * registers, so a value of %f %e %g %a is not where the argument list would say; the conversion is
 * printed as it is written and takes nothing from the list. %n is printed as written too.
 *
 * No allocation, no lock, a bounded amount of stack (about 400 bytes); usable in any context.
 */
#ifndef ZVM_LIB_PRINTF_H_
#define ZVM_LIB_PRINTF_H_

#include <stdarg.h>
#include <stddef.h>

/** @brief Takes @p len characters of the output; called one or more times. */
typedef void (*z_format_out)(void *ctx, const char *text, size_t len);

/**
 * @brief Format.
 * @param out receives the text in pieces
 * @param ctx its first argument
 * @param fmt format
 * @param ap  arguments
 * @return number of characters put out, at most INT_MAX
 */
int z_vformat(z_format_out out, void *ctx, const char *fmt, va_list ap)
	__attribute__((__format__(__printf__, 3, 0)));

#endif /* ZVM_LIB_PRINTF_H_ */
