/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Character classes of the C locale (ISO C11 7.4).
 */
#ifndef ZVM_LIBC_CTYPE_H_
#define ZVM_LIBC_CTYPE_H_

static inline int isdigit(int c)
{
	return (unsigned int)c - '0' < 10U;
}

static inline int isupper(int c)
{
	return (unsigned int)c - 'A' < 26U;
}

static inline int islower(int c)
{
	return (unsigned int)c - 'a' < 26U;
}

static inline int isalpha(int c)
{
	return ((unsigned int)c | 0x20U) - 'a' < 26U;
}

static inline int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static inline int isxdigit(int c)
{
	return isdigit(c) || ((unsigned int)c | 0x20U) - 'a' < 6U;
}

static inline int isspace(int c)
{
	return c == ' ' || (unsigned int)c - '\t' < 5U;
}

static inline int isblank(int c)
{
	return c == ' ' || c == '\t';
}

static inline int isprint(int c)
{
	return (unsigned int)c - ' ' < 95U;
}

static inline int isgraph(int c)
{
	return (unsigned int)c - '!' < 94U;
}

static inline int iscntrl(int c)
{
	return (unsigned int)c < ' ' || c == 0x7f;
}

static inline int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

static inline int tolower(int c)
{
	return isupper(c) ? c + ('a' - 'A') : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c - ('a' - 'A') : c;
}

#endif /* ZVM_LIBC_CTYPE_H_ */
