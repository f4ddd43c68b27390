/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief CHECKIF: the run-time checks of API arguments.
 */
#ifndef ZEPHYR_INCLUDE_SYS_CHECK_H_
#define ZEPHYR_INCLUDE_SYS_CHECK_H_

#include <zephyr/sys/__assert.h>
#include <zephyr/toolchain.h>

/**
 * @brief `if (expr)` whose body is the error path of an argument check.
 *
 * CONFIG_ASSERT_ON_ERRORS makes it an assertion, CONFIG_NO_RUNTIME_CHECKS removes it, as in Zephyr.
 */
#if defined(CONFIG_ASSERT_ON_ERRORS)
#define CHECKIF(...)                                                                               \
	__ASSERT_NO_MSG(!(__VA_ARGS__));                                                           \
	if (0)
#elif defined(CONFIG_NO_RUNTIME_CHECKS)
#define CHECKIF(...) if (0)
#else
#define CHECKIF(expr) if (unlikely(expr))
#endif

#endif /* ZEPHYR_INCLUDE_SYS_CHECK_H_ */
