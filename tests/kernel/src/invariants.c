/* SPDX-License-Identifier: Apache-2.0 */
#include "invariants.h"

#include "kernel/cpu.h"
#include "kernel/sched.h"
#include "kernel/timeout.h"

static char fault[160];
static bool faulty;

/* Kernel lock held. */
static void __printf_like(1, 2) found(const char *fmt, ...)
{
	va_list args;

	if (faulty) {
		return;
	}
	faulty = true;
	va_start(args, fmt);
	(void)vsnprintk(fault, sizeof(fault), fmt, args);
	va_end(args);
}

static bool preemptible(const struct k_thread *t)
{
	return t->base.preempt < 0x80U;
}

/* It was asked to look for a better thread and has not done so yet. */
static bool thinks(const struct z_cpu *cpu)
{
	return cpu->arch.need_resched.any != 0U;
}

/* A thread that waits in a CPU's queue: is it known to the others, and has none of them less to do? */
static void check_waiting(const struct z_cpu *cpu, const struct k_thread *t)
{
	if (t == cpu->best && thinks(cpu)) {
		return;
	}
	if (t == cpu->best && preemptible(cpu->current)) {
		found("CPU %u runs %s although %s is better", cpu->arch.id, cpu->current->name,
		      t->name);
	}
	for (uint32_t left = t->base.cpu_mask & cpu->arch.others; left != 0U; left &= left - 1U) {
		const struct z_cpu *other = &z_cpus[__builtin_ctz(left)];

		if ((other->elsewhere & (1U << cpu->arch.id)) == 0U) {
			found("CPU %u does not know of %s on CPU %u", other->arch.id, t->name,
			      cpu->arch.id);
		}
		if (z_beats(t, other->best) && preemptible(other->current) && !thinks(other)) {
			found("%s (%d) waits on CPU %u, CPU %u runs %s (%d)", t->name, t->base.prio,
			      cpu->arch.id, other->arch.id, other->current->name,
			      other->current->base.prio);
		}
	}
}

/* Returns how many of the threads are in the level's list. */
static void check_level(struct z_cpu *cpu, unsigned int level)
{
	sys_dlist_t *list = &cpu->runq.level[level];
	const struct k_thread *before = NULL;
	struct k_thread *t;
	unsigned int n = 0U;

	if (sys_dlist_is_empty(list) == ((cpu->runq.bitmap & (1U << level)) != 0U)) {
		found("CPU %u: bitmap 0x%x is wrong at %u", cpu->arch.id, cpu->runq.bitmap, level);
	}
	SYS_DLIST_FOR_EACH_CONTAINER(list, t, base.qnode) {
		if (++n > 1000U || t->base.qnode.next->prev != &t->base.qnode) {
			found("CPU %u: the list at %u is broken", cpu->arch.id, level);
			return;
		}
		if (t->arch.cpu != cpu || z_prio_level(t->base.prio) != level ||
		    (t->base.thread_state & Z_THREAD_NOT_READY) != 0U) {
			found("CPU %u: %s does not belong there: priority %d, state 0x%x",
			      cpu->arch.id, t->name, t->base.prio, t->base.thread_state);
		}
		if ((t->base.cpu_mask & (1U << cpu->arch.id)) == 0U) {
			found("%s may not run on CPU %u", t->name, cpu->arch.id);
		}
		if (before != NULL && z_beats(t, before)) {
			found("CPU %u: %s is behind %s", cpu->arch.id, t->name, before->name);
		}
		before = t;
		if (t != cpu->current) {
			check_waiting(cpu, t);
		}
	}
}

static void check_timeouts(struct z_cpu *cpu)
{
	const struct rbtree_node *node = rbtree_first(&cpu->timeouts);
	uint64_t due = 0U;

	if (node != NULL && CONTAINER_OF(node, struct _timeout, node)->due < cpu->timer_due) {
		found("CPU %u: its timer will be late", cpu->arch.id);
	}
	for (; node != NULL; node = rbtree_next(node)) {
		const struct _timeout *t = CONTAINER_OF(node, struct _timeout, node);

		if (t->cpu != cpu || t->due < due) {
			found("CPU %u: its timeouts are not in order", cpu->arch.id);
		}
		due = t->due;
	}
}

static void check_cpu(struct z_cpu *cpu)
{
	const struct k_thread *first = z_runq_best(&cpu->runq);

	if (cpu->best != (first != NULL ? first : cpu->idle)) {
		found("CPU %u: best is %s, not the first", cpu->arch.id, cpu->best->name);
	}
	if ((cpu->runq.bitmap >> Z_NUM_PRIO) != 0U) {
		found("CPU %u: bitmap 0x%x", cpu->arch.id, cpu->runq.bitmap);
	}
	for (unsigned int level = 0; level < Z_NUM_PRIO; level++) {
		check_level(cpu, level);
	}
	check_timeouts(cpu);
}

/* In how many places of the ready queue that it should be in is the thread? */
static unsigned int places(const struct k_thread *thread)
{
	sys_dlist_t *list = &thread->arch.cpu->runq.level[z_prio_level(thread->base.prio)];
	unsigned int n = 0U;
	const struct k_thread *t;

	SYS_DLIST_FOR_EACH_CONTAINER(list, t, base.qnode) {
		n += t == thread ? 1U : 0U;
	}
	return n;
}

static void check_thread(struct k_thread *t)
{
	if (t->arch.cpu == NULL || (t->base.thread_state & _THREAD_DEAD) != 0U) {
		return;
	}
	if ((t->base.thread_state & Z_THREAD_NOT_READY) == 0U) {
		if (places(t) != 1U) {
			found("%s is in %u places of CPU %u's queue", t->name, places(t),
			      t->arch.cpu->arch.id);
		}
	} else if (t->arch.cpu->current == t) {
		found("%s runs, with state 0x%x", t->name, t->base.thread_state);
	}
	if ((t->base.pended_on != NULL) != ((t->base.thread_state & _THREAD_PENDING) != 0U)) {
		found("%s waits for %p, with state 0x%x", t->name, (void *)t->base.pended_on,
		      t->base.thread_state);
	}
}

void invariants_check(struct k_thread *const *threads, size_t n)
{
	unsigned int key = z_lock();

	for (uint32_t left = z_cpu_online; left != 0U; left &= left - 1U) {
		check_cpu(&z_cpus[__builtin_ctz(left)]);
	}
	for (size_t i = 0; i < n; i++) {
		check_thread(threads[i]);
	}
	z_unlock(key);
}

void invariants_check_waitq(_wait_q_t *wq)
{
	unsigned int key = z_lock();
	const struct k_thread *before = NULL;
	struct k_thread *t;

	SYS_DLIST_FOR_EACH_CONTAINER(&wq->waitq, t, base.qnode) {
		if (t->base.pended_on != wq || (t->base.thread_state & _THREAD_PENDING) == 0U) {
			found("%s is in a wait queue, with state 0x%x", t->name,
			      t->base.thread_state);
		}
		if (before != NULL && z_beats(t, before)) {
			found("%s waits behind %s", t->name, before->name);
		}
		before = t;
	}
	z_unlock(key);
}

const char *invariants_fault(void)
{
	return faulty ? fault : NULL;
}

void invariants_reset(void)
{
	faulty = false;
}
