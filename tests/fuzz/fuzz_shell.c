/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes of a terminal: what is on the screen stays in its row, and a line that is entered is split within its bounds. */
#define main unit_main
#include "../unit/test_edit.c"
#undef main

#include "fuzz.h"
#include "shell/cmd_zvm_args.h"
#include "shell/parse.h"

/* The line, as shell.c and `zvm new` take it apart. */
static void entered(void)
{
	static const struct zvm_syntax new = {.verb = "new",
					      .usage = "-t NAME [-c VCPUS] [-m MIB]",
					      .takes = ZVM_ARG_TYPE | ZVM_ARG_VCPUS | ZVM_ARG_MIB |
						       ZVM_ARG_ID | ZVM_ARG_FORCE};
	char *argv[SHELL_ARGC_MAX + 1];
	char error[ZVM_ARGS_ERROR];
	struct zvm_args args;
	size_t len = strlen(edit_line(&ed));
	char *line = malloc(len + 1U);
	int argc;

	assert_true(len <= EDIT_LINE_MAX);
	memcpy(line, edit_line(&ed), len + 1U);
	argc = shell_split(line, argv, SHELL_ARGC_MAX);
	assert_true(argc <= SHELL_ARGC_MAX);
	for (int i = 0; i < argc; i++) {
		assert_true(argv[i] >= line && argv[i] + strlen(argv[i]) <= line + len);
	}
	if (argc > 0) {
		assert_null(argv[argc]);
		(void)zvm_args_parse(&new, (size_t)argc, argv, &args, error);
	}
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)setup(NULL);
	for (size_t i = 0U; i < size; i++) {
		if (data[i] == 0xffU && edit_pending(&ed)) {
			edit_idle(&ed);
		} else if (edit_feed(&ed, data[i]) == EDIT_LINE) {
			entered();
			edit_start(&ed);
		}
		assert_true(ed.cursor <= ed.len && ed.len <= EDIT_LINE_MAX);
		/* It is scrolled, so that nothing depends on where a terminal wraps, but for a line that was entered. */
		assert_true(screen.column <= COLUMNS);
	}
	return 0;
}
