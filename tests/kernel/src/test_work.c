/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work items and work queues: submission, flush, cancel, delay, drain, plug, stop.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define WORK_PRIO K_PRIO_PREEMPT(3)

static K_THREAD_STACK_DEFINE(work_stack, 4096);
static struct k_work_q work_queue;
static K_SEM_DEFINE(work_go, 0, 100);
static K_SEM_DEFINE(work_began, 0, 100);
static atomic_t work_ran;
static struct k_work work_a;
static struct k_work work_b;
static struct k_work_delayable work_d;
static char work_order[8];
static atomic_t work_order_len;

/* Waits until so many handlers have run. */
static void work_await(int n)
{
	for (int i = 0; i < 200000 && atomic_get(&work_ran) < n; i++) {
		k_usleep(50);
	}
	zassert_equal(atomic_get(&work_ran), n);
}

static void work_note(char c)
{
	long i = atomic_inc(&work_order_len);

	if (i < (long)sizeof(work_order)) {
		work_order[i] = c;
	}
}

static void work_count(struct k_work *work)
{
	work_note(work == &work_a ? 'a' : 'b');
	atomic_inc(&work_ran);
}

/* Stays in the handler until it is let go. */
static void work_block(struct k_work *work)
{
	ARG_UNUSED(work);
	k_sem_give(&work_began);
	(void)k_sem_take(&work_go, K_FOREVER);
	atomic_inc(&work_ran);
}

/* Lets handlers go whenever the test waits: on another CPU they may end before it does, else. */
static struct k_timer work_timer;

static void work_let_go(struct k_timer *timer)
{
	const struct k_thread *test = k_timer_user_data_get(timer);

	if (*(_wait_q_t *volatile *)&test->base.pended_on != NULL) {
		k_sem_give(&work_go);
	}
}

static void work_let_go_while_waiting(void)
{
	k_timer_init(&work_timer, work_let_go, NULL);
	k_timer_user_data_set(&work_timer, k_current_get());
	k_timer_start(&work_timer, K_USEC(300), K_USEC(300));
}

static void *work_setup(void)
{
	const struct k_work_queue_config cfg = {.name = "test_workq"};

	k_work_queue_init(&work_queue);
	k_work_queue_start(&work_queue, work_stack, K_THREAD_STACK_SIZEOF(work_stack), WORK_PRIO,
			   &cfg);
	return NULL;
}

static void work_before(void *data)
{
	ARG_UNUSED(data);
	atomic_set(&work_ran, 0);
	atomic_set(&work_order_len, 0);
	(void)memset(work_order, 0, sizeof(work_order));
	k_sem_reset(&work_go);
	k_sem_reset(&work_began);
	k_work_init(&work_a, work_count);
	k_work_init(&work_b, work_count);
	k_work_init_delayable(&work_d, work_count);
}

ZTEST_SUITE(work, NULL, work_setup, work_before, NULL, NULL);

ZTEST(work, test_submit_states)
{
	struct k_work_sync sync;

	zassert_str_equal(k_thread_name_get(k_work_queue_thread_get(&work_queue)), "test_workq");
	k_work_init(&work_a, work_block);
	zassert_equal(k_work_busy_get(&work_a), 0);
	zassert_false(k_work_is_pending(&work_a));
	zassert_equal(k_work_submit_to_queue(NULL, &work_a), -EINVAL);

	zassert_equal(k_work_submit_to_queue(&work_queue, &work_a), 1);
	zassert_ok(k_sem_take(&work_began, K_SECONDS(10)));
	zassert_equal(k_work_busy_get(&work_a), K_WORK_RUNNING);
	zassert_equal(k_work_submit_to_queue(&work_queue, &work_a), 2, "running: again");
	zassert_equal(k_work_submit_to_queue(&work_queue, &work_a), 0, "queued already");
	zassert_equal(k_work_busy_get(&work_a), K_WORK_RUNNING | K_WORK_QUEUED);
	zassert_equal(k_work_submit(&work_b), 1);
	k_sem_give(&work_go);
	k_sem_give(&work_go);
	(void)k_work_flush(&work_a, &sync);
	(void)k_work_flush(&work_b, &sync);
	zassert_equal(atomic_get(&work_ran), 3);
	zassert_equal(k_work_busy_get(&work_a), 0);
	zassert_false(k_work_flush(&work_a, &sync), "idle: nothing to wait for");
}

