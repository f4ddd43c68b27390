/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Timers: a function called, and a counter raised, once or periodically.
 */
#ifndef ZEPHYR_KERNEL_TIMER_H_
#define ZEPHYR_KERNEL_TIMER_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

struct k_timer;

/** Called in the timer interrupt, with no lock held, each time the timer expires. */
typedef void (*k_timer_expiry_t)(struct k_timer *timer);
/** Called by the one who stops a running timer, with no lock held. */
typedef void (*k_timer_stop_t)(struct k_timer *timer);

struct k_timer {
	struct _timeout timeout;
	/** The thread in k_timer_status_sync(). */
	_wait_q_t wait_q;
	k_timer_expiry_t expiry_fn;
	k_timer_stop_t stop_fn;
	k_timeout_t period;
	/** Uptime in ticks of the next expiration of a periodic timer. */
	uint64_t tick;
	/** Expirations since it was last read. */
	uint32_t status;
	void *user_data;
};

/* The timeout's function; lock held. */
void z_timer_expired(struct _timeout *t);

#define Z_TIMER_INITIALIZER(obj, expiry, stop)                                                     \
	{                                                                                          \
		.timeout = {.fn = z_timer_expired},                                                \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.expiry_fn = (expiry),                                                             \
		.stop_fn = (stop),                                                                 \
		.period = {0},                                                                     \
		.status = 0,                                                                       \
		.user_data = NULL,                                                                 \
	}

/**
 * @brief Defines and initialises a timer.
 * @param name its name; declare it elsewhere with `extern struct k_timer name;`
 * @param expiry_fn called at each expiration, or NULL
 * @param stop_fn called when it is stopped while running, or NULL
 */
#define K_TIMER_DEFINE(name, expiry_fn, stop_fn)                                                   \
	STRUCT_SECTION_ITERABLE(k_timer, name) = Z_TIMER_INITIALIZER(name, expiry_fn, stop_fn)

/**
 * @brief Initialises a timer, stopped.
 * @param timer a timer that is not running
 * @param expiry_fn called at each expiration, or NULL
 * @param stop_fn called when it is stopped while running, or NULL
 */
void k_timer_init(struct k_timer *timer, k_timer_expiry_t expiry_fn, k_timer_stop_t stop_fn);

/**
 * @brief Starts a timer, or starts a running one anew, with its status at zero. ISR ok.
 *
 * Expirations of a periodic timer are whole periods apart: a late one does not move those that
 * follow. Periods that passed entirely before the interrupt could be taken raise the status, all at
 * once, with one call of the expiry function.
 *
 * As for every timeout, the first expiration is never early; it is less than a tick late.
 *
 * @param timer the timer
 * @param duration until the first expiration; K_FOREVER: nothing is done
 * @param period between later ones; K_NO_WAIT or K_FOREVER: it expires once
 */
void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period);

/**
 * @brief Stops a timer; a stopped one is left as it is.
 *
 * Calls the stop function and wakes the thread that waits in k_timer_status_sync(). The expiry
 * function may still be running on another CPU. ISR ok if the stop function allows it.
 */
void k_timer_stop(struct k_timer *timer);

/** @return expirations since the status was last read, which sets it to zero. ISR ok. */
uint32_t k_timer_status_get(struct k_timer *timer);

/**
 * @brief Waits until a timer has expired at least once since its status was last read, or is
 * stopped.
 *
 * One thread at a time may wait for a timer. May block, not from an ISR.
 * @return the status, which is set to zero; 0 if the timer was stopped or does not run
 */
uint32_t k_timer_status_sync(struct k_timer *timer);

/** @return uptime in ticks at which a timer expires next; if it does not run, now. ISR ok. */
k_ticks_t k_timer_expires_ticks(const struct k_timer *timer);

/** @return ticks until a timer expires next; 0 if it does not run. ISR ok. */
k_ticks_t k_timer_remaining_ticks(const struct k_timer *timer);

/** @return milliseconds until a timer expires next; 0 if it does not run. ISR ok. */
static inline uint32_t k_timer_remaining_get(struct k_timer *timer)
{
	return k_ticks_to_ms_floor32((uint32_t)k_timer_remaining_ticks(timer));
}

/** @brief Attaches a pointer to a timer. ISR ok. */
static inline void k_timer_user_data_set(struct k_timer *timer, void *user_data)
{
	timer->user_data = user_data;
}

/** @return the pointer attached to a timer. ISR ok. */
static inline void *k_timer_user_data_get(const struct k_timer *timer)
{
	return timer->user_data;
}

#endif /* ZEPHYR_KERNEL_TIMER_H_ */
