/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done about each exception class. A class is a row in one of two tables: the first for handlers that leave
 * x19-x28 in their registers (arch/arm64/guest_asm.h), the second for those that may read or write any of them.
 *
 * What no row names is an instruction that this guest's machine does not have.
 */
#include "hyp/exit.h"

#include <stdarg.h>

#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>

#include "arch/arm64/sysreg.h"
#include "hyp/a32.h"
#include "hyp/inject.h"
#include "hyp/serror.h"
#include "hyp/vm.h"

LOG_MODULE_REGISTER(vm);

/* Lines about one VM: so many at once, then one in a while. */
#define COMPLAINTS_AT_ONCE 8U
#define COMPLAINT_MS       1000

#define WFX_TI_WFI 0U
#define WFX_TI_WFE 1U
#define WFX_TI     0x3U

const char *exit_reason_name(enum exit_reason reason)
{
	static const char *const names[EXIT_REASONS] = {
		[EXIT_IRQ] = "irq",     [EXIT_WFX] = "wfx",       [EXIT_HVC] = "hvc",
		[EXIT_SMC] = "smc",     [EXIT_SYSREG] = "sysreg", [EXIT_MMIO] = "mmio",
		[EXIT_ABORT] = "abort", [EXIT_FP] = "fp",         [EXIT_OTHER] = "other",
	};

	return (unsigned int)reason < EXIT_REASONS ? names[reason] : "?";
}

/* One of the VM's vCPUs at a time gets through; the others' lines are lost with those that are too many. */
static bool may_complain(struct vm *vm)
{
	int64_t now = k_uptime_get();

	if (__atomic_add_fetch(&vm->complaints, 1U, __ATOMIC_RELAXED) > COMPLAINTS_AT_ONCE &&
	    now - __atomic_load_n(&vm->complained_at, __ATOMIC_RELAXED) < COMPLAINT_MS) {
		return false;
	}
	__atomic_store_n(&vm->complained_at, now, __ATOMIC_RELAXED);
	return true;
}

bool guest_complain(struct vcpu *v, const char *format, ...)
{
	char text[128];
	va_list ap;

	if (!may_complain(v->vm)) {
		return false;
	}
	arch_irq_enable();
	va_start(ap, format);
	(void)vsnprintk(text, sizeof(text), format, ap);
	va_end(ap);
	LOG_WRN("vm %u (%s) vcpu %u: %s", v->vm->id, v->vm->config.name, v->id, text);
	arch_irq_disable();
	return true;
}

/* AArch32 traps may come for instructions whose condition fails: those do nothing. */
static bool skipped(struct vcpu *v, uint64_t esr)
{
	if ((v->frame->spsr & SPSR_M_AARCH32) == 0U || a32_condition_holds(v->frame->spsr, esr)) {
		return false;
	}
	vcpu_skip(v);
	return true;
}

static bool exit_wfx(struct vcpu *v, uint64_t esr)
{
	v->exits[EXIT_WFX]++;
	if (skipped(v, esr)) {
		return false;
	}
	if ((esr & WFX_TI) > WFX_TI_WFE) {
		/* WFIT, WFET: no guest is told of them (FEAT_WFxT). */
		inject_undef(v);
		return false;
	}
	vcpu_skip(v);
	if ((esr & WFX_TI) == WFX_TI_WFI) {
		return vcpu_wait(v, 0U);
	}
	/* It spins for something: another of this priority may be what it waits for. */
	k_yield();
	return true;
}

/* The first use of FP registers since another thread used them. SVE and SME have classes of their own. */
static bool exit_fp(struct vcpu *v, uint64_t esr)
{
	ARG_UNUSED(esr);
	v->exits[EXIT_FP]++;
	arch_fpu_trap();
	return false;
}

static bool exit_unknown(struct vcpu *v, uint64_t esr)
{
	v->exits[EXIT_OTHER]++;
	if (skipped(v, esr)) {
		return false;
	}
	inject_undef(v);
	return false;
}

static bool exit_cp15_32_checked(struct vcpu *v, uint64_t esr)
{
	return skipped(v, esr) ? false : exit_cp15_32(v, esr);
}

static bool exit_cp15_64_checked(struct vcpu *v, uint64_t esr)
{
	return skipped(v, esr) ? false : exit_cp15_64(v, esr);
}

/*
 * The handler of the exception it is about to take is the very instruction that cannot be fetched: from here on it would
 * take that exception for ever.
 */
static bool has_no_vectors(const struct vcpu *v)
{
	return v->frame->elr == read_sysreg(vbar_el12) + inject_vector(v->frame->spsr);
}

static bool crash_no_vectors(struct vcpu *v)
{
	char text[VM_CRASH_TEXT];

	arch_irq_enable();
	(void)snprintk(text, sizeof(text), "no memory at its exception vector 0x%llx",
		       (unsigned long long)v->frame->elr);
	return vm_request(v, VM_REQUEST_CRASH, text);
}

/* Fetches from where no RAM is, or tables there: an external abort, as on a machine with nothing at that address. */
static bool exit_instruction_abort(struct vcpu *v, uint64_t esr)
{
	uint64_t far = read_sysreg(far_el2);
	uint64_t pc = v->frame->elr;
	uint64_t at;

	v->exits[EXIT_ABORT]++;
	if (SYSREG_FIELD(esr, ESR_DFSC) == FSC_TLB_CONFLICT) {
		/* Entries that overlap, which some table of the guest's has made: they go, and the access is tried again. */
		sys_tlbi(vmalls12e1);
		dsb(nsh);
		return false;
	}
	if (has_no_vectors(v)) {
		return crash_no_vectors(v);
	}
	at = (read_sysreg(hpfar_el2) & HPFAR_FIPA) << 8 | (far & 0xfffU);
	inject_instruction_abort(v, far);
	return guest_complain(v, "instruction abort: fetch at 0x%llx (PC 0x%llx, syndrome 0x%llx)",
			      (unsigned long long)at, (unsigned long long)pc,
			      (unsigned long long)esr);
}

/* For short. */
#define FULL guest_exit_full

const exit_handler_t guest_exit_table[64] = {
	[0x00] = FULL,
	[ESR_EC_WFX] = exit_wfx,
	[0x02 ... 0x06] = FULL,
	[ESR_EC_FP] = exit_fp,
	[0x08 ... 0x15] = FULL,
	[ESR_EC_HVC64] = exit_hvc,
	[ESR_EC_SMC64] = exit_smc,
	[ESR_EC_SYS64] = guest_exit_sys64,
	[0x19 ... 0x23] = FULL,
	[ESR_EC_DABT_LO] = guest_exit_data_abort,
	[0x25 ... 0x3f] = FULL,
};

const exit_handler_t guest_exit_full_table[64] = {
	[0x00 ... 0x02] = exit_unknown,          [ESR_EC_CP15_32] = exit_cp15_32_checked,
	[ESR_EC_CP15_64] = exit_cp15_64_checked, [ESR_EC_CP14_32] = exit_cp15_32_checked,
	[0x06 ... 0x0b] = exit_unknown,          [ESR_EC_CP14_64] = exit_cp15_64_checked,
	[0x0d ... 0x17] = exit_unknown,          [ESR_EC_SYS64] = exit_sysreg,
	[0x19 ... 0x1f] = exit_unknown,          [ESR_EC_IABT_LO] = exit_instruction_abort,
	[0x21 ... 0x23] = exit_unknown,          [ESR_EC_DABT_LO] = exit_data_abort,
	[0x25 ... 0x2e] = exit_unknown,          [ESR_EC_SERROR] = exit_serror,
	[0x30 ... 0x3f] = exit_unknown,
};
