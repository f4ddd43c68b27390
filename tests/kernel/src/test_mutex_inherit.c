/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Priority inheritance of mutexes: single, along chains of threads (on several CPUs too), with several
 * mutexes held, when waiters leave by timeout or abort, when priorities are set meanwhile, and in a
 * deadlock.
 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define LINKS 6U

static struct k_mutex chain[LINKS];
static struct k_sem go[CREW_SIZE];
static int results[CREW_SIZE];
static volatile unsigned int holding;

static void inherit_before(void *fixture)
{
	ARG_UNUSED(fixture);
	for (unsigned int i = 0; i < LINKS; i++) {
		zassert_ok(k_mutex_init(&chain[i]));
	}
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		zassert_ok(k_sem_init(&go[i], 0, 10));
		results[i] = 1;
	}
	holding = 0;
}

ZTEST_SUITE(kernel_mutex_inherit, NULL, NULL, inherit_before, crew_end, NULL);

static int prio_of(unsigned int i)
{
	return k_thread_priority_get(crew_thread(i));
}

/* Waits for a priority: on another CPU a change may be a moment away. */
static void await_prio(unsigned int i, int prio)
{
	for (int tries = 0; tries < 2000 && prio_of(i) != prio; tries++) {
		k_usleep(50);
	}
	zassert_equal(prio_of(i), prio, "thread %u has priority %d instead of %d", i, prio_of(i),
		      prio);
}

/* Holds one mutex until its semaphore is given. */
static void holder(void *m, void *p2, void *index)
{
	uintptr_t i = (uintptr_t)index;

	ARG_UNUSED(p2);
	results[i] = k_mutex_lock(m, K_FOREVER);
	holding++;
	(void)k_sem_take(&go[i], K_FOREVER);
	results[i] = k_mutex_unlock(m);
}

/* Waits for one mutex, within a time in microseconds if that is not 0. */
static void waiter(void *m, void *timeout_us, void *index)
{
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);
	uintptr_t i = (uintptr_t)index;

	results[i] = k_mutex_lock(m, timeout);
	if (results[i] == 0) {
		results[i] = k_mutex_unlock(m);
	}
}

static void start_holder(unsigned int i, struct k_mutex *m, int prio)
{
	unsigned int before = holding;

	crew_start(i, holder, m, NULL, prio);
	crew_await_value(&holding, before + 1);
	crew_await_blocked(i);
}

static void start_waiter(unsigned int i, struct k_mutex *m, unsigned int timeout_us, int prio)
{
	crew_start(i, waiter, m, (void *)(uintptr_t)timeout_us, prio);
	crew_await_blocked(i);
}

ZTEST(kernel_mutex_inherit, test_one_waiter)
{
	start_holder(0, &chain[0], 10);
	zassert_equal(prio_of(0), 10);
	start_waiter(1, &chain[0], 0, 12);
	zassert_equal(prio_of(0), 10, "a less urgent waiter lends nothing");
	start_waiter(2, &chain[0], 0, 4);
	zassert_equal(prio_of(0), 4);
	k_sem_give(&go[0]);
	crew_await_end(0);
	crew_await_end(1);
	crew_await_end(2);
	zassert_equal(prio_of(0), 10);
	for (unsigned int i = 0; i < 3; i++) {
		zassert_ok(results[i]);
	}
}

ZTEST(kernel_mutex_inherit, test_cooperative_waiter)
{
	start_holder(0, &chain[0], 10);
	start_waiter(1, &chain[0], 0, K_PRIO_COOP(10));
	zassert_equal(prio_of(0), K_PRIO_COOP(10));
	k_sem_give(&go[0]);
	crew_await_end(0);
	zassert_equal(prio_of(0), 10);
	crew_await_end(1);
}

ZTEST(kernel_mutex_inherit, test_timeout_takes_it_back)
{
	start_holder(0, &chain[0], 10);
	start_waiter(1, &chain[0], 0, 7);
	start_waiter(2, &chain[0], 400000, 2);
	zassert_equal(prio_of(0), 2);
	crew_await_end(2);
	zassert_equal(results[2], -EAGAIN);
	zassert_equal(prio_of(0), 7, "the other waiter's stays");
	k_sem_give(&go[0]);
	crew_await_end(1);
	crew_await_end(0);
	zassert_equal(prio_of(0), 10);
}

