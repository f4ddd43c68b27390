/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stress on all CPUs: threads that are aborted, suspended and moved while they block on every sort
 * of object.
 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define SMP_ROUNDS 60

static struct k_sem smp_sem;
static struct k_mutex smp_mutex;
static struct k_condvar smp_condvar;
static struct k_event smp_event;
static struct k_queue smp_queue;
static struct k_work_q smp_work_q;
K_MSGQ_DEFINE(smp_msgq, sizeof(uint32_t), 2, 4);
static K_THREAD_STACK_DEFINE(smp_work_stack, 4096);

static volatile bool smp_go_on;
static atomic_t smp_steps[CREW_SIZE];

static void *smp_setup(void)
{
	k_work_queue_init(&smp_work_q);
	k_work_queue_start(&smp_work_q, smp_work_stack, K_THREAD_STACK_SIZEOF(smp_work_stack),
			   K_PRIO_PREEMPT(5), NULL);
	return NULL;
}

static void smp_before(void *data)
{
	ARG_UNUSED(data);
	(void)k_sem_init(&smp_sem, 0U, 100U);
	(void)k_mutex_init(&smp_mutex);
	(void)k_condvar_init(&smp_condvar);
	k_event_init(&smp_event);
	k_queue_init(&smp_queue);
	smp_go_on = true;
}

ZTEST_SUITE(smp, NULL, smp_setup, smp_before, crew_end, NULL);

static void smp_poll(k_timeout_t timeout)
{
	struct k_poll_event events[2] = {
		K_POLL_EVENT_INITIALIZER(K_POLL_TYPE_SEM_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY,
					 &smp_sem),
		K_POLL_EVENT_INITIALIZER(K_POLL_TYPE_MSGQ_DATA_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY,
					 &smp_msgq),
	};

	(void)k_poll(events, 2, timeout);
}

/*
 * Waits, in some way, for something that comes or does not. Holds no mutex when it is aborted for
 * long.
 */
static void smp_blocks(void *p1, void *p2, void *p3)
{
	uint32_t random = (uint32_t)(uintptr_t)p1 * 7919U + (uint32_t)(uintptr_t)p3;
	uint32_t message = 0U;

	ARG_UNUSED(p2);
	while (smp_go_on) {
		uint32_t span = 1U + crew_random(&random) % 50U;
		k_timeout_t timeout = K_USEC(span);

		switch (crew_random(&random) % 8U) {
		case 0U:
			(void)k_sem_take(&smp_sem, timeout);
			break;
		case 1U:
			(void)k_msgq_get(&smp_msgq, &message, timeout);
			break;
		case 2U:
			(void)k_event_wait(&smp_event, 1U, false, timeout);
			break;
		case 3U:
			(void)k_queue_get(&smp_queue, timeout);
			break;
		case 4U:
			smp_poll(timeout);
			break;
		case 5U:
			k_sem_give(&smp_sem);
			(void)k_msgq_put(&smp_msgq, &message, K_NO_WAIT);
			break;
		case 6U:
			k_event_post(&smp_event, 1U);
			k_event_clear(&smp_event, 1U);
			break;
		default:
			(void)k_usleep((int32_t)span);
			break;
		}
		atomic_inc(&smp_steps[(uintptr_t)p3]);
	}
}

static bool smp_nobody_waits(void)
{
	return sys_dlist_is_empty(&smp_sem.wait_q.waitq) &&
	       sys_dlist_is_empty(&smp_msgq.wait_q.waitq) &&
	       sys_dlist_is_empty(&smp_event.wait_q.waitq) &&
	       sys_dlist_is_empty(&smp_queue.wait_q.waitq) &&
	       sys_dlist_is_empty(&smp_sem.poll_events) &&
	       sys_dlist_is_empty(&smp_msgq.poll_events);
}

ZTEST(smp, test_abort_while_blocking)
{
	uint32_t random = 4711U;

	for (unsigned int round = 0; round < SMP_ROUNDS; round++) {
		for (unsigned int i = 0; i < CREW_SIZE; i++) {
			crew_start(i, smp_blocks, (void *)(uintptr_t)round, NULL,
				   K_PRIO_PREEMPT(4 + (int)(i % 4U)));
		}
		(void)k_usleep((int32_t)(crew_random(&random) % 300U));
		crew_end(NULL);
		zassert_true(smp_nobody_waits(), "round %u: an aborted thread still waits", round);
	}
}

