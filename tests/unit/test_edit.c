/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Line editor. What it writes goes to a small model of a terminal (one that does not wrap: the
 * editor promises never to need it), so the tests look at what a person would see, not at byte
 * sequences.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shell/edit.h"
#include "shell/utf8.h"

#define PROMPT  "zvm_host:~# "
#define COLUMNS 80

/* The terminal: the row that the cursor is in, and all finished rows. */
struct screen {
	char row[COLUMNS][4];
	uint8_t row_len[COLUMNS];
	size_t column;
	size_t bells;
	size_t wrapped;
	bool clears;
	char rows[16384];
	size_t rows_len;
};

static struct screen screen;
static struct edit ed;

static void screen_reset(void)
{
	memset(&screen, 0, sizeof(screen));
}

/* The text of the row, without trailing blanks. */
static const char *screen_row(void)
{
	static char text[COLUMNS * 4 + 1];
	size_t len = 0;
	size_t end = COLUMNS;

	while (end > 0 && (screen.row_len[end - 1] == 0 || screen.row[end - 1][0] == ' ')) {
		end--;
	}
	for (size_t i = 0; i < end; i++) {
		if (screen.row_len[i] == 0) {
			text[len++] = ' ';
		} else if (screen.row_len[i] != UINT8_MAX) {
			memcpy(text + len, screen.row[i], screen.row_len[i]);
			len += screen.row_len[i];
		}
	}
	text[len] = '\0';
	return text;
}

static void screen_newline(void)
{
	const char *text = screen_row();
	size_t len = strlen(text);

	if (screen.rows_len + len + 2 < sizeof(screen.rows)) {
		memcpy(screen.rows + screen.rows_len, text, len);
		screen.rows_len += len;
		screen.rows[screen.rows_len++] = '\n';
	}
	memset(screen.row, 0, sizeof(screen.row));
	memset(screen.row_len, 0, sizeof(screen.row_len));
}

static void screen_text(const char *text, size_t len)
{
	size_t width = utf8_width(text, 0, len);

	if (width == 0) {
		return;
	}
	if (screen.column + width > COLUMNS) {
		screen.wrapped++;
		screen_newline();
		screen.column = 0;
	}
	memcpy(screen.row[screen.column], text, len);
	screen.row_len[screen.column] = (uint8_t)len;
	if (width == 2) {
		screen.row_len[screen.column + 1] = UINT8_MAX;
	}
	screen.column += width;
}

static void screen_csi(const char *params, char final)
{
	int n = atoi(params);

	switch (final) {
	case 'K':
		for (size_t i = screen.column; i < COLUMNS; i++) {
			screen.row_len[i] = 0;
		}
		break;
	case 'C':
		screen.column += (size_t)(n > 0 ? n : 1);
		break;
	case 'H':
		screen.column = 0;
		break;
	case 'J':
		screen.clears = true;
		memset(screen.row_len, 0, sizeof(screen.row_len));
		break;
	default:
		fail_msg("unexpected CSI %c", final);
	}
	assert_true(screen.column <= COLUMNS);
}

static void screen_write(void *ctx, const char *text, size_t len)
{
	size_t i = 0;

	(void)ctx;
	while (i < len) {
		uint8_t c = (uint8_t)text[i];
		unsigned int n = utf8_length(c);

		if (c == '\r') {
			screen.column = 0;
		} else if (c == '\n') {
			screen_newline();
			screen.column = 0;
		} else if (c == '\b') {
			assert_true(screen.column > 0);
			screen.column--;
		} else if (c == '\a') {
			screen.bells++;
		} else if (c == 0x1b) {
			size_t end = i + 2;

			assert_true(i + 2 < len && text[i + 1] == '[');
			while (end < len && text[end] < 0x40) {
				end++;
			}
			assert_true(end < len);
			screen_csi(text + i + 2, text[end]);
			i = end;
		} else {
			assert_true(c >= 0x20 && c != 0x7f);
			assert_true(n > 0 && i + n <= len);
			screen_text(text + i, n);
			i += n - 1;
		}
		i++;
	}
}

