/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The rows behind FOR_EACH, GET_ARG_N and REVERSE_ARGS, for lists of up to 64 arguments.
 */
#ifndef ZEPHYR_INCLUDE_SYS_UTIL_LOOPS_H_
#define ZEPHYR_INCLUDE_SYS_UTIL_LOOPS_H_

/*
 * Z_FE_i: M says how F is called for the i-th argument x; f is the fixed argument, s the separator.
 */
#define Z_FE_0(M, F, s, f, x, ...)                                                                 \
	M(F, 0, f, x) __VA_OPT__(__DEBRACKET s Z_FE_1(M, F, s, f, __VA_ARGS__))
#define Z_FE_1(M, F, s, f, x, ...)                                                                 \
	M(F, 1, f, x) __VA_OPT__(__DEBRACKET s Z_FE_2(M, F, s, f, __VA_ARGS__))
#define Z_FE_2(M, F, s, f, x, ...)                                                                 \
	M(F, 2, f, x) __VA_OPT__(__DEBRACKET s Z_FE_3(M, F, s, f, __VA_ARGS__))
#define Z_FE_3(M, F, s, f, x, ...)                                                                 \
	M(F, 3, f, x) __VA_OPT__(__DEBRACKET s Z_FE_4(M, F, s, f, __VA_ARGS__))
#define Z_FE_4(M, F, s, f, x, ...)                                                                 \
	M(F, 4, f, x) __VA_OPT__(__DEBRACKET s Z_FE_5(M, F, s, f, __VA_ARGS__))
#define Z_FE_5(M, F, s, f, x, ...)                                                                 \
	M(F, 5, f, x) __VA_OPT__(__DEBRACKET s Z_FE_6(M, F, s, f, __VA_ARGS__))
#define Z_FE_6(M, F, s, f, x, ...)                                                                 \
	M(F, 6, f, x) __VA_OPT__(__DEBRACKET s Z_FE_7(M, F, s, f, __VA_ARGS__))
#define Z_FE_7(M, F, s, f, x, ...)                                                                 \
	M(F, 7, f, x) __VA_OPT__(__DEBRACKET s Z_FE_8(M, F, s, f, __VA_ARGS__))
#define Z_FE_8(M, F, s, f, x, ...)                                                                 \
	M(F, 8, f, x) __VA_OPT__(__DEBRACKET s Z_FE_9(M, F, s, f, __VA_ARGS__))
#define Z_FE_9(M, F, s, f, x, ...)                                                                 \
	M(F, 9, f, x) __VA_OPT__(__DEBRACKET s Z_FE_10(M, F, s, f, __VA_ARGS__))
#define Z_FE_10(M, F, s, f, x, ...)                                                                \
	M(F, 10, f, x) __VA_OPT__(__DEBRACKET s Z_FE_11(M, F, s, f, __VA_ARGS__))
#define Z_FE_11(M, F, s, f, x, ...)                                                                \
	M(F, 11, f, x) __VA_OPT__(__DEBRACKET s Z_FE_12(M, F, s, f, __VA_ARGS__))
#define Z_FE_12(M, F, s, f, x, ...)                                                                \
	M(F, 12, f, x) __VA_OPT__(__DEBRACKET s Z_FE_13(M, F, s, f, __VA_ARGS__))
#define Z_FE_13(M, F, s, f, x, ...)                                                                \
	M(F, 13, f, x) __VA_OPT__(__DEBRACKET s Z_FE_14(M, F, s, f, __VA_ARGS__))
#define Z_FE_14(M, F, s, f, x, ...)                                                                \
	M(F, 14, f, x) __VA_OPT__(__DEBRACKET s Z_FE_15(M, F, s, f, __VA_ARGS__))
#define Z_FE_15(M, F, s, f, x, ...)                                                                \
	M(F, 15, f, x) __VA_OPT__(__DEBRACKET s Z_FE_16(M, F, s, f, __VA_ARGS__))
