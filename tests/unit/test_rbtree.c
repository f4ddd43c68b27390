/* SPDX-License-Identifier: Apache-2.0 */
/* The red-black tree against a sorted array; its rules are checked after every step. */
#include <zephyr/sys/util.h>

#include "lib/rbtree.h"
#include "unit.h"

#define COUNT 200

struct item {
	struct rbtree_node node;
	unsigned int key;
	unsigned int serial;
};

static struct item items[COUNT];
static struct item *model[COUNT];
static size_t model_len;
static struct rbtree tree;

static bool less(const struct rbtree_node *a, const struct rbtree_node *b)
{
	return CONTAINER_OF(a, struct item, node)->key < CONTAINER_OF(b, struct item, node)->key;
}

static bool is_red(const struct rbtree_node *node)
{
	return node != NULL && (node->parent_color & RBTREE_BLACK) == 0;
}

/* Black nodes on each path below `node`; the depth of the deepest goes to `depth`. */
static int check_subtree(const struct rbtree_node *node, const struct rbtree_node *parent,
			 int *depth)
{
	int left;
	int right;
	int left_depth;
	int right_depth;

	if (node == NULL) {
		*depth = 0;
		return 0;
	}
	assert_ptr_equal(rbtree_parent(node), parent);
	if (is_red(node)) {
		assert_non_null(parent);
		assert_false(is_red(parent));
	}
	left = check_subtree(node->child[0], node, &left_depth);
	right = check_subtree(node->child[1], node, &right_depth);
	assert_int_equal(left, right);
	*depth = 1 + MAX(left_depth, right_depth);
	return left + (is_red(node) ? 0 : 1);
}

static void check(void)
{
	const struct rbtree_node *node = rbtree_first(&tree);
	const struct rbtree_node *prev = NULL;
	int depth;
	int black = check_subtree(tree.root, NULL, &depth);

	assert_true(depth <= 2 * black);
	assert_int_equal(rbtree_is_empty(&tree), model_len == 0);
	for (size_t i = 0; i < model_len; i++) {
		assert_ptr_equal(node, &model[i]->node);
		assert_ptr_equal(rbtree_prev(node), prev);
		prev = node;
		node = rbtree_next(node);
	}
	assert_null(node);
}

static void insert(struct item *item, unsigned int key)
{
	size_t at = 0;

	item->key = key;
	while (at < model_len && model[at]->key <= key) {
		at++;
	}
	memmove(&model[at + 1], &model[at], (model_len - at) * sizeof(model[0]));
	model[at] = item;
	model_len++;
	assert_int_equal(rbtree_insert(&tree, &item->node, less), at == 0);
}

static struct item *erase(size_t at)
{
	struct item *item = model[at];

	rbtree_erase(&tree, &item->node);
	model_len--;
	memmove(&model[at], &model[at + 1], (model_len - at) * sizeof(model[0]));
	memset(&item->node, 0xa5, sizeof(item->node));
	return item;
}

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(&tree, 0, sizeof(tree));
	model_len = 0;
	return 0;
}

static void test_ascending_and_descending(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT; i++) {
		insert(&items[i], i);
		check();
	}
	while (model_len != 0) {
		(void)erase(0);
		check();
	}
	for (unsigned int i = 0; i < COUNT; i++) {
		insert(&items[i], COUNT - i);
		check();
	}
	while (model_len != 0) {
		(void)erase(model_len - 1);
		check();
	}
}

static void test_equal_keys_keep_their_order(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < COUNT - 1; i++) {
		insert(&items[i], 7);
	}
	check();
	insert(&items[COUNT - 1], 6);
	check();
}

/* Few keys, many equal; the number of nodes swings between none and all. */
static void test_random(void **state)
{
	struct item *unused[COUNT];
	size_t n = 0;
	bool growing = true;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		unused[n++] = &items[i];
	}
	for (int step = 0; step < 30000; step++) {
		if (n == 0) {
			growing = false;
		} else if (model_len == 0) {
			growing = true;
		}
		if (n != 0 && (model_len == 0 || unit_below(8) < (growing ? 5U : 3U))) {
			insert(unused[--n], (unsigned int)unit_below(50));
		} else {
			unused[n++] = erase((size_t)unit_below(model_len));
		}
		check();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ascending_and_descending, reset),
		cmocka_unit_test_setup(test_equal_keys_keep_their_order, reset),
		cmocka_unit_test_setup(test_random, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