static const char *const words[] = {"help", "history", "kernel", "log", "reboot", "version"};

static void complete(void *ctx, const char *line, size_t len, struct edit_completion *out)
{
	(void)ctx;
	if (memchr(line, ' ', len) != NULL) {
		if (strncmp(line, "log ", 4) == 0) {
			edit_candidate(out, "level");
		}
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		edit_candidate(out, words[i]);
	}
}

static const struct edit_ops ops = {.write = screen_write, .complete = complete};

static int setup(void **state)
{
	(void)state;
	screen_reset();
	edit_init(&ed, &ops, PROMPT);
	edit_start(&ed);
	return 0;
}

static enum edit_result feed_bytes(const char *text, size_t len)
{
	enum edit_result result = EDIT_MORE;

	for (size_t i = 0; i < len; i++) {
		result = edit_feed(&ed, (uint8_t)text[i]);
	}
	return result;
}

static enum edit_result feed(const char *text)
{
	return feed_bytes(text, strlen(text));
}

/* What is on the row must be what drawing the line on an empty row would give. */
static void check_redraw(void)
{
	static struct screen before;
	char buf[EDIT_RENDER_MAX];
	char row[COLUMNS * 4 + 1];
	size_t len = edit_render(&ed, buf, sizeof(buf));

	assert_true(len > 0);
	memcpy(&before, &screen, sizeof(screen));
	strcpy(row, screen_row());
	screen_reset();
	screen_write(NULL, buf, len);
	assert_string_equal(row, screen_row());
	assert_int_equal(before.column, screen.column);
	assert_int_equal(screen.wrapped, 0);
	assert_int_equal(before.wrapped, 0);
	memcpy(&screen, &before, sizeof(screen));
}

static void expect(const char *line, size_t cursor)
{
	char row[600];

	assert_string_equal(edit_line(&ed), line);
	snprintf(row, sizeof(row), "%s%s", PROMPT, line);
	for (size_t n = strlen(row); n > 0 && row[n - 1] == ' '; n--) {
		row[n - 1] = '\0';
	}
	assert_string_equal(screen_row(), row);
	assert_int_equal(screen.column, strlen(PROMPT) + cursor);
	check_redraw();
}

static void test_typing(void **state)
{
	(void)state;
	feed("kernel threads");
	expect("kernel threads", 14);
	assert_int_equal(feed("\r"), EDIT_LINE);
	assert_string_equal(edit_line(&ed), "kernel threads");
	assert_string_equal(screen.rows, PROMPT "kernel threads\n");
	edit_start(&ed);
	expect("", 0);
	/* The LF of a CR LF pair is not another line, alone it is one. */
	assert_int_equal(feed("\n"), EDIT_MORE);
	assert_int_equal(feed("a\n"), EDIT_LINE);
}

static void test_cursor_and_delete(void **state)
{
	(void)state;
	feed("abcdef");
	feed("\033[D\033[D");
	expect("abcdef", 4);
	feed("X");
	expect("abcdXef", 5);
	feed("\177\b");
	expect("abcef", 3);
	feed("\033[3~");
	expect("abcf", 3);
	feed("\033[C\033[C");
	expect("abcf", 4);
	feed("\001");
	expect("abcf", 0);
	feed("\004");
	expect("bcf", 0);
	feed("\005!");
	expect("bcf!", 4);
	feed("\002\002\013");
	expect("bc", 2);
	feed("\002\025");
	expect("c", 0);
	feed("\025\013\001\005");
	expect("", 0);
}

static void test_home_end_of_all_terminals(void **state)
{
	static const char *const home[] = {"\033[H", "\033OH", "\033[1~", "\033[7~", "\033[1;2H"};
	static const char *const end[] = {"\033[F", "\033OF", "\033[4~", "\033[8~", "\033[1;2F"};

	(void)state;
	feed("line");
	for (size_t i = 0; i < sizeof(home) / sizeof(home[0]); i++) {
		feed(home[i]);
		expect("line", 0);
		feed(end[i]);
		expect("line", 4);
	}
}

