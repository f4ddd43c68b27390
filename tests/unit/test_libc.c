/* SPDX-License-Identifier: Apache-2.0 */
/* Our C library, whose functions are called zt_* here, against the host's. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "unit.h"

void *zt_memcpy(void *dst, const void *src, size_t n);
void *zt_memmove(void *dst, const void *src, size_t n);
void *zt_memset(void *dst, int c, size_t n);
int zt_memcmp(const void *a, const void *b, size_t n);
void *zt_memchr(const void *s, int c, size_t n);
void *zt_memrchr(const void *s, int c, size_t n);
size_t zt_strlen(const char *s);
size_t zt_strnlen(const char *s, size_t max);
char *zt_strcpy(char *dst, const char *src);
char *zt_strncpy(char *dst, const char *src, size_t n);
size_t zt_strlcpy(char *dst, const char *src, size_t size);
size_t zt_strlcat(char *dst, const char *src, size_t size);
char *zt_strcat(char *dst, const char *src);
char *zt_strncat(char *dst, const char *src, size_t n);
int zt_strcmp(const char *a, const char *b);
int zt_strncmp(const char *a, const char *b, size_t n);
int zt_strcasecmp(const char *a, const char *b);
char *zt_strchr(const char *s, int c);
char *zt_strrchr(const char *s, int c);
char *zt_strstr(const char *s, const char *what);
size_t zt_strspn(const char *s, const char *accept);
size_t zt_strcspn(const char *s, const char *reject);
char *zt_strpbrk(const char *s, const char *accept);
char *zt_strtok_r(char *s, const char *sep, char **state);
char *zt_strerror(int number);
long zt_strtol(const char *s, char **end, int base);
unsigned long zt_strtoul(const char *s, char **end, int base);
int zt_atoi(const char *s);
void zt_qsort(void *base, size_t n, size_t size, int (*cmp)(const void *a, const void *b));
void *zt_bsearch(const void *key, const void *base, size_t n, size_t size,
		 int (*cmp)(const void *key, const void *elem));
int zt_rand_r(unsigned int *seed);

/* errno of the code under test; its numbers are ours, not the host's. */
int *z_errno(void);

#define ZT_EINVAL 22
#define ZT_ERANGE 34

static int zt_errno;

int *z_errno(void)
{
	return &zt_errno;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void random_bytes(uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		buf[i] = (uint8_t)unit_random();
	}
}

/*
 * Every alignment of both sides and every small length, then random large ones; nothing around may
 * change.
 */
static void copy_once(size_t dst_at, size_t src_at, size_t len)
{
	static uint8_t src[700];
	static uint8_t want[700];
	static uint8_t got[700];

	random_bytes(src, sizeof(src));
	random_bytes(want, sizeof(want));
	memcpy(got, want, sizeof(got));
	memcpy(want + dst_at, src + src_at, len);
	assert_ptr_equal(zt_memcpy(got + dst_at, src + src_at, len), got + dst_at);
	assert_memory_equal(got, want, sizeof(got));
}

static void test_memcpy(void **state)
{
	(void)state;
	for (size_t d = 0; d < 9; d++) {
		for (size_t s = 0; s < 9; s++) {
			for (size_t len = 0; len < 40; len++) {
				copy_once(d, s, len);
			}
		}
	}
	for (int i = 0; i < 3000; i++) {
		size_t d = (size_t)unit_below(64);
		size_t s = (size_t)unit_below(64);

		copy_once(d, s, (size_t)unit_below(600));
	}
}

static void test_memmove(void **state)
{
	static uint8_t want[700];
	static uint8_t got[700];

	(void)state;
	for (int i = 0; i < 12000; i++) {
		size_t len = (size_t)unit_below(i % 2 != 0 ? 30 : 300);
		size_t d = (size_t)unit_below(350);
		size_t s = i % 4 < 2 ? (size_t)unit_below(350) : d + (size_t)unit_below(20);

		random_bytes(want, sizeof(want));
		memcpy(got, want, sizeof(got));
		memmove(want + d, want + s, len);
		assert_ptr_equal(zt_memmove(got + d, got + s, len), got + d);
		assert_memory_equal(got, want, sizeof(got));
	}
}