#define Z_FE_16(M, F, s, f, x, ...)                                                                \
	M(F, 16, f, x) __VA_OPT__(__DEBRACKET s Z_FE_17(M, F, s, f, __VA_ARGS__))
#define Z_FE_17(M, F, s, f, x, ...)                                                                \
	M(F, 17, f, x) __VA_OPT__(__DEBRACKET s Z_FE_18(M, F, s, f, __VA_ARGS__))
#define Z_FE_18(M, F, s, f, x, ...)                                                                \
	M(F, 18, f, x) __VA_OPT__(__DEBRACKET s Z_FE_19(M, F, s, f, __VA_ARGS__))
#define Z_FE_19(M, F, s, f, x, ...)                                                                \
	M(F, 19, f, x) __VA_OPT__(__DEBRACKET s Z_FE_20(M, F, s, f, __VA_ARGS__))
#define Z_FE_20(M, F, s, f, x, ...)                                                                \
	M(F, 20, f, x) __VA_OPT__(__DEBRACKET s Z_FE_21(M, F, s, f, __VA_ARGS__))
#define Z_FE_21(M, F, s, f, x, ...)                                                                \
	M(F, 21, f, x) __VA_OPT__(__DEBRACKET s Z_FE_22(M, F, s, f, __VA_ARGS__))
#define Z_FE_22(M, F, s, f, x, ...)                                                                \
	M(F, 22, f, x) __VA_OPT__(__DEBRACKET s Z_FE_23(M, F, s, f, __VA_ARGS__))
#define Z_FE_23(M, F, s, f, x, ...)                                                                \
	M(F, 23, f, x) __VA_OPT__(__DEBRACKET s Z_FE_24(M, F, s, f, __VA_ARGS__))
#define Z_FE_24(M, F, s, f, x, ...)                                                                \
	M(F, 24, f, x) __VA_OPT__(__DEBRACKET s Z_FE_25(M, F, s, f, __VA_ARGS__))
#define Z_FE_25(M, F, s, f, x, ...)                                                                \
	M(F, 25, f, x) __VA_OPT__(__DEBRACKET s Z_FE_26(M, F, s, f, __VA_ARGS__))
#define Z_FE_26(M, F, s, f, x, ...)                                                                \
	M(F, 26, f, x) __VA_OPT__(__DEBRACKET s Z_FE_27(M, F, s, f, __VA_ARGS__))
#define Z_FE_27(M, F, s, f, x, ...)                                                                \
	M(F, 27, f, x) __VA_OPT__(__DEBRACKET s Z_FE_28(M, F, s, f, __VA_ARGS__))
#define Z_FE_28(M, F, s, f, x, ...)                                                                \
	M(F, 28, f, x) __VA_OPT__(__DEBRACKET s Z_FE_29(M, F, s, f, __VA_ARGS__))
#define Z_FE_29(M, F, s, f, x, ...)                                                                \
	M(F, 29, f, x) __VA_OPT__(__DEBRACKET s Z_FE_30(M, F, s, f, __VA_ARGS__))
#define Z_FE_30(M, F, s, f, x, ...)                                                                \
	M(F, 30, f, x) __VA_OPT__(__DEBRACKET s Z_FE_31(M, F, s, f, __VA_ARGS__))
#define Z_FE_31(M, F, s, f, x, ...)                                                                \
	M(F, 31, f, x) __VA_OPT__(__DEBRACKET s Z_FE_32(M, F, s, f, __VA_ARGS__))
#define Z_FE_32(M, F, s, f, x, ...)                                                                \
	M(F, 32, f, x) __VA_OPT__(__DEBRACKET s Z_FE_33(M, F, s, f, __VA_ARGS__))
#define Z_FE_33(M, F, s, f, x, ...)                                                                \
	M(F, 33, f, x) __VA_OPT__(__DEBRACKET s Z_FE_34(M, F, s, f, __VA_ARGS__))
#define Z_FE_34(M, F, s, f, x, ...)                                                                \
	M(F, 34, f, x) __VA_OPT__(__DEBRACKET s Z_FE_35(M, F, s, f, __VA_ARGS__))
