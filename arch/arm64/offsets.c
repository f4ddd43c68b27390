/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Offsets for assembly. The build compiles this to assembly and picks the numbers out of it.
 */
#include <stddef.h>

#include <zephyr/arch/thread.h>
#include <zephyr/fatal.h>
#include <zephyr/kernel/structs.h>

#include "arch/arm64/guest.h"

#define OFFSET(name, type, member) DEFINE(name, offsetof(type, member))
#define DEFINE(name, value)        __asm__ volatile("\n.ascii \"->" #name " %0\"" ::"i"(value))

void arch_offsets(void);
void arch_offsets(void)
{
	OFFSET(THREAD_SP, struct arch_thread, sp);
	OFFSET(THREAD_FP, struct arch_thread, fp);
	OFFSET(THREAD_CPU, struct arch_thread, cpu);
	OFFSET(THREAD_STACK_LO, struct arch_thread, stack_lo);
	OFFSET(THREAD_FPU_LIVE, struct arch_thread, fpu_live);
	OFFSET(THREAD_IRQ_DEPTH, struct arch_thread, irq_depth);
	OFFSET(THREAD_SCRATCH, struct arch_thread, vector_scratch);
	OFFSET(CPU_NEED_RESCHED, struct arch_cpu, need_resched);
	DEFINE(RESCHED_GONE_BIT, offsetof(union arch_resched, gone) * 8U);
	OFFSET(CPU_IRQ_STACK, struct arch_cpu, irq_stack);
	OFFSET(CPU_IRQ_TAKEN, struct arch_cpu, irq_taken);
	OFFSET(CPU_IRQ_STACK_LO, struct arch_cpu, irq_stack_lo);
	OFFSET(CPU_OVERFLOW_STACK, struct arch_cpu, overflow_stack);
	OFFSET(ESF_SP, struct arch_esf, sp);
	OFFSET(ESF_ELR, struct arch_esf, elr);
	OFFSET(ESF_ESR, struct arch_esf, esr);
	DEFINE(ESF_SIZE, sizeof(struct arch_esf));
	OFFSET(GUEST_FRAME_RECORD, struct guest_frame, record);
	OFFSET(GUEST_FRAME_ELR, struct guest_frame, elr);
	OFFSET(GUEST_FRAME_TIMER, struct guest_frame, timer);
	OFFSET(GUEST_FRAME_TIMER_FIRED, struct guest_frame, timer.fired);
	DEFINE(GUEST_TIMER_LR_BIT, GUEST_TIMER_LR);
	DEFINE(GUEST_KICK, GUEST_KICK_INTID);
	/* Right behind the thread: hyp/vcpu.h. */
	DEFINE(GUEST_EXITS_IRQ, sizeof(struct k_thread));
	DEFINE(GUEST_EXITS_WFX, sizeof(struct k_thread) + GUEST_FAST_WFX);
	DEFINE(GUEST_EXITS_SYSREG, sizeof(struct k_thread) + GUEST_FAST_SYSREG);
	DEFINE(GUEST_EXITS_MMIO, sizeof(struct k_thread) + GUEST_FAST_MMIO);
	DEFINE(GUEST_MMIO_LAST, sizeof(struct k_thread) + GUEST_FAST_REGION);
	OFFSET(GUEST_REGION_BASE, struct guest_region, base);
	OFFSET(GUEST_REGION_OPS, struct guest_region, ops);
	OFFSET(GUEST_OPS_READ, struct guest_region_ops, read);
	OFFSET(GUEST_OPS_WRITE, struct guest_region_ops, write);
	DEFINE(IRQ_FRAME_RECORD, 160);
	DEFINE(IRQ_FRAME_SPSR, 176);
	DEFINE(IRQ_FRAME_SIZE, 192);
}
