/* SPDX-License-Identifier: Apache-2.0 */

/* Text on the PL011, a line at a time: CPUs take turns. */

#include "guest.h"

#define UARTDR  0x00UL
#define UARTFR  0x18UL
#define FR_TXFF (1U << 5)

static uint32_t console_lock;

static void put(char c)
{
	if (c == '\n') {
		put('\r');
	}
	while (read32(UART_BASE + UARTFR) & FR_TXFF) {
		relax();
	}
	write32(UART_BASE + UARTDR, (uint8_t)c);
}

static void put_number(uint64_t value, unsigned int base, int width, char pad, bool minus,
		       bool prefix)
{
	char text[24];
	int n = 0;

	do {
		text[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	if (prefix) {
		text[n++] = 'x';
		text[n++] = '0';
	}
	if (minus) {
		text[n++] = '-';
	}
	while (width-- > n) {
		put(pad);
	}
	while (n > 0) {
		put(text[--n]);
	}
}

/* One conversion behind the '%'; returns where the format goes on. */
static const char *convert(const char *f, va_list *args)
{
	bool prefix = false;
	bool wide = false;
	char pad = ' ';
	int width = 0;

	for (;; f++) {
		if (*f == '#') {
			prefix = true;
		} else if (*f == '0') {
			pad = '0';
		} else {
			break;
		}
	}
	while (*f >= '0' && *f <= '9') {
		width = width * 10 + (*f++ - '0');
	}
	while (*f == 'l' || *f == 'z') {
		wide = true;
		f++;
	}
	if (*f == 's') {
		for (const char *s = va_arg(*args, const char *); *s != '\0'; s++) {
			put(*s);
		}
	} else if (*f == 'c') {
		put((char)va_arg(*args, int));
	} else if (*f == 'd') {
		int64_t v = wide ? va_arg(*args, int64_t) : va_arg(*args, int);

		put_number(v < 0 ? -(uint64_t)v : (uint64_t)v, 10, width, pad, v < 0, false);
	} else if (*f == 'u' || *f == 'x') {
		uint64_t v = wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t);

		put_number(v, *f == 'u' ? 10 : 16, width, pad, false, prefix);
	} else {
		put(*f);
	}
	return f + 1;
}

void vprint(const char *format, va_list args)
{
	va_list copy;

	va_copy(copy, args);
	lock_take(&console_lock);
	while (*format != '\0') {
		if (*format == '%') {
			format = convert(format + 1, &copy);
		} else {
			put(*format++);
		}
	}
	lock_give(&console_lock);
	va_end(copy);
}

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprint(format, args);
	va_end(args);
}
