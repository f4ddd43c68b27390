/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work items and work queues.
 *
 * An item's flags say what it is: queued (in its queue's list), running (its handler is being
 * called), delayed (its timeout runs), cancelling (its handler still runs, and it ends with that).
 * It is idle when none is set. A queued or running item belongs to `work->queue`; an item that runs
 * can be queued only there, so that its handler never runs twice at a time.
 *
 * A flush puts a marker item behind the one it waits for, which the queue's thread does not run but
 * takes as the sign. A cancel takes the item out of the queue and, if its handler runs, waits in a
 * list that the queue's thread looks through after the handler. A thread that is aborted while it
 * waits leaves nothing behind.
 *
 * Bounds: submitting, scheduling and cancelling are O(1) but for the timeout's O(log n), and for
 * taking an item out of the middle of a queue, or putting a marker behind it: O(items in the
 * queue). The end of a cancelled item is O(threads that wait for cancels).
 */
#include <zephyr/kernel.h>

#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"
#include "kernel/work.h"

#define WORK_STATES ((uint32_t)K_WORK_MASK)

/* Threads that wait for the end of a cancelled item; kernel lock. */
static sys_dlist_t cancels = SYS_DLIST_STATIC_INIT(&cancels);

static uint32_t work_states(const struct k_work *work)
{
	return work->flags & WORK_STATES;
}

void k_work_init(struct k_work *work, k_work_handler_t handler)
{
	__ASSERT(handler != NULL, "a work item needs a handler");
	*work = (struct k_work)Z_WORK_INITIALIZER(handler);
}

int k_work_busy_get(const struct k_work *work)
{
	return (int)(__atomic_load_n(&work->flags, __ATOMIC_RELAXED) & WORK_STATES);
}

/* ---- queues, lock held ----------------------------------------------------------------------- */

static void queue_notify(struct k_work_q *queue)
{
	struct k_thread *thread = z_waitq_first(&queue->notifyq);

	if (thread != NULL) {
		z_wake(thread, 0);
	}
}

static int queue_append(struct k_work_q *queue, struct k_work *work)
{
	bool chained;
	bool draining;

	if (queue == NULL) {
		return -EINVAL;
	}
	if (unlikely((queue->flags & K_WORK_QUEUE_STARTED) == 0U)) {
		return -ENODEV;
	}
	if (unlikely((queue->flags & (K_WORK_QUEUE_DRAIN | K_WORK_QUEUE_PLUGGED)) != 0U)) {
		/* While it drains, the items in it may still hand on to others. */
		chained = arch_current() == queue->thread_id && !arch_is_in_isr();
		draining = (queue->flags & K_WORK_QUEUE_DRAIN) != 0U;
		if (!draining || !chained) {
			return -EBUSY;
		}
	}
	sys_slist_append(&queue->pending, &work->node);
	queue_notify(queue);
	return 1;
}

static void queue_remove(struct k_work_q *queue, struct k_work *work)
{
	if ((work->flags & K_WORK_QUEUED) != 0U) {
		(void)sys_slist_find_and_remove(&queue->pending, &work->node);
		work->flags &= ~(uint32_t)K_WORK_QUEUED;
	}
}

int z_work_submit(struct k_work *work, struct k_work_q *queue)
{
	int ret = 1;
	int err;

	if ((work->flags & K_WORK_CANCELING) != 0U) {
		return -EBUSY;
	}
	if ((work->flags & K_WORK_QUEUED) != 0U) {
		return 0;
	}
	if ((work->flags & K_WORK_RUNNING) != 0U) {
		queue = work->queue;
		ret = 2;
	} else if (queue == NULL) {
		queue = work->queue;
	}
	err = queue_append(queue, work);
	if (err < 0) {
		return err;
	}
	work->flags |= K_WORK_QUEUED;
	work->queue = queue;
	return ret;
}

/* Ends a wait; the sync is gone as soon as the lock is released. Lock held. */
static void sync_done(struct k_work_sync *sync)
{
	struct k_thread *thread = z_waitq_first(&sync->wait_q);

	sync->done = true;
	if (thread != NULL) {
		z_wake(thread, 0);
	}
}

/* Ends the wait of everybody who cancels @p work, which has just become idle, or is queued anew. */
static void work_cancelled(struct k_work *work)
{
	struct k_work_sync *sync;
	struct k_work_sync *next;

	work->flags &= ~(uint32_t)K_WORK_CANCELING;
	SYS_DLIST_FOR_EACH_CONTAINER_SAFE(&cancels, sync, next, node) {
		if (sync->work == work) {
			sys_dlist_remove(&sync->node);
			sync_done(sync);
		}
	}
}

