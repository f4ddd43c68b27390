/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Conversions, sorting, pseudo-random numbers (part of ISO C11 7.22).
 *
 * There is no malloc() here: memory comes from k_malloc(), which has a bound.
 */
#ifndef ZVM_LIBC_STDLIB_H_
#define ZVM_LIBC_STDLIB_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RAND_MAX     0x7fffffff
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

typedef struct {
	int quot;
	int rem;
} div_t;
typedef struct {
	long quot;
	long rem;
} ldiv_t;

long strtol(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end, int base);
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);

int abs(int n);
long labs(long n);
long long llabs(long long n);
div_t div(int num, int den);
ldiv_t ldiv(long num, long den);

/** @brief Sort in place, O(n log n) in the worst case, without memory beside the array. */
void qsort(void *base, size_t n, size_t size, int (*cmp)(const void *a, const void *b));
/** @brief qsort() with an argument for the comparison. */
void qsort_r(void *base, size_t n, size_t size, int (*cmp)(const void *a, const void *b, void *arg),
	     void *arg);
void *bsearch(const void *key, const void *base, size_t n, size_t size,
	      int (*cmp)(const void *key, const void *elem));

/** @brief Pseudo-random number 0 to RAND_MAX of one global sequence; not for secrets. */
int rand(void);
int rand_r(unsigned int *seed);
void srand(unsigned int seed);

/** @brief Stop the system as k_panic() does. */
_Noreturn void abort(void);

#ifdef __cplusplus
}
#endif

#endif /* ZVM_LIBC_STDLIB_H_ */
