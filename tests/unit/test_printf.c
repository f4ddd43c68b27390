/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The formatter against the host's: fixed cases that are easy to get wrong, then many random
 * formats.
 */
#include <limits.h>

#include <zephyr/sys/cbprintf.h>
#include <zephyr/sys/printk.h>

#include "unit.h"

/* The formats are made at run time, or wrong on purpose. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-extra-args"

/* Both formatters on the same arguments, into a large and into a short buffer. */
#define SAME(...)                                                                                  \
	do {                                                                                       \
		char want_[400];                                                                   \
		char got_[400];                                                                    \
		char cut_[9];                                                                      \
		int want_len_ = snprintf(want_, sizeof(want_), __VA_ARGS__);                       \
                                                                                                   \
		assert_int_equal(snprintk(got_, sizeof(got_), __VA_ARGS__), want_len_);            \
		assert_string_equal(got_, want_);                                                  \
		memset(cut_, 'x', sizeof(cut_));                                                   \
		assert_int_equal(snprintk(cut_, sizeof(cut_) - 1, __VA_ARGS__), want_len_);        \
		want_[7] = '\0';                                                                   \
		assert_string_equal(cut_, want_);                                                  \
		assert_int_equal(cut_[8], 'x');                                                    \
	} while (0)

static void test_text(void **state)
{
	(void)state;
	SAME("%s", "");
	SAME("no conversion");
	SAME("100%%");
	SAME("%c%c", 'a', 'b');
	SAME("[%5c][%-5c]", 'a', 'b');
	SAME("[%s][%10s][%-10s][%.2s][%.0s]", "abc", "abc", "abc", "abc", "abc");
	SAME("[%*s][%-*s][%*s][%.*s]", 6, "abc", 6, "abc", -6, "abc", 2, "abc");
	SAME("[%.*s]", -1, "abc");
	SAME("%.3s", (const char[]){'a', 'b', 'c'});
}

static void test_numbers(void **state)
{
	(void)state;
	SAME("%d %d %d %d", 0, 1, INT_MAX, INT_MIN);
	SAME("%ld %ld %lld %lld", LONG_MAX, LONG_MIN, LLONG_MAX, LLONG_MIN);
	SAME("%u %lu %llu", UINT_MAX, ULONG_MAX, ULLONG_MAX);
	SAME("%hhd %hhd %hhu %hd %hu", 127, 128, 300, 40000, 70000);
	SAME("%x %X %#x %#X %#x", 0xbeef, 0xbeef, 0xbeef, 0xbeef, 0);
	SAME("%o %#o %#o %#.5o", 8, 8, 0, 8);
	SAME("%zu %zd %td %jd", (size_t)SIZE_MAX, (ssize_t)-1, (ptrdiff_t)-5, (intmax_t)INT64_MIN);
	SAME("[%5d][%-5d][%05d][%+5d][% d]", 42, 42, 42, 42, 42);
	SAME("[%05d][%+d][% d][%+05d]", -42, -42, -42, 42);
	SAME("[%.5d][%8.5d][%-8.5d][%08.5d]", 42, 42, 42, 42);
	SAME("[%.0d][%.0x][%.0u][%.0o][%#.0o][%#.0x]", 0, 0, 0, 0, 0, 0);
	SAME("[%5.0d][%+.0d][%-5.0d]", 0, 0, 0);
	SAME("[%#10x][%-#10x][%#010x][%#10.5x]", 0xab, 0xab, 0xab, 0xab);
	SAME("%lx %llx %016lx", 0x123456789abcdefUL, 0x123456789abcdefULL, 0xabcUL);
	SAME("[%*d][%-*d][%0*d][%.*d][%*.*d]", 7, 1, 7, 2, 7, 3, 4, 5, 8, 3, 6);
	SAME("[%*d]", -7, 1);
	SAME("%100d|%.60d", 1, 2);
}

static void test_pointers(void **state)
{
	int here;

	(void)state;
	SAME("%p", (void *)&here);
	SAME("[%20p][%-20p]", (void *)&here, (void *)&here);
	SAME("[%p][%10p]", NULL, NULL);
}

