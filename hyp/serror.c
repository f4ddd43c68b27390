/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SErrors of guests. One that comes while the guest runs is an exit. One that is found when its thread is switched out
 * (arch/arm64/bus_error.c) comes with the kernel lock held: it is noted, and the manager is told by an interrupt to this CPU.
 */
#include "hyp/serror.h"

#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "arch/arm64/sysreg.h"
#include "hyp/vm.h"
#include "hyp/vm_internal.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"

/* VMs of which the manager is to be told, a bit each. */
static uint32_t told;

BUILD_ASSERT(VMS_MAX <= 32U, "a bit per VM");

enum serror_verdict serror_verdict(uint64_t esr, bool hardware)
{
	/* AET is there only with this status, and neither is with a syndrome that is the core's own. */
	if ((esr & ESR_SERROR_IDS) != 0U || SYSREG_FIELD(esr, ESR_DFSC) != DFSC_SERROR) {
		return SERROR_ENDS_VM;
	}
	switch (SYSREG_FIELD(esr, ESR_AET)) {
	case ESR_AET_CORRECTED:
		return SERROR_GOES_ON;
	case ESR_AET_UNRECOVERABLE:
	case ESR_AET_RESTARTABLE:
	case ESR_AET_RECOVERABLE:
		return SERROR_ENDS_VM;
	default:
		/*
		 * Uncontainable, or reserved. Cores say so of a register that does not answer, too (Cortex-A55): that a
		 * guest could cause. What it could not is of the memory.
		 */
		return hardware ? SERROR_ENDS_VM : SERROR_ENDS_HOST;
	}
}

bool exit_serror(struct vcpu *v, uint64_t esr)
{
	enum serror_verdict verdict = serror_verdict(esr, v->thread.arch.bus_errors);
	char text[VM_CRASH_TEXT];

	v->exits[EXIT_OTHER]++;
	if (verdict == SERROR_GOES_ON) {
		return guest_complain(v, "SError, corrected (syndrome 0x%llx)",
				      (unsigned long long)esr);
	}
	arch_irq_enable();
	(void)snprintk(text, sizeof(text), "SError (syndrome 0x%llx, PC 0x%llx)",
		       (unsigned long long)esr, (unsigned long long)v->frame->elr);
	if (verdict == SERROR_ENDS_HOST) {
		vm_say(v->vm, "uncontainable %s, and no device of its own", text);
		k_panic();
	}
	return vm_request(v, VM_REQUEST_CRASH, text);
}

void guest_bus_error(struct k_thread *thread, uint64_t esr)
{
	struct vm *vm = ((struct vcpu *)(void *)thread)->vm;

	if (serror_verdict(esr, true) == SERROR_GOES_ON) {
		return;
	}
	__atomic_store_n(&vm->serror, (uint32_t)esr, __ATOMIC_RELAXED);
	(void)__atomic_fetch_or(&told, (uint32_t)BIT(vm->id), __ATOMIC_RELEASE);
	z_ipi_send(arch_cpu()->arch.id, Z_SGI_SERROR);
}

static void serror_isr(const void *arg)
{
	ARG_UNUSED(arg);
	vm_manager_call(__atomic_exchange_n(&told, 0U, __ATOMIC_ACQUIRE));
}

void serror_host_init(void)
{
	(void)irq_connect_dynamic(Z_SGI_SERROR, IRQ_DEFAULT_PRIORITY, serror_isr, NULL, 0U);
	z_irq_enable_percpu(Z_SGI_SERROR);
}
