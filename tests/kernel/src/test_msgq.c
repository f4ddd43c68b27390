/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Message queues: copying, order, bounds, sizes of messages, readers and writers that wait, peeking,
 * purging, allocated rings, interrupts, and sequences that stay whole on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define MSGS 3U

struct message {
	uint32_t from;
	uint32_t number;
};

K_MSGQ_DEFINE(msgq_static, sizeof(struct message), MSGS, 8);
static struct k_msgq msgq;
static char __aligned(8) ring[MSGS * sizeof(struct message)];
static struct message messages[CREW_SIZE];
static int results[CREW_SIZE];
static volatile unsigned int done;
static volatile unsigned int order[CREW_SIZE];

static void msgq_before(void *fixture)
{
	ARG_UNUSED(fixture);
	k_msgq_init(&msgq, ring, sizeof(struct message), MSGS);
	done = 0;
	for (unsigned int i = 0; i < CREW_SIZE; i++) {
		results[i] = 1;
		messages[i] = (struct message){.from = 100U + i, .number = i};
	}
}

ZTEST_SUITE(kernel_msgq, NULL, NULL, msgq_before, crew_end, NULL);

static void finish(void *index, int ret)
{
	unsigned int i = (unsigned int)(uintptr_t)index;

	results[i] = ret;
	order[done] = i;
	compiler_barrier();
	done++;
}

static void msgq_reader(void *q, void *timeout_us, void *index)
{
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	finish(index, k_msgq_get(q, &messages[(uintptr_t)index], timeout));
}

static void msgq_writer(void *q, void *timeout_us, void *index)
{
	k_timeout_t timeout = timeout_us == NULL ? K_FOREVER : K_USEC((uintptr_t)timeout_us);

	finish(index, k_msgq_put(q, &messages[(uintptr_t)index], timeout));
}

static void put(struct k_msgq *q, uint32_t number)
{
	struct message m = {.from = 1, .number = number};

	zassert_ok(k_msgq_put(q, &m, K_NO_WAIT));
}

static void expect_number(struct k_msgq *q, uint32_t number)
{
	struct message m;

	zassert_ok(k_msgq_get(q, &m, K_SECONDS(10)));
	zassert_equal(m.number, number, "message %u instead of %u", m.number, number);
}

static void check_bounds(struct k_msgq *q)
{
	struct message m = {.from = 5, .number = 6};

	for (uint32_t round = 0; round < 2U * MSGS; round++) {
		zassert_equal(k_msgq_get(q, &m, K_NO_WAIT), -ENOMSG);
		for (uint32_t i = 0; i < MSGS; i++) {
			zassert_equal(k_msgq_num_used_get(q), i);
			zassert_equal(k_msgq_num_free_get(q), MSGS - i);
			put(q, i);
		}
		zassert_equal(k_msgq_put(q, &m, K_NO_WAIT), -ENOMSG);
		zassert_equal(k_msgq_put(q, &m, K_USEC(100)), -EAGAIN);
		for (uint32_t i = 0; i < MSGS; i++) {
			expect_number(q, i);
		}
		zassert_equal(k_msgq_get(q, &m, K_USEC(100)), -EAGAIN);
		/* The next round starts at another place of the ring. */
		put(q, 9);
		expect_number(q, 9);
	}
}

ZTEST(kernel_msgq, test_bounds)
{
	check_bounds(&msgq);
	check_bounds(&msgq_static);
	zassert_ok(k_msgq_cleanup(&msgq), "nothing to give back");
}

ZTEST(kernel_msgq, test_attributes)
{
	struct k_msgq_attrs attrs;

	put(&msgq, 1);
	put(&msgq, 2);
	k_msgq_get_attrs(&msgq, &attrs);
	zassert_equal(attrs.msg_size, sizeof(struct message));
	zassert_equal(attrs.max_msgs, MSGS);
	zassert_equal(attrs.used_msgs, 2);
}

/* Messages of every size, in rings without alignment, arrive byte by byte. */
ZTEST(kernel_msgq, test_message_sizes)
{
	static char bytes[1 + 3 * 40];
	char in[40];
	char out[42];

	for (size_t size = 1; size <= sizeof(in); size++) {
		k_msgq_init(&msgq, &bytes[1], size, 3);
		for (char n = 1; n <= 5; n++) {
			memset(in, n, size);
			in[size - 1U] = (char)(n + 50);
			memset(out, 99, sizeof(out));
			zassert_ok(k_msgq_put(&msgq, in, K_NO_WAIT));
			zassert_ok(k_msgq_peek(&msgq, out + 1));
			zassert_mem_equal(out + 1, in, size);
			memset(out, 99, sizeof(out));
			zassert_ok(k_msgq_get(&msgq, out + 1, K_NO_WAIT));
			zassert_mem_equal(out + 1, in, size, "size %zu", size);
			zassert_true(out[0] == 99 && out[size + 1U] == 99, "wrote beyond");
		}
	}
}