static void test_memset(void **state)
{
	static uint8_t want[400];
	static uint8_t got[400];

	(void)state;
	for (size_t at = 0; at < 9; at++) {
		for (size_t len = 0; len < 300; len++) {
			int c = (int)unit_random();

			random_bytes(want, sizeof(want));
			memcpy(got, want, sizeof(got));
			memset(want + at, c, len);
			assert_ptr_equal(zt_memset(got + at, c, len), got + at);
			assert_memory_equal(got, want, sizeof(got));
		}
	}
}

static void test_memory_search(void **state)
{
	uint8_t a[64] __attribute__((__aligned__(8)));
	uint8_t b[64] __attribute__((__aligned__(8)));

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t at = (size_t)unit_below(8);
		size_t len = (size_t)unit_below(sizeof(a) - at + 1);
		int c = (int)unit_below(5);

		for (size_t k = 0; k < sizeof(a); k++) {
			a[k] = (uint8_t)(unit_below(20) != 0 ? 200 : unit_below(4));
		}
		memcpy(b, a, sizeof(b));
		if (unit_below(4) != 0) {
			b[unit_below(sizeof(b))] = (uint8_t)unit_random();
		}
		assert_int_equal(sign(zt_memcmp(a + at, b + at, len)),
				 sign(memcmp(a + at, b + at, len)));
		assert_ptr_equal(zt_memchr(a + at, c, len), memchr(a + at, c, len));
		if (zt_memchr(a, c, len) == NULL) {
			assert_null(zt_memrchr(a, c, len));
		} else {
			assert_int_equal(*(uint8_t *)zt_memrchr(a, c, len), c);
		}
	}
}

static void random_string(char *s, size_t max)
{
	size_t len = (size_t)unit_below(max);

	for (size_t i = 0; i < len; i++) {
		s[i] = "abAB ,\xe4"[unit_below(7)];
	}
	s[len] = '\0';
}

static void test_string_search(void **state)
{
	(void)state;
	for (int i = 0; i < 40000; i++) {
		char a[24];
		char b[6];
		size_t n = (size_t)unit_below(26);
		int c = "abAB ,z"[unit_below(8)];

		random_string(a, sizeof(a));
		random_string(b, sizeof(b));
		assert_int_equal(zt_strlen(a), strlen(a));
		assert_int_equal(zt_strnlen(a, n), strnlen(a, n));
		assert_int_equal(sign(zt_strcmp(a, b)), sign(strcmp(a, b)));
		assert_int_equal(sign(zt_strncmp(a, b, n)), sign(strncmp(a, b, n)));
		assert_int_equal(sign(zt_strcasecmp(a, b)), sign(strcasecmp(a, b)));
		assert_ptr_equal(zt_strchr(a, c), strchr(a, c));
		assert_ptr_equal(zt_strrchr(a, c), strrchr(a, c));
		assert_ptr_equal(zt_strstr(a, b), strstr(a, b));
		assert_int_equal(zt_strspn(a, b), strspn(a, b));
		assert_int_equal(zt_strcspn(a, b), strcspn(a, b));
		assert_ptr_equal(zt_strpbrk(a, b), strpbrk(a, b));
	}
}

static void test_string_building(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		char a[20];
		char want[64];
		char got[64];
		size_t n = (size_t)unit_below(30);

		random_string(a, sizeof(a));
		random_string(want, 20);
		memset(want + strlen(want) + 1, 'x', sizeof(want) - strlen(want) - 1);
		memcpy(got, want, sizeof(got));
		switch (unit_below(4)) {
		case 0:
			strcpy(want, a);
			assert_ptr_equal(zt_strcpy(got, a), got);
			break;
		case 1:
			strncpy(want, a, n);
			assert_ptr_equal(zt_strncpy(got, a, n), got);
			break;
		case 2:
			strcat(want, a);
			assert_ptr_equal(zt_strcat(got, a), got);
			break;
		default:
			strncat(want, a, n);
			assert_ptr_equal(zt_strncat(got, a, n), got);
			break;
		}
		assert_memory_equal(got, want, sizeof(got));
	}
}

