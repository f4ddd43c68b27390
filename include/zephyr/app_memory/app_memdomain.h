/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Memory of user-mode threads. There is no user mode: all memory is everybody's, so the sections are none.
 */
#ifndef ZEPHYR_APP_MEMORY_APP_MEMDOMAIN_H_
#define ZEPHYR_APP_MEMORY_APP_MEMDOMAIN_H_

#include <zephyr/toolchain.h>

#define K_APPMEM_PARTITION_DEFINE(name) extern int name##_is_no_partition

#endif /* ZEPHYR_APP_MEMORY_APP_MEMDOMAIN_H_ */
