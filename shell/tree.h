/* SPDX-License-Identifier: Apache-2.0 */

/* The tree of commands: finding, completing, guessing. Pure logic over the registered entries. */

#ifndef ZVM_SHELL_TREE_H_
#define ZVM_SHELL_TREE_H_

#include <stddef.h>

#include <zephyr/shell/shell.h>

/** All commands of SHELL_CMD_REGISTER(), as a set. */
extern const struct shell_cmd_entry shell_root;

/**
 * @brief A member of a set.
 *
 * @param set The set; NULL has no members.
 * @param idx Which one, from 0.
 * @param room Where a member that is made at run time is put.
 * @return The member, or NULL past the last one.
 */
const struct shell_static_entry *shell_set_get(const struct shell_cmd_entry *set, size_t idx,
					       struct shell_static_entry *room);

/** What a command line's words lead to. */
struct shell_match {
	/**
	 * The deepest command that the words name; its syntax is NULL if the first word is none.
	 */
	struct shell_static_entry entry;
	/** Number of words that name it. */
	size_t depth;
};

/**
 * @brief Follow words down the tree.
 *
 * @param root Where to begin.
 * @param argc Number of words.
 * @param argv The words.
 * @param match Receives the result.
 */
void shell_find(const struct shell_cmd_entry *root, size_t argc, char **argv,
		struct shell_match *match);

/**
 * @brief The name in a set that is closest to what was typed, or else whose help has that word.
 *
 * @param set The set.
 * @param typed The word that is not in it.
 * @return The name, or NULL if none is close. A name made at run time is valid until the next call
 * of the set's getter.
 */
const char *shell_nearest(const struct shell_cmd_entry *set, const char *typed);

/**
 * @brief Offer all words that may follow.
 *
 * @param root Where to begin.
 * @param argc Number of complete words.
 * @param argv The words.
 * @param out Handed on to shell_complete_word().
 */
void shell_complete(const struct shell_cmd_entry *root, size_t argc, char **argv,
		    struct edit_completion *out);

/**
 * @brief Whether a number of words suits a command.
 *
 * @param entry The command.
 * @param argc Number of words, its name counted.
 * @return 0 yes, negative: too few, positive: too many.
 */
int shell_check_args(const struct shell_static_entry *entry, size_t argc);

/**
 * @brief The arguments that a help text names.
 *
 * @param help The help text, or NULL.
 * @return What follows "Usage: " to the end of its line; "" if it says nothing.
 */
const char *shell_usage(const char *help);

#endif /* ZVM_SHELL_TREE_H_ */
