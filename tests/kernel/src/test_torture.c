/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that do everything to each other at random, from threads and from interrupts, while the
 * scheduler's structures are checked all the time.
 *
 * One thread creates the others anew when they have ended; all of them, and a timer's interrupt, suspend,
 * resume, abort, wake and re-prioritise. The seed is printed; on one emulated machine that counts
 * instructions the same seed gives the same run.
 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"
#include "invariants.h"

#define WORKERS    10U
#define STACK_SIZE 4096
/* What a run takes on a machine that is not emulated. */
#define SPAN_MS 120
#define NOBODY  UINT32_MAX

static K_THREAD_STACK_ARRAY_DEFINE(stacks, WORKERS, STACK_SIZE);
static struct k_thread workers[WORKERS];
static struct k_thread *const worker_list[WORKERS] = {
	&workers[0], &workers[1], &workers[2], &workers[3], &workers[4],
	&workers[5], &workers[6], &workers[7], &workers[8], &workers[9],
};
/* A worker may be created anew only when no other is about to do something to it. */
static volatile uint32_t aims_at[WORKERS];
static volatile bool alive[WORKERS];
static volatile bool go_on;

static struct k_sem sem;
static struct k_mutex mutexes[3];
static struct k_condvar condvar;
static struct k_event event;
K_MSGQ_DEFINE(torture_msgq, sizeof(uint32_t), 2, 4);
static struct k_timer timers[3];
static uint32_t timer_random[3];

static unsigned int me(void)
{
	return (unsigned int)(k_current_get() - workers);
}

static k_timeout_t span(uint32_t *random)
{
	return K_USEC(1U + crew_random(random) % 60U);
}

static int some_prio(uint32_t *random)
{
	return (int)(crew_random(random) % 9U) - (crew_random(random) % 8U == 0U ? 3 : 0) + 2;
}

/* Something is done to another worker, which stays what it is meanwhile. */
static void aim(uint32_t *random)
{
	unsigned int target = crew_random(random) % WORKERS;
	k_tid_t t = &workers[target];

	aims_at[me()] = target;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (alive[target]) {
		switch (crew_random(random) % 8U) {
		case 0U:
			k_thread_abort(t);
			break;
		case 1U:
			k_thread_suspend(t);
			break;
		case 2U:
		case 3U:
			k_thread_resume(t);
			break;
		case 4U:
			k_wakeup(t);
			break;
		case 5U:
			k_thread_deadline_set(t, (int)(crew_random(random) % 1000U));
			break;
		default:
			k_thread_priority_set(t, some_prio(random));
			break;
		}
	}
	aims_at[me()] = NOBODY;
}

static void poll_for(k_timeout_t timeout)
{
	struct k_poll_event events[2] = {
		K_POLL_EVENT_INITIALIZER(K_POLL_TYPE_SEM_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY, &sem),
		K_POLL_EVENT_INITIALIZER(K_POLL_TYPE_MSGQ_DATA_AVAILABLE, K_POLL_MODE_NOTIFY_ONLY,
					 &torture_msgq),
	};

	(void)k_poll(events, ARRAY_SIZE(events), timeout);
}

/* Any two may wait for each other: that ends with a timeout. */
static void lock_two(uint32_t *random)
{
	struct k_mutex *first = &mutexes[crew_random(random) % ARRAY_SIZE(mutexes)];
	struct k_mutex *second = &mutexes[crew_random(random) % ARRAY_SIZE(mutexes)];

	if (k_mutex_lock(first, span(random)) != 0) {
		return;
	}
	if (k_mutex_lock(second, span(random)) == 0) {
		(void)k_condvar_wait(&condvar, second, span(random));
		(void)k_mutex_unlock(second);
	}
	(void)k_mutex_unlock(first);
}

static void block(uint32_t *random)
{
	uint32_t message = 0U;

	switch (crew_random(random) % 6U) {
	case 0U:
		(void)k_sem_take(&sem, span(random));
		break;
	case 1U:
		(void)k_msgq_get(&torture_msgq, &message, span(random));
		break;
	case 2U:
		(void)k_event_wait(&event, 1U, false, span(random));
		break;
	case 3U:
		poll_for(span(random));
		break;
	case 4U:
		lock_two(random);
		break;
	default:
		(void)k_usleep((int32_t)(crew_random(random) % 40U));
		break;
	}
}

static void wake(uint32_t *random)
{
	uint32_t message = 1U;

	switch (crew_random(random) % 4U) {
	case 0U:
		k_sem_give(&sem);
		break;
	case 1U:
		(void)k_msgq_put(&torture_msgq, &message, K_NO_WAIT);
		break;
	case 2U:
		k_event_post(&event, 1U);
		k_event_clear(&event, 1U);
		break;
	default:
		(void)k_condvar_broadcast(&condvar);
		break;
	}
}

static void with_lock(uint32_t *random)
{
	unsigned int key;

	switch (crew_random(random) % 3U) {
	case 0U:
		k_sched_lock();
		wake(random);
		k_busy_wait(crew_random(random) % 4U);
		wake(random);
		k_sched_unlock();
		break;
	case 1U:
		key = arch_irq_lock();
		wake(random);
		wake(random);
		arch_irq_unlock(key);
		break;
	default:
		key = irq_lock();
		wake(random);
		if (crew_random(random) % 2U == 0U) {
			k_yield();
		} else {
			k_usleep(5);
		}
		irq_unlock(key);
		break;
	}
}

