/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of Zephyr's kernel that its suites refer to, and that have nothing to do here.
 */
#include <zephyr/ztest.h>

/* Zephyr's irq_offload() takes it; a suite that aborts a thread in there gives it back. */
K_SEM_DEFINE(offload_sem, 1, 1);
