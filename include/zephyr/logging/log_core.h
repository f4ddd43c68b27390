/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the logging macros stand on.
 */
#ifndef ZEPHYR_LOGGING_LOG_CORE_H_
#define ZEPHYR_LOGGING_LOG_CORE_H_

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include <zephyr/toolchain.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOG_LEVEL_NONE 0U
#define LOG_LEVEL_ERR  1U
#define LOG_LEVEL_WRN  2U
#define LOG_LEVEL_INF  3U
#define LOG_LEVEL_DBG  4U

/** One module that logs. */
struct log_source {
	const char *name;
	/** Level that its code was compiled with. */
	uint8_t compiled;
	/** Level in force: what is above it is not logged. */
	uint8_t level;
	/** @name Rate limit, protected by the log's lock
	 * @{ */
	uint64_t window_start;
	uint32_t in_window;
	uint32_t suppressed;
	/** @} */
};

/**
 * @brief Log one line. Any context, any lock held. Bounded time.
 *
 * @param source The module.
 * @param level LOG_LEVEL_ERR to LOG_LEVEL_DBG.
 * @param fmt As for printk(). The line is cut at 228 bytes, which it then says by "..." at its end.
 */
void __printf_like(3, 4) z_log(struct log_source *source, unsigned int level, const char *fmt, ...);
void __printf_like(3, 0)
	z_log_va(struct log_source *source, unsigned int level, const char *fmt, va_list args);

/** @brief Log text and bytes, 16 bytes to a line. Any context. */
void z_log_hexdump(struct log_source *source, unsigned int level, const void *data, size_t len,
		   const char *text);

/**
 * @brief Print text in its place among the log's lines, without time and module, 228 bytes at most.
 * Any context.
 */
void z_log_text(const char *text, size_t len);
void __printf_like(1, 2) z_log_printk(const char *fmt, ...);
void __printf_like(1, 0) z_log_vprintk(const char *fmt, va_list args);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_LOGGING_LOG_CORE_H_ */
