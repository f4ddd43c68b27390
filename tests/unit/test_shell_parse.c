/* SPDX-License-Identifier: Apache-2.0 */

/* The shell's command line: splitting into words, and guessing what was meant. */

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shell/parse.h"

static char line[300];
static char *argv[SHELL_ARGC_MAX + 1];

static int split(const char *text)
{
	memset(line, 'X', sizeof(line));
	strcpy(line, text);
	return shell_split(line, argv, SHELL_ARGC_MAX);
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(split(""), 0);
	assert_null(argv[0]);
	assert_int_equal(split("   \t "), 0);
	assert_int_equal(split("a"), 1);
	assert_string_equal(argv[0], "a");
	assert_null(argv[1]);
	assert_int_equal(split("  zvm  run\t-n 1 "), 4);
	assert_string_equal(argv[0], "zvm");
	assert_string_equal(argv[1], "run");
	assert_string_equal(argv[2], "-n");
	assert_string_equal(argv[3], "1");
	assert_null(argv[4]);
}

static void test_quotes(void **state)
{
	(void)state;
	assert_int_equal(split("a 'b c' \"d \\\" \\\\ \\e\" f\\ g h'i'\"j\" ''"), 6);
	assert_string_equal(argv[1], "b c");
	assert_string_equal(argv[2], "d \" \\ \\e");
	assert_string_equal(argv[3], "f g");
	assert_string_equal(argv[4], "hij");
	assert_string_equal(argv[5], "");
	assert_int_equal(split("'a\\'"), 1);
	assert_string_equal(argv[0], "a\\");
	assert_int_equal(split("a 'b"), -EINVAL);
	assert_int_equal(split("a \"b"), -EINVAL);
	assert_int_equal(split("a \\"), -EINVAL);
	assert_int_equal(split("\"a\\"), -EINVAL);
}

static void test_comments(void **state)
{
	(void)state;
	assert_int_equal(split("# all of it"), 0);
	assert_int_equal(split("a b#c #d e"), 2);
	assert_string_equal(argv[1], "b#c");
	assert_int_equal(split("a '#b'"), 2);
}

static void test_many_words(void **state)
{
	char text[300];

	(void)state;
	memset(text, 0, sizeof(text));
	for (int i = 0; i < SHELL_ARGC_MAX; i++) {
		strcat(text, "w ");
	}
	assert_int_equal(split(text), SHELL_ARGC_MAX);
	assert_null(argv[SHELL_ARGC_MAX]);
	strcat(text, "w");
	assert_int_equal(split(text), -E2BIG);
}

static void test_distance(void **state)
{
	(void)state;
	assert_int_equal(shell_distance("", ""), 0);
	assert_int_equal(shell_distance("abc", "abc"), 0);
	assert_int_equal(shell_distance("abc", ""), 3);
	assert_int_equal(shell_distance("", "abc"), 3);
	assert_int_equal(shell_distance("kernel", "kerne"), 1);
	assert_int_equal(shell_distance("kernel", "kernels"), 1);
	assert_int_equal(shell_distance("kernel", "karnel"), 1);
	assert_int_equal(shell_distance("kernel", "kenrel"), 1);
	assert_int_equal(shell_distance("threads", "htraeds"), 2);
	assert_int_equal(shell_distance("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a"), UINT_MAX);
}

static const char *guess(const char *typed)
{
	static const char *const words[] = {"device", "help",   "history", "kernel",
					    "log",    "reboot", "version"};
	struct shell_guess g = {.typed = typed};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		shell_guess_offer(&g, words[i]);
	}
	return g.best;
}

static void test_guess(void **state)
{
	(void)state;
	assert_string_equal(guess("kernle"), "kernel");
	assert_string_equal(guess("kernels"), "kernel");
	assert_string_equal(guess("rebot"), "reboot");
	assert_string_equal(guess("ver"), "version");
	assert_string_equal(guess("hlep"), "help");
	assert_string_equal(guess("lgo"), "log");
	assert_string_equal(guess("devices"), "device");
	assert_null(guess("x"));
	assert_null(guess("zvm"));
	assert_null(guess("something"));
	assert_null(guess(""));
}

static void test_mentions(void **state)
{
	(void)state;
	assert_true(shell_mentions("List the VMs.", "list"));
	assert_true(shell_mentions("List the VMs.", "LIST"));
	assert_true(shell_mentions("List the VMs.", "vms"));
	assert_true(shell_mentions("of one-two, three\nfour", "two"));
	assert_true(shell_mentions("of one-two, three\nfour", "three"));
	assert_true(shell_mentions("three", "three"));
	/* No part of a word, nothing behind the first line, nothing that is too short to mean anything. */
	assert_false(shell_mentions("Listing restart", "list"));
	assert_false(shell_mentions("Listing restart", "start"));
	assert_false(shell_mentions("of one\nfour", "four"));
	assert_false(shell_mentions("of a VM", "vm"));
	assert_false(shell_mentions("of a VM", ""));
	assert_false(shell_mentions("thr", "three"));
	assert_false(shell_mentions("", "three"));
	assert_false(shell_mentions(NULL, "three"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),    cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_comments), cmocka_unit_test(test_many_words),
		cmocka_unit_test(test_distance), cmocka_unit_test(test_guess),
		cmocka_unit_test(test_mentions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
