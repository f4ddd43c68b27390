/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/runq.h"

void z_runq_init(struct z_runq *rq)
{
	rq->bitmap = 0U;
	for (size_t i = 0; i < ARRAY_SIZE(rq->level); i++) {
		sys_dlist_init(&rq->level[i]);
	}
}

void z_runq_insert(sys_dlist_t *level, struct k_thread *t, bool ahead)
{
	sys_dnode_t *node;

	SYS_DLIST_FOR_EACH_NODE(level, node) {
		const struct k_thread *other = z_qnode_thread(node);

		if (z_beats(t, other) || (ahead && !z_beats(other, t))) {
			sys_dlist_insert(node, &t->base.qnode);
			return;
		}
	}
	sys_dlist_append(level, &t->base.qnode);
}
