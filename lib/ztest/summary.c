/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of results at the end of a ztest run.
 */
#include <zephyr/ztest.h>

#include "lib/ztest/internal.h"

struct counts {
	uint32_t pass;
	uint32_t fail;
	uint32_t skip;
	uint32_t total;
	uint32_t ms;
};

static bool in_suite(const struct ztest_unit_test *test, const struct ztest_suite_node *suite)
{
	return strcmp(test->test_suite_name, suite->name) == 0;
}

static const char *test_word(const struct ztest_unit_test *test)
{
	if (test->stats->fail_count != 0U) {
		return TC_FAIL_STR;
	}
	return test->stats->pass_count != 0U ? TC_PASS_STR : TC_SKIP_STR;
}

static struct counts suite_counts(const struct ztest_suite_node *suite)
{
	struct counts c = {0};

	STRUCT_SECTION_FOREACH(ztest_unit_test, test) {
		if (!in_suite(test, suite)) {
			continue;
		}
		c.total++;
		c.ms += test->stats->duration_worst_ms;
		if (test->stats->fail_count != 0U) {
			c.fail++;
		} else if (test->stats->pass_count != 0U) {
			c.pass++;
		} else {
			c.skip++;
		}
	}
	return c;
}

static void suite_summary(const struct ztest_suite_node *suite)
{
	struct counts c = suite_counts(suite);
	uint32_t judged = c.total - c.skip;
	uint32_t percent = judged == 0U ? 0U : c.pass * 10000U / judged;

	TC_SUMMARY_PRINT("SUITE %s - %3u.%02u%% [%s]: pass = %u, fail = %u, skip = %u, total = %u "
			 "duration = %u.%03u seconds\n",
			 c.fail != 0U ? TC_FAIL_STR : (c.pass != 0U ? TC_PASS_STR : TC_SKIP_STR),
			 percent / 100U, percent % 100U, suite->name, c.pass, c.fail, c.skip,
			 c.total, c.ms / 1000U, c.ms % 1000U);
	STRUCT_SECTION_FOREACH(ztest_unit_test, test) {
		uint32_t ms = test->stats->duration_worst_ms;

		if (in_suite(test, suite)) {
			TC_SUMMARY_PRINT(" - %s - [%s.%s] duration = %u.%03u seconds\n",
					 test_word(test), suite->name, test->name, ms / 1000U,
					 ms % 1000U);
		}
	}
	TC_SUMMARY_PRINT("\n");
}

void z_ztest_summary(void)
{
	TC_SUMMARY_PRINT("\n------ TESTSUITE SUMMARY START ------\n\n");
	STRUCT_SECTION_FOREACH(ztest_suite_node, suite) {
		if (suite->stats->run_count != 0U) {
			suite_summary(suite);
		}
	}
	TC_SUMMARY_PRINT("------ TESTSUITE SUMMARY END ------\n\n");
}