#define Z_FE_35(M, F, s, f, x, ...)                                                                \
	M(F, 35, f, x) __VA_OPT__(__DEBRACKET s Z_FE_36(M, F, s, f, __VA_ARGS__))
#define Z_FE_36(M, F, s, f, x, ...)                                                                \
	M(F, 36, f, x) __VA_OPT__(__DEBRACKET s Z_FE_37(M, F, s, f, __VA_ARGS__))
#define Z_FE_37(M, F, s, f, x, ...)                                                                \
	M(F, 37, f, x) __VA_OPT__(__DEBRACKET s Z_FE_38(M, F, s, f, __VA_ARGS__))
#define Z_FE_38(M, F, s, f, x, ...)                                                                \
	M(F, 38, f, x) __VA_OPT__(__DEBRACKET s Z_FE_39(M, F, s, f, __VA_ARGS__))
#define Z_FE_39(M, F, s, f, x, ...)                                                                \
	M(F, 39, f, x) __VA_OPT__(__DEBRACKET s Z_FE_40(M, F, s, f, __VA_ARGS__))
#define Z_FE_40(M, F, s, f, x, ...)                                                                \
	M(F, 40, f, x) __VA_OPT__(__DEBRACKET s Z_FE_41(M, F, s, f, __VA_ARGS__))
#define Z_FE_41(M, F, s, f, x, ...)                                                                \
	M(F, 41, f, x) __VA_OPT__(__DEBRACKET s Z_FE_42(M, F, s, f, __VA_ARGS__))
#define Z_FE_42(M, F, s, f, x, ...)                                                                \
	M(F, 42, f, x) __VA_OPT__(__DEBRACKET s Z_FE_43(M, F, s, f, __VA_ARGS__))
#define Z_FE_43(M, F, s, f, x, ...)                                                                \
	M(F, 43, f, x) __VA_OPT__(__DEBRACKET s Z_FE_44(M, F, s, f, __VA_ARGS__))
#define Z_FE_44(M, F, s, f, x, ...)                                                                \
	M(F, 44, f, x) __VA_OPT__(__DEBRACKET s Z_FE_45(M, F, s, f, __VA_ARGS__))
#define Z_FE_45(M, F, s, f, x, ...)                                                                \
	M(F, 45, f, x) __VA_OPT__(__DEBRACKET s Z_FE_46(M, F, s, f, __VA_ARGS__))
#define Z_FE_46(M, F, s, f, x, ...)                                                                \
	M(F, 46, f, x) __VA_OPT__(__DEBRACKET s Z_FE_47(M, F, s, f, __VA_ARGS__))
#define Z_FE_47(M, F, s, f, x, ...)                                                                \
	M(F, 47, f, x) __VA_OPT__(__DEBRACKET s Z_FE_48(M, F, s, f, __VA_ARGS__))
#define Z_FE_48(M, F, s, f, x, ...)                                                                \
	M(F, 48, f, x) __VA_OPT__(__DEBRACKET s Z_FE_49(M, F, s, f, __VA_ARGS__))
#define Z_FE_49(M, F, s, f, x, ...)                                                                \
	M(F, 49, f, x) __VA_OPT__(__DEBRACKET s Z_FE_50(M, F, s, f, __VA_ARGS__))
#define Z_FE_50(M, F, s, f, x, ...)                                                                \
	M(F, 50, f, x) __VA_OPT__(__DEBRACKET s Z_FE_51(M, F, s, f, __VA_ARGS__))
#define Z_FE_51(M, F, s, f, x, ...)                                                                \
	M(F, 51, f, x) __VA_OPT__(__DEBRACKET s Z_FE_52(M, F, s, f, __VA_ARGS__))
#define Z_FE_52(M, F, s, f, x, ...)                                                                \
	M(F, 52, f, x) __VA_OPT__(__DEBRACKET s Z_FE_53(M, F, s, f, __VA_ARGS__))