ZTEST(kernel_msgq, test_peek)
{
	struct message m = {.number = 77};

	zassert_equal(k_msgq_peek(&msgq, &m), -ENOMSG);
	zassert_equal(k_msgq_peek_at(&msgq, &m, 0), -ENOMSG);
	/* Start near the end of the ring, so that indices wrap. */
	put(&msgq, 0);
	put(&msgq, 0);
	expect_number(&msgq, 0);
	expect_number(&msgq, 0);
	for (uint32_t i = 0; i < MSGS; i++) {
		put(&msgq, 10U + i);
	}
	zassert_ok(k_msgq_peek(&msgq, &m));
	zassert_equal(m.number, 10);
	for (uint32_t i = 0; i < MSGS; i++) {
		zassert_ok(k_msgq_peek_at(&msgq, &m, i));
		zassert_equal(m.number, 10U + i);
	}
	zassert_equal(k_msgq_peek_at(&msgq, &m, MSGS), -ENOMSG);
	zassert_equal(k_msgq_peek_at(&msgq, &m, UINT32_MAX), -ENOMSG);
	zassert_equal(k_msgq_num_used_get(&msgq), MSGS, "peeking took something");
}

ZTEST(kernel_msgq, test_put_front)
{
	struct message m = {.number = 1};

	for (uint32_t round = 0; round < MSGS; round++) {
		for (m.number = 1; m.number <= MSGS; m.number++) {
			zassert_ok(k_msgq_put_front(&msgq, &m));
		}
		zassert_equal(k_msgq_put_front(&msgq, &m), -ENOMSG);
		for (uint32_t i = MSGS; i > 0; i--) {
			expect_number(&msgq, i);
		}
		put(&msgq, 9);
		expect_number(&msgq, 9);
	}
	crew_start(0, msgq_reader, &msgq, NULL, 5);
	crew_await_blocked(0);
	m.number = 66;
	zassert_ok(k_msgq_put_front(&msgq, &m));
	crew_await_end(0);
	zassert_equal(messages[0].number, 66);
}

ZTEST(kernel_msgq, test_readers_in_order)
{
	static const int prios[] = {9, 4, 9, 1, 4};
	static const unsigned int expected[] = {3, 1, 4, 0, 2};

	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_start(i, msgq_reader, &msgq, NULL, prios[i]);
		crew_await_blocked(i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		put(&msgq, 50U + i);
		zassert_equal(k_msgq_num_used_get(&msgq), 0, "it went to the reader");
		crew_await_value(&done, i + 1);
		zassert_equal(order[i], expected[i], "reader %u came as number %u", order[i], i);
		zassert_equal(messages[expected[i]].number, 50U + i);
		zassert_ok(results[expected[i]]);
	}
}

ZTEST(kernel_msgq, test_writers_in_order)
{
	static const int prios[] = {9, 4, 9, 1, 4};
	static const unsigned int expected[] = {3, 1, 4, 0, 2};

	for (uint32_t i = 0; i < MSGS; i++) {
		put(&msgq, 1000U + i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_start(i, msgq_writer, &msgq, NULL, prios[i]);
		crew_await_blocked(i);
	}
	for (uint32_t i = 0; i < MSGS; i++) {
		expect_number(&msgq, 1000U + i);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		expect_number(&msgq, expected[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(prios); i++) {
		crew_await_end(i);
		zassert_ok(results[i]);
	}
	zassert_equal(k_msgq_num_used_get(&msgq), 0);
}

ZTEST(kernel_msgq, test_purge)
{
	k_msgq_purge(&msgq);
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, msgq_reader, &msgq, NULL, 5);
		crew_await_blocked(i);
	}
	k_msgq_purge(&msgq);
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_end(i);
		zassert_equal(results[i], -ENOMSG);
	}
	for (uint32_t i = 0; i < MSGS; i++) {
		put(&msgq, i);
	}
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, msgq_writer, &msgq, i == 0U ? NULL : (void *)(uintptr_t)10000000, 5);
		crew_await_blocked(i);
	}
	k_msgq_purge(&msgq);
	for (unsigned int i = 0; i < 3; i++) {
		crew_await_end(i);
		zassert_equal(results[i], -ENOMSG);
	}
	zassert_equal(k_msgq_num_used_get(&msgq), 0);
	check_bounds(&msgq);
}

ZTEST(kernel_msgq, test_alloc)
{
	struct k_heap *pool = k_current_get()->resource_pool;
	struct k_msgq allocated;
	struct message m = {0};

	k_thread_system_pool_assign(k_current_get());
	zassert_equal(k_msgq_alloc_init(&allocated, SIZE_MAX, 2), -EINVAL);
	zassert_equal(k_msgq_alloc_init(&allocated, SIZE_MAX / 4U, 2), -ENOMEM);
	zassert_ok(k_msgq_alloc_init(&allocated, sizeof(struct message), MSGS));
	check_bounds(&allocated);
	zassert_ok(k_msgq_cleanup(&allocated));
	zassert_equal(k_msgq_put(&allocated, &m, K_NO_WAIT), -ENOMSG, "the ring is gone");
	zassert_equal(k_msgq_get(&allocated, &m, K_NO_WAIT), -ENOMSG);
	k_thread_heap_assign(k_current_get(), NULL);
	zassert_equal(k_msgq_alloc_init(&allocated, 4, 4), -ENOMEM);
	k_thread_heap_assign(k_current_get(), pool);
}