static void test_what_is_not_there(void **state)
{
	const char *volatile none = NULL;
	char buf[64];

	(void)state;
	/* No floating point: as written, and nothing is taken from the arguments. */
	assert_int_equal(snprintk(buf, sizeof(buf), "%f|%5.2lf|%e|%d", 7), 14);
	assert_string_equal(buf, "%f|%5.2lf|%e|7");
	assert_int_equal(snprintk(buf, sizeof(buf), "%n%d", 7), 3);
	assert_string_equal(buf, "%n7");
	snprintk(buf, sizeof(buf), "%y%d%", 7);
	assert_string_equal(buf, "%y7%");
	snprintk(buf, sizeof(buf), "%-10.3l", 7);
	assert_string_equal(buf, "%-10.3l");
	snprintk(buf, sizeof(buf), "%s", none);
	assert_string_equal(buf, "(null)");
}

static void test_buffers(void **state)
{
	char buf[8] = "xxxxxxx";

	(void)state;
	assert_int_equal(snprintk(NULL, 0, "%d", 12345), 5);
	assert_int_equal(snprintk(buf, 0, "%d", 12345), 5);
	assert_int_equal(buf[0], 'x');
	assert_int_equal(snprintk(buf, 1, "%d", 12345), 5);
	assert_int_equal(buf[0], '\0');
	assert_int_equal(buf[1], 'x');
	assert_int_equal(snprintk(buf, sizeof(buf), "%1000000d", 1), 1000000);
	assert_string_equal(buf, "       ");
}

struct collected {
	char text[32];
	size_t len;
	size_t limit;
};

static int collect(int c, void *ctx)
{
	struct collected *to = ctx;

	if (to->len == to->limit) {
		return -5;
	}
	to->text[to->len++] = (char)c;
	return c;
}

static void test_callback(void **state)
{
	struct collected to = {.limit = 32};

	(void)state;
	assert_int_equal(cbprintf(collect, &to, "a%03db", 7), 5);
	assert_memory_equal(to.text, "a007b", 5);
	to = (struct collected){.limit = 3};
	assert_int_equal(cbprintf(collect, &to, "a%03db", 7), -5);
	assert_int_equal(to.len, 3);
}

static size_t random_flags(char *fmt)
{
	static const char flags[] = "-+ #0";
	size_t len = 0;

	for (size_t i = 0; i < 5; i++) {
		if (unit_below(4) == 0) {
			fmt[len++] = flags[i];
		}
	}
	return len;
}

static void random_number(char *fmt, size_t len)
{
	static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
	static const char conversions[] = "diuoxX";
	uint64_t value = unit_random() >> unit_below(64);
	const char *length = lengths[unit_below(8)];
	size_t length_len = strlen(length);

	if (unit_below(8) == 0) {
		value = 0U - value;
	} else if (unit_below(8) == 0) {
		value = 0;
	}
	memcpy(&fmt[len], length, length_len);
	fmt[len + length_len] = conversions[unit_below(6)];
	memcpy(&fmt[len + length_len + 1], "]%d", 4);
	if (length[0] == 'h' || length[0] == '\0') {
		SAME(fmt, (int)value, 77);
	} else {
		SAME(fmt, value, 77);
	}
}

static void random_string(char *fmt, size_t len)
{
	char text[40];
	size_t n = (size_t)unit_below(sizeof(text));

	memset(text, 'q', n);
	text[n] = '\0';
	memcpy(&fmt[len], "s]%d", 5);
	SAME(fmt, text, 77);
}

static void test_random(void **state)
{
	(void)state;
	(void)unit_random_start();
	for (int i = 0; i < 40000; i++) {
		char fmt[64] = "a[%";
		size_t len = 3;

		len += random_flags(&fmt[len]);
		if (unit_below(2) != 0) {
			len += (size_t)sprintf(&fmt[len], "%u", 1 + (unsigned int)unit_below(30));
		}
		if (unit_below(2) != 0) {
			fmt[len++] = '.';
			if (unit_below(4) != 0) {
				len += (size_t)sprintf(&fmt[len], "%u",
						       (unsigned int)unit_below(30));
			}
		}
		if (unit_below(4) != 0) {
			random_number(fmt, len);
		} else {
			random_string(fmt, len);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),     cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_pointers), cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_buffers),  cmocka_unit_test(test_callback),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
