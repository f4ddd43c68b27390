/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Singly linked list whose nodes carry two flag bits beside the link.
 *
 * Bounds are those of <zephyr/sys/slist.h>. No locking.
 */
#ifndef ZEPHYR_INCLUDE_SYS_SFLIST_H_
#define ZEPHYR_INCLUDE_SYS_SFLIST_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/__assert.h>
#include <zephyr/sys/util.h>
#include <zephyr/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Nodes are at least 4-byte aligned, so that the low bits of a link are free. */
#define SYS_SFLIST_FLAGS_MASK 0x3UL

struct _sfnode {
	unative_t next_and_flags;
};
typedef struct _sfnode sys_sfnode_t;

struct _sflist {
	sys_sfnode_t *head;
	sys_sfnode_t *tail;
};
typedef struct _sflist sys_sflist_t;

/** @brief Initial value of an empty list. */
#define SYS_SFLIST_STATIC_INIT(ptr_to_list) {NULL, NULL}

/** @brief Walk the nodes; the list must not change. */
#define SYS_SFLIST_FOR_EACH_NODE(__sl, __sn)                                                       \
	for (__sn = sys_sflist_peek_head(__sl); __sn != NULL; __sn = sys_sflist_peek_next(__sn))

/** @brief Walk on from a node (from the head if it is NULL). */
#define SYS_SFLIST_ITERATE_FROM_NODE(__sl, __sn)                                                   \
	for (__sn = __sn ? sys_sflist_peek_next_no_check(__sn) : sys_sflist_peek_head(__sl);       \
	     __sn != NULL; __sn = sys_sflist_peek_next(__sn))

/** @brief Walk the nodes; the body may remove @p __sn. */
#define SYS_SFLIST_FOR_EACH_NODE_SAFE(__sl, __sn, __sns)                                           \
	for (__sn = sys_sflist_peek_head(__sl), __sns = sys_sflist_peek_next(__sn); __sn != NULL;  \
	     __sn = __sns, __sns = sys_sflist_peek_next(__sn))

#define SYS_SFLIST_CONTAINER(__ln, __cn, __n)                                                      \
	((__ln) ? CONTAINER_OF((__ln), __typeof__(*(__cn)), __n) : NULL)
#define SYS_SFLIST_PEEK_HEAD_CONTAINER(__sl, __cn, __n)                                            \
	SYS_SFLIST_CONTAINER(sys_sflist_peek_head(__sl), __cn, __n)
#define SYS_SFLIST_PEEK_TAIL_CONTAINER(__sl, __cn, __n)                                            \
	SYS_SFLIST_CONTAINER(sys_sflist_peek_tail(__sl), __cn, __n)
#define SYS_SFLIST_PEEK_NEXT_CONTAINER(__cn, __n)                                                  \
	((__cn) ? SYS_SFLIST_CONTAINER(sys_sflist_peek_next(&((__cn)->__n)), __cn, __n) : NULL)

/** @brief Walk the structs that contain the nodes. */
#define SYS_SFLIST_FOR_EACH_CONTAINER(__sl, __cn, __n)                                             \
	for (__cn = SYS_SFLIST_PEEK_HEAD_CONTAINER(__sl, __cn, __n); __cn != NULL;                 \
	     __cn = SYS_SFLIST_PEEK_NEXT_CONTAINER(__cn, __n))

/** @brief Walk the structs that contain the nodes; the body may remove @p __cn. */
#define SYS_SFLIST_FOR_EACH_CONTAINER_SAFE(__sl, __cn, __cns, __n)                                 \
	for (__cn = SYS_SFLIST_PEEK_HEAD_CONTAINER(__sl, __cn, __n),                               \
	    __cns = SYS_SFLIST_PEEK_NEXT_CONTAINER(__cn, __n);                                     \
	     __cn != NULL; __cn = __cns, __cns = SYS_SFLIST_PEEK_NEXT_CONTAINER(__cn, __n))

/** @brief Make a list empty. */
static inline void sys_sflist_init(sys_sflist_t *list)
{
	list->head = NULL;
	list->tail = NULL;
}

/** @brief The link of a node without its flags. */
static inline sys_sfnode_t *z_sfnode_next_peek(const sys_sfnode_t *node)
{
	return (sys_sfnode_t *)(node->next_and_flags & ~SYS_SFLIST_FLAGS_MASK);
}

/** @brief Change the link of a node and keep its flags. */
static inline void z_sfnode_next_set(sys_sfnode_t *parent, sys_sfnode_t *child)
{
	parent->next_and_flags = (parent->next_and_flags & SYS_SFLIST_FLAGS_MASK) |
				 (unative_t)child;
}

/** @brief Flags of a node. */
static inline uint8_t sys_sfnode_flags_get(const sys_sfnode_t *node)
{
	return (uint8_t)(node->next_and_flags & SYS_SFLIST_FLAGS_MASK);
}

/** @brief Give a node that is in no list its flags. */
static inline void sys_sfnode_init(sys_sfnode_t *node, uint8_t flags)
{
	__ASSERT((flags & ~SYS_SFLIST_FLAGS_MASK) == 0UL, "flags too large");
	node->next_and_flags = flags;
}

/** @brief Change the flags of a node. */
static inline void sys_sfnode_flags_set(sys_sfnode_t *node, uint8_t flags)
{
	__ASSERT((flags & ~SYS_SFLIST_FLAGS_MASK) == 0UL, "flags too large");
	node->next_and_flags = (unative_t)z_sfnode_next_peek(node) | flags;
}

