/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Suites and tests of ztest.
 */
#ifndef ZEPHYR_ZTEST_TEST_H_
#define ZEPHYR_ZTEST_TEST_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

/* ---- suites -------------------------------------------------------------------------- */

/** Called once before the tests of a suite; what it returns is handed to all the others. */
typedef void *(*ztest_suite_setup_t)(void);
/** Called before each test, in the test's thread. */
typedef void (*ztest_suite_before_t)(void *fixture);
/** Called after each test. */
typedef void (*ztest_suite_after_t)(void *fixture);
/** Called once after the tests of a suite. */
typedef void (*ztest_suite_teardown_t)(void *fixture);
/** Says whether a suite is to be run now. Without one, it runs once. */
typedef bool (*ztest_suite_predicate_t)(const void *global_state);

struct ztest_suite_stats {
	uint32_t run_count;
	uint32_t skip_count;
	uint32_t fail_count;
};

struct ztest_suite_node {
	const char *name;
	ztest_suite_setup_t setup;
	ztest_suite_before_t before;
	ztest_suite_after_t after;
	ztest_suite_teardown_t teardown;
	ztest_suite_predicate_t predicate;
	struct ztest_suite_stats *stats;
};

/**
 * @brief Defines a suite. Its tests may be in other files. All functions may be NULL.
 * @param suite its name, an identifier
 * @param predicate_fn,setup_fn,before_fn,after_fn,teardown_fn see the types above
 */
#define ZTEST_SUITE(suite, predicate_fn, setup_fn, before_fn, after_fn, teardown_fn)               \
	static struct ztest_suite_stats UTIL_CAT(z_ztest_suite_stats_, suite);                     \
	static const STRUCT_SECTION_ITERABLE(ztest_suite_node,                                     \
					     UTIL_CAT(z_ztest_suite_, suite)) = {                  \
		.name = STRINGIFY(suite),                                                          \
		.setup = (setup_fn),                                                               \
		.before = (before_fn),                                                             \
		.after = (after_fn),                                                               \
		.teardown = (teardown_fn),                                                         \
		.predicate = (predicate_fn),                                                       \
		.stats = &UTIL_CAT(z_ztest_suite_stats_, suite),                                   \
	}

/* ---- tests --------------------------------------------------------------------------- */

struct ztest_unit_test_stats {
	uint32_t run_count;
	uint32_t skip_count;
	uint32_t fail_count;
	uint32_t pass_count;
	uint32_t duration_worst_ms;
};

struct ztest_unit_test {
	const char *test_suite_name;
	const char *name;
	void (*test)(void *data);
	uint32_t thread_options;
	struct ztest_unit_test_stats *stats;
};

#define Z_ZTEST_DEFINE(suite, fn, options)                                                         \
	static struct ztest_unit_test_stats z_ztest_stats_##suite##__##fn;                         \
	static void z_ztest_call_##suite##__##fn(void *data);                                      \
	static const STRUCT_SECTION_ITERABLE(ztest_unit_test, z_ztest_test_##suite##__##fn) = {    \
		.test_suite_name = STRINGIFY(suite),                                               \
		.name = STRINGIFY(fn),                                                             \
		.test = z_ztest_call_##suite##__##fn,                                              \
		.thread_options = (options),                                                       \
		.stats = &z_ztest_stats_##suite##__##fn,                                           \
	}

#define Z_ZTEST(suite, fn, options)                                                                \
	static void suite##_##fn(void);                                                            \
	Z_ZTEST_DEFINE(suite, fn, options);                                                        \
	static void z_ztest_call_##suite##__##fn(void *data)                                       \
	{                                                                                          \
		ARG_UNUSED(data);                                                                  \
		suite##_##fn();                                                                    \
	}                                                                                          \
	static void suite##_##fn(void)

#define Z_ZTEST_F(suite, fn, options)                                                              \
	static void suite##_##fn(struct suite##_fixture *fixture);                                 \
	Z_ZTEST_DEFINE(suite, fn, options);                                                        \
	static void z_ztest_call_##suite##__##fn(void *data)                                       \
	{                                                                                          \
		suite##_##fn(data);                                                                \
	}                                                                                          \
	static void suite##_##fn(struct suite##_fixture *fixture)

/** @brief Defines a test: the function body follows. */
#define ZTEST(suite, fn) Z_ZTEST(suite, fn, 0U)
/** @brief The same; there is no user mode. */
#define ZTEST_USER(suite, fn) Z_ZTEST(suite, fn, K_USER)
/**
 * @brief A test with `struct <suite>_fixture *fixture`, what the suite's setup function returned.
 */
