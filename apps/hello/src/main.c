/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A timer paces a producer, a message queue takes what it measures to a consumer.
 * Everything is defined at build time; there is no main(): threads start by themselves.
 */

#include <zephyr/kernel.h>

#define MESSAGES  10
#define PERIOD_MS 100
#define STACK     2048
#define PRIORITY  5

struct message {
	uint32_t number;
	int64_t uptime_us;
};

static void on_timer(struct k_timer *timer);

K_TIMER_DEFINE(pace, on_timer, NULL);
K_SEM_DEFINE(tick, 0, 1);
K_MSGQ_DEFINE(messages, sizeof(struct message), 4, 8);

/* Runs in the timer's interrupt: only tells the producer. */
static void on_timer(struct k_timer *timer)
{
	ARG_UNUSED(timer);
	k_sem_give(&tick);
}

static void produce(void *p1, void *p2, void *p3)
{
	k_timer_start(&pace, K_MSEC(PERIOD_MS), K_MSEC(PERIOD_MS));
	for (uint32_t i = 1; i <= MESSAGES; i++) {
		struct message m = {.number = i};

		k_sem_take(&tick, K_FOREVER);
		m.uptime_us = (int64_t)k_ticks_to_us_floor64((uint64_t)k_uptime_ticks());
		k_msgq_put(&messages, &m, K_FOREVER);
	}
	k_timer_stop(&pace);
}

static void consume(void *p1, void *p2, void *p3)
{
	struct message m;

	printk("hello from ZVM\n");
	do {
		k_msgq_get(&messages, &m, K_FOREVER);
		printk("message %2u, sent at %lld us\n", m.number, (long long)m.uptime_us);
	} while (m.number < MESSAGES);
	printk("hello: all %d messages have arrived\n", MESSAGES);
}

K_THREAD_DEFINE(producer, STACK, produce, NULL, NULL, NULL, PRIORITY, 0, 0);
K_THREAD_DEFINE(consumer, STACK, consume, NULL, NULL, NULL, PRIORITY, 0, 0);
