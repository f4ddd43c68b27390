/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Line editor.
 *
 * Pure logic: bytes of the terminal go in one at a time through edit_feed(), bytes for the terminal
 * come out of one callback. No other I/O, no allocation, no locking; one editor belongs to one
 * thread. It is tested on the host.
 *
 * The line is shown in one row of the terminal: it is scrolled sideways when it is longer than the
 * row, so that nothing depends on where the terminal wraps, and a redraw is one carriage return
 * away. The row is taken to be EDIT_COLUMNS wide, which every terminal in use is. When a scrolled
 * line is entered it is written out once in full.
 *
 * Every operation costs at most O(line length) plus what the completion callback does.
 */

#ifndef ZVM_SHELL_EDIT_H_
#define ZVM_SHELL_EDIT_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest line in bytes, without the terminating NUL. */
#define EDIT_LINE_MAX 256
/** Lines kept in the history. */
#define EDIT_HISTORY_LINES 32
/** Columns of the terminal that are used. */
#define EDIT_COLUMNS 80
/** Longest prompt in bytes. */
#define EDIT_PROMPT_MAX 31
/** Enough room for edit_render(). */
#define EDIT_RENDER_MAX (EDIT_PROMPT_MAX + EDIT_COLUMNS * 4 + 32)

/** What edit_feed() says about the line. */
enum edit_result {
	/** Not complete yet. */
	EDIT_MORE,
	/** Entered: edit_line() is the line, edit_start() asks for the next one. */
	EDIT_LINE,
};

struct edit_completion;

/** The editor's surroundings. */
struct edit_ops {
	/** Sends bytes to the terminal; a line feed stands for carriage return and line feed. */
	void (*write)(void *ctx, const char *text, size_t len);
	/**
	 * Calls edit_candidate() for every word that could stand at the end of the first len bytes
	 * of line. The editor sorts out those that do not begin with what is typed. Called twice to
	 * print a list. NULL: no completion.
	 */
	void (*complete)(void *ctx, const char *line, size_t len, struct edit_completion *out);
	void *ctx;
};

/** The states of the terminal input decoder. */
enum edit_state {
	EDIT_GROUND,
	EDIT_ESC,
	EDIT_CSI,
	EDIT_SS3,
	EDIT_LINUX_FN,
	EDIT_STRING,
};

/** One editor. All members are private. */
struct edit {
	const struct edit_ops *ops;
	char prompt[EDIT_PROMPT_MAX + 1];
	char line[EDIT_LINE_MAX + 1];
	size_t len;
	size_t cursor;
	/* First byte of the line that is shown. */
	size_t first;
	bool overflow;
	bool after_cr;
	bool after_tab;

	enum edit_state state;
	unsigned int seq_len;
	unsigned int params[2];
	unsigned int param;
	uint8_t utf8[4];
	unsigned int utf8_len;
	unsigned int utf8_need;

	char history[EDIT_HISTORY_LINES][EDIT_LINE_MAX + 1];
	size_t history_count;
	size_t history_next;
	/*
	 * Steps back in the history, 0 is the line being typed, which is kept in saved meanwhile.
	 */
	size_t browse;
	char saved[EDIT_LINE_MAX + 1];
};

/**
 * @brief Prepare an editor with an empty history.
 *
 * @param ed The editor.
 * @param ops Its surroundings; must stay valid.
 * @param prompt The prompt, cut at EDIT_PROMPT_MAX bytes.
 */
void edit_init(struct edit *ed, const struct edit_ops *ops, const char *prompt);

/**
 * @brief Begin a new line: empties it and prints the prompt. The terminal's cursor must be in the
 * first column.
 *
 * @param ed The editor.
 */
void edit_start(struct edit *ed);

/**
 * @brief Take one byte from the terminal.
 *
 * @param ed The editor.
 * @param byte The byte; anything is accepted.
 *
 * @retval EDIT_MORE Nothing to do.
 * @retval EDIT_LINE The line is complete and stored in the history; the terminal is at the start of
 * a fresh row.
 */
enum edit_result edit_feed(struct edit *ed, uint8_t byte);

/**
 * @brief Whether an escape sequence has begun and not ended.
 *
 * @param ed The editor.
 * @return true if edit_idle() should be called when no input follows soon.
 */
bool edit_pending(const struct edit *ed);

/**
 * @brief Forget a begun escape sequence: the user pressed the Escape key alone.
 *
 * @param ed The editor.
 */
void edit_idle(struct edit *ed);

/**
 * @brief The line, NUL-terminated. The caller may change it in place until edit_start().
 *
 * @param ed The editor.
 * @return The line.
 */
char *edit_line(struct edit *ed);

/**
 * @brief Write what draws the prompt and the line and leaves the cursor where it belongs, from
 * column one.
 *
 * @param ed The editor.
 * @param buf Receives the bytes, not NUL-terminated.
 * @param size Room in buf, EDIT_RENDER_MAX always is enough.
 * @return Number of bytes written; 0 if they do not fit.
 */
size_t edit_render(const struct edit *ed, char *buf, size_t size);

/**
 * @brief Offer a word; only from within edit_ops.complete.
 *
 * @param out What the callback was given.
 * @param word The word, NUL-terminated.
 */
void edit_candidate(struct edit_completion *out, const char *word);

/**
 * @brief A line of the history.
 *
 * @param ed The editor.
 * @param back 0 is the newest line.
 * @return The line, or NULL if there are not so many.
 */
const char *edit_history(const struct edit *ed, size_t back);

#endif /* ZVM_SHELL_EDIT_H_ */
