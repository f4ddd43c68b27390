/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ztest framework: the main thread goes through the suites and runs each test in a thread.
 *
 * A test ends when its thread does: it returned, or a check aborted it, from this or another thread
 * or from an interrupt handler. The thread's structure and stack are the same for all tests, so
 * nothing of a test's own thread outlives it; threads that a test created and left alone do.
 */
#include <zephyr/kernel.h>
#include <zephyr/logging/log_ctrl.h>
#include <zephyr/sys/poweroff.h>
#include <zephyr/ztest.h>

#include "lib/ztest/internal.h"

enum result { RESULT_PENDING, RESULT_PASS, RESULT_FAIL, RESULT_SKIP };

static struct k_thread test_thread;
static K_THREAD_STACK_DEFINE(test_stack, CONFIG_ZTEST_STACK_SIZE + CONFIG_TEST_EXTRA_STACK_SIZE);

/* What the threads of a test tell the main thread. */
static volatile enum z_ztest_phase phase = Z_ZTEST_FRAMEWORK;
static volatile enum result test_result;
static volatile enum result setup_result;
static volatile bool expectation_failed;

static bool run_failed;

enum z_ztest_phase z_ztest_phase(void)
{
	return phase;
}

void z_ztest_run_failed(void)
{
	run_failed = true;
}

/* ---- how a test ends itself ---------------------------------------------------------- */

static const char *phase_name(void)
{
	static const char *const names[] = {"framework", "setup", "before",
					    "test",      "after", "teardown"};

	return names[phase];
}

/* Aborts the test's thread and the caller. Returns in an ISR, as the thread ends when that does. */
static void test_end(void)
{
	k_thread_abort(&test_thread);
	if (!k_is_in_isr()) {
		k_thread_abort(k_current_get());
	}
}

static void test_set_result(enum result result, const char *verb)
{
	switch (phase) {
	case Z_ZTEST_SETUP:
		setup_result = result;
		break;
	case Z_ZTEST_BEFORE:
	case Z_ZTEST_TEST:
		test_result = result;
		test_end();
		break;
	default:
		PRINT_DATA(" ERROR: a test can not %s in %s()\n", verb, phase_name());
		run_failed = true;
		break;
	}
}

void ztest_test_fail(void)
{
	test_set_result(RESULT_FAIL, "fail");
}

void ztest_test_pass(void)
{
	test_set_result(RESULT_PASS, "pass");
}

void ztest_test_skip(void)
{
	test_set_result(RESULT_SKIP, "be skipped");
}

void ztest_test_expect_fail(void)
{
	expectation_failed = true;
}

void z_ztest_check_failed(enum z_ztest_check sort, const char *text, const char *file, int line,
			  const char *func, ...)
{
	static const char *const names[] = {"Assertion", "Assumption", "Expectation"};
	const char *fmt;
	va_list args;

	PRINT_DATA("\n    %s failed at %s:%d: %s: (%s)\n", names[sort], file, line, func, text);
	va_start(args, func);
	fmt = va_arg(args, const char *);
	if (fmt != NULL && fmt[0] != '\0') {
		vprintk(fmt, args);
		PRINT_DATA("\n");
	}
	va_end(args);

	switch (sort) {
	case Z_ZTEST_ASSERT:
		ztest_test_fail();
		break;
	case Z_ZTEST_ASSUME:
		ztest_test_skip();
		break;
	default:
		ztest_test_expect_fail();
		break;
	}
}

/* ---- running one test ---------------------------------------------------------------- */

static void run_rules(bool before, const struct ztest_unit_test *test, void *data)
{
	STRUCT_SECTION_FOREACH(ztest_test_rule, rule) {
		ztest_rule_cb fn = before ? rule->before_each : rule->after_each;

		if (fn != NULL) {
			fn(test, data);
		}
	}
}

