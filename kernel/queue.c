/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Queues of linked items; FIFO and LIFO are names for their two ends.
 *
 * An item that is put while a thread waits goes to that thread and never into the queue, so nobody can
 * take it away: the queue is empty while anybody waits.
 *
 * Bounds: constant time, but for waking and waiting; k_queue_append_list() and k_queue_merge_slist(),
 * O(waiters that get an item); k_queue_remove() and k_queue_unique_append(), O(items), under the kernel lock.
 */
#include <zephyr/kernel.h>
#include <zephyr/sys/check.h>

#include "kernel/heap.h"
#include "kernel/sched.h"
#include "kernel/waitq.h"

/* In a link: what it leads to is a struct node. */
#define LINK_IS_NODE ((uintptr_t)1)

/* Stands in the queue for an item whose memory is not to be touched. */
struct node {
	uintptr_t link;
	void *data;
};

static ALWAYS_INLINE uintptr_t *link_target(uintptr_t link)
{
	return (uintptr_t *)(link & ~LINK_IS_NODE);
}

static void *link_data(uintptr_t link)
{
	return (link & LINK_IS_NODE) != 0U ? ((struct node *)(void *)link_target(link))->data
					   : (void *)link;
}

void k_queue_init(struct k_queue *queue)
{
	z_waitq_init(&queue->wait_q);
	queue->head = 0U;
	queue->tail = &queue->head;
	queue->tail_node = NULL;
	sys_dlist_init(&queue->poll_events);
}

/* Something was put into the queue or given to a waiter. Releases the lock. */
static ALWAYS_INLINE void put_done(struct k_queue *queue, unsigned int key)
{
	if (!sys_dlist_is_empty(&queue->poll_events)) {
		z_handle_obj_poll_events(&queue->poll_events, K_POLL_STATE_FIFO_DATA_AVAILABLE);
	}
	z_reschedule(key);
}

static void give(struct k_thread *waiter, void *data)
{
	waiter->swap_data = data;
	z_wake(waiter, 0);
}

/* A waiter gets the item; or the item is in the queue, and pollers are to hear of it. */
static __noinline void put_slow(struct k_queue *queue, void *data, unsigned int key)
{
	struct k_thread *waiter = z_waitq_first(&queue->wait_q);

	if (waiter != NULL) {
		give(waiter, data);
		z_reschedule(key);
	} else {
		put_done(queue, key);
	}
}

static ALWAYS_INLINE void link_last(struct k_queue *queue, uintptr_t *item, uintptr_t flag)
{
	*item = 0U;
	*queue->tail = (uintptr_t)item | flag;
	queue->tail = item;
}

static ALWAYS_INLINE void link_after(struct k_queue *queue, uintptr_t *prev, uintptr_t *item,
				     uintptr_t flag)
{
	uintptr_t next = *prev;

	*item = next;
	*prev = (uintptr_t)item | flag;
	if (next == 0U) {
		queue->tail = item;
	}
}

void k_queue_append(struct k_queue *queue, void *data)
{
	unsigned int key = z_lock();

	if (likely(z_waitq_is_empty(&queue->wait_q))) {
		link_last(queue, data, 0U);
		if (likely(sys_dlist_is_empty(&queue->poll_events))) {
			z_unlock(key);
			return;
		}
	}
	put_slow(queue, data, key);
}

static ALWAYS_INLINE void insert_after(struct k_queue *queue, uintptr_t *prev, void *data)
{
	unsigned int key = z_lock();

	if (likely(z_waitq_is_empty(&queue->wait_q))) {
		link_after(queue, prev, data, 0U);
		if (likely(sys_dlist_is_empty(&queue->poll_events))) {
			z_unlock(key);
			return;
		}
	}
	put_slow(queue, data, key);
}

void k_queue_prepend(struct k_queue *queue, void *data)
{
	insert_after(queue, &queue->head, data);
}

void k_queue_insert(struct k_queue *queue, void *prev, void *data)
{
	insert_after(queue, prev != NULL ? prev : &queue->head, data);
}

static int32_t put_node(struct k_queue *queue, void *data, bool at_end)
{
	struct node *node = z_thread_malloc(sizeof(*node));
	struct k_thread *waiter;
	unsigned int key;

	if (node == NULL) {
		return -ENOMEM;
	}
	node->data = data;
	key = z_lock();
	waiter = z_waitq_first(&queue->wait_q);
	if (waiter != NULL) {
		give(waiter, data);
		z_reschedule(key);
		k_free(node);
		return 0;
	}
	link_after(queue, at_end ? queue->tail : &queue->head, &node->link, LINK_IS_NODE);
	if (queue->tail == &node->link) {
		queue->tail_node = &node->link;
	}
	put_done(queue, key);
	return 0;
}

int32_t k_queue_alloc_append(struct k_queue *queue, void *data)
{
	return put_node(queue, data, true);
}

int32_t k_queue_alloc_prepend(struct k_queue *queue, void *data)
{
	return put_node(queue, data, false);
}

