/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Polling: every sort of object, several at a time, priorities of pollers, signals, triggered work.
 */
#include <zephyr/kernel.h>
#include <zephyr/irq_offload.h>
#include <zephyr/ztest.h>

static K_SEM_DEFINE(poll_sem, 0, 10);
static K_FIFO_DEFINE(poll_fifo);
K_MSGQ_DEFINE(poll_msgq, sizeof(int), 4, 4);
static struct k_poll_signal poll_signal = K_POLL_SIGNAL_INITIALIZER(poll_signal);
static K_SEM_DEFINE(poll_done, 0, 10);

static K_THREAD_STACK_ARRAY_DEFINE(poll_stacks, 2, 4096);
static struct k_thread poll_threads[2];

static struct poll_item {
	void *reserved;
	int value;
} poll_item;

static struct k_poll_event poll_static[] = {
	K_POLL_EVENT_STATIC_INITIALIZER(K_POLL_TYPE_SEM_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY,
					&poll_sem, 11),
	K_POLL_EVENT_STATIC_INITIALIZER(K_POLL_TYPE_FIFO_DATA_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY,
					&poll_fifo, 12),
	K_POLL_EVENT_STATIC_INITIALIZER(K_POLL_TYPE_MSGQ_DATA_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY,
					&poll_msgq, 13),
	K_POLL_EVENT_STATIC_INITIALIZER(K_POLL_TYPE_SIGNAL, K_POLL_MODE_NOTIFY_ONLY, &poll_signal,
					14),
};

static void poll_before(void *data)
{
	ARG_UNUSED(data);
	k_sem_reset(&poll_sem);
	k_sem_reset(&poll_done);
	k_msgq_purge(&poll_msgq);
	k_poll_signal_init(&poll_signal);
	while (k_fifo_get(&poll_fifo, K_NO_WAIT) != NULL) {
	}
	for (size_t i = 0; i < ARRAY_SIZE(poll_static); i++) {
		poll_static[i].state = K_POLL_STATE_NOT_READY;
	}
}

ZTEST_SUITE(poll, NULL, NULL, poll_before, NULL, NULL);

static void poll_giver(void *p1, void *p2, void *p3)
{
	int what = POINTER_TO_INT(p1);

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	switch (what) {
	case 0:
		k_sem_give(&poll_sem);
		break;
	case 1:
		k_fifo_put(&poll_fifo, &poll_item);
		break;
	case 2:
		(void)k_msgq_put(&poll_msgq, &what, K_NO_WAIT);
		break;
	default:
		(void)k_poll_signal_raise(&poll_signal, 0x1234);
		break;
	}
}

static void poll_start_giver(int what, k_timeout_t delay)
{
	(void)k_thread_create(&poll_threads[0], poll_stacks[0],
			      K_THREAD_STACK_SIZEOF(poll_stacks[0]), poll_giver,
			      INT_TO_POINTER(what), NULL, NULL, K_PRIO_PREEMPT(5), 0, delay);
}

ZTEST(poll, test_nothing)
{
	int64_t start = k_uptime_ticks();

	zassert_equal(k_poll(poll_static, 4, K_NO_WAIT), -EAGAIN);
	zassert_equal(k_poll(poll_static, 4, K_USEC(500)), -EAGAIN);
	zassert_true(k_uptime_ticks() - start >= 500);
	zassert_equal(k_poll(poll_static, -1, K_NO_WAIT), -EINVAL);
	zassert_equal(k_poll(NULL, 1, K_NO_WAIT), -EINVAL);
	zassert_equal(k_poll(NULL, 0, K_USEC(100)), -EAGAIN, "no events: it sleeps");
	for (size_t i = 0; i < ARRAY_SIZE(poll_static); i++) {
		zassert_equal(poll_static[i].state, K_POLL_STATE_NOT_READY);
		zassert_is_null(poll_static[i].poller);
		zassert_equal(poll_static[i].tag, 11 + i);
	}
	zassert_true(sys_dlist_is_empty(&poll_sem.poll_events));
}

