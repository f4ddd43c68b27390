/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Bytes and small numbers as text, declared in <zephyr/sys/util.h>.
 */
#include <errno.h>

#include <zephyr/sys/util.h>

int char2hex(char c, uint8_t *x)
{
	if (c >= '0' && c <= '9') {
		*x = (uint8_t)(c - '0');
	} else if (c >= 'a' && c <= 'f') {
		*x = (uint8_t)(c - 'a' + 10);
	} else if (c >= 'A' && c <= 'F') {
		*x = (uint8_t)(c - 'A' + 10);
	} else {
		return -EINVAL;
	}
	return 0;
}

int hex2char(uint8_t x, char *c)
{
	if (x > 15U) {
		return -EINVAL;
	}
	*c = "0123456789abcdef"[x];
	return 0;
}

size_t bin2hex(const uint8_t *buf, size_t buflen, char *hex, size_t hexlen)
{
	if (hexlen / 2U < buflen || hexlen - 2U * buflen < 1U) {
		return 0;
	}
	for (size_t i = 0; i < buflen; i++) {
		(void)hex2char(buf[i] >> 4, &hex[2U * i]);
		(void)hex2char(buf[i] & 0xfU, &hex[2U * i + 1U]);
	}
	hex[2U * buflen] = '\0';
	return 2U * buflen;
}

size_t hex2bin(const char *hex, size_t hexlen, uint8_t *buf, size_t buflen)
{
	size_t odd = hexlen & 1U;
	size_t bytes = hexlen / 2U + odd;
	uint8_t nibble;

	if (buflen < bytes) {
		return 0;
	}
	for (size_t i = 0; i < bytes; i++) {
		/* With an odd number of digits the first byte has one. */
		buf[i] = 0;
		for (size_t j = i == 0U && odd != 0U ? 1U : 0U; j < 2U; j++) {
			if (char2hex(hex[2U * i + j - odd], &nibble) < 0) {
				return 0;
			}
			buf[i] = (uint8_t)((buf[i] << 4) | nibble);
		}
	}
	return bytes;
}

uint8_t u8_to_dec(char *buf, uint8_t buflen, uint8_t value)
{
	uint8_t len = 0;
	uint8_t unit = 100;

	for (; unit != 0U && len < buflen; unit /= 10U) {
		uint8_t digit = value / unit;

		if (digit != 0U || len != 0U || unit == 1U) {
			buf[len++] = (char)('0' + digit);
		}
		value %= unit;
	}
	if (len < buflen) {
		buf[len] = '\0';
	}
	return len;
}
