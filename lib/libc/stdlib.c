/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Sorting, searching, pseudo-random numbers; see <stdlib.h>.
 */
#include <stdint.h>
#include <stdlib.h>

int abs(int n)
{
	return n < 0 ? -n : n;
}

long labs(long n)
{
	return n < 0 ? -n : n;
}

long long llabs(long long n)
{
	return n < 0 ? -n : n;
}

div_t div(int num, int den)
{
	return (div_t){.quot = num / den, .rem = num % den};
}

ldiv_t ldiv(long num, long den)
{
	return (ldiv_t){.quot = num / den, .rem = num % den};
}

typedef int (*compare_fn)(const void *a, const void *b, void *arg);

static void swap(unsigned char *a, unsigned char *b, size_t size)
{
	while (size-- != 0U) {
		unsigned char t = *a;

		*a++ = *b;
		*b++ = t;
	}
}

/* Let the element at `root` sink until no child among the first `n` is greater. */
static void sift_down(unsigned char *base, size_t root, size_t n, size_t size, compare_fn cmp,
		      void *arg)
{
	for (;;) {
		size_t child = 2U * root + 1U;

		if (child >= n) {
			return;
		}
		if (child + 1U < n &&
		    cmp(base + child * size, base + (child + 1U) * size, arg) < 0) {
			child++;
		}
		if (cmp(base + root * size, base + child * size, arg) >= 0) {
			return;
		}
		swap(base + root * size, base + child * size, size);
		root = child;
	}
}

/* Heap sort: its worst case is its usual case, and it needs neither memory nor recursion. */
void qsort_r(void *base, size_t n, size_t size, compare_fn cmp, void *arg)
{
	unsigned char *b = base;

	for (size_t i = n / 2U; i-- != 0U;) {
		sift_down(b, i, n, size, cmp, arg);
	}
	for (size_t i = n; i-- > 1U;) {
		swap(b, b + i * size, size);
		sift_down(b, 0, i, size, cmp, arg);
	}
}

struct plain_compare {
	int (*cmp)(const void *a, const void *b);
};

static int call_plain(const void *a, const void *b, void *arg)
{
	return ((struct plain_compare *)arg)->cmp(a, b);
}

void qsort(void *base, size_t n, size_t size, int (*cmp)(const void *a, const void *b))
{
	struct plain_compare plain = {.cmp = cmp};

	qsort_r(base, n, size, call_plain, &plain);
}

void *bsearch(const void *key, const void *base, size_t n, size_t size,
	      int (*cmp)(const void *key, const void *elem))
{
	const unsigned char *b = base;

	while (n != 0U) {
		const unsigned char *mid = b + (n / 2U) * size;
		int c = cmp(key, mid);

		if (c == 0) {
			return (void *)(uintptr_t)mid;
		}
		if (c > 0) {
			b = mid + size;
			n -= n / 2U + 1U;
		} else {
			n /= 2U;
		}
	}
	return NULL;
}

/* Marsaglia's xorshift with shifts 13, 17, 5; 0 is its one fixed point. */
int rand_r(unsigned int *seed)
{
	uint32_t x = *seed != 0U ? *seed : 0x9e3779b9U;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*seed = x;
	return (int)(x & RAND_MAX);
}

static unsigned int rand_state = 1;

int rand(void)
{
	return rand_r(&rand_state);
}

void srand(unsigned int seed)
{
	rand_state = seed;
}
