/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Singly linked list with a tail pointer.
 *
 * Append, prepend, get and insert take constant time; removing a node whose predecessor is not
 * known is O(n). No locking.
 */
#ifndef ZEPHYR_INCLUDE_SYS_SLIST_H_
#define ZEPHYR_INCLUDE_SYS_SLIST_H_

#include <stdbool.h>
#include <stddef.h>

#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _snode {
	struct _snode *next;
};
typedef struct _snode sys_snode_t;

struct _slist {
	sys_snode_t *head;
	sys_snode_t *tail;
};
typedef struct _slist sys_slist_t;

/** @brief Initial value of an empty list. */
#define SYS_SLIST_STATIC_INIT(ptr_to_list) {NULL, NULL}

/** @brief Walk the nodes; the list must not change. */
#define SYS_SLIST_FOR_EACH_NODE(__sl, __sn)                                                        \
	for (__sn = sys_slist_peek_head(__sl); __sn != NULL; __sn = sys_slist_peek_next(__sn))

/** @brief Walk on from a node (from the head if it is NULL). */
#define SYS_SLIST_ITERATE_FROM_NODE(__sl, __sn)                                                    \
	for (__sn = __sn ? sys_slist_peek_next_no_check(__sn) : sys_slist_peek_head(__sl);         \
	     __sn != NULL; __sn = sys_slist_peek_next(__sn))

/** @brief Walk the nodes; the body may remove @p __sn. */
#define SYS_SLIST_FOR_EACH_NODE_SAFE(__sl, __sn, __sns)                                            \
	for (__sn = sys_slist_peek_head(__sl), __sns = sys_slist_peek_next(__sn); __sn != NULL;    \
	     __sn = __sns, __sns = sys_slist_peek_next(__sn))

#define SYS_SLIST_CONTAINER(__ln, __cn, __n)                                                       \
	((__ln) ? CONTAINER_OF((__ln), __typeof__(*(__cn)), __n) : NULL)
#define SYS_SLIST_PEEK_HEAD_CONTAINER(__sl, __cn, __n)                                             \
	SYS_SLIST_CONTAINER(sys_slist_peek_head(__sl), __cn, __n)
#define SYS_SLIST_PEEK_TAIL_CONTAINER(__sl, __cn, __n)                                             \
	SYS_SLIST_CONTAINER(sys_slist_peek_tail(__sl), __cn, __n)
#define SYS_SLIST_PEEK_NEXT_CONTAINER(__cn, __n)                                                   \
	((__cn) ? SYS_SLIST_CONTAINER(sys_slist_peek_next(&((__cn)->__n)), __cn, __n) : NULL)

/** @brief Walk the structs that contain the nodes. */
#define SYS_SLIST_FOR_EACH_CONTAINER(__sl, __cn, __n)                                              \
	for (__cn = SYS_SLIST_PEEK_HEAD_CONTAINER(__sl, __cn, __n); __cn != NULL;                  \
	     __cn = SYS_SLIST_PEEK_NEXT_CONTAINER(__cn, __n))

/** @brief Walk the structs that contain the nodes; the body may remove @p __cn. */
#define SYS_SLIST_FOR_EACH_CONTAINER_SAFE(__sl, __cn, __cns, __n)                                  \
	for (__cn = SYS_SLIST_PEEK_HEAD_CONTAINER(__sl, __cn, __n),                                \
	    __cns = SYS_SLIST_PEEK_NEXT_CONTAINER(__cn, __n);                                      \
	     __cn != NULL; __cn = __cns, __cns = SYS_SLIST_PEEK_NEXT_CONTAINER(__cn, __n))

/** @brief Make a list empty. */
static inline void sys_slist_init(sys_slist_t *list)
{
	list->head = NULL;
	list->tail = NULL;
}

/** @brief First node, NULL if there is none. */
static inline sys_snode_t *sys_slist_peek_head(const sys_slist_t *list)
{
	return list->head;
}

/** @brief Last node, NULL if there is none. */
static inline sys_snode_t *sys_slist_peek_tail(const sys_slist_t *list)
{
	return list->tail;
}

/** @brief True if the list has no node. */
static inline bool sys_slist_is_empty(const sys_slist_t *list)
{
	return list->head == NULL;
}

