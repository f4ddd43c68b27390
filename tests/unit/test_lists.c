/* SPDX-License-Identifier: Apache-2.0 */
/* dlist, slist and sflist against an array that is handled the obvious way. */
#include <zephyr/sys/dlist.h>
#include <zephyr/sys/sflist.h>
#include <zephyr/sys/slist.h>

#include "unit.h"

#define NODES 24
#define STEPS 20000

struct item {
	sys_dnode_t d;
	sys_snode_t s;
	sys_sfnode_t f;
	unsigned int number;
};

static struct item items[NODES];
static unsigned int model[NODES];
static size_t model_len;

static void model_insert(size_t at, unsigned int number)
{
	memmove(&model[at + 1], &model[at], (model_len - at) * sizeof(model[0]));
	model[at] = number;
	model_len++;
}

static void model_remove(size_t at)
{
	model_len--;
	memmove(&model[at], &model[at + 1], (model_len - at) * sizeof(model[0]));
}

/* A number that is not in the model. */
static unsigned int outside(void)
{
	for (;;) {
		unsigned int n = (unsigned int)unit_below(NODES);
		bool in = false;

		for (size_t i = 0; i < model_len; i++) {
			in = in || model[i] == n;
		}
		if (!in) {
			return n;
		}
	}
}

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(items, 0, sizeof(items));
	model_len = 0;
	for (unsigned int i = 0; i < NODES; i++) {
		items[i].number = i;
	}
	return 0;
}

static void check_dlist(const sys_dlist_t *list)
{
	struct item *item;
	sys_dnode_t *prev = NULL;
	size_t i = 0;

	SYS_DLIST_FOR_EACH_CONTAINER(list, item, d) {
		assert_true(i < model_len);
		assert_int_equal(item->number, model[i]);
		assert_ptr_equal(sys_dlist_peek_prev(list, &item->d), prev);
		assert_true(sys_dnode_is_linked(&item->d));
		prev = &item->d;
		i++;
	}
	assert_int_equal(i, model_len);
	assert_int_equal(sys_dlist_len(list), model_len);
	assert_ptr_equal(sys_dlist_peek_tail(list), prev);
	assert_int_equal(sys_dlist_is_empty(list), model_len == 0);
	if (model_len != 0) {
		assert_int_equal(sys_dlist_has_multiple_nodes(list), model_len > 1);
		assert_true(sys_dlist_is_head(list, &items[model[0]].d));
		assert_true(sys_dlist_is_tail(list, &items[model[model_len - 1]].d));
	}
}

static int is_number(sys_dnode_t *node, void *data)
{
	return CONTAINER_OF(node, struct item, d)->number == *(unsigned int *)data;
}

static void dlist_put(sys_dlist_t *list, unsigned int n, unsigned int how)
{
	size_t at = model_len != 0 ? (size_t)unit_below(model_len) : 0;

	if (how == 0 || model_len == 0) {
		sys_dlist_append(list, &items[n].d);
		model_insert(model_len, n);
	} else if (how == 1) {
		sys_dlist_prepend(list, &items[n].d);
		model_insert(0, n);
	} else if (how == 2) {
		sys_dlist_insert(&items[model[at]].d, &items[n].d);
		model_insert(at, n);
	} else {
		sys_dlist_insert_at(list, &items[n].d, is_number, &model[at]);
		model_insert(at, n);
	}
}

static void test_dlist(void **state)
{
	sys_dlist_t list = SYS_DLIST_STATIC_INIT(&list);

	(void)state;
	for (int step = 0; step < STEPS; step++) {
		unsigned int op = (unsigned int)unit_below(6);

		if (op < 4 && model_len < NODES) {
			dlist_put(&list, outside(), op);
		} else if (op == 4 && model_len != 0) {
			size_t at = (size_t)unit_below(model_len);

			sys_dlist_remove(&items[model[at]].d);
			assert_false(sys_dnode_is_linked(&items[model[at]].d));
			model_remove(at);
		} else {
			sys_dnode_t *node = sys_dlist_get(&list);

			assert_ptr_equal(node, model_len != 0 ? &items[model[0]].d : NULL);
			if (node != NULL) {
				model_remove(0);
			}
		}
		check_dlist(&list);
	}
}

static void test_dlist_remove_while_walking(void **state)
{
	sys_dlist_t list;
	struct item *item;
	struct item *next;

	(void)state;
	sys_dlist_init(&list);
	for (unsigned int i = 0; i < NODES; i++) {
		sys_dlist_append(&list, &items[i].d);
		if (i % 3 != 0) {
			model_insert(model_len, i);
		}
	}
	SYS_DLIST_FOR_EACH_CONTAINER_SAFE(&list, item, next, d) {
		if (item->number % 3 == 0) {
			sys_dlist_remove(&item->d);
		}
	}
	check_dlist(&list);
}

