/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * CPUs: finding, starting, idling.
 */
#ifndef KERNEL_SMP_H_
#define KERNEL_SMP_H_

#include <stdint.h>

struct z_cpu;

/** @brief Makes the running CPU number 0, so that it has a current thread: the first thing of all. */
void z_boot_cpu_init(void);

/** @brief Enters the CPUs of a devicetree; those without a place are named in one line. */
void z_cpus_find(const void *fdt);

/** @brief Starts all CPUs that z_cpus_find() found; one line for each that does not come. */
void z_cpus_start(void);

/** @brief This CPU joins scheduling from now on. Lock held. */
void z_cpu_join(struct z_cpu *cpu);

/** @brief Interrupts between CPUs: enabled on each. */
void z_smp_irq_init(void);

/**
 * What each CPU that comes up is to do before it runs threads: interrupts masked, its interrupt interface works. For the
 * hypervisor's registers. NULL: nothing. Set while the boot CPU is the only one; it does the same for itself.
 */
extern void (*z_smp_cpu_hook)(void);

/** @brief Handler of Z_SGI_CALL. */
void z_stop_isr(const void *arg);

#endif /* KERNEL_SMP_H_ */
