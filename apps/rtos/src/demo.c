/* SPDX-License-Identifier: Apache-2.0 */

/* demo: small things to look at in a shell. */

#include <errno.h>
#include <stdlib.h>

#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>
#include <zephyr/shell/shell.h>

LOG_MODULE_REGISTER(demo);

#define STACK        4096
#define ROUNDS_MAX   1000000UL
#define PERIOD_MAX   60000UL
#define PHILOSOPHERS 5

/* A number of 1 to max; 0 after one line of error. */
static unsigned long number(const struct shell *sh, const char *word, unsigned long max)
{
	char *end;
	unsigned long value = strtoul(word, &end, 10);

	if (*word == '\0' || *end != '\0' || value < 1 || value > max) {
		shell_error(sh, "demo: a number of 1 to %lu is wanted, not '%s'", max, word);
		return 0;
	}
	return value;
}

/* ---- two threads and two semaphores ---- */

static K_SEM_DEFINE(ping, 0, 1);
static K_SEM_DEFINE(pong, 0, 1);
static K_THREAD_STACK_DEFINE(partner_stack, STACK);
static struct k_thread partner_thread;

static void partner(void *p1, void *p2, void *p3)
{
	unsigned long rounds = (unsigned long)(uintptr_t)p1;

	while (rounds-- > 0) {
		(void)k_sem_take(&ping, K_FOREVER);
		k_sem_give(&pong);
	}
}

static int cmd_pingpong(const struct shell *sh, size_t argc, char **argv)
{
	unsigned long rounds = argc > 1 ? number(sh, argv[1], ROUNDS_MAX) : 1000;
	uint64_t start;
	uint64_t ns;

	if (rounds == 0) {
		return -EINVAL;
	}
	(void)k_thread_create(&partner_thread, partner_stack, STACK, partner,
			      (void *)(uintptr_t)rounds, NULL, NULL,
			      k_thread_priority_get(k_current_get()) - 1, 0, K_NO_WAIT);
	(void)k_thread_name_set(&partner_thread, "partner");
	start = k_cycle_get_64();
	for (unsigned long i = 0; i < rounds; i++) {
		k_sem_give(&ping);
		(void)k_sem_take(&pong, K_FOREVER);
	}
	ns = k_cyc_to_ns_floor64(k_cycle_get_64() - start);
	(void)k_thread_join(&partner_thread, K_FOREVER);
	shell_print(sh, "%lu round trips between two threads, %llu ns each", rounds,
		    (unsigned long long)(ns / rounds));
	return 0;
}

/* ---- log lines from a timer, while a line is being edited ---- */

static void on_tick(struct k_timer *timer)
{
	static unsigned int ticks;

	ARG_UNUSED(timer);
	LOG_INF("tick %u", ++ticks);
}

static K_TIMER_DEFINE(ticker, on_tick, NULL);

static int cmd_ticker(const struct shell *sh, size_t argc, char **argv)
{
	unsigned long ms = argc > 1 ? number(sh, argv[1], PERIOD_MAX) : 0;

	if (argc > 1 && ms == 0) {
		return -EINVAL;
	}
	if (ms == 0) {
		k_timer_stop(&ticker);
	} else {
		k_timer_start(&ticker, K_MSEC(ms), K_MSEC(ms));
	}
	return 0;
}

/* ---- more log lines than can be printed, from several CPUs at once ---- */

#define LOGGERS 4

static K_THREAD_STACK_ARRAY_DEFINE(logger_stacks, LOGGERS, STACK);
static struct k_thread logger_threads[LOGGERS];

static void logger(void *p1, void *p2, void *p3)
{
	unsigned int lines = (unsigned int)(uintptr_t)p2;

	for (unsigned int i = 1; i <= lines; i++) {
		LOG_INF("thread %u line %u", (unsigned int)(uintptr_t)p1, i);
	}
}

static int cmd_storm(const struct shell *sh, size_t argc, char **argv)
{
	unsigned long lines = argc > 1 ? number(sh, argv[1], 100000) : 100;

	if (lines == 0) {
		return -EINVAL;
	}
	for (unsigned int i = 0; i < LOGGERS; i++) {
		(void)k_thread_create(&logger_threads[i], logger_stacks[i], STACK, logger,
				      (void *)(uintptr_t)i, (void *)(uintptr_t)lines, NULL, 10, 0,
				      K_NO_WAIT);
		(void)k_thread_name_set(&logger_threads[i], "logger");
	}
	for (unsigned int i = 0; i < LOGGERS; i++) {
		(void)k_thread_join(&logger_threads[i], K_FOREVER);
	}
	shell_print(sh, "%u threads have logged %lu lines each", LOGGERS, lines);
	return 0;
}

