/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Memory barriers.
 */
#ifndef ZEPHYR_INCLUDE_SYS_BARRIER_H_
#define ZEPHYR_INCLUDE_SYS_BARRIER_H_

#include <zephyr/toolchain.h>

#ifdef __aarch64__

/** @brief Accesses before are seen by everyone before accesses after (DMB SY). */
static ALWAYS_INLINE void barrier_dmem_fence_full(void)
{
	__asm__ volatile("dmb sy" ::: "memory");
}

/** @brief Accesses before are complete (DSB SY). */
static ALWAYS_INLINE void barrier_dsync_fence_full(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

/** @brief Instructions after see the context changes before (ISB). */
static ALWAYS_INLINE void barrier_isync_fence_full(void)
{
	__asm__ volatile("isb" ::: "memory");
}

#else /* the host, for unit tests */

static ALWAYS_INLINE void barrier_dmem_fence_full(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static ALWAYS_INLINE void barrier_dsync_fence_full(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static ALWAYS_INLINE void barrier_isync_fence_full(void)
{
	compiler_barrier();
}

#endif

#endif /* ZEPHYR_INCLUDE_SYS_BARRIER_H_ */
