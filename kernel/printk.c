/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printk: formatted by the caller into a buffer on his stack, put on the console in one piece
 * (kernel/conout.h). A text longer than the buffer goes out in several pieces.
 */
#include <string.h>

#include <zephyr/logging/log_core.h>
#include <zephyr/sys/cbprintf.h>
#include <zephyr/sys/printk.h>
#include "kernel/conout.h"

#define PIECE 192

struct text {
	size_t len;
	char bytes[PIECE];
};

static void text_flush(struct text *text)
{
	if (text->len == 0) {
		return;
	}
#ifdef CONFIG_LOG_PRINTK
	z_log_text(text->bytes, text->len);
#else
	conout_write(text->bytes, text->len);
#endif
	text->len = 0;
}

static int text_putc(int c, void *ctx)
{
	struct text *text = ctx;

	if (text->len == PIECE) {
		text_flush(text);
	}
	text->bytes[text->len++] = (char)c;
	return c;
}

void vprintk(const char *fmt, va_list ap)
{
	struct text text = {.len = 0};

	(void)cbvprintf(text_putc, &text, fmt, ap);
	text_flush(&text);
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}
