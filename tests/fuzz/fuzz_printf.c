/* SPDX-License-Identifier: Apache-2.0 */
/* Formats of flags, widths, precisions, lengths and conversions in any order: the same as the host's C library makes of them. */
#define main unit_main
#include "../unit/test_printf.c"
#undef main

#include "fuzz.h"

static void conversion(struct input *in, char *fmt)
{
	static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
	static const char flags[] = "-+ #0", conversions[] = "diuoxXcsp";
	uint8_t which = in_byte(in), width = in_byte(in), precision = in_byte(in);
	uint64_t value = in_edge(in);
	const char *length = lengths[in_byte(in) % 8U];
	char kind = conversions[in_byte(in) % 9U];
	char text[40] = "";
	size_t len = 3U;

	for (unsigned int i = 0U; i < 5U; i++) {
		if ((which >> i & 1U) != 0U) {
			fmt[len++] = flags[i];
		}
	}
	if (width != 0U) {
		len += (size_t)sprintf(&fmt[len], "%u", width);
	}
	if ((which & 0x20U) != 0U) {
		len += (size_t)sprintf(&fmt[len], precision < 250U ? ".%u" : ".", precision % 100U);
	}
	if (kind == 'c' || kind == 's' || kind == 'p') {
		/* Other flags, and a precision of a character or an address, mean nothing. */
		len = 3U;
		len += (size_t)sprintf(&fmt[len], kind == 's' && (which & 0x20U) ? "-%u.%u" : "-%u",
				       width, precision % 100U);
		(void)sprintf(&fmt[len], "%c]%%d", kind);
		memset(text, 'q', value % sizeof(text));
		if (kind == 'c') {
			SAME(fmt, 1 + (int)(value % 254U), 77);
		} else {
			SAME(fmt, kind == 's' ? (void *)text : (void *)(uintptr_t)value, 77);
		}
		return;
	}
	(void)sprintf(&fmt[len], "%s%c]%%d", length, kind);
	if (length[0] == 'h' || length[0] == '\0') {
		SAME(fmt, (int)value, 77);
	} else {
		SAME(fmt, value, 77);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	while (in.left != 0U) {
		char fmt[64] = "a[%";

		conversion(&in, fmt);
	}
	return 0;
}
