/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Stopping threads that may be running: the common part of abort and suspend.
 */
#ifndef KERNEL_HALT_H_
#define KERNEL_HALT_H_

#include <zephyr/kernel/structs.h>

/**
 * @brief The current thread, asked to stop while it ran, is about to leave its CPU: its state is made to say so, and
 * those who wait for that are woken. Lock held.
 */
void z_halt_current(struct k_thread *t);

#endif /* KERNEL_HALT_H_ */
