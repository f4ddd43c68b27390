/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macros and small inline functions of include/zephyr/sys: what does not hold at compile time does
 * not build.
 */
#include <errno.h>

#include <zephyr/sys/atomic.h>
#include <zephyr/sys/byteorder.h>
#include <zephyr/sys/math_extras.h>
#include <zephyr/sys/sys_io.h>
#include <zephyr/sys/util.h>

#include "unit.h"

#define CONFIG_YES 1
#define CONFIG_NO  0

BUILD_ASSERT(IS_ENABLED(CONFIG_YES) == 1 && IS_ENABLED(CONFIG_NO) == 0 &&
	     IS_ENABLED(CONFIG_NONE) == 0);
BUILD_ASSERT(COND_CODE_1(CONFIG_YES, (1), (2)) == 1 && COND_CODE_1(CONFIG_NO, (1), (2)) == 2);
BUILD_ASSERT(COND_CODE_0(CONFIG_NO, (1), (2)) == 1 && COND_CODE_0(CONFIG_YES, (1), (2)) == 2);
BUILD_ASSERT(1 IF_ENABLED(CONFIG_YES, (+1)) IF_ENABLED(CONFIG_NO, (+1))
		     IF_DISABLED(CONFIG_NO, (+4)) == 6);
BUILD_ASSERT(NUM_VA_ARGS() == 0 && NUM_VA_ARGS(a) == 1 && NUM_VA_ARGS(a, b, c) == 3);
BUILD_ASSERT(NUM_VA_ARGS(LISTIFY(64, EXPAND, (, ))) == 64 && NUM_VA_ARGS_LESS_1(a, b) == 1);
BUILD_ASSERT(IS_EMPTY() == 1 && IS_EMPTY(a) == 0 && IS_EMPTY(a, b) == 0);
BUILD_ASSERT(IS_EQ(3, 3) == 1 && IS_EQ(3, 4) == 0 && IS_EQ(256, 256) == 1);
BUILD_ASSERT(IS_EQ(7U, 7) == 1 && IS_EQ(7, 7U) == 1 && IS_EQ(7U, 7U) == 1 && IS_EQ(1U, 7) == 0);
BUILD_ASSERT(CONCAT(1) == 1 && CONCAT(1, 2, 3) == 123 && CONCAT(1, CONCAT(2, 3)) == 123);
BUILD_ASSERT(CONCAT(1, 2, 3, 4, 5, 6, 7, 8) == 12345678);
BUILD_ASSERT(UTIL_AND(1, 1) && !UTIL_AND(1, 0) && UTIL_OR(0, 1) && UTIL_NOT(0) && UTIL_XOR(1, 0) &&
	     !UTIL_XOR(1, 1));
BUILD_ASSERT(UTIL_INC(9) == 10 && UTIL_DEC(10) == 9 && UTIL_DEC(0) == 0);
BUILD_ASSERT(GET_ARG_N(2, 5, 6, 7) == 6 && GET_ARG_N(3, 5, 6, 7) == 7);
BUILD_ASSERT(NUM_VA_ARGS(GET_ARGS_LESS_N(2, 5, 6, 7)) == 1);

#define NOTHING
#define SQUARE(x)            ((x) * (x))
#define TIMES(i, x)          ((i) * (x))
#define INDEX(i, ...)        i
#define FIXED(x, f)          ((x) * (f))
#define INDEX_FIXED(i, x, f) ((i) * (x) * (f))
#define NESTED(x)            COND_CODE_1(x, (100), (LISTIFY(4, INDEX, (+))))

BUILD_ASSERT((LISTIFY(5, INDEX, (+))) == 10 && (LISTIFY(256, INDEX, (+))) == 32640);
BUILD_ASSERT((FOR_EACH(SQUARE, (+), 1, 2, 3)) == 14);
BUILD_ASSERT((FOR_EACH_IDX(TIMES, (+), 1, 2, 3)) == 8);
BUILD_ASSERT((FOR_EACH_FIXED_ARG(FIXED, (+), 10, 1, 2, 3)) == 60);
BUILD_ASSERT((FOR_EACH_IDX_FIXED_ARG(INDEX_FIXED, (+), 10, 1, 2, 3)) == 80);
BUILD_ASSERT((FOR_EACH(NESTED, (+), 1, 0)) == 106);

BUILD_ASSERT(BIT(5) == 32 && BIT_MASK(5) == 31 && BIT64(40) == 1ULL << 40);
BUILD_ASSERT(GENMASK(7, 4) == 0xf0 && GENMASK64(63, 60) == 0xfULL << 60 &&
	     GENMASK64(63, 0) == ~0ULL);
