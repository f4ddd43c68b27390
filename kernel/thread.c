/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Threads: creation, start, sleep, priority, CPU mask. Their end is in halt.c, the scheduler in sched.c.
 */
#include <zephyr/kernel.h>

#include "kernel/arch_api.h"
#include "kernel/mutex.h"
#include "kernel/sched.h"
#include "kernel/thread.h"
#include "kernel/waitq.h"

static sys_dlist_t all_threads = SYS_DLIST_STATIC_INIT(&all_threads);
static uint32_t last_serial;

void z_stack_fill(void *stack, size_t size)
{
	uintptr_t lo = (uintptr_t)stack;
	uintptr_t hi = lo + Z_STACK_SIZE_ADJUST(size);

	if (!IS_ENABLED(CONFIG_INIT_STACKS)) {
		return;
	}
	for (uint64_t *p = (uint64_t *)ROUND_UP(lo, 8U); (uintptr_t)p < hi; p++) {
		*p = Z_STACK_FILL;
	}
}

void z_thread_init(struct k_thread *t, void *stack, size_t size, k_thread_entry_t entry, void *p1,
		   int prio, uint32_t options)
{
	/* All but the FP registers, which are half a kilobyte that nobody reads before it is written. */
	(void)memset(t, 0, offsetof(struct k_thread, fpu));
	/* Stack objects are whole pages: what an application's frugal size leaves of them is used, too. */
	t->stack_info.start = (uintptr_t)stack;
	t->stack_info.size = Z_STACK_SIZE_ADJUST(size);
	t->arch.stack_lo = (uintptr_t)stack;
	t->arch.stack_hi = t->arch.stack_lo + t->stack_info.size;
	t->entry.fn = entry;
	t->entry.p1 = p1;
	t->base.prio = (int8_t)prio;
	t->base.own_prio = (int8_t)prio;
	t->base.user_options = (uint16_t)options;
	t->base.cpu_mask = UINT32_MAX;
	t->base.thread_state = _THREAD_PRESTART;
	z_timeout_init(&t->base.timeout, z_thread_timeout);
	sys_dlist_init(&t->owns);
	z_waitq_init(&t->join_queue);
	z_waitq_init(&t->halt_queue);
	arch_new_thread(t);
}

k_tid_t k_thread_create(struct k_thread *new_thread, k_thread_stack_t *stack, size_t stack_size,
			k_thread_entry_t entry, void *p1, void *p2, void *p3, int prio,
			uint32_t options, k_timeout_t delay)
{
	struct k_thread *cur = arch_current();
	unsigned int key;

	__ASSERT(!arch_is_in_isr(), "threads are not created in ISRs");
	__ASSERT(prio >= K_HIGHEST_THREAD_PRIO && prio <= K_LOWEST_APPLICATION_THREAD_PRIO,
		 "priority %d is not within %d..%d", prio, K_HIGHEST_THREAD_PRIO,
		 K_LOWEST_APPLICATION_THREAD_PRIO);
	z_stack_fill(K_THREAD_STACK_BUFFER(stack), stack_size);

	/*
	 * Under the lock: a mutex that an earlier thread in the same memory has left locked still points here, and
	 * who waits for it must not find half a thread.
	 */
	key = z_lock();
	z_thread_init(new_thread, K_THREAD_STACK_BUFFER(stack), stack_size, entry, p1, prio,
		      options);
	new_thread->entry.p2 = p2;
	new_thread->entry.p3 = p3;
	new_thread->resource_pool = cur->resource_pool;
	new_thread->arch.cpu = arch_cpu();
	new_thread->serial = ++last_serial;
	sys_dlist_append(&all_threads, &new_thread->all_node);
	if (K_TIMEOUT_EQ(delay, K_FOREVER)) {
		z_unlock(key);
		return new_thread;
	}
	if (K_TIMEOUT_EQ(delay, K_NO_WAIT)) {
		new_thread->base.thread_state = 0U;
		z_ready(new_thread);
	} else {
		z_timeout_add(&new_thread->base.timeout, delay);
	}
	z_reschedule(key);
	return new_thread;
}

void z_thread_start(void)
{
	struct k_thread *cur = arch_current();

	z_unlock_masked();
	arch_thread_unmask();
	cur->entry.fn(cur->entry.p1, cur->entry.p2, cur->entry.p3);
	/* A thread that simply returns has done its work, essential or not. */
	cur->base.user_options &= (uint16_t)~K_ESSENTIAL;
	k_thread_abort(cur);
	CODE_UNREACHABLE;
}

void k_thread_start(k_tid_t thread)
{
	unsigned int key = z_lock();

	if ((thread->base.thread_state & _THREAD_PRESTART) == 0U) {
		z_unlock(key);
		return;
	}
	(void)z_timeout_cancel(&thread->base.timeout);
	thread->base.thread_state &= (uint16_t)~_THREAD_PRESTART;
	z_ready_if_possible(thread);
	z_reschedule(key);
}

void z_thread_forget(struct k_thread *t)
{
	if (sys_dnode_is_linked(&t->all_node)) {
		sys_dlist_remove(&t->all_node);
	}
}

/* Ticks left until a wake-up that was to come at @p due, 0 if it has come. */
static k_ticks_t sleep_ticks(k_timeout_t timeout)
{
	k_timepoint_t end = sys_timepoint_calc(timeout);
	unsigned int key = z_lock();

	(void)z_pend(NULL, timeout, key);
	return sys_timepoint_timeout(end).ticks;
}

