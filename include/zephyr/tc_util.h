/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What tests print: the lines that tools look for.
 */
#ifndef ZEPHYR_TC_UTIL_H_
#define ZEPHYR_TC_UTIL_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#define PRINT_DATA(fmt, ...) printk(fmt, ##__VA_ARGS__)
#define PRINT                PRINT_DATA
#define PRINT_LINE                                                                                 \
	PRINT_DATA("===================================================================\n")

#define TC_PASS 0
#define TC_FAIL 1
#define TC_SKIP 2

#define TC_PASS_STR "PASS"
#define TC_FAIL_STR "FAIL"
#define TC_SKIP_STR "SKIP"

static inline const char *TC_RESULT_TO_STR(int result)
{
	static const char *const names[] = {TC_PASS_STR, TC_FAIL_STR, TC_SKIP_STR};

	return result >= TC_PASS && result <= TC_SKIP ? names[result] : "?";
}

#define FMT_ERROR "%s - %s@%d. "
#define TC_ERROR(fmt, ...)                                                                         \
	do {                                                                                       \
		PRINT_DATA(FMT_ERROR, "FAIL", __func__, __LINE__);                                 \
		PRINT_DATA(fmt, ##__VA_ARGS__);                                                    \
	} while (false)

#define TC_PRINT(fmt, ...)         PRINT_DATA(fmt, ##__VA_ARGS__)
#define TC_SUMMARY_PRINT(fmt, ...) PRINT_DATA(fmt, ##__VA_ARGS__)
#define TC_START(name)             PRINT_DATA("START - %s\n", name)
#define TC_END(result, fmt, ...)   PRINT_DATA(fmt, ##__VA_ARGS__)

/** The line that ends a test; @p ms is how long it took. */
#define Z_TC_END_RESULT_MS(result, name, ms)                                                       \
	PRINT_DATA(" %s - %s in %u.%03u seconds\n", TC_RESULT_TO_STR(result), name, (ms) / 1000U,  \
		   (ms) % 1000U)
#define Z_TC_END_RESULT(result, name)                                                              \
	do {                                                                                       \
		Z_TC_END_RESULT_MS(result, name, 0U);                                              \
		PRINT_LINE;                                                                        \
	} while (false)
#define TC_END_RESULT(result) Z_TC_END_RESULT((result), __func__)

#define TC_SUITE_START(name)                                                                       \
	do {                                                                                       \
		PRINT_DATA("Running TESTSUITE %s\n", name);                                        \
		PRINT_LINE;                                                                        \
	} while (false)

#define TC_SUITE_END(name, result)                                                                 \
	PRINT_DATA((result) == TC_FAIL ? "TESTSUITE %s failed.\n" : "TESTSUITE %s succeeded\n",    \
		   name)

/** The last line of a test binary. */
#define TC_END_REPORT(result)                                                                      \
	do {                                                                                       \
		PRINT_LINE;                                                                        \
		PRINT_DATA("PROJECT EXECUTION %s\n",                                               \
			   (result) == TC_PASS ? "SUCCESSFUL" : "FAILED");                         \
	} while (false)

#endif /* ZEPHYR_TC_UTIL_H_ */