static void test_entry(void *p1, void *p2, void *p3)
{
	const struct ztest_suite_node *suite = p1;
	const struct ztest_unit_test *test = p2;

	phase = Z_ZTEST_BEFORE;
	run_rules(true, test, p3);
	if (suite->before != NULL) {
		suite->before(p3);
	}
	phase = Z_ZTEST_TEST;
	test->test(p3);
	test_result = RESULT_PASS;
}

/* What a test's result is worth if somebody expects it to fail or to be skipped. */
static int judge(const struct ztest_unit_test *test, int result)
{
	STRUCT_SECTION_FOREACH(ztest_expected_result_entry, e) {
		if (strcmp(e->test_name, test->name) == 0 &&
		    strcmp(e->test_suite_name, test->test_suite_name) == 0) {
			int expected = e->expected_result == ZTEST_EXPECTED_RESULT_FAIL ? TC_FAIL
											: TC_SKIP;

			return result == expected ? TC_PASS : TC_FAIL;
		}
	}
	return result;
}

/* A thread that died of an announced error has set no result: that is how such tests pass. */
static int test_outcome(void)
{
	if (expectation_failed || test_result == RESULT_FAIL) {
		return TC_FAIL;
	}
	return test_result == RESULT_SKIP ? TC_SKIP : TC_PASS;
}

static void test_count(const struct ztest_unit_test *test, int result, uint32_t ms)
{
	struct ztest_unit_test_stats *stats = test->stats;

	stats->run_count++;
	stats->pass_count += result == TC_PASS ? 1U : 0U;
	stats->fail_count += result == TC_FAIL ? 1U : 0U;
	stats->skip_count += result == TC_SKIP ? 1U : 0U;
	stats->duration_worst_ms = MAX(stats->duration_worst_ms, ms);
}

static void test_run_thread(const struct ztest_suite_node *suite,
			    const struct ztest_unit_test *test, void *data)
{
	(void)k_thread_create(&test_thread, test_stack, K_THREAD_STACK_SIZEOF(test_stack),
			      test_entry, (void *)(uintptr_t)suite, (void *)(uintptr_t)test, data,
			      CONFIG_ZTEST_THREAD_PRIORITY, test->thread_options | K_INHERIT_PERMS,
			      K_FOREVER);
	(void)k_thread_name_set(&test_thread, test->name);
	k_thread_start(&test_thread);
	(void)k_thread_join(&test_thread, K_FOREVER);
}

static int test_run(const struct ztest_suite_node *suite, const struct ztest_unit_test *test,
		    void *data)
{
	int64_t start = k_uptime_get();
	uint32_t ms;
	int result;

	TC_START(test->name);
	test_result = RESULT_PENDING;
	expectation_failed = false;
	if (setup_result == RESULT_FAIL || setup_result == RESULT_SKIP) {
		test_result = setup_result;
	} else {
		test_run_thread(suite, test, data);
		phase = Z_ZTEST_AFTER;
		if (suite->after != NULL) {
			suite->after(data);
		}
		run_rules(false, test, data);
		phase = Z_ZTEST_FRAMEWORK;
	}
	ms = (uint32_t)(k_uptime_get() - start);
	result = judge(test, test_outcome());
	test_count(test, result, ms);
	Z_TC_END_RESULT_MS(result, test->name, ms);
	PRINT_LINE;
	return result;
}

/* ---- suites -------------------------------------------------------------------------- */

static uint32_t suite_run_tests(const struct ztest_suite_node *suite, int case_iter, void *data)
{
	uint32_t failed = 0U;

	STRUCT_SECTION_FOREACH(ztest_unit_test, test) {
		if (strcmp(test->test_suite_name, suite->name) != 0) {
			continue;
		}
		for (int i = 0; i < case_iter; i++) {
			if (test_run(suite, test, data) == TC_FAIL) {
				failed++;
				if (IS_ENABLED(CONFIG_ZTEST_FAIL_FAST)) {
					return failed;
				}
			}
		}
	}
	return failed;
}