static void test_words(void **state)
{
	(void)state;
	feed("zvm run  -n 3");
	feed("\027");
	expect("zvm run  -n ", 12);
	feed("\027");
	expect("zvm run  ", 9);
	feed("\027");
	expect("zvm ", 4);
	feed("run 4\033[1;5D\033[1;5D");
	expect("zvm run 4", 4);
	feed("\033[1;5C");
	expect("zvm run 4", 7);
	feed("\033b\033b\033f");
	expect("zvm run 4", 3);
	feed("\033d");
	expect("zvm 4", 3);
	feed("\033\177");
	expect(" 4", 0);
}

static void test_utf8(void **state)
{
	(void)state;
	feed("gr\303\274n");
	expect("gr\303\274n", 4);
	feed("\002\002\033[3~");
	expect("grn", 2);
	/* Two columns each, then a combining accent. */
	feed("\005\344\275\240\345\245\275");
	assert_int_equal(screen.column, strlen(PROMPT) + 7);
	check_redraw();
	feed("\002");
	assert_int_equal(screen.column, strlen(PROMPT) + 5);
	feed("\177\177\177\177e\314\201");
	check_redraw();
	feed("\177");
	expect("\345\245\275", 0);
}

static void test_invalid_utf8_is_dropped(void **state)
{
	(void)state;
	feed("a\200\377\300\257b");
	expect("ab", 2);
	/* Cut short by an ordinary character, by an escape, overlong, a surrogate, a C1 control. */
	feed("\303x\342\202\033[Dy");
	expect("abyx", 3);
	feed("\340\200\257\355\240\200\302\233");
	expect("abyx", 3);
}

static void test_history(void **state)
{
	(void)state;
	feed("\033[A");
	expect("", 0);
	assert_int_equal(screen.bells, 1);
	feed("one\r");
	edit_start(&ed);
	feed("two\r");
	edit_start(&ed);
	feed("two\r");
	edit_start(&ed);
	feed("   \r");
	edit_start(&ed);
	assert_string_equal(edit_history(&ed, 0), "two");
	assert_string_equal(edit_history(&ed, 1), "one");
	assert_null(edit_history(&ed, 2));
	feed("typed\033[A");
	expect("two", 3);
	feed("\033OA");
	expect("one", 3);
	feed("\020");
	expect("one", 3);
	feed("\033[B\016");
	expect("typed", 5);
	feed("\033[B");
	expect("typed", 5);
	feed("\033[A!\r");
	assert_string_equal(edit_history(&ed, 0), "two!");
}

static void test_history_is_bounded(void **state)
{
	char line[24];

	(void)state;
	for (int i = 0; i < 3 * EDIT_HISTORY_LINES; i++) {
		snprintf(line, sizeof(line), "line %d\r", i);
		feed(line);
		edit_start(&ed);
	}
	assert_string_equal(edit_history(&ed, 0), "line 95");
	assert_string_equal(edit_history(&ed, EDIT_HISTORY_LINES - 1), "line 64");
	assert_null(edit_history(&ed, EDIT_HISTORY_LINES));
	for (int i = 0; i < 2 * EDIT_HISTORY_LINES; i++) {
		feed("\033[A");
	}
	expect("line 64", 7);
}

static void test_completion(void **state)
{
	(void)state;
	feed("k\t");
	expect("kernel ", 7);
	feed("\025ver\t");
	expect("version ", 8);
	feed("\025h\t");
	expect("h", 1);
	assert_int_equal(screen.bells, 1);
	assert_int_equal(screen.rows_len, 0);
	feed("\t");
	assert_string_equal(screen.rows, PROMPT "h\nhelp     history\n");
	expect("h", 1);
	feed("i\t");
	expect("history ", 8);
	feed("\025log l\t");
	expect("log level ", 10);
	feed("\025zzz\t");
	expect("zzz", 3);
	/* In the middle of a line nothing but the word is touched. */
	feed("\025rebo now\002\002\002\002\t");
	expect("reboot now", 6);
}

