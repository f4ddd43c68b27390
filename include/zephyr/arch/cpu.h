/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What applications find under this name in Zephyr: the architecture's interrupt mask, CPUs and exceptions.
 */
#ifndef ZEPHYR_ARCH_CPU_H_
#define ZEPHYR_ARCH_CPU_H_

#include <zephyr/fatal.h>
#include <zephyr/irq.h>
#include <zephyr/kernel/smp.h>
#include "arch/arch.h"

#endif /* ZEPHYR_ARCH_CPU_H_ */
