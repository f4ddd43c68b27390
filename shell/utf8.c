/* SPDX-License-Identifier: Apache-2.0 */

#include "shell/utf8.h"

struct cp_range {
	uint32_t first;
	uint32_t last;
};

/* Blocks of combining characters, Unicode 15: they take no column. */
static const struct cp_range combining[] = {
	{0x0300, 0x036f}, {0x0483, 0x0489}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
	{0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
};

/* Blocks of East Asian wide characters and emoji, Unicode 15 annex 11: two columns. */
static const struct cp_range wide[] = {
	{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
	{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
	{0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool in_ranges(uint32_t cp, const struct cp_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (cp >= ranges[i].first && cp <= ranges[i].last) {
			return true;
		}
	}
	return false;
}

static bool is_continuation(char c)
{
	return ((uint8_t)c & 0xc0U) == 0x80U;
}

unsigned int utf8_length(uint8_t lead)
{
	if (lead < 0x80U) {
		return 1;
	}
	if (lead >= 0xc2U && lead <= 0xdfU) {
		return 2;
	}
	if ((lead & 0xf0U) == 0xe0U) {
		return 3;
	}
	return (lead >= 0xf0U && lead <= 0xf4U) ? 4 : 0;
}

uint32_t utf8_decode(const uint8_t *bytes, unsigned int len)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	static const uint8_t lead_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t cp;

	if (len < 1 || len > 4) {
		return UINT32_MAX;
	}
	cp = bytes[0] & lead_mask[len];
	for (unsigned int i = 1; i < len; i++) {
		if (!is_continuation((char)bytes[i])) {
			return UINT32_MAX;
		}
		cp = (cp << 6) | (bytes[i] & 0x3fU);
	}
	if (cp < smallest[len] || cp > 0x10ffffU || (cp >= 0xd800U && cp <= 0xdfffU)) {
		return UINT32_MAX;
	}
	return cp;
}

unsigned int utf8_columns(uint32_t cp)
{
	if (cp < 0x300U) {
		return 1;
	}
	if (in_ranges(cp, combining, sizeof(combining) / sizeof(combining[0]))) {
		return 0;
	}
	return in_ranges(cp, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

/* The code point at pos and, through next, where the following one begins. */
static uint32_t code_point(const char *text, size_t len, size_t pos, size_t *next)
{
	unsigned int n = utf8_length((uint8_t)text[pos]);

	if (n == 0 || n > len - pos) {
		*next = pos + 1;
		return UINT32_MAX;
	}
	*next = pos + n;
	return utf8_decode((const uint8_t *)text + pos, n);
}

size_t utf8_next(const char *text, size_t len, size_t pos)
{
	size_t next;
	size_t end = pos;

	if (pos >= len) {
		return len;
	}
	(void)code_point(text, len, pos, &end);
	while (end < len && utf8_columns(code_point(text, len, end, &next)) == 0) {
		end = next;
	}
	return end;
}

size_t utf8_prev(const char *text, size_t pos)
{
	size_t end = pos;
	size_t next;

	while (pos > 0) {
		pos--;
		while (pos > 0 && is_continuation(text[pos])) {
			pos--;
		}
		if (utf8_columns(code_point(text, end, pos, &next)) != 0) {
			break;
		}
	}
	return pos;
}

size_t utf8_width(const char *text, size_t from, size_t to)
{
	size_t columns = 0;

	while (from < to) {
		columns += utf8_columns(code_point(text, to, from, &from));
	}
	return columns;
}
