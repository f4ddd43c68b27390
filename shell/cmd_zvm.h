/* SPDX-License-Identifier: Apache-2.0 */

/* What the subcommands of `zvm` share: each is a file, cmd_zvm_VERB.c. */

#ifndef ZVM_SHELL_CMD_ZVM_H_
#define ZVM_SHELL_CMD_ZVM_H_

#include <stddef.h>

#include "hyp/vm.h"
#include "shell/cmd_zvm_args.h"
#include "shell/shell.h"

/** @brief zvm_args_parse(), with the line printed. */
int zvm_args_get(const struct shell *sh, const struct zvm_syntax *syntax, size_t argc, char **argv,
		 struct zvm_args *args);

/** @brief Print the line about what failed. @return rc */
int zvm_failed(const struct shell *sh, const struct zvm_syntax *syntax, int rc,
	       const struct vm_error *error);

/**
 * @brief A subcommand that takes the id of a VM and does one thing to it.
 *
 * @param run What it does.
 * @param done What the VM is then, for the line that says so.
 */
int zvm_command(const struct shell *sh, const struct zvm_syntax *syntax, size_t argc, char **argv,
		int (*run)(unsigned int id, struct vm_error *error), const char *done);

/** @brief Offer what may come next: ids, types, options that were not given yet. */
void zvm_complete(struct edit_completion *out, const struct zvm_syntax *syntax, size_t argc,
		  char **argv);

/** @brief Register a subcommand: its handler is cmd_VERB, its arguments are `syntax`. */
#define ZVM_SUBCMD(verb_, help_, usage_, takes_, needs_)                                           \
	static const struct zvm_syntax syntax = {                                                  \
		.verb = #verb_, .usage = usage_, .takes = (takes_), .needs = (needs_)};            \
	static int cmd_##verb_(const struct shell *sh, size_t argc, char **argv);                  \
	static void complete(struct edit_completion *out, size_t argc, char **argv)                \
	{                                                                                          \
		zvm_complete(out, &syntax, argc, argv);                                            \
	}                                                                                          \
	SHELL_SUBCMD_ADD_FULL((zvm), verb_, NULL, SHELL_HELP(help_, usage_), cmd_##verb_, 1,       \
			      SHELL_OPT_ARG_CHECK_SKIP, complete)

#endif /* ZVM_SHELL_CMD_ZVM_H_ */
