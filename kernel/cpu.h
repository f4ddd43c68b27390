/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the kernel keeps per CPU.
 */
#ifndef KERNEL_CPU_H_
#define KERNEL_CPU_H_

#include <zephyr/kernel/structs.h>
#include "kernel/runq.h"

/** A time that does not come. What ARCH_TIMER_NEVER is, for the same reason. */
#define Z_CYCLES_NEVER ((uint64_t)INT64_MAX)

struct z_cpu {
	struct arch_cpu arch;
	/* The members up to the statistics are protected by the kernel lock. */
	struct k_thread *current;
	/** First of the ready queue, or idle: who should run. Not @ref current only where that must not be preempted. */
	struct k_thread *best;
	struct k_thread *idle;
	/** CPUs whose queues may hold a thread that waits and may run here, a bit each: never too few. */
	uint32_t elsewhere;
	/** All threads that are ready and were placed here, with the one that runs. */
	struct z_runq runq;
	/** Pending timeouts started on this CPU, earliest first. */
	struct rbtree timeouts;
	/** What the timer is set to. */
	uint64_t timer_due;
	/** When the time slice of the current thread ends. */
	uint64_t slice_due;
	/** Since when its current thread waits for an interrupt in place of the idle thread, or 0: z_wait_in_place(). */
	uint64_t waits_since;
	/** Another CPU has changed what the timer depends on. */
	bool timer_dirty;
	/** It takes part in scheduling. */
	bool online;
	/* Statistics, written by the CPU itself. */
	uint64_t interrupts;
	uint64_t online_since;
	/** MIDR_EL1, for the shell. */
	uint64_t midr;
	/** Why it is not online, for the shell: NULL if it is, or was not tried. */
	const char *offline_reason;
	/* A power of two makes an address out of a number with a shift; and no cache line has two owners. */
} __aligned(1024);
BUILD_ASSERT(sizeof(struct z_cpu) == 1024U);

extern struct z_cpu z_cpus[CONFIG_MP_MAX_NUM_CPUS];

/** CPUs in the devicetree that the kernel has a place for. */
extern unsigned int z_cpu_count;
/** CPUs that run threads, a bit each. */
extern uint32_t z_cpu_online;

#endif /* KERNEL_CPU_H_ */
