/* SPDX-License-Identifier: Apache-2.0 */

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "shell/parse.h"

/* Longest word that is compared. */
#define GUESS_MAX 31

/*
 * Takes one word off *in, unquoted, to *out (never ahead of *in). False: a quote or backslash is
 * left open.
 */
static bool take_word(const char **in, char **out)
{
	char quote = '\0';
	char c;

	while ((c = **in) != '\0') {
		if (quote == '\0' && (c == ' ' || c == '\t')) {
			break;
		}
		(*in)++;
		if (quote == '\0' && (c == '\'' || c == '"')) {
			quote = c;
			continue;
		}
		if (c == quote) {
			quote = '\0';
			continue;
		}
		if (c == '\\' && quote != '\'') {
			bool escapes = quote == '\0' || **in == '"' || **in == '\\';

			if (**in == '\0') {
				return false;
			}
			if (escapes) {
				c = *(*in)++;
			}
		}
		*(*out)++ = c;
	}
	return quote == '\0';
}

int shell_split(char *line, char **argv, size_t max)
{
	const char *in = line;
	char *out = line;
	size_t argc = 0;

	for (;;) {
		bool more;

		in += strspn(in, " \t");
		if (*in == '\0' || *in == '#') {
			break;
		}
		if (argc == max) {
			return -E2BIG;
		}
		argv[argc++] = out;
		if (!take_word(&in, &out)) {
			return -EINVAL;
		}
		/* The NUL may fall on the blank that ended the word: step over that first. */
		more = *in != '\0';
		if (more) {
			in++;
		}
		*out++ = '\0';
		if (!more) {
			break;
		}
	}
	argv[argc] = NULL;
	return (int)argc;
}

static unsigned int min3(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int min = a < b ? a : b;

	return min < c ? min : c;
}

/* Optimal string alignment distance, three rows of the table at a time. */
unsigned int shell_distance(const char *a, const char *b)
{
	unsigned int rows[3][GUESS_MAX + 1];
	size_t alen = strlen(a);
	size_t blen = strlen(b);

	if (alen > GUESS_MAX || blen > GUESS_MAX) {
		return UINT_MAX;
	}
	for (size_t j = 0; j <= blen; j++) {
		rows[0][j] = (unsigned int)j;
	}
	for (size_t i = 1; i <= alen; i++) {
		unsigned int *row = rows[i % 3];
		const unsigned int *above = rows[(i - 1) % 3];
		const unsigned int *above2 = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= blen; j++) {
			unsigned int cost = a[i - 1] == b[j - 1] ? 0 : 1;

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    above2[j - 2] + 1 < row[j]) {
				row[j] = above2[j - 2] + 1;
			}
		}
	}
	return rows[alen % 3][blen];
}

void shell_guess_offer(struct shell_guess *guess, const char *word)
{
	size_t len = strlen(guess->typed);
	unsigned int distance = shell_distance(guess->typed, word);

	/* The beginning of a word is the likeliest of all slips. */
	if (len >= 2 && strncmp(guess->typed, word, len) == 0) {
		distance = 0;
	}
	/*
	 * A third of the letters may be wrong, one in any case, unless nothing is left of the word
	 * then.
	 */
	if (distance > 1 && distance > len / 3) {
		return;
	}
	if (distance == 1 && len < 2) {
		return;
	}
	if (guess->best == NULL || distance < guess->distance) {
		guess->best = word;
		guess->distance = distance;
	}
}

bool shell_mentions(const char *text, const char *word)
{
	size_t len = strlen(word);
	size_t same = 0;
	bool start = true;

	if (text == NULL || len < 3) {
		return false;
	}
	for (; *text != '\0' && *text != '\n'; text++) {
		bool letter = isalpha((unsigned char)*text);

		same = letter && (start || same > 0) &&
				       tolower((unsigned char)*text) ==
					       tolower((unsigned char)word[same])
			       ? same + 1
			       : 0;
		if (same == len && !isalpha((unsigned char)text[1])) {
			return true;
		}
		start = !letter;
	}
	return false;
}
