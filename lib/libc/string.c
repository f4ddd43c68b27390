/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Strings; see <string.h>.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <zephyr/sys/util.h>

/* Keeps the compiler from turning a loop into a call of the very function it is in. */
#define OPAQUE(p) __asm__ volatile("" : "+r"(p))

size_t strlen(const char *s)
{
	const char *p = s;

	while (*p != '\0') {
		p++;
		OPAQUE(p);
	}
	return (size_t)(p - s);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] != '\0') {
		n++;
	}
	return n;
}

char *strcpy(char *restrict dst, const char *restrict src)
{
	memcpy(dst, src, strlen(src) + 1U);
	return dst;
}

char *strncpy(char *restrict dst, const char *restrict src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dst, src, len);
	memset(dst + len, 0, n - len);
	return dst;
}

size_t strlcpy(char *restrict dst, const char *restrict src, size_t size)
{
	size_t len = strlen(src);

	if (size != 0U) {
		size_t n = MIN(len, size - 1U);

		memcpy(dst, src, n);
		dst[n] = '\0';
	}
	return len;
}

size_t strlcat(char *restrict dst, const char *restrict src, size_t size)
{
	size_t len = strnlen(dst, size);

	return len + strlcpy(dst + len, src, size - len);
}

char *strcat(char *restrict dst, const char *restrict src)
{
	memcpy(dst + strlen(dst), src, strlen(src) + 1U);
	return dst;
}

char *strncat(char *restrict dst, const char *restrict src, size_t n)
{
	char *end = dst + strlen(dst);
	size_t len = strnlen(src, n);

	memcpy(end, src, len);
	end[len] = '\0';
	return dst;
}

int strcmp(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n != 0U; n--, a++, b++) {
		if (*a != *b || *a == '\0') {
			return (unsigned char)*a - (unsigned char)*b;
		}
	}
	return 0;
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n != 0U; n--, a++, b++) {
		int x = tolower((unsigned char)*a);
		int y = tolower((unsigned char)*b);

		if (x != y || x == 0) {
			return x - y;
		}
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c) {
			return (char *)(uintptr_t)s;
		}
		if (*s == '\0') {
			return NULL;
		}
	}
}

char *strrchr(const char *s, int c)
{
	return memrchr(s, c, strlen(s) + 1U);
}

char *strstr(const char *s, const char *what)
{
	size_t len = strlen(what);

	if (len == 0U) {
		return (char *)(uintptr_t)s;
	}
	for (; *s != '\0'; s++) {
		if (*s == *what && strncmp(s, what, len) == 0) {
			return (char *)(uintptr_t)s;
		}
	}
	return NULL;
}

size_t strspn(const char *s, const char *accept)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(accept, s[n]) != NULL) {
		n++;
	}
	return n;
}

size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(reject, s[n]) == NULL) {
		n++;
	}
	return n;
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s == '\0' ? NULL : (char *)(uintptr_t)s;
}

char *strtok_r(char *restrict s, const char *restrict sep, char **restrict state)
{
	char *end;

	if (s == NULL) {
		s = *state;
	}
	s += strspn(s, sep);
	if (*s == '\0') {
		*state = s;
		return NULL;
	}
	end = s + strcspn(s, sep);
	*state = end;
	if (*end != '\0') {
		*end = '\0';
		*state = end + 1;
	}
	return s;
}
