/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The ready queue of a CPU: a list per priority under a bitmap, so that finding the best is O(1).
 *
 * Adding and removing are O(1) too, but for threads with a deadline, which are sorted within their
 * priority: O(threads with a deadline there). Protected by the kernel lock.
 */
#ifndef KERNEL_RUNQ_H_
#define KERNEL_RUNQ_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/sys/util.h>

/** Ready queues exist for application priorities; idle threads are in none. */
#define Z_NUM_PRIO (CONFIG_NUM_COOP_PRIORITIES + CONFIG_NUM_PREEMPT_PRIORITIES)
BUILD_ASSERT(Z_NUM_PRIO <= 31, "a ready queue's bitmap has 32 bits, one of them for idle threads");

struct z_runq {
	uint32_t bitmap;
	sys_dlist_t level[Z_NUM_PRIO];
};

static ALWAYS_INLINE unsigned int z_prio_level(int prio)
{
	return (unsigned int)(prio + CONFIG_NUM_COOP_PRIORITIES);
}

static ALWAYS_INLINE struct k_thread *z_qnode_thread(sys_dnode_t *node)
{
	return CONTAINER_OF(node, struct k_thread, base.qnode);
}

/** @return true if @p a is to run before @p b, by priority, then by deadline. */
static ALWAYS_INLINE bool z_beats(const struct k_thread *a, const struct k_thread *b)
{
	if (a->base.prio != b->base.prio) {
		return a->base.prio < b->base.prio;
	}
	if (likely(!a->base.has_deadline)) {
		return false;
	}
	/* A deadline is a point on a counter that wraps: only the difference means something. */
	return !b->base.has_deadline ||
	       (int32_t)((uint32_t)a->base.prio_deadline - (uint32_t)b->base.prio_deadline) < 0;
}

/**
 * @brief Puts a thread in its place among others of its priority, some with deadlines; out of line, that is rare.
 * @param ahead before its equals, not behind them
 */
void z_runq_insert(sys_dlist_t *level, struct k_thread *t, bool ahead);

/** @brief Adds a thread that has no deadline, behind its equals. */
static ALWAYS_INLINE void z_runq_append(struct z_runq *rq, struct k_thread *t)
{
	unsigned int n = z_prio_level(t->base.prio);

	rq->bitmap |= 1U << n;
	sys_dlist_append(&rq->level[n], &t->base.qnode);
}

static ALWAYS_INLINE void z_runq_add(struct z_runq *rq, struct k_thread *t, bool at_head)
{
	unsigned int n = z_prio_level(t->base.prio);

	rq->bitmap |= 1U << n;
	if (unlikely(at_head || t->base.has_deadline)) {
		z_runq_insert(&rq->level[n], t, at_head);
	} else {
		sys_dlist_append(&rq->level[n], &t->base.qnode);
	}
}

static ALWAYS_INLINE void z_runq_remove(struct z_runq *rq, struct k_thread *t)
{
	sys_dnode_t *next = t->base.qnode.next;
	sys_dnode_t *prev = t->base.qnode.prev;

	prev->next = next;
	next->prev = prev;
	/* Both neighbours are the list's head: it is empty now. */
	if (next == prev) {
		rq->bitmap &= ~(1U << z_prio_level(t->base.prio));
	}
}

/** @return the thread to run first, or NULL. */
static ALWAYS_INLINE struct k_thread *z_runq_best(const struct z_runq *rq)
{
	if (rq->bitmap == 0U) {
		return NULL;
	}
	return z_qnode_thread(rq->level[__builtin_ctz(rq->bitmap)].head);
}

/** @brief Empties a ready queue. */
void z_runq_init(struct z_runq *rq);

#endif /* KERNEL_RUNQ_H_ */
