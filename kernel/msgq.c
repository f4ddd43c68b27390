/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Message queues: a ring of messages of one size.
 *
 * A message that is put while a thread waits for one is copied to where that thread wants it; when a
 * message is taken while a thread waits for room, the first such thread's message moves in. So messages
 * keep the order in which they, and urgency, arrived, and a woken thread is done.
 *
 * Bounds: constant time, but for copying a message, waking and waiting; k_msgq_purge(), O(waiters). All
 * under the kernel lock: messages should be small, and larger data be passed by address.
 */
#include <zephyr/kernel.h>

#include "kernel/heap.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

/* Messages are small: a call, and the frame it takes, would cost more than copying them. */
static ALWAYS_INLINE void copy_message(void *to, const void *from, size_t size)
{
	char *d = to;
	const char *s = from;

	for (; size >= 16U; size -= 16U) {
		__builtin_memcpy(d, s, 16U);
		d += 16;
		s += 16;
	}
	if ((size & 8U) != 0U) {
		__builtin_memcpy(d, s, 8U);
		d += 8;
		s += 8;
	}
	if ((size & 4U) != 0U) {
		__builtin_memcpy(d, s, 4U);
		d += 4;
		s += 4;
	}
	if (likely((size & 3U) == 0U)) {
		return;
	}
	for (size &= 3U; size != 0U; size--) {
		*d++ = *s++;
	}
}

static ALWAYS_INLINE char *next_slot(const struct k_msgq *msgq, char *slot, size_t size)
{
	slot += size;
	return slot == msgq->buffer_end ? msgq->buffer_start : slot;
}

/* Copies a message into the ring, which has room. */
static ALWAYS_INLINE void enqueue(struct k_msgq *msgq, const void *data)
{
	size_t size = msgq->msg_size;
	char *slot = msgq->write_ptr;

	msgq->write_ptr = next_slot(msgq, slot, size);
	msgq->used_msgs++;
	copy_message(slot, data, size);
}

void k_msgq_init(struct k_msgq *msgq, char *buffer, size_t msg_size, uint32_t max_msgs)
{
	z_waitq_init(&msgq->wait_q);
	msgq->msg_size = msg_size;
	msgq->max_msgs = max_msgs;
	msgq->used_msgs = 0U;
	msgq->buffer_start = buffer;
	msgq->buffer_end = buffer + msg_size * max_msgs;
	msgq->read_ptr = buffer;
	msgq->write_ptr = buffer;
	sys_dlist_init(&msgq->poll_events);
	msgq->flags = 0U;
}

int k_msgq_alloc_init(struct k_msgq *msgq, size_t msg_size, uint32_t max_msgs)
{
	size_t size;
	char *buffer;

	if (__builtin_mul_overflow(msg_size, max_msgs, &size)) {
		return -EINVAL;
	}
	buffer = z_thread_malloc(size);
	if (buffer == NULL) {
		return -ENOMEM;
	}
	k_msgq_init(msgq, buffer, msg_size, max_msgs);
	msgq->flags = K_MSGQ_FLAG_ALLOC;
	return 0;
}

int k_msgq_cleanup(struct k_msgq *msgq)
{
	char *buffer = NULL;
	unsigned int key = z_lock();

	if (!z_waitq_is_empty(&msgq->wait_q)) {
		z_unlock(key);
		return -EBUSY;
	}
	if ((msgq->flags & K_MSGQ_FLAG_ALLOC) != 0U) {
		buffer = msgq->buffer_start;
		msgq->flags = 0U;
		/* Full and empty at once: what comes now fails, and reads no freed memory. */
		msgq->max_msgs = 0U;
		msgq->used_msgs = 0U;
	}
	z_unlock(key);
	k_free(buffer);
	return 0;
}

/* The queue is empty: a waiter gets the message at once, and pollers hear of it. */
static __noinline int put_slow(struct k_msgq *msgq, const void *data, unsigned int key)
{
	struct k_thread *waiter = z_waitq_first(&msgq->wait_q);

	if (waiter != NULL) {
		copy_message(waiter->swap_data, data, msgq->msg_size);
		z_wake(waiter, 0);
	} else {
		z_handle_obj_poll_events(&msgq->poll_events, K_POLL_STATE_MSGQ_DATA_AVAILABLE);
	}
	z_reschedule(key);
	return 0;
}

