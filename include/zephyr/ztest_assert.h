/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Checks of tests, in three sorts: zassert_* ends the test as failed, zassume_* ends it as skipped,
 * and zexpect_* lets it go on and fails it at its end.
 *
 * Every check may be followed by a message: a printf format and its arguments, or NULL.
 */
#ifndef ZEPHYR_ZTEST_ASSERT_H_
#define ZEPHYR_ZTEST_ASSERT_H_

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <zephyr/toolchain.h>

enum z_ztest_check { Z_ZTEST_ASSERT, Z_ZTEST_ASSUME, Z_ZTEST_EXPECT };

/**
 * Reports a check that failed, and ends the test if it is of that sort.
 *
 * After @p func come the message's format and arguments, if there are any, and then NULL: so a
 * check without a message has a format of NULL.
 */
void z_ztest_check_failed(enum z_ztest_check sort, const char *text, const char *file, int line,
			  const char *func, ...);

#define Z_ZTEST_CHECK(sort, cond, text, ...)                                                       \
	do {                                                                                       \
		if (unlikely(!(cond))) {                                                           \
			z_ztest_check_failed(sort, text, __FILE__, __LINE__, __func__,             \
					     ##__VA_ARGS__, (const char *)NULL);                   \
		}                                                                                  \
	} while (false)

/** @brief Fails the test at once unless @p cond holds. */
#define zassert(cond, text, ...)     Z_ZTEST_CHECK(Z_ZTEST_ASSERT, cond, text, ##__VA_ARGS__)
#define zassert_unreachable(...)     zassert(0, "Reached unreachable code", ##__VA_ARGS__)
#define zassert_true(cond, ...)      zassert((cond), #cond " is false", ##__VA_ARGS__)
#define zassert_false(cond, ...)     zassert(!(cond), #cond " is true", ##__VA_ARGS__)
#define zassert_ok(cond, ...)        zassert(!(cond), #cond " is non-zero", ##__VA_ARGS__)
#define zassert_not_ok(cond, ...)    zassert(!!(cond), #cond " is zero", ##__VA_ARGS__)
#define zassert_is_null(ptr, ...)    zassert((ptr) == NULL, #ptr " is not NULL", ##__VA_ARGS__)
#define zassert_not_null(ptr, ...)   zassert((ptr) != NULL, #ptr " is NULL", ##__VA_ARGS__)
#define zassert_equal(a, b, ...)     zassert((a) == (b), #a " not equal to " #b, ##__VA_ARGS__)
#define zassert_not_equal(a, b, ...) zassert((a) != (b), #a " equal to " #b, ##__VA_ARGS__)
#define zassert_equal_ptr(a, b, ...)                                                               \
	zassert((const void *)(a) == (const void *)(b), #a " not equal to " #b, ##__VA_ARGS__)
#define zassert_within(a, b, d, ...)                                                               \
	zassert(((a) >= ((b) - (d))) && ((a) <= ((b) + (d))), #a " not within " #b " +/- " #d,     \
		##__VA_ARGS__)
#define zassert_between_inclusive(a, l, u, ...)                                                    \
	zassert(((a) >= (l)) && ((a) <= (u)), #a " not between " #l " and " #u " inclusive",       \
		##__VA_ARGS__)
#define zassert_str_equal(s1, s2, ...)                                                             \
	zassert(strcmp((s1), (s2)) == 0, #s1 " not equal to " #s2, ##__VA_ARGS__)
#define zassert_mem_equal(...) zassert_mem_equal__(__VA_ARGS__)
#define zassert_mem_equal__(buf, exp, size, ...)                                                   \
	zassert(memcmp((buf), (exp), (size)) == 0, #buf " not equal to " #exp, ##__VA_ARGS__)

/** @brief Skips the rest of the test unless @p cond holds. */
#define zassume(cond, text, ...)     Z_ZTEST_CHECK(Z_ZTEST_ASSUME, cond, text, ##__VA_ARGS__)
#define zassume_unreachable(...)     zassume(0, "Reached unreachable code", ##__VA_ARGS__)
#define zassume_true(cond, ...)      zassume((cond), #cond " is false", ##__VA_ARGS__)
#define zassume_false(cond, ...)     zassume(!(cond), #cond " is true", ##__VA_ARGS__)
#define zassume_ok(cond, ...)        zassume(!(cond), #cond " is non-zero", ##__VA_ARGS__)
#define zassume_not_ok(cond, ...)    zassume(!!(cond), #cond " is zero", ##__VA_ARGS__)
#define zassume_is_null(ptr, ...)    zassume((ptr) == NULL, #ptr " is not NULL", ##__VA_ARGS__)
#define zassume_not_null(ptr, ...)   zassume((ptr) != NULL, #ptr " is NULL", ##__VA_ARGS__)
#define zassume_equal(a, b, ...)     zassume((a) == (b), #a " not equal to " #b, ##__VA_ARGS__)
#define zassume_not_equal(a, b, ...) zassume((a) != (b), #a " equal to " #b, ##__VA_ARGS__)
#define zassume_equal_ptr(a, b, ...)                                                               \
	zassume((const void *)(a) == (const void *)(b), #a " not equal to " #b, ##__VA_ARGS__)
#define zassume_within(a, b, d, ...)                                                               \
	zassume(((a) >= ((b) - (d))) && ((a) <= ((b) + (d))), #a " not within " #b " +/- " #d,     \
		##__VA_ARGS__)
#define zassume_between_inclusive(a, l, u, ...)                                                    \
	zassume(((a) >= (l)) && ((a) <= (u)), #a " not between " #l " and " #u " inclusive",       \
		##__VA_ARGS__)
#define zassume_str_equal(s1, s2, ...)                                                             \
	zassume(strcmp((s1), (s2)) == 0, #s1 " not equal to " #s2, ##__VA_ARGS__)
#define zassume_mem_equal(...) zassume_mem_equal__(__VA_ARGS__)
#define zassume_mem_equal__(buf, exp, size, ...)                                                   \
	zassume(memcmp((buf), (exp), (size)) == 0, #buf " not equal to " #exp, ##__VA_ARGS__)

/** @brief Fails the test, but goes on, unless @p cond holds. */
#define zexpect(cond, text, ...)     Z_ZTEST_CHECK(Z_ZTEST_EXPECT, cond, text, ##__VA_ARGS__)
#define zexpect_unreachable(...)     zexpect(0, "Reached unreachable code", ##__VA_ARGS__)
#define zexpect_true(cond, ...)      zexpect((cond), #cond " is false", ##__VA_ARGS__)
#define zexpect_false(cond, ...)     zexpect(!(cond), #cond " is true", ##__VA_ARGS__)
#define zexpect_ok(cond, ...)        zexpect(!(cond), #cond " is non-zero", ##__VA_ARGS__)
#define zexpect_not_ok(cond, ...)    zexpect(!!(cond), #cond " is zero", ##__VA_ARGS__)
#define zexpect_is_null(ptr, ...)    zexpect((ptr) == NULL, #ptr " is not NULL", ##__VA_ARGS__)
#define zexpect_not_null(ptr, ...)   zexpect((ptr) != NULL, #ptr " is NULL", ##__VA_ARGS__)
#define zexpect_equal(a, b, ...)     zexpect((a) == (b), #a " not equal to " #b, ##__VA_ARGS__)
#define zexpect_not_equal(a, b, ...) zexpect((a) != (b), #a " equal to " #b, ##__VA_ARGS__)
#define zexpect_equal_ptr(a, b, ...)                                                               \
	zexpect((const void *)(a) == (const void *)(b), #a " not equal to " #b, ##__VA_ARGS__)
#define zexpect_within(a, b, d, ...)                                                               \
	zexpect(((a) >= ((b) - (d))) && ((a) <= ((b) + (d))), #a " not within " #b " +/- " #d,     \
		##__VA_ARGS__)
#define zexpect_between_inclusive(a, l, u, ...)                                                    \
	zexpect(((a) >= (l)) && ((a) <= (u)), #a " not between " #l " and " #u " inclusive",       \
		##__VA_ARGS__)
#define zexpect_str_equal(s1, s2, ...)                                                             \
	zexpect(strcmp((s1), (s2)) == 0, #s1 " not equal to " #s2, ##__VA_ARGS__)
#define zexpect_mem_equal(...) zexpect_mem_equal__(__VA_ARGS__)
#define zexpect_mem_equal__(buf, exp, size, ...)                                                   \
	zexpect(memcmp((buf), (exp), (size)) == 0, #buf " not equal to " #exp, ##__VA_ARGS__)

#endif /* ZEPHYR_ZTEST_ASSERT_H_ */
