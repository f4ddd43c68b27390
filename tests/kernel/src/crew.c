/* SPDX-License-Identifier: Apache-2.0 */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>
#include <zephyr/ztest_error_hook.h>

#include "crew.h"

#define STACK_SIZE 4096
/* Of 50 us: about hangs only. */
#define AWAIT_TRIES 200000

static K_THREAD_STACK_ARRAY_DEFINE(stacks, CREW_SIZE, STACK_SIZE);
static struct k_thread threads[CREW_SIZE];
static bool started[CREW_SIZE];

volatile unsigned int crew_asserts;

/* In an interrupt handler nothing can be aborted: there, what failed just goes on. */
void ztest_post_assert_fail_hook(void)
{
	crew_asserts++;
	if (!k_is_in_isr()) {
		k_thread_abort(k_current_get());
	}
}

static k_tid_t create(unsigned int i, k_thread_entry_t fn, void *p1, void *p2, int prio)
{
	zassert_true(i < CREW_SIZE && !started[i], "crew thread %u is taken", i);
	started[i] = true;
	return k_thread_create(&threads[i], stacks[i], K_THREAD_STACK_SIZEOF(stacks[i]), fn, p1, p2,
			       (void *)(uintptr_t)i, prio, 0, K_FOREVER);
}

k_tid_t crew_start(unsigned int i, k_thread_entry_t fn, void *p1, void *p2, int prio)
{
	k_tid_t t = create(i, fn, p1, p2, prio);

	k_thread_start(t);
	return t;
}

k_tid_t crew_start_on(unsigned int i, k_thread_entry_t fn, void *p1, void *p2, int prio,
		      unsigned int cpu)
{
	k_tid_t t = create(i, fn, p1, p2, prio);

	zassert_ok(k_thread_cpu_pin(t, (int)(cpu % arch_num_cpus())));
	k_thread_start(t);
	return t;
}

struct k_thread *crew_thread(unsigned int i)
{
	return &threads[i];
}

void crew_await_blocked(unsigned int i)
{
	for (int tries = 0; tries < AWAIT_TRIES; tries++) {
		if (*(_wait_q_t *volatile *)&threads[i].base.pended_on != NULL) {
			return;
		}
		k_usleep(50);
	}
	zassert_unreachable("crew thread %u does not block", i);
}

void crew_await_end(unsigned int i)
{
	zassert_ok(k_thread_join(&threads[i], K_SECONDS(60)), "crew thread %u does not end", i);
	started[i] = false;
}

void crew_run(unsigned int n, k_thread_entry_t fn, void *p1, void *p2, int prio)
{
	for (unsigned int i = 0; i < n; i++) {
		if (i % 2U == 0U) {
			crew_start_on(i, fn, p1, p2, prio, i / 2U);
		} else {
			crew_start(i, fn, p1, p2, prio);
		}
	}
	for (unsigned int i = 0; i < n; i++) {
		crew_await_end(i);
	}
}

void crew_await_value(const volatile unsigned int *value, unsigned int expected)
{
	for (int tries = 0; tries < AWAIT_TRIES && *value != expected; tries++) {
		k_usleep(50);
	}
	zassert_equal(*value, expected, "%u instead of %u", *value, expected);
}

void crew_end(void *fixture)
{
	ARG_UNUSED(fixture);
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		if (started[i]) {
			k_thread_abort(&threads[i]);
			started[i] = false;
		}
	}
}
