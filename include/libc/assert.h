/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief assert() of ISO C11 7.2, as one more spelling of the kernel's own assertion.
 */
/* May be included again with another NDEBUG, so there is no guard around assert itself. */
#include <zephyr/sys/__assert.h>

#undef assert
#ifdef NDEBUG
#define assert(expr) ((void)0)
#else
#define assert(expr) ((expr) ? (void)0 : z_assert_fail(#expr, __FILE__, __LINE__))
#endif

#ifndef static_assert
#define static_assert _Static_assert
#endif
