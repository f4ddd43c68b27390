/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Work queues, towards the rest of the kernel.
 */
#ifndef KERNEL_WORK_H_
#define KERNEL_WORK_H_

#include <zephyr/kernel/work.h>

/**
 * @brief k_work_submit_to_queue() for those who hold the kernel lock; they reschedule afterwards.
 * @return as k_work_submit_to_queue()
 */
int z_work_submit(struct k_work *work, struct k_work_q *queue);

#endif /* KERNEL_WORK_H_ */
