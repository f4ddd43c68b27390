/* SPDX-License-Identifier: Apache-2.0 */
/* The ready queue of a CPU against a list that is searched from end to end. */
#include <zephyr/kernel.h>

#include "kernel/runq.h"
#include "unit.h"

#define COUNT 48

static struct k_thread threads[COUNT];
static struct k_thread *model[COUNT];
static size_t model_len;
static bool queued[COUNT];
static struct z_runq rq;

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(threads, 0, sizeof(threads));
	memset(queued, 0, sizeof(queued));
	model_len = 0;
	z_runq_init(&rq);
	return 0;
}

static int random_prio(void)
{
	return (int)unit_below(Z_NUM_PRIO) - CONFIG_NUM_COOP_PRIORITIES;
}

/* The model keeps the order in which threads must run. */
static void model_insert(struct k_thread *t, bool at_head)
{
	size_t at = 0;

	while (at < model_len) {
		const struct k_thread *o = model[at];
		bool before = t->base.prio < o->base.prio;

		if (t->base.prio == o->base.prio) {
			if (t->base.has_deadline) {
				before = !o->base.has_deadline ||
					 t->base.prio_deadline < o->base.prio_deadline;
			} else {
				before = at_head;
			}
		}
		if (before) {
			break;
		}
		at++;
	}
	memmove(&model[at + 1], &model[at], (model_len - at) * sizeof(model[0]));
	model[at] = t;
	model_len++;
}

static void add(struct k_thread *t, bool at_head)
{
	if (!at_head && !t->base.has_deadline && unit_below(2) != 0) {
		z_runq_append(&rq, t);
	} else {
		z_runq_add(&rq, t, at_head);
	}
	queued[t - threads] = true;
	model_insert(t, at_head);
}

static void drop(size_t at)
{
	z_runq_remove(&rq, model[at]);
	queued[model[at] - threads] = false;
	model_len--;
	memmove(&model[at], &model[at + 1], (model_len - at) * sizeof(model[0]));
}

static void check(void)
{
	size_t at = 0;

	assert_ptr_equal(z_runq_best(&rq), model_len != 0 ? model[0] : NULL);
	for (unsigned int n = 0; n < Z_NUM_PRIO; n++) {
		sys_dnode_t *node;

		assert_int_equal((rq.bitmap >> n) & 1U, !sys_dlist_is_empty(&rq.level[n]));
		SYS_DLIST_FOR_EACH_NODE(&rq.level[n], node) {
			assert_true(at < model_len);
			assert_ptr_equal(z_qnode_thread(node), model[at]);
			at++;
		}
	}
	assert_int_equal(at, model_len);
}

static struct k_thread *idle_thread(void)
{
	for (;;) {
		size_t i = (size_t)unit_below(COUNT);

		if (!queued[i]) {
			return &threads[i];
		}
	}
}

static void random_use(bool deadlines)
{
	for (int step = 0; step < 20000; step++) {
		if (model_len < COUNT && unit_below(2) != 0) {
			struct k_thread *t = idle_thread();

			t->base.prio = (int8_t)random_prio();
			t->base.has_deadline = deadlines && unit_below(2) != 0;
			t->base.prio_deadline = (int)unit_below(10) - 5;
			/*
			 * To the front only without deadlines around: what that means among them is
			 * nobody's promise.
			 */
			add(t, !deadlines && unit_below(4) == 0);
		} else if (model_len != 0) {
			drop(unit_below(2) != 0 ? 0 : (size_t)unit_below(model_len));
		}
		check();
	}
}

static void test_priorities(void **state)
{
	(void)state;
	random_use(false);
}

static void test_deadlines(void **state)
{
	(void)state;
	random_use(true);
}

static void test_deadline_wraps(void **state)
{
	(void)state;
	/* The counter is about to wrap: what is due after that is later all the same. */
	threads[0].base.has_deadline = true;
	threads[0].base.prio_deadline = INT32_MIN + 5;
	threads[1].base.has_deadline = true;
	threads[1].base.prio_deadline = INT32_MAX - 5;
	z_runq_add(&rq, &threads[0], false);
	z_runq_add(&rq, &threads[1], false);
	assert_ptr_equal(z_runq_best(&rq), &threads[1]);
	assert_true(z_beats(&threads[1], &threads[0]));
	assert_false(z_beats(&threads[0], &threads[1]));
}

static void test_beats(void **state)
{
	(void)state;
	threads[0].base.prio = -1;
	threads[1].base.prio = 0;
	assert_true(z_beats(&threads[0], &threads[1]));
	assert_false(z_beats(&threads[1], &threads[0]));
	threads[0].base.prio = 0;
	assert_false(z_beats(&threads[0], &threads[1]));
	threads[1].base.has_deadline = true;
	assert_true(z_beats(&threads[1], &threads[0]));
	assert_false(z_beats(&threads[0], &threads[1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_priorities, reset),
		cmocka_unit_test_setup(test_deadlines, reset),
		cmocka_unit_test_setup(test_deadline_wraps, reset),
		cmocka_unit_test_setup(test_beats, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