ZTEST(kernel_mutex_inherit, test_last_timeout_takes_it_back)
{
	start_holder(0, &chain[0], 10);
	start_waiter(1, &chain[0], 400000, 2);
	zassert_equal(prio_of(0), 2);
	crew_await_end(1);
	zassert_equal(results[1], -EAGAIN);
	zassert_equal(prio_of(0), 10);
	k_sem_give(&go[0]);
	crew_await_end(0);
	zassert_ok(results[0]);
}

ZTEST(kernel_mutex_inherit, test_abort_takes_it_back)
{
	start_holder(0, &chain[0], 10);
	start_waiter(1, &chain[0], 0, 7);
	start_waiter(2, &chain[0], 0, 2);
	zassert_equal(prio_of(0), 2);
	k_thread_abort(crew_thread(2));
	zassert_equal(prio_of(0), 7);
	k_thread_abort(crew_thread(1));
	zassert_equal(prio_of(0), 10);
	k_sem_give(&go[0]);
	crew_await_end(0);
	zassert_ok(k_mutex_lock(&chain[0], K_NO_WAIT));
	zassert_ok(k_mutex_unlock(&chain[0]));
}

ZTEST(kernel_mutex_inherit, test_new_owner_inherits_from_the_rest)
{
	start_holder(0, &chain[0], 10);
	crew_start(1, holder, &chain[0], NULL, 5);
	crew_await_blocked(1);
	k_sem_give(&go[0]);
	crew_await_end(0);
	crew_await_value(&holding, 2);
	start_waiter(2, &chain[0], 0, 3);
	zassert_equal(prio_of(1), 3);
	start_waiter(3, &chain[0], 0, 6);
	k_sem_give(&go[1]);
	for (unsigned int i = 1; i < 4; i++) {
		crew_await_end(i);
		zassert_ok(results[i]);
	}
	zassert_equal(prio_of(1), 5);
}

/* Holds link i - 1 of the chain and waits for link i. */
static void link(void *p1, void *p2, void *index)
{
	uintptr_t i = (uintptr_t)index;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	(void)k_mutex_lock(&chain[i - 1U], K_FOREVER);
	results[i] = k_mutex_lock(&chain[i], K_FOREVER);
	if (results[i] == 0) {
		(void)k_mutex_unlock(&chain[i]);
	}
	(void)k_mutex_unlock(&chain[i - 1U]);
}

/* Thread 1 holds 0 and waits for 1, thread 2 holds 1 and waits for 2 …; the last one holds the last. */
static void build_chain(bool pinned)
{
	unsigned int last = LINKS - 1U;

	start_holder(LINKS, &chain[last], 14);
	for (unsigned int i = last; i > 0; i--) {
		if (pinned) {
			crew_start_on(i, link, NULL, NULL, 8 + (int)i, i);
		} else {
			crew_start(i, link, NULL, NULL, 8 + (int)i);
		}
		crew_await_blocked(i);
	}
}

static void check_chain(bool pinned)
{
	build_chain(pinned);
	zassert_equal(prio_of(LINKS), 9, "the best of the chain's own");
	start_waiter(0, &chain[0], 400000, 1);
	for (unsigned int i = 1; i <= LINKS; i++) {
		zassert_equal(prio_of(i), 1, "thread %u did not inherit", i);
	}
	crew_await_end(0);
	zassert_equal(results[0], -EAGAIN);
	for (unsigned int i = 1; i < LINKS; i++) {
		zassert_equal(prio_of(i), 9, "thread %u", i);
	}
	zassert_equal(prio_of(LINKS), 9);
	start_waiter(0, &chain[0], 0, 2);
	zassert_equal(prio_of(LINKS), 2);
	k_sem_give(&go[LINKS]);
	for (unsigned int i = 0; i <= LINKS; i++) {
		crew_await_end(i);
		zassert_ok(results[i]);
	}
	for (unsigned int i = 1; i < LINKS; i++) {
		zassert_equal(prio_of(i), 8 + (int)i);
	}
	zassert_equal(prio_of(LINKS), 14);
}

ZTEST(kernel_mutex_inherit, test_chain)
{
	check_chain(false);
}

ZTEST(kernel_mutex_inherit, test_chain_across_cpus)
{
	check_chain(true);
}