int32_t k_sleep(k_timeout_t timeout)
{
	k_ticks_t left;

	__ASSERT(!arch_is_in_isr(), "k_sleep() in an ISR");
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		k_yield();
		return 0;
	}
	left = sleep_ticks(timeout);
	if (K_TIMEOUT_EQ(timeout, K_FOREVER)) {
		return (int32_t)K_TICKS_FOREVER;
	}
	return (int32_t)MIN(k_ticks_to_ms_ceil64((uint64_t)left), (uint64_t)INT32_MAX);
}

int32_t k_usleep(int32_t us)
{
	__ASSERT(!arch_is_in_isr(), "k_usleep() in an ISR");
	if (us <= 0) {
		k_yield();
		return 0;
	}
	return (int32_t)k_ticks_to_us_ceil64((uint64_t)sleep_ticks(K_USEC(us)));
}

void k_wakeup(k_tid_t thread)
{
	unsigned int key = z_lock();

	if ((thread->base.thread_state & _THREAD_SLEEPING) != 0U) {
		z_wake(thread, 0);
	}
	z_reschedule(key);
}

int k_thread_priority_get(k_tid_t thread)
{
	return thread->base.prio;
}

void k_thread_priority_set(k_tid_t thread, int prio)
{
	unsigned int key;

	__ASSERT(prio >= K_HIGHEST_THREAD_PRIO && prio <= K_LOWEST_APPLICATION_THREAD_PRIO,
		 "priority %d is not within %d..%d", prio, K_HIGHEST_THREAD_PRIO,
		 K_LOWEST_APPLICATION_THREAD_PRIO);
	key = z_lock();
	thread->base.own_prio = (int8_t)prio;
	z_mutex_prio_update(thread);
	z_reschedule(key);
}

void k_thread_deadline_set(k_tid_t thread, int deadline)
{
	unsigned int key = z_lock();

	thread->base.prio_deadline = (int)(k_cycle_get_32() + (uint32_t)deadline);
	thread->base.has_deadline = true;
	z_requeue(thread);
	z_reschedule(key);
}

/* A mask may change only while the thread can not be running, or queued by the mask it had. */
static int mask_change(k_tid_t thread, uint32_t clear, uint32_t set)
{
	unsigned int key = z_lock();
	int ret = -EINVAL;

	if ((thread->base.thread_state & Z_THREAD_NOT_READY) != 0U && !z_is_running(thread)) {
		thread->base.cpu_mask = (thread->base.cpu_mask & ~clear) | set;
		thread->base.thread_state &= (uint16_t)~_THREAD_NO_CPU;
		z_ready_if_possible(thread);
		ret = 0;
	}
	z_reschedule(key);
	return ret;
}

static bool cpu_exists(int cpu)
{
	return cpu >= 0 && (unsigned int)cpu < z_cpu_count;
}

int k_thread_cpu_mask_clear(k_tid_t thread)
{
	return mask_change(thread, UINT32_MAX, 0U);
}

int k_thread_cpu_mask_enable_all(k_tid_t thread)
{
	return mask_change(thread, 0U, UINT32_MAX);
}

int k_thread_cpu_mask_enable(k_tid_t thread, int cpu)
{
	return cpu_exists(cpu) ? mask_change(thread, 0U, 1U << cpu) : -EINVAL;
}

int k_thread_cpu_mask_disable(k_tid_t thread, int cpu)
{
	return cpu_exists(cpu) ? mask_change(thread, 1U << cpu, 0U) : -EINVAL;
}

int k_thread_cpu_pin(k_tid_t thread, int cpu)
{
	return cpu_exists(cpu) ? mask_change(thread, UINT32_MAX, 1U << cpu) : -EINVAL;
}

void z_threads_cpu_joined(void)
{
	struct k_thread *t;

	SYS_DLIST_FOR_EACH_CONTAINER(&all_threads, t, all_node) {
		if ((t->base.thread_state & _THREAD_NO_CPU) != 0U &&
		    (t->base.cpu_mask & z_cpu_online) != 0U) {
			t->base.thread_state &= (uint16_t)~_THREAD_NO_CPU;
			z_ready_if_possible(t);
		}
	}
}

static struct k_thread *thread_after(uint32_t serial)
{
	struct k_thread *t;

	SYS_DLIST_FOR_EACH_CONTAINER(&all_threads, t, all_node) {
		if (t->serial > serial) {
			return t;
		}
	}
	return NULL;
}

__attribute__((cold)) void k_thread_foreach(k_thread_user_cb_t user_cb, void *user_data)
{
	uint32_t serial = 0U;

	for (;;) {
		unsigned int key = z_lock();
		struct k_thread *t = thread_after(serial);

		z_unlock(key);
		if (t == NULL) {
			return;
		}
		serial = t->serial;
		user_cb(t, user_data);
	}
}

__attribute__((cold)) void z_static_threads_start(void)
{
	STRUCT_SECTION_FOREACH(_static_thread_data, d) {
		(void)k_thread_create(d->init_thread, d->init_stack, d->init_stack_size,
				      d->init_entry, d->init_p1, d->init_p2, d->init_p3,
				      d->init_prio, d->init_options, K_FOREVER);
		(void)k_thread_name_set(d->init_thread, d->init_name);
	}
	k_sched_lock();
	STRUCT_SECTION_FOREACH(_static_thread_data, d) {
		unsigned int key;

		if (K_TIMEOUT_EQ(d->init_delay, K_FOREVER)) {
			continue;
		}
		if (K_TIMEOUT_EQ(d->init_delay, K_NO_WAIT)) {
			k_thread_start(d->init_thread);
			continue;
		}
		key = z_lock();
		z_timeout_add(&d->init_thread->base.timeout, d->init_delay);
		z_unlock(key);
	}
	k_sched_unlock();
}
