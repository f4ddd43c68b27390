/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief memcpy() and its kin.
 *
 * Only naturally aligned accesses are made, so these also work with the MMU off and on Device
 * memory, where an unaligned one faults (Arm ARM DDI 0487, B2.5.2). Pairs of words become LDP and
 * STP; no SIMD register is touched.
 *
 * The empty asm in each loop hides the pointer's progress, or the compiler would see a memcpy() and
 * call it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__aarch64__) && !defined(__clang__)
/* Nor may the compiler merge byte accesses into unaligned words. */
#pragma GCC target("strict-align")
#endif

#define OPAQUE(p) __asm__ volatile("" : "+r"(p))
#define WORD      sizeof(word_t)
#define BLOCK     (8U * WORD)

typedef uint64_t __attribute__((__may_alias__)) word_t;
typedef uint32_t __attribute__((__may_alias__)) half_t;

static inline uintptr_t misaligned(const void *p)
{
	return (uintptr_t)p % WORD;
}

static inline void copy_bytes(unsigned char *d, const unsigned char *s, size_t n)
{
	while (n-- != 0U) {
		*d++ = *s++;
		OPAQUE(d);
	}
}

/* Up to 7 bytes at word-aligned places. */
static inline void copy_rest(unsigned char *d, const unsigned char *s, size_t n)
{
	if ((n & 4U) != 0U) {
		*(half_t *)(void *)d = *(const half_t *)(const void *)s;
		d += 4;
		s += 4;
	}
	copy_bytes(d, s, n & 3U);
}

/*
 * Both sides word-aligned; ascending. Each block is read before it is written, so an overlap from
 * above is fine.
 */
static inline void copy_words(unsigned char *dst, const unsigned char *src, size_t n)
{
	word_t *d = (word_t *)(void *)dst;
	const word_t *s = (const word_t *)(const void *)src;

	while (n >= BLOCK) {
		word_t a = s[0], b = s[1], c = s[2], e = s[3];
		word_t f = s[4], g = s[5], h = s[6], i = s[7];

		d[0] = a;
		d[1] = b;
		d[2] = c;
		d[3] = e;
		d[4] = f;
		d[5] = g;
		d[6] = h;
		d[7] = i;
		d += 8;
		s += 8;
		n -= BLOCK;
		OPAQUE(d);
	}
	if ((n & 32U) != 0U) {
		word_t a = s[0], b = s[1], c = s[2], e = s[3];

		d[0] = a;
		d[1] = b;
		d[2] = c;
		d[3] = e;
		d += 4;
		s += 4;
	}
	if ((n & 16U) != 0U) {
		word_t a = s[0], b = s[1];

		d[0] = a;
		d[1] = b;
		d += 2;
		s += 2;
	}
	if ((n & 8U) != 0U) {
		*d++ = *s++;
	}
	if ((n & 7U) != 0U) {
		copy_rest((unsigned char *)d, (const unsigned char *)s, n);
	}
}

/*
 * Destination word-aligned, source not: each word is put together from the two source words it lies
 * in. No word is read that holds no byte of the source, so none may fault that the caller did not
 * name; only the byte sanitizer sees it differently.
 */
__attribute__((__no_sanitize__("address"))) static void copy_shifted(unsigned char *dst,
								     const unsigned char *src,
								     size_t n)
{
	word_t *d = (word_t *)(void *)dst;
	unsigned int low = 8U * (unsigned int)misaligned(src);
	unsigned int high = 64U - low;
	const word_t *s = (const word_t *)(const void *)(src - low / 8U);
	word_t cur = *s++;

	/* By half a word, as every second file in an archive is: the shift is known, a word is one instruction. */
	if (low == 32U) {
		for (; n >= BLOCK; n -= BLOCK, src += BLOCK, s += 8, d += 8) {
			word_t a = s[0], b = s[1], c = s[2], e = s[3];
			word_t f = s[4], g = s[5], h = s[6], i = s[7];

			d[0] = (cur >> 32) | (a << 32);
			d[1] = (a >> 32) | (b << 32);
			d[2] = (b >> 32) | (c << 32);
			d[3] = (c >> 32) | (e << 32);
			d[4] = (e >> 32) | (f << 32);
			d[5] = (f >> 32) | (g << 32);
			d[6] = (g >> 32) | (h << 32);
			d[7] = (h >> 32) | (i << 32);
			cur = i;
			OPAQUE(d);
		}
	}
	while (n >= WORD) {
		word_t next = *s++;

		*d++ = (cur >> low) | (next << high);
		cur = next;
		src += WORD;
		n -= WORD;
		OPAQUE(d);
	}
	copy_bytes((unsigned char *)d, src, n);
}

