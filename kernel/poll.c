/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Polling, signals and triggered work.
 *
 * A poller puts its events into the lists of the objects they are about, one at a time with the
 * lock released in between, so that interrupts wait for one event at most, however many are polled.
 * The first event that comes true ends the polling (`is_polling`); later ones only have their state
 * set. An object tells one event at a time: that of the most urgent poller.
 *
 * Bounds: adding an event is O(pollers of the same object), telling one is O(1); aborting a thread
 * in k_poll() is O(its events).
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/check.h>

#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "kernel/waitq.h"
#include "kernel/work.h"

void k_poll_event_init(struct k_poll_event *event, uint32_t type, int mode, void *obj)
{
	__ASSERT(mode == K_POLL_MODE_NOTIFY_ONLY, "only K_POLL_MODE_NOTIFY_ONLY exists");
	__ASSERT(obj != NULL, "a poll event needs an object");
	*event = (struct k_poll_event){
		.type = (uint8_t)type,
		.state = K_POLL_STATE_NOT_READY,
		.mode = (uint32_t)mode & 1U,
		.obj = obj,
	};
}

/* ---- events, lock held --------------------------------------------------------------- */

/* The list of the object that an event is about; NULL if it is about none. */
static sys_dlist_t *event_list(const struct k_poll_event *event)
{
	switch (event->type) {
	case K_POLL_TYPE_SIGNAL:
		return &event->signal->poll_events;
	case K_POLL_TYPE_SEM_AVAILABLE:
		return &event->sem->poll_events;
	case K_POLL_TYPE_DATA_AVAILABLE:
		return &event->queue->poll_events;
	case K_POLL_TYPE_MSGQ_DATA_AVAILABLE:
		return &event->msgq->poll_events;
	default:
		__ASSERT(event->type == K_POLL_TYPE_IGNORE, "poll event of unknown type %u",
			 (unsigned int)event->type);
		return NULL;
	}
}

/* The state an event has right now. */
static uint32_t event_state(const struct k_poll_event *event)
{
	switch (event->type) {
	case K_POLL_TYPE_SIGNAL:
		return event->signal->signaled != 0U ? K_POLL_STATE_SIGNALED : 0U;
	case K_POLL_TYPE_SEM_AVAILABLE:
		return event->sem->count > 0U ? K_POLL_STATE_SEM_AVAILABLE : 0U;
	case K_POLL_TYPE_DATA_AVAILABLE:
		return event->queue->head != 0U ? K_POLL_STATE_DATA_AVAILABLE : 0U;
	case K_POLL_TYPE_MSGQ_DATA_AVAILABLE:
		return event->msgq->used_msgs > 0U ? K_POLL_STATE_MSGQ_DATA_AVAILABLE : 0U;
	default:
		return 0U;
	}
}

static void event_set_state(struct k_poll_event *event, uint32_t state)
{
	event->state = (event->state | state) & 0xffU;
}

static void event_add(struct k_poll_event *event, struct z_poller *poller)
{
	sys_dlist_t *list = event_list(event);
	struct k_poll_event *other;

	if (list == NULL) {
		return;
	}
	__ASSERT(event->poller == NULL, "poll event %p is polled already", (void *)event);
	event->poller = poller;
	SYS_DLIST_FOR_EACH_CONTAINER(list, other, _node) {
		if (z_beats(poller->thread, other->poller->thread)) {
			sys_dlist_insert(&other->_node, &event->_node);
			return;
		}
	}
	sys_dlist_append(list, &event->_node);
}

static void event_remove(struct k_poll_event *event)
{
	if (event->poller != NULL) {
		event->poller = NULL;
		sys_dlist_remove(&event->_node);
	}
}

static void poller_tell(struct z_poller *poller, int result)
{
	struct k_thread *thread;

	if (!poller->is_polling) {
		return;
	}
	poller->is_polling = false;
	poller->result = result;
	if (poller->work != NULL) {
		(void)z_timeout_cancel(&poller->work->timeout);
		poller->work->poll_result = result;
		(void)z_work_submit(&poller->work->work, poller->work->workq);
		return;
	}
	thread = z_waitq_first(&poller->wait_q);
	if (thread != NULL) {
		z_wake(thread, result);
	}
}

