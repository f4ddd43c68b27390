/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Cutting UTF-8 strings where a character ends, declared in <zephyr/sys/util.h>.
 */
#include <string.h>

#include <zephyr/sys/util.h>

/* Bytes of the character that begins with this byte; 1 for one that begins none. */
static size_t sequence_length(uint8_t first)
{
	if (first >= 0xf0U) {
		return 4;
	}
	if (first >= 0xe0U) {
		return 3;
	}
	return first >= 0xc0U ? 2 : 1;
}

char *utf8_trunc(char *utf8_str)
{
	size_t len = strlen(utf8_str);
	size_t last = len;

	/* Back over continuation bytes to the byte that begins the last character. */
	while (last > 0U && ((uint8_t)utf8_str[last - 1U] & 0xc0U) == 0x80U) {
		last--;
	}
	if (last > 0U && len - (last - 1U) < sequence_length((uint8_t)utf8_str[last - 1U])) {
		utf8_str[last - 1U] = '\0';
	}
	return utf8_str;
}

char *utf8_lcpy(char *dst, const char *src, size_t n)
{
	if (n == 0U) {
		return dst;
	}
	(void)strncpy(dst, src, n - 1U);
	dst[n - 1U] = '\0';
	if (strnlen(src, n) == n) {
		(void)utf8_trunc(dst);
	}
	return dst;
}