#define Z_FE_53(M, F, s, f, x, ...)                                                                \
	M(F, 53, f, x) __VA_OPT__(__DEBRACKET s Z_FE_54(M, F, s, f, __VA_ARGS__))
#define Z_FE_54(M, F, s, f, x, ...)                                                                \
	M(F, 54, f, x) __VA_OPT__(__DEBRACKET s Z_FE_55(M, F, s, f, __VA_ARGS__))
#define Z_FE_55(M, F, s, f, x, ...)                                                                \
	M(F, 55, f, x) __VA_OPT__(__DEBRACKET s Z_FE_56(M, F, s, f, __VA_ARGS__))
#define Z_FE_56(M, F, s, f, x, ...)                                                                \
	M(F, 56, f, x) __VA_OPT__(__DEBRACKET s Z_FE_57(M, F, s, f, __VA_ARGS__))
#define Z_FE_57(M, F, s, f, x, ...)                                                                \
	M(F, 57, f, x) __VA_OPT__(__DEBRACKET s Z_FE_58(M, F, s, f, __VA_ARGS__))
#define Z_FE_58(M, F, s, f, x, ...)                                                                \
	M(F, 58, f, x) __VA_OPT__(__DEBRACKET s Z_FE_59(M, F, s, f, __VA_ARGS__))
#define Z_FE_59(M, F, s, f, x, ...)                                                                \
	M(F, 59, f, x) __VA_OPT__(__DEBRACKET s Z_FE_60(M, F, s, f, __VA_ARGS__))
#define Z_FE_60(M, F, s, f, x, ...)                                                                \
	M(F, 60, f, x) __VA_OPT__(__DEBRACKET s Z_FE_61(M, F, s, f, __VA_ARGS__))
#define Z_FE_61(M, F, s, f, x, ...)                                                                \
	M(F, 61, f, x) __VA_OPT__(__DEBRACKET s Z_FE_62(M, F, s, f, __VA_ARGS__))
#define Z_FE_62(M, F, s, f, x, ...)                                                                \
	M(F, 62, f, x) __VA_OPT__(__DEBRACKET s Z_FE_63(M, F, s, f, __VA_ARGS__))
#define Z_FE_63(M, F, s, f, x, ...) M(F, 63, f, x)

