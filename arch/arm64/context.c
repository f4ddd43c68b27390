/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The first context of a thread.
 */
#include <zephyr/kernel/structs.h>
#include <zephyr/toolchain.h>

#include "arch/arm64/sysreg.h"
#include "kernel/arch_api.h"

/* What arch_switch() finds on the stack of a thread: x19 to x30. */
struct switch_frame {
	uint64_t x19_to_x28[10];
	uint64_t x29;
	uint64_t x30;
};
BUILD_ASSERT(sizeof(struct switch_frame) == 96, "switch.S lays out the same frame");
BUILD_ASSERT(offsetof(struct k_thread, arch) == 0U, "the thread register points to both");

void arch_new_thread(struct k_thread *thread)
{
	struct switch_frame *frame = (struct switch_frame *)thread->arch.stack_hi - 1;

	/* A frame pointer of zero ends a backtrace. */
	frame->x29 = 0U;
	frame->x30 = (uintptr_t)z_thread_start;
	thread->arch.sp = (uintptr_t)frame;
}

void arch_set_current(struct k_thread *thread)
{
	write_sysreg((uintptr_t)thread, EL_TPIDR);
}
