/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A name under which Zephyr's own tests look for the scheduler's internals. They get what is public.
 */
#ifndef KSCHED_H_
#define KSCHED_H_

#include <zephyr/kernel.h>
#include <zephyr/wait_q.h>

#endif /* KSCHED_H_ */