ZTEST(work, test_order_and_same_queue)
{
	struct k_work blocker;
	struct k_work_sync sync;

	k_work_init(&blocker, work_block);
	(void)k_work_submit_to_queue(&work_queue, &blocker);
	(void)k_sem_take(&work_began, K_FOREVER);
	(void)k_work_submit_to_queue(&work_queue, &work_b);
	(void)k_work_submit_to_queue(&work_queue, &work_a);
	/* A running item goes back to the queue that runs it. */
	zassert_equal(k_work_submit(&blocker), 2);
	zassert_equal_ptr(blocker.queue, &work_queue);
	work_let_go_while_waiting();
	zassert_true(k_work_flush(&blocker, &sync));
	k_timer_stop(&work_timer);
	zassert_equal(work_order[0], 'b');
	zassert_equal(work_order[1], 'a');
	zassert_equal(atomic_get(&work_ran), 4);
}

ZTEST(work, test_not_started)
{
	static struct k_work_q idle_queue;

	zassert_equal(k_work_submit_to_queue(&idle_queue, &work_a), -ENODEV);
	zassert_equal(k_work_queue_stop(&idle_queue, K_NO_WAIT), -ENODEV);
	zassert_equal(k_work_queue_unplug(&idle_queue), -EALREADY);
}

ZTEST(work, test_cancel_queued)
{
	struct k_work blocker;
	struct k_work_sync sync;

	k_work_init(&blocker, work_block);
	(void)k_work_submit_to_queue(&work_queue, &blocker);
	(void)k_sem_take(&work_began, K_FOREVER);
	(void)k_work_submit_to_queue(&work_queue, &work_a);
	(void)k_work_submit_to_queue(&work_queue, &work_b);
	zassert_equal(k_work_cancel(&work_a), 0);
	zassert_true(k_work_cancel_sync(&work_b, &sync));
	zassert_false(k_work_cancel_sync(&work_b, &sync), "it is idle now");
	k_sem_give(&work_go);
	(void)k_work_flush(&blocker, &sync);
	zassert_equal(atomic_get(&work_ran), 1, "only the blocker ran");
}

ZTEST(work, test_cancel_running)
{
	struct k_work_sync sync;

	k_work_init(&work_a, work_block);
	(void)k_work_submit_to_queue(&work_queue, &work_a);
	(void)k_sem_take(&work_began, K_FOREVER);
	(void)k_work_submit_to_queue(&work_queue, &work_a);

	zassert_equal(k_work_cancel(&work_a), K_WORK_RUNNING | K_WORK_CANCELING);
	zassert_equal(k_work_submit_to_queue(&work_queue, &work_a), -EBUSY, "it is cancelling");
	work_let_go_while_waiting();
	zassert_true(k_work_cancel_sync(&work_a, &sync));
	k_timer_stop(&work_timer);
	zassert_equal(k_work_busy_get(&work_a), 0);
	zassert_equal(atomic_get(&work_ran), 1);
	k_sem_give(&work_go);
	zassert_equal(k_work_submit_to_queue(&work_queue, &work_a), 1, "idle: as new");
	(void)k_work_flush(&work_a, &sync);
}

/* Submits itself from its handler while somebody cancels it: it must end all the same. */
static void work_again(struct k_work *work)
{
	k_sem_give(&work_began);
	(void)k_sem_take(&work_go, K_FOREVER);
	atomic_set(&work_ran, k_work_submit_to_queue(NULL, work));
}

ZTEST(work, test_resubmit_while_cancelled)
{
	struct k_work_sync sync;

	k_work_init(&work_a, work_again);
	(void)k_work_submit_to_queue(&work_queue, &work_a);
	(void)k_sem_take(&work_began, K_FOREVER);
	work_let_go_while_waiting();
	zassert_true(k_work_cancel_sync(&work_a, &sync));
	k_timer_stop(&work_timer);
	zassert_equal(atomic_get(&work_ran), -EBUSY);
	zassert_equal(k_work_busy_get(&work_a), 0);
}

static void work_isr_submit(const void *work)
{
	atomic_set(&work_ran,
		   k_work_submit_to_queue(&work_queue, (struct k_work *)(uintptr_t)work));
}

ZTEST(work, test_submit_in_isr)
{
	struct k_work_sync sync;

	k_work_init(&work_a, work_block);
	irq_offload(work_isr_submit, &work_a);
	zassert_equal(atomic_get(&work_ran), 1);
	k_sem_give(&work_go);
	(void)k_work_flush(&work_a, &sync);
	zassert_equal(atomic_get(&work_ran), 2);
}

