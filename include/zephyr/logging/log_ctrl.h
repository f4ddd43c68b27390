/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Control of logging: levels at run time, flushing, panic.
 */
#ifndef ZEPHYR_LOGGING_LOG_CTRL_H_
#define ZEPHYR_LOGGING_LOG_CTRL_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/logging/log_core.h>

#ifdef __cplusplus
extern "C" {
#endif

struct log_backend;

/** @brief Nothing to do: the log works from the first instruction on. */
#define LOG_INIT() 0U

/**
 * @brief The system goes down: print all that is waiting, by polling, and from now on every line at
 * once. Any context.
 */
void log_panic(void);
#define LOG_PANIC() log_panic()

/** @brief Print all lines logged so far; may block. Not from an ISR. */
void log_flush(void);

/** @brief Print one waiting line, if any. @return true if there are more. Not from an ISR. */
bool log_process(void);

/** @brief Number of lines that wait. ISR ok. */
uint32_t log_buffered_cnt(void);

/** @brief Number of modules. */
uint32_t log_src_cnt_get(uint32_t domain_id);

/** @brief A module's name. @return NULL if there is no module of that number. */
const char *log_source_name_get(uint32_t domain_id, uint32_t source_id);

/** @brief A module's number. @return -1 if there is no module of that name. */
int log_source_id_get(const char *name);

/**
 * @brief Set the level of one module. Compiled-out levels cannot be had back. ISR ok.
 *
 * @param backend Ignored: all output goes to the console.
 * @param domain_id Ignored: there is one.
 * @param source_id The module's number; negative for all modules.
 * @param level LOG_LEVEL_NONE to LOG_LEVEL_DBG.
 * @return The level that is in force now (of the module, or the highest of all).
 */
uint32_t log_filter_set(const struct log_backend *backend, uint32_t domain_id, int16_t source_id,
			uint32_t level);

/**
 * @brief A module's level. @param runtime true: in force, false: compiled in. @return 0 if there is
 * no such module.
 */
uint32_t log_filter_get(const struct log_backend *backend, uint32_t domain_id, int16_t source_id,
			bool runtime);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_LOGGING_LOG_CTRL_H_ */
