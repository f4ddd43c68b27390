/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Attributes and built-ins of gcc and clang.
 *
 * Include <zephyr/toolchain.h> instead of this file.
 */
#ifndef ZEPHYR_TOOLCHAIN_GCC_H_
#define ZEPHYR_TOOLCHAIN_GCC_H_

#include <zephyr/toolchain/common.h>

#define TOOLCHAIN_GCC_VERSION (__GNUC__ * 10000 + __GNUC_MINOR__ * 100 + __GNUC_PATCHLEVEL__)

#define TOOLCHAIN_HAS_PRAGMA_DIAG 1
#define TOOLCHAIN_HAS_C_GENERIC   1
#define TOOLCHAIN_HAS_C_AUTO_TYPE 1

#ifndef __ASSEMBLER__

#define TOOLCHAIN_PRAGMA(x)                 _Pragma(#x)
#define TOOLCHAIN_WARNING_ADDRESS           "-Waddress"
#define TOOLCHAIN_WARNING_ARRAY_BOUNDS      "-Warray-bounds"
#define TOOLCHAIN_WARNING_UNUSED_VARIABLE   "-Wunused-variable"
#define TOOLCHAIN_WARNING_STRINGOP_OVERREAD "-Wstringop-overread"
#define TOOLCHAIN_WARNING_SHADOW            "-Wshadow"
#define TOOLCHAIN_WARNING_POINTER_ARITH     "-Wpointer-arith"
#ifdef __clang__
#define TOOLCHAIN_DISABLE_WARNING(warning)                                                         \
	TOOLCHAIN_PRAGMA(clang diagnostic push)                                                    \
	TOOLCHAIN_PRAGMA(clang diagnostic ignored warning)
#define TOOLCHAIN_ENABLE_WARNING(warning) TOOLCHAIN_PRAGMA(clang diagnostic pop)
#define TOOLCHAIN_DISABLE_GCC_WARNING(warning)
#define TOOLCHAIN_ENABLE_GCC_WARNING(warning)
#define TOOLCHAIN_DISABLE_CLANG_WARNING(warning) TOOLCHAIN_DISABLE_WARNING(warning)
#define TOOLCHAIN_ENABLE_CLANG_WARNING(warning)  TOOLCHAIN_ENABLE_WARNING(warning)
#else
#define TOOLCHAIN_DISABLE_WARNING(warning)                                                         \
	TOOLCHAIN_PRAGMA(GCC diagnostic push)                                                      \
	TOOLCHAIN_PRAGMA(GCC diagnostic ignored warning)
#define TOOLCHAIN_ENABLE_WARNING(warning)      TOOLCHAIN_PRAGMA(GCC diagnostic pop)
#define TOOLCHAIN_DISABLE_GCC_WARNING(warning) TOOLCHAIN_DISABLE_WARNING(warning)
#define TOOLCHAIN_ENABLE_GCC_WARNING(warning)  TOOLCHAIN_ENABLE_WARNING(warning)
#define TOOLCHAIN_DISABLE_CLANG_WARNING(warning)
#define TOOLCHAIN_ENABLE_CLANG_WARNING(warning)
#endif

#undef likely
#undef unlikely
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#undef __weak
#undef __aligned
#undef __packed
#undef __used
#undef __unused
#undef __noinline
#undef __deprecated
#undef __pure
#undef __attribute_const__
#undef __attribute_nonnull
#undef __must_check
#define __weak                   __attribute__((__weak__))
#define __aligned(x)             __attribute__((__aligned__(x)))
#define __may_alias              __attribute__((__may_alias__))
#define __packed                 __attribute__((__packed__))
#define __used                   __attribute__((__used__))
#define __unused                 __attribute__((__unused__))
#define __maybe_unused           __attribute__((__unused__))
#define __noinline               __attribute__((__noinline__))
#define __deprecated             __attribute__((__deprecated__))
#define __attribute_const__      __attribute__((__const__))
#define __pure                   __attribute__((__pure__))
#define __must_check             __attribute__((__warn_unused_result__))
#define __attribute_nonnull(...) __attribute__((__nonnull__(__VA_ARGS__)))
#define __printf_like(f, a)      __attribute__((__format__(__printf__, f, a)))
#define FUNC_NORETURN            __attribute__((__noreturn__))
#define FUNC_NO_STACK_PROTECTOR
#define __alignof(x)                   __alignof__(x)
#define ALWAYS_INLINE                  inline __attribute__((__always_inline__))
#define Z_GENERIC_SECTION(segment)     __attribute__((__section__(STRINGIFY(segment))))
#define __GENERIC_SECTION(segment)     Z_GENERIC_SECTION(segment)
#define Z_GENERIC_DOT_SECTION(segment) __attribute__((__section__("." STRINGIFY(segment))))
#define __GENERIC_DOT_SECTION(segment) Z_GENERIC_DOT_SECTION(segment)

