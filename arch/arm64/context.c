/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The first context of a thread.
 */
#include <zephyr/kernel/structs.h>
#include <zephyr/toolchain.h>

#include "arch/arm64/sysreg.h"
#include "kernel/arch_api.h"

BUILD_ASSERT(offsetof(struct k_thread, arch) == 0U, "the thread register points to both");

void arch_new_thread(struct k_thread *thread)
{
	thread->arch.fpu = &thread->fpu;
	thread->arch.sp = thread->arch.stack_hi;
	/* A frame pointer of zero ends a backtrace. */
	thread->arch.fp = 0U;
	thread->arch.pc = (uintptr_t)z_thread_start;
}

void arch_set_current(struct k_thread *thread)
{
	write_sysreg((uintptr_t)thread, EL_TPIDR);
}
