/* SPDX-License-Identifier: Apache-2.0 */

/* kernel threads */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/cpu.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"
#include "shell/shell.h"

/* Threads whose use over a time is measured; others are shown as since start. */
#define THREADS_MAX 128
/* Longest time over which CPU use is measured. */
#define SECONDS_MAX 3600

/** What is kept of a thread while CPU time passes. */
struct sample {
	const struct k_thread *thread;
	uint64_t usage;
};

static struct sample samples[THREADS_MAX];
static size_t sample_count;

struct print {
	const struct shell *sh;
	/** Cycles over which CPU use is counted; samples hold what was used before. */
	uint64_t span;
};

static uint64_t usage_of(const struct k_thread *thread)
{
	k_thread_runtime_stats_t stats;

	return k_thread_runtime_stats_get((k_tid_t)thread, &stats) == 0 ? stats.execution_cycles
									: 0;
}

static void take_sample(const struct k_thread *thread, void *arg)
{
	ARG_UNUSED(arg);
	if (sample_count < THREADS_MAX) {
		samples[sample_count++] = (struct sample){.thread = thread,
							  .usage = usage_of(thread)};
	}
}

/* All threads, the idle ones too. */
static void for_each_thread(k_thread_user_cb_t fn, void *arg)
{
	k_thread_foreach(fn, arg);
	for (unsigned int cpu = 0; cpu < z_cpu_count; cpu++) {
		if (z_cpus[cpu].online) {
			fn(z_cpus[cpu].idle, arg);
		}
	}
}

static uint64_t usage_before(const struct k_thread *thread)
{
	for (size_t i = 0; i < sample_count; i++) {
		if (samples[i].thread == thread) {
			return samples[i].usage;
		}
	}
	return 0;
}

static const char *state_of(const struct k_thread *thread, char *buf, size_t size)
{
	unsigned int key = z_lock();
	bool running = z_is_running(thread);
	bool queued = z_is_queued(thread);

	z_unlock(key);
	if (running) {
		return "running";
	}
	return queued ? "ready" : k_thread_state_str((k_tid_t)thread, buf, size);
}

/* The CPUs that a thread may use: "all", or their numbers. */
static const char *cpus_of(const struct k_thread *thread, char *buf, size_t size)
{
	uint32_t all = (uint32_t)BIT_MASK(z_cpu_count);
	uint32_t mask = thread->base.cpu_mask & all;
	size_t len = 0;

	if (mask == all) {
		return "all";
	}
	buf[0] = '\0';
	for (unsigned int cpu = 0; cpu < z_cpu_count && len < size; cpu++) {
		if ((mask & BIT(cpu)) != 0U) {
			len += (size_t)snprintk(buf + len, size - len, "%s%u", len > 0 ? "," : "",
						cpu);
		}
	}
	return mask != 0U ? buf : "none";
}

static void print_thread(const struct k_thread *thread, void *arg)
{
	struct print *print = arg;
	uint64_t used = usage_of(thread) - usage_before(thread);
	uint64_t permille = print->span > 0 ? MIN(used * 1000U / print->span, 1000U) : 0;
	size_t stack = thread->arch.stack_hi - thread->arch.stack_lo;
	size_t unused = 0;
	char state[24];
	char cpus[12];

	(void)k_thread_stack_space_get(thread, &unused);
	shell_print(print->sh, "%-18.18s %-10.10s %4d %4u %-8.8s %4u.%u%% %7zu / %zu",
		    thread->name[0] != '\0' ? thread->name : "(no name)",
		    state_of(thread, state, sizeof(state)), thread->base.prio,
		    thread->arch.cpu->arch.id, cpus_of(thread, cpus, sizeof(cpus)),
		    (unsigned int)(permille / 10U), (unsigned int)(permille % 10U), stack - unused,
		    stack);
}

static int cmd_threads(const struct shell *sh, size_t argc, char **argv)
{
	struct print print = {.sh = sh, .span = k_cycle_get_64() - z_ticks_to_counter(0)};
	unsigned long seconds = 0;
	char *end;

	sample_count = 0;
	if (argc > 1) {
		seconds = strtoul(argv[1], &end, 10);
		if (*end != '\0' || seconds < 1 || seconds > SECONDS_MAX) {
			shell_error(sh, "kernel threads: SECONDS is 1 to %d, not '%s'", SECONDS_MAX,
				    argv[1]);
			return -EINVAL;
		}
		uint64_t start = k_cycle_get_64();

		for_each_thread(take_sample, NULL);
		(void)k_sleep(K_SECONDS((int64_t)seconds));
		print.span = k_cycle_get_64() - start;
	}
	shell_print(sh,
		    "NAME               STATE      PRIO  CPU ON CPUS  CPU USE  STACK USED / SIZE");
	for_each_thread(print_thread, &print);
	return 0;
}

SHELL_SUBCMD_ADD(
	(kernel), threads, NULL,
	SHELL_HELP("List the threads.\n"
		   "CPU USE is of one CPU, since start or over the next SECONDS. CPU is where the\n"
		   "thread runs or ran last, ON CPUS where it may run.",
		   "[SECONDS]"),
	cmd_threads, 1, 1);
