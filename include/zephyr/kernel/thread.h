/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Threads and the scheduler.
 *
 * Priorities: a smaller number is more urgent. Negative ones are cooperative (the thread runs until it
 * blocks or yields), the others preemptive. Several CPUs run the best of all ready threads.
 */
#ifndef ZEPHYR_KERNEL_THREAD_H_
#define ZEPHYR_KERNEL_THREAD_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/thread_stack.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

#define K_PRIO_COOP(x)    (-(CONFIG_NUM_COOP_PRIORITIES - (x)))
#define K_PRIO_PREEMPT(x) (x)

#define K_ANY NULL
#define K_END NULL

#define K_COOP_THREAD_COUNT    CONFIG_NUM_COOP_PRIORITIES
#define K_PREEMPT_THREAD_COUNT CONFIG_NUM_PREEMPT_PRIORITIES

#define K_HIGHEST_THREAD_PRIO             (-CONFIG_NUM_COOP_PRIORITIES)
#define K_LOWEST_THREAD_PRIO              CONFIG_NUM_PREEMPT_PRIORITIES
#define K_IDLE_PRIO                       K_LOWEST_THREAD_PRIO
#define K_HIGHEST_APPLICATION_THREAD_PRIO K_HIGHEST_THREAD_PRIO
#define K_LOWEST_APPLICATION_THREAD_PRIO  (K_LOWEST_THREAD_PRIO - 1)

/* Thread options. All but K_ESSENTIAL and K_FP_REGS are taken and have no effect. */
#define K_ESSENTIAL      BIT(0)
#define K_FP_REGS        BIT(1)
#define K_FP_IDX         1
#define K_USER           BIT(2)
#define K_INHERIT_PERMS  BIT(3)
#define K_CALLBACK_STATE BIT(4)

/**
 * @brief Initialises a thread and, unless @p delay is K_FOREVER, starts it after @p delay.
 *
 * @param new_thread the thread's structure; must not be a live thread
 * @param stack from K_THREAD_STACK_DEFINE() or k_thread_stack_alloc()
 * @param stack_size in bytes, K_THREAD_STACK_SIZEOF(stack)
 * @param entry what it runs; it ends when this returns
 * @param p1,p2,p3 passed to @p entry
 * @param prio -CONFIG_NUM_COOP_PRIORITIES … CONFIG_NUM_PREEMPT_PRIORITIES - 1
 * @param options K_ESSENTIAL: its end is the end of the system
 * @param delay K_NO_WAIT, a delay, or K_FOREVER (started by k_thread_start())
 * @return @p new_thread. Not from an ISR.
 */
k_tid_t k_thread_create(struct k_thread *new_thread, k_thread_stack_t *stack, size_t stack_size,
			k_thread_entry_t entry, void *p1, void *p2, void *p3, int prio,
			uint32_t options, k_timeout_t delay);

/** @brief Starts a thread created with K_FOREVER; one already started is left as it is. ISR ok. */
void k_thread_start(k_tid_t thread);
#define k_wakeup_prestart k_thread_start

/**
 * @brief Ends a thread. It owns nothing afterwards that the kernel gave it, but mutexes stay locked.
 *
 * Returns when the thread no longer runs on any CPU. Aborting oneself does not return. An ended thread
 * is left as it is. ISR ok.
 */
void k_thread_abort(k_tid_t thread);

/**
 * @brief Waits for a thread's end.
 * @retval 0 it has ended
 * @retval -EBUSY it has not, and @p timeout is K_NO_WAIT
 * @retval -EAGAIN it has not within @p timeout
 * @retval -EDEADLK it is the caller, or waits for the caller to end. Not from an ISR unless K_NO_WAIT.
 */
int k_thread_join(struct k_thread *thread, k_timeout_t timeout);

/** @brief Keeps a thread from running until k_thread_resume(). Does not nest. ISR ok. */
void k_thread_suspend(k_tid_t thread);
/** @brief Takes k_thread_suspend() back. ISR ok. */
void k_thread_resume(k_tid_t thread);

/**
 * @brief Sleeps.
 * @return 0, or the rest in milliseconds (rounded up) if k_wakeup() ended the sleep. Not from an ISR.
 */
int32_t k_sleep(k_timeout_t timeout);
/** @brief Sleeps for milliseconds. See k_sleep(). */
static inline int32_t k_msleep(int32_t ms)
{
	return k_sleep(Z_TIMEOUT_MS(ms));
}
/**
 * @brief Sleeps for microseconds.
 * @return 0, or the rest in microseconds. Not from an ISR.
 */