static void test_completion_of_nothing_lists_all(void **state)
{
	(void)state;
	feed("\t\t");
	assert_string_equal(screen.rows,
			    "zvm_host:~#\nhelp     history  kernel   log      reboot   version\n");
	/* A key in between: the next Tab is a first one. */
	screen.rows_len = 0;
	feed("x\177\t");
	assert_int_equal(screen.rows_len, 0);
}

static void test_cancel(void **state)
{
	(void)state;
	feed("reboot\001\003");
	assert_string_equal(screen.rows, PROMPT "reboot^C\n");
	expect("", 0);
	assert_null(edit_history(&ed, 0));
	feed("\033[\003x");
	expect("x", 1);
}

static void test_clear_screen(void **state)
{
	(void)state;
	feed("abc\002\014");
	assert_true(screen.clears);
	expect("abc", 2);
}

static void test_split_and_unknown_sequences(void **state)
{
	static const char *const ignored[] = {
		"\033[2~",
		"\033[5~",
		"\033[6~",
		"\033[15~",
		"\033[[A",
		"\033[[E",
		"\033OP",
		"\033[1;2P",
		"\033[200~",
		"\033[201~",
		"\033[?1;2c",
		"\033[24;80R",
		"\033]0;title\007",
		"\033P1$r0m\033\\",
		"\033x",
		"\033[I",
		"\033[999999999999999~",
		"\033[;;;;;;;;~",
	};

	(void)state;
	feed("ab");
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		feed(ignored[i]);
		assert_false(edit_pending(&ed));
		expect("ab", 2);
	}
	feed("\033");
	assert_true(edit_pending(&ed));
	edit_idle(&ed);
	assert_false(edit_pending(&ed));
	feed("[D");
	expect("ab[D", 4);
	feed("\033\033[D");
	expect("ab[D", 3);
	/* A sequence without an end gives way after a bounded number of bytes. */
	feed("\033[");
	for (int i = 0; i < 40; i++) {
		feed("1");
	}
	assert_false(edit_pending(&ed));
}

static void test_long_line(void **state)
{
	char line[EDIT_LINE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < EDIT_LINE_MAX; i++) {
		line[i] = (char)('a' + i % 26);
	}
	line[EDIT_LINE_MAX] = '\0';
	for (size_t i = 0; i < EDIT_LINE_MAX; i++) {
		edit_feed(&ed, (uint8_t)line[i]);
		check_redraw();
	}
	assert_string_equal(edit_line(&ed), line);
	assert_int_equal(screen.bells, 0);
	for (size_t i = 0; i < EDIT_LINE_MAX; i++) {
		feed("\033[D");
		check_redraw();
	}
	assert_int_equal(screen.column, strlen(PROMPT));
	for (size_t i = 0; i < EDIT_LINE_MAX; i++) {
		feed("\033[C");
		check_redraw();
	}
	feed("\001\005");
	check_redraw();
	/* Entered, it is on the terminal in full: in four rows of it. */
	assert_int_equal(feed("\r"), EDIT_LINE);
	assert_int_equal(screen.wrapped, 3);
	assert_string_equal(edit_line(&ed), line);
}

static void test_too_long_line_is_not_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < EDIT_LINE_MAX + 3; i++) {
		feed("x");
	}
	assert_int_equal(screen.bells, 3);
	assert_int_equal(feed("\r"), EDIT_MORE);
	assert_non_null(strstr(screen.rows, "line too long: not run"));
	assert_null(edit_history(&ed, 0));
	assert_string_equal(edit_line(&ed), "");
	/* Someone who saw it and took something away knows what he runs. */
	for (size_t i = 0; i < EDIT_LINE_MAX + 1; i++) {
		feed("y");
	}
	feed("\177");
	assert_int_equal(feed("\r"), EDIT_LINE);
	assert_int_equal(strlen(edit_line(&ed)), EDIT_LINE_MAX - 1);
}