static void suite_run(const struct ztest_suite_node *suite, int case_iter, void *param)
{
	void *data = param;
	uint32_t failed;

	TC_SUITE_START(suite->name);
	suite->stats->run_count++;
	setup_result = RESULT_PENDING;
	if (suite->setup != NULL) {
		phase = Z_ZTEST_SETUP;
		data = suite->setup();
		phase = Z_ZTEST_FRAMEWORK;
	}
	failed = suite_run_tests(suite, case_iter, data);
	if (suite->teardown != NULL) {
		phase = Z_ZTEST_TEARDOWN;
		suite->teardown(data);
		phase = Z_ZTEST_FRAMEWORK;
	}
	suite->stats->fail_count += failed != 0U ? 1U : 0U;
	run_failed = run_failed || failed != 0U;
	TC_SUITE_END(suite->name, failed != 0U ? TC_FAIL : TC_PASS);
}

static bool suite_wanted(const struct ztest_suite_node *suite, const void *state)
{
	if (sizeof(CONFIG_ZTEST_FILTER) > 1U && strstr(CONFIG_ZTEST_FILTER, suite->name) == NULL) {
		return false;
	}
	return suite->predicate != NULL ? suite->predicate(state) : suite->stats->run_count == 0U;
}

int z_ztest_run_test_suite(const char *name, bool shuffle, int suite_iter, int case_iter,
			   void *param)
{
	ARG_UNUSED(shuffle);
	STRUCT_SECTION_FOREACH(ztest_suite_node, suite) {
		if (strcmp(suite->name, name) == 0) {
			uint32_t before = suite->stats->fail_count;

			for (int i = 0; i < suite_iter; i++) {
				suite_run(suite, case_iter, param);
			}
			return (int)(suite->stats->fail_count - before);
		}
	}
	return -ENOENT;
}

int ztest_run_test_suites(const void *state, bool shuffle, int suite_iter, int case_iter)
{
	int ran = 0;

	ARG_UNUSED(shuffle);
	STRUCT_SECTION_FOREACH(ztest_suite_node, suite) {
		if (!suite_wanted(suite, state)) {
			suite->stats->skip_count++;
			continue;
		}
		for (int i = 0; i < suite_iter; i++) {
			suite_run(suite, case_iter, NULL);
		}
		ran++;
	}
	return ran;
}

void ztest_run_all(const void *state, bool shuffle, int suite_iter, int case_iter)
{
	(void)ztest_run_test_suites(state, shuffle, suite_iter, case_iter);
}

void ztest_verify_all_test_suites_ran(void)
{
	if (sizeof(CONFIG_ZTEST_FILTER) > 1U) {
		return;
	}
	STRUCT_SECTION_FOREACH(ztest_suite_node, suite) {
		if (suite->stats->run_count == 0U) {
			PRINT_DATA("ERROR: Test suite '%s' did not run.\n", suite->name);
			run_failed = true;
		}
	}
	STRUCT_SECTION_FOREACH(ztest_unit_test, test) {
		bool found = false;

		STRUCT_SECTION_FOREACH(ztest_suite_node, suite) {
			found = found || strcmp(test->test_suite_name, suite->name) == 0;
		}
		if (!found) {
			PRINT_DATA(
				"ERROR: Test '%s' belongs to suite '%s', which does not exist.\n",
				test->name, test->test_suite_name);
			run_failed = true;
		}
	}
}

/* ---- the whole run ------------------------------------------------------------------- */

void z_ztest_end_report(void)
{
	z_ztest_summary();
	TC_END_REPORT(run_failed ? TC_FAIL : TC_PASS);
	if (IS_ENABLED(CONFIG_ZTEST_POWEROFF)) {
		sys_poweroff();
	}
}

__weak void test_main(void)
{
	ztest_run_all(NULL, false, 1, 1);
	ztest_verify_all_test_suites_ran();
}

int main(void)
{
	test_main();
	z_ztest_end_report();
	return 0;
}
