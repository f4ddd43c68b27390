/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Tab completion: the words on offer are enumerated by the callback, so nothing is stored but their
 * common prefix. The first Tab inserts what all candidates share; when that is nothing, the second
 * lists them.
 */

#include <string.h>

#include "shell/edit.h"
#include "shell/edit_internal.h"
#include "shell/utf8.h"

/*
 * Longest word that can be completed, in bytes; longer candidates are listed but not inserted in
 * full.
 */
#define WORD_MAX 64

struct edit_completion {
	struct edit *ed;
	/* What is typed of the word. */
	const char *typed;
	size_t typed_len;
	size_t count;
	/* The longest prefix that all candidates share. */
	char common[WORD_MAX + 1];
	size_t common_len;
	/* Width of the widest candidate. */
	size_t width;
	/* Second pass: columns already used in this row. */
	bool list;
	size_t column;
};

static void list_candidate(struct edit_completion *out, const char *word)
{
	size_t width = utf8_width(word, 0, strlen(word));

	if (out->column > 0 && out->column + out->width >= EDIT_COLUMNS) {
		edit_puts(out->ed, "\n");
		out->column = 0;
	}
	edit_puts(out->ed, word);
	out->column += out->width + 2;
	for (size_t i = width; i < out->width + 2 && out->column < EDIT_COLUMNS; i++) {
		edit_puts(out->ed, " ");
	}
}

void edit_candidate(struct edit_completion *out, const char *word)
{
	size_t len = strlen(word);
	size_t width = utf8_width(word, 0, len);
	size_t same = 0;

	if (len < out->typed_len || memcmp(word, out->typed, out->typed_len) != 0) {
		return;
	}
	if (out->list) {
		list_candidate(out, word);
		return;
	}
	if (out->count++ == 0) {
		out->common_len = len < WORD_MAX ? len : WORD_MAX;
		memcpy(out->common, word, out->common_len);
	}
	while (same < out->common_len && same < len && out->common[same] == word[same]) {
		same++;
	}
	out->common_len = same;
	if (width > out->width) {
		out->width = width;
	}
}

static void enumerate(struct edit *ed, struct edit_completion *out)
{
	ed->ops->complete(ed->ops->ctx, ed->line, ed->cursor, out);
}

void edit_tab(struct edit *ed, bool again)
{
	size_t start = ed->cursor;
	struct edit_completion out;

	while (start > 0 && ed->line[start - 1] != ' ') {
		start--;
	}
	memset(&out, 0, sizeof(out));
	out.ed = ed;
	out.typed = ed->line + start;
	out.typed_len = ed->cursor - start;
	if (ed->ops->complete != NULL) {
		enumerate(ed, &out);
	}
	if (out.count == 0) {
		edit_bell(ed);
		return;
	}
	if (out.common_len > out.typed_len) {
		edit_insert(ed, out.common + out.typed_len, out.common_len - out.typed_len);
	} else if (out.count > 1 && again) {
		out.list = true;
		edit_puts(ed, "\n");
		enumerate(ed, &out);
		edit_puts(ed, "\n");
		edit_redraw_all(ed);
	} else if (out.count > 1) {
		edit_bell(ed);
	}
	if (out.count == 1 && out.common_len < WORD_MAX && ed->line[ed->cursor] != ' ') {
		edit_insert(ed, " ", 1);
	}
}
