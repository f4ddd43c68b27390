/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Work: functions handed to a thread, at once or after a delay.
 *
 * A work item is idle, or any combination of queued, running, and cancelling; a delayable one may
 * also be delayed (its timeout runs). A work queue is a thread that runs items one after another,
 * in the order in which they came.
 */
#ifndef ZEPHYR_KERNEL_WORK_H_
#define ZEPHYR_KERNEL_WORK_H_

#include <zephyr/kernel/poll.h>
#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/thread.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/dlist.h>
#include <zephyr/sys/slist.h>
#include <zephyr/sys/util.h>

struct k_work;
struct k_work_q;
struct k_work_delayable;
struct k_work_sync;

/** What a work item does; runs in the thread of the queue, and may block. */
typedef void (*k_work_handler_t)(struct k_work *work);

enum {
	K_WORK_RUNNING_BIT = 0,
	K_WORK_CANCELING_BIT = 1,
	K_WORK_QUEUED_BIT = 2,
	K_WORK_DELAYED_BIT = 3,
	K_WORK_MASK = BIT(K_WORK_DELAYED_BIT) | BIT(K_WORK_QUEUED_BIT) | BIT(K_WORK_RUNNING_BIT) |
		      BIT(K_WORK_CANCELING_BIT),
	/** The item is part of a struct k_work_delayable. */
	K_WORK_DELAYABLE_BIT = 8,
	K_WORK_DELAYABLE = BIT(K_WORK_DELAYABLE_BIT),

	K_WORK_QUEUE_STARTED_BIT = 0,
	K_WORK_QUEUE_STARTED = BIT(K_WORK_QUEUE_STARTED_BIT),
	K_WORK_QUEUE_BUSY_BIT = 1,
	K_WORK_QUEUE_BUSY = BIT(K_WORK_QUEUE_BUSY_BIT),
	K_WORK_QUEUE_DRAIN_BIT = 2,
	K_WORK_QUEUE_DRAIN = BIT(K_WORK_QUEUE_DRAIN_BIT),
	K_WORK_QUEUE_PLUGGED_BIT = 3,
	K_WORK_QUEUE_PLUGGED = BIT(K_WORK_QUEUE_PLUGGED_BIT),
	K_WORK_QUEUE_STOP_BIT = 4,
	K_WORK_QUEUE_STOP = BIT(K_WORK_QUEUE_STOP_BIT),
	K_WORK_QUEUE_NO_YIELD_BIT = 8,
	K_WORK_QUEUE_NO_YIELD = BIT(K_WORK_QUEUE_NO_YIELD_BIT),

	/* What k_work_busy_get() answers with. */
	/** Its handler runs. */
	K_WORK_RUNNING = BIT(K_WORK_RUNNING_BIT),
	/**
	 * It is being cancelled: it ends when the handler does, and can not be submitted until
	 * then.
	 */
	K_WORK_CANCELING = BIT(K_WORK_CANCELING_BIT),
	/** It waits in a queue. */
	K_WORK_QUEUED = BIT(K_WORK_QUEUED_BIT),
	/** It waits for its time, to be queued then. */
	K_WORK_DELAYED = BIT(K_WORK_DELAYED_BIT),
};

/** A work item. */
struct k_work {
	sys_snode_t node;
	k_work_handler_t handler;
	/** Queue that it was last submitted to. */
	struct k_work_q *queue;
	uint32_t flags;
};

#define Z_WORK_INITIALIZER(work_handler) {.handler = (work_handler)}

/** @brief Defines and initialises a work item. */
#define K_WORK_DEFINE(work, work_handler) struct k_work work = Z_WORK_INITIALIZER(work_handler)

/** A work item that can be submitted after a delay. */
struct k_work_delayable {
	struct k_work work;
	struct _timeout timeout;
	/** Queue that it goes to when its time has come. */
	struct k_work_q *queue;
};

/* The timeout's function; lock held. */
void z_work_delay_ended(struct _timeout *t);

#define Z_WORK_DELAYABLE_INITIALIZER(work_handler)                                                 \
	{                                                                                          \
		.work = {.handler = (work_handler), .flags = K_WORK_DELAYABLE},                    \
		.timeout = {.fn = z_work_delay_ended},                                             \
	}

/** @brief Defines and initialises a delayable work item. */
#define K_WORK_DELAYABLE_DEFINE(work, work_handler)                                                \
	struct k_work_delayable work = Z_WORK_DELAYABLE_INITIALIZER(work_handler)

/** Somebody who waits in a flush or a cancel; in his own memory. */
struct k_work_sync {
	struct z_abort_hook abort_hook;
	/** The marker that a flush puts behind the item. */
	struct k_work flusher;
	/** In the list of those who wait for a cancel. */
	sys_dnode_t node;
	struct k_work *work;
	_wait_q_t wait_q;
	bool done;
};