static void test_render_needs_room(void **state)
{
	char buf[EDIT_RENDER_MAX];

	(void)state;
	feed("abc\002");
	assert_int_equal(edit_render(&ed, buf, 4), 0);
	assert_int_equal(edit_render(&ed, buf, strlen(PROMPT) + 3 + 3), 0);
	assert_int_equal(edit_render(&ed, buf, strlen(PROMPT) + 3 + 3 + 1 + 5),
			 strlen(PROMPT) + 12);
}

static void test_prompt_is_cut(void **state)
{
	(void)state;
	edit_init(&ed, &ops, "a_prompt_that_is_much_too_long_to_be_of_any_use_in_a_row");
	screen_reset();
	edit_start(&ed);
	assert_int_equal(strlen(screen_row()), EDIT_PROMPT_MAX);
}

/*
 * Whatever comes in, the row shows the line, the line is valid UTF-8, and nothing is written out of
 * bounds.
 */
static void test_garbage(void **state)
{
	static const char *const likely[] = {
		"\033[A",
		"\033[B",
		"\033[C",
		"\033[D",
		"\033[3~",
		"\033[1~",
		"\033OF",
		"\t",
		"\t\t",
		"\177",
		"kernel ",
		"\303\274",
		"\344\275\240",
		"e\314\201",
		"\001",
		"\005",
		"\013",
		"\025",
		"\027",
		"\r",
		"\033",
		"\033[",
		"0123456789 abcdefghijklmnopqrstuvwxyz",
	};
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 60000; i++) {
		char byte;
		const char *text = &byte;
		size_t len = 1;

		seed = seed * 1664525U + 1013904223U;
		byte = (char)(seed >> 23);
		if ((seed >> 12) % 4 != 0) {
			text = likely[(seed >> 16) % (sizeof(likely) / sizeof(likely[0]))];
			len = strlen(text);
		}
		for (size_t j = 0; j < len; j++) {
			if (edit_feed(&ed, (uint8_t)text[j]) == EDIT_LINE) {
				screen.wrapped = 0;
				edit_start(&ed);
			}
		}
		if (screen.rows_len > sizeof(screen.rows) / 2) {
			screen.rows_len = 0;
		}
		check_redraw();
		for (size_t pos = 0; pos < strlen(edit_line(&ed));) {
			unsigned int n = utf8_length((uint8_t)edit_line(&ed)[pos]);

			assert_true(n > 0);
			assert_true(utf8_decode((const uint8_t *)edit_line(&ed) + pos, n) !=
				    UINT32_MAX);
			pos += n;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_typing, setup),
		cmocka_unit_test_setup(test_cursor_and_delete, setup),
		cmocka_unit_test_setup(test_home_end_of_all_terminals, setup),
		cmocka_unit_test_setup(test_words, setup),
		cmocka_unit_test_setup(test_utf8, setup),
		cmocka_unit_test_setup(test_invalid_utf8_is_dropped, setup),
		cmocka_unit_test_setup(test_history, setup),
		cmocka_unit_test_setup(test_history_is_bounded, setup),
		cmocka_unit_test_setup(test_completion, setup),
		cmocka_unit_test_setup(test_completion_of_nothing_lists_all, setup),
		cmocka_unit_test_setup(test_cancel, setup),
		cmocka_unit_test_setup(test_clear_screen, setup),
		cmocka_unit_test_setup(test_split_and_unknown_sequences, setup),
		cmocka_unit_test_setup(test_long_line, setup),
		cmocka_unit_test_setup(test_too_long_line_is_not_run, setup),
		cmocka_unit_test_setup(test_render_needs_room, setup),
		cmocka_unit_test_setup(test_prompt_is_cut, setup),
		cmocka_unit_test_setup(test_garbage, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