ZTEST(work, test_schedule)
{
	int64_t start = k_uptime_ticks();
	struct k_work_sync sync;

	zassert_equal(k_work_schedule_for_queue(&work_queue, &work_d, K_MSEC(30)), 1);
	zassert_equal(k_work_schedule_for_queue(&work_queue, &work_d, K_MSEC(1)), 0,
		      "a delay is not replaced");
	zassert_equal(k_work_delayable_busy_get(&work_d), K_WORK_DELAYED);
	zassert_true(k_work_delayable_is_pending(&work_d));
	zassert_within(k_work_delayable_expires_get(&work_d), start + 40000, 10000);
	zassert_true(k_work_delayable_remaining_get(&work_d) > 0);
	work_await(1);
	zassert_true(k_uptime_ticks() - start >= 30000, "too early");
	while (k_work_delayable_is_pending(&work_d)) {
		k_usleep(50);
	}
	zassert_equal(k_work_delayable_remaining_get(&work_d), 0);

	zassert_equal(k_work_schedule(&work_d, K_NO_WAIT), 1, "no delay: submitted");
	(void)k_work_flush_delayable(&work_d, &sync);
	zassert_equal(atomic_get(&work_ran), 2);
	zassert_equal_ptr(k_work_delayable_from_work(&work_d.work), &work_d);
}

ZTEST(work, test_reschedule)
{
	struct k_work blocker;
	struct k_work_sync sync;

	(void)k_work_schedule_for_queue(&work_queue, &work_d, K_SECONDS(100));
	zassert_equal(k_work_reschedule_for_queue(&work_queue, &work_d, K_USEC(200)), 1);
	work_await(1);
	while (k_work_delayable_is_pending(&work_d)) {
		k_usleep(50);
	}

	k_work_init(&blocker, work_block);
	(void)k_work_submit_to_queue(&work_queue, &blocker);
	(void)k_sem_take(&work_began, K_FOREVER);
	zassert_equal(k_work_reschedule_for_queue(&work_queue, &work_d, K_NO_WAIT), 1);
	zassert_equal(k_work_reschedule_for_queue(&work_queue, &work_d, K_NO_WAIT), 0,
		      "queued already");
	zassert_equal(k_work_reschedule_for_queue(&work_queue, &work_d, K_MSEC(200)), 1);
	zassert_equal(k_work_delayable_busy_get(&work_d), K_WORK_DELAYED | K_WORK_QUEUED);
	k_sem_give(&work_go);
	/* From the queue, and after the delay. */
	work_await(4);
	(void)k_work_flush(&blocker, &sync);
}

ZTEST(work, test_flush_delayed)
{
	struct k_work_sync sync;

	zassert_false(k_work_flush_delayable(&work_d, &sync));
	(void)k_work_schedule_for_queue(&work_queue, &work_d, K_SECONDS(100));
	zassert_true(k_work_flush_delayable(&work_d, &sync), "submitted at once, and waited for");
	zassert_equal(atomic_get(&work_ran), 1);
	zassert_equal(k_work_delayable_busy_get(&work_d), 0);
}

ZTEST(work, test_cancel_delayed)
{
	struct k_work_sync sync;

	/* A CPU may stand still in between, but not that long. */
	(void)k_work_schedule_for_queue(&work_queue, &work_d, K_MSEC(300));
	zassert_equal(k_work_cancel_delayable(&work_d), 0);
	(void)k_work_schedule_for_queue(&work_queue, &work_d, K_MSEC(300));
	zassert_true(k_work_cancel_delayable_sync(&work_d, &sync));
	zassert_false(k_work_cancel_delayable_sync(&work_d, &sync));
	k_msleep(310);
	zassert_equal(atomic_get(&work_ran), 0);
}

static int work_chain_result;

static void work_chain(struct k_work *work)
{
	ARG_UNUSED(work);
	k_sem_give(&work_began);
	(void)k_sem_take(&work_go, K_FOREVER);
	work_chain_result = k_work_submit_to_queue(&work_queue, &work_b);
}

static void work_while_draining(struct k_timer *timer)
{
	if ((work_queue.flags & K_WORK_QUEUE_DRAIN) != 0U) {
		k_timer_stop(timer);
		atomic_set(&work_ran, k_work_submit_to_queue(&work_queue, &work_b));
		k_sem_give(&work_go);
	}
}

ZTEST(work, test_drain_and_plug)
{
	struct k_timer timer;

	(void)k_work_queue_drain(&work_queue, false);
	zassert_equal(k_work_queue_drain(&work_queue, false), 0, "empty: nothing to wait for");

	k_timer_init(&timer, work_while_draining, NULL);
	k_work_init(&work_a, work_chain);
	(void)k_work_submit_to_queue(&work_queue, &work_a);
	(void)k_sem_take(&work_began, K_FOREVER);
	k_timer_start(&timer, K_USEC(300), K_USEC(300));
	zassert_equal(k_work_queue_drain(&work_queue, true), 1);
	zassert_equal(work_chain_result, 1, "the queue's own items may submit while it drains");
	/* The timer's submission was refused with -EBUSY = -16, then the chained item ran. */
	zassert_equal(atomic_get(&work_ran), -EBUSY + 1);

	zassert_equal(k_work_submit_to_queue(&work_queue, &work_b), -EBUSY, "plugged");
	zassert_equal(k_work_queue_unplug(&work_queue), 0);
	zassert_equal(k_work_queue_unplug(&work_queue), -EALREADY);
	zassert_equal(k_work_submit_to_queue(&work_queue, &work_b), 1);
	zassert_true(k_work_queue_drain(&work_queue, false) >= 0);
}