ZTEST(poll, test_true_already)
{
	int message = 5;

	k_sem_give(&poll_sem);
	k_fifo_put(&poll_fifo, &poll_item);
	zassert_ok(k_msgq_put(&poll_msgq, &message, K_NO_WAIT));
	(void)k_poll_signal_raise(&poll_signal, 7);
	for (int round = 0; round < 2; round++) {
		poll_before(NULL);
		k_sem_give(&poll_sem);
		k_fifo_put(&poll_fifo, &poll_item);
		zassert_ok(k_msgq_put(&poll_msgq, &message, K_NO_WAIT));
		(void)k_poll_signal_raise(&poll_signal, 7);
		zassert_ok(k_poll(poll_static, 4, round == 0 ? K_NO_WAIT : K_FOREVER));
		zassert_equal(poll_static[0].state, K_POLL_STATE_SEM_AVAILABLE);
		zassert_equal(poll_static[1].state, K_POLL_STATE_FIFO_DATA_AVAILABLE);
		zassert_equal(poll_static[2].state, K_POLL_STATE_MSGQ_DATA_AVAILABLE);
		zassert_equal(poll_static[3].state, K_POLL_STATE_SIGNALED);
	}
	zassert_equal(k_sem_count_get(&poll_sem), 1U, "polling takes nothing");
}

ZTEST(poll, test_each_wakes)
{
	static const uint32_t states[] = {K_POLL_STATE_SEM_AVAILABLE,
					  K_POLL_STATE_FIFO_DATA_AVAILABLE,
					  K_POLL_STATE_MSGQ_DATA_AVAILABLE, K_POLL_STATE_SIGNALED};

	for (int what = 0; what < 4; what++) {
		poll_before(NULL);
		poll_start_giver(what, K_USEC(200));
		zassert_ok(k_poll(poll_static, 4, K_SECONDS(10)), "object %d", what);
		for (int i = 0; i < 4; i++) {
			zassert_equal(poll_static[i].state, i == what ? states[i] : 0U);
			zassert_is_null(poll_static[i].poller);
		}
		(void)k_thread_join(&poll_threads[0], K_FOREVER);
	}
}

ZTEST(poll, test_signal)
{
	unsigned int signaled;
	int result;

	k_poll_signal_check(&poll_signal, &signaled, &result);
	zassert_equal(signaled, 0U);
	zassert_ok(k_poll_signal_raise(&poll_signal, -5));
	k_poll_signal_check(&poll_signal, &signaled, &result);
	zassert_equal(signaled, 1U);
	zassert_equal(result, -5);
	zassert_ok(k_poll(&poll_static[3], 1, K_FOREVER), "it stays raised");
	k_poll_signal_reset(&poll_signal);
	k_poll_signal_check(&poll_signal, &signaled, &result);
	zassert_equal(signaled, 0U);
	poll_static[3].state = K_POLL_STATE_NOT_READY;
	zassert_equal(k_poll(&poll_static[3], 1, K_NO_WAIT), -EAGAIN);
}

static void poll_isr_raise(const void *arg)
{
	ARG_UNUSED(arg);
	(void)k_poll_signal_raise(&poll_signal, 99);
}

static void poll_timer_raise(struct k_timer *timer)
{
	ARG_UNUSED(timer);
	poll_isr_raise(NULL);
}

ZTEST(poll, test_signal_from_isr)
{
	struct k_timer timer;

	k_timer_init(&timer, poll_timer_raise, NULL);
	k_timer_start(&timer, K_USEC(200), K_NO_WAIT);
	zassert_ok(k_poll(&poll_static[3], 1, K_SECONDS(10)));
	poll_before(NULL);
	irq_offload(poll_isr_raise, NULL);
	zassert_ok(k_poll(&poll_static[3], 1, K_NO_WAIT));
	zassert_equal(poll_signal.result, 99);
}

static void poll_cancel(struct k_timer *timer)
{
	ARG_UNUSED(timer);
	k_fifo_cancel_wait(&poll_fifo);
}

ZTEST(poll, test_cancel)
{
	struct k_timer timer;

	k_timer_init(&timer, poll_cancel, NULL);
	/* Again and again: what is cancelled before k_poll() waits is not cancelled. */
	k_timer_start(&timer, K_USEC(200), K_USEC(500));
	zassert_equal(k_poll(poll_static, 4, K_SECONDS(5)), -EINTR);
	k_timer_stop(&timer);
	zassert_equal(poll_static[1].state, K_POLL_STATE_CANCELLED);
}

static int poll_results[2];

static void poll_waiter(void *p1, void *p2, void *p3)
{
	int i = POINTER_TO_INT(p1);
	struct k_poll_event event = K_POLL_EVENT_INITIALIZER(K_POLL_TYPE_SEM_AVAILABLE,
							     K_POLL_MODE_NOTIFY_ONLY, &poll_sem);

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	poll_results[i] = k_poll(&event, 1, K_FOREVER);
	k_sem_give(&poll_done);
}