static void test_strlcpy_strlcat(void **state)
{
	char buf[6] = "xxxxx";

	(void)state;
	assert_int_equal(zt_strlcpy(buf, "abc", 0), 3);
	assert_string_equal(buf, "xxxxx");
	assert_int_equal(zt_strlcpy(buf, "abcdefgh", 4), 8);
	assert_string_equal(buf, "abc");
	assert_int_equal(zt_strlcpy(buf, "a", sizeof(buf)), 1);
	assert_string_equal(buf, "a");
	assert_int_equal(zt_strlcat(buf, "bcdefg", sizeof(buf)), 7);
	assert_string_equal(buf, "abcde");
	assert_int_equal(zt_strlcat(buf, "x", 3), 4);
	assert_string_equal(buf, "abcde");
}

static void test_strtok(void **state)
{
	(void)state;
	for (int i = 0; i < 5000; i++) {
		char a[24];
		char b[24];
		char *state_a;
		char *state_b;
		char *got;
		char *want;

		random_string(a, sizeof(a));
		strcpy(b, a);
		got = zt_strtok_r(a, " ,", &state_a);
		want = strtok_r(b, " ,", &state_b);
		while (want != NULL) {
			assert_non_null(got);
			assert_string_equal(got, want);
			got = zt_strtok_r(NULL, " ,", &state_a);
			want = strtok_r(NULL, " ,", &state_b);
		}
		assert_null(got);
	}
}

static void number_once(const char *text, int base)
{
	char *got_end;
	char *want_end;
	long got;
	long want;
	unsigned long ugot;
	unsigned long uwant;

	errno = 0;
	zt_errno = 0;
	got = zt_strtol(text, &got_end, base);
	want = strtol(text, &want_end, base);
	assert_int_equal(got, want);
	assert_ptr_equal(got_end, want_end);
	assert_int_equal(zt_errno == ZT_ERANGE, errno == ERANGE);

	errno = 0;
	zt_errno = 0;
	ugot = zt_strtoul(text, &got_end, base);
	uwant = strtoul(text, &want_end, base);
	assert_int_equal(ugot, uwant);
	assert_ptr_equal(got_end, want_end);
	assert_int_equal(zt_errno == ZT_ERANGE, errno == ERANGE);
}

static void test_numbers(void **state)
{
	static const char *const fixed[] = {
		"",
		" ",
		"0",
		"-",
		"+",
		"+-1",
		"0x",
		"0xg",
		"0x1F",
		"-0x1f",
		" \t\n42z",
		"07",
		"08",
		"-0",
		"0b1",
		"9223372036854775807",
		"9223372036854775808",
		"-9223372036854775808",
		"-9223372036854775809",
		"18446744073709551615",
		"18446744073709551616",
		"-18446744073709551615",
		"99999999999999999999999",
		"0xffffffffffffffff",
		"0x10000000000000000",
		"zz",
		"ZZ",
		"1 2",
	};
	static const int bases[] = {0, 2, 8, 10, 16, 36};

	(void)state;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		for (size_t k = 0; k < sizeof(bases) / sizeof(bases[0]); k++) {
			number_once(fixed[i], bases[k]);
		}
	}
	for (int i = 0; i < 20000; i++) {
		char text[28];
		size_t len = (size_t)unit_below(sizeof(text));

		for (size_t k = 0; k < len; k++) {
			text[k] = "0123456789abcfxX+- zZ"[unit_below(unit_below(3) != 0 ? 10 : 21)];
		}
		text[len] = '\0';
		number_once(text, bases[unit_below(6)]);
	}
	zt_errno = 0;
	assert_int_equal(zt_strtol("1", NULL, 1), 0);
	assert_int_equal(zt_errno, ZT_EINVAL);
	assert_int_equal(zt_atoi(" -12x"), -12);
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a;
	int y = *(const int *)b;

	return (x > y) - (x < y);
}