/* Z_DROP_n: the arguments without the first n. */
#define Z_DROP_0(...)     __VA_ARGS__
#define Z_DROP_1(a, ...)  Z_DROP_0(__VA_ARGS__)
#define Z_DROP_2(a, ...)  Z_DROP_1(__VA_ARGS__)
#define Z_DROP_3(a, ...)  Z_DROP_2(__VA_ARGS__)
#define Z_DROP_4(a, ...)  Z_DROP_3(__VA_ARGS__)
#define Z_DROP_5(a, ...)  Z_DROP_4(__VA_ARGS__)
#define Z_DROP_6(a, ...)  Z_DROP_5(__VA_ARGS__)
#define Z_DROP_7(a, ...)  Z_DROP_6(__VA_ARGS__)
#define Z_DROP_8(a, ...)  Z_DROP_7(__VA_ARGS__)
#define Z_DROP_9(a, ...)  Z_DROP_8(__VA_ARGS__)
#define Z_DROP_10(a, ...) Z_DROP_9(__VA_ARGS__)
#define Z_DROP_11(a, ...) Z_DROP_10(__VA_ARGS__)
#define Z_DROP_12(a, ...) Z_DROP_11(__VA_ARGS__)
#define Z_DROP_13(a, ...) Z_DROP_12(__VA_ARGS__)
#define Z_DROP_14(a, ...) Z_DROP_13(__VA_ARGS__)
#define Z_DROP_15(a, ...) Z_DROP_14(__VA_ARGS__)
#define Z_DROP_16(a, ...) Z_DROP_15(__VA_ARGS__)
#define Z_DROP_17(a, ...) Z_DROP_16(__VA_ARGS__)
#define Z_DROP_18(a, ...) Z_DROP_17(__VA_ARGS__)
#define Z_DROP_19(a, ...) Z_DROP_18(__VA_ARGS__)
#define Z_DROP_20(a, ...) Z_DROP_19(__VA_ARGS__)
#define Z_DROP_21(a, ...) Z_DROP_20(__VA_ARGS__)
#define Z_DROP_22(a, ...) Z_DROP_21(__VA_ARGS__)
#define Z_DROP_23(a, ...) Z_DROP_22(__VA_ARGS__)
#define Z_DROP_24(a, ...) Z_DROP_23(__VA_ARGS__)
#define Z_DROP_25(a, ...) Z_DROP_24(__VA_ARGS__)
#define Z_DROP_26(a, ...) Z_DROP_25(__VA_ARGS__)
#define Z_DROP_27(a, ...) Z_DROP_26(__VA_ARGS__)
#define Z_DROP_28(a, ...) Z_DROP_27(__VA_ARGS__)
#define Z_DROP_29(a, ...) Z_DROP_28(__VA_ARGS__)
#define Z_DROP_30(a, ...) Z_DROP_29(__VA_ARGS__)
#define Z_DROP_31(a, ...) Z_DROP_30(__VA_ARGS__)
#define Z_DROP_32(a, ...) Z_DROP_31(__VA_ARGS__)
#define Z_DROP_33(a, ...) Z_DROP_32(__VA_ARGS__)
#define Z_DROP_34(a, ...) Z_DROP_33(__VA_ARGS__)
#define Z_DROP_35(a, ...) Z_DROP_34(__VA_ARGS__)
#define Z_DROP_36(a, ...) Z_DROP_35(__VA_ARGS__)
#define Z_DROP_37(a, ...) Z_DROP_36(__VA_ARGS__)
#define Z_DROP_38(a, ...) Z_DROP_37(__VA_ARGS__)
#define Z_DROP_39(a, ...) Z_DROP_38(__VA_ARGS__)
#define Z_DROP_40(a, ...) Z_DROP_39(__VA_ARGS__)
#define Z_DROP_41(a, ...) Z_DROP_40(__VA_ARGS__)
#define Z_DROP_42(a, ...) Z_DROP_41(__VA_ARGS__)
#define Z_DROP_43(a, ...) Z_DROP_42(__VA_ARGS__)
#define Z_DROP_44(a, ...) Z_DROP_43(__VA_ARGS__)
#define Z_DROP_45(a, ...) Z_DROP_44(__VA_ARGS__)
#define Z_DROP_46(a, ...) Z_DROP_45(__VA_ARGS__)
#define Z_DROP_47(a, ...) Z_DROP_46(__VA_ARGS__)
#define Z_DROP_48(a, ...) Z_DROP_47(__VA_ARGS__)
#define Z_DROP_49(a, ...) Z_DROP_48(__VA_ARGS__)
#define Z_DROP_50(a, ...) Z_DROP_49(__VA_ARGS__)
#define Z_DROP_51(a, ...) Z_DROP_50(__VA_ARGS__)
#define Z_DROP_52(a, ...) Z_DROP_51(__VA_ARGS__)
#define Z_DROP_53(a, ...) Z_DROP_52(__VA_ARGS__)
#define Z_DROP_54(a, ...) Z_DROP_53(__VA_ARGS__)
#define Z_DROP_55(a, ...) Z_DROP_54(__VA_ARGS__)
#define Z_DROP_56(a, ...) Z_DROP_55(__VA_ARGS__)
#define Z_DROP_57(a, ...) Z_DROP_56(__VA_ARGS__)
#define Z_DROP_58(a, ...) Z_DROP_57(__VA_ARGS__)
#define Z_DROP_59(a, ...) Z_DROP_58(__VA_ARGS__)
#define Z_DROP_60(a, ...) Z_DROP_59(__VA_ARGS__)
#define Z_DROP_61(a, ...) Z_DROP_60(__VA_ARGS__)
#define Z_DROP_62(a, ...) Z_DROP_61(__VA_ARGS__)
#define Z_DROP_63(a, ...) Z_DROP_62(__VA_ARGS__)
#define Z_DROP_64(a, ...) Z_DROP_63(__VA_ARGS__)