#define ___in_section(a, b, c)                                                                     \
	__attribute__((__section__("." STRINGIFY(a) "." STRINGIFY(b) "." STRINGIFY(c))))
#define __in_section(a, b, c)    ___in_section(a, b, c)
#define __in_section_unique(seg) ___in_section(seg, __FILE__, __COUNTER__)

/* Kept out of .bss: its bytes are whatever memory held; the linker script places `.noinit*`. */
#define __noinit             __attribute__((__section__(".noinit." STRINGIFY(__COUNTER__))))
#define __noinit_named(name) __attribute__((__section__(".noinit." STRINGIFY(name))))
#define __ramfunc
#define __pinned_func
#define __pinned_data
#define __pinned_bss
#define __pinned_noinit __noinit
#define __boot_func
#define __isr

#ifdef __clang__
#define __fallthrough     __attribute__((__fallthrough__))
#define __no_optimization __attribute__((__optnone__))
#define __noasan          __attribute__((__no_sanitize__("address")))
#else
#define __fallthrough     __attribute__((__fallthrough__))
#define __no_optimization __attribute__((__optimize__("-O0")))
/* gcc has this attribute for functions only, and objects in sections are what it is used on. */
#define __noasan
#endif
#define __noubsan __attribute__((__no_sanitize__("undefined")))

/* The application's own static data and the kernel's are one domain here. */
#define __syscall static inline
#define K_APP_DMEM(part)
#define K_APP_BMEM(part)
#define __subsystem

#ifdef __cplusplus
#define BUILD_ASSERT(EXPR, MSG...) static_assert(EXPR, "" MSG)
#else
#define BUILD_ASSERT(EXPR, MSG...) _Static_assert((EXPR), "" MSG)
#endif

#define ARG_UNUSED(x) (void)(x)

#define CODE_UNREACHABLE __builtin_unreachable()
#define FUNC_ALIAS(real_func, new_alias, return_type)                                              \
	return_type new_alias() __attribute__((alias(#real_func)))

#define HAS_BUILTIN(x) __has_builtin(x)
#ifndef __has_builtin
#define __has_builtin(x) 0
#endif

/** @brief The compiler moves no memory access across this point; the CPU still may. */
#define compiler_barrier() __asm__ __volatile__("" ::: "memory")

/**
 * @brief Read a value of any alignment.
 * @param g pointer to the value
 */
#define UNALIGNED_GET(g)                                                                           \
	__extension__({                                                                            \
		struct __attribute__((__packed__)) {                                               \
			__typeof__(*(g)) __v;                                                      \
		} *__g = (__typeof__(__g))(g);                                                     \
		__g->__v;                                                                          \
	})

/**
 * @brief Write a value of any alignment.
 * @param v value
 * @param p pointer to where it goes
 */
#define UNALIGNED_PUT(v, p)                                                                        \
	do {                                                                                       \
		struct __attribute__((__packed__)) {                                               \
			__typeof__(*(p)) __v;                                                      \
		} *__p = (__typeof__(__p))(p);                                                     \
		__p->__v = (v);                                                                    \
	} while (false)

/* Stops the compiler from widening the alignment of an object that a linker section packs. */
#define Z_DECL_ALIGN(type) __aligned(__alignof(type)) type

#else /* __ASSEMBLER__ */

#define GTEXT(sym)                                                                                 \
	.global sym;                                                                               \
	.type sym, % function
#define GDATA(sym)                                                                                 \
	.global sym;                                                                               \
	.type sym, % object
#define SECTION_FUNC(sect, sym)                                                                    \
	.section.sect.sym, "ax";                                                                   \
	.balign 4;                                                                                 \
	.type sym, % function;                                                                     \
sym:

#endif /* __ASSEMBLER__ */

#endif /* ZEPHYR_TOOLCHAIN_GCC_H_ */