static __noinline int wait(struct k_msgq *msgq, void *data, k_timeout_t timeout, unsigned int key)
{
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
		return -ENOMSG;
	}
	arch_current()->swap_data = data;
	return z_pend(&msgq->wait_q, timeout, key);
}

int k_msgq_put(struct k_msgq *msgq, const void *data, k_timeout_t timeout)
{
	unsigned int key;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_msgq_put() must not wait in an ISR");
	key = z_lock();
	if (unlikely(msgq->used_msgs == msgq->max_msgs)) {
		return wait(msgq, (void *)(uintptr_t)data, timeout, key);
	}
	if (likely(z_waitq_is_empty(&msgq->wait_q))) {
		enqueue(msgq, data);
		if (likely(sys_dlist_is_empty(&msgq->poll_events))) {
			z_unlock(key);
			return 0;
		}
	}
	return put_slow(msgq, data, key);
}

int k_msgq_put_front(struct k_msgq *msgq, const void *data)
{
	unsigned int key = z_lock();

	if (msgq->used_msgs == msgq->max_msgs) {
		z_unlock(key);
		return -ENOMSG;
	}
	if (z_waitq_is_empty(&msgq->wait_q)) {
		if (msgq->read_ptr == msgq->buffer_start) {
			msgq->read_ptr = msgq->buffer_end;
		}
		msgq->read_ptr -= msgq->msg_size;
		msgq->used_msgs++;
		copy_message(msgq->read_ptr, data, msgq->msg_size);
		if (sys_dlist_is_empty(&msgq->poll_events)) {
			z_unlock(key);
			return 0;
		}
	}
	return put_slow(msgq, data, key);
}

/* A slot has become free: the first writer's message moves in. */
static __noinline int refill(struct k_msgq *msgq, unsigned int key)
{
	struct k_thread *writer = z_waitq_first(&msgq->wait_q);

	enqueue(msgq, writer->swap_data);
	z_wake(writer, 0);
	z_reschedule(key);
	return 0;
}

int k_msgq_get(struct k_msgq *msgq, void *data, k_timeout_t timeout)
{
	unsigned int key;
	const char *slot;
	size_t size;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_msgq_get() must not wait in an ISR");
	key = z_lock();
	if (unlikely(msgq->used_msgs == 0U)) {
		return wait(msgq, data, timeout, key);
	}
	size = msgq->msg_size;
	slot = msgq->read_ptr;
	msgq->read_ptr = next_slot(msgq, msgq->read_ptr, size);
	msgq->used_msgs--;
	copy_message(data, slot, size);
	if (likely(z_waitq_is_empty(&msgq->wait_q))) {
		z_unlock(key);
		return 0;
	}
	return refill(msgq, key);
}

int k_msgq_peek_at(struct k_msgq *msgq, void *data, uint32_t idx)
{
	unsigned int key = z_lock();
	int ret = -ENOMSG;

	if (idx < msgq->used_msgs) {
		size_t ring = (size_t)(msgq->buffer_end - msgq->buffer_start);
		size_t offset = (size_t)(msgq->read_ptr - msgq->buffer_start) +
				idx * msgq->msg_size;

		if (offset >= ring) {
			offset -= ring;
		}
		copy_message(data, msgq->buffer_start + offset, msgq->msg_size);
		ret = 0;
	}
	z_unlock(key);
	return ret;
}

int k_msgq_peek(struct k_msgq *msgq, void *data)
{
	return k_msgq_peek_at(msgq, data, 0U);
}

void k_msgq_purge(struct k_msgq *msgq)
{
	unsigned int key = z_lock();

	(void)z_waitq_wake_all(&msgq->wait_q, -ENOMSG);
	msgq->used_msgs = 0U;
	msgq->read_ptr = msgq->write_ptr;
	z_reschedule(key);
}

void k_msgq_get_attrs(struct k_msgq *msgq, struct k_msgq_attrs *attrs)
{
	unsigned int key = z_lock();

	attrs->msg_size = msgq->msg_size;
	attrs->max_msgs = msgq->max_msgs;
	attrs->used_msgs = msgq->used_msgs;
	z_unlock(key);
}
