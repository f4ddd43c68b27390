/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief <stdio.h> on printk(): whatever the stream, the text goes to the console.
 */
#include <stdio.h>

#include <zephyr/sys/printk.h>

int vprintf(const char *restrict fmt, va_list ap)
{
	va_list again;
	int len;

	/* vprintk() gives no length, and its text must go out as one piece. */
	va_copy(again, ap);
	len = vsnprintk(NULL, 0, fmt, again);
	va_end(again);
	vprintk(fmt, ap);
	return len;
}

int vfprintf(FILE *restrict f, const char *restrict fmt, va_list ap)
{
	(void)f;
	return vprintf(fmt, ap);
}

int printf(const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vprintf(fmt, ap);
	va_end(ap);
	return len;
}

int fprintf(FILE *restrict f, const char *restrict fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vfprintf(f, fmt, ap);
	va_end(ap);
	return len;
}

int puts(const char *s)
{
	printk("%s\n", s);
	return 0;
}

int fputs(const char *restrict s, FILE *restrict f)
{
	(void)f;
	printk("%s", s);
	return 0;
}

int putchar(int c)
{
	printk("%c", c);
	return (unsigned char)c;
}

int fputc(int c, FILE *f)
{
	(void)f;
	return putchar(c);
}

int putc(int c, FILE *f)
{
	return fputc(c, f);
}

int fflush(FILE *f)
{
	(void)f;
	return 0;
}
