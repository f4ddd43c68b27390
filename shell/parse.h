/* SPDX-License-Identifier: Apache-2.0 */

/* Words of a command line, and how much two words differ. Pure logic, tested on the host. */

#ifndef ZVM_SHELL_PARSE_H_
#define ZVM_SHELL_PARSE_H_

#include <stdbool.h>
#include <stddef.h>

/** Most words of a command line. */
#define SHELL_ARGC_MAX 32

/**
 * @brief Split a line into words, in place.
 *
 * Blanks separate words. '...' keeps everything, "..." keeps everything but \" and \\; outside
 * quotes a backslash keeps the next character. A # that begins a word begins a comment.
 *
 * @param line The line; changed.
 * @param argv Receives the words, and NULL behind the last one: room for max + 1 pointers.
 * @param max Most words that are taken.
 * @return Number of words.
 * @retval -E2BIG Too many words.
 * @retval -EINVAL A quote is not closed, or a backslash ends the line.
 */
int shell_split(char *line, char **argv, size_t max);

/**
 * @brief The edits that make one word of another: insertion, deletion, replacement, exchange of
 * neighbours.
 *
 * @param a One word.
 * @param b The other.
 * @return Their number; words longer than 31 bytes count as entirely different.
 */
unsigned int shell_distance(const char *a, const char *b);

/** The best of the words offered so far as what the user may have meant. */
struct shell_guess {
	const char *typed;
	const char *best;
	unsigned int distance;
};

/**
 * @brief Offer a word to a guess.
 *
 * @param guess Its typed is set, best is NULL at first.
 * @param word The word; must stay valid. It becomes best if it is close enough to be meant, and
 * closer than the others.
 */
void shell_guess_offer(struct shell_guess *guess, const char *word);

/**
 * @brief Whether the first line of a text has a word, of three letters or more, in capitals or not.
 *
 * @param text The text, or NULL: it has none.
 * @param word The word.
 */
bool shell_mentions(const char *text, const char *word);

#endif /* ZVM_SHELL_PARSE_H_ */
