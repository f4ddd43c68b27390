/* SPDX-License-Identifier: Apache-2.0 */

/* The arguments of `zvm`: every slip gets one line, and nothing but whole decimal numbers is a number. */
#include "unit.h"

#include <errno.h>

#include "shell/cmd_zvm_args.h"

static const struct zvm_syntax run = {
	.verb = "run", .usage = "-n ID", .takes = ZVM_ARG_ID, .needs = ZVM_ARG_ID};
static const struct zvm_syntax del = {.verb = "delete",
				      .usage = "-n ID [-f]",
				      .takes = ZVM_ARG_ID | ZVM_ARG_FORCE,
				      .needs = ZVM_ARG_ID};
static const struct zvm_syntax info = {.verb = "info", .usage = "[-n ID]", .takes = ZVM_ARG_ID};
static const struct zvm_syntax new = {.verb = "new",
				      .usage = "-t NAME [-c VCPUS] [-m MIB]",
				      .takes = ZVM_ARG_TYPE | ZVM_ARG_VCPUS | ZVM_ARG_MIB};

static struct zvm_args args;
static char error[ZVM_ARGS_ERROR];

/* Words are separated by single blanks; two of them enclose an empty one. */
static int parse(const struct zvm_syntax *syntax, const char *line)
{
	static char copy[256];
	char *argv[16];
	char *at = copy;
	size_t argc = 0;

	assert_true(strlen(line) < sizeof(copy));
	strcpy(copy, line);
	memset(error, 0, sizeof(error));
	while (at != NULL) {
		argv[argc++] = strsep(&at, " ");
	}
	return zvm_args_parse(syntax, argc, argv, &args, error);
}

static void good(const struct zvm_syntax *syntax, const char *line)
{
	int rc = parse(syntax, line);

	assert_string_equal(error, "");
	assert_int_equal(rc, 0);
}

static void bad(const struct zvm_syntax *syntax, const char *line, const char *text)
{
	assert_int_equal(parse(syntax, line), -EINVAL);
	assert_string_equal(error, text);
}

static void test_good(void **state)
{
	(void)state;
	good(&run, "run -n 0");
	assert_int_equal(args.id, 0);
	good(&run, "run 31");
	assert_int_equal(args.id, 31);
	good(&run, "run -n 007");
	assert_int_equal(args.id, 7);
	good(&del, "delete -f -n 12");
	assert_int_equal(args.id, 12);
	assert_int_equal(args.given, ZVM_ARG_ID | ZVM_ARG_FORCE);
	good(&del, "delete 12 -f");
	assert_int_equal(args.given, ZVM_ARG_ID | ZVM_ARG_FORCE);
	good(&info, "info");
	assert_int_equal(args.given, 0);
	good(&new, "new -m 1048576 -t linux -c 8");
	assert_string_equal(args.type, "linux");
	assert_int_equal(args.vcpus, 8);
	assert_int_equal(args.mib, 1048576);
	good(&new, "new -c 2 linux -m 64");
	assert_string_equal(args.type, "linux");
	assert_int_equal(args.vcpus, 2);
	good(&new, "new 0");
	assert_string_equal(args.type, "0");
	/* Which there are is for vm_create() to say. */
	good(&new, "new -c 2");
	assert_null(args.type);
}

static void test_missing(void **state)
{
	(void)state;
	bad(&run, "run", "zvm run: which VM? usage: zvm run -n ID");
	bad(&run, "run -n", "zvm run: -n needs the id of a VM, 0 to 31");
	bad(&del, "delete -f", "zvm delete: which VM? usage: zvm delete -n ID [-f]");
	bad(&new, "new -t", "zvm new: -t needs the name of a VM definition");
	bad(&new, "new -t x -c", "zvm new: -c needs a number of vCPUs, 1 to 8");
}

static void test_unknown(void **state)
{
	(void)state;
	bad(&run, "run -q 1", "zvm run: there is no option '-q'; usage: zvm run -n ID");
	bad(&run, "run -n 1 -f", "zvm run: there is no option '-f'; usage: zvm run -n ID");
	bad(&run, "run -n0", "zvm run: there is no option '-n0'; usage: zvm run -n ID");
	bad(&run, "run --id 1", "zvm run: there is no option '--id'; usage: zvm run -n ID");
	bad(&run, "run zero", "zvm run: 'zero' is not the id of a VM; usage: zvm run -n ID");
	bad(&run, "run ", "zvm run: '' is not the id of a VM; usage: zvm run -n ID");
	bad(&new, "new linux zephyr",
	    "zvm new: 'zephyr' is one too many; usage: zvm new -t NAME [-c VCPUS] [-m MIB]");
	bad(&new, "new ", "zvm new: -t needs the name of a VM definition, not ''");
	/* However long the word is. */
	bad(&run,
	    "run -xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	    "zvm run: there is no option '-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'; usage: zvm run -n ID");
}

static void test_twice(void **state)
{
	(void)state;
	bad(&run, "run -n 1 -n 1", "zvm run: '-n' is given twice; usage: zvm run -n ID");
	bad(&run, "run -n 1 2", "zvm run: '2' is one too many; usage: zvm run -n ID");
	bad(&run, "run 1 2", "zvm run: '2' is one too many; usage: zvm run -n ID");
	bad(&run, "run 1 -n 2", "zvm run: '-n' is given twice; usage: zvm run -n ID");
	bad(&del, "delete 1 -f -f",
	    "zvm delete: '-f' is given twice; usage: zvm delete -n ID [-f]");
}

static void test_numbers(void **state)
{
	static const char *const wrong[] = {"32",
					    "-1",
					    "0x1",
					    "1x",
					    "x1",
					    "99999999999",
					    "+1",
					    "1.0",
					    "1e1",
					    "",
					    "\xc2\xb2",
					    "4294967296",
					    "1-1",
					    "00032",
					    "-n",
					    "-f",
					    "18446744073709551617"};
	char line[64];
	char text[ZVM_ARGS_ERROR];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		(void)snprintf(line, sizeof(line), "run -n %s", wrong[i]);
		(void)snprintf(text, sizeof(text),
			       "zvm run: -n needs the id of a VM, 0 to 31, not '%s'", wrong[i]);
		bad(&run, line, text);
	}
	bad(&run, "run 1x", "zvm run: -n needs the id of a VM, 0 to 31, not '1x'");
	bad(&new, "new -t a -c 0", "zvm new: -c needs a number of vCPUs, 1 to 8, not '0'");
	bad(&new, "new -t a -c 9", "zvm new: -c needs a number of vCPUs, 1 to 8, not '9'");
	bad(&new, "new -t a -m 1", "zvm new: -m needs a number of MiB, 2 to 1048576, not '1'");
	bad(&new, "new -t a -m 1048577",
	    "zvm new: -m needs a number of MiB, 2 to 1048576, not '1048577'");
	bad(&new, "new -t a -m 1G", "zvm new: -m needs a number of MiB, 2 to 1048576, not '1G'");
	bad(&new, "new -t  -c 1", "zvm new: -t needs the name of a VM definition, not ''");
	bad(&new, "new -t -c 1", "zvm new: -t needs the name of a VM definition, not '-c'");
}

static void test_next(void **state)
{
	char *words[] = {"delete", "-f", "-n"};

	(void)state;
	assert_int_equal(zvm_args_next(1, words), 0);
	assert_int_equal(zvm_args_next(2, words), 0);
	assert_int_equal(zvm_args_next(3, words), ZVM_ARG_ID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),    cmocka_unit_test(test_missing),
		cmocka_unit_test(test_unknown), cmocka_unit_test(test_twice),
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