ZTEST(kernel_mutex_inherit, test_chain_broken_by_abort)
{
	build_chain(false);
	start_waiter(0, &chain[0], 0, 1);
	zassert_equal(prio_of(LINKS), 1);
	/* Whatever was lent through thread 3 goes, further on; before it, it stays. */
	k_thread_abort(crew_thread(3));
	zassert_equal(prio_of(LINKS), 12, "thread 4's own, through thread 5");
	zassert_equal(prio_of(4), 12);
	zassert_equal(prio_of(2), 1);
	k_sem_give(&go[LINKS]);
	crew_await_end(5);
	crew_await_end(4);
	zassert_ok(results[4]);
	k_thread_abort(crew_thread(0));
	zassert_equal(prio_of(1), 9);
}

/* Holds mutexes 0, 1 and 2, and unlocks them one by one when told. */
static void multi_holder(void *p1, void *p2, void *index)
{
	uintptr_t i = (uintptr_t)index;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	for (unsigned int n = 0; n < 3; n++) {
		(void)k_mutex_lock(&chain[n], K_FOREVER);
	}
	holding = 1;
	for (unsigned int n = 0; n < 3; n++) {
		(void)k_sem_take(&go[i], K_FOREVER);
		/* In the order in which they were locked: not the reverse. */
		(void)k_mutex_unlock(&chain[n]);
		holding++;
	}
	(void)k_sem_take(&go[i], K_FOREVER);
}

ZTEST(kernel_mutex_inherit, test_several_mutexes)
{
	crew_start(0, multi_holder, NULL, NULL, 12);
	crew_await_value(&holding, 1);
	start_waiter(1, &chain[0], 0, 6);
	zassert_equal(prio_of(0), 6);
	start_waiter(2, &chain[1], 0, 3);
	zassert_equal(prio_of(0), 3);
	start_waiter(3, &chain[2], 0, 9);
	zassert_equal(prio_of(0), 3);
	k_sem_give(&go[0]);
	crew_await_value(&holding, 2);
	zassert_equal(prio_of(0), 3, "mutex 1 still lends it");
	k_sem_give(&go[0]);
	crew_await_value(&holding, 3);
	zassert_equal(prio_of(0), 9, "mutex 2 still lends it");
	k_sem_give(&go[0]);
	crew_await_value(&holding, 4);
	zassert_equal(prio_of(0), 12);
	k_sem_give(&go[0]);
	for (unsigned int i = 0; i < 4; i++) {
		crew_await_end(i);
	}
}

ZTEST(kernel_mutex_inherit, test_priority_set_meanwhile)
{
	start_holder(0, &chain[0], 10);
	start_waiter(1, &chain[0], 0, 6);
	zassert_equal(prio_of(0), 6);
	k_thread_priority_set(crew_thread(0), 12);
	zassert_equal(prio_of(0), 6, "what it inherits stays in force");
	k_thread_priority_set(crew_thread(0), 4);
	zassert_equal(prio_of(0), 4);
	k_thread_priority_set(crew_thread(0), 11);
	zassert_equal(prio_of(0), 6);
	k_thread_priority_set(crew_thread(1), 2);
	zassert_equal(prio_of(0), 2, "a waiter's new priority is lent");
	k_thread_priority_set(crew_thread(1), 8);
	zassert_equal(prio_of(0), 8);
	k_sem_give(&go[0]);
	crew_await_end(0);
	crew_await_end(1);
	zassert_equal(prio_of(0), 11);
}

ZTEST(kernel_mutex_inherit, test_priority_set_along_chain)
{
	build_chain(false);
	k_thread_priority_set(crew_thread(1), 0);
	for (unsigned int i = 2; i <= LINKS; i++) {
		zassert_equal(prio_of(i), 0, "thread %u", i);
	}
	k_thread_priority_set(crew_thread(1), 13);
	for (unsigned int i = 2; i <= LINKS; i++) {
		zassert_equal(prio_of(i), 10, "thread %u", i);
	}
	k_sem_give(&go[LINKS]);
	for (unsigned int i = 1; i <= LINKS; i++) {
		crew_await_end(i);
	}
}

/* Waits for mutex 0 once, then holds mutex 1. */
static void moves_on(void *p1, void *p2, void *index)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	(void)k_mutex_lock(&chain[0], K_FOREVER);
	(void)k_mutex_unlock(&chain[0]);
	holder(&chain[1], NULL, index);
}

