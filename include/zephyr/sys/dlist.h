/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Doubly linked list.
 *
 * Every operation but sys_dlist_insert_at() and sys_dlist_len() takes constant time. The list is a
 * ring through its head, so that no operation has a special case. A node that is in no list has
 * NULL links. No locking.
 */
#ifndef ZEPHYR_INCLUDE_SYS_DLIST_H_
#define ZEPHYR_INCLUDE_SYS_DLIST_H_

#include <stdbool.h>
#include <stddef.h>

#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

struct _dnode {
	union {
		struct _dnode *head; /* of a list: first node */
		struct _dnode *next; /* of a node */
	};
	union {
		struct _dnode *tail; /* of a list: last node */
		struct _dnode *prev; /* of a node */
	};
};

typedef struct _dnode sys_dlist_t;
typedef struct _dnode sys_dnode_t;

/** @brief Initial value of an empty list. */
#define SYS_DLIST_STATIC_INIT(ptr_to_list)                                                         \
	{                                                                                          \
		{(ptr_to_list)},                                                                   \
		{(ptr_to_list)},                                                                   \
	}

/** @brief Walk the nodes; the list must not change. */
#define SYS_DLIST_FOR_EACH_NODE(__dl, __dn)                                                        \
	for (__dn = sys_dlist_peek_head(__dl); __dn != NULL; __dn = sys_dlist_peek_next(__dl, __dn))

/** @brief Walk on from a node (from the head if it is NULL). */
#define SYS_DLIST_ITERATE_FROM_NODE(__dl, __dn)                                                    \
	for (__dn = __dn ? sys_dlist_peek_next_no_check(__dl, __dn) : sys_dlist_peek_head(__dl);   \
	     __dn != NULL; __dn = sys_dlist_peek_next(__dl, __dn))

/** @brief Walk the nodes; the body may remove @p __dn. */
#define SYS_DLIST_FOR_EACH_NODE_SAFE(__dl, __dn, __dns)                                            \
	for ((__dn) = sys_dlist_peek_head(__dl), (__dns) = sys_dlist_peek_next((__dl), (__dn));    \
	     (__dn) != NULL; (__dn) = (__dns), (__dns) = sys_dlist_peek_next(__dl, __dn))

#define SYS_DLIST_CONTAINER(__dn, __cn, __n)                                                       \
	(((__dn) != NULL) ? CONTAINER_OF(__dn, __typeof__(*(__cn)), __n) : NULL)
#define SYS_DLIST_PEEK_HEAD_CONTAINER(__dl, __cn, __n)                                             \
	SYS_DLIST_CONTAINER(sys_dlist_peek_head(__dl), __cn, __n)
#define SYS_DLIST_PEEK_NEXT_CONTAINER(__dl, __cn, __n)                                             \
	(((__cn) != NULL)                                                                          \
		 ? SYS_DLIST_CONTAINER(sys_dlist_peek_next((__dl), &((__cn)->__n)), __cn, __n)     \
		 : NULL)

/** @brief Walk the structs that contain the nodes. */
#define SYS_DLIST_FOR_EACH_CONTAINER(__dl, __cn, __n)                                              \
	for ((__cn) = SYS_DLIST_PEEK_HEAD_CONTAINER(__dl, __cn, __n); (__cn) != NULL;              \
	     (__cn) = SYS_DLIST_PEEK_NEXT_CONTAINER(__dl, __cn, __n))

/** @brief Walk the structs that contain the nodes; the body may remove @p __cn. */
#define SYS_DLIST_FOR_EACH_CONTAINER_SAFE(__dl, __cn, __cns, __n)                                  \
	for ((__cn) = SYS_DLIST_PEEK_HEAD_CONTAINER(__dl, __cn, __n),                              \
	    (__cns) = SYS_DLIST_PEEK_NEXT_CONTAINER(__dl, __cn, __n);                              \
	     (__cn) != NULL;                                                                       \
	     (__cn) = (__cns), (__cns) = SYS_DLIST_PEEK_NEXT_CONTAINER(__dl, __cn, __n))

/** @brief Make a list empty. */
static inline void sys_dlist_init(sys_dlist_t *list)
{
	list->head = list;
	list->tail = list;
}

/** @brief Mark a node as being in no list. */
static inline void sys_dnode_init(sys_dnode_t *node)
{
	node->next = NULL;
	node->prev = NULL;
}

/** @brief True if the node is in a list. */
static inline bool sys_dnode_is_linked(const sys_dnode_t *node)
{
	return node->next != NULL;
}

