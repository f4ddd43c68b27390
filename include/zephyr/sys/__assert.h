/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Assertions of the kernel: `__ASSERT` and its family, active under CONFIG_ASSERT.
 */
#ifndef ZEPHYR_INCLUDE_SYS___ASSERT_H_
#define ZEPHYR_INCLUDE_SYS___ASSERT_H_

#include <stdbool.h>

#include <zephyr/toolchain.h>

#ifdef CONFIG_ASSERT
#ifndef __ASSERT_ON
#ifdef CONFIG_ASSERT_LEVEL
#define __ASSERT_ON CONFIG_ASSERT_LEVEL
#else
#define __ASSERT_ON 1
#endif
#endif
#endif

#ifndef __ASSERT_ON
#define __ASSERT_ON 0
#endif

/**
 * @brief What happens after an assertion has printed its line: the thread, or the system, is ended.
 *
 * Weak: a test suite may put its own in place. May be called from any context.
 *
 * @param file file of the assertion that failed
 * @param line its line
 */
void assert_post_action(const char *file, unsigned int line);

/** @brief printf to the console from an assertion, in any context. */
void assert_print(const char *fmt, ...) __printf_like(1, 2);

/** @brief Out of line half of a failed `__ASSERT_NO_MSG`: prints the line, then the post action. */
void z_assert_fail(const char *expr, const char *file, unsigned int line);

#define __ASSERT_PRINT(fmt, ...) assert_print(fmt, ##__VA_ARGS__)
#define __ASSERT_LOC(test)                                                                         \
	__ASSERT_PRINT("ASSERTION FAIL [%s] @ %s:%d\n", #test, __FILE__, __LINE__)
#define __ASSERT_MSG_INFO(fmt, ...) __ASSERT_PRINT("\t" fmt "\n", ##__VA_ARGS__)
#define __ASSERT_POST_ACTION()      assert_post_action(__FILE__, __LINE__)

#if __ASSERT_ON

#define __ASSERT_NO_MSG(test)                                                                      \
	do {                                                                                       \
		if (unlikely(!(test))) {                                                           \
			z_assert_fail(#test, __FILE__, __LINE__);                                  \
		}                                                                                  \
	} while (false)

#define __ASSERT(test, fmt, ...)                                                                   \
	do {                                                                                       \
		if (unlikely(!(test))) {                                                           \
			__ASSERT_LOC(test);                                                        \
			__ASSERT_MSG_INFO(fmt, ##__VA_ARGS__);                                     \
			__ASSERT_POST_ACTION();                                                    \
		}                                                                                  \
	} while (false)

#define __ASSERT_EVAL(expr1, expr2, test, fmt, ...)                                                \
	do {                                                                                       \
		expr2;                                                                             \
		__ASSERT(test, fmt, ##__VA_ARGS__);                                                \
	} while (false)

#define __ASSERT_UNREACHABLE                                                                       \
	do {                                                                                       \
		__ASSERT(false, "Unreachable code");                                               \
		CODE_UNREACHABLE;                                                                  \
	} while (false)

#else

#define __ASSERT(test, fmt, ...)                                                                   \
	do {                                                                                       \
	} while (false)
#define __ASSERT_EVAL(expr1, expr2, test, fmt, ...) expr1
#define __ASSERT_NO_MSG(test)                                                                      \
	do {                                                                                       \
	} while (false)
#define __ASSERT_UNREACHABLE CODE_UNREACHABLE

#endif

#endif /* ZEPHYR_INCLUDE_SYS___ASSERT_H_ */