static void poll_start_waiter(int i, int prio)
{
	poll_results[i] = 1;
	(void)k_thread_create(&poll_threads[i], poll_stacks[i],
			      K_THREAD_STACK_SIZEOF(poll_stacks[i]), poll_waiter, INT_TO_POINTER(i),
			      NULL, NULL, prio, 0, K_NO_WAIT);
	while (*(_wait_q_t *volatile *)&poll_threads[i].base.pended_on == NULL) {
		k_usleep(50);
	}
}

ZTEST(poll, test_best_poller_first)
{
	poll_start_waiter(0, K_PRIO_PREEMPT(8));
	poll_start_waiter(1, K_PRIO_PREEMPT(4));
	k_sem_give(&poll_sem);
	zassert_ok(k_sem_take(&poll_done, K_SECONDS(10)));
	zassert_equal(poll_results[1], 0);
	zassert_equal(poll_results[0], 1, "one event, one poller");
	k_sem_give(&poll_sem);
	zassert_ok(k_sem_take(&poll_done, K_SECONDS(10)));
	zassert_equal(poll_results[0], 0);
}

/* The events lie on the stack of the thread that is aborted: nothing may point there afterwards. */
ZTEST(poll, test_abort_poller)
{
	poll_start_waiter(0, K_PRIO_PREEMPT(8));
	zassert_false(sys_dlist_is_empty(&poll_sem.poll_events));
	k_thread_abort(&poll_threads[0]);
	zassert_true(sys_dlist_is_empty(&poll_sem.poll_events));
	k_sem_give(&poll_sem);
	zassert_equal(k_sem_count_get(&poll_sem), 1U);
}

ZTEST(poll, test_event_init)
{
	struct k_poll_event event;

	k_poll_event_init(&event, K_POLL_TYPE_IGNORE, K_POLL_MODE_NOTIFY_ONLY, &poll_sem);
	k_sem_give(&poll_sem);
	zassert_equal(k_poll(&event, 1, K_USEC(100)), -EAGAIN, "an ignored event never comes true");
	k_poll_event_init(&event, K_POLL_TYPE_SEM_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY, &poll_sem);
	zassert_ok(k_poll(&event, 1, K_NO_WAIT));
}

/* ---- triggered work ------------------------------------------------------------------ */

static volatile int poll_work_result;

static void poll_work_fn(struct k_work *work)
{
	poll_work_result = CONTAINER_OF(work, struct k_work_poll, work)->poll_result;
	k_sem_give(&poll_done);
}

ZTEST(poll, test_work)
{
	static struct k_work_poll pwork;

	k_work_poll_init(&pwork, poll_work_fn);
	zassert_equal(k_work_poll_cancel(&pwork), -EINVAL, "it does not wait");
	poll_work_result = 1;

	zassert_ok(k_work_poll_submit(&pwork, poll_static, 4, K_FOREVER));
	zassert_equal(k_sem_take(&poll_done, K_USEC(300)), -EAGAIN);
	k_sem_give(&poll_sem);
	zassert_ok(k_sem_take(&poll_done, K_SECONDS(10)));
	zassert_equal(poll_work_result, 0);
	zassert_equal(poll_static[0].state, K_POLL_STATE_SEM_AVAILABLE);

	poll_before(NULL);
	zassert_ok(k_work_poll_submit(&pwork, poll_static, 4, K_USEC(300)));
	zassert_ok(k_sem_take(&poll_done, K_SECONDS(10)));
	zassert_equal(poll_work_result, -EAGAIN, "the timeout");

	zassert_ok(k_work_poll_submit(&pwork, poll_static, 4, K_NO_WAIT));
	zassert_ok(k_sem_take(&poll_done, K_SECONDS(10)));
	zassert_equal(poll_work_result, -EAGAIN, "no wait");

	zassert_ok(k_work_poll_submit(&pwork, poll_static, 4, K_FOREVER));
	zassert_ok(k_work_poll_cancel(&pwork));
	k_sem_give(&poll_sem);
	zassert_equal(k_sem_take(&poll_done, K_USEC(300)), -EAGAIN, "cancelled");

	poll_static[0].state = K_POLL_STATE_NOT_READY;
	zassert_ok(k_work_poll_submit(&pwork, poll_static, 4, K_FOREVER), "true already");
	zassert_ok(k_sem_take(&poll_done, K_SECONDS(10)));
	zassert_equal(poll_work_result, 0);
}
