/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The formatter; see printf.h. Section numbers are those of ISO C11.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "lib/printf.h"

/* Digits of the largest number in the smallest base that there is, 8. */
#define MAX_DIGITS 22

enum length {
	LEN_INT,
	LEN_CHAR,
	LEN_SHORT,
	LEN_LONG, /* also long long, intmax_t, size_t, ptrdiff_t: they are all 64 bits wide */
};

_Static_assert(sizeof(long) == 8 && sizeof(long long) == 8 && sizeof(size_t) == 8 &&
		       sizeof(intmax_t) == 8 && sizeof(ptrdiff_t) == 8,
	       "LP64: the lengths l, ll, j, z and t are one");

struct spec {
	bool left;      /* - */
	bool zero;      /* 0 */
	bool alternate; /* # */
	char sign;      /* '+', ' ' or 0: what a number that is not negative begins with */
	unsigned int width;
	int precision; /* -1: none */
	enum length length;
};

struct sink {
	z_format_out out;
	void *ctx;
	size_t count;
};

static void put(struct sink *sink, const char *text, size_t len)
{
	if (len != 0U) {
		sink->out(sink->ctx, text, len);
		sink->count += len;
	}
}

static void pad(struct sink *sink, bool zeros, size_t n)
{
	static const char blank[] = "                ";
	static const char zero[] = "0000000000000000";
	const size_t max = sizeof(zero) - 1U;

	while (n != 0U) {
		size_t part = n < max ? n : max;

		put(sink, zeros ? zero : blank, part);
		n -= part;
	}
}

/* Put `body` behind `prefix`, with zeros between or blanks around to fill the width. */
static void put_field(struct sink *sink, const struct spec *spec, const char *prefix,
		      size_t prefix_len, size_t zeros, const char *body, size_t len)
{
	size_t total = prefix_len + zeros + len;
	size_t fill = spec->width > total ? spec->width - total : 0U;

	if (!spec->left && !spec->zero) {
		pad(sink, false, fill);
	}
	put(sink, prefix, prefix_len);
	if (!spec->left && spec->zero) {
		pad(sink, true, fill);
	}
	pad(sink, true, zeros);
	put(sink, body, len);
	if (spec->left) {
		pad(sink, false, fill);
	}
}

/* Digits of `value`, written backwards from `end`; returns where they start. */
static char *digits(char *end, uint64_t value, unsigned int base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	if (base == 10U) {
		for (; value != 0U; value /= 10U) {
			*--end = (char)('0' + value % 10U);
		}
		return end;
	}
	for (unsigned int shift = base == 16U ? 4U : 3U; value != 0U; value >>= shift) {
		*--end = set[value & (base - 1U)];
	}
	return end;
}

/* 7.21.6.1p6 and p8: the flags of integers. */
static void put_number(struct sink *sink, struct spec *spec, uint64_t value, unsigned int base,
		       bool upper, char sign)
{
	char buf[MAX_DIGITS];
	char *end = buf + sizeof(buf);
	char *first = digits(end, value, base, upper);
	size_t len = (size_t)(end - first);
	size_t wanted = spec->precision < 0 ? 1U : (size_t)spec->precision;
	size_t zeros = wanted > len ? wanted - len : 0U;
	char prefix[2];
	size_t prefix_len = 0;

	if (spec->precision >= 0) {
		spec->zero = false;
	}
	if (sign != 0) {
		prefix[prefix_len++] = sign;
	}
	if (spec->alternate && base == 16U && value != 0U) {
		prefix[prefix_len++] = '0';
		prefix[prefix_len++] = upper ? 'X' : 'x';
	}
	if (spec->alternate && base == 8U && zeros == 0U && (len == 0U || *first != '0')) {
		zeros = 1U;
	}
	put_field(sink, spec, prefix, prefix_len, zeros, first, len);
}

static void put_string(struct sink *sink, struct spec *spec, const char *text)
{
	size_t len;

	if (text == NULL) {
		text = "(null)";
	}
	/* The text needs no end if the precision is within it (p8, s). */
	len = spec->precision < 0 ? strlen(text) : strnlen(text, (size_t)spec->precision);
	spec->zero = false;
	put_field(sink, spec, "", 0U, 0U, text, len);
}

static int64_t to_signed(enum length length, uint64_t value)
{
	switch (length) {
	case LEN_CHAR:
		return (signed char)value;
	case LEN_SHORT:
		return (short)value;
	case LEN_INT:
		return (int)value;
	default:
		return (int64_t)value;
	}
}

static uint64_t to_unsigned(enum length length, uint64_t value)
{
	switch (length) {
	case LEN_CHAR:
		return (unsigned char)value;
	case LEN_SHORT:
		return (unsigned short)value;
	case LEN_INT:
		return (unsigned int)value;
	default:
		return value;
	}
}

static const char *parse_flags(const char *p, struct spec *spec)
{
	for (;; p++) {
		switch (*p) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		case '+':
			spec->sign = '+';
			break;
		case ' ':
			if (spec->sign == 0) {
				spec->sign = ' ';
			}
			break;
		default:
			return p;
		}
	}
}

