/* SPDX-License-Identifier: Apache-2.0 */

/* help, clear, history, retval: commands about the shell itself. */

#include "shell/shell.h"

static int cmd_help(const struct shell *sh, size_t argc, char **argv)
{
	return shell_help_words(sh, argc - 1, argv + 1);
}

static void complete_help(struct edit_completion *out, size_t argc, char **argv)
{
	shell_complete(&shell_root, argc - 1, argv + 1, out);
}

SHELL_CMD_FULL_REGISTER(help, NULL,
			SHELL_HELP("List the commands, or say what one does.",
				   "[COMMAND [SUBCOMMAND ...]]"),
			cmd_help, 1, SHELL_OPT_ARG_CHECK_SKIP, complete_help);

static int cmd_clear(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	/* ECMA-48: cursor to the first position, erase the display. */
	shell_fprintf(sh, SHELL_NORMAL, "\033[H\033[2J");
	return 0;
}

SHELL_CMD_ARG_REGISTER(clear, NULL, "Clear the screen.", cmd_clear, 1, 0);

static int cmd_history(const struct shell *sh, size_t argc, char **argv)
{
	const struct edit *ed = &sh->state->edit;
	size_t count = 0;

	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	while (edit_history(ed, count) != NULL) {
		count++;
	}
	for (size_t i = 1; i <= count; i++) {
		shell_print(sh, "%3zu  %s", i, edit_history(ed, count - i));
	}
	return 0;
}

SHELL_CMD_ARG_REGISTER(history, NULL, "List the lines typed before.", cmd_history, 1, 0);

static int cmd_retval(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	shell_print(sh, "%d", shell_get_return_value(sh));
	return shell_get_return_value(sh);
}

SHELL_CMD_ARG_REGISTER(retval, NULL,
		       "Print the result of the last command: 0, or a negative error number.",
		       cmd_retval, 1, 0);
