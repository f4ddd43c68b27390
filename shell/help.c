/* SPDX-License-Identifier: Apache-2.0 */

/* Help, and the line that is printed for a word that is not known. */

#include <errno.h>
#include <string.h>

#include "shell/shell.h"

/* Columns of names in a list, at most. */
#define NAME_COLUMNS 16

/* The words that lead to a command. */
static void print_path(const struct shell *sh, char **argv, size_t depth)
{
	for (size_t i = 0; i < depth; i++) {
		shell_fprintf(sh, SHELL_NORMAL, "%s%s", i > 0 ? " " : "", argv[i]);
	}
}

static int first_line(const char *text)
{
	return (int)strcspn(text, "\n");
}

static void print_list(const struct shell *sh, const struct shell_cmd_entry *set,
		       const char *indent)
{
	const struct shell_static_entry *entry;
	struct shell_static_entry room;
	int width = 0;

	for (size_t i = 0; (entry = shell_set_get(set, i, &room)) != NULL; i++) {
		width = MAX(width, MIN((int)strlen(entry->syntax), NAME_COLUMNS));
	}
	for (size_t i = 0; (entry = shell_set_get(set, i, &room)) != NULL; i++) {
		const char *help = entry->help != NULL ? entry->help : "";

		if (entry->syntax[0] != '\0') {
			shell_print(sh, "%s%-*s  %.*s", indent, width, entry->syntax,
				    first_line(help), help);
		}
	}
}

/* The help text without its usage line. */
static void print_text(const struct shell *sh, const char *help)
{
	const char *usage = shell_usage(help);
	const char *end = *usage != '\0' ? strstr(help, "\nUsage: ") : help + strlen(help);
	const char *rest = *usage != '\0' ? usage + strcspn(usage, "\n") : "";

	shell_print(sh, "%.*s%s", (int)(end - help), help, rest);
}

static void print_usage(const struct shell *sh, char **argv, const struct shell_match *match)
{
	const char *usage = shell_usage(match->entry.help);

	shell_fprintf(sh, SHELL_NORMAL, "Usage: ");
	print_path(sh, argv, match->depth);
	if (*usage != '\0') {
		shell_print(sh, " %.*s", first_line(usage), usage);
	} else if (match->entry.handler == NULL && match->entry.subcmd != NULL) {
		shell_print(sh, " SUBCOMMAND ...");
	} else {
		shell_print(sh, "%s", match->entry.subcmd != NULL ? " [SUBCOMMAND ...]" : "");
	}
}

void shell_help_print(const struct shell *sh, char **argv, const struct shell_match *match)
{
	if (match->depth == 0) {
		print_list(sh, &shell_root, "");
		shell_print(sh, "'help COMMAND' or 'COMMAND --help' says more; Tab completes.");
		return;
	}
	if (match->entry.help != NULL && match->entry.help[0] != '\0') {
		print_text(sh, match->entry.help);
	}
	print_usage(sh, argv, match);
	if (match->entry.subcmd != NULL) {
		print_list(sh, match->entry.subcmd, "  ");
	}
}

int shell_help_words(const struct shell *sh, size_t argc, char **argv)
{
	struct shell_match match;

	shell_find(&shell_root, argc, argv, &match);
	if (match.depth < argc) {
		shell_unknown(sh, argv, &match);
		return -ENOEXEC;
	}
	shell_help_print(sh, argv, &match);
	return 0;
}

void shell_help(const struct shell *sh)
{
	const struct shell_run *run = sh->state->run;

	if (run != NULL) {
		shell_help_print(sh, run->argv, &run->match);
	}
}

void shell_unknown(const struct shell *sh, char **argv, const struct shell_match *match)
{
	const struct shell_cmd_entry *set = match->depth == 0 ? &shell_root : match->entry.subcmd;
	const char *nearest = shell_nearest(set, argv[match->depth]);

	print_path(sh, argv, match->depth);
	shell_fprintf(sh, SHELL_ERROR, "%s'%s' is not a %scommand", match->depth > 0 ? ": " : "",
		      argv[match->depth], match->depth > 0 ? "sub" : "");
	if (nearest != NULL) {
		shell_fprintf(sh, SHELL_ERROR, ", did you mean '%s'?\n", nearest);
		return;
	}
	shell_fprintf(sh, SHELL_ERROR, ", 'help");
	for (size_t i = 0; i < match->depth; i++) {
		shell_fprintf(sh, SHELL_ERROR, " %s", argv[i]);
	}
	shell_fprintf(sh, SHELL_ERROR, "' lists them\n");
}
