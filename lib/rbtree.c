/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Rebalancing of the red-black tree; see rbtree.h.
 *
 * The rules: the root is black; a red node has a black parent; every path from a node down to a
 * missing child passes the same number of black nodes. Left and right are child[0] and child[1], so
 * each case is written once.
 */
#include <zephyr/toolchain.h>

#include "lib/rbtree.h"

static inline bool is_black(const struct rbtree_node *node)
{
	return node == NULL || (node->parent_color & RBTREE_BLACK) != 0;
}

static inline void set_black(struct rbtree_node *node)
{
	node->parent_color |= RBTREE_BLACK;
}

static inline void set_red(struct rbtree_node *node)
{
	node->parent_color &= ~RBTREE_BLACK;
}

static inline void set_parent(struct rbtree_node *node, struct rbtree_node *parent)
{
	node->parent_color = (uintptr_t)parent | (node->parent_color & RBTREE_BLACK);
}

static inline int side_of(const struct rbtree_node *parent, const struct rbtree_node *node)
{
	return parent->child[1] == node ? 1 : 0;
}

/* Hang `node` (may be NULL) where `old` hangs below `parent`. */
static inline void replace_child(struct rbtree *tree, struct rbtree_node *parent,
				 struct rbtree_node *old, struct rbtree_node *node)
{
	if (parent == NULL) {
		tree->root = node;
	} else {
		parent->child[side_of(parent, old)] = node;
	}
}

/*
 * Lift the child on the other side of `dir` above `node`, which sinks to `dir`. Colours stay with
 * the nodes.
 */
static void rotate(struct rbtree *tree, struct rbtree_node *node, int dir)
{
	struct rbtree_node *up = node->child[1 - dir];
	struct rbtree_node *inner = up->child[dir];
	struct rbtree_node *parent = rbtree_parent(node);

	replace_child(tree, parent, node, up);
	set_parent(up, parent);
	up->child[dir] = node;
	set_parent(node, up);
	node->child[1 - dir] = inner;
	if (inner != NULL) {
		set_parent(inner, node);
	}
}

void rbtree_insert_fixup(struct rbtree *tree, struct rbtree_node *node)
{
	struct rbtree_node *parent = rbtree_parent(node);

	while (parent != NULL && !is_black(parent)) {
		/* A red parent is not the root, so there is a grandparent. */
		struct rbtree_node *grand = rbtree_parent(parent);
		int dir = side_of(grand, parent);
		struct rbtree_node *uncle = grand->child[1 - dir];

		if (!is_black(uncle)) {
			set_black(parent);
			set_black(uncle);
			set_red(grand);
			node = grand;
			parent = rbtree_parent(node);
			continue;
		}
		if (side_of(parent, node) != dir) {
			rotate(tree, parent, dir);
			parent = node;
		}
		set_black(parent);
		set_red(grand);
		rotate(tree, grand, 1 - dir);
		break;
	}
	set_black(tree->root);
}

/* The paths through `node` (may be NULL, a child of `parent`) lack one black node. */
static void erase_fixup(struct rbtree *tree, struct rbtree_node *parent, struct rbtree_node *node)
{
	while (parent != NULL && is_black(node)) {
		/* The other side is at least as deep, so the sibling exists. */
		int dir = side_of(parent, node);
		struct rbtree_node *sibling = parent->child[1 - dir];

		if (sibling == NULL) {
			CODE_UNREACHABLE;
		}
		if (!is_black(sibling)) {
			set_black(sibling);
			set_red(parent);
			rotate(tree, parent, dir);
			sibling = parent->child[1 - dir];
		}
		if (is_black(sibling->child[0]) && is_black(sibling->child[1])) {
			set_red(sibling);
			node = parent;
			parent = rbtree_parent(node);
			continue;
		}
		if (is_black(sibling->child[1 - dir])) {
			set_black(sibling->child[dir]);
			set_red(sibling);
			rotate(tree, sibling, 1 - dir);
			sibling = parent->child[1 - dir];
		}
		sibling->parent_color = (uintptr_t)rbtree_parent(sibling) |
					(parent->parent_color & RBTREE_BLACK);
		set_black(parent);
		set_black(sibling->child[1 - dir]);
		rotate(tree, parent, dir);
		return;
	}
	if (node != NULL) {
		set_black(node);
	}
}

void rbtree_erase_slow(struct rbtree *tree, struct rbtree_node *node)
{
	struct rbtree_node *child;
	struct rbtree_node *parent;
	bool black;

	if (tree->first == node) {
		tree->first = rbtree_next(node);
	}
	if (node->child[0] == NULL || node->child[1] == NULL) {
		child = node->child[node->child[0] == NULL ? 1 : 0];
		parent = rbtree_parent(node);
		black = is_black(node);
		replace_child(tree, parent, node, child);
	} else {
		/*
		 * The successor takes the node's place and colour; what is missing, is missing
		 * where it came from.
		 */
		struct rbtree_node *succ = rbtree_next(node);

		child = succ->child[1];
		parent = rbtree_parent(succ);
		black = is_black(succ);
		if (parent == node) {
			parent = succ;
		} else {
			parent->child[0] = child;
			succ->child[1] = node->child[1];
			set_parent(succ->child[1], succ);
		}
		succ->child[0] = node->child[0];
		set_parent(succ->child[0], succ);
		succ->parent_color = node->parent_color;
		replace_child(tree, rbtree_parent(node), node, succ);
	}
	if (child != NULL) {
		set_parent(child, parent);
	}
	if (black) {
		erase_fixup(tree, parent, child);
	}
}

static struct rbtree_node *step(const struct rbtree_node *node, int dir)
{
	struct rbtree_node *at = node->child[dir];

	if (at != NULL) {
		while (at->child[1 - dir] != NULL) {
			at = at->child[1 - dir];
		}
		return at;
	}
	for (at = rbtree_parent(node); at != NULL && at->child[dir] == node;
	     at = rbtree_parent(at)) {
		node = at;
	}
	return at;
}

struct rbtree_node *rbtree_next(const struct rbtree_node *node)
{
	return step(node, 1);
}

struct rbtree_node *rbtree_prev(const struct rbtree_node *node)
{
	return step(node, 0);
}
