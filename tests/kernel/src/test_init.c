/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start-up: the order of SYS_INIT(), what runs where, static objects.
 */
#include <zephyr/kernel.h>
#include <zephyr/init.h>
#include <zephyr/ztest.h>

static char init_order[16];
static unsigned int init_len;
static bool init_pre_kernel_seen;
static bool init_post_kernel_seen;

static int init_note(char c)
{
	init_order[init_len++] = c;
	return 0;
}

static int init_pre1_late(void)
{
	init_pre_kernel_seen = k_is_pre_kernel();
	return init_note('2');
}

static int init_pre1_early(void)
{
	return init_note('1');
}

static int init_pre2(void)
{
	return init_note('3');
}

static int init_post(void)
{
	init_post_kernel_seen = !k_is_pre_kernel();
	return init_note('4');
}

static int init_app_9(void)
{
	return init_note('5');
}

static int init_app_10(void)
{
	return init_note('6');
}

/* On purpose not in the order in which they are to run. */
SYS_INIT(init_app_10, APPLICATION, 10);
SYS_INIT(init_post, POST_KERNEL, 99);
SYS_INIT(init_pre1_late, PRE_KERNEL_1, 99);
SYS_INIT(init_app_9, APPLICATION, 9);
SYS_INIT(init_pre2, PRE_KERNEL_2, 0);
SYS_INIT(init_pre1_early, PRE_KERNEL_1, 98);

ZTEST_SUITE(init, NULL, NULL, NULL, NULL, NULL);

ZTEST(init, test_order)
{
	zassert_str_equal(init_order, "123456");
}

ZTEST(init, test_levels)
{
	zassert_true(init_pre_kernel_seen);
	zassert_true(init_post_kernel_seen);
	zassert_false(k_is_pre_kernel());
}

K_SEM_DEFINE(init_sem, 3, 7);
K_MUTEX_DEFINE(init_mutex);
K_EVENT_DEFINE(init_event);
K_MEM_SLAB_DEFINE(init_slab, 32, 4, 16);

ZTEST(init, test_static_objects)
{
	void *block;

	zassert_equal(k_sem_count_get(&init_sem), 3U);
	zassert_ok(k_mutex_lock(&init_mutex, K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&init_mutex));
	zassert_equal(k_event_wait(&init_event, 1U, false, K_NO_WAIT), 0U);
	zassert_ok(k_mem_slab_alloc(&init_slab, &block, K_NO_WAIT));
	k_mem_slab_free(&init_slab, block);
}
