/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The structures that every kernel object builds on: wait queue, timeout, thread.
 *
 * They are visible because applications allocate threads and objects themselves; their members are the
 * kernel's. `struct k_thread::base` bears Zephyr's names where tests and tools read them.
 */
#ifndef ZEPHYR_KERNEL_STRUCTS_H_
#define ZEPHYR_KERNEL_STRUCTS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/arch/thread.h>
#include <zephyr/sys/dlist.h>
#include <zephyr/sys_clock.h>
#include "lib/rbtree.h"

/** Threads that wait, best first: by priority, deadline, then order of arrival. */
typedef struct {
	sys_dlist_t waitq;
} _wait_q_t;

#define Z_WAIT_Q_INIT(wait_q) {SYS_DLIST_STATIC_INIT(&(wait_q)->waitq)}

struct _timeout;

/** Called in the timer interrupt with the kernel lock held. */
typedef void (*_timeout_func_t)(struct _timeout *t);

/** Something to do at a time. It sits in the tree of the CPU that started it. */
struct _timeout {
	struct rbtree_node node;
	_timeout_func_t fn;
	/** Counter value at which it is due. */
	uint64_t due;
	/** CPU in whose tree it sits, or NULL while it is not pending. */
	struct z_cpu *cpu;
};

/* Why a thread is not ready; zero is ready. The values are the kernel's alone. */
#define _THREAD_DUMMY      (1U << 0)
#define _THREAD_PENDING    (1U << 1)
#define _THREAD_SLEEPING   (1U << 2)
#define _THREAD_DEAD       (1U << 3)
#define _THREAD_SUSPENDED  (1U << 4)
#define _THREAD_ABORTING   (1U << 5)
#define _THREAD_SUSPENDING (1U << 6)
#define _THREAD_PRESTART   (1U << 7)
/* Ready, but its mask leaves it no CPU. */
#define _THREAD_NO_CPU (1U << 8)

/* States in which a thread can not be chosen to run. */
#define Z_THREAD_NOT_READY                                                                         \
	(_THREAD_DUMMY | _THREAD_PENDING | _THREAD_SLEEPING | _THREAD_DEAD | _THREAD_SUSPENDED |   \
	 _THREAD_PRESTART | _THREAD_NO_CPU)

struct k_mutex;
struct k_heap;

struct _thread_base {
	/** Member of a ready queue, also while it runs, or of a wait queue, never of both. */
	sys_dnode_t qnode;
	/** Wait queue the thread is in, or NULL. */
	_wait_q_t *pended_on;
	union {
		struct {
			/** Priority in force: the thread's own, or a better one inherited through a mutex. */
			int8_t prio;
			/** Depth of k_sched_lock(). */
			uint8_t sched_locked;
		};
		/** Both: below 0x80 if the thread may be preempted. */
		uint16_t preempt;
	};
	/** Priority as set by k_thread_priority_set(). */
	int8_t own_prio;
	uint16_t thread_state;
	uint16_t user_options;
	/** CPUs it may run on, a bit each. */
	uint32_t cpu_mask;
	/** Set by k_thread_deadline_set(): compare prio_deadline within a priority. */
	bool has_deadline;
	/** The time slice ran out: yield at the next chance. */
	bool slice_expired;
	int prio_deadline;
	struct _timeout timeout;
	/** Time slice in cycles; 0: none of its own. */
	uint64_t slice_cycles;
	/** What was left of it when somebody more urgent came; 0: it starts anew. */
	uint64_t slice_left;
	void (*slice_expired_fn)(struct k_thread *thread, void *data);
	void *slice_data;
	/** Cycles it has run, up to the last time it was switched out. */
	uint64_t usage;
	uint64_t switched_in;
};

/** Takes what lies on an aborted thread's stack out of lists of others. */
struct z_abort_hook {
	/** Called with the kernel lock held. */
	void (*fn)(struct z_abort_hook *hook);
};

/** What runs in the thread. */
typedef void (*k_thread_entry_t)(void *p1, void *p2, void *p3);

struct _thread_stack_info {
	uintptr_t start;
	size_t size;
	size_t delta;
};

/** A thread. Its first member is reached by the thread register of the CPU. */
struct k_thread {
	struct arch_thread arch;
	struct _thread_base base;

	/** What z_pend() returns when the thread was woken. */
	int swap_retval;
	/** Belongs to the object the thread waits for. */
	void *swap_data;
	/** Mutex the thread waits for, and those it owns: the links of priority inheritance. */
	struct k_mutex *waits_for;
	sys_dlist_t owns;

	/** Threads in k_thread_join(), and those waiting for it to stop running. */
	_wait_q_t join_queue;
	_wait_q_t halt_queue;

	struct {
		k_thread_entry_t fn;
		void *p1;
		void *p2;
		void *p3;
	} entry;
	struct _thread_stack_info stack_info;
	/** In the list of all threads, which is in the order of these serial numbers. */
	sys_dnode_t all_node;
	uint32_t serial;
	struct k_heap *resource_pool;
	void *custom_data;
	/** What the thread has in lists of others while it waits, or NULL. */
	struct z_abort_hook *abort_hook;
	uint32_t events;
	uint32_t event_options;
	int errno_var;
	/** Depth of irq_lock(), which on several CPUs is one recursive lock. */
	uint32_t global_lock_count;
	char name[CONFIG_THREAD_MAX_NAME_LEN];
	/** Last, as it is large and not cleared. */
	struct arch_fpu fpu;
};

typedef struct k_thread *k_tid_t;

#endif /* ZEPHYR_KERNEL_STRUCTS_H_ */
