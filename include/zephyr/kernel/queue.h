/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Queues of the application's own items, unbounded as they are linked through the items themselves; and
 * the two views of them that are used most: FIFO and LIFO.
 */
#ifndef ZEPHYR_KERNEL_QUEUE_H_
#define ZEPHYR_KERNEL_QUEUE_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/slist.h>

/**
 * A queue. The first word of each item is the kernel's while the item is in it.
 *
 * A link is the address of the next item; its lowest bit says that what follows is not the item but a
 * node of the kernel's that holds its address (k_queue_alloc_append()).
 */
struct k_queue {
	_wait_q_t wait_q;
	/** Link to the first item, 0 if the queue is empty. */
	uintptr_t head;
	/** Where the link to the next item to be appended goes: the last item, or `head`. */
	uintptr_t *tail;
	/** The last item, if that is a node of the kernel's. */
	uintptr_t *tail_node;
	sys_dlist_t poll_events;
};

#define Z_QUEUE_INITIALIZER(obj)                                                                   \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.tail = &(obj).head,                                                               \
		.poll_events = SYS_DLIST_STATIC_INIT(&(obj).poll_events),                          \
	}

/** Defines an empty queue. */
#define K_QUEUE_DEFINE(name) STRUCT_SECTION_ITERABLE(k_queue, name) = Z_QUEUE_INITIALIZER(name)

/** @brief Initialises an empty queue. ISR ok. */
void k_queue_init(struct k_queue *queue);

/** @brief Ends the wait of the first waiter, which gets NULL, or that of k_poll(). ISR ok. */
void k_queue_cancel_wait(struct k_queue *queue);

/** @brief Puts an item at the end. Its first word is the kernel's while it is queued. ISR ok. */
void k_queue_append(struct k_queue *queue, void *data);

/**
 * @brief Puts an item at the end whose first word stays untouched; takes a node from the caller's pool.
 * @retval 0 done
 * @retval -ENOMEM no memory for the node. ISR ok.
 */
int32_t k_queue_alloc_append(struct k_queue *queue, void *data);

/** @brief Puts an item at the front. ISR ok. */
void k_queue_prepend(struct k_queue *queue, void *data);

/** @brief As k_queue_alloc_append(), at the front. @retval 0 / -ENOMEM. ISR ok. */
int32_t k_queue_alloc_prepend(struct k_queue *queue, void *data);

/** @brief Puts an item behind @p prev, which is in the queue; NULL: at the front. ISR ok. */
void k_queue_insert(struct k_queue *queue, void *prev, void *data);

/**
 * @brief Puts a chain of items at the end, in one step: waiters get the first ones, in order. ISR ok.
 * @param queue the queue
 * @param head first item; the first word of each item points to the next one
 * @param tail last item; its first word is NULL
 * @retval 0 done
 * @retval -EINVAL @p head or @p tail is NULL
 */
int k_queue_append_list(struct k_queue *queue, void *head, void *tail);

/**
 * @brief Moves all items of a list to the end of a queue, in one step. The list is empty then. ISR ok.
 * @retval 0 done
 * @retval -EINVAL the list is empty
 */
int k_queue_merge_slist(struct k_queue *queue, sys_slist_t *list);

/**
 * @brief Takes the first item. May block.
 * @param queue the queue
 * @param timeout how long to wait for one at most; in an ISR it must be K_NO_WAIT
 * @return the item, or NULL: none within @p timeout, or k_queue_cancel_wait(). ISR ok with K_NO_WAIT.
 */
void *k_queue_get(struct k_queue *queue, k_timeout_t timeout);

/** @brief Takes a given item out, O(items). @return false if it is not in the queue. ISR ok. */
bool k_queue_remove(struct k_queue *queue, void *data);

/** @brief Appends an item unless it is there, O(items). @return true if it was appended. ISR ok. */
bool k_queue_unique_append(struct k_queue *queue, void *data);

/** @brief Whether the queue is empty, at this moment. @return 1 or 0. ISR ok. */
static inline int k_queue_is_empty(struct k_queue *queue)
{
	return *(volatile uintptr_t *)&queue->head == 0U;
}

/** @brief The first item, which stays queued. @return it, or NULL. ISR ok. */
void *k_queue_peek_head(struct k_queue *queue);
/** @brief The last item, which stays queued. @return it, or NULL. ISR ok. */
void *k_queue_peek_tail(struct k_queue *queue);

/** First in, first out. */
struct k_fifo {
	struct k_queue _queue;
};

#define Z_FIFO_INITIALIZER(obj)                                                                    \
	{                                                                                          \
		._queue = Z_QUEUE_INITIALIZER((obj)._queue),                                       \
	}

/** Defines an empty FIFO. */
#define K_FIFO_DEFINE(name) STRUCT_SECTION_ITERABLE(k_fifo, name) = Z_FIFO_INITIALIZER(name)

/* As the functions of the queue under it. */
#define k_fifo_init(fifo)                 k_queue_init(&(fifo)->_queue)
#define k_fifo_cancel_wait(fifo)          k_queue_cancel_wait(&(fifo)->_queue)
#define k_fifo_put(fifo, data)            k_queue_append(&(fifo)->_queue, data)
#define k_fifo_alloc_put(fifo, data)      k_queue_alloc_append(&(fifo)->_queue, data)
#define k_fifo_put_list(fifo, head, tail) k_queue_append_list(&(fifo)->_queue, head, tail)
#define k_fifo_put_slist(fifo, list)      k_queue_merge_slist(&(fifo)->_queue, list)
#define k_fifo_get(fifo, timeout)         k_queue_get(&(fifo)->_queue, timeout)
#define k_fifo_is_empty(fifo)             k_queue_is_empty(&(fifo)->_queue)
#define k_fifo_peek_head(fifo)            k_queue_peek_head(&(fifo)->_queue)
#define k_fifo_peek_tail(fifo)            k_queue_peek_tail(&(fifo)->_queue)

/** Last in, first out. */
struct k_lifo {
	struct k_queue _queue;
};

#define Z_LIFO_INITIALIZER(obj)                                                                    \
	{                                                                                          \
		._queue = Z_QUEUE_INITIALIZER((obj)._queue),                                       \
	}

/** Defines an empty LIFO. */
#define K_LIFO_DEFINE(name) STRUCT_SECTION_ITERABLE(k_lifo, name) = Z_LIFO_INITIALIZER(name)

/* As the functions of the queue under it. */
#define k_lifo_init(lifo)            k_queue_init(&(lifo)->_queue)
#define k_lifo_put(lifo, data)       k_queue_prepend(&(lifo)->_queue, data)
#define k_lifo_alloc_put(lifo, data) k_queue_alloc_prepend(&(lifo)->_queue, data)
#define k_lifo_get(lifo, timeout)    k_queue_get(&(lifo)->_queue, timeout)

#endif /* ZEPHYR_KERNEL_QUEUE_H_ */
