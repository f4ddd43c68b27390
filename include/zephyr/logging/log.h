/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Logging: Zephyr's API.
 *
 *     LOG_MODULE_REGISTER(motor, LOG_LEVEL_INF);
 *     ...
 *     LOG_WRN("speed %d is above %d", speed, limit);
 *
 * Lines are formatted where they are logged, stamped with the time and ordered among all CPUs at
 * that moment, and printed by a thread of low priority. Logging is allowed everywhere: in
 * interrupts, with locks held, before threads run (then it prints at once), and while the system
 * goes down.
 */
#ifndef ZEPHYR_LOGGING_LOG_H_
#define ZEPHYR_LOGGING_LOG_H_

#include <stdbool.h>

#include <zephyr/logging/log_core.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#ifdef CONFIG_LOG
#define Z_LOG_MAX_LEVEL     CONFIG_LOG_MAX_LEVEL
#define Z_LOG_DEFAULT_LEVEL CONFIG_LOG_DEFAULT_LEVEL
#else
#define Z_LOG_MAX_LEVEL     0U
#define Z_LOG_DEFAULT_LEVEL 0U
#endif

/*
 * The level of a module: the second argument if there is one, else the macro LOG_LEVEL if it is
 * defined (as one of the numbers below), else the default. Pasting LOG_LEVEL makes the name of a
 * macro with a comma only if it is a number. What is above a level that the module names is not
 * compiled; one that names none starts at the default level and can be set to any.
 */
#define Z_LOG_PROBE_0U           , 0U
#define Z_LOG_PROBE_1U           , 1U
#define Z_LOG_PROBE_2U           , 2U
#define Z_LOG_PROBE_3U           , 3U
#define Z_LOG_PROBE_4U           , 4U
#define Z_LOG_PROBE_0            , 0U
#define Z_LOG_PROBE_1            , 1U
#define Z_LOG_PROBE_2            , 2U
#define Z_LOG_PROBE_3            , 3U
#define Z_LOG_PROBE_4            , 4U
#define Z_LOG_SECOND_(a, b, ...) b
#define Z_LOG_SECOND(...)        Z_LOG_SECOND_(__VA_ARGS__)
#define Z_LOG_PASTE_(a, b)       a##b
#define Z_LOG_PASTE(a, b)        Z_LOG_PASTE_(a, b)
#define Z_LOG_FILE_OR(or_else)   Z_LOG_SECOND(Z_LOG_PASTE(Z_LOG_PROBE_, LOG_LEVEL), or_else, ~)
#define Z_LOG_FILE_LEVEL         Z_LOG_FILE_OR(Z_LOG_DEFAULT_LEVEL)
#define Z_LOG_FILE_COMPILED      Z_LOG_FILE_OR(Z_LOG_MAX_LEVEL)
#define Z_LOG_NAME_(name, ...)   name
#define Z_LOG_NAME(...)          Z_LOG_NAME_(__VA_ARGS__, ~)
#define Z_LOG_LEVEL_OF(...)      Z_LOG_SECOND(__VA_ARGS__, Z_LOG_FILE_LEVEL, ~)
#define Z_LOG_COMPILED_OF(...)   Z_LOG_SECOND(__VA_ARGS__, Z_LOG_FILE_COMPILED, ~)
#define Z_LOG_SOURCE(name)       Z_LOG_PASTE(log_source_, name)

/**
 * @brief Name this file's module; once per module.
 *
 * LOG_MODULE_REGISTER(name) or LOG_MODULE_REGISTER(name, level).
 */
#define LOG_MODULE_REGISTER(...)                                                                   \
	Z_LOG_REGISTER(Z_LOG_NAME(__VA_ARGS__), Z_LOG_LEVEL_OF(__VA_ARGS__),                       \
		       Z_LOG_COMPILED_OF(__VA_ARGS__))
/** @brief Log in the name of a module that another file registers. */
#define LOG_MODULE_DECLARE(...)                                                                    \
	Z_LOG_DECLARE(Z_LOG_NAME(__VA_ARGS__), Z_LOG_COMPILED_OF(__VA_ARGS__))
/** @brief Other level for this file than the module's; before its first use. */
#define LOG_LEVEL_SET(level) static const uint32_t __log_level __unused = (level)

