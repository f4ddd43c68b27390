/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Text to numbers (ISO C11 7.22.1).
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned int digit_value(int c)
{
	if (isdigit(c)) {
		return (unsigned int)(c - '0');
	}
	return isalpha(c) ? (unsigned int)(tolower(c) - 'a') + 10U : UINT_MAX;
}

/*
 * The one parser: sign, prefix and digits at `s`.
 * `magnitude` is the absolute value, limited to the largest; `overflow` says that it was. Returns
 * where the number ends, `s` itself if there is none.
 */
static const char *parse(const char *s, int base, unsigned long long *magnitude, bool *negative,
			 bool *overflow)
{
	const char *start = s;
	const char *digits;
	unsigned long long value = 0;

	*negative = false;
	*overflow = false;
	*magnitude = 0;
	while (isspace((unsigned char)*s)) {
		s++;
	}
	if (*s == '-' || *s == '+') {
		*negative = *s == '-';
		s++;
	}
	if ((base == 0 || base == 16) && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') &&
	    isxdigit((unsigned char)s[2])) {
		s += 2;
		base = 16;
	} else if (base == 0) {
		base = *s == '0' ? 8 : 10;
	}
	if (base < 2 || base > 36) {
		errno = EINVAL;
		return start;
	}
	for (digits = s; digit_value((unsigned char)*s) < (unsigned int)base; s++) {
		if (__builtin_mul_overflow(value, (unsigned int)base, &value) ||
		    __builtin_add_overflow(value, digit_value((unsigned char)*s), &value)) {
			*overflow = true;
		}
	}
	*magnitude = *overflow ? ULLONG_MAX : value;
	return s == digits ? start : s;
}

static long long parse_signed(const char *s, char **end, int base, long long min, long long max)
{
	unsigned long long magnitude;
	bool negative;
	bool overflow;
	const char *stop = parse(s, base, &magnitude, &negative, &overflow);
	unsigned long long limit = negative ? 0ULL - (unsigned long long)min
					    : (unsigned long long)max;

	if (end != NULL) {
		*end = (char *)(uintptr_t)stop;
	}
	if (overflow || magnitude > limit) {
		errno = ERANGE;
		return negative ? min : max;
	}
	return (long long)(negative ? 0ULL - magnitude : magnitude);
}

static unsigned long long parse_unsigned(const char *s, char **end, int base,
					 unsigned long long max)
{
	unsigned long long magnitude;
	bool negative;
	bool overflow;
	const char *stop = parse(s, base, &magnitude, &negative, &overflow);

	if (end != NULL) {
		*end = (char *)(uintptr_t)stop;
	}
	if (overflow || magnitude > max) {
		errno = ERANGE;
		return max;
	}
	return negative ? 0ULL - magnitude : magnitude;
}

long strtol(const char *restrict s, char **restrict end, int base)
{
	return (long)parse_signed(s, end, base, LONG_MIN, LONG_MAX);
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
	return parse_signed(s, end, base, LLONG_MIN, LLONG_MAX);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	return (unsigned long)parse_unsigned(s, end, base, ULONG_MAX);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
	return parse_unsigned(s, end, base, ULLONG_MAX);
}

int atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

long atol(const char *s)
{
	return strtol(s, NULL, 10);
}

long long atoll(const char *s)
{
	return strtoll(s, NULL, 10);
}