/** @brief First node, NULL if there is none. */
static inline sys_sfnode_t *sys_sflist_peek_head(const sys_sflist_t *list)
{
	return list->head;
}

/** @brief Last node, NULL if there is none. */
static inline sys_sfnode_t *sys_sflist_peek_tail(const sys_sflist_t *list)
{
	return list->tail;
}

/** @brief True if the list has no node. */
static inline bool sys_sflist_is_empty(const sys_sflist_t *list)
{
	return list->head == NULL;
}

/** @brief Node after @p node (not NULL), NULL at the end. */
static inline sys_sfnode_t *sys_sflist_peek_next_no_check(const sys_sfnode_t *node)
{
	return z_sfnode_next_peek(node);
}

/** @brief Node after @p node, NULL at the end or for NULL. */
static inline sys_sfnode_t *sys_sflist_peek_next(const sys_sfnode_t *node)
{
	return node != NULL ? z_sfnode_next_peek(node) : NULL;
}

/** @brief Put a node at the front. */
static inline void sys_sflist_prepend(sys_sflist_t *list, sys_sfnode_t *node)
{
	z_sfnode_next_set(node, list->head);
	list->head = node;
	if (list->tail == NULL) {
		list->tail = node;
	}
}

/** @brief Put a node at the end. */
static inline void sys_sflist_append(sys_sflist_t *list, sys_sfnode_t *node)
{
	z_sfnode_next_set(node, NULL);
	if (list->tail == NULL) {
		list->head = node;
	} else {
		z_sfnode_next_set(list->tail, node);
	}
	list->tail = node;
}

/** @brief Put a chain of linked nodes, given by its first and last, at the end. */
static inline void sys_sflist_append_list(sys_sflist_t *list, void *head, void *tail)
{
	if (head == NULL || tail == NULL) {
		return;
	}
	if (list->tail == NULL) {
		list->head = (sys_sfnode_t *)head;
	} else {
		z_sfnode_next_set(list->tail, (sys_sfnode_t *)head);
	}
	list->tail = (sys_sfnode_t *)tail;
}

/** @brief Move all nodes of @p list_to_append to the end of @p list. */
static inline void sys_sflist_merge_sflist(sys_sflist_t *list, sys_sflist_t *list_to_append)
{
	sys_sflist_append_list(list, list_to_append->head, list_to_append->tail);
	sys_sflist_init(list_to_append);
}

/** @brief Put a node after @p prev, at the front if that is NULL. */
static inline void sys_sflist_insert(sys_sflist_t *list, sys_sfnode_t *prev, sys_sfnode_t *node)
{
	if (prev == NULL) {
		sys_sflist_prepend(list, node);
	} else if (z_sfnode_next_peek(prev) == NULL) {
		sys_sflist_append(list, node);
	} else {
		z_sfnode_next_set(node, z_sfnode_next_peek(prev));
		z_sfnode_next_set(prev, node);
	}
}

/** @brief Take the first node of a list that is not empty. */
static inline sys_sfnode_t *sys_sflist_get_not_empty(sys_sflist_t *list)
{
	sys_sfnode_t *node = list->head;

	list->head = z_sfnode_next_peek(node);
	if (list->tail == node) {
		list->tail = NULL;
	}
	return node;
}

/** @brief Take the first node. @return NULL if there is none */
static inline sys_sfnode_t *sys_sflist_get(sys_sflist_t *list)
{
	return sys_sflist_is_empty(list) ? NULL : sys_sflist_get_not_empty(list);
}

/** @brief Take a node whose predecessor is known (NULL for the first). */
static inline void sys_sflist_remove(sys_sflist_t *list, sys_sfnode_t *prev_node,
				     sys_sfnode_t *node)
{
	if (prev_node == NULL) {
		list->head = z_sfnode_next_peek(node);
		if (list->tail == node) {
			list->tail = list->head;
		}
	} else {
		z_sfnode_next_set(prev_node, z_sfnode_next_peek(node));
		if (list->tail == node) {
			list->tail = prev_node;
		}
	}
	z_sfnode_next_set(node, NULL);
}

/** @brief Search a node, O(n). @param prev NULL, or where its predecessor is stored */
static inline bool sys_sflist_find(const sys_sflist_t *list, const sys_sfnode_t *node,
				   sys_sfnode_t **prev)
{
	sys_sfnode_t *before = NULL;
	sys_sfnode_t *test = list->head;

	while (test != NULL && test != node) {
		before = test;
		test = z_sfnode_next_peek(test);
	}
	if (prev != NULL) {
		*prev = before;
	}
	return test != NULL;
}

/** @brief Search a node and take it out, O(n). @retval false it is not in the list */
static inline bool sys_sflist_find_and_remove(sys_sflist_t *list, sys_sfnode_t *node)
{
	sys_sfnode_t *prev;

	if (!sys_sflist_find(list, node, &prev)) {
		return false;
	}
	sys_sflist_remove(list, prev, node);
	return true;
}

/** @brief Number of nodes; O(n). */
static inline size_t sys_sflist_len(const sys_sflist_t *list)
{
	size_t len = 0;

	for (const sys_sfnode_t *node = list->head; node != NULL; node = z_sfnode_next_peek(node)) {
		len++;
	}
	return len;
}

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_SFLIST_H_ */