/* Takes it out of its queue; the states it is left in. */
static uint32_t work_cancel(struct k_work *work)
{
	if ((work->flags & K_WORK_CANCELING) == 0U) {
		queue_remove(work->queue, work);
	}
	if (work_states(work) != 0U) {
		work->flags |= K_WORK_CANCELING;
	}
	return work_states(work);
}

/* ---- waiting for items --------------------------------------------------------------- */

/* Waits for sync->done. The lock is held on entry and released. */
static void sync_wait(struct k_work_sync *sync, void (*on_abort)(struct z_abort_hook *),
		      unsigned int key)
{
	struct k_thread *self = arch_current();

	sync->abort_hook.fn = on_abort;
	self->abort_hook = &sync->abort_hook;
	while (!sync->done) {
		(void)z_pend(&sync->wait_q, K_FOREVER, key);
		key = z_lock();
	}
	self->abort_hook = NULL;
	z_unlock(key);
}

/* Tells a marker from the other items of a queue; never called. */
static void flush_handler(struct k_work *work)
{
	ARG_UNUSED(work);
}

/* The thread that waits for a marker, or for a cancel, is aborted. */
static void flush_abort(struct z_abort_hook *hook)
{
	struct k_work_sync *sync = CONTAINER_OF(hook, struct k_work_sync, abort_hook);

	if (!sync->done) {
		queue_remove(sync->flusher.queue, &sync->flusher);
	}
}

static void cancel_abort(struct z_abort_hook *hook)
{
	struct k_work_sync *sync = CONTAINER_OF(hook, struct k_work_sync, abort_hook);

	if (!sync->done) {
		sys_dlist_remove(&sync->node);
	}
}

/* Puts a marker behind a queued or running item. Lock held. */
static bool work_flush(struct k_work *work, struct k_work_sync *sync)
{
	struct k_work_q *queue = work->queue;

	if ((work->flags & (K_WORK_QUEUED | K_WORK_RUNNING)) == 0U) {
		return false;
	}
	__ASSERT(queue != NULL && arch_current() != queue->thread_id,
		 "a work queue's thread can not wait for its own items");

	sync->flusher = (struct k_work){
		.handler = flush_handler, .queue = queue, .flags = K_WORK_QUEUED};
	sync->done = false;
	z_waitq_init(&sync->wait_q);
	if ((work->flags & K_WORK_QUEUED) != 0U) {
		sys_slist_insert(&queue->pending, &work->node, &sync->flusher.node);
	} else {
		sys_slist_prepend(&queue->pending, &sync->flusher.node);
	}
	queue_notify(queue);
	return true;
}

/* Cancels, and waits for the handler to end. Lock held on entry, released. */
static void work_cancel_wait(struct k_work *work, struct k_work_sync *sync, unsigned int key)
{
	if ((work_cancel(work) & K_WORK_CANCELING) == 0U) {
		z_unlock(key);
		return;
	}
	sync->work = work;
	sync->done = false;
	z_waitq_init(&sync->wait_q);
	sys_dlist_append(&cancels, &sync->node);
	sync_wait(sync, cancel_abort, key);
}

bool k_work_flush(struct k_work *work, struct k_work_sync *sync)
{
	unsigned int key;

	__ASSERT(!k_is_in_isr(), "k_work_flush() may block: not from an ISR");

	key = z_lock();
	if (!work_flush(work, sync)) {
		z_unlock(key);
		return false;
	}
	sync_wait(sync, flush_abort, key);
	return true;
}

int k_work_cancel(struct k_work *work)
{
	unsigned int key = z_lock();
	uint32_t states = work_cancel(work);

	z_unlock(key);
	return (int)states;
}

bool k_work_cancel_sync(struct k_work *work, struct k_work_sync *sync)
{
	unsigned int key;
	bool pending;

	__ASSERT(!k_is_in_isr(), "k_work_cancel_sync() may block: not from an ISR");

	key = z_lock();
	pending = work_states(work) != 0U;
	work_cancel_wait(work, sync, key);
	return pending;
}

int k_work_submit_to_queue(struct k_work_q *queue, struct k_work *work)
{
	unsigned int key = z_lock();
	int ret = z_work_submit(work, queue);

	z_reschedule(key);
	return ret;
}

/* ---- delayable items ----------------------------------------------------------------- */

void k_work_init_delayable(struct k_work_delayable *dwork, k_work_handler_t handler)
{
	__ASSERT(handler != NULL, "a work item needs a handler");
	*dwork = (struct k_work_delayable)Z_WORK_DELAYABLE_INITIALIZER(handler);
}

int k_work_delayable_busy_get(const struct k_work_delayable *dwork)
{
	return k_work_busy_get(&dwork->work);
}

