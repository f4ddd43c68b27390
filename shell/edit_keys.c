/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the terminal sends, and what it means: control characters, UTF-8, and the escape sequences
 * of xterm, VT100 and the Linux console (ECMA-48 5.4; xterm's ctlseqs "PC-Style Function Keys").
 * Bytes may arrive one at a time with any delay. Whatever is not understood is swallowed up to
 * where it must have ended, and never becomes part of the line.
 */

#include <string.h>

#include "shell/edit.h"
#include "shell/edit_internal.h"
#include "shell/utf8.h"

#define CTRL(c) ((c) & 0x1f)
#define KEY_ESC 0x1b
#define KEY_DEL 0x7f

/* Longest escape sequence that is followed; a longer one is garbage. */
#define SEQUENCE_MAX 24
/* Longest OSC or DCS string, for instance a terminal's answer to a question that we did not ask. */
#define STRING_MAX 128

static void new_line(struct edit *ed, const char *why)
{
	edit_move(ed, ed->len);
	edit_puts(ed, why);
	edit_puts(ed, "\n");
	edit_start(ed);
}

static enum edit_result enter(struct edit *ed)
{
	if (ed->overflow) {
		/*
		 * A line of which a part was lost is not run: half a pasted command may be a
		 * different command.
		 */
		new_line(ed, "\nline too long: not run, 256 bytes is the limit");
		return EDIT_MORE;
	}
	edit_enter(ed);
	return EDIT_LINE;
}

static void delete_right(struct edit *ed)
{
	if (ed->cursor < ed->len) {
		edit_remove(ed, ed->cursor, utf8_next(ed->line, ed->len, ed->cursor));
	} else {
		edit_bell(ed);
	}
}

static void delete_left(struct edit *ed)
{
	if (ed->cursor > 0) {
		edit_remove(ed, utf8_prev(ed->line, ed->cursor), ed->cursor);
	} else {
		edit_bell(ed);
	}
}

static void browse_newer(struct edit *ed)
{
	if (ed->browse > 0) {
		edit_browse(ed, ed->browse - 1);
	} else {
		edit_bell(ed);
	}
}

static enum edit_result control(struct edit *ed, uint8_t key)
{
	switch (key) {
	case '\r':
	case '\n':
		return enter(ed);
	case '\t':
		edit_tab(ed, ed->after_tab);
		ed->after_tab = true;
		return EDIT_MORE;
	case CTRL('a'):
		edit_move(ed, 0);
		break;
	case CTRL('b'):
		edit_move(ed, utf8_prev(ed->line, ed->cursor));
		break;
	case CTRL('c'):
		new_line(ed, "^C");
		break;
	case CTRL('d'):
		delete_right(ed);
		break;
	case CTRL('e'):
		edit_move(ed, ed->len);
		break;
	case CTRL('f'):
		edit_move(ed, utf8_next(ed->line, ed->len, ed->cursor));
		break;
	case CTRL('h'):
	case KEY_DEL:
		delete_left(ed);
		break;
	case CTRL('k'):
		edit_remove(ed, ed->cursor, ed->len);
		break;
	case CTRL('l'):
		edit_puts(ed, "\033[H\033[2J");
		edit_redraw_all(ed);
		break;
	case CTRL('n'):
		browse_newer(ed);
		break;
	case CTRL('p'):
		edit_browse(ed, ed->browse + 1);
		break;
	case CTRL('u'):
		edit_remove(ed, 0, ed->cursor);
		break;
	case CTRL('w'):
		edit_remove(ed, edit_word_left(ed), ed->cursor);
		break;
	case '\0':
		break;
	default:
		edit_bell(ed);
		break;
	}
	return EDIT_MORE;
}

/* A sequence that ends in '~': the key is its first parameter. */
static void tilde_key(struct edit *ed)
{
	switch (ed->params[0]) {
	case 1:
	case 7:
		edit_move(ed, 0);
		break;
	case 4:
	case 8:
		edit_move(ed, ed->len);
		break;
	case 3:
		delete_right(ed);
		break;
	default:
		break;
	}
}

/* A cursor key by its final letter, the same for CSI (normal) and SS3 (application mode). */
static void letter_key(struct edit *ed, uint8_t final)
{
	/* Second parameter: 1 + modifiers; 3 is Alt, 5 is Ctrl. */
	bool by_word = ed->params[1] == 3 || ed->params[1] == 5;

	switch (final) {
	case 'A':
		edit_browse(ed, ed->browse + 1);
		break;
	case 'B':
		browse_newer(ed);
		break;
	case 'C':
		edit_move(ed,
			  by_word ? edit_word_right(ed) : utf8_next(ed->line, ed->len, ed->cursor));
		break;
	case 'D':
		edit_move(ed, by_word ? edit_word_left(ed) : utf8_prev(ed->line, ed->cursor));
		break;
	case 'H':
		edit_move(ed, 0);
		break;
	case 'F':
		edit_move(ed, ed->len);
		break;
	default:
		break;
	}
}

static void meta_key(struct edit *ed, uint8_t key)
{
	switch (key) {
	case 'b':
		edit_move(ed, edit_word_left(ed));
		break;
	case 'f':
		edit_move(ed, edit_word_right(ed));
		break;
	case 'd':
		edit_remove(ed, ed->cursor, edit_word_right(ed));
		break;
	case KEY_DEL:
		edit_remove(ed, edit_word_left(ed), ed->cursor);
		break;
	default:
		break;
	}
}

static void begin_sequence(struct edit *ed, enum edit_state state)
{
	ed->state = state;
	ed->seq_len = 0;
	ed->param = 0;
	ed->params[0] = 0;
	ed->params[1] = 0;
}

static void escape_byte(struct edit *ed, uint8_t byte)
{
	switch (byte) {
	case '[':
		begin_sequence(ed, EDIT_CSI);
		break;
	case 'O':
		begin_sequence(ed, EDIT_SS3);
		break;
	case ']':
	case 'P':
	case '^':
	case '_':
	case 'X':
		begin_sequence(ed, EDIT_STRING);
		break;
	default:
		ed->state = EDIT_GROUND;
		meta_key(ed, byte);
		break;
	}
}

static void csi_byte(struct edit *ed, uint8_t byte)
{
	if (++ed->seq_len > SEQUENCE_MAX) {
		ed->state = EDIT_GROUND;
		return;
	}
	if (byte >= '0' && byte <= '9') {
		if (ed->param < 2 && ed->params[ed->param] < 1000) {
			ed->params[ed->param] = ed->params[ed->param] * 10 + (byte - '0');
		}
	} else if (byte == ';') {
		ed->param++;
	} else if (byte == '[' && ed->seq_len == 1) {
		/* Linux console: F1 to F5 are ESC [ [ and a letter. */
		ed->state = EDIT_LINUX_FN;
	} else if (byte >= 0x40) {
		ed->state = EDIT_GROUND;
		if (byte == '~') {
			tilde_key(ed);
		} else {
			letter_key(ed, byte);
		}
	}
}

/* A printing byte within an escape sequence. */
static void sequence_byte(struct edit *ed, uint8_t byte)
{
	switch (ed->state) {
	case EDIT_ESC:
		escape_byte(ed, byte);
		break;
	case EDIT_CSI:
		csi_byte(ed, byte);
		break;
	case EDIT_SS3:
		ed->state = EDIT_GROUND;
		letter_key(ed, byte);
		break;
	case EDIT_STRING:
		if (++ed->seq_len > STRING_MAX) {
			ed->state = EDIT_GROUND;
		}
		break;
	default:
		ed->state = EDIT_GROUND;
		break;
	}
}

/* A byte of the text: collects one character. Bytes that are not UTF-8 are dropped. */
static void text_byte(struct edit *ed, uint8_t byte)
{
	if (ed->utf8_need > 0 && (byte & 0xc0U) != 0x80U) {
		ed->utf8_need = 0;
	}
	if (ed->utf8_need == 0) {
		ed->utf8_len = 0;
		ed->utf8_need = utf8_length(byte);
		if (ed->utf8_need == 0) {
			return;
		}
	}
	ed->utf8[ed->utf8_len++] = byte;
	if (ed->utf8_len == ed->utf8_need) {
		uint32_t cp = utf8_decode(ed->utf8, ed->utf8_len);

		ed->utf8_need = 0;
		/* 0x80 to 0x9f are the C1 controls. */
		if (cp != UINT32_MAX && (cp < 0x80U || cp > 0x9fU)) {
			edit_insert(ed, (const char *)ed->utf8, ed->utf8_len);
		}
	}
}

enum edit_result edit_feed(struct edit *ed, uint8_t byte)
{
	bool after_cr = ed->after_cr;
	bool after_tab = ed->after_tab;
	enum edit_result result = EDIT_MORE;

	ed->after_cr = byte == '\r';
	if (byte == '\n' && after_cr) {
		return EDIT_MORE;
	}
	ed->after_tab = false;
	if (byte == KEY_ESC) {
		ed->utf8_need = 0;
		begin_sequence(ed, EDIT_ESC);
	} else if (byte < 0x20U || (byte == KEY_DEL && ed->state != EDIT_ESC)) {
		/*
		 * A control character ends any sequence: none has one inside. BEL is how strings
		 * end.
		 */
		bool in_string = ed->state == EDIT_STRING;

		ed->state = EDIT_GROUND;
		ed->utf8_need = 0;
		ed->after_tab = after_tab;
		if (!in_string || byte != '\a') {
			result = control(ed, byte);
		}
		ed->after_tab = ed->after_tab && byte == '\t';
	} else if (ed->state != EDIT_GROUND) {
		sequence_byte(ed, byte);
	} else {
		text_byte(ed, byte);
	}
	return result;
}

bool edit_pending(const struct edit *ed)
{
	return ed->state != EDIT_GROUND;
}

void edit_idle(struct edit *ed)
{
	ed->state = EDIT_GROUND;
}
