/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Timeouts: a red-black tree per CPU, ordered by the counter value at which they are due.
 *
 * Tickless: the timer is set to the earliest one. Adding and cancelling are O(log n). All under the
 * kernel lock; a timeout may be cancelled from any CPU.
 */
#ifndef KERNEL_TIMEOUT_H_
#define KERNEL_TIMEOUT_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/sys_clock.h>

/** @brief Prepares a timeout that will call @p fn in the timer interrupt, kernel lock held. */
static inline void z_timeout_init(struct _timeout *t, _timeout_func_t fn)
{
	t->fn = fn;
	t->cpu = NULL;
}

/** @return true while it is to come. Lock held. */
static inline bool z_timeout_pending(const struct _timeout *t)
{
	return t->cpu != NULL;
}

/**
 * @brief Starts a timeout on this CPU.
 * @param t not pending
 * @param timeout not K_FOREVER; a point already past is due at once. Lock held.
 */
void z_timeout_add(struct _timeout *t, k_timeout_t timeout);

/** @brief The same with the due tick itself, for periods that shall not drift. Lock held. */
void z_timeout_add_at(struct _timeout *t, uint64_t tick);

/** @brief The same with the due value of the counter, for who knows it that exactly. Lock held. */
void z_timeout_add_cycles(struct _timeout *t, uint64_t due);

/** @brief z_timeout_cancel() of one that is pending. */
void z_timeout_remove(struct _timeout *t);

/** @brief Stops a timeout. @return true if it was pending. Lock held. */
static inline bool z_timeout_cancel(struct _timeout *t)
{
	if (t->cpu == NULL) {
		return false;
	}
	z_timeout_remove(t);
	return true;
}

/** @return ticks until it is due, 0 if it is not pending. Takes the kernel lock. */
k_ticks_t z_timeout_remaining(const struct _timeout *t);

/** @return uptime in ticks at which it is due, or the present if it is not pending. Takes the kernel lock. */
k_ticks_t z_timeout_expires(const struct _timeout *t);

/** @brief The timer interrupt: runs what is due, ends time slices, sets the timer anew. */
void z_timeout_isr(void);

/** @brief Sets this CPU's timer to its earliest event, if that has changed. Lock held. */
void z_timer_update(struct z_cpu *cpu);

/** @brief Tells the clock its frequency in Hz and starts the uptime at @p start cycles. */
void z_clock_init(uint32_t hz, uint64_t start);

/** Conversions between ticks of uptime and the counter. */
uint64_t z_ticks_to_counter(uint64_t tick);
uint64_t z_counter_to_ticks(uint64_t counter);

#endif /* KERNEL_TIMEOUT_H_ */