void z_work_delay_ended(struct _timeout *t)
{
	struct k_work_delayable *dwork = CONTAINER_OF(t, struct k_work_delayable, timeout);

	dwork->work.flags &= ~(uint32_t)K_WORK_DELAYED;
	/* A queue that refuses it now has nobody to tell. */
	(void)z_work_submit(&dwork->work, dwork->queue);
}

/* Ends a delay. Lock held. */
static bool work_undelay(struct k_work_delayable *dwork)
{
	if ((dwork->work.flags & K_WORK_DELAYED) == 0U) {
		return false;
	}
	dwork->work.flags &= ~(uint32_t)K_WORK_DELAYED;
	return z_timeout_cancel(&dwork->timeout);
}

/* Lock held. */
static int work_delay(struct k_work_q *queue, struct k_work_delayable *dwork, k_timeout_t delay)
{
	if (K_TIMEOUT_EQ(delay, K_NO_WAIT)) {
		return z_work_submit(&dwork->work, queue);
	}
	dwork->work.flags |= K_WORK_DELAYED;
	dwork->queue = queue;
	if (!K_TIMEOUT_EQ(delay, K_FOREVER)) {
		z_timeout_add(&dwork->timeout, delay);
	}
	return 1;
}

int k_work_schedule_for_queue(struct k_work_q *queue, struct k_work_delayable *dwork,
			      k_timeout_t delay)
{
	unsigned int key = z_lock();
	int ret = 0;

	if ((work_states(&dwork->work) & ~(uint32_t)K_WORK_RUNNING) == 0U) {
		ret = work_delay(queue, dwork, delay);
	}
	z_reschedule(key);
	return ret;
}

int k_work_reschedule_for_queue(struct k_work_q *queue, struct k_work_delayable *dwork,
				k_timeout_t delay)
{
	unsigned int key = z_lock();
	int ret;

	(void)work_undelay(dwork);
	ret = work_delay(queue, dwork, delay);
	z_reschedule(key);
	return ret;
}

bool k_work_flush_delayable(struct k_work_delayable *dwork, struct k_work_sync *sync)
{
	unsigned int key;

	__ASSERT(!k_is_in_isr(), "k_work_flush_delayable() may block: not from an ISR");

	key = z_lock();
	if (work_undelay(dwork)) {
		(void)z_work_submit(&dwork->work, dwork->queue);
	}
	if (!work_flush(&dwork->work, sync)) {
		z_reschedule(key);
		return false;
	}
	sync_wait(sync, flush_abort, key);
	return true;
}

int k_work_cancel_delayable(struct k_work_delayable *dwork)
{
	unsigned int key = z_lock();
	uint32_t states;

	(void)work_undelay(dwork);
	states = work_cancel(&dwork->work);
	z_unlock(key);
	return (int)states;
}

bool k_work_cancel_delayable_sync(struct k_work_delayable *dwork, struct k_work_sync *sync)
{
	unsigned int key;
	bool pending;

	__ASSERT(!k_is_in_isr(), "k_work_cancel_delayable_sync() may block: not from an ISR");

	key = z_lock();
	pending = work_states(&dwork->work) != 0U;
	(void)work_undelay(dwork);
	work_cancel_wait(&dwork->work, sync, key);
	return pending;
}

k_ticks_t k_work_delayable_expires_get(const struct k_work_delayable *dwork)
{
	return z_timeout_expires(&dwork->timeout);
}

k_ticks_t k_work_delayable_remaining_get(const struct k_work_delayable *dwork)
{
	return z_timeout_remaining(&dwork->timeout);
}

/* ---- the thread of a queue ----------------------------------------------------------- */

/*
 * The next item, marked as running; blocks while there is none. NULL when the queue is to stop.
 */
static struct k_work *queue_next(struct k_work_q *queue)
{
	while (true) {
		unsigned int key = z_lock();
		sys_snode_t *node = sys_slist_get(&queue->pending);

		if (node != NULL) {
			struct k_work *work = CONTAINER_OF(node, struct k_work, node);

			if (work->handler == flush_handler) {
				sync_done(CONTAINER_OF(work, struct k_work_sync, flusher));
				z_reschedule(key);
				continue;
			}
			queue->flags |= K_WORK_QUEUE_BUSY;
			work->flags = (work->flags | K_WORK_RUNNING) & ~(uint32_t)K_WORK_QUEUED;
			z_unlock(key);
			return work;
		}
		if ((queue->flags & K_WORK_QUEUE_DRAIN) != 0U) {
			queue->flags &= ~(uint32_t)K_WORK_QUEUE_DRAIN;
			(void)z_waitq_wake_all(&queue->drainq, 1);
			z_reschedule(key);
			continue;
		}
		if ((queue->flags & K_WORK_QUEUE_STOP) != 0U) {
			queue->flags = 0U;
			z_unlock(key);
			return NULL;
		}
		(void)z_pend(&queue->notifyq, K_FOREVER, key);
	}
}