int32_t k_usleep(int32_t us);
/** @brief Spins for microseconds; the thread may be preempted meanwhile. ISR ok. */
void k_busy_wait(uint32_t usec_to_wait);
/** @brief Ends the sleep of a thread; no effect if it does not sleep. ISR ok. */
void k_wakeup(k_tid_t thread);

/** @brief Lets the other ready threads of the same priority go first. Not from an ISR. */
void k_yield(void);

/** @return the running thread; in an ISR the interrupted one. */
static inline k_tid_t k_current_get(void)
{
	return arch_current();
}
#define k_sched_current_thread_query k_current_get
#define _current                     arch_current()

/** @return true in an interrupt handler. */
static inline bool k_is_in_isr(void)
{
	return arch_is_in_isr();
}

/** @return true unless in an ISR or in a cooperative or scheduler-locked thread. */
int k_is_preempt_thread(void);
/** @return true before the kernel runs threads. */
bool k_is_pre_kernel(void);
/** @return true unless in an ISR or before the kernel runs threads. */
static inline bool k_can_yield(void)
{
	return !k_is_pre_kernel() && !k_is_in_isr();
}

/** @brief Keeps other threads from preempting this one, interrupts not. Nests. Not from an ISR. */
void k_sched_lock(void);
/** @brief Takes one k_sched_lock() back. */
void k_sched_unlock(void);
/** @brief Gives way to a better ready thread, if there is one. Not from an ISR. */
void k_reschedule(void);

/** @return priority in force. ISR ok. */
int k_thread_priority_get(k_tid_t thread);
/** @brief Sets a priority; a better one inherited through a mutex stays in force. ISR ok. */
void k_thread_priority_set(k_tid_t thread, int prio);
/**
 * @brief Among threads of one priority, those with an earlier deadline run first.
 * @param deadline in hardware cycles from now; those without one come last. ISR ok.
 */
void k_thread_deadline_set(k_tid_t thread, int deadline);

/**
 * @brief Sets the time slice of all preemptive threads at or below a priority.
 * @param slice in milliseconds; 0 turns slicing off
 * @param prio the most urgent priority it applies to. ISR ok.
 */
void k_sched_time_slice_set(int32_t slice, int prio);

typedef void (*k_thread_timeslice_fn_t)(struct k_thread *thread, void *data);
/**
 * @brief Gives a thread a time slice of its own.
 * @param slice_ticks in ticks; 0: none of its own
 * @param expired called in the timer interrupt when a slice has run out, or NULL
 * @param data passed to @p expired. ISR ok.
 */
void k_thread_time_slice_set(struct k_thread *thread, int32_t slice_ticks,
			     k_thread_timeslice_fn_t expired, void *data);

/**
 * @brief Forbids a thread every CPU, all CPUs, or allows or forbids one.
 * @retval 0 done
 * @retval -EINVAL the thread may be running (it must be not yet started, or suspended), or no such CPU
 */
int k_thread_cpu_mask_clear(k_tid_t thread);
int k_thread_cpu_mask_enable_all(k_tid_t thread);
int k_thread_cpu_mask_enable(k_tid_t thread, int cpu);
int k_thread_cpu_mask_disable(k_tid_t thread, int cpu);
/** @brief Allows a thread one CPU only. @retval 0 / -EINVAL as above */
int k_thread_cpu_pin(k_tid_t thread, int cpu);

/** @retval 0 / -EINVAL (longer than CONFIG_THREAD_MAX_NAME_LEN - 1: cut) . ISR ok. */
int k_thread_name_set(k_tid_t thread, const char *name);
const char *k_thread_name_get(k_tid_t thread);
/** @retval 0 / -ENOSPC / -EINVAL */
int k_thread_name_copy(k_tid_t thread, char *buf, size_t size);
/** @brief Writes a thread's states as words joined by '+'. @return @p buf. ISR ok. */
const char *k_thread_state_str(k_tid_t thread, char *buf, size_t buf_size);

/** @brief Bytes of the stack never used so far. @retval 0 / -EINVAL */
int k_thread_stack_space_get(const struct k_thread *thread, size_t *unused_ptr);

typedef struct k_thread_runtime_stats {
	/** Cycles the thread has run; for all: cycles of all CPUs, idle or not. */
	uint64_t execution_cycles;
	/** The same, without idle threads. */
	uint64_t total_cycles;
	/** Idle cycles (of all CPUs, or of the CPU asked for). */
	uint64_t idle_cycles;
} k_thread_runtime_stats_t;

/** @retval 0 / -EINVAL. ISR ok. */
int k_thread_runtime_stats_get(k_tid_t thread, k_thread_runtime_stats_t *stats);
int k_thread_runtime_stats_all_get(k_thread_runtime_stats_t *stats);
int k_thread_runtime_stats_cpu_get(int cpu, k_thread_runtime_stats_t *stats);