/** @brief True if the list has no node. */
static inline bool sys_dlist_is_empty(const sys_dlist_t *list)
{
	return list->head == list;
}

/** @brief True if the node is the first. */
static inline bool sys_dlist_is_head(const sys_dlist_t *list, const sys_dnode_t *node)
{
	return list->head == node;
}

/** @brief True if the node is the last. */
static inline bool sys_dlist_is_tail(const sys_dlist_t *list, const sys_dnode_t *node)
{
	return list->tail == node;
}

/** @brief True if there are two nodes or more. */
static inline bool sys_dlist_has_multiple_nodes(const sys_dlist_t *list)
{
	return list->head != list->tail;
}

/** @brief First node, NULL if there is none. */
static inline sys_dnode_t *sys_dlist_peek_head(const sys_dlist_t *list)
{
	return sys_dlist_is_empty(list) ? NULL : list->head;
}

/** @brief First node of a list that is not empty. */
static inline sys_dnode_t *sys_dlist_peek_head_not_empty(const sys_dlist_t *list)
{
	return list->head;
}

/** @brief Node after @p node (not NULL), NULL at the end. */
static inline sys_dnode_t *sys_dlist_peek_next_no_check(const sys_dlist_t *list,
							const sys_dnode_t *node)
{
	return node == list->tail ? NULL : node->next;
}

/** @brief Node after @p node, NULL at the end or for NULL. */
static inline sys_dnode_t *sys_dlist_peek_next(const sys_dlist_t *list, const sys_dnode_t *node)
{
	return node != NULL ? sys_dlist_peek_next_no_check(list, node) : NULL;
}

/** @brief Node before @p node (not NULL), NULL at the front. */
static inline sys_dnode_t *sys_dlist_peek_prev_no_check(const sys_dlist_t *list,
							const sys_dnode_t *node)
{
	return node == list->head ? NULL : node->prev;
}

/** @brief Node before @p node, NULL at the front or for NULL. */
static inline sys_dnode_t *sys_dlist_peek_prev(const sys_dlist_t *list, const sys_dnode_t *node)
{
	return node != NULL ? sys_dlist_peek_prev_no_check(list, node) : NULL;
}

/** @brief Last node, NULL if there is none. */
static inline sys_dnode_t *sys_dlist_peek_tail(const sys_dlist_t *list)
{
	return sys_dlist_is_empty(list) ? NULL : list->tail;
}

/** @brief Put @p node before @p successor. */
static inline void sys_dlist_insert(sys_dnode_t *successor, sys_dnode_t *node)
{
	sys_dnode_t *const prev = successor->prev;

	node->prev = prev;
	node->next = successor;
	prev->next = node;
	successor->prev = node;
}

/** @brief Put a node at the end. */
static inline void sys_dlist_append(sys_dlist_t *list, sys_dnode_t *node)
{
	sys_dlist_insert(list, node);
}

/** @brief Put a node at the front. */
static inline void sys_dlist_prepend(sys_dlist_t *list, sys_dnode_t *node)
{
	sys_dlist_insert(list->head, node);
}

/** @brief Put a node before the first one for which @p cond says non-zero, else at the end. */
static inline void sys_dlist_insert_at(sys_dlist_t *list, sys_dnode_t *node,
				       int (*cond)(sys_dnode_t *node, void *data), void *data)
{
	sys_dnode_t *pos = list->head;

	while (pos != list && cond(pos, data) == 0) {
		pos = pos->next;
	}
	sys_dlist_insert(pos, node);
}

/** @brief Take a node out of its list and leave its links as they are. */
static inline void sys_dlist_dequeue(sys_dnode_t *node)
{
	sys_dnode_t *const prev = node->prev;
	sys_dnode_t *const next = node->next;

	prev->next = next;
	next->prev = prev;
}

/** @brief Take a node out of its list. */
static inline void sys_dlist_remove(sys_dnode_t *node)
{
	sys_dlist_dequeue(node);
	sys_dnode_init(node);
}

/** @brief Take the first node. @return NULL if there is none */
static inline sys_dnode_t *sys_dlist_get(sys_dlist_t *list)
{
	sys_dnode_t *node = NULL;

	if (!sys_dlist_is_empty(list)) {
		node = list->head;
		sys_dlist_remove(node);
	}
	return node;
}

/** @brief Number of nodes; O(n). */
static inline size_t sys_dlist_len(const sys_dlist_t *list)
{
	size_t len = 0;

	for (const sys_dnode_t *node = list->head; node != list; node = node->next) {
		len++;
	}
	return len;
}

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_DLIST_H_ */
