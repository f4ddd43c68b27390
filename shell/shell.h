/* SPDX-License-Identifier: Apache-2.0 */

/* The shell's inside: what its own files share. Commands need <zephyr/shell/shell.h> only. */

#ifndef ZVM_SHELL_SHELL_H_
#define ZVM_SHELL_SHELL_H_

#include <stddef.h>

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>
#include "shell/edit.h"
#include "shell/tree.h"

/** Bytes of output that are put together before they go to the console. */
#define SHELL_OUT_SIZE 512
/** Bytes that are taken from the console at once. */
#define SHELL_IN_SIZE 64

/** A command that is running. */
struct shell_run {
	/** The words of the line, and what they lead to. */
	char **argv;
	struct shell_match match;
	/** Outer command, when this one was started by shell_execute_cmd(). */
	const struct shell_run *outer;
};

struct shell {
	const char *name;
	/** One command runs at a time. Protects run and retval. */
	struct k_mutex *run_lock;
	/** Protects out. */
	struct k_mutex *out_lock;
	struct shell_state *state;
};

struct shell_state {
	struct edit edit;
	/** Output of the editor, for one piece on the console. */
	char edit_out[2 * SHELL_OUT_SIZE];
	size_t edit_out_len;
	char out[SHELL_OUT_SIZE];
	size_t out_len;
	char in[SHELL_IN_SIZE];
	size_t in_len;
	size_t in_pos;
	const struct shell_run *run;
	int retval;
};

/**
 * @brief Print the help of a command.
 *
 * @param sh The shell.
 * @param argv The words that name it.
 * @param match What they lead to; depth 0: all commands.
 */
void shell_help_print(const struct shell *sh, char **argv, const struct shell_match *match);

/**
 * @brief Print the help of the command that words lead to, or the one line about the first that leads nowhere.
 *
 * @param sh The shell.
 * @param argc Number of words, 0: all commands.
 * @param argv The words.
 * @retval 0
 * @retval -ENOEXEC
 */
int shell_help_words(const struct shell *sh, size_t argc, char **argv);

/**
 * @brief Print the one line about a word that names no command.
 *
 * @param sh The shell.
 * @param argv The words of the line.
 * @param match What they lead to; argv[match->depth] is the word.
 */
void shell_unknown(const struct shell *sh, char **argv, const struct shell_match *match);

#endif /* ZVM_SHELL_SHELL_H_ */