ZTEST(kernel_msgq, test_cleanup_with_waiter)
{
	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_msgq_alloc_init(&msgq, sizeof(struct message), MSGS));
	crew_start(0, msgq_reader, &msgq, NULL, 5);
	crew_await_blocked(0);
	zassert_equal(k_msgq_cleanup(&msgq), -EBUSY);
	put(&msgq, 3);
	crew_await_end(0);
	zassert_equal(messages[0].number, 3);
	zassert_ok(k_msgq_cleanup(&msgq));
}

static void isr_put(const void *q)
{
	results[7] = k_msgq_put((struct k_msgq *)(uintptr_t)q, &messages[7], K_NO_WAIT);
}

static void isr_get(const void *q)
{
	results[7] = k_msgq_get((struct k_msgq *)(uintptr_t)q, &messages[6], K_NO_WAIT);
}

ZTEST(kernel_msgq, test_isr)
{
	for (uint32_t i = 0; i < MSGS; i++) {
		irq_offload(isr_put, &msgq);
		zassert_ok(results[7]);
	}
	irq_offload(isr_put, &msgq);
	zassert_equal(results[7], -ENOMSG);
	crew_start(0, msgq_writer, &msgq, NULL, 5);
	crew_await_blocked(0);
	irq_offload(isr_get, &msgq);
	zassert_ok(results[7]);
	zassert_equal(messages[6].number, 7);
	crew_await_end(0);
	k_msgq_purge(&msgq);
	irq_offload(isr_get, &msgq);
	zassert_equal(results[7], -ENOMSG);
	crew_start(0, msgq_reader, &msgq, NULL, 5);
	crew_await_blocked(0);
	irq_offload(isr_put, &msgq);
	crew_await_end(0);
	zassert_equal(messages[0].number, 7);
}

ZTEST(kernel_msgq, test_waiter_aborted_or_suspended)
{
	for (unsigned int i = 0; i < 3; i++) {
		crew_start(i, msgq_reader, &msgq, NULL, 5);
		crew_await_blocked(i);
	}
	k_thread_abort(crew_thread(0));
	k_thread_suspend(crew_thread(1));
	put(&msgq, 21);
	put(&msgq, 22);
	put(&msgq, 23);
	crew_await_end(2);
	zassert_equal(messages[2].number, 22);
	k_thread_resume(crew_thread(1));
	crew_await_end(1);
	zassert_equal(messages[1].number, 21);
	expect_number(&msgq, 23);
}

/* Writers number their messages; a reader must find each writer's in order, and none missing. */
#define STRESS_WRITERS 4U
#define STRESS_ROUNDS  200U

static uint32_t last_seen[2][STRESS_WRITERS];
static atomic_t received;

static void stress_writer(uint32_t writer)
{
	for (uint32_t n = 1; n <= STRESS_ROUNDS;) {
		struct message m = {.from = writer, .number = n};

		if (k_msgq_put(&msgq, &m, n % 3U == 0U ? K_USEC(20) : K_FOREVER) == 0) {
			n++;
		}
	}
}

static void stress_reader(unsigned int reader)
{
	while (atomic_get(&received) < (atomic_val_t)(STRESS_WRITERS * STRESS_ROUNDS)) {
		struct message m;

		if (k_msgq_get(&msgq, &m, K_USEC(40)) != 0) {
			continue;
		}
		if (m.from >= STRESS_WRITERS || m.number <= last_seen[reader][m.from]) {
			results[reader] = -1;
			break;
		}
		last_seen[reader][m.from] = m.number;
		atomic_inc(&received);
	}
}

static void msgq_stress(void *p1, void *p2, void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;

	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	if (i < STRESS_WRITERS) {
		stress_writer(i);
	} else {
		stress_reader(i - STRESS_WRITERS);
	}
}

ZTEST(kernel_msgq, test_smp_stress)
{
	memset(last_seen, 0, sizeof(last_seen));
	atomic_set(&received, 0);
	crew_run(STRESS_WRITERS + 2U, msgq_stress, NULL, NULL, 4);
	zassert_equal(results[0], 1, "a message came twice or out of order");
	zassert_equal(results[1], 1, "a message came twice or out of order");
	zassert_equal(atomic_get(&received), STRESS_WRITERS * STRESS_ROUNDS);
	for (unsigned int w = 0; w < STRESS_WRITERS; w++) {
		zassert_equal(MAX(last_seen[0][w], last_seen[1][w]), STRESS_ROUNDS);
	}
	zassert_equal(k_msgq_num_used_get(&msgq), 0);
}
