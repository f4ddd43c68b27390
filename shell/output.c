/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The output of commands. Whole lines go to the console, so that lines of others come between them,
 * never into them.
 */

#include <string.h>

#include <zephyr/sys/cbprintf.h>
#include "kernel/conout.h"
#include "shell/shell.h"

static void flush(const struct shell *sh)
{
	struct shell_state *state = sh->state;

	if (state->out_len > 0) {
		conout_write(state->out, state->out_len);
		state->out_len = 0;
	}
}

static int out_putc(int c, void *ctx)
{
	const struct shell *sh = ctx;
	struct shell_state *state = sh->state;

	state->out[state->out_len++] = (char)c;
	if (c == '\n' || state->out_len == sizeof(state->out)) {
		flush(sh);
	}
	return c;
}

void shell_vfprintf(const struct shell *sh, enum shell_vt100_color color, const char *fmt,
		    va_list args)
{
	ARG_UNUSED(color);
	(void)k_mutex_lock(sh->out_lock, K_FOREVER);
	(void)cbvprintf(out_putc, (void *)sh, fmt, args);
	(void)k_mutex_unlock(sh->out_lock);
}

void shell_fprintf(const struct shell *sh, enum shell_vt100_color color, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	shell_vfprintf(sh, color, fmt, args);
	va_end(args);
}

void shell_flush(const struct shell *sh)
{
	(void)k_mutex_lock(sh->out_lock, K_FOREVER);
	flush(sh);
	(void)k_mutex_unlock(sh->out_lock);
}

void shell_hexdump_line(const struct shell *sh, unsigned int offset, const uint8_t *data,
			size_t len)
{
	shell_fprintf(sh, SHELL_NORMAL, "%08X: ", offset);
	for (size_t i = 0; i < 16; i++) {
		if (i < len) {
			shell_fprintf(sh, SHELL_NORMAL, "%02x ", data[i]);
		} else {
			shell_fprintf(sh, SHELL_NORMAL, "   ");
		}
	}
	shell_fprintf(sh, SHELL_NORMAL, "|");
	for (size_t i = 0; i < len; i++) {
		shell_fprintf(sh, SHELL_NORMAL, "%c",
			      data[i] >= 0x20U && data[i] < 0x7fU ? data[i] : '.');
	}
	shell_print(sh, "|");
}

void shell_hexdump(const struct shell *sh, const uint8_t *data, size_t len)
{
	for (size_t row = 0; row < len; row += 16) {
		shell_hexdump_line(sh, (unsigned int)row, data + row, MIN(len - row, (size_t)16));
	}
}