BUILD_ASSERT(FIELD_GET(0xf0, 0x5a) == 5 && FIELD_PREP(0xf0, 5) == 0x50);
BUILD_ASSERT(IS_POWER_OF_TWO(64U) && !IS_POWER_OF_TWO(0U) && !IS_POWER_OF_TWO(65U));
BUILD_ASSERT(IS_BIT_MASK(7U) && !IS_BIT_MASK(5U) && IS_SHIFTED_BIT_MASK(0x38U, 3));
BUILD_ASSERT(ROUND_UP(5, 4) == 8 && ROUND_UP(8, 4) == 8 && ROUND_DOWN(7, 4) == 4 && WB_UP(9) == 16);
BUILD_ASSERT(DIV_ROUND_UP(9, 4) == 3 && DIV_ROUND_CLOSEST(9, 4) == 2 &&
	     DIV_ROUND_CLOSEST(-10, 4) == -3);
BUILD_ASSERT(MIN(1, 2) == 1 && MAX(1, 2) == 2 && CLAMP(5, 1, 3) == 3 && CLAMP(0, 1, 3) == 1 &&
	     IN_RANGE(2, 1, 3));
BUILD_ASSERT(LOG2(8) == 3 && LOG2(9) == 3 && LOG2CEIL(9) == 4 && NHPOT(9) == 16 && NHPOT(8) == 8 &&
	     Z_POW2_CEIL(1) == 1 && Z_POW2_CEIL(5) == 8);
BUILD_ASSERT(KB(2) == 2048 && MB(1) == 1 << 20 && MHZ(1) == 1000000);
BUILD_ASSERT(BSWAP_16(0x1234) == 0x3412 && BSWAP_24(0x123456) == 0x563412 &&
	     BSWAP_32(0x12345678) == 0x78563412);
BUILD_ASSERT(BSWAP_48(0x123456789abcULL) == 0xbc9a78563412ULL);

static void test_lists_of_arguments(void **state)
{
	const int reversed[] = {REVERSE_ARGS(1, 2, 3)};
	const int kept[] = {LIST_DROP_EMPTY(1, NOTHING, 3, , )};
	const char *const words[] = {FOR_EACH(STRINGIFY, (, ), LIST_DROP_EMPTY(, a, NOTHING, b, ))};
	const int squares[] = {FOR_EACH_NONEMPTY_TERM(SQUARE, (, ), NOTHING, 2, , 3) 0};
	const int none[] = {0, FOR_EACH(SQUARE, (, ), NOTHING)};
	const char *const text = STRINGIFY(UTIL_CAT(a, b));

	(void)state;
	assert_int_equal(reversed[0], 3);
	assert_int_equal(reversed[2], 1);
	assert_int_equal(ARRAY_SIZE(kept), 2);
	assert_int_equal(kept[1], 3);
	assert_string_equal(text, "ab");
	assert_int_equal(ARRAY_SIZE(words), 2);
	assert_string_equal(words[1], "b");
	assert_int_equal(ARRAY_SIZE(squares), 3);
	assert_int_equal(squares[1], 9);
	assert_int_equal(ARRAY_SIZE(none), 1);
}

struct outer {
	int before;
	int inner;
};

static void test_pointers(void **state)
{
	struct outer o = {0};
	int array[4] = {0};
	int seen = 0;

	(void)state;
	assert_ptr_equal(CONTAINER_OF(&o.inner, struct outer, inner), &o);
	assert_int_equal(SIZEOF_FIELD(struct outer, inner), sizeof(int));
	assert_true(IS_ARRAY_ELEMENT(array, &array[3]));
	assert_false(IS_ARRAY_ELEMENT(array, &array[4]));
	assert_false(IS_ARRAY_ELEMENT(array, (int *)((char *)array + 1)));
	assert_true(PART_OF_ARRAY(array, (char *)array + 1));
	ARRAY_FOR_EACH_PTR(array, p) {
		*p = ++seen;
	}
	ARRAY_FOR_EACH(array, i) {
		assert_int_equal(array[i], i + 1);
	}
	assert_int_equal(seen, 4);
	assert_ptr_equal(UINT_TO_POINTER(POINTER_TO_UINT(&o)), &o);
	assert_int_equal(Z_CLAMP(seen++, 0, 3), 3);
	assert_int_equal(seen, 5);
}

static void test_signs_and_swaps(void **state)
{
	uint8_t a[3] = {1, 2, 3};
	uint8_t b[3] = {4, 5, 6};

	(void)state;
	assert_int_equal(sign_extend(0x80, 7), -128);
	assert_int_equal(sign_extend_64(0x7f, 7), 127);
	assert_int_equal(arithmetic_shift_right(-8, 1), -4);
	byteswp(a, b, sizeof(a));
	assert_int_equal(a[2], 6);
	bytecpy(b, a, 2);
	assert_int_equal(b[1], 5);
	assert_true(util_eq(a, 2, b, 2));
	assert_false(util_eq(a, 3, b, 2));
	assert_int_equal(bcd2bin(bin2bcd(42)), 42);
}

