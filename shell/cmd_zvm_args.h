/* SPDX-License-Identifier: Apache-2.0 */

/* The arguments of `zvm`'s subcommands: one parser for all. Pure logic, tested on the host. */

#ifndef ZVM_SHELL_CMD_ZVM_ARGS_H_
#define ZVM_SHELL_CMD_ZVM_ARGS_H_

#include <stddef.h>
#include <stdint.h>

/** What a subcommand can be given. */
enum zvm_arg {
	/** -n ID, or just ID. */
	ZVM_ARG_ID = 1 << 0,
	/** -t NAME, or just NAME; subcommands that take it take no ID. */
	ZVM_ARG_TYPE = 1 << 1,
	/** -c VCPUS */
	ZVM_ARG_VCPUS = 1 << 2,
	/** -m MIB */
	ZVM_ARG_MIB = 1 << 3,
	/** -f */
	ZVM_ARG_FORCE = 1 << 4,
};

/** A subcommand's arguments. */
struct zvm_syntax {
	/** Its name, and what follows it, as the usage line shows it: "run", "-n ID". */
	const char *verb;
	const char *usage;
	/** enum zvm_arg: what it takes, and whether ZVM_ARG_ID must be there. */
	uint32_t takes;
	uint32_t needs;
};

/** What was given; the rest is zero. */
struct zvm_args {
	uint32_t given;
	unsigned int id;
	unsigned int vcpus;
	unsigned int mib;
	const char *type;
};

/** Room for the line that says what was wrong. */
#define ZVM_ARGS_ERROR 200

/**
 * @brief Take a command line apart.
 *
 * Numbers are decimal digits and nothing else. Nothing may come twice.
 *
 * @param syntax What the subcommand takes.
 * @param argc Number of words, the subcommand counted.
 * @param argv The words.
 * @param args Receives what was given.
 * @param error Receives one line, without its end, of ZVM_ARGS_ERROR bytes at most.
 * @retval 0
 * @retval -EINVAL error says what was wrong, and what would be right.
 */
int zvm_args_parse(const struct zvm_syntax *syntax, size_t argc, char **argv, struct zvm_args *args,
		   char *error);

/**
 * @brief What the word behind those typed would be, for completion.
 *
 * @return The option whose value comes next; 0: an option, or an ID without -n if there is none yet.
 */
uint32_t zvm_args_next(size_t argc, char **argv);

#endif /* ZVM_SHELL_CMD_ZVM_ARGS_H_ */