static void test_sort_and_search(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		int got[60];
		int want[60];
		size_t n = (size_t)unit_below(60);
		int key = (int)unit_below(40);
		int *found;

		for (size_t k = 0; k < n; k++) {
			want[k] = got[k] = (int)unit_below(40);
		}
		qsort(want, n, sizeof(int), compare_ints);
		zt_qsort(got, n, sizeof(int), compare_ints);
		assert_memory_equal(got, want, n * sizeof(int));
		found = zt_bsearch(&key, got, n, sizeof(int), compare_ints);
		assert_int_equal(found != NULL,
				 bsearch(&key, want, n, sizeof(int), compare_ints) != NULL);
		if (found != NULL) {
			assert_int_equal(*found, key);
		}
	}
}

/* The classes of our <ctype.h> are inline; its file is included under other names. */
#undef isdigit
#undef isupper
#undef islower
#undef isalpha
#undef isalnum
#undef isxdigit
#undef isspace
#undef isblank
#undef isprint
#undef isgraph
#undef iscntrl
#undef ispunct
#undef tolower
#undef toupper
#define isdigit  zt_isdigit
#define isupper  zt_isupper
#define islower  zt_islower
#define isalpha  zt_isalpha
#define isalnum  zt_isalnum
#define isxdigit zt_isxdigit
#define isspace  zt_isspace
#define isblank  zt_isblank
#define isprint  zt_isprint
#define isgraph  zt_isgraph
#define iscntrl  zt_iscntrl
#define ispunct  zt_ispunct
#define tolower  zt_tolower
#define toupper  zt_toupper
#include "include/libc/ctype.h"
#undef isdigit
#undef isupper
#undef islower
#undef isalpha
#undef isalnum
#undef isxdigit
#undef isspace
#undef isblank
#undef isprint
#undef isgraph
#undef iscntrl
#undef ispunct
#undef tolower
#undef toupper

static void test_ctype(void **state)
{
	(void)state;
	for (int c = -1; c < 256; c++) {
		assert_int_equal(!zt_isdigit(c), !isdigit(c));
		assert_int_equal(!zt_isupper(c), !isupper(c));
		assert_int_equal(!zt_islower(c), !islower(c));
		assert_int_equal(!zt_isalpha(c), !isalpha(c));
		assert_int_equal(!zt_isalnum(c), !isalnum(c));
		assert_int_equal(!zt_isxdigit(c), !isxdigit(c));
		assert_int_equal(!zt_isspace(c), !isspace(c));
		assert_int_equal(!zt_isblank(c), !isblank(c));
		assert_int_equal(!zt_isprint(c), !isprint(c));
		assert_int_equal(!zt_isgraph(c), !isgraph(c));
		assert_int_equal(!zt_iscntrl(c), !iscntrl(c));
		assert_int_equal(!zt_ispunct(c), !ispunct(c));
		assert_int_equal(zt_tolower(c), tolower(c));
		assert_int_equal(zt_toupper(c), toupper(c));
	}
}

static void test_strerror_and_rand(void **state)
{
	unsigned int seed = 0;
	int first;

	(void)state;
	assert_string_equal(zt_strerror(0), "no error");
	assert_string_equal(zt_strerror(ZT_EINVAL), "invalid argument");
	assert_string_equal(zt_strerror(12345), "error");
	first = zt_rand_r(&seed);
	assert_true(first >= 0);
	assert_int_not_equal(zt_rand_r(&seed), first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memcpy),          cmocka_unit_test(test_memmove),
		cmocka_unit_test(test_memset),          cmocka_unit_test(test_memory_search),
		cmocka_unit_test(test_string_search),   cmocka_unit_test(test_string_building),
		cmocka_unit_test(test_strlcpy_strlcat), cmocka_unit_test(test_strtok),
		cmocka_unit_test(test_numbers),         cmocka_unit_test(test_sort_and_search),
		cmocka_unit_test(test_ctype),           cmocka_unit_test(test_strerror_and_rand),
	};

	(void)unit_random_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