void z_handle_obj_poll_events(sys_dlist_t *events, uint32_t state)
{
	sys_dnode_t *node = sys_dlist_get(events);
	struct k_poll_event *event;
	struct z_poller *poller;

	if (node == NULL) {
		return;
	}
	event = CONTAINER_OF(node, struct k_poll_event, _node);
	poller = event->poller;
	event->poller = NULL;
	event_set_state(event, state);
	poller_tell(poller, state == K_POLL_STATE_CANCELLED ? -EINTR : 0);
}

/* ---- pollers ------------------------------------------------------------------------- */

/* The polling thread is aborted. */
static void poller_abort(struct z_abort_hook *hook)
{
	struct z_poller *poller = CONTAINER_OF(hook, struct z_poller, abort_hook);

	for (int i = 0; i < poller->num_events; i++) {
		event_remove(&poller->events[i]);
	}
}

static void poller_init(struct z_poller *poller, struct k_thread *thread,
			struct k_poll_event *events)
{
	poller->abort_hook.fn = poller_abort;
	z_waitq_init(&poller->wait_q);
	poller->thread = thread;
	poller->work = NULL;
	poller->events = events;
	poller->num_events = 0;
	poller->result = 0;
	poller->is_polling = true;
}

/* Looks at every event, and waits for those that are not true as long as none was. */
static void poller_start(struct z_poller *poller, int num_events, bool just_check)
{
	for (int i = 0; i < num_events; i++) {
		struct k_poll_event *event = &poller->events[i];
		unsigned int key = z_lock();
		uint32_t state = event_state(event);

		if (state != 0U) {
			event_set_state(event, state);
			poller->is_polling = false;
		} else if (!just_check && poller->is_polling) {
			event_add(event, poller);
			poller->num_events = i + 1;
		}
		z_unlock(key);
	}
}

static void poller_end(struct z_poller *poller)
{
	for (int i = 0; i < poller->num_events; i++) {
		unsigned int key = z_lock();

		event_remove(&poller->events[i]);
		z_unlock(key);
	}
}

int k_poll(struct k_poll_event *events, int num_events, k_timeout_t timeout)
{
	bool just_check = K_TIMEOUT_EQ(timeout, K_NO_WAIT);
	struct k_thread *self = k_current_get();
	struct z_poller poller;
	unsigned int key;
	int ret;

	__ASSERT(!k_is_in_isr() || just_check, "k_poll() may block: not from an ISR");
	CHECKIF(num_events < 0 || (num_events > 0 && events == NULL)) {
		return -EINVAL;
	}

	poller_init(&poller, self, events);
	if (!just_check) {
		/* The events lie on some stack: whoever aborts this thread must find them. */
		self->abort_hook = &poller.abort_hook;
	}
	poller_start(&poller, num_events, just_check);

	key = z_lock();
	if (!poller.is_polling || just_check) {
		ret = poller.is_polling ? -EAGAIN : poller.result;
		z_unlock(key);
	} else {
		ret = z_pend(&poller.wait_q, timeout, key);
	}
	if (!just_check) {
		poller_end(&poller);
		key = z_lock();
		self->abort_hook = NULL;
		/* One that came true between the timeout and the end is not lost. */
		if (ret == -EAGAIN && !poller.is_polling) {
			ret = poller.result;
		}
		z_unlock(key);
	}
	return ret;
}

/* ---- signals ------------------------------------------------------------------------- */

void k_poll_signal_init(struct k_poll_signal *sig)
{
	sys_dlist_init(&sig->poll_events);
	sig->signaled = 0U;
	sig->result = 0;
}

void k_poll_signal_reset(struct k_poll_signal *sig)
{
	__atomic_store_n(&sig->signaled, 0U, __ATOMIC_RELAXED);
}

