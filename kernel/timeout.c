/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/timeout.h"

#include <zephyr/kernel.h>

#include "kernel/arch_api.h"
#include "kernel/sched.h"

uint32_t z_clock_hz = 1000000U;

/* Counter value at which the uptime is zero. */
static uint64_t clock_start;

void z_clock_init(uint32_t hz, uint64_t start)
{
	/* 0: the firmware did not say. The timer's driver comes back with what the devicetree says. */
	if (hz != 0U) {
		z_clock_hz = hz;
	}
	clock_start = start;
}

/* Cycles of a span of ticks, rounded up: exact, and without overflow for any span that fits. */
static uint64_t span_cycles(uint64_t ticks)
{
	const uint64_t per_sec = CONFIG_SYS_CLOCK_TICKS_PER_SEC;
	uint64_t whole = 0U;
	uint64_t cycles;

	if (unlikely(ticks > UINT32_MAX)) {
		/* What lies centuries ahead is as good as never. */
		if (__builtin_mul_overflow(ticks / per_sec, z_clock_hz, &whole)) {
			return Z_CYCLES_NEVER / 2U;
		}
		ticks %= per_sec;
	}
	cycles = whole + (ticks * z_clock_hz + per_sec - 1U) / per_sec;
	return MIN(cycles, Z_CYCLES_NEVER / 2U);
}

uint64_t z_ticks_to_counter(uint64_t tick)
{
	return clock_start + span_cycles(tick);
}

uint64_t z_counter_to_ticks(uint64_t counter)
{
	return k_cyc_to_ticks_floor64(counter - clock_start);
}

void z_timer_update(struct z_cpu *cpu)
{
	const struct rbtree_node *first = rbtree_first(&cpu->timeouts);
	uint64_t due = cpu->slice_due;

	if (first != NULL) {
		due = MIN(due, CONTAINER_OF(first, struct _timeout, node)->due);
	}
	if (due != cpu->timer_due) {
		cpu->timer_due = due;
		arch_timer_set(due);
	}
}

static bool due_before(const struct rbtree_node *a, const struct rbtree_node *b)
{
	return CONTAINER_OF(a, struct _timeout, node)->due <
	       CONTAINER_OF(b, struct _timeout, node)->due;
}

static ALWAYS_INLINE void add_due(struct _timeout *t, uint64_t due)
{
	struct z_cpu *cpu = arch_cpu();

	__ASSERT(t->cpu == NULL, "a timeout that is pending was started again");
	t->due = due;
	t->cpu = cpu;
	(void)rbtree_insert(&cpu->timeouts, &t->node, due_before);
	/* The timer may stand at a timeout cancelled since: it is set only when it would be late. */
	if (due < cpu->timer_due) {
		cpu->timer_due = due;
		arch_timer_set(due);
	}
}

void z_timeout_add(struct _timeout *t, k_timeout_t timeout)
{
	if (Z_IS_TIMEOUT_RELATIVE(timeout)) {
		add_due(t, arch_cycles_relaxed() + span_cycles((uint64_t)timeout.ticks));
	} else {
		add_due(t, z_ticks_to_counter((uint64_t)Z_TICK_ABS(timeout.ticks)));
	}
}

void z_timeout_add_at(struct _timeout *t, uint64_t tick)
{
	add_due(t, z_ticks_to_counter(tick));
}

void z_timeout_add_cycles(struct _timeout *t, uint64_t due)
{
	add_due(t, due);
}

void z_timeout_remove(struct _timeout *t)
{
	rbtree_erase(&t->cpu->timeouts, &t->node);
	t->cpu = NULL;
}

k_ticks_t z_timeout_remaining(const struct _timeout *t)
{
	unsigned int key = z_lock();
	uint64_t now = arch_cycles();
	uint64_t due = z_timeout_pending(t) ? t->due : now;

	z_unlock(key);
	return due > now ? (k_ticks_t)k_cyc_to_ticks_ceil64(due - now) : 0;
}

k_ticks_t z_timeout_expires(const struct _timeout *t)
{
	unsigned int key = z_lock();
	bool pending = z_timeout_pending(t);
	uint64_t due = t->due;

	z_unlock(key);
	return pending ? (k_ticks_t)k_cyc_to_ticks_ceil64(due - clock_start) : sys_clock_tick_get();
}

/*
 * What was due when the interrupt came is run; what becomes due meanwhile gets an interrupt of its own, so
 * that a timeout that starts itself over and over can not hold the CPU in here. The lock is let go after
 * each, so that other CPUs wait for one callback at most.
 */
void z_timeout_isr(void)
{
	struct z_cpu *cpu = arch_cpu();
	uint64_t now = arch_cycles();
	const struct rbtree_node *first;

	z_lock_masked();
	while ((first = rbtree_first(&cpu->timeouts)) != NULL) {
		struct _timeout *t = CONTAINER_OF(first, struct _timeout, node);

		if (t->due > now) {
			break;
		}
		z_timeout_remove(t);
		t->fn(t);
		z_unlock_masked();
		z_lock_masked();
	}
	if (cpu->slice_due <= now) {
		z_slice_expired(cpu);
	}
	/* The timer has fired: whatever is next, it must be set to something later. */
	cpu->timer_due = 0U;
	z_timer_update(cpu);
	z_unlock_masked();
}

int64_t sys_clock_tick_get(void)
{
	return (int64_t)z_counter_to_ticks(arch_cycles());
}

uint32_t sys_clock_tick_get_32(void)
{
	return (uint32_t)sys_clock_tick_get();
}

uint64_t k_cycle_get_64(void)
{
	return arch_cycles();
}

k_timepoint_t sys_timepoint_calc(k_timeout_t timeout)
{
	if (K_TIMEOUT_EQ(timeout, K_FOREVER)) {
		return (k_timepoint_t){.tick = UINT64_MAX};
	}
	if (K_TIMEOUT_EQ(timeout, K_NO_WAIT)) {
		return (k_timepoint_t){.tick = 0U};
	}
	if (Z_IS_TIMEOUT_RELATIVE(timeout)) {
		/* One more, as the present tick has begun already. */
		return (k_timepoint_t){.tick = (uint64_t)sys_clock_tick_get() +
					       (uint64_t)MAX(1, timeout.ticks)};
	}
	return (k_timepoint_t){.tick = (uint64_t)Z_TICK_ABS(timeout.ticks)};
}

k_timeout_t sys_timepoint_timeout(k_timepoint_t timepoint)
{
	uint64_t now;

	if (timepoint.tick == UINT64_MAX) {
		return K_FOREVER;
	}
	if (timepoint.tick == 0U) {
		return K_NO_WAIT;
	}
	now = (uint64_t)sys_clock_tick_get();
	return timepoint.tick > now ? K_TICKS((k_ticks_t)(timepoint.tick - now)) : K_NO_WAIT;
}

static void spin_cycles(uint64_t cycles)
{
	uint64_t start = arch_cycles();

	while (arch_cycles() - start < cycles) {
		arch_spin_relax();
	}
}

void k_busy_wait(uint32_t usec_to_wait)
{
	spin_cycles(k_us_to_cyc_ceil64(usec_to_wait));
}
