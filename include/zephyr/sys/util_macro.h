/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Preprocessor utilities: conditions, lists, repetition, by Zephyr's names.
 */
#ifndef ZEPHYR_INCLUDE_SYS_UTIL_MACRO_H_
#define ZEPHYR_INCLUDE_SYS_UTIL_MACRO_H_

#include <zephyr/sys/util_equal.h>
#include <zephyr/sys/util_numbers.h>
#include <zephyr/sys/util_listify.h>
#include <zephyr/sys/util_loops.h>

#ifdef __ASSEMBLER__
#define BIT(n) (1 << (n))
#else
/** @brief Unsigned long with bit @p n set. */
#define BIT(n) (1UL << (n))
#endif
/** @brief 64-bit value with bit @p _n set. */
#define BIT64(_n) (1ULL << (_n))

/** @brief Set or clear bit @p bit of @p var. */
#define WRITE_BIT(var, bit, set)                                                                   \
	((var) = (__typeof__(var))((set) ? ((var) | BIT(bit)) : ((var) & ~BIT(bit))))

/** @brief Unsigned long with bits 0 to @p n - 1 set. */
#define BIT_MASK(n) (BIT(n) - 1UL)
/** @brief 64-bit value with bits 0 to @p n - 1 set. */
#define BIT64_MASK(n) (BIT64(n) - 1ULL)

/** @brief True if exactly one bit is set. */
#define IS_POWER_OF_TWO(x) (((x) != 0U) && (((x) & ((x) - 1U)) == 0U))
/** @brief True if the set bits form one run from bit 0. */
#define IS_BIT_MASK(m) IS_SHIFTED_BIT_MASK(m, 0)
/** @brief True if the set bits form one run that starts at bit @p s. */
#define IS_SHIFTED_BIT_MASK(m, s) (!(((m) >> (s)) & (((m) >> (s)) + 1U)))
/** @brief True if bit @p bit of @p value is set. */
#define IS_BIT_SET(value, bit) ((((value) >> (bit)) & (0x1)) != 0)

/* ---- token pasting ------------------------------------------------------------------------- */

#define UTIL_PRIMITIVE_CAT(a, ...) a##__VA_ARGS__
/** @brief Paste after expansion. */
#define UTIL_CAT(a, ...) UTIL_PRIMITIVE_CAT(a, __VA_ARGS__)
/** @brief Expand to the arguments. */
#define EMPTY
#define EXPAND(...)                             __VA_ARGS__
#define IDENTITY(V)                             V
#define Z_FIRST(V, ...)                         V
#define Z_FIRST_OF(...)                         Z_FIRST(__VA_ARGS__)
#define __DEBRACKET(...)                        __VA_ARGS__
#define __GET_ARG2_DEBRACKET(ignored, val, ...) __DEBRACKET val
#define Z_SECOND(a, b, ...)                     b
#define Z_SECOND_OF(...)                        Z_SECOND(__VA_ARGS__)

/* ---- conditions ---------------------------------------------------------------------------- */

/* A name that expands to 1 turns into "~," and moves a 1 into the second place. */
#define Z_ONE_1                   ~,
#define Z_ZERO_0                  ~,
#define Z_IS_ONE_CAT(x)           Z_IS_ONE_PICK(Z_ONE_##x)
#define Z_IS_ONE_PICK(one_or_two) Z_SECOND_OF(one_or_two 1, 0)

/** @brief 1 if @p config_macro is defined as 1, otherwise 0; usable in C and in #if. */
#define IS_ENABLED(config_macro) Z_IS_ENABLED(config_macro)
#define Z_IS_ENABLED(x)          Z_IS_ONE_CAT(x)

/** @brief The first bracketed code if @p _flag is 1, otherwise the second. */
#define COND_CODE_1(_flag, _if_1_code, _else_code) Z_COND_1(_flag, _if_1_code, _else_code)
#define Z_COND_1(flag, yes, no)                    Z_COND_PICK(Z_ONE_##flag, yes, no)
/** @brief The first bracketed code if @p _flag is 0, otherwise the second. */
#define COND_CODE_0(_flag, _if_0_code, _else_code) Z_COND_0(_flag, _if_0_code, _else_code)
#define Z_COND_0(flag, yes, no)                    Z_COND_PICK(Z_ZERO_##flag, yes, no)
#define Z_COND_PICK(one_or_two, yes, no)           __GET_ARG2_DEBRACKET(one_or_two yes, no)

/** @brief Bracketed code if @p _flag is 1, otherwise nothing. */
#define IF_ENABLED(_flag, _code) COND_CODE_1(_flag, _code, ())
/** @brief Bracketed code unless @p _flag is 1. */
#define IF_DISABLED(_flag, _code) COND_CODE_1(_flag, (), _code)

