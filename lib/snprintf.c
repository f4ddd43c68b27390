/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Formatting into buffers and to callbacks, on z_vformat().
 */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <zephyr/sys/cbprintf.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "lib/printf.h"

struct buffer {
	char *at;
	size_t room; /* without the final NUL */
};

static void to_buffer(void *ctx, const char *text, size_t len)
{
	struct buffer *buf = ctx;
	size_t n = MIN(len, buf->room);

	memcpy(buf->at, text, n);
	buf->at += n;
	buf->room -= n;
}

int vsnprintk(char *str, size_t size, const char *fmt, va_list ap)
{
	char none = '\0';
	struct buffer buf = {.at = size != 0U ? str : &none, .room = size != 0U ? size - 1U : 0U};
	int len = z_vformat(to_buffer, &buf, fmt, ap);

	*buf.at = '\0';
	return len;
}

int snprintk(char *str, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintk(str, size, fmt, ap);
	va_end(ap);
	return len;
}

int vsnprintf(char *restrict buf, size_t size, const char *restrict fmt, va_list ap)
{
	return vsnprintk(buf, size, fmt, ap);
}

int snprintf(char *restrict buf, size_t size, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintk(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

int vsprintf(char *restrict buf, const char *restrict fmt, va_list ap)
{
	return vsnprintk(buf, INT_MAX, fmt, ap);
}

int sprintf(char *restrict buf, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintk(buf, INT_MAX, fmt, ap);
	va_end(ap);
	return len;
}

int vsnprintfcb(char *str, size_t size, const char *format, va_list ap)
{
	return vsnprintk(str, size, format, ap);
}

int snprintfcb(char *str, size_t size, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = vsnprintk(str, size, format, ap);
	va_end(ap);
	return len;
}

struct callback {
	cbprintf_cb out;
	void *ctx;
	int error;
};

static void to_callback(void *ctx, const char *text, size_t len)
{
	struct callback *cb = ctx;

	for (size_t i = 0; i < len && cb->error >= 0; i++) {
		cb->error = cb->out((unsigned char)text[i], cb->ctx);
	}
}

int cbvprintf(cbprintf_cb out, void *ctx, const char *format, va_list ap)
{
	struct callback cb = {.out = out, .ctx = ctx};
	int len = z_vformat(to_callback, &cb, format, ap);

	return cb.error < 0 ? cb.error : len;
}

int cbprintf(cbprintf_cb out, void *ctx, const char *format, ...)
{
	va_list ap;
	int len;

	va_start(ap, format);
	len = cbvprintf(out, ctx, format, ap);
	va_end(ap);
	return len;
}
