/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What a CPU needs before it runs threads.
 */
#include "arch/arm64/boot.h"
#include "arch/arm64/error.h"
#include "arch/arm64/sysreg.h"
#include "arch/stage2.h"
#include "kernel/arch_api.h"

/* Aff3, Aff2, Aff1 and Aff0 (Arm ARM D19.2.100); the other bits of MPIDR_EL1 are no address. */
#define MPIDR_AFFINITY 0xff00ffffffULL

extern const char arch_vectors[];

void arch_cpu_init(void)
{
	write_sysreg((uintptr_t)arch_vectors, vbar_el1);
	isb();
	arch_fpu_init();
#ifdef CONFIG_ZVM
	arch_stage2_cpu_init();
#endif
}

uint64_t arch_cpu_model(void)
{
	return read_sysreg(midr_el1);
}

uint64_t arch_cpu_affinity(void)
{
	return read_sysreg(mpidr_el1) & MPIDR_AFFINITY;
}

uint64_t arch_secondary_entry(void)
{
	/* What was stored for the new CPU is to be seen by it: the call to the firmware is no barrier. */
	dsb(ish);
	return (uintptr_t)boot_secondary_entry;
}

void arch_halt(void)
{
	arch_irq_disable();
	for (;;) {
		arch_cpu_wait();
	}
}
