/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Pipes.
 *
 * A thread that waits leaves on its stack what it wants to move. The other side moves it, straight between
 * the two threads' memory where the buffer is not in between, and wakes the thread once it has what it
 * asked for. Readers wait only while the buffer is empty, writers only while it is full, so bytes keep
 * their order.
 *
 * Bounds: the bytes that a call moves, and a constant for each thread they come from or go to, under the
 * kernel lock: pipes are for short messages.
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/check.h>

#include "kernel/heap.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

/* One side of a transfer. */
struct side {
	unsigned char *data;
	size_t left;
	/* It may go when no more than this is left. */
	size_t enough;
};

void k_pipe_init(struct k_pipe *pipe, unsigned char *buffer, size_t size)
{
	*pipe = (struct k_pipe){.buffer = buffer, .size = size};
	z_waitq_init(&pipe->wait_q.readers);
	z_waitq_init(&pipe->wait_q.writers);
}

int k_pipe_alloc_init(struct k_pipe *pipe, size_t size)
{
	unsigned char *buffer = NULL;

	if (size != 0U) {
		buffer = z_thread_malloc(size);
		if (buffer == NULL) {
			return -ENOMEM;
		}
	}
	k_pipe_init(pipe, buffer, size);
	pipe->flags = K_PIPE_FLAG_ALLOC;
	return 0;
}

int k_pipe_cleanup(struct k_pipe *pipe)
{
	unsigned char *buffer = NULL;
	unsigned int key = z_lock();

	if (!z_waitq_is_empty(&pipe->wait_q.readers) || !z_waitq_is_empty(&pipe->wait_q.writers)) {
		z_unlock(key);
		return -EAGAIN;
	}
	if ((pipe->flags & K_PIPE_FLAG_ALLOC) != 0U) {
		buffer = pipe->buffer;
		k_pipe_init(pipe, NULL, 0U);
	}
	z_unlock(key);
	k_free(buffer);
	return 0;
}

/* Moves as much as both sides have left. */
static void move(struct side *to, struct side *from)
{
	size_t n = MIN(to->left, from->left);

	memcpy(to->data, from->data, n);
	to->data += n;
	to->left -= n;
	from->data += n;
	from->left -= n;
}

static void advance(const struct k_pipe *pipe, size_t *index, size_t n)
{
	*index += n;
	if (*index == pipe->size) {
		*index = 0U;
	}
}

/* Up to the end of the ring, and once more from its beginning. */
static void fill_buffer(struct k_pipe *pipe, struct side *from)
{
	while (from->left != 0U && pipe->bytes_used < pipe->size) {
		size_t n = MIN(pipe->size - pipe->write_index, pipe->size - pipe->bytes_used);

		n = MIN(n, from->left);
		move(&(struct side){.data = pipe->buffer + pipe->write_index, .left = n}, from);
		advance(pipe, &pipe->write_index, n);
		pipe->bytes_used += n;
	}
}

static void drain_buffer(struct k_pipe *pipe, struct side *to)
{
	while (to->left != 0U && pipe->bytes_used != 0U) {
		size_t n = MIN(pipe->size - pipe->read_index, pipe->bytes_used);

		n = MIN(n, to->left);
		move(to, &(struct side){.data = pipe->buffer + pipe->read_index, .left = n});
		advance(pipe, &pipe->read_index, n);
		pipe->bytes_used -= n;
	}
}

static struct side *waiting_side(struct k_thread *t)
{
	return t->swap_data;
}

static void wake_if_enough(struct k_thread *t)
{
	if (waiting_side(t)->left <= waiting_side(t)->enough) {
		z_wake(t, 0);
	}
}

/* Writes what can be written now: to readers that wait, then into the buffer. */
static void write_now(struct k_pipe *pipe, struct side *from)
{
	struct k_thread *reader;
	struct k_thread *next;

	Z_WAITQ_FOREACH_SAFE(&pipe->wait_q.readers, reader, next) {
		if (from->left == 0U) {
			return;
		}
		move(waiting_side(reader), from);
		wake_if_enough(reader);
	}
	fill_buffer(pipe, from);
}

/* Writers that wait fill the room that has come. */
static void refill(struct k_pipe *pipe)
{
	struct k_thread *writer;
	struct k_thread *next;

	Z_WAITQ_FOREACH_SAFE(&pipe->wait_q.writers, writer, next) {
		if (pipe->bytes_used == pipe->size) {
			return;
		}
		fill_buffer(pipe, waiting_side(writer));
		wake_if_enough(writer);
	}
}