/** @brief Node after @p node (not NULL), NULL at the end. */
static inline sys_snode_t *sys_slist_peek_next_no_check(const sys_snode_t *node)
{
	return node->next;
}

/** @brief Node after @p node, NULL at the end or for NULL. */
static inline sys_snode_t *sys_slist_peek_next(const sys_snode_t *node)
{
	return node != NULL ? node->next : NULL;
}

/** @brief Put a node at the front. */
static inline void sys_slist_prepend(sys_slist_t *list, sys_snode_t *node)
{
	node->next = list->head;
	list->head = node;
	if (list->tail == NULL) {
		list->tail = node;
	}
}

/** @brief Put a node at the end. */
static inline void sys_slist_append(sys_slist_t *list, sys_snode_t *node)
{
	node->next = NULL;
	if (list->tail == NULL) {
		list->head = node;
	} else {
		list->tail->next = node;
	}
	list->tail = node;
}

/** @brief Put a chain of linked nodes, given by its first and last, at the end. */
static inline void sys_slist_append_list(sys_slist_t *list, void *head, void *tail)
{
	if (head == NULL || tail == NULL) {
		return;
	}
	if (list->tail == NULL) {
		list->head = (sys_snode_t *)head;
	} else {
		list->tail->next = (sys_snode_t *)head;
	}
	list->tail = (sys_snode_t *)tail;
}

/** @brief Move all nodes of @p list_to_append to the end of @p list. */
static inline void sys_slist_merge_slist(sys_slist_t *list, sys_slist_t *list_to_append)
{
	sys_slist_append_list(list, list_to_append->head, list_to_append->tail);
	sys_slist_init(list_to_append);
}

/** @brief Put a node after @p prev, at the front if that is NULL. */
static inline void sys_slist_insert(sys_slist_t *list, sys_snode_t *prev, sys_snode_t *node)
{
	if (prev == NULL) {
		sys_slist_prepend(list, node);
	} else if (prev->next == NULL) {
		sys_slist_append(list, node);
	} else {
		node->next = prev->next;
		prev->next = node;
	}
}

/** @brief Take the first node of a list that is not empty. */
static inline sys_snode_t *sys_slist_get_not_empty(sys_slist_t *list)
{
	sys_snode_t *node = list->head;

	list->head = node->next;
	if (list->tail == node) {
		list->tail = NULL;
	}
	return node;
}

/** @brief Take the first node. @return NULL if there is none */
static inline sys_snode_t *sys_slist_get(sys_slist_t *list)
{
	return sys_slist_is_empty(list) ? NULL : sys_slist_get_not_empty(list);
}

/** @brief Take a node whose predecessor is known (NULL for the first). */
static inline void sys_slist_remove(sys_slist_t *list, sys_snode_t *prev_node, sys_snode_t *node)
{
	if (prev_node == NULL) {
		list->head = node->next;
		if (list->tail == node) {
			list->tail = list->head;
		}
	} else {
		prev_node->next = node->next;
		if (list->tail == node) {
			list->tail = prev_node;
		}
	}
	node->next = NULL;
}

/** @brief Search a node, O(n). @param prev NULL, or where its predecessor is stored */
static inline bool sys_slist_find(const sys_slist_t *list, const sys_snode_t *node,
				  sys_snode_t **prev)
{
	sys_snode_t *before = NULL;
	sys_snode_t *test = list->head;

	while (test != NULL && test != node) {
		before = test;
		test = test->next;
	}
	if (prev != NULL) {
		*prev = before;
	}
	return test != NULL;
}

/** @brief Search a node and take it out, O(n). @retval false it is not in the list */
static inline bool sys_slist_find_and_remove(sys_slist_t *list, sys_snode_t *node)
{
	sys_snode_t *prev;

	if (!sys_slist_find(list, node, &prev)) {
		return false;
	}
	sys_slist_remove(list, prev, node);
	return true;
}

/** @brief Number of nodes; O(n). */
static inline size_t sys_slist_len(const sys_slist_t *list)
{
	size_t len = 0;

	for (const sys_snode_t *node = list->head; node != NULL; node = node->next) {
		len++;
	}
	return len;
}

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_SLIST_H_ */