/* Not both sides word-aligned. Returns `to`, so that a caller may end in it. */
static __attribute__((__noinline__)) void *copy_odd(void *to, const void *from, size_t n)
{
	unsigned char *d = to;
	const unsigned char *s = from;
	size_t head = -(uintptr_t)d % WORD;

	if (n < 2U * WORD) {
		copy_bytes(d, s, n);
		return to;
	}
	copy_bytes(d, s, head);
	d += head;
	s += head;
	n -= head;
	if (misaligned(s) != 0U) {
		copy_shifted(d, s, n);
	} else {
		copy_words(d, s, n);
	}
	return to;
}

static inline void *copy_up(void *to, const void *from, size_t n)
{
	if ((misaligned(to) | misaligned(from)) != 0U) {
		return copy_odd(to, from, n);
	}
	copy_words(to, from, n);
	return to;
}

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	return copy_up(dst, src, n);
}

static void copy_down(unsigned char *dst, const unsigned char *src, size_t n)
{
	unsigned char *d = dst + n;
	const unsigned char *s = src + n;

	if (misaligned(d) == misaligned(s)) {
		while (n != 0U && misaligned(d) != 0U) {
			*--d = *--s;
			n--;
			OPAQUE(d);
		}
		while (n >= WORD) {
			d -= WORD;
			s -= WORD;
			*(word_t *)(void *)d = *(const word_t *)(const void *)s;
			n -= WORD;
			OPAQUE(d);
		}
	}
	while (n-- != 0U) {
		*--d = *--s;
		OPAQUE(d);
	}
}

void *memmove(void *dst, const void *src, size_t n)
{
	/* As numbers, "below the source or past its end" is one comparison. */
	if ((uintptr_t)dst - (uintptr_t)src >= n) {
		return copy_up(dst, src, n);
	}
	copy_down(dst, src, n);
	return dst;
}

static inline void set_bytes(unsigned char *d, unsigned char c, size_t n)
{
	while (n-- != 0U) {
		*d++ = c;
		OPAQUE(d);
	}
}

/* The words of memset(), at an aligned place. */
static inline unsigned char *set_words(unsigned char *at, word_t v, size_t n)
{
	word_t *w = (word_t *)(void *)at;

	while (n >= BLOCK) {
		w[0] = v;
		w[1] = v;
		w[2] = v;
		w[3] = v;
		w[4] = v;
		w[5] = v;
		w[6] = v;
		w[7] = v;
		w += 8;
		n -= BLOCK;
		OPAQUE(w);
	}
	if ((n & 32U) != 0U) {
		w[0] = v;
		w[1] = v;
		w[2] = v;
		w[3] = v;
		w += 4;
	}
	if ((n & 16U) != 0U) {
		w[0] = v;
		w[1] = v;
		w += 2;
	}
	if ((n & 8U) != 0U) {
		*w++ = v;
	}
	return (unsigned char *)w;
}

void *memset(void *dst, int c, size_t n)
{
	unsigned char *d = dst;
	size_t head = -(uintptr_t)d % WORD;

	if (head > n) {
		head = n;
	}
	set_bytes(d, (unsigned char)c, head);
	d = set_words(d + head, (unsigned char)c * 0x0101010101010101ULL, n - head);
	set_bytes(d, (unsigned char)c, (n - head) % WORD);
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a;
	const unsigned char *y = b;

	if ((misaligned(x) | misaligned(y)) == 0U) {
		while (n >= WORD &&
		       *(const word_t *)(const void *)x == *(const word_t *)(const void *)y) {
			x += WORD;
			y += WORD;
			n -= WORD;
		}
	}
	for (; n != 0U; n--, x++, y++) {
		if (*x != *y) {
			return *x < *y ? -1 : 1;
		}
	}
	return 0;
}

/* Is there a zero among the bytes of a word? */
static inline bool has_zero(word_t w)
{
	const word_t ones = 0x0101010101010101U;

	return ((w - ones) & ~w & ones << 7) != 0U;
}

__attribute__((cold)) void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;
	const unsigned char *end = p + n;
	const word_t all = 0x0101010101010101U * (unsigned char)c;

	for (; p < end; p++) {
		/* A word without it at once. */
		if (misaligned(p) == 0U && (size_t)(end - p) >= WORD &&
		    !has_zero(*(const word_t *)(const void *)p ^ all)) {
			p += WORD - 1U;
		} else if (*p == (unsigned char)c) {
			return (void *)(uintptr_t)p;
		}
	}
	return NULL;
}

void *memrchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	while (n-- != 0U) {
		if (p[n] == (unsigned char)c) {
			return (void *)(uintptr_t)&p[n];
		}
	}
	return NULL;
}