static void test_hex(void **state)
{
	const uint8_t bytes[] = {0x00, 0x1f, 0xab};
	uint8_t back[4];
	char text[8];

	(void)state;
	assert_int_equal(bin2hex(bytes, 3, text, sizeof(text)), 6);
	assert_string_equal(text, "001fab");
	assert_int_equal(bin2hex(bytes, 3, text, 6), 0);
	assert_int_equal(hex2bin("001FAb", 6, back, sizeof(back)), 3);
	assert_memory_equal(back, bytes, 3);
	assert_int_equal(hex2bin("f1f", 3, back, sizeof(back)), 2);
	assert_int_equal(back[0], 0x0f);
	assert_int_equal(back[1], 0x1f);
	assert_int_equal(hex2bin("0g", 2, back, sizeof(back)), 0);
	assert_int_equal(hex2bin("0011", 4, back, 1), 0);
	for (unsigned int n = 0; n < 256; n++) {
		char want[8];

		sprintf(want, "%u", n);
		assert_int_equal(u8_to_dec(text, sizeof(text), (uint8_t)n), strlen(want));
		assert_string_equal(text, want);
	}
}

static void test_utf8(void **state)
{
	char text[8];

	(void)state;
	/* The euro sign has three bytes. */
	for (size_t n = 0; n < sizeof(text); n++) {
		memset(text, 'x', sizeof(text));
		assert_ptr_equal(utf8_lcpy(text, "\xe2\x82\xac\xe2\x82\xac", n), text);
		if (n == 0) {
			assert_int_equal(text[0], 'x');
			continue;
		}
		assert_int_equal(strlen(text), (n - 1) / 3 * 3);
	}
	strcpy(text, "a\xc3\xa4");
	assert_string_equal(utf8_trunc(text), "a\xc3\xa4");
	text[2] = '\0';
	assert_string_equal(utf8_trunc(text), "a");
	assert_string_equal(utf8_trunc(text), "a");
	text[0] = '\0';
	assert_string_equal(utf8_trunc(text), "");
	assert_string_equal(utf8_lcpy(text, "abc", sizeof(text)), "abc");
}

static void test_byte_order(void **state)
{
	uint8_t buf[8];

	(void)state;
	sys_put_be32(0x11223344, buf);
	assert_int_equal(buf[0], 0x11);
	assert_int_equal(sys_get_be32(buf), 0x11223344);
	assert_int_equal(sys_get_le32(buf), 0x44332211);
	sys_put_le64(0x1122334455667788, buf);
	assert_int_equal(buf[0], 0x88);
	assert_int_equal(sys_get_le64(buf), 0x1122334455667788);
	assert_int_equal(sys_get_be16(buf), 0x8877);
	sys_put_be24(0x123456, buf);
	assert_int_equal(sys_get_be24(buf), 0x123456);
	sys_put_le48(0x123456789abcULL, buf);
	assert_int_equal(sys_get_le48(buf), 0x123456789abcULL);
	assert_int_equal(sys_be32_to_cpu(0x11223344), 0x44332211);
	sys_mem_swap(buf, 3);
	assert_int_equal(buf[0], 0x78);
	assert_int_equal(UNALIGNED_GET((uint32_t *)(buf + 1)), 0x3456bc9a);
	UNALIGNED_PUT(0xaabb, (uint16_t *)(buf + 1));
	assert_int_equal(buf[1], 0xbb);
}

/* Each width: the bytes lie as they must, and come back. */
#define CHECK_WIDTH(bits, bytes)                                                                   \
	do {                                                                                       \
		uint8_t le_[8] = {0};                                                              \
		uint8_t be_[8] = {0};                                                              \
		const uint64_t v_ = 0x1122334455667788ULL & GENMASK64((bits) - 1, 0);              \
                                                                                                   \
		UTIL_CAT(sys_put_le, bits)(v_, le_);                                               \
		UTIL_CAT(sys_put_be, bits)(v_, be_);                                               \
		for (unsigned int i_ = 0; i_ < (bytes); i_++) {                                    \
			assert_int_equal(le_[i_], (v_ >> (8 * i_)) & 0xff);                        \
			assert_int_equal(be_[(bytes) - 1 - i_], le_[i_]);                          \
		}                                                                                  \
		assert_int_equal(UTIL_CAT(sys_get_le, bits)(le_), v_);                             \
		assert_int_equal(UTIL_CAT(sys_get_be, bits)(be_), v_);                             \
	} while (0)

static void test_byte_order_of_each_width(void **state)
{
	(void)state;
	CHECK_WIDTH(16, 2);
	CHECK_WIDTH(24, 3);
	CHECK_WIDTH(32, 4);
	CHECK_WIDTH(40, 5);
	CHECK_WIDTH(48, 6);
	CHECK_WIDTH(64, 8);
}