static const char *parse_decimal(const char *p, unsigned int *value)
{
	unsigned int v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		v = v < INT_MAX / 10 - 1 ? v * 10U + (unsigned int)(*p - '0') : INT_MAX;
	}
	*value = v;
	return p;
}

static const char *parse_length(const char *p, struct spec *spec)
{
	switch (*p) {
	case 'h':
		spec->length = p[1] == 'h' ? LEN_CHAR : LEN_SHORT;
		return p[1] == 'h' ? p + 2 : p + 1;
	case 'l':
		spec->length = LEN_LONG;
		return p[1] == 'l' ? p + 2 : p + 1;
	case 'j':
	case 'z':
	case 't':
		spec->length = LEN_LONG;
		return p + 1;
	default:
		spec->length = LEN_INT;
		return p;
	}
}

/* A va_list can only be handed down by address within a struct. */
struct args {
	va_list ap;
};

/* Flags, width, precision and length after a '%'; returns the conversion. */
static const char *parse_spec(const char *p, struct spec *spec, struct args *args)
{
	memset(spec, 0, sizeof(*spec));
	spec->precision = -1;
	p = parse_flags(p, spec);
	if (*p == '*') {
		int width = va_arg(args->ap, int);

		spec->left = spec->left || width < 0;
		spec->width = width < 0 ? 0U - (unsigned int)width : (unsigned int)width;
		p++;
	} else {
		p = parse_decimal(p, &spec->width);
	}
	if (*p == '.') {
		unsigned int precision;

		if (p[1] == '*') {
			spec->precision = va_arg(args->ap, int);
			p += 2;
		} else {
			p = parse_decimal(p + 1, &precision);
			spec->precision = (int)precision;
		}
		spec->precision = spec->precision < 0 ? -1 : spec->precision;
	}
	return parse_length(p, spec);
}

static void convert_signed(struct sink *sink, struct spec *spec, struct args *args)
{
	uint64_t raw = spec->length == LEN_LONG ? va_arg(args->ap, uint64_t)
						: va_arg(args->ap, unsigned int);
	int64_t value = to_signed(spec->length, raw);

	if (value < 0) {
		put_number(sink, spec, 0U - (uint64_t)value, 10U, false, '-');
	} else {
		put_number(sink, spec, (uint64_t)value, 10U, false, spec->sign);
	}
}

static void convert_unsigned(struct sink *sink, struct spec *spec, struct args *args,
			     unsigned int base, bool upper)
{
	uint64_t raw = spec->length == LEN_LONG ? va_arg(args->ap, uint64_t)
						: va_arg(args->ap, unsigned int);

	put_number(sink, spec, to_unsigned(spec->length, raw), base, upper, 0);
}

static void convert_pointer(struct sink *sink, struct spec *spec, struct args *args)
{
	const void *ptr = va_arg(args->ap, const void *);

	if (ptr == NULL) {
		spec->precision = -1;
		put_string(sink, spec, "(nil)");
		return;
	}
	spec->alternate = true;
	put_number(sink, spec, (uintptr_t)ptr, 16U, false, spec->sign);
}

static void convert_char(struct sink *sink, struct spec *spec, struct args *args)
{
	char c = (char)va_arg(args->ap, int);

	spec->zero = false;
	put_field(sink, spec, "", 0U, 0U, &c, 1U);
}

/* One conversion; false if the formatter does not have it. */
static bool convert(struct sink *sink, struct spec *spec, char conversion, struct args *args)
{
	switch (conversion) {
	case 'd':
	case 'i':
		convert_signed(sink, spec, args);
		return true;
	case 'u':
		convert_unsigned(sink, spec, args, 10U, false);
		return true;
	case 'o':
		convert_unsigned(sink, spec, args, 8U, false);
		return true;
	case 'x':
	case 'X':
		convert_unsigned(sink, spec, args, 16U, conversion == 'X');
		return true;
	case 'c':
		convert_char(sink, spec, args);
		return true;
	case 's':
		put_string(sink, spec, va_arg(args->ap, const char *));
		return true;
	case 'p':
		convert_pointer(sink, spec, args);
		return true;
	case '%':
		put(sink, "%", 1U);
		return true;
	default:
		return false;
	}
}

int z_vformat(z_format_out out, void *ctx, const char *fmt, va_list ap)
{
	struct sink sink = {.out = out, .ctx = ctx};
	struct args args;
	struct spec spec;

	va_copy(args.ap, ap);
	while (*fmt != '\0') {
		const char *p = fmt;

		while (*p != '\0' && *p != '%') {
			p++;
		}
		put(&sink, fmt, (size_t)(p - fmt));
		fmt = p;
		if (*fmt == '\0') {
			break;
		}
		p = parse_spec(fmt + 1, &spec, &args);
		if (!convert(&sink, &spec, *p, &args)) {
			/* As written, up to and with the letter that is not known. */
			put(&sink, fmt, (size_t)(p - fmt) + (*p != '\0' ? 1U : 0U));
		}
		fmt = *p != '\0' ? p + 1 : p;
	}
	va_end(args.ap);
	return sink.count > INT_MAX ? INT_MAX : (int)sink.count;
}