#ifdef CONFIG_LOG
#define Z_LOG_REGISTER(_name, _level, _compiled)                                                   \
	STRUCT_SECTION_ITERABLE(log_source, Z_LOG_SOURCE(_name)) = {                               \
		.name = STRINGIFY(_name),                                                          \
		.compiled = (uint8_t)(_compiled),                                                  \
		.level = (uint8_t)(_level),                                                        \
	};                                                                                         \
	static struct log_source *const __log_source __unused = &Z_LOG_SOURCE(_name);              \
	static const uint32_t __log_level __unused = (_compiled)
#define Z_LOG_DECLARE(_name, _level)                                                               \
	extern struct log_source Z_LOG_SOURCE(_name);                                              \
	static struct log_source *const __log_source __unused = &Z_LOG_SOURCE(_name);              \
	static const uint32_t __log_level __unused = (_level)
#else
#define Z_LOG_REGISTER(_name, _level, _compiled)                                                   \
	static struct log_source *const __log_source __unused = NULL;                              \
	static const uint32_t __log_level __unused = 0U
#define Z_LOG_DECLARE(_name, _level) Z_LOG_REGISTER(_name, _level, _level)
#endif

/* Everything but the last comparison is known to the compiler. */
#define Z_LOG_WANTED(_level)                                                                       \
	((_level) <= Z_LOG_MAX_LEVEL && (_level) <= __log_level &&                                 \
	 (_level) <= *(volatile uint8_t *)&__log_source->level)

#define Z_LOG(_level, ...)                                                                         \
	do {                                                                                       \
		if (Z_LOG_WANTED(_level)) {                                                        \
			z_log(__log_source, _level, __VA_ARGS__);                                  \
		}                                                                                  \
	} while (false)

#define Z_LOG_HEXDUMP(_level, _data, _length, _str)                                                \
	do {                                                                                       \
		if (Z_LOG_WANTED(_level)) {                                                        \
			z_log_hexdump(__log_source, _level, _data, _length, _str);                 \
		}                                                                                  \
	} while (false)

/** @name Log a line; ISR ok
 * @{ */
#define LOG_ERR(...) Z_LOG(LOG_LEVEL_ERR, __VA_ARGS__)
#define LOG_WRN(...) Z_LOG(LOG_LEVEL_WRN, __VA_ARGS__)
#define LOG_INF(...) Z_LOG(LOG_LEVEL_INF, __VA_ARGS__)
#define LOG_DBG(...) Z_LOG(LOG_LEVEL_DBG, __VA_ARGS__)
/** @} */

/** @brief A warning that is given once. */
#define LOG_WRN_ONCE(...)                                                                          \
	do {                                                                                       \
		static uint8_t __warned;                                                           \
		if (__atomic_exchange_n(&__warned, 1, __ATOMIC_RELAXED) == 0) {                    \
			LOG_WRN(__VA_ARGS__);                                                      \
		}                                                                                  \
	} while (false)

/** @name Log a line of text, and bytes below it; ISR ok
 * @{ */
#define LOG_HEXDUMP_ERR(_data, _length, _str) Z_LOG_HEXDUMP(LOG_LEVEL_ERR, _data, _length, _str)
#define LOG_HEXDUMP_WRN(_data, _length, _str) Z_LOG_HEXDUMP(LOG_LEVEL_WRN, _data, _length, _str)
#define LOG_HEXDUMP_INF(_data, _length, _str) Z_LOG_HEXDUMP(LOG_LEVEL_INF, _data, _length, _str)
#define LOG_HEXDUMP_DBG(_data, _length, _str) Z_LOG_HEXDUMP(LOG_LEVEL_DBG, _data, _length, _str)
/** @} */

#ifdef CONFIG_LOG
/** @brief Print as it is, in its place among the log's lines; ISR ok. */
#define LOG_RAW(...)    z_log_printk(__VA_ARGS__)
#define LOG_PRINTK(...) z_log_printk(__VA_ARGS__)
#else
#define LOG_RAW(...)                                                                               \
	do {                                                                                       \
		if (false) {                                                                       \
			z_log_printk(__VA_ARGS__);                                                 \
		}                                                                                  \
	} while (false)
#define LOG_PRINTK(...) printk(__VA_ARGS__)
#endif

#endif /* ZEPHYR_LOGGING_LOG_H_ */
