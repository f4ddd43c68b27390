/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Message queues: a ring of messages of one size, which are copied in and out.
 */
#ifndef ZEPHYR_KERNEL_MSGQ_H_
#define ZEPHYR_KERNEL_MSGQ_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

#define K_MSGQ_FLAG_ALLOC BIT(0) /* the buffer came from the heap */

/** A bounded queue of messages. */
struct k_msgq {
	/** Readers while the queue is empty, writers while it is full: never both. */
	_wait_q_t wait_q;
	size_t msg_size;
	uint32_t max_msgs;
	uint32_t used_msgs;
	char *buffer_start;
	char *buffer_end;
	char *read_ptr;
	char *write_ptr;
	sys_dlist_t poll_events;
	uint8_t flags;
};

/** What k_msgq_get_attrs() tells. */
struct k_msgq_attrs {
	size_t msg_size;
	uint32_t max_msgs;
	uint32_t used_msgs;
};

#define Z_MSGQ_INITIALIZER(obj, q_buffer, q_msg_size, q_max_msgs)                                  \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.msg_size = (q_msg_size),                                                          \
		.max_msgs = (q_max_msgs),                                                          \
		.buffer_start = (q_buffer),                                                        \
		.buffer_end = (q_buffer) + (size_t)(q_max_msgs) * (q_msg_size),                    \
		.read_ptr = (q_buffer),                                                            \
		.write_ptr = (q_buffer),                                                           \
		.poll_events = SYS_DLIST_STATIC_INIT(&(obj).poll_events),                          \
	}

/**
 * Defines an empty message queue.
 *
 * @param q_msg_size size of a message, a multiple of @p q_align if messages are to be so aligned
 * @param q_max_msgs how many it can hold
 * @param q_align alignment of the ring, a power of two
 */
#define K_MSGQ_DEFINE(q_name, q_msg_size, q_max_msgs, q_align)                                     \
	static char __noinit __aligned(q_align) _k_fifo_buf_##q_name[(q_max_msgs) * (q_msg_size)]; \
	STRUCT_SECTION_ITERABLE(k_msgq, q_name) = Z_MSGQ_INITIALIZER(q_name, _k_fifo_buf_##q_name, \
								     (q_msg_size), (q_max_msgs))

/**
 * @brief Initialises an empty message queue. ISR ok.
 * @param msgq the queue
 * @param buffer the ring, @p msg_size * @p max_msgs bytes
 * @param msg_size size of a message in bytes
 * @param max_msgs how many it can hold
 */
void k_msgq_init(struct k_msgq *msgq, char *buffer, size_t msg_size, uint32_t max_msgs);

/**
 * @brief Initialises an empty message queue with a ring from the caller's resource pool.
 * @retval 0 done
 * @retval -ENOMEM no memory
 * @retval -EINVAL the size of the ring overflows. Not from an ISR.
 */
int k_msgq_alloc_init(struct k_msgq *msgq, size_t msg_size, uint32_t max_msgs);

/**
 * @brief Gives the ring of k_msgq_alloc_init() back.
 * @retval 0 done
 * @retval -EBUSY a thread waits for the queue. Not from an ISR.
 */
int k_msgq_cleanup(struct k_msgq *msgq);

/**
 * @brief Copies a message into a queue. May block.
 * @param msgq the queue
 * @param data the message
 * @param timeout how long to wait for room at most; in an ISR it must be K_NO_WAIT
 * @retval 0 done
 * @retval -ENOMSG the queue is full and @p timeout is K_NO_WAIT, or it was purged meanwhile
 * @retval -EAGAIN no room within @p timeout. ISR ok with K_NO_WAIT.
 */
int k_msgq_put(struct k_msgq *msgq, const void *data, k_timeout_t timeout);

/**
 * @brief Copies a message into a queue as the one to be taken next. Never blocks.
 * @retval 0 done
 * @retval -ENOMSG the queue is full. ISR ok.
 */
int k_msgq_put_front(struct k_msgq *msgq, const void *data);

/**
 * @brief Takes the oldest message. May block.
 * @param msgq the queue
 * @param data where it is copied to
 * @param timeout how long to wait for one at most; in an ISR it must be K_NO_WAIT
 * @retval 0 done
 * @retval -ENOMSG the queue is empty and @p timeout is K_NO_WAIT, or it was purged meanwhile
 * @retval -EAGAIN no message within @p timeout. ISR ok with K_NO_WAIT.
 */
int k_msgq_get(struct k_msgq *msgq, void *data, k_timeout_t timeout);

/** @brief Copies the oldest message, which stays. @retval 0 / -ENOMSG the queue is empty. ISR ok. */
int k_msgq_peek(struct k_msgq *msgq, void *data);

/**
 * @brief Copies a message, which stays.
 * @param msgq the queue
 * @param data where it is copied to
 * @param idx which: 0 is the oldest
 * @retval 0 done
 * @retval -ENOMSG there are not that many. ISR ok.
 */
int k_msgq_peek_at(struct k_msgq *msgq, void *data, uint32_t idx);

/**
 * @brief Drops all messages and ends every wait with -ENOMSG.
 *
 * Takes time in proportion to the number of waiters. ISR ok.
 */
void k_msgq_purge(struct k_msgq *msgq);

/** @brief Sizes and fill of a queue. ISR ok. */
void k_msgq_get_attrs(struct k_msgq *msgq, struct k_msgq_attrs *attrs);

/** @return how many messages are queued, at this moment. ISR ok. */
static inline uint32_t k_msgq_num_used_get(struct k_msgq *msgq)
{
	return *(volatile uint32_t *)&msgq->used_msgs;
}

/** @return how many more messages fit, at this moment. ISR ok. */
static inline uint32_t k_msgq_num_free_get(struct k_msgq *msgq)
{
	return msgq->max_msgs - k_msgq_num_used_get(msgq);
}

#endif /* ZEPHYR_KERNEL_MSGQ_H_ */