static void worker(void *p1, void *p2, void *p3)
{
	uint32_t random = (uint32_t)(uintptr_t)p1;

	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (go_on) {
		switch (crew_random(&random) % 10U) {
		case 0U:
		case 1U:
			aim(&random);
			break;
		case 2U:
		case 3U:
			wake(&random);
			break;
		case 4U:
			k_yield();
			break;
		case 5U:
			with_lock(&random);
			break;
		case 6U:
			k_thread_priority_set(k_current_get(), some_prio(&random));
			break;
		case 7U:
			k_busy_wait(crew_random(&random) % 8U);
			break;
		default:
			block(&random);
			break;
		}
		invariants_check(worker_list, WORKERS);
	}
}

/* Which only it can do without a word with the others: something to the thread that it interrupts. */
static void timer_expired(struct k_timer *timer)
{
	uint32_t *random = &timer_random[timer - timers];
	k_tid_t t = k_current_get();
	bool ours = t >= workers && t < workers + WORKERS;

	switch (crew_random(random) % 6U) {
	case 0U:
		if (ours) {
			k_thread_abort(t);
		}
		break;
	case 1U:
		if (ours) {
			k_thread_suspend(t);
		}
		break;
	case 2U:
		if (ours) {
			k_thread_priority_set(t, some_prio(random));
		}
		break;
	default:
		wake(random);
		wake(random);
		break;
	}
	if (go_on) {
		k_timer_start(timer, span(random), K_NO_WAIT);
	}
}

static bool aimed_at(unsigned int i)
{
	for (unsigned int w = 0; w < WORKERS; w++) {
		if (w != i && aims_at[w] == i) {
			return true;
		}
	}
	return false;
}

static void create(unsigned int i, uint32_t *random)
{
	k_tid_t t = k_thread_create(&workers[i], stacks[i], K_THREAD_STACK_SIZEOF(stacks[i]),
				    worker, (void *)(uintptr_t)crew_random(random), NULL, NULL,
				    some_prio(random), 0, K_FOREVER);
	char name[] = "worker 0";

	name[sizeof(name) - 2U] = (char)('0' + i);
	(void)k_thread_name_set(t, name);
	if (crew_random(random) % 3U == 0U) {
		(void)k_thread_cpu_pin(t, (int)(crew_random(random) % arch_num_cpus()));
	} else if (crew_random(random) % 2U == 0U) {
		(void)k_thread_cpu_mask_disable(t, (int)(crew_random(random) % arch_num_cpus()));
	}
	alive[i] = true;
	k_thread_start(t);
}

/* One that has ended is made anew at once, in the same memory. */
static void tend(unsigned int i, uint32_t *random)
{
	if (alive[i]) {
		if (crew_random(random) % 8U == 0U) {
			k_thread_abort(&workers[i]);
		} else if (k_thread_join(&workers[i], K_NO_WAIT) != 0) {
			k_thread_resume(&workers[i]);
			return;
		}
		alive[i] = false;
		aims_at[i] = NOBODY;
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	}
	if (!aimed_at(i) && go_on) {
		create(i, random);
	}
}

static void torture_end(void *fixture)
{
	ARG_UNUSED(fixture);
	go_on = false;
	for (unsigned int i = 0; i < ARRAY_SIZE(timers); i++) {
		k_timer_stop(&timers[i]);
	}
	k_usleep(100);
	for (unsigned int i = 0; i < WORKERS; i++) {
		if (alive[i]) {
			k_thread_abort(&workers[i]);
			alive[i] = false;
		}
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(timers); i++) {
		k_timer_stop(&timers[i]);
	}
}

ZTEST_SUITE(torture, NULL, NULL, NULL, torture_end, NULL);

static void objects_init(void)
{
	(void)k_sem_init(&sem, 0U, 3U);
	for (unsigned int i = 0; i < ARRAY_SIZE(mutexes); i++) {
		(void)k_mutex_init(&mutexes[i]);
	}
	(void)k_condvar_init(&condvar);
	k_event_init(&event);
}

static void check_all(void)
{
	invariants_check(worker_list, WORKERS);
	invariants_check_waitq(&sem.wait_q);
	invariants_check_waitq(&torture_msgq.wait_q);
	invariants_check_waitq(&condvar.wait_q);
	for (unsigned int i = 0; i < ARRAY_SIZE(mutexes); i++) {
		invariants_check_waitq(&mutexes[i].wait_q);
	}
}

/* Runs for a while, then ends all of it. The mutexes of the dead are forgotten from round to round. */
static void one_round(uint32_t *random, k_ticks_t ticks)
{
	int64_t end = k_uptime_ticks() + ticks;

	objects_init();
	go_on = true;
	for (unsigned int i = 0; i < WORKERS; i++) {
		aims_at[i] = NOBODY;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(timers); i++) {
		timer_random[i] = crew_random(random);
		k_timer_init(&timers[i], timer_expired, NULL);
		k_timer_start(&timers[i], span(random), K_NO_WAIT);
	}
	while (k_uptime_ticks() < end && invariants_fault() == NULL) {
		tend(crew_random(random) % WORKERS, random);
		check_all();
		if (crew_random(random) % 4U == 0U) {
			k_usleep((int32_t)(crew_random(random) % 30U));
		}
	}
	torture_end(NULL);
	check_all();
}

ZTEST(torture, test_everything_at_random)
{
	uint32_t seed = k_cycle_get_32();
	uint32_t random = seed;
	int64_t end = k_uptime_get() + SPAN_MS;

	printk("seed %u\n", seed);
	invariants_reset();
	k_thread_priority_set(k_current_get(), K_PRIO_PREEMPT(3));
	while (k_uptime_get() < end && invariants_fault() == NULL) {
		one_round(&random, 10000);
	}
	zassert_is_null(invariants_fault(), "seed %u: %s", seed, invariants_fault());
}
