/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Intrusive red-black tree with parent links and the leftmost node at hand.
 *
 * Insert and erase are O(log n) in the worst case, first is O(1), next is O(1) on average. Equal
 * nodes stay in the order of their insertion. The walk down is inline, with the caller's comparison
 * in it; the rebalancing is out of line and is left out where the tree is nearly empty. No locking,
 * no allocation.
 */
#ifndef ZVM_LIB_RBTREE_H_
#define ZVM_LIB_RBTREE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Node, a member of the caller's struct. */
struct rbtree_node {
	uintptr_t parent_color; /* address of the parent; bit 0: RBTREE_BLACK */
	struct rbtree_node *child[2];
};

/** @brief Tree. All zero is an empty one. */
struct rbtree {
	struct rbtree_node *root;
	struct rbtree_node *first;
};

#define RBTREE_BLACK ((uintptr_t)1)

/** @brief Parent of a node, NULL for the root. */
static inline struct rbtree_node *rbtree_parent(const struct rbtree_node *node)
{
	return (struct rbtree_node *)(node->parent_color & ~RBTREE_BLACK);
}

/** @brief First node in order, NULL if the tree is empty. */
static inline struct rbtree_node *rbtree_first(const struct rbtree *tree)
{
	return tree->first;
}

/** @brief True if the tree has no node. */
static inline bool rbtree_is_empty(const struct rbtree *tree)
{
	return tree->root == NULL;
}

/** @brief Node after @p node in order, NULL at the end. */
struct rbtree_node *rbtree_next(const struct rbtree_node *node);

/** @brief Node before @p node in order, NULL at the front. */
struct rbtree_node *rbtree_prev(const struct rbtree_node *node);

/** @brief Restore the colours above a red node that was just linked in below a red parent. */
void rbtree_insert_fixup(struct rbtree *tree, struct rbtree_node *node);

/** @brief rbtree_erase() of a tree with more than one node. */
void rbtree_erase_slow(struct rbtree *tree, struct rbtree_node *node);

/**
 * @brief Put a node in, after all nodes that are not greater.
 * @param tree tree
 * @param node node that is in no tree
 * @param less true if its first argument comes before its second; inlined where it is known
 * @return true if the node is now the first
 */
static inline __attribute__((__always_inline__)) bool rbtree_insert(
	struct rbtree *tree, struct rbtree_node *node,
	bool (*less)(const struct rbtree_node *a, const struct rbtree_node *b))
{
	struct rbtree_node *parent = tree->root;
	struct rbtree_node *next;
	bool first = true;
	bool left;

	node->child[0] = NULL;
	node->child[1] = NULL;
	if (parent == NULL) {
		node->parent_color = RBTREE_BLACK;
		tree->root = node;
		tree->first = node;
		return true;
	}
	for (;;) {
		left = less(node, parent);
		first = first && left;
		next = parent->child[left ? 0 : 1];
		if (next == NULL) {
			break;
		}
		parent = next;
	}
	parent->child[left ? 0 : 1] = node;
	node->parent_color = (uintptr_t)parent;
	if (first) {
		tree->first = node;
	}
	if ((parent->parent_color & RBTREE_BLACK) == 0) {
		rbtree_insert_fixup(tree, node);
	}
	return first;
}

/**
 * @brief Take a node out.
 * @param tree tree that holds it
 * @param node node; its links are not touched afterwards and mean nothing
 */
static inline void rbtree_erase(struct rbtree *tree, struct rbtree_node *node)
{
	if (tree->root == node && node->child[0] == NULL && node->child[1] == NULL) {
		tree->root = NULL;
		tree->first = NULL;
		return;
	}
	rbtree_erase_slow(tree, node);
}

#endif /* ZVM_LIB_RBTREE_H_ */
