/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Polling: waiting for any of several objects. And signals, which exist for it.
 */
#ifndef ZEPHYR_KERNEL_POLL_H_
#define ZEPHYR_KERNEL_POLL_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/dlist.h>
#include <zephyr/sys/util.h>

/* What an event waits for. */
#define K_POLL_TYPE_IGNORE              0U
#define K_POLL_TYPE_SIGNAL              BIT(0)
#define K_POLL_TYPE_SEM_AVAILABLE       BIT(1)
#define K_POLL_TYPE_DATA_AVAILABLE      BIT(2)
#define K_POLL_TYPE_FIFO_DATA_AVAILABLE K_POLL_TYPE_DATA_AVAILABLE
#define K_POLL_TYPE_MSGQ_DATA_AVAILABLE BIT(3)

/* How an event ended; set by k_poll(), set back to NOT_READY by the user. */
#define K_POLL_STATE_NOT_READY           0U
#define K_POLL_STATE_SIGNALED            BIT(0)
#define K_POLL_STATE_SEM_AVAILABLE       BIT(1)
#define K_POLL_STATE_DATA_AVAILABLE      BIT(2)
#define K_POLL_STATE_FIFO_DATA_AVAILABLE K_POLL_STATE_DATA_AVAILABLE
#define K_POLL_STATE_MSGQ_DATA_AVAILABLE BIT(3)
#define K_POLL_STATE_CANCELLED           BIT(4)

/**
 * Polling takes nothing: the caller takes the object himself, and may find that another was faster.
 */
enum k_poll_modes { K_POLL_MODE_NOTIFY_ONLY = 0, K_POLL_NUM_MODES };

struct k_sem;
struct k_fifo;
struct k_queue;
struct k_msgq;
struct k_work_poll;

/** Who polls: a thread in k_poll(), or triggered work. */
struct z_poller {
	struct z_abort_hook abort_hook;
	/** The thread, once it is blocked. */
	_wait_q_t wait_q;
	/** The thread, or that of the work's queue: its priority decides who is told first. */
	struct k_thread *thread;
	/** Triggered work that waits, or NULL. */
	struct k_work_poll *work;
	/** Events that may be in lists of objects. */
	struct k_poll_event *events;
	int num_events;
	/** What k_poll() is to return once is_polling is cleared. */
	int result;
	/** Cleared by the first event that comes true. */
	bool is_polling;
};

/** A flag with a result, to be raised once and polled for. */
struct k_poll_signal {
	/** Events that wait for it. */
	sys_dlist_t poll_events;
	unsigned int signaled;
	int result;
};

#define K_POLL_SIGNAL_INITIALIZER(obj)                                                             \
	{                                                                                          \
		.poll_events = SYS_DLIST_STATIC_INIT(&(obj).poll_events),                          \
		.signaled = 0,                                                                     \
		.result = 0,                                                                       \
	}

/** One thing to wait for. */
struct k_poll_event {
	/** In the object's list while k_poll() waits. */
	sys_dnode_t _node;
	struct z_poller *poller;
	/** The user's own. */
	uint32_t tag : 8;
	uint32_t type : 8;
	uint32_t state : 8;
	uint32_t mode : 1;
	uint32_t unused : 7;
	union {
		void *obj, *typed_K_POLL_TYPE_IGNORE;
		struct k_poll_signal *signal, *typed_K_POLL_TYPE_SIGNAL;
		struct k_sem *sem, *typed_K_POLL_TYPE_SEM_AVAILABLE;
		struct k_fifo *fifo, *typed_K_POLL_TYPE_FIFO_DATA_AVAILABLE;
		struct k_queue *queue, *typed_K_POLL_TYPE_DATA_AVAILABLE;
		struct k_msgq *msgq, *typed_K_POLL_TYPE_MSGQ_DATA_AVAILABLE;
	};
};

#define K_POLL_EVENT_INITIALIZER(_event_type, _event_mode, _event_obj)                             \
	{                                                                                          \
		.poller = NULL,                                                                    \
		.tag = 0,                                                                          \
		.type = (_event_type),                                                             \
		.state = K_POLL_STATE_NOT_READY,                                                   \
		.mode = (_event_mode),                                                             \
		.unused = 0,                                                                       \
		{.typed_##_event_type = (_event_obj)},                                             \
	}

#define K_POLL_EVENT_STATIC_INITIALIZER(_event_type, _event_mode, _event_obj, event_tag)           \
	{                                                                                          \
		.poller = NULL,                                                                    \
		.tag = (event_tag),                                                                \
		.type = (_event_type),                                                             \
		.state = K_POLL_STATE_NOT_READY,                                                   \
		.mode = (_event_mode),                                                             \
		.unused = 0,                                                                       \
		{.typed_##_event_type = (_event_obj)},                                             \
	}

/**
 * @brief Initialises an event.
 * @param event the event
 * @param type K_POLL_TYPE_*
 * @param mode K_POLL_MODE_NOTIFY_ONLY
 * @param obj the object to wait for, of that type
 */
void k_poll_event_init(struct k_poll_event *event, uint32_t type, int mode, void *obj);

/**
 * @brief Waits until at least one of several objects is available.
 *
 * Events that came true have their state set; the caller sets it back before he polls again. If
 * several threads poll one object, the most urgent one is told. An object that another takes first
 * may be gone when the caller comes to take it. May block; not from an ISR unless @p timeout is
 * K_NO_WAIT.
 *
 * @param events array of events, each of which nobody else polls
 * @param num_events how many; the time with the lock held does not depend on it
 * @param timeout how long to wait
 * @retval 0 one or more events came true
 * @retval -EAGAIN none did in time
 * @retval -EINTR a wait was cancelled (k_queue_cancel_wait()); its event's state is
 *         K_POLL_STATE_CANCELLED, and others may have come true too
 * @retval -EINVAL bad parameters
 */
int k_poll(struct k_poll_event *events, int num_events, k_timeout_t timeout);

/** @brief Initialises a signal, not raised. */
void k_poll_signal_init(struct k_poll_signal *sig);

/** @brief Takes a raised signal back. ISR ok. */
void k_poll_signal_reset(struct k_poll_signal *sig);

/** @brief Reads whether a signal is raised, and its result. ISR ok. */
void k_poll_signal_check(struct k_poll_signal *sig, unsigned int *signaled, int *result);

/**
 * @brief Raises a signal: it stays raised until k_poll_signal_reset().
 * @param sig the signal
 * @param result handed to those who look at it
 * @retval 0 done; Zephyr's -EAGAIN (the poller's time had just run out) does not occur: that poller
 *         is told all the same. ISR ok.
 */
int k_poll_signal_raise(struct k_poll_signal *sig, int result);

/**
 * Tells the most urgent of the events that wait for an object; for the kernel's objects, which call
 * it with the lock held and reschedule afterwards.
 */
void z_handle_obj_poll_events(sys_dlist_t *events, uint32_t state);

#endif /* ZEPHYR_KERNEL_POLL_H_ */