/* Z_REV_0: the arguments in reverse order. */
#define Z_REV_0(a, ...)  __VA_OPT__(Z_REV_1(__VA_ARGS__), ) a
#define Z_REV_1(a, ...)  __VA_OPT__(Z_REV_2(__VA_ARGS__), ) a
#define Z_REV_2(a, ...)  __VA_OPT__(Z_REV_3(__VA_ARGS__), ) a
#define Z_REV_3(a, ...)  __VA_OPT__(Z_REV_4(__VA_ARGS__), ) a
#define Z_REV_4(a, ...)  __VA_OPT__(Z_REV_5(__VA_ARGS__), ) a
#define Z_REV_5(a, ...)  __VA_OPT__(Z_REV_6(__VA_ARGS__), ) a
#define Z_REV_6(a, ...)  __VA_OPT__(Z_REV_7(__VA_ARGS__), ) a
#define Z_REV_7(a, ...)  __VA_OPT__(Z_REV_8(__VA_ARGS__), ) a
#define Z_REV_8(a, ...)  __VA_OPT__(Z_REV_9(__VA_ARGS__), ) a
#define Z_REV_9(a, ...)  __VA_OPT__(Z_REV_10(__VA_ARGS__), ) a
#define Z_REV_10(a, ...) __VA_OPT__(Z_REV_11(__VA_ARGS__), ) a
#define Z_REV_11(a, ...) __VA_OPT__(Z_REV_12(__VA_ARGS__), ) a
#define Z_REV_12(a, ...) __VA_OPT__(Z_REV_13(__VA_ARGS__), ) a
#define Z_REV_13(a, ...) __VA_OPT__(Z_REV_14(__VA_ARGS__), ) a
#define Z_REV_14(a, ...) __VA_OPT__(Z_REV_15(__VA_ARGS__), ) a
#define Z_REV_15(a, ...) __VA_OPT__(Z_REV_16(__VA_ARGS__), ) a
#define Z_REV_16(a, ...) __VA_OPT__(Z_REV_17(__VA_ARGS__), ) a
#define Z_REV_17(a, ...) __VA_OPT__(Z_REV_18(__VA_ARGS__), ) a
#define Z_REV_18(a, ...) __VA_OPT__(Z_REV_19(__VA_ARGS__), ) a
#define Z_REV_19(a, ...) __VA_OPT__(Z_REV_20(__VA_ARGS__), ) a
#define Z_REV_20(a, ...) __VA_OPT__(Z_REV_21(__VA_ARGS__), ) a
#define Z_REV_21(a, ...) __VA_OPT__(Z_REV_22(__VA_ARGS__), ) a
#define Z_REV_22(a, ...) __VA_OPT__(Z_REV_23(__VA_ARGS__), ) a
#define Z_REV_23(a, ...) __VA_OPT__(Z_REV_24(__VA_ARGS__), ) a
#define Z_REV_24(a, ...) __VA_OPT__(Z_REV_25(__VA_ARGS__), ) a
#define Z_REV_25(a, ...) __VA_OPT__(Z_REV_26(__VA_ARGS__), ) a
#define Z_REV_26(a, ...) __VA_OPT__(Z_REV_27(__VA_ARGS__), ) a
#define Z_REV_27(a, ...) __VA_OPT__(Z_REV_28(__VA_ARGS__), ) a
#define Z_REV_28(a, ...) __VA_OPT__(Z_REV_29(__VA_ARGS__), ) a
#define Z_REV_29(a, ...) __VA_OPT__(Z_REV_30(__VA_ARGS__), ) a
#define Z_REV_30(a, ...) __VA_OPT__(Z_REV_31(__VA_ARGS__), ) a
#define Z_REV_31(a, ...) __VA_OPT__(Z_REV_32(__VA_ARGS__), ) a
#define Z_REV_32(a, ...) __VA_OPT__(Z_REV_33(__VA_ARGS__), ) a
#define Z_REV_33(a, ...) __VA_OPT__(Z_REV_34(__VA_ARGS__), ) a
#define Z_REV_34(a, ...) __VA_OPT__(Z_REV_35(__VA_ARGS__), ) a
#define Z_REV_35(a, ...) __VA_OPT__(Z_REV_36(__VA_ARGS__), ) a
#define Z_REV_36(a, ...) __VA_OPT__(Z_REV_37(__VA_ARGS__), ) a
#define Z_REV_37(a, ...) __VA_OPT__(Z_REV_38(__VA_ARGS__), ) a
#define Z_REV_38(a, ...) __VA_OPT__(Z_REV_39(__VA_ARGS__), ) a
#define Z_REV_39(a, ...) __VA_OPT__(Z_REV_40(__VA_ARGS__), ) a
#define Z_REV_40(a, ...) __VA_OPT__(Z_REV_41(__VA_ARGS__), ) a
#define Z_REV_41(a, ...) __VA_OPT__(Z_REV_42(__VA_ARGS__), ) a
#define Z_REV_42(a, ...) __VA_OPT__(Z_REV_43(__VA_ARGS__), ) a
#define Z_REV_43(a, ...) __VA_OPT__(Z_REV_44(__VA_ARGS__), ) a
#define Z_REV_44(a, ...) __VA_OPT__(Z_REV_45(__VA_ARGS__), ) a
#define Z_REV_45(a, ...) __VA_OPT__(Z_REV_46(__VA_ARGS__), ) a
#define Z_REV_46(a, ...) __VA_OPT__(Z_REV_47(__VA_ARGS__), ) a
#define Z_REV_47(a, ...) __VA_OPT__(Z_REV_48(__VA_ARGS__), ) a
#define Z_REV_48(a, ...) __VA_OPT__(Z_REV_49(__VA_ARGS__), ) a
#define Z_REV_49(a, ...) __VA_OPT__(Z_REV_50(__VA_ARGS__), ) a
#define Z_REV_50(a, ...) __VA_OPT__(Z_REV_51(__VA_ARGS__), ) a
#define Z_REV_51(a, ...) __VA_OPT__(Z_REV_52(__VA_ARGS__), ) a
#define Z_REV_52(a, ...) __VA_OPT__(Z_REV_53(__VA_ARGS__), ) a
#define Z_REV_53(a, ...) __VA_OPT__(Z_REV_54(__VA_ARGS__), ) a
#define Z_REV_54(a, ...) __VA_OPT__(Z_REV_55(__VA_ARGS__), ) a
#define Z_REV_55(a, ...) __VA_OPT__(Z_REV_56(__VA_ARGS__), ) a
#define Z_REV_56(a, ...) __VA_OPT__(Z_REV_57(__VA_ARGS__), ) a
#define Z_REV_57(a, ...) __VA_OPT__(Z_REV_58(__VA_ARGS__), ) a
#define Z_REV_58(a, ...) __VA_OPT__(Z_REV_59(__VA_ARGS__), ) a
#define Z_REV_59(a, ...) __VA_OPT__(Z_REV_60(__VA_ARGS__), ) a
#define Z_REV_60(a, ...) __VA_OPT__(Z_REV_61(__VA_ARGS__), ) a
#define Z_REV_61(a, ...) __VA_OPT__(Z_REV_62(__VA_ARGS__), ) a
#define Z_REV_62(a, ...) __VA_OPT__(Z_REV_63(__VA_ARGS__), ) a
#define Z_REV_63(a, ...) __VA_OPT__(Z_REV_64(__VA_ARGS__), ) a
#define Z_REV_64(a, ...) a

#endif /* ZEPHYR_INCLUDE_SYS_UTIL_LOOPS_H_ */
