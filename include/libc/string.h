/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Memory and strings (ISO C11 7.24 without locales, and some of POSIX).
 *
 * memcpy(), memmove() and memset() access memory with naturally aligned loads and stores only, so
 * that they may also be used while the MMU is off and on Device memory (Arm ARM DDI 0487, B2.5.2).
 */
#ifndef ZVM_LIBC_STRING_H_
#define ZVM_LIBC_STRING_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void *memcpy(void *restrict dst, const void *restrict src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
void *memrchr(const void *s, int c, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
char *strcpy(char *restrict dst, const char *restrict src);
char *strncpy(char *restrict dst, const char *restrict src, size_t n);
size_t strlcpy(char *restrict dst, const char *restrict src, size_t size);
size_t strlcat(char *restrict dst, const char *restrict src, size_t size);
char *strcat(char *restrict dst, const char *restrict src);
char *strncat(char *restrict dst, const char *restrict src, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);
int strcoll(const char *a, const char *b);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *what);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);
char *strtok_r(char *restrict s, const char *restrict sep, char **restrict state);

/** @brief Text of an errno value, "error" if it has none here. */
char *strerror(int errnum);

#ifdef __cplusplus
}
#endif

#endif /* ZVM_LIBC_STRING_H_ */