/** @brief 1 without arguments, or with one that expands to nothing, otherwise 0. */
#define IS_EMPTY(...)   Z_IS_EMPTY(__VA_ARGS__)
#define Z_IS_EMPTY(...) Z_SECOND_OF(__VA_OPT__(~, 0, ) ~, 1)
/** @brief 1 if the numbers @p a and @p b (0 to 256, a U behind does not matter) are the same. */
#define IS_EQ(a, b)          Z_IS_EQ(a, b)
#define Z_IS_EQ(a, b)        Z_IS_EQ_PLAIN(Z_PLAIN_##a, Z_PLAIN_##b)
#define Z_IS_EQ_PLAIN(a, b)  Z_IS_EQ_TOKENS(a, b)
#define Z_IS_EQ_TOKENS(a, b) Z_SECOND_OF(Z_EQ_##a##_##b, 0)
/** @brief 1 if more than one argument is given. */
#define Z_HAS_COMMA(...)     Z_HAS_COMMA_(__VA_ARGS__)
#define Z_HAS_COMMA_(a, ...) Z_SECOND_OF(__VA_OPT__(~, 1, ) ~, 0)

#define UTIL_BOOL(a)   COND_CODE_0(a, (0), (1))
#define UTIL_NOT(a)    COND_CODE_0(a, (1), (0))
#define UTIL_AND(a, b) COND_CODE_1(UTIL_BOOL(a), (b), (0))
#define UTIL_OR(a, b)  COND_CODE_1(UTIL_BOOL(a), (a), (b))
#define UTIL_XOR(A, B) UTIL_AND(UTIL_OR(A, B), UTIL_NOT(UTIL_AND(A, B)))

#define UTIL_INC(x)               UTIL_PRIMITIVE_CAT_INC(x)
#define UTIL_PRIMITIVE_CAT_INC(x) Z_INC_##x
#define UTIL_DEC(x)               UTIL_PRIMITIVE_CAT_DEC(x)
#define UTIL_PRIMITIVE_CAT_DEC(x) Z_DEC_##x

/** @brief The arguments that are not empty. */
#define LIST_DROP_EMPTY(...) Z_TAIL_OF(FOR_EACH(Z_COMMA_BEFORE, (), __VA_ARGS__))
#define Z_COMMA_BEFORE(...)  __VA_OPT__(, __VA_ARGS__)
#define Z_TAIL(a, ...)       __VA_ARGS__
#define Z_TAIL_OF(...)       Z_TAIL(__VA_ARGS__)

/* ---- counting and picking ------------------------------------------------------------------ */