struct k_work_queue_config {
	/** Name of the thread, or NULL. */
	const char *name;
	/** Do not yield to threads of the same priority between items. */
	bool no_yield;
	/** The end of the thread is the end of the system. */
	bool essential;
};

/** A work queue. */
struct k_work_q {
	struct k_thread thread;
	/** The thread that runs it: the one above, or the caller of k_work_queue_run(). */
	k_tid_t thread_id;
	sys_slist_t pending;
	/** The queue's thread, while there is nothing to do. */
	_wait_q_t notifyq;
	/** Threads in k_work_queue_drain(). */
	_wait_q_t drainq;
	uint32_t flags;
};

/** The system's work queue. */
extern struct k_work_q k_sys_work_q;

/** @brief Initialises a work item; it must be idle. ISR ok. */
void k_work_init(struct k_work *work, k_work_handler_t handler);

/** @return the K_WORK_* states of an item, which may have changed since; 0: idle. ISR ok. */
int k_work_busy_get(const struct k_work *work);

/** @return true unless the item is idle. ISR ok. */
static inline bool k_work_is_pending(const struct k_work *work)
{
	return k_work_busy_get(work) != 0;
}

/**
 * @brief Puts a work item at the end of a queue. ISR ok.
 *
 * A running item goes to the queue that runs it, so that it never runs twice at a time.
 *
 * @param queue the queue; NULL: the one it was last submitted to
 * @param work the item
 * @retval 0 it was queued already
 * @retval 1 it is queued now
 * @retval 2 it was running, and is queued now to run again
 * @retval -EBUSY it is being cancelled, or the queue is draining or plugged
 * @retval -EINVAL @p queue is NULL and the item was never submitted
 * @retval -ENODEV the queue was not started
 */
int k_work_submit_to_queue(struct k_work_q *queue, struct k_work *work);

/**
 * @brief Puts a work item at the end of the system's queue. See k_work_submit_to_queue(). ISR ok.
 */
int k_work_submit(struct k_work *work);

/**
 * @brief Waits until a work item that is queued or running has been run.
 *
 * May block; not from an ISR, nor from the thread of the item's queue.
 * @param work the item
 * @param sync memory for the time of the call
 * @retval true it had to wait
 * @retval false the item was idle
 */
bool k_work_flush(struct k_work *work, struct k_work_sync *sync);

/**
 * @brief Takes a work item out of its queue. ISR ok.
 *
 * A running item is not interrupted: it is "cancelling" until its handler has ended.
 * @return the states it is left in: 0, or K_WORK_RUNNING | K_WORK_CANCELING
 */
int k_work_cancel(struct k_work *work);

/**
 * @brief Takes a work item out of its queue, and waits until it is idle.
 *
 * May block; not from an ISR, nor from the item's own handler.
 * @retval true it was not idle
 * @retval false it was
 */
bool k_work_cancel_sync(struct k_work *work, struct k_work_sync *sync);

/**
 * @brief Initialises a work queue; needed before k_work_queue_start() unless its memory is zero.
 */
void k_work_queue_init(struct k_work_q *queue);

/**
 * @brief Starts the thread of a work queue.
 * @param queue the queue; not started yet
 * @param stack its thread's stack
 * @param stack_size in bytes, K_THREAD_STACK_SIZEOF(stack)
 * @param prio its thread's priority
 * @param cfg name and options, or NULL
 */
void k_work_queue_start(struct k_work_q *queue, k_thread_stack_t *stack, size_t stack_size,
			int prio, const struct k_work_queue_config *cfg);

/** @brief Runs a work queue in the calling thread, until k_work_queue_stop(). Not from an ISR. */
void k_work_queue_run(struct k_work_q *queue, const struct k_work_queue_config *cfg);

/** @return the thread of a queue. ISR ok. */
static inline k_tid_t k_work_queue_thread_get(struct k_work_q *queue)
{
	return queue->thread_id != NULL ? queue->thread_id : &queue->thread;
}

/**
 * @brief Waits until a queue is empty and idle. Items come in meanwhile from the queue's own thread
 * only.
 *
 * May block; not from an ISR, nor from the thread of the queue.
 * @param queue the queue
 * @param plug afterwards refuse new items until k_work_queue_unplug()
 * @retval 1 it had to wait
 * @retval 0 the queue was idle
 */
int k_work_queue_drain(struct k_work_q *queue, bool plug);

/**
 * @brief Lets a plugged queue take items again. @retval 0 / -EALREADY it is not plugged. ISR ok.
 */
int k_work_queue_unplug(struct k_work_q *queue);