ZTEST(smp, test_suspend_and_migrate)
{
	uint32_t random = 815U;

	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		atomic_set(&smp_steps[i], 0);
		crew_start(i, smp_blocks, (void *)17, NULL, K_PRIO_PREEMPT(4 + (int)(i % 4U)));
	}
	for (unsigned int round = 0; round < 300U; round++) {
		k_tid_t t = crew_thread(crew_random(&random) % CREW_SIZE);
		int cpu = (int)(crew_random(&random) % arch_num_cpus());

		k_thread_suspend(t);
		if (round % 3U == 0U) {
			zassert_ok(k_thread_cpu_mask_enable_all(t));
		} else {
			zassert_ok(k_thread_cpu_pin(t, cpu));
		}
		k_thread_priority_set(t, K_PRIO_PREEMPT(3 + (int)(crew_random(&random) % 6U)));
		k_thread_resume(t);
		if (round % 8U == 0U) {
			(void)k_usleep(30);
		}
	}
	smp_go_on = false;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_await_end(i);
		zassert_true(atomic_get(&smp_steps[i]) > 0, "thread %u did nothing", i);
	}
	zassert_true(smp_nobody_waits());
}

/* ---- a mutex and a condition variable under all CPUs --------------------------------- */

static volatile unsigned int smp_shared;
static volatile unsigned int smp_turn;

static void smp_takes_turns(void *p1, void *p2, void *p3)
{
	unsigned int me = (unsigned int)(uintptr_t)p3;
	unsigned int n = (unsigned int)(uintptr_t)p1;

	ARG_UNUSED(p2);
	for (int i = 0; i < 40; i++) {
		(void)k_mutex_lock(&smp_mutex, K_FOREVER);
		while (smp_turn % n != me) {
			(void)k_condvar_wait(&smp_condvar, &smp_mutex, K_FOREVER);
		}
		smp_turn++;
		smp_shared++;
		(void)k_condvar_broadcast(&smp_condvar);
		(void)k_mutex_unlock(&smp_mutex);
	}
}

ZTEST(smp, test_turns)
{
	smp_shared = 0U;
	smp_turn = 0U;
	for (unsigned int i = 0; i < 4U; i++) {
		crew_start(i, smp_takes_turns, (void *)4, NULL, K_PRIO_PREEMPT(6));
	}
	for (unsigned int i = 0; i < 4U; i++) {
		crew_await_end(i);
	}
	zassert_equal(smp_shared, 160U);
}

/* ---- work from all CPUs -------------------------------------------------------------- */

static atomic_t smp_work_ran;
static atomic_t smp_work_inside;
static atomic_t smp_work_errors;

static void smp_work_fn(struct k_work *work)
{
	ARG_UNUSED(work);
	if (atomic_inc(&smp_work_inside) != 0) {
		atomic_inc(&smp_work_errors);
	}
	atomic_inc(&smp_work_ran);
	atomic_dec(&smp_work_inside);
}

static void smp_submits(void *p1, void *p2, void *p3)
{
	struct k_work_delayable *dwork = p1;
	struct k_work_sync sync;
	uint32_t random = (uint32_t)(uintptr_t)p3;

	ARG_UNUSED(p2);
	for (int i = 0; i < 100; i++) {
		switch (crew_random(&random) % 5U) {
		case 0U:
			(void)k_work_submit_to_queue(&smp_work_q, &dwork->work);
			break;
		case 1U:
			(void)k_work_reschedule_for_queue(&smp_work_q, dwork,
							  K_USEC(crew_random(&random) % 30U));
			break;
		case 2U:
			(void)k_work_cancel_delayable_sync(dwork, &sync);
			break;
		case 3U:
			(void)k_work_flush_delayable(dwork, &sync);
			break;
		default:
			k_busy_wait(crew_random(&random) % 20U);
			break;
		}
	}
}

ZTEST(smp, test_work)
{
	static struct k_work_delayable dwork;
	struct k_work_sync sync;

	atomic_set(&smp_work_errors, 0);
	k_work_init_delayable(&dwork, smp_work_fn);
	for (unsigned int i = 0; i < 6U; i++) {
		crew_start(i, smp_submits, &dwork, NULL, K_PRIO_PREEMPT(6));
	}
	for (unsigned int i = 0; i < 6U; i++) {
		crew_await_end(i);
	}
	(void)k_work_cancel_delayable_sync(&dwork, &sync);
	zassert_equal(k_work_delayable_busy_get(&dwork), 0);
	zassert_equal(atomic_get(&smp_work_errors), 0, "a handler ran twice at a time");
	zassert_true(atomic_get(&smp_work_ran) > 0);
}