static void work_flusher(void *p1, void *p2, void *p3)
{
	struct k_work_sync sync;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	if (p1 == NULL) {
		(void)k_work_flush(&work_a, &sync);
	} else {
		(void)k_work_cancel_sync(&work_a, &sync);
	}
}

/* What a flush or a cancel waits with lies on a stack: it must be gone with the thread. */
ZTEST(work, test_abort_waiter)
{
	for (int how = 0; how < 2; how++) {
		k_work_init(&work_a, work_block);
		(void)k_work_submit_to_queue(&work_queue, &work_a);
		(void)k_sem_take(&work_began, K_FOREVER);
		crew_start(0, work_flusher, how == 0 ? NULL : &work_a, NULL, WORK_PRIO);
		crew_await_blocked(0);
		k_thread_abort(crew_thread(0));
		crew_end(NULL);
		zassert_true(sys_slist_is_empty(&work_queue.pending));
		k_sem_give(&work_go);
		work_await(how + 1);
		while (k_work_is_pending(&work_a)) {
			k_usleep(50);
		}
	}
}

ZTEST(work, test_stop_queue)
{
	static K_THREAD_STACK_DEFINE(stop_stack, 4096);
	static struct k_work_q stop_queue;

	for (int i = 0; i < 2; i++) {
		k_work_queue_init(&stop_queue);
		k_work_queue_start(&stop_queue, stop_stack, K_THREAD_STACK_SIZEOF(stop_stack),
				   WORK_PRIO, NULL);
		zassert_equal(k_work_submit_to_queue(&stop_queue, &work_a), 1);
		zassert_equal(k_work_queue_stop(&stop_queue, K_FOREVER), -EBUSY, "not plugged");
		zassert_equal(k_work_queue_drain(&stop_queue, true), 1);
		zassert_equal(k_work_queue_stop(&stop_queue, K_SECONDS(10)), 0);
		zassert_equal(k_work_submit_to_queue(&stop_queue, &work_a), -ENODEV);
		zassert_equal(atomic_get(&work_ran), i + 1);
	}
}

static int work_run_items;

static void work_run_item(struct k_work *work)
{
	ARG_UNUSED(work);
	work_run_items++;
}

static struct k_work_q work_run_queue;

static void work_runner(void *p1, void *p2, void *p3)
{
	const struct k_work_queue_config cfg = {.name = "runner", .no_yield = true};

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	k_work_queue_run(&work_run_queue, &cfg);
}

ZTEST(work, test_run_in_own_thread)
{
	static K_THREAD_STACK_DEFINE(runner_stack, 4096);
	static struct k_thread runner;
	K_WORK_DEFINE(item, work_run_item);

	k_work_queue_init(&work_run_queue);
	(void)k_thread_create(&runner, runner_stack, K_THREAD_STACK_SIZEOF(runner_stack),
			      work_runner, NULL, NULL, NULL, WORK_PRIO, 0, K_NO_WAIT);
	crew_await_value(&work_run_queue.flags, K_WORK_QUEUE_STARTED | K_WORK_QUEUE_NO_YIELD);
	zassert_equal_ptr(k_work_queue_thread_get(&work_run_queue), &runner);
	zassert_equal(k_work_submit_to_queue(&work_run_queue, &item), 1);
	zassert_true(k_work_queue_drain(&work_run_queue, true) >= 0);
	zassert_ok(k_work_queue_stop(&work_run_queue, K_SECONDS(10)));
	zassert_equal(work_run_items, 1);
}

/* ---- delayed work that races with its cancelling ------------------------------------- */

ZTEST(work, test_cancel_race)
{
	struct k_work_sync sync;
	int ran_before;

	for (int i = 0; i < 200; i++) {
		(void)k_work_reschedule_for_queue(&work_queue, &work_d, K_USEC(20 + i % 40));
		k_busy_wait((uint32_t)(i % 50));
		(void)k_work_cancel_delayable_sync(&work_d, &sync);
		ran_before = (int)atomic_get(&work_ran);
		zassert_equal(k_work_delayable_busy_get(&work_d), 0);
		zassert_true(ran_before <= i + 1);
	}
	ran_before = (int)atomic_get(&work_ran);
	k_msleep(1);
	zassert_equal(atomic_get(&work_ran), ran_before, "nothing runs after a cancel");
}