int k_queue_append_list(struct k_queue *queue, void *head, void *tail)
{
	struct k_thread *waiter;
	unsigned int key;

	CHECKIF(head == NULL || tail == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	*(uintptr_t *)tail = 0U;
	while (head != NULL && (waiter = z_waitq_first(&queue->wait_q)) != NULL) {
		void *data = head;

		/* Before the waiter can make use of it. */
		head = *(void **)data;
		give(waiter, data);
	}
	if (head != NULL) {
		*queue->tail = (uintptr_t)head;
		queue->tail = tail;
		put_done(queue, key);
	} else {
		z_reschedule(key);
	}
	return 0;
}

int k_queue_merge_slist(struct k_queue *queue, sys_slist_t *list)
{
	int ret;

	CHECKIF(sys_slist_is_empty(list)) {
		return -EINVAL;
	}
	ret = k_queue_append_list(queue, list->head, list->tail);
	if (ret == 0) {
		sys_slist_init(list);
	}
	return ret;
}

/* Takes an item, or node, out of the queue: what the link `prev` leads to. */
static ALWAYS_INLINE void unlink_after(struct k_queue *queue, uintptr_t *prev,
				       const uintptr_t *item)
{
	uintptr_t next = *item;

	*prev = next;
	if (next == 0U) {
		queue->tail = prev;
	}
}

static __noinline void *get_node(struct k_queue *queue, unsigned int key)
{
	struct node *node = (struct node *)(void *)link_target(queue->head);
	void *data = node->data;

	unlink_after(queue, &queue->head, &node->link);
	if (queue->tail_node == &node->link) {
		/* Its memory may come back as an ordinary item. */
		queue->tail_node = NULL;
	}
	z_unlock(key);
	k_free(node);
	return data;
}

static __noinline void *get_wait(struct k_queue *queue, k_timeout_t timeout, unsigned int key)
{
	return z_pend(&queue->wait_q, timeout, key) == 0 ? arch_current()->swap_data : NULL;
}

void *k_queue_get(struct k_queue *queue, k_timeout_t timeout)
{
	unsigned int key;
	uintptr_t first;

	__ASSERT(!arch_is_in_isr() || K_TIMEOUT_EQ(timeout, K_NO_WAIT),
		 "k_queue_get() must not wait in an ISR");
	key = z_lock();
	first = queue->head;
	if (likely(first != 0U)) {
		if (unlikely((first & LINK_IS_NODE) != 0U)) {
			return get_node(queue, key);
		}
		unlink_after(queue, &queue->head, (const uintptr_t *)first);
		z_unlock(key);
		return (void *)first;
	}
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		z_unlock(key);
		return NULL;
	}
	return get_wait(queue, timeout, key);
}

void k_queue_cancel_wait(struct k_queue *queue)
{
	unsigned int key = z_lock();
	struct k_thread *waiter = z_waitq_first(&queue->wait_q);

	if (waiter != NULL) {
		give(waiter, NULL);
	}
	if (!sys_dlist_is_empty(&queue->poll_events)) {
		z_handle_obj_poll_events(&queue->poll_events, K_POLL_STATE_CANCELLED);
	}
	z_reschedule(key);
}

/* The link that leads to an item or to the node that stands for it, or NULL. */
static uintptr_t *find(struct k_queue *queue, const void *data, bool *prev_is_node)
{
	bool is_node = false;

	for (uintptr_t *link = &queue->head; *link != 0U; link = link_target(*link)) {
		if (link_data(*link) == data) {
			*prev_is_node = is_node;
			return link;
		}
		is_node = (*link & LINK_IS_NODE) != 0U;
	}
	return NULL;
}

bool k_queue_remove(struct k_queue *queue, void *data)
{
	unsigned int key = z_lock();
	bool prev_is_node;
	uintptr_t *link = find(queue, data, &prev_is_node);
	uintptr_t *node = NULL;

	if (link != NULL) {
		node = (*link & LINK_IS_NODE) != 0U ? link_target(*link) : NULL;
		unlink_after(queue, link, link_target(*link));
		if (queue->tail == link) {
			queue->tail_node = prev_is_node ? link : NULL;
		}
	}
	z_unlock(key);
	k_free(node);
	return link != NULL;
}

bool k_queue_unique_append(struct k_queue *queue, void *data)
{
	unsigned int key = z_lock();
	bool prev_is_node;

	if (find(queue, data, &prev_is_node) != NULL) {
		z_unlock(key);
		return false;
	}
	if (z_waitq_is_empty(&queue->wait_q)) {
		link_last(queue, data, 0U);
	}
	put_slow(queue, data, key);
	return true;
}

void *k_queue_peek_head(struct k_queue *queue)
{
	unsigned int key = z_lock();
	void *data = link_data(queue->head);

	z_unlock(key);
	return data;
}

void *k_queue_peek_tail(struct k_queue *queue)
{
	unsigned int key = z_lock();
	void *data = NULL;

	if (queue->head != 0U) {
		bool is_node = queue->tail == queue->tail_node;

		data = link_data((uintptr_t)queue->tail | (is_node ? LINK_IS_NODE : 0U));
	}
	z_unlock(key);
	return data;
}