/** @brief Number of arguments, 0 to 64. */
#define NUM_VA_ARGS(...)                                                                           \
	Z_NUM_ARGS(__VA_OPT__(__VA_ARGS__, ) 64, 63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52,   \
		   51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, \
		   31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, \
		   11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define Z_NUM_ARGS(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17,     \
		   _18, _19, _20, _21, _22, _23, _24, _25, _26, _27, _28, _29, _30, _31, _32, _33, \
		   _34, _35, _36, _37, _38, _39, _40, _41, _42, _43, _44, _45, _46, _47, _48, _49, \
		   _50, _51, _52, _53, _54, _55, _56, _57, _58, _59, _60, _61, _62, _63, _64, N,   \
		   ...)                                                                            \
	N

/** @brief Number of arguments after the first, 0 to 63. */
#define NUM_VA_ARGS_LESS_1(...) UTIL_DEC(NUM_VA_ARGS(__VA_ARGS__))

/** @brief The N-th argument, counted from 1; N is a literal number. */
#define GET_ARG_N(N, ...) Z_FIRST_OF(UTIL_CAT(Z_DROP_, UTIL_DEC(N))(__VA_ARGS__))
/** @brief The arguments without the first N; N is a literal number. */
#define GET_ARGS_LESS_N(N, ...) UTIL_CAT(Z_DROP_, N)(__VA_ARGS__)

/* ---- repetition ---------------------------------------------------------------------------- */

/**
 * @brief `F(0, ...) sep F(1, ...) sep ...`, LEN times.
 * @param LEN a literal number, 0 to 256
 * @param F   macro that takes the index and the further arguments
 * @param sep bracketed separator, for example `(,)` or `(;)`
 */
#define LISTIFY(LEN, F, sep, ...) UTIL_CAT(Z_LISTIFY_, LEN)(F, sep, ##__VA_ARGS__)

/** @brief `F(x)` for every argument (up to 64), with a bracketed separator between. */
#define FOR_EACH(F, sep, ...) Z_FOR_EACH(Z_CALL_X, F, sep, , __VA_ARGS__)
#define Z_CALL_X(F, i, f, x)  F(x)
/* One more level, so that a list that expands to nothing is seen to be empty. */
#define Z_FOR_EACH(M, F, s, f, ...) __VA_OPT__(Z_FE_0(M, F, s, f, __VA_ARGS__))

/** @brief `F(i, x)` for every argument, i counting from 0. */
#define FOR_EACH_IDX(F, sep, ...) Z_FOR_EACH(Z_CALL_IX, F, sep, , __VA_ARGS__)
#define Z_CALL_IX(F, i, f, x)     F(i, x)

/** @brief `F(x, fixed_arg)` for every argument. */
#define FOR_EACH_FIXED_ARG(F, sep, fixed_arg, ...)                                                 \
	Z_FOR_EACH(Z_CALL_XF, F, sep, fixed_arg, __VA_ARGS__)
#define Z_CALL_XF(F, i, f, x) F(x, f)

/** @brief `F(i, x, fixed_arg)` for every argument, i counting from 0. */
#define FOR_EACH_IDX_FIXED_ARG(F, sep, fixed_arg, ...)                                             \
	Z_FOR_EACH(Z_CALL_IXF, F, sep, fixed_arg, __VA_ARGS__)
#define Z_CALL_IXF(F, i, f, x) F(i, x, f)

/** @brief `F(x)` and the bracketed @p term after it, for every argument that is not empty. */
#define FOR_EACH_NONEMPTY_TERM(F, term, ...) Z_FOR_EACH(Z_CALL_TERM, F, (), term, __VA_ARGS__)
#define Z_CALL_TERM(F, i, term, x)           Z_TERM(F, term, x)
#define Z_TERM(F, term, ...)                 __VA_OPT__(F(__VA_ARGS__) __DEBRACKET term)

/** @brief The arguments in reverse order. */
#define REVERSE_ARGS(...) __VA_OPT__(Z_REV_0(__VA_ARGS__))

/** @brief All arguments (1 to 8) pasted into one token, each expanded before. */
#define CONCAT(...)        UTIL_CAT(Z_CONCAT_, NUM_VA_ARGS(__VA_ARGS__))(__VA_ARGS__)
#define Z_CONCAT_1(a)      a
#define Z_CONCAT_2(a, b)   UTIL_CAT(a, b)
#define Z_CONCAT_3(a, ...) UTIL_CAT(a, Z_CONCAT_2(__VA_ARGS__))
#define Z_CONCAT_4(a, ...) UTIL_CAT(a, Z_CONCAT_3(__VA_ARGS__))
#define Z_CONCAT_5(a, ...) UTIL_CAT(a, Z_CONCAT_4(__VA_ARGS__))
#define Z_CONCAT_6(a, ...) UTIL_CAT(a, Z_CONCAT_5(__VA_ARGS__))
#define Z_CONCAT_7(a, ...) UTIL_CAT(a, Z_CONCAT_6(__VA_ARGS__))
#define Z_CONCAT_8(a, ...) UTIL_CAT(a, Z_CONCAT_7(__VA_ARGS__))

/** @brief `mac(a)mac(b)...` pasted into one token, up to 8 arguments. */
#define MACRO_MAP_CAT(...)       MACRO_MAP_CAT_(__VA_ARGS__)
#define MACRO_MAP_CAT_(mac, ...) MACRO_MAP_CAT_N(NUM_VA_ARGS(__VA_ARGS__), mac, __VA_ARGS__)
#define MACRO_MAP_CAT_N(N, ...)  UTIL_CAT(MACRO_MC_, N)(__VA_ARGS__)
#define MACRO_MC_0(m, ...)
#define MACRO_MC_1(m, a)      m(a)
#define MACRO_MC_2(m, a, ...) UTIL_CAT(m(a), MACRO_MC_1(m, __VA_ARGS__))
#define MACRO_MC_3(m, a, ...) UTIL_CAT(m(a), MACRO_MC_2(m, __VA_ARGS__))
#define MACRO_MC_4(m, a, ...) UTIL_CAT(m(a), MACRO_MC_3(m, __VA_ARGS__))
#define MACRO_MC_5(m, a, ...) UTIL_CAT(m(a), MACRO_MC_4(m, __VA_ARGS__))
#define MACRO_MC_6(m, a, ...) UTIL_CAT(m(a), MACRO_MC_5(m, __VA_ARGS__))
#define MACRO_MC_7(m, a, ...) UTIL_CAT(m(a), MACRO_MC_6(m, __VA_ARGS__))
#define MACRO_MC_8(m, a, ...) UTIL_CAT(m(a), MACRO_MC_7(m, __VA_ARGS__))

#endif /* ZEPHYR_INCLUDE_SYS_UTIL_MACRO_H_ */