/* Reads what can be read now: from the buffer, then from writers that wait. */
static void read_now(struct k_pipe *pipe, struct side *to)
{
	struct k_thread *writer;
	struct k_thread *next;

	drain_buffer(pipe, to);
	Z_WAITQ_FOREACH_SAFE(&pipe->wait_q.writers, writer, next) {
		if (to->left == 0U) {
			break;
		}
		move(to, waiting_side(writer));
		wake_if_enough(writer);
	}
	refill(pipe);
}

/* What the threads in a wait queue have left to move. */
static size_t waiting_bytes(_wait_q_t *wq)
{
	size_t n = 0U;
	struct k_thread *t;
	struct k_thread *next;

	Z_WAITQ_FOREACH_SAFE(wq, t, next) {
		n += waiting_side(t)->left;
	}
	return n;
}

/* Waits for the other side to do the rest. Releases the lock. */
static void wait_for_rest(_wait_q_t *wq, struct side *rest, k_timeout_t timeout, unsigned int key)
{
	if (rest->left <= rest->enough || K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_reschedule(key);
		return;
	}
	arch_current()->swap_data = rest;
	(void)z_pend(wq, timeout, key);
}

static int xfer_result(size_t moved, size_t min_xfer, k_timeout_t timeout)
{
	if (moved >= min_xfer) {
		return 0;
	}
	return K_TIMEOUT_EQ(timeout, K_NO_WAIT) ? -EIO : -EAGAIN;
}

int k_pipe_put(struct k_pipe *pipe, const void *data, size_t bytes_to_write, size_t *bytes_written,
	       size_t min_xfer, k_timeout_t timeout)
{
	struct side from = {
		.data = (unsigned char *)(uintptr_t)data,
		.left = bytes_to_write,
		.enough = min_xfer == 0U ? 0U : bytes_to_write - min_xfer,
	};
	unsigned int key;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_pipe_put() must not wait in an ISR");
	CHECKIF(min_xfer > bytes_to_write || bytes_written == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT) &&
	    pipe->size - pipe->bytes_used + waiting_bytes(&pipe->wait_q.readers) < min_xfer) {
		z_unlock(key);
	} else {
		write_now(pipe, &from);
		wait_for_rest(&pipe->wait_q.writers, &from, timeout, key);
	}
	*bytes_written = bytes_to_write - from.left;
	return xfer_result(*bytes_written, min_xfer, timeout);
}

int k_pipe_get(struct k_pipe *pipe, void *data, size_t bytes_to_read, size_t *bytes_read,
	       size_t min_xfer, k_timeout_t timeout)
{
	struct side to = {
		.data = data,
		.left = bytes_to_read,
		.enough = min_xfer == 0U ? 0U : bytes_to_read - min_xfer,
	};
	unsigned int key;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_pipe_get() must not wait in an ISR");
	CHECKIF(min_xfer > bytes_to_read || bytes_read == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT) &&
	    pipe->bytes_used + waiting_bytes(&pipe->wait_q.writers) < min_xfer) {
		z_unlock(key);
	} else {
		read_now(pipe, &to);
		wait_for_rest(&pipe->wait_q.readers, &to, timeout, key);
	}
	*bytes_read = bytes_to_read - to.left;
	return xfer_result(*bytes_read, min_xfer, timeout);
}

size_t k_pipe_read_avail(struct k_pipe *pipe)
{
	return *(volatile size_t *)&pipe->bytes_used;
}

size_t k_pipe_write_avail(struct k_pipe *pipe)
{
	return pipe->size - k_pipe_read_avail(pipe);
}

static void drop_buffer(struct k_pipe *pipe)
{
	pipe->bytes_used = 0U;
	pipe->read_index = 0U;
	pipe->write_index = 0U;
}

void k_pipe_flush(struct k_pipe *pipe)
{
	unsigned int key = z_lock();
	struct k_thread *writer;

	drop_buffer(pipe);
	while ((writer = z_waitq_first(&pipe->wait_q.writers)) != NULL) {
		waiting_side(writer)->left = 0U;
		z_wake(writer, 0);
	}
	z_reschedule(key);
}

void k_pipe_buffer_flush(struct k_pipe *pipe)
{
	unsigned int key = z_lock();

	drop_buffer(pipe);
	refill(pipe);
	z_reschedule(key);
}
