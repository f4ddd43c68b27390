/* SPDX-License-Identifier: Apache-2.0 */

/* The shell's tree of commands: finding, completing, arguments. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "shell/tree.h"

static int handler(const struct shell *sh, size_t argc, char **argv)
{
	(void)sh;
	(void)argc;
	(void)argv;
	return 0;
}

static void names(size_t idx, struct shell_static_entry *entry)
{
	static const char *const all[] = {"alice", "bob"};

	entry->syntax = idx < 2 ? all[idx] : NULL;
}

static void complete_level(struct edit_completion *out, size_t argc, char **argv)
{
	assert_string_equal(argv[0], "level");
	if (argc == 1) {
		shell_complete_word(out, "dbg");
	}
}

SHELL_SUBCMD_SET_CREATE(kernel_set, (kernel));
SHELL_DYNAMIC_CMD_CREATE(name_set, names);
SHELL_STATIC_SUBCMD_SET_CREATE(log_set,
			       SHELL_CMD_FULL(level, NULL, "Level.", handler, 1, 2, complete_level),
			       SHELL_COND_CMD(CONFIG_NOT_THERE, hidden, NULL, "", handler),
			       SHELL_SUBCMD_SET_END);

__attribute__((used)) static const struct shell_root_cmd roots[] = {
	{.entry = Z_SHELL_ENTRY("greet", &name_set, SHELL_HELP("Greets.", "NAME"), handler, 2, 0,
				NULL)},
	{.entry = Z_SHELL_ENTRY("kernel", &kernel_set, "Kernel.", NULL, 0, 0, NULL)},
	{.entry = Z_SHELL_ENTRY("log", &log_set, "Log.\nMore of it.", NULL, 0, 0, NULL)},
};
__attribute__((used)) static const struct shell_subcmd subs[] = {
	{.section = "(kernel)", .entry = Z_SHELL_ENTRY("cpus", NULL, "CPUs.", handler, 1, 0, NULL)},
	{.section = "(other)",
	 .entry = Z_SHELL_ENTRY("no", NULL, "Not of it.", handler, 1, 0, NULL)},
	{.section = "(kernel)",
	 .entry = Z_SHELL_ENTRY("threads", NULL, NULL, handler, 1, SHELL_OPT_ARG_CHECK_SKIP, NULL)},
};

/* What the linker script does in an image: the bounds of the lists. */
__attribute__((used)) static void lists(void)
{
	__asm__(".globl _shell_root_cmd_list_start, _shell_root_cmd_list_end\n"
		".globl _shell_subcmd_list_start, _shell_subcmd_list_end\n"
		".set _shell_root_cmd_list_start, roots\n"
		".set _shell_root_cmd_list_end, roots + %c0\n"
		".set _shell_subcmd_list_start, subs\n"
		".set _shell_subcmd_list_end, subs + %c1\n"
		:
		: "i"(sizeof(roots)), "i"(sizeof(subs)));
}

static char offered[200];

void shell_complete_word(struct edit_completion *out, const char *word)
{
	(void)out;
	strcat(strcat(offered, word), " ");
}

static struct shell_match match;

static size_t find(const char *line)
{
	static char text[100];
	static char *argv[10];
	size_t argc = 0;

	strcpy(text, line);
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
		argv[argc++] = word;
	}
	offered[0] = '\0';
	shell_complete(&shell_root, argc, argv, NULL);
	shell_find(&shell_root, argc, argv, &match);
	return match.depth;
}

static void test_find(void **state)
{
	(void)state;
	assert_int_equal(find("kernel"), 1);
	assert_null(match.entry.handler);
	assert_int_equal(find("kernel cpus"), 2);
	assert_string_equal(match.entry.syntax, "cpus");
	assert_int_equal(find("kernel threads 5"), 2);
	assert_int_equal(find("kernel no"), 1);
	assert_int_equal(find("log level dbg"), 2);
	assert_int_equal(find("log hidden"), 1);
	assert_int_equal(find("nothing"), 0);
	assert_null(match.entry.syntax);
	assert_int_equal(find(""), 0);
	/* Names without a handler of their own are arguments of the command above them. */
	assert_int_equal(find("greet alice"), 1);
	assert_ptr_equal(match.entry.handler, handler);
}

static void test_complete(void **state)
{
	(void)state;
	find("");
	assert_string_equal(offered, "greet kernel log ");
	find("kernel");
	assert_string_equal(offered, "cpus threads ");
	find("log");
	assert_string_equal(offered, "level ");
	find("log level");
	assert_string_equal(offered, "dbg ");
	find("log level dbg");
	assert_string_equal(offered, "");
	find("greet");
	assert_string_equal(offered, "alice bob ");
	find("greet alice");
	assert_string_equal(offered, "");
	find("nothing");
	assert_string_equal(offered, "");
}

static void test_nearest(void **state)
{
	(void)state;
	assert_string_equal(shell_nearest(&shell_root, "kernle"), "kernel");
	assert_string_equal(shell_nearest(&kernel_set, "thread"), "threads");
	assert_string_equal(shell_nearest(&name_set, "bbo"), "bob");
	/* What the help calls it: a whole word of its first line. */
	assert_string_equal(shell_nearest(&shell_root, "GREETS"), "greet");
	assert_null(shell_nearest(&shell_root, "more"));
	assert_null(shell_nearest(&kernel_set, "anything"));
	assert_null(shell_nearest(&log_set, "nothing"));
	assert_null(shell_nearest(NULL, "nothing"));
}

static void test_arguments(void **state)
{
	(void)state;
	find("kernel cpus");
	assert_int_equal(shell_check_args(&match.entry, 1), 0);
	assert_true(shell_check_args(&match.entry, 2) > 0);
	find("kernel threads");
	assert_int_equal(shell_check_args(&match.entry, 20), 0);
	find("greet");
	assert_true(shell_check_args(&match.entry, 1) < 0);
	find("log");
	assert_int_equal(shell_check_args(&match.entry, 7), 0);
}

static void test_usage(void **state)
{
	(void)state;
	assert_string_equal(shell_usage(SHELL_HELP("Greets.", "NAME")), "NAME");
	assert_string_equal(shell_usage("No more."), "");
	assert_string_equal(shell_usage(NULL), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),    cmocka_unit_test(test_complete),
		cmocka_unit_test(test_nearest), cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