static void check_slist(const sys_slist_t *list)
{
	struct item *item;
	size_t i = 0;

	SYS_SLIST_FOR_EACH_CONTAINER(list, item, s) {
		assert_true(i < model_len);
		assert_int_equal(item->number, model[i++]);
	}
	assert_int_equal(i, model_len);
	assert_int_equal(sys_slist_len(list), model_len);
	assert_int_equal(sys_slist_is_empty(list), model_len == 0);
	assert_ptr_equal(sys_slist_peek_tail(list),
			 model_len != 0 ? &items[model[model_len - 1]].s : NULL);
}

static void test_slist(void **state)
{
	sys_slist_t list = SYS_SLIST_STATIC_INIT(&list);

	(void)state;
	for (int step = 0; step < STEPS; step++) {
		unsigned int op = (unsigned int)unit_below(5);
		size_t at = model_len != 0 ? (size_t)unit_below(model_len) : 0;
		unsigned int n = model_len < NODES ? outside() : 0;

		if (op == 0 && model_len < NODES) {
			sys_slist_append(&list, &items[n].s);
			model_insert(model_len, n);
		} else if (op == 1 && model_len < NODES) {
			sys_slist_prepend(&list, &items[n].s);
			model_insert(0, n);
		} else if (op == 2 && model_len < NODES && model_len != 0) {
			sys_slist_insert(&list, &items[model[at]].s, &items[n].s);
			model_insert(at + 1, n);
		} else if (op == 3) {
			sys_snode_t *node = sys_slist_get(&list);

			assert_ptr_equal(node, model_len != 0 ? &items[model[0]].s : NULL);
			if (node != NULL) {
				model_remove(0);
			}
		} else if (model_len != 0) {
			assert_true(sys_slist_find_and_remove(&list, &items[model[at]].s));
			model_remove(at);
		} else {
			assert_false(sys_slist_find_and_remove(&list, &items[n].s));
		}
		check_slist(&list);
	}
}

static void test_slist_merge(void **state)
{
	sys_slist_t a = SYS_SLIST_STATIC_INIT(&a);
	sys_slist_t b = SYS_SLIST_STATIC_INIT(&b);

	(void)state;
	sys_slist_merge_slist(&a, &b);
	assert_true(sys_slist_is_empty(&a));
	for (unsigned int i = 0; i < 6; i++) {
		sys_slist_append(i < 2 ? &a : &b, &items[i].s);
		model_insert(i, i);
	}
	sys_slist_merge_slist(&a, &b);
	check_slist(&a);
	assert_true(sys_slist_is_empty(&b));
	sys_slist_merge_slist(&b, &a);
	check_slist(&b);
}

/* The flags of each node follow its number and must survive whatever happens to the links. */
static void check_sflist(sys_sflist_t *list)
{
	struct item *item;
	size_t i = 0;

	SYS_SFLIST_FOR_EACH_CONTAINER(list, item, f) {
		assert_true(i < model_len);
		assert_int_equal(item->number, model[i++]);
		assert_int_equal(sys_sfnode_flags_get(&item->f), item->number & 3U);
	}
	assert_int_equal(i, model_len);
	assert_int_equal(sys_sflist_len(list), model_len);
	assert_ptr_equal(sys_sflist_peek_tail(list),
			 model_len != 0 ? &items[model[model_len - 1]].f : NULL);
}

static void test_sflist(void **state)
{
	sys_sflist_t list;

	(void)state;
	sys_sflist_init(&list);
	for (int step = 0; step < STEPS; step++) {
		unsigned int op = (unsigned int)unit_below(5);
		size_t at = model_len != 0 ? (size_t)unit_below(model_len) : 0;
		unsigned int n = model_len < NODES ? outside() : 0;

		if (op < 3 && model_len < NODES) {
			sys_sfnode_init(&items[n].f, (uint8_t)(n & 3U));
		}
		if (op == 0 && model_len < NODES) {
			sys_sflist_append(&list, &items[n].f);
			model_insert(model_len, n);
		} else if (op == 1 && model_len < NODES) {
			sys_sflist_prepend(&list, &items[n].f);
			model_insert(0, n);
		} else if (op == 2 && model_len < NODES && model_len != 0) {
			sys_sflist_insert(&list, &items[model[at]].f, &items[n].f);
			model_insert(at + 1, n);
		} else if (op == 3) {
			sys_sfnode_t *node = sys_sflist_get(&list);

			assert_ptr_equal(node, model_len != 0 ? &items[model[0]].f : NULL);
			if (node != NULL) {
				model_remove(0);
			}
		} else if (model_len != 0) {
			assert_true(sys_sflist_find_and_remove(&list, &items[model[at]].f));
			model_remove(at);
		}
		check_sflist(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_dlist, reset),
		cmocka_unit_test_setup(test_dlist_remove_while_walking, reset),
		cmocka_unit_test_setup(test_slist, reset),
		cmocka_unit_test_setup(test_slist_merge, reset),
		cmocka_unit_test_setup(test_sflist, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