static void test_atomics(void **state)
{
	ATOMIC_DEFINE(bits, 130) = {0};
	atomic_t v = ATOMIC_INIT(5);
	atomic_ptr_t p = ATOMIC_PTR_INIT(NULL);

	(void)state;
	assert_int_equal(ARRAY_SIZE(bits), 3);
	assert_int_equal(atomic_add(&v, 3), 5);
	assert_int_equal(atomic_sub(&v, 1), 8);
	assert_int_equal(atomic_inc(&v), 7);
	assert_int_equal(atomic_dec(&v), 8);
	assert_int_equal(atomic_set(&v, 12), 7);
	assert_int_equal(atomic_or(&v, 3), 12);
	assert_int_equal(atomic_and(&v, 6), 15);
	assert_int_equal(atomic_xor(&v, 5), 6);
	assert_int_equal(atomic_nand(&v, 1), 3);
	assert_int_equal(atomic_get(&v), -2);
	assert_false(atomic_cas(&v, 1, 2));
	assert_true(atomic_cas(&v, -2, 2));
	assert_int_equal(atomic_clear(&v), 2);
	assert_true(atomic_ptr_cas(&p, NULL, &v));
	assert_ptr_equal(atomic_ptr_get(&p), &v);
	assert_ptr_equal(atomic_ptr_clear(&p), &v);
	assert_null(atomic_ptr_set(&p, &v));
	for (int i = 0; i < 130; i += 13) {
		assert_false(atomic_test_and_set_bit(bits, i));
		assert_true(atomic_test_and_set_bit(bits, i));
		assert_true(atomic_test_bit(bits, i));
		assert_false(atomic_test_bit(bits, i + 1));
		atomic_set_bit_to(bits, i + 1, true);
		assert_true(atomic_test_and_clear_bit(bits, i + 1));
		atomic_set_bit_to(bits, i + 1, false);
	}
	assert_int_equal(bits[1], 1L << (65 - 64) | 1L << (78 - 64) | 1L << (91 - 64) |
					  1L << (104 - 64) | 1L << (117 - 64));
}

static void test_checked_arithmetic(void **state)
{
	uint32_t u32;
	size_t size;
	int64_t i64;

	(void)state;
	assert_false(u32_add_overflow(UINT32_MAX - 1, 1, &u32));
	assert_true(u32_add_overflow(UINT32_MAX, 1, &u32));
	assert_true(u32_sub_overflow(0, 1, &u32));
	assert_true(size_mul_overflow(SIZE_MAX / 2 + 1, 2, &size));
	assert_false(size_mul_overflow(SIZE_MAX / 2, 2, &size));
	assert_true(i64_sub_overflow(INT64_MIN, 1, &i64));
	assert_int_equal(u32_count_leading_zeros(0), 32);
	assert_int_equal(u32_count_leading_zeros(1), 31);
	assert_int_equal(u64_count_trailing_zeros(0), 64);
	assert_int_equal(u64_count_trailing_zeros(8), 3);
}

static void test_registers(void **state)
{
	uint64_t reg = 0;
	mem_addr_t addr = (mem_addr_t)&reg;
	uint32_t row[4] = {0};

	(void)state;
	sys_write32(0x80, addr);
	sys_set_bit(addr, 0);
	assert_int_equal(sys_read32(addr), 0x81);
	sys_clear_bits(addr, 0x80);
	assert_int_equal(sys_test_bit(addr, 7), 0);
	assert_int_not_equal(sys_test_and_clear_bit(addr, 0), 0);
	assert_int_equal(sys_test_and_set_bit(addr, 31), 0);
	assert_int_equal(sys_read8(addr + 3), 0x80);
	sys_write64(1, addr);
	assert_int_equal(sys_read16(addr), 1);
	for (unsigned int bit = 0; bit < 128; bit++) {
		sys_bitfield_set_bit((mem_addr_t)row, bit);
		assert_int_equal(row[bit / 32], 1U << (bit % 32));
		assert_int_not_equal(sys_bitfield_test_bit((mem_addr_t)row, bit), 0);
		sys_bitfield_clear_bit((mem_addr_t)row, bit);
		assert_int_equal(sys_bitfield_test_and_set_bit((mem_addr_t)row, bit), 0);
		assert_int_not_equal(sys_bitfield_test_and_clear_bit((mem_addr_t)row, bit), 0);
		assert_int_equal(row[bit / 32], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists_of_arguments),
		cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_signs_and_swaps),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_byte_order),
		cmocka_unit_test(test_byte_order_of_each_width),
		cmocka_unit_test(test_atomics),
		cmocka_unit_test(test_checked_arithmetic),
		cmocka_unit_test(test_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