/** @return ticks until (or the uptime at which) a thread's timeout ends. ISR ok. */
k_ticks_t k_thread_timeout_remaining_ticks(const struct k_thread *thread);
k_ticks_t k_thread_timeout_expires_ticks(const struct k_thread *thread);

typedef void (*k_thread_user_cb_t)(const struct k_thread *thread, void *user_data);
/**
 * @brief Calls a function for every thread, with no lock held: threads that come or go meanwhile may be
 * passed over, those that stay are not. Not from an ISR.
 */
void k_thread_foreach(k_thread_user_cb_t user_cb, void *user_data);
#define k_thread_foreach_unlocked k_thread_foreach

static inline void k_thread_custom_data_set(void *value)
{
	arch_current()->custom_data = value;
}

static inline void *k_thread_custom_data_get(void)
{
	return arch_current()->custom_data;
}

/* Memory from where allocations on behalf of a thread come. */
static inline void k_thread_heap_assign(struct k_thread *thread, struct k_heap *heap)
{
	thread->resource_pool = heap;
}
void k_thread_system_pool_assign(struct k_thread *thread);

/* FP registers are switched lazily for every thread: nothing to enable. */
static inline int k_float_disable(struct k_thread *thread)
{
	ARG_UNUSED(thread);
	return 0;
}
static inline int k_float_enable(struct k_thread *thread, unsigned int options)
{
	ARG_UNUSED(thread);
	ARG_UNUSED(options);
	return 0;
}

/* User mode does not exist here: all threads are the kernel's, and there is nothing to grant. */
#define k_thread_access_grant(thread, ...)    ((void)(thread))
#define k_object_access_grant(object, thread) ((void)(object), (void)(thread))
#define k_object_access_all_grant(object)     ((void)(object))
static inline bool k_is_user_context(void)
{
	return false;
}

/** A thread to be created while booting; see K_THREAD_DEFINE(). */
struct _static_thread_data {
	struct k_thread *init_thread;
	k_thread_stack_t *init_stack;
	size_t init_stack_size;
	k_thread_entry_t init_entry;
	void *init_p1;
	void *init_p2;
	void *init_p3;
	int init_prio;
	uint32_t init_options;
	const char *init_name;
	k_timeout_t init_delay;
};

#define Z_THREAD_COMMON_DEFINE(name, stack_size, entry, p1, p2, p3, prio, options, delay)          \
	struct k_thread _k_thread_obj_##name;                                                      \
	STRUCT_SECTION_ITERABLE(_static_thread_data, _k_thread_data_##name) = {                    \
		.init_thread = &_k_thread_obj_##name,                                              \
		.init_stack = _k_thread_stack_##name,                                              \
		.init_stack_size = (stack_size),                                                   \
		.init_entry = (k_thread_entry_t)(entry),                                           \
		.init_p1 = (void *)(p1),                                                           \
		.init_p2 = (void *)(p2),                                                           \
		.init_p3 = (void *)(p3),                                                           \
		.init_prio = (prio),                                                               \
		.init_options = (options),                                                         \
		.init_name = #name,                                                                \
		.init_delay = Z_THREAD_DEFINE_DELAY(delay),                                        \
	};                                                                                         \
	__maybe_unused struct k_thread *const name = &_k_thread_obj_##name

/* The delay is in milliseconds, or SYS_FOREVER_MS: started by k_thread_start(). */
#define Z_THREAD_DEFINE_DELAY(ms)                                                                  \
	{.ticks = (ms) == SYS_FOREVER_MS ? K_TICKS_FOREVER                                         \
					 : (k_ticks_t)Z_SPAN_TICKS_CONST(ms, Z_HZ_ms)}

/** Defines a thread that is created, and after @p delay milliseconds started, while booting. */
#define K_THREAD_DEFINE(name, stack_size, entry, p1, p2, p3, prio, options, delay)                 \
	K_THREAD_STACK_DEFINE(_k_thread_stack_##name, stack_size);                                 \
	Z_THREAD_COMMON_DEFINE(name, stack_size, entry, p1, p2, p3, prio, options, delay)

#define K_KERNEL_THREAD_DEFINE(name, stack_size, entry, p1, p2, p3, prio, options, delay)          \
	K_KERNEL_STACK_DEFINE(_k_thread_stack_##name, stack_size);                                 \
	Z_THREAD_COMMON_DEFINE(name, stack_size, entry, p1, p2, p3, prio, options, delay)

#endif /* ZEPHYR_KERNEL_THREAD_H_ */
