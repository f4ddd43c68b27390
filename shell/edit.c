/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The editing operations and the drawing; what the keys mean is in edit_keys.c, completion in
 * edit_complete.c.
 */

#include <string.h>

#include "shell/edit.h"
#include "shell/edit_internal.h"
#include "shell/utf8.h"

/* Columns kept in view beside the cursor when the line is scrolled sideways. */
#define SCROLL_MARGIN 20

void edit_write(struct edit *ed, const char *text, size_t len)
{
	if (len > 0) {
		ed->ops->write(ed->ops->ctx, text, len);
	}
}

void edit_puts(struct edit *ed, const char *text)
{
	edit_write(ed, text, strlen(text));
}

void edit_bell(struct edit *ed)
{
	edit_write(ed, "\a", 1);
}

static size_t prompt_columns(const struct edit *ed)
{
	return utf8_width(ed->prompt, 0, strlen(ed->prompt));
}

/*
 * Columns for the line's text. Two are kept free: the last of the row, because terminals differ in
 * where the cursor is after it was written, and one for the mark that says there is more on the
 * left.
 */
static size_t view_columns(const struct edit *ed)
{
	return EDIT_COLUMNS - 2 - prompt_columns(ed);
}

/* Number of bytes from first on that fit into the view. */
static size_t visible_bytes(const struct edit *ed)
{
	size_t room = view_columns(ed);
	size_t end = ed->first;

	while (end < ed->len) {
		size_t next = utf8_next(ed->line, ed->len, end);
		size_t width = utf8_width(ed->line, end, next);

		if (width > room) {
			break;
		}
		room -= width;
		end = next;
	}
	return end - ed->first;
}

/* Move first so that the cursor is in view. Returns whether it moved. */
static bool scroll(struct edit *ed)
{
	size_t before = ed->first;
	size_t first = ed->cursor;
	size_t columns = 0;

	if (utf8_width(ed->line, 0, ed->len) <= view_columns(ed)) {
		ed->first = 0;
		return before != 0;
	}
	if (ed->cursor >= ed->first &&
	    utf8_width(ed->line, ed->first, ed->cursor) <= view_columns(ed)) {
		return false;
	}
	/*
	 * Coming from the right show what is before the cursor, coming from the left only a margin.
	 */
	while (first > 0) {
		size_t prev = utf8_prev(ed->line, first);

		columns += utf8_width(ed->line, prev, first);
		if (columns >
		    (ed->cursor < ed->first ? SCROLL_MARGIN : view_columns(ed) - SCROLL_MARGIN)) {
			break;
		}
		first = prev;
	}
	ed->first = first;
	return before != first;
}

static size_t append(char *buf, size_t size, size_t at, const char *text, size_t len)
{
	if (at > size || len > size - at) {
		return size + 1;
	}
	memcpy(buf + at, text, len);
	return at + len;
}

/* "ESC [ n C": cursor n columns to the right. */
static size_t append_right(char *buf, size_t size, size_t at, size_t columns)
{
	char seq[] = "\033[00C";

	if (columns == 0) {
		return at;
	}
	seq[2] = (char)('0' + (columns / 10) % 10);
	seq[3] = (char)('0' + columns % 10);
	return append(buf, size, at, seq, sizeof(seq) - 1);
}

/* The line, from behind the prompt, and the cursor back to where it belongs. */
static size_t append_line(const struct edit *ed, char *buf, size_t size, size_t at)
{
	size_t shown = visible_bytes(ed);
	size_t mark = ed->first > 0 ? 1 : 0;

	at = append(buf, size, at, "<", mark);
	at = append(buf, size, at, ed->line + ed->first, shown);
	at = append(buf, size, at, "\033[K", 3);
	if (ed->cursor < ed->first + shown) {
		at = append(buf, size, at, "\r", 1);
		at = append_right(buf, size, at,
				  prompt_columns(ed) + mark +
					  utf8_width(ed->line, ed->first, ed->cursor));
	}
	return at;
}

size_t edit_render(const struct edit *ed, char *buf, size_t size)
{
	size_t at = append(buf, size, 0, ed->prompt, strlen(ed->prompt));

	at = append_line(ed, buf, size, at);
	return at <= size ? at : 0;
}

/*
 * From anywhere in the row to the first column behind the prompt, which stays as it is: scripts
 * wait for prompts.
 */
static size_t append_home(const struct edit *ed, char *buf, size_t size, size_t at)
{
	at = append(buf, size, at, "\r", 1);
	return append_right(buf, size, at, prompt_columns(ed));
}

void edit_redraw(struct edit *ed)
{
	char buf[EDIT_RENDER_MAX];

	(void)scroll(ed);
	edit_write(ed, buf,
		   append_line(ed, buf, sizeof(buf), append_home(ed, buf, sizeof(buf), 0)));
}