/**
 * @brief Ends the thread of a queue that was drained and plugged. May block; not from an ISR.
 * @retval 0 it has ended
 * @retval -ENODEV it was not started
 * @retval -EBUSY it is not plugged, or draining
 * @retval -ETIMEDOUT it did not end in time, and goes on
 */
int k_work_queue_stop(struct k_work_q *queue, k_timeout_t timeout);

/** @brief Initialises a delayable work item; it must be idle. ISR ok. */
void k_work_init_delayable(struct k_work_delayable *dwork, k_work_handler_t handler);

/** @return the delayable item that @p work is part of. ISR ok. */
static inline struct k_work_delayable *k_work_delayable_from_work(struct k_work *work)
{
	return CONTAINER_OF(work, struct k_work_delayable, work);
}

/** @return the K_WORK_* states of an item, which may have changed since; 0: idle. ISR ok. */
int k_work_delayable_busy_get(const struct k_work_delayable *dwork);

/** @return true unless the item is idle. ISR ok. */
static inline bool k_work_delayable_is_pending(const struct k_work_delayable *dwork)
{
	return k_work_delayable_busy_get(dwork) != 0;
}

/** @return uptime in ticks at which the item will be queued; now, if it is not delayed. ISR ok. */
k_ticks_t k_work_delayable_expires_get(const struct k_work_delayable *dwork);

/** @return ticks until the item will be queued; 0 if it is not delayed. ISR ok. */
k_ticks_t k_work_delayable_remaining_get(const struct k_work_delayable *dwork);

/**
 * @brief Submits an item after a delay, unless it is delayed or queued already. ISR ok.
 * @param queue the queue
 * @param dwork the item
 * @param delay K_NO_WAIT: now
 * @retval 0 it was delayed or queued already: nothing done
 * @retval 1 it is delayed now, or queued if there was no delay
 * @retval 2 no delay, it was running, and is queued now to run again
 * @retval -EBUSY it is being cancelled, or the queue refuses it
 * @retval -EINVAL no queue
 * @retval -ENODEV the queue was not started
 */
int k_work_schedule_for_queue(struct k_work_q *queue, struct k_work_delayable *dwork,
			      k_timeout_t delay);
/** @brief The same with the system's queue. ISR ok. */
int k_work_schedule(struct k_work_delayable *dwork, k_timeout_t delay);

/**
 * @brief Submits an item after a delay, in place of the delay it has. ISR ok.
 *
 * An item that is queued already stays queued. See k_work_schedule_for_queue().
 * @retval 0 no delay, and it was queued already
 * @retval 1,2,-EBUSY,-EINVAL,-ENODEV as there
 */
int k_work_reschedule_for_queue(struct k_work_q *queue, struct k_work_delayable *dwork,
				k_timeout_t delay);
/** @brief The same with the system's queue. ISR ok. */
int k_work_reschedule(struct k_work_delayable *dwork, k_timeout_t delay);

/** @brief Submits a delayed item at once, and waits until it has been run. See k_work_flush(). */
bool k_work_flush_delayable(struct k_work_delayable *dwork, struct k_work_sync *sync);

/** @brief Ends the delay of an item and takes it out of its queue. See k_work_cancel(). ISR ok. */
int k_work_cancel_delayable(struct k_work_delayable *dwork);

/** @brief As k_work_cancel_delayable(), and waits until it is idle. See k_work_cancel_sync(). */
bool k_work_cancel_delayable_sync(struct k_work_delayable *dwork, struct k_work_sync *sync);

/** Work that is submitted when one of several events comes true. */
struct k_work_poll {
	struct k_work work;
	struct k_work_q *workq;
	struct z_poller poller;
	k_work_handler_t real_handler;
	struct _timeout timeout;
	/** What k_poll() would have returned: 0, or -EAGAIN after the timeout. */
	int poll_result;
};

/** @brief Initialises triggered work. ISR ok. */
void k_work_poll_init(struct k_work_poll *work, k_work_handler_t handler);

/**
 * @brief Submits work to a queue when one of several events comes true, or a time has passed.
 *
 * Work that still waits for events is given the new ones. ISR ok.
 * @retval 0 done
 * @retval -EINVAL its event has come true, and it is on its way through the queue
 * @retval -EADDRINUSE it waits on behalf of another queue
 */
int k_work_poll_submit_to_queue(struct k_work_q *work_q, struct k_work_poll *work,
				struct k_poll_event *events, int num_events, k_timeout_t timeout);
/** @brief The same with the system's queue. ISR ok. */
int k_work_poll_submit(struct k_work_poll *work, struct k_poll_event *events, int num_events,
		       k_timeout_t timeout);

/** @brief Ends the wait of triggered work. @retval 0 / -EINVAL it does not wait. ISR ok. */
int k_work_poll_cancel(struct k_work_poll *work);

#endif /* ZEPHYR_KERNEL_WORK_H_ */
