/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What can be asked of a thread: name, state, stack use, CPU time.
 */
#include <zephyr/kernel.h>

#include "kernel/arch_api.h"
#include "kernel/sched.h"
#include "kernel/thread.h"
#include "kernel/timeout.h"

int k_thread_name_set(k_tid_t thread, const char *name)
{
	k_tid_t t = thread != NULL ? thread : arch_current();

	strncpy(t->name, name, sizeof(t->name) - 1U);
	t->name[sizeof(t->name) - 1U] = '\0';
	return strlen(name) < sizeof(t->name) ? 0 : -EINVAL;
}

const char *k_thread_name_get(k_tid_t thread)
{
	return thread->name;
}

int k_thread_name_copy(k_tid_t thread, char *buf, size_t size)
{
	size_t length = strlen(thread->name);

	if (buf == NULL) {
		return -EINVAL;
	}
	if (size <= length) {
		return -ENOSPC;
	}
	memcpy(buf, thread->name, length + 1U);
	return 0;
}

const char *k_thread_state_str(k_tid_t thread, char *buf, size_t buf_size)
{
	static const struct {
		uint16_t bit;
		const char *word;
	} words[] = {
		{_THREAD_DUMMY, "dummy"},           {_THREAD_PENDING, "pending"},
		{_THREAD_PRESTART, "prestart"},     {_THREAD_DEAD, "dead"},
		{_THREAD_SUSPENDED, "suspended"},   {_THREAD_ABORTING, "aborting"},
		{_THREAD_SUSPENDING, "suspending"}, {_THREAD_NO_CPU, "no CPU"},
		{_THREAD_SLEEPING, "sleeping"},
	};
	size_t len = 0U;

	if (buf == NULL || buf_size == 0U) {
		return "";
	}
	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if ((thread->base.thread_state & words[i].bit) != 0U && len < buf_size) {
			len += (size_t)snprintk(&buf[len], buf_size - len, "%s%s",
						len != 0U ? "+" : "", words[i].word);
		}
	}
	if (len == 0U && z_is_queued(thread)) {
		(void)snprintk(buf, buf_size, "queued");
	}
	return buf;
}

int k_thread_stack_space_get(const struct k_thread *thread, size_t *unused_ptr)
{
	const uint64_t *lo = (const uint64_t *)ROUND_UP(thread->arch.stack_lo, 8U);
	const uint64_t *p = lo;

	if (!IS_ENABLED(CONFIG_INIT_STACKS) || thread->arch.stack_lo == 0U) {
		return -EINVAL;
	}
	while ((uintptr_t)p < thread->arch.stack_hi && *p == Z_STACK_FILL) {
		p++;
	}
	*unused_ptr = (size_t)((uintptr_t)p - thread->arch.stack_lo);
	return 0;
}

uint64_t z_thread_usage(const struct k_thread *t)
{
	const struct z_cpu *cpu = t->arch.cpu;
	uint64_t since = __atomic_load_n(&cpu->waits_since, __ATOMIC_RELAXED);
	uint64_t now = arch_cycles();

	if (z_is_running(t)) {
		return t->base.usage + ((since != 0U ? since : now) - t->base.switched_in);
	}
	return since != 0U && t == cpu->idle ? t->base.usage + (now - since) : t->base.usage;
}

int k_thread_runtime_stats_get(k_tid_t thread, k_thread_runtime_stats_t *stats)
{
	unsigned int key;

	if (thread == NULL || stats == NULL) {
		return -EINVAL;
	}
	key = z_lock();
	stats->execution_cycles = z_thread_usage(thread);
	z_unlock(key);
	stats->total_cycles = stats->execution_cycles;
	stats->idle_cycles = 0U;
	return 0;
}

int k_thread_runtime_stats_cpu_get(int cpu, k_thread_runtime_stats_t *stats)
{
	unsigned int key;

	if (stats == NULL || cpu < 0 || (unsigned int)cpu >= z_cpu_count || !z_cpus[cpu].online) {
		return -EINVAL;
	}
	key = z_lock();
	/* In this order: the idle thread may be running, and must not seem to have run longer than its CPU. */
	stats->idle_cycles = z_thread_usage(z_cpus[cpu].idle);
	stats->execution_cycles = arch_cycles() - z_cpus[cpu].online_since;
	z_unlock(key);
	stats->total_cycles = stats->execution_cycles - stats->idle_cycles;
	return 0;
}

int k_thread_runtime_stats_all_get(k_thread_runtime_stats_t *stats)
{
	k_thread_runtime_stats_t one;

	if (stats == NULL) {
		return -EINVAL;
	}
	*stats = (k_thread_runtime_stats_t){0};
	for (int i = 0; i < (int)z_cpu_count; i++) {
		if (k_thread_runtime_stats_cpu_get(i, &one) == 0) {
			stats->execution_cycles += one.execution_cycles;
			stats->total_cycles += one.total_cycles;
			stats->idle_cycles += one.idle_cycles;
		}
	}
	return 0;
}

k_ticks_t k_thread_timeout_remaining_ticks(const struct k_thread *thread)
{
	return z_timeout_remaining(&thread->base.timeout);
}

k_ticks_t k_thread_timeout_expires_ticks(const struct k_thread *thread)
{
	return z_timeout_expires(&thread->base.timeout);
}

int *z_errno(void)
{
	return &arch_current()->errno_var;
}