void edit_redraw_all(struct edit *ed)
{
	char buf[EDIT_RENDER_MAX];

	(void)scroll(ed);
	edit_write(ed, buf, edit_render(ed, buf, sizeof(buf)));
}

void edit_insert(struct edit *ed, const char *text, size_t len)
{
	if (len > EDIT_LINE_MAX - ed->len) {
		ed->overflow = true;
		edit_bell(ed);
		return;
	}
	memmove(ed->line + ed->cursor + len, ed->line + ed->cursor, ed->len - ed->cursor);
	memcpy(ed->line + ed->cursor, text, len);
	ed->len += len;
	ed->cursor += len;
	ed->line[ed->len] = '\0';
	/*
	 * At the end of the line, which is where nearly all typing happens, the text itself is the
	 * update.
	 */
	if (ed->cursor == ed->len && !scroll(ed)) {
		edit_write(ed, text, len);
	} else {
		edit_redraw(ed);
	}
}

void edit_remove(struct edit *ed, size_t from, size_t to)
{
	if (from >= to) {
		return;
	}
	memmove(ed->line + from, ed->line + to, ed->len - to);
	ed->len -= to - from;
	ed->line[ed->len] = '\0';
	ed->cursor = from;
	ed->overflow = false;
	edit_redraw(ed);
}

void edit_move(struct edit *ed, size_t to)
{
	size_t from = ed->cursor;

	if (to == from) {
		return;
	}
	ed->cursor = to;
	if (!scroll(ed) && to < from && utf8_width(ed->line, to, from) == 1) {
		edit_write(ed, "\b", 1);
	} else {
		edit_redraw(ed);
	}
}

void edit_set(struct edit *ed, const char *text)
{
	size_t len = strlen(text);

	memcpy(ed->line, text, len + 1);
	ed->len = len;
	ed->cursor = len;
	ed->first = 0;
	ed->overflow = false;
	edit_redraw(ed);
}

size_t edit_word_left(const struct edit *ed)
{
	size_t pos = ed->cursor;

	while (pos > 0 && ed->line[pos - 1] == ' ') {
		pos--;
	}
	while (pos > 0 && ed->line[pos - 1] != ' ') {
		pos--;
	}
	return pos;
}

size_t edit_word_right(const struct edit *ed)
{
	size_t pos = ed->cursor;

	while (pos < ed->len && ed->line[pos] == ' ') {
		pos++;
	}
	while (pos < ed->len && ed->line[pos] != ' ') {
		pos++;
	}
	return pos;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " ")] == '\0';
}

/* The line has been entered: leave it on the terminal in full, and remember it. */
void edit_enter(struct edit *ed)
{
	const char *newest = edit_history(ed, 0);
	char home[16];

	if (ed->first > 0) {
		edit_write(ed, home, append_home(ed, home, sizeof(home), 0));
		edit_puts(ed, ed->line);
		edit_puts(ed, "\033[K");
	} else {
		edit_move(ed, ed->len);
	}
	edit_puts(ed, "\n");
	if (is_blank(ed->line) || (newest != NULL && strcmp(newest, ed->line) == 0)) {
		return;
	}
	memcpy(ed->history[ed->history_next], ed->line, ed->len + 1);
	ed->history_next = (ed->history_next + 1) % EDIT_HISTORY_LINES;
	if (ed->history_count < EDIT_HISTORY_LINES) {
		ed->history_count++;
	}
}

void edit_browse(struct edit *ed, size_t back)
{
	if (back > ed->history_count) {
		edit_bell(ed);
		return;
	}
	if (ed->browse == 0) {
		memcpy(ed->saved, ed->line, ed->len + 1);
	}
	ed->browse = back;
	edit_set(ed, back == 0 ? ed->saved : edit_history(ed, back - 1));
}

const char *edit_history(const struct edit *ed, size_t back)
{
	if (back >= ed->history_count) {
		return NULL;
	}
	return ed->history[(ed->history_next + EDIT_HISTORY_LINES - 1 - back) % EDIT_HISTORY_LINES];
}

void edit_init(struct edit *ed, const struct edit_ops *ops, const char *prompt)
{
	memset(ed, 0, sizeof(*ed));
	ed->ops = ops;
	strncpy(ed->prompt, prompt, EDIT_PROMPT_MAX);
}

void edit_start(struct edit *ed)
{
	ed->len = 0;
	ed->cursor = 0;
	ed->first = 0;
	ed->line[0] = '\0';
	ed->overflow = false;
	ed->browse = 0;
	ed->after_tab = false;
	edit_puts(ed, ed->prompt);
}

char *edit_line(struct edit *ed)
{
	return ed->line;
}