#define ZTEST_F(suite, fn)      Z_ZTEST_F(suite, fn, 0U)
#define ZTEST_USER_F(suite, fn) Z_ZTEST_F(suite, fn, K_USER)

/* ---- rules and expectations ---------------------------------------------------------- */

typedef void (*ztest_rule_cb)(const struct ztest_unit_test *test, void *data);

struct ztest_test_rule {
	ztest_rule_cb before_each;
	ztest_rule_cb after_each;
};

/** @brief Defines functions that are called before and after every test of every suite. */
#define ZTEST_RULE(rule, before_each_fn, after_each_fn)                                            \
	static const STRUCT_SECTION_ITERABLE(ztest_test_rule, z_ztest_rule_##rule) = {             \
		.before_each = (before_each_fn),                                                   \
		.after_each = (after_each_fn),                                                     \
	}

enum ztest_expected_result {
	ZTEST_EXPECTED_RESULT_FAIL = 0,
	ZTEST_EXPECTED_RESULT_SKIP,
};

struct ztest_expected_result_entry {
	const char *test_suite_name;
	const char *test_name;
	enum ztest_expected_result expected_result;
};

#define Z_ZTEST_EXPECT_RESULT(suite, fn, result)                                                   \
	static const STRUCT_SECTION_ITERABLE(ztest_expected_result_entry,                          \
					     z_ztest_expected_##suite##__##fn) = {                 \
		.test_suite_name = STRINGIFY(suite),                                               \
		.test_name = STRINGIFY(fn),                                                        \
		.expected_result = (result),                                                       \
	}

/** @brief A test is to fail: then it counts as passed, otherwise as failed. */
#define ZTEST_EXPECT_FAIL(suite, fn) Z_ZTEST_EXPECT_RESULT(suite, fn, ZTEST_EXPECTED_RESULT_FAIL)
/** @brief A test is to be skipped: then it counts as passed, otherwise as failed. */
#define ZTEST_EXPECT_SKIP(suite, fn) Z_ZTEST_EXPECT_RESULT(suite, fn, ZTEST_EXPECTED_RESULT_SKIP)

/* ---- running ------------------------------------------------------------------------- */

/**
 * @brief Ends the current test as failed; in a suite's setup, all tests of the suite fail. ISR ok.
 */
void ztest_test_fail(void);
/** @brief Ends the current test as passed. ISR ok. */
void ztest_test_pass(void);
/**
 * @brief Ends the current test as skipped; in a suite's setup, all tests of the suite are. ISR ok.
 */
void ztest_test_skip(void);
/** @brief The current test will have failed when it ends. ISR ok. */
void ztest_test_expect_fail(void);

#define Z_TEST_SKIP_IFDEF(config)  COND_CODE_1(config, (ztest_test_skip()), ())
#define Z_TEST_SKIP_IFNDEF(config) COND_CODE_1(config, (), (ztest_test_skip()))

/**
 * @brief Runs all suites whose predicate is true.
 * @param state handed to predicates
 * @param shuffle has no effect: the order is that of the names
 * @param suite_iter how often to run each suite
 * @param case_iter how often to run each test
 */
void ztest_run_all(const void *state, bool shuffle, int suite_iter, int case_iter);

/** @brief The same. @return the number of suites that ran. */
int ztest_run_test_suites(const void *state, bool shuffle, int suite_iter, int case_iter);

/** @brief Runs one suite. */
#define ztest_run_test_suite(suite, shuffle, suite_iter, case_iter, param)                         \
	z_ztest_run_test_suite(STRINGIFY(suite), shuffle, suite_iter, case_iter, param)
int z_ztest_run_test_suite(const char *name, bool shuffle, int suite_iter, int case_iter,
			   void *param);

/** @brief Fails the whole run if a suite never ran. */
void ztest_verify_all_test_suites_ran(void);

/** @brief Runs the tests; weak: all of them. An application may have its own. */
void test_main(void);

/* Keeps threads from running on other CPUs than one, for tests that were written for one CPU. */
void z_test_1cpu_start(void);
void z_test_1cpu_stop(void);

/** @brief before() and after() functions of suites that want one CPU. */
void ztest_simple_1cpu_before(void *data);
void ztest_simple_1cpu_after(void *data);
#define ztest_user_1cpu_before ztest_simple_1cpu_before
#define ztest_user_1cpu_after  ztest_simple_1cpu_after

#endif /* ZEPHYR_ZTEST_TEST_H_ */