void k_poll_signal_check(struct k_poll_signal *sig, unsigned int *signaled, int *result)
{
	unsigned int key = z_lock();

	*signaled = sig->signaled;
	*result = sig->result;
	z_unlock(key);
}

int k_poll_signal_raise(struct k_poll_signal *sig, int result)
{
	unsigned int key = z_lock();

	sig->result = result;
	sig->signaled = 1U;
	z_handle_obj_poll_events(&sig->poll_events, K_POLL_STATE_SIGNALED);
	z_reschedule(key);
	return 0;
}

/* ---- triggered work ------------------------------------------------------------------ */

/* Runs in the queue's thread, in place of the handler that the user gave. */
static void work_poll_handler(struct k_work *work)
{
	struct k_work_poll *pwork = CONTAINER_OF(work, struct k_work_poll, work);

	poller_end(&pwork->poller);
	pwork->poller.work = NULL;
	pwork->workq = NULL;
	pwork->real_handler(work);
}

static void work_poll_expired(struct _timeout *t)
{
	struct k_work_poll *pwork = CONTAINER_OF(t, struct k_work_poll, timeout);

	poller_tell(&pwork->poller, -EAGAIN);
}

void k_work_poll_init(struct k_work_poll *work, k_work_handler_t handler)
{
	*work = (struct k_work_poll){.real_handler = handler};
	k_work_init(&work->work, work_poll_handler);
	z_timeout_init(&work->timeout, work_poll_expired);
}

/* Ends the wait; lock held. It is O(its events), as nobody may trigger it meanwhile. */
static int work_poll_cancel(struct k_work_poll *work)
{
	if (work->poller.work == NULL || !work->poller.is_polling) {
		return -EINVAL;
	}
	(void)z_timeout_cancel(&work->timeout);
	work->poller.is_polling = false;
	work->poller.work = NULL;
	for (int i = 0; i < work->poller.num_events; i++) {
		event_remove(&work->poller.events[i]);
	}
	work->workq = NULL;
	return 0;
}

int k_work_poll_cancel(struct k_work_poll *work)
{
	unsigned int key;
	int ret;

	if (work == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	ret = work_poll_cancel(work);
	z_unlock(key);
	return ret;
}

/* Makes the work item the caller's. Lock held. */
static int work_poll_claim(struct k_work_poll *work, struct k_work_q *work_q)
{
	int ret = 0;

	if (work->workq == work_q && work_q != NULL) {
		ret = work_poll_cancel(work);
	} else if (work->workq != NULL) {
		ret = -EADDRINUSE;
	}
	if (ret == 0) {
		work->workq = work_q;
	}
	return ret;
}

int k_work_poll_submit_to_queue(struct k_work_q *work_q, struct k_work_poll *work,
				struct k_poll_event *events, int num_events, k_timeout_t timeout)
{
	bool just_check = K_TIMEOUT_EQ(timeout, K_NO_WAIT);
	unsigned int key;
	int ret;

	CHECKIF(work_q == NULL || work == NULL || num_events < 0 ||
		(num_events > 0 && events == NULL)) {
		return -EINVAL;
	}
	key = z_lock();
	ret = work_poll_claim(work, work_q);
	z_unlock(key);
	if (ret != 0) {
		return ret;
	}

	work->poll_result = -EINPROGRESS;
	poller_init(&work->poller, k_work_queue_thread_get(work_q), events);
	poller_start(&work->poller, num_events, just_check);

	key = z_lock();
	if (work->poller.is_polling && !just_check) {
		if (!K_TIMEOUT_EQ(timeout, K_FOREVER)) {
			z_timeout_add(&work->timeout, timeout);
		}
		work->poller.work = work;
		z_unlock(key);
		return 0;
	}
	work->poll_result = work->poller.is_polling ? -EAGAIN : work->poller.result;
	work->poller.is_polling = false;
	(void)z_work_submit(&work->work, work_q);
	z_reschedule(key);
	return 0;
}
