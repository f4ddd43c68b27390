/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Formatted output (part of ISO C11 7.21); stdout is the console.
 *
 * Floating point conversions are printed as they are written in the format. No files.
 */
#ifndef ZVM_LIBC_STDIO_H_
#define ZVM_LIBC_STDIO_H_

#include <stdarg.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EOF (-1)

typedef struct z_file FILE;
/* Any stream is the console. */
#define stdin  ((FILE *)0)
#define stdout ((FILE *)1)
#define stderr ((FILE *)2)

int printf(const char *restrict fmt, ...) __attribute__((__format__(__printf__, 1, 2)));
int vprintf(const char *restrict fmt, va_list ap) __attribute__((__format__(__printf__, 1, 0)));
int fprintf(FILE *restrict f, const char *restrict fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
int vfprintf(FILE *restrict f, const char *restrict fmt, va_list ap)
	__attribute__((__format__(__printf__, 2, 0)));
int sprintf(char *restrict buf, const char *restrict fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
int snprintf(char *restrict buf, size_t size, const char *restrict fmt, ...)
	__attribute__((__format__(__printf__, 3, 4)));
int vsprintf(char *restrict buf, const char *restrict fmt, va_list ap)
	__attribute__((__format__(__printf__, 2, 0)));
int vsnprintf(char *restrict buf, size_t size, const char *restrict fmt, va_list ap)
	__attribute__((__format__(__printf__, 3, 0)));
int puts(const char *s);
int putchar(int c);
int putc(int c, FILE *f);
int fputc(int c, FILE *f);
int fputs(const char *restrict s, FILE *restrict f);
int fflush(FILE *f);

#ifdef __cplusplus
}
#endif

#endif /* ZVM_LIBC_STDIO_H_ */
