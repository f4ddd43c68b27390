/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Pipes: streams of bytes, with or without a buffer in between.
 */
#ifndef ZEPHYR_KERNEL_PIPE_H_
#define ZEPHYR_KERNEL_PIPE_H_

#include <stddef.h>

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

#define K_PIPE_FLAG_ALLOC BIT(0) /* the buffer came from the heap */

/** A stream of bytes. */
struct k_pipe {
	unsigned char *buffer;
	size_t size;
	size_t bytes_used;
	size_t read_index;
	size_t write_index;
	struct {
		/** Threads wait here while the pipe is empty. */
		_wait_q_t readers;
		/** Threads wait here while it is full. */
		_wait_q_t writers;
	} wait_q;
	uint8_t flags;
};

#define Z_PIPE_INITIALIZER(obj, pipe_buffer, pipe_buffer_size)                                     \
	{                                                                                          \
		.buffer = (pipe_buffer),                                                           \
		.size = (pipe_buffer_size),                                                        \
		.wait_q =                                                                          \
			{                                                                          \
				.readers = Z_WAIT_Q_INIT(&(obj).wait_q.readers),                   \
				.writers = Z_WAIT_Q_INIT(&(obj).wait_q.writers),                   \
			},                                                                         \
	}

/** Defines a pipe. @param pipe_align alignment of its buffer, a power of two */
#define K_PIPE_DEFINE(name, pipe_buffer_size, pipe_align)                                          \
	static unsigned char __noinit __aligned(pipe_align) _k_pipe_buf_##name[pipe_buffer_size];  \
	STRUCT_SECTION_ITERABLE(k_pipe, name) = Z_PIPE_INITIALIZER(name, _k_pipe_buf_##name,       \
								   pipe_buffer_size)

/**
 * @brief Initialises an empty pipe. ISR ok.
 * @param pipe the pipe
 * @param buffer memory for bytes in transit, or NULL
 * @param size of it; 0: a byte goes from writer to reader when both are there
 */
void k_pipe_init(struct k_pipe *pipe, unsigned char *buffer, size_t size);

/** @brief The same with a buffer from the caller's pool. @retval 0 / -ENOMEM. Not from an ISR. */
int k_pipe_alloc_init(struct k_pipe *pipe, size_t size);

/** @brief Gives the buffer of k_pipe_alloc_init() back. @retval 0 / -EAGAIN a thread waits */
int k_pipe_cleanup(struct k_pipe *pipe);

/**
 * @brief Writes bytes into a pipe. May block.
 * @param pipe the pipe
 * @param data the bytes
 * @param bytes_to_write how many
 * @param bytes_written where it is told how many were written
 * @param min_xfer how many at least; 0: as many as possible within @p timeout
 * @param timeout how long to wait for them to be taken; in an ISR it must be K_NO_WAIT
 * @retval 0 at least @p min_xfer were written
 * @retval -EINVAL @p min_xfer is above @p bytes_to_write, or @p bytes_written is NULL
 * @retval -EIO @p timeout is K_NO_WAIT, there is no room for @p min_xfer, and nothing was written
 * @retval -EAGAIN fewer than @p min_xfer were written within @p timeout. ISR ok with K_NO_WAIT.
 */
int k_pipe_put(struct k_pipe *pipe, const void *data, size_t bytes_to_write, size_t *bytes_written,
	       size_t min_xfer, k_timeout_t timeout);

/**
 * @brief Reads bytes from a pipe. May block.
 * @param pipe the pipe
 * @param data where they go
 * @param bytes_to_read how many at most
 * @param bytes_read where it is told how many were read
 * @param min_xfer how many at least; 0: as many as possible within @p timeout
 * @param timeout how long to wait for them; in an ISR it must be K_NO_WAIT
 * @retval 0 at least @p min_xfer were read
 * @retval -EINVAL @p min_xfer is above @p bytes_to_read, or @p bytes_read is NULL
 * @retval -EIO @p timeout is K_NO_WAIT, @p min_xfer are not there, and nothing was read
 * @retval -EAGAIN fewer than @p min_xfer were read within @p timeout. ISR ok with K_NO_WAIT.
 */
int k_pipe_get(struct k_pipe *pipe, void *data, size_t bytes_to_read, size_t *bytes_read,
	       size_t min_xfer, k_timeout_t timeout);

/** @return how many bytes the buffer holds, at this moment. ISR ok. */
size_t k_pipe_read_avail(struct k_pipe *pipe);
/** @return how many more bytes the buffer can hold, at this moment. ISR ok. */
size_t k_pipe_write_avail(struct k_pipe *pipe);

/** @brief Drops the bytes in the buffer and those that writers wait to write. ISR ok. */
void k_pipe_flush(struct k_pipe *pipe);
/** @brief Drops the bytes in the buffer; writers that wait fill it again. ISR ok. */
void k_pipe_buffer_flush(struct k_pipe *pipe);

#endif /* ZEPHYR_KERNEL_PIPE_H_ */