/* What a thread waited for earlier is no link of a chain any more. */
ZTEST(kernel_mutex_inherit, test_past_wait_is_forgotten)
{
	start_holder(0, &chain[0], 10);
	crew_start(1, moves_on, NULL, NULL, 8);
	crew_await_blocked(1);
	k_sem_give(&go[0]);
	crew_await_end(0);
	crew_await_value(&holding, 2);
	start_holder(2, &chain[0], 12);
	start_waiter(3, &chain[1], 0, 3);
	zassert_equal(prio_of(1), 3);
	zassert_equal(prio_of(2), 12, "inherits through a wait that is over");
	k_sem_give(&go[1]);
	k_sem_give(&go[2]);
	for (unsigned int i = 1; i < 4; i++) {
		crew_await_end(i);
	}
}

/* What the inversion costs: the medium thread must not keep the most urgent one waiting. */
static volatile bool spin;
static volatile bool low_done;

static void low(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	(void)k_mutex_lock(&chain[0], K_FOREVER);
	holding++;
	(void)k_sem_take(&go[0], K_FOREVER);
	k_busy_wait(200);
	low_done = true;
	(void)k_mutex_unlock(&chain[0]);
}

static void medium(void *p1, void *p2, void *p3)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	ARG_UNUSED(p3);
	while (spin) {
		k_busy_wait(10);
	}
}

ZTEST(kernel_mutex_inherit, test_no_inversion)
{
	spin = true;
	low_done = false;
	crew_start_on(0, low, NULL, NULL, 10, 0);
	crew_await_value(&holding, 1);
	crew_start_on(1, medium, NULL, NULL, 5, 0);
	start_waiter(2, &chain[0], 0, 2);
	k_sem_give(&go[0]);
	crew_await_end(2);
	zassert_ok(results[2]);
	zassert_true(low_done && spin);
	spin = false;
	crew_await_end(0);
	crew_await_end(1);
}

/* Two threads that wait for each other, and a third that lends to both: no endless walk. */
static void deadlocker(void *first, void *second, void *index)
{
	uintptr_t i = (uintptr_t)index;

	(void)k_mutex_lock(first, K_FOREVER);
	holding++;
	(void)k_sem_take(&go[i], K_FOREVER);
	results[i] = k_mutex_lock(second, K_MSEC(1500));
	if (results[i] == 0) {
		(void)k_mutex_unlock(second);
	}
	(void)k_mutex_unlock(first);
}

ZTEST(kernel_mutex_inherit, test_deadlock_ends_by_timeout)
{
	crew_start(0, deadlocker, &chain[0], &chain[1], 10);
	crew_await_value(&holding, 1);
	crew_start(1, deadlocker, &chain[1], &chain[0], 8);
	crew_await_value(&holding, 2);
	k_sem_give(&go[0]);
	k_sem_give(&go[1]);
	k_usleep(500);
	start_waiter(2, &chain[0], 0, 3);
	zassert_equal(prio_of(0), 3);
	zassert_equal(prio_of(1), 3);
	k_thread_priority_set(crew_thread(2), 1);
	zassert_equal(prio_of(1), 1);
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_end(i);
	}
	zassert_true(results[0] == -EAGAIN || results[1] == -EAGAIN);
	zassert_ok(results[2]);
	zassert_equal(prio_of(0), 10);
	zassert_equal(prio_of(1), 8);
}

/* Threads lock pairs of mutexes in order, with timeouts, on all CPUs: priorities must come back. */
static void inherit_stress(void *rounds, void *p2, void *index)
{
	uint32_t seed = (uint32_t)(uintptr_t)index + 77U;

	ARG_UNUSED(p2);
	for (uintptr_t n = (uintptr_t)rounds; n > 0; n--) {
		unsigned int a = crew_random(&seed) % (LINKS - 1U);
		unsigned int b = a + 1U + crew_random(&seed) % (LINKS - 1U - a);

		if (k_mutex_lock(&chain[a], K_USEC(40)) != 0) {
			continue;
		}
		if (k_mutex_lock(&chain[b], n % 4U == 0U ? K_USEC(20) : K_FOREVER) == 0) {
			k_busy_wait(crew_random(&seed) % 8U);
			(void)k_mutex_unlock(&chain[b]);
		}
		(void)k_mutex_unlock(&chain[a]);
	}
}

ZTEST(kernel_mutex_inherit, test_smp_stress)
{
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_start_on(i, inherit_stress, (void *)(uintptr_t)120, NULL, 2 + (int)i, i);
	}
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		crew_await_end(i);
		await_prio(i, 2 + (int)i);
	}
	for (unsigned int i = 0; i < LINKS; i++) {
		zassert_ok(k_mutex_lock(&chain[i], K_NO_WAIT), "mutex %u is still locked", i);
		zassert_ok(k_mutex_unlock(&chain[i]));
	}
}