/* ---- five philosophers, who take their forks in order and so never starve ---- */

static struct k_mutex forks[PHILOSOPHERS];
static K_THREAD_STACK_ARRAY_DEFINE(philosopher_stacks, PHILOSOPHERS, STACK);
static struct k_thread philosopher_threads[PHILOSOPHERS];
static unsigned int meals[PHILOSOPHERS];
static volatile bool dinner;

static void philosopher(void *p1, void *p2, void *p3)
{
	unsigned int me = (unsigned int)(uintptr_t)p1;
	struct k_mutex *first = &forks[MIN(me, (me + 1) % PHILOSOPHERS)];
	struct k_mutex *second = &forks[MAX(me, (me + 1) % PHILOSOPHERS)];

	while (dinner) {
		(void)k_mutex_lock(first, K_FOREVER);
		(void)k_mutex_lock(second, K_FOREVER);
		meals[me]++;
		k_sleep(K_MSEC(4 + me));
		(void)k_mutex_unlock(second);
		(void)k_mutex_unlock(first);
		k_sleep(K_MSEC(2));
	}
}

static int cmd_philosophers(const struct shell *sh, size_t argc, char **argv)
{
	unsigned long seconds = argc > 1 ? number(sh, argv[1], 60) : 1;

	if (seconds == 0) {
		return -EINVAL;
	}
	dinner = true;
	for (unsigned int i = 0; i < PHILOSOPHERS; i++) {
		(void)k_mutex_init(&forks[i]);
		meals[i] = 0;
	}
	for (unsigned int i = 0; i < PHILOSOPHERS; i++) {
		(void)k_thread_create(&philosopher_threads[i], philosopher_stacks[i], STACK,
				      philosopher, (void *)(uintptr_t)i, NULL, NULL, 10, 0,
				      K_NO_WAIT);
		(void)k_thread_name_set(&philosopher_threads[i], "philosopher");
	}
	(void)k_sleep(K_SECONDS((int64_t)seconds));
	dinner = false;
	for (unsigned int i = 0; i < PHILOSOPHERS; i++) {
		(void)k_thread_join(&philosopher_threads[i], K_FOREVER);
		shell_print(sh, "philosopher %u ate %u times", i, meals[i]);
	}
	return 0;
}

/* ---- what a fatal error looks like ---- */

static int cmd_crash(const struct shell *sh, size_t argc, char **argv)
{
	/* Volatile: the compiler shall not know. */
	volatile uintptr_t nowhere = 8;

	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	LOG_WRN("this line was logged before the crash");
	shell_print(sh,
		    "reading what is not there; addr2line resolves the addresses of the report");
	return *(volatile int *)nowhere;
}

SHELL_STATIC_SUBCMD_SET_CREATE(
	demo_set,
	SHELL_CMD_ARG(crash, NULL, "Read address 8, where nothing is: shows the report, and stops.",
		      cmd_crash, 1, 0),
	SHELL_CMD_ARG(pingpong, NULL,
		      SHELL_HELP("Two threads hand a semaphore to and fro, and the time it takes.",
				 "[ROUNDS]"),
		      cmd_pingpong, 1, 1),
	SHELL_CMD_ARG(philosophers, NULL,
		      SHELL_HELP("Five threads share five mutexes.", "[SECONDS]"), cmd_philosophers,
		      1, 1),
	SHELL_CMD_ARG(storm, NULL,
		      SHELL_HELP("Four threads log as many lines each, as fast as they can.",
				 "[LINES]"),
		      cmd_storm, 1, 1),
	SHELL_CMD_ARG(ticker, NULL,
		      SHELL_HELP("Log a line every so many milliseconds; without a number: stop.",
				 "[MS]"),
		      cmd_ticker, 1, 1),
	SHELL_SUBCMD_SET_END);
SHELL_CMD_REGISTER(demo, &demo_set, "Small demonstrations of the kernel.", NULL);
