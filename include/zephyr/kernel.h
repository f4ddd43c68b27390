/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The kernel API: names and semantics of Zephyr's, a header per object.
 */
#ifndef ZEPHYR_KERNEL_H_
#define ZEPHYR_KERNEL_H_

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <zephyr/toolchain.h>
#include <zephyr/types.h>
#include <zephyr/sys/__assert.h>
#include <zephyr/sys/atomic.h>
#include <zephyr/sys/dlist.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/slist.h>
#include <zephyr/sys/sflist.h>
#include <zephyr/sys/util.h>
#include <zephyr/init.h>
#include <zephyr/irq.h>
#include <zephyr/spinlock.h>

#include <zephyr/kernel/time.h>
#include <zephyr/kernel/thread.h>
#include <zephyr/kernel/poll.h>
#include <zephyr/kernel/sem.h>
#include <zephyr/kernel/mutex.h>
#include <zephyr/kernel/condvar.h>
#include <zephyr/kernel/event.h>
#include <zephyr/kernel/queue.h>
#include <zephyr/kernel/stack.h>
#include <zephyr/kernel/msgq.h>
#include <zephyr/kernel/pipe.h>
#include <zephyr/kernel/mem_slab.h>
#include <zephyr/kernel/heap.h>
#include <zephyr/kernel/timer.h>
#include <zephyr/kernel/work.h>
#include <zephyr/kernel/smp.h>
#include <zephyr/fatal.h>

/** Halts this CPU for good after an error that cannot be handled; see fatal.h. */
#define k_oops()  z_fatal_software(K_ERR_KERNEL_OOPS)
#define k_panic() z_fatal_software(K_ERR_KERNEL_PANIC)

/** @brief Waits for an interrupt, with interrupts open. Idle threads do this by themselves. */
void k_cpu_idle(void);
/** @brief Opens interrupts and waits for one, without a gap between the two. */
void k_cpu_atomic_idle(unsigned int key);

#endif /* ZEPHYR_KERNEL_H_ */