static void queue_run(struct k_work_q *queue, struct k_work *work)
{
	bool yield;
	unsigned int key;

	work->handler(work);

	key = z_lock();
	work->flags &= ~(uint32_t)K_WORK_RUNNING;
	if ((work->flags & K_WORK_CANCELING) != 0U) {
		work_cancelled(work);
	}
	queue->flags &= ~(uint32_t)K_WORK_QUEUE_BUSY;
	yield = (queue->flags & K_WORK_QUEUE_NO_YIELD) == 0U;
	z_reschedule(key);
	if (yield) {
		k_yield();
	}
}

static void queue_main(void *p1, void *p2, void *p3)
{
	struct k_work_q *queue = p1;
	struct k_work *work;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);

	while ((work = queue_next(queue)) != NULL) {
		queue_run(queue, work);
	}
}

void k_work_queue_init(struct k_work_q *queue)
{
	*queue = (struct k_work_q){.flags = 0U};
}

/* Makes it ready to take items, which its thread will find when it starts. */
static void queue_open(struct k_work_q *queue, k_tid_t thread,
		       const struct k_work_queue_config *cfg)
{
	unsigned int key = z_lock();

	__ASSERT((queue->flags & K_WORK_QUEUE_STARTED) == 0U, "the work queue was started before");
	sys_slist_init(&queue->pending);
	z_waitq_init(&queue->notifyq);
	z_waitq_init(&queue->drainq);
	queue->thread_id = thread;
	queue->flags = K_WORK_QUEUE_STARTED;
	if (cfg != NULL && cfg->no_yield) {
		queue->flags |= K_WORK_QUEUE_NO_YIELD;
	}
	z_unlock(key);
}

void k_work_queue_start(struct k_work_q *queue, k_thread_stack_t *stack, size_t stack_size,
			int prio, const struct k_work_queue_config *cfg)
{
	uint32_t options = cfg != NULL && cfg->essential ? K_ESSENTIAL : 0U;

	queue_open(queue, &queue->thread, cfg);
	(void)k_thread_create(&queue->thread, stack, stack_size, queue_main, queue, NULL, NULL,
			      prio, options, K_FOREVER);
	if (cfg != NULL && cfg->name != NULL) {
		(void)k_thread_name_set(&queue->thread, cfg->name);
	}
	k_thread_start(&queue->thread);
}

void k_work_queue_run(struct k_work_q *queue, const struct k_work_queue_config *cfg)
{
	if (cfg != NULL && cfg->name != NULL) {
		(void)k_thread_name_set(k_current_get(), cfg->name);
	}
	queue_open(queue, k_current_get(), cfg);
	queue_main(queue, NULL, NULL);
}

int k_work_queue_drain(struct k_work_q *queue, bool plug)
{
	unsigned int key;

	__ASSERT(!k_is_in_isr(), "k_work_queue_drain() may block: not from an ISR");

	key = z_lock();
	if ((queue->flags & (K_WORK_QUEUE_BUSY | K_WORK_QUEUE_DRAIN)) == 0U && !plug &&
	    sys_slist_is_empty(&queue->pending)) {
		z_unlock(key);
		return 0;
	}
	queue->flags |= K_WORK_QUEUE_DRAIN | (plug ? (uint32_t)K_WORK_QUEUE_PLUGGED : 0U);
	queue_notify(queue);
	return z_pend(&queue->drainq, K_FOREVER, key);
}

int k_work_queue_unplug(struct k_work_q *queue)
{
	unsigned int key = z_lock();
	int ret = (queue->flags & K_WORK_QUEUE_PLUGGED) != 0U ? 0 : -EALREADY;

	queue->flags &= ~(uint32_t)K_WORK_QUEUE_PLUGGED;
	z_unlock(key);
	return ret;
}

int k_work_queue_stop(struct k_work_q *queue, k_timeout_t timeout)
{
	unsigned int key = z_lock();
	int ret = 0;

	if ((queue->flags & K_WORK_QUEUE_STARTED) == 0U) {
		ret = -ENODEV;
	} else if ((queue->flags & K_WORK_QUEUE_PLUGGED) == 0U ||
		   (queue->flags & K_WORK_QUEUE_DRAIN) != 0U) {
		ret = -EBUSY;
	}
	if (ret != 0) {
		z_unlock(key);
		return ret;
	}
	queue->flags |= K_WORK_QUEUE_STOP;
	queue_notify(queue);
	z_reschedule(key);

	if (k_thread_join(queue->thread_id, timeout) != 0) {
		key = z_lock();
		queue->flags &= ~(uint32_t)K_WORK_QUEUE_STOP;
		z_unlock(key);
		return -ETIMEDOUT;
	}
	return 0;
}
