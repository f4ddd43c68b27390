/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Definition of thread stacks.
 *
 * A stack object is one guard page followed by the usable memory, whose size is rounded up to whole
 * pages. The guard pages of all stacks that are defined with the macros below are unmapped at boot, in
 * one pass; k_thread_stack_alloc() does the same for the stacks it makes. So an overflow faults instead
 * of running into the neighbour. Only the *_MEMBER forms, which lie inside of other structures, keep
 * their guard page mapped: there it is merely unused space.
 *
 * Stack memory is not part of the image file and is not cleared at boot.
 */
#ifndef ZEPHYR_INCLUDE_KERNEL_THREAD_STACK_H_
#define ZEPHYR_INCLUDE_KERNEL_THREAD_STACK_H_

#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>
#include <zephyr/toolchain.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Alignment of a stack object, and granule of its size: a page. */
#define Z_STACK_ALIGN 4096
/** Space at the start of a stack object that is not usable: the guard page. */
#define Z_STACK_RESERVED 4096

/** Bytes of a stack object; only ever used by pointer. */
struct __packed z_thread_stack_element {
	char data;
};

typedef struct z_thread_stack_element k_thread_stack_t;

/** Stacks whose guard pages are unmapped at boot. */
struct z_stack_region {
	k_thread_stack_t *stack;
	size_t size;  /**< of one stack object */
	size_t count; /**< of stack objects, one after the other */
};

/** Stack pointers are aligned to this (AAPCS64). */
#define ARCH_STACK_PTR_ALIGN 16

/** Usable bytes of a stack that was defined with @p size. */
#define Z_STACK_SIZE_ADJUST(size) ROUND_UP((size), Z_STACK_ALIGN)

#define K_THREAD_STACK_RESERVED ((size_t)Z_STACK_RESERVED)
#define K_KERNEL_STACK_RESERVED K_THREAD_STACK_RESERVED

/** @brief Bytes of the stack object for @p size usable bytes. */
#define K_THREAD_STACK_LEN(size) (Z_STACK_SIZE_ADJUST(size) + Z_STACK_RESERVED)
#define K_KERNEL_STACK_LEN(size) K_THREAD_STACK_LEN(size)

/* By name of file and line, so that the linker sees them apart. `.bss.`: not in the image file. */
#define Z_STACK_SECTION_(n) __attribute__((section(".bss..stacks." STRINGIFY(n))))
#define Z_STACK_SECTION     Z_STACK_SECTION_(__COUNTER__)

#define Z_STACK_REGION(sym, size_, count_)                                                         \
	static const STRUCT_SECTION_ITERABLE(z_stack_region, _CONCAT(z_stack_region_, sym)) = {    \
		.stack = (k_thread_stack_t *)(sym),                                                \
		.size = K_THREAD_STACK_LEN(size_),                                                 \
		.count = (count_),                                                                 \
	}

/**
 * @brief Define a stack at file scope, or as a static variable.
 *
 * May be preceded by `static`.
 *
 * @param sym  its name
 * @param size usable bytes, rounded up to whole pages
 */
#define K_THREAD_STACK_DEFINE(sym, size)                                                           \
	struct z_thread_stack_element Z_STACK_SECTION                                              \
		__aligned(Z_STACK_ALIGN) sym[K_THREAD_STACK_LEN(size)];                            \
	Z_STACK_REGION(sym, size, 1)

/** @brief Define @p nmemb stacks: `sym[i]` is the i-th one. */
#define K_THREAD_STACK_ARRAY_DEFINE(sym, nmemb, size)                                              \
	struct z_thread_stack_element Z_STACK_SECTION                                              \
		__aligned(Z_STACK_ALIGN) sym[nmemb][K_THREAD_STACK_LEN(size)];                     \
	Z_STACK_REGION(sym, size, nmemb)

/** @brief Define a stack inside of a structure, which gets the alignment of a page. Its guard stays mapped. */
#define K_KERNEL_STACK_MEMBER(sym, size)                                                           \
	struct z_thread_stack_element __aligned(Z_STACK_ALIGN) sym[K_THREAD_STACK_LEN(size)]

/** @brief Declare a stack that is defined elsewhere. */
#define K_THREAD_STACK_DECLARE(sym, size)                                                          \
	extern struct z_thread_stack_element sym[K_THREAD_STACK_LEN(size)]

/** @brief Declare an array of stacks that is defined elsewhere. */
#define K_THREAD_STACK_ARRAY_DECLARE(sym, nmemb, size)                                             \
	extern struct z_thread_stack_element sym[nmemb][K_THREAD_STACK_LEN(size)]

/** @brief Usable bytes of a stack; it must be an array here, not a pointer. */
#define K_THREAD_STACK_SIZEOF(sym) (sizeof(sym) - K_THREAD_STACK_RESERVED)
#define K_KERNEL_STACK_SIZEOF(sym) K_THREAD_STACK_SIZEOF(sym)

/* There is one address space and no paging: all stacks are kernel stacks, and resident. */
#define K_KERNEL_STACK_DEFINE(sym, size)              K_THREAD_STACK_DEFINE(sym, size)
#define K_KERNEL_STACK_ARRAY_DEFINE(sym, nmemb, size) K_THREAD_STACK_ARRAY_DEFINE(sym, nmemb, size)
#define K_KERNEL_STACK_DECLARE(sym, size)             K_THREAD_STACK_DECLARE(sym, size)
#define K_KERNEL_STACK_ARRAY_DECLARE(sym, nmemb, size)                                             \
	K_THREAD_STACK_ARRAY_DECLARE(sym, nmemb, size)
#define K_THREAD_STACK_EXTERN(sym)              extern k_thread_stack_t sym[]
#define K_THREAD_PINNED_STACK_DEFINE(sym, size) K_THREAD_STACK_DEFINE(sym, size)
#define K_THREAD_PINNED_STACK_ARRAY_DEFINE(sym, nmemb, size)                                       \
	K_THREAD_STACK_ARRAY_DEFINE(sym, nmemb, size)
#define K_KERNEL_PINNED_STACK_DEFINE(sym, size) K_THREAD_STACK_DEFINE(sym, size)
#define K_KERNEL_PINNED_STACK_ARRAY_DEFINE(sym, nmemb, size)                                       \
	K_THREAD_STACK_ARRAY_DEFINE(sym, nmemb, size)
#define K_THREAD_STACK_MEMBER(sym, size) K_KERNEL_STACK_MEMBER(sym, size)

/** @brief Lowest usable address of a stack. */
static inline char *K_THREAD_STACK_BUFFER(k_thread_stack_t *sym)
{
	return (char *)sym + K_THREAD_STACK_RESERVED;
}

/** @brief Lowest usable address of a stack. */
static inline char *K_KERNEL_STACK_BUFFER(k_thread_stack_t *sym)
{
	return K_THREAD_STACK_BUFFER(sym);
}

/**
 * @brief Make a stack at run time, with its guard page.
 *
 * @param size  usable bytes, rounded up to whole pages
 * @param flags K_USER is accepted and means nothing: there is no user mode
 * @return the stack, or NULL without memory. Does not block; not for ISRs.
 */
k_thread_stack_t *k_thread_stack_alloc(size_t size, int flags);

/**
 * @brief Give a stack of k_thread_stack_alloc() back. No thread may run on it.
 *
 * @retval 0
 * @retval -EINVAL not such a stack
 * @retval -EBUSY a thread is still using it
 */
int k_thread_stack_free(k_thread_stack_t *stack);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_KERNEL_THREAD_STACK_H_ */
