/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Exceptions that nothing handles: what they were, in words, with registers and a backtrace.
 */
#include <stdbool.h>

#include <zephyr/arch/thread.h>
#include <zephyr/fatal.h>
#include <zephyr/kernel/structs.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "arch/arm64/error.h"
#include "arch/arm64/image.h"
#include "arch/arm64/sysreg.h"
#include "kernel/arch_api.h"

#define BACKTRACE_MAX 24

/* Set by the linker script. */
extern const uint64_t z_link_base;

void arch_error(struct arch_esf *esf);
FUNC_NORETURN void arch_stack_overflow(struct arch_esf *esf);

static unsigned int esr_class(uint64_t esr)
{
	return (unsigned int)(esr >> ESR_EC_SHIFT) & 0x3fU;
}

static const char *class_name(unsigned int ec)
{
	switch (ec) {
	case ESR_EC_UNKNOWN:
		return "undefined instruction";
	case ESR_EC_FP:
		return "FP/SIMD instruction";
	case ESR_EC_ILLEGAL:
		return "illegal execution state";
	case ESR_EC_SVC64:
		return "SVC";
	case ESR_EC_HVC64:
		return "HVC";
	case ESR_EC_SYS64:
		return "trapped system register";
	case ESR_EC_SVE:
		return "SVE instruction";
	case ESR_EC_IABT:
		return "instruction abort";
	case ESR_EC_PC_ALGN:
		return "misaligned PC";
	case ESR_EC_DABT:
		return "data abort";
	case ESR_EC_SP_ALGN:
		return "misaligned SP";
	case ESR_EC_SERROR:
		return "SError";
	case ESR_EC_BRK:
		return "BRK";
	default:
		return "unexpected exception";
	}
}

/* Instruction or data fault status (Arm ARM D19.2.37, ISS encoding of aborts). */
static const char *fault_name(uint64_t esr)
{
	switch (esr & 0x3cU) {
	case 0x00U:
		return "address size fault";
	case 0x04U:
		return "nothing is mapped there";
	case 0x08U:
		return "access flag fault";
	case 0x0cU:
		return "not permitted";
	case 0x10U:
		return "no device answers there";
	case 0x20U:
		return "misaligned";
	default:
		return "other fault";
	}
}

/* What addr2line knows the address by: the image runs where it was loaded, not where it was linked. */
static uint64_t link_address(uint64_t addr)
{
	return addr - (uintptr_t)z_image_start + z_link_base;
}

static bool in_text(uint64_t addr)
{
	return addr >= (uintptr_t)z_text_start && addr < (uintptr_t)z_text_end;
}

/* Frame records (AAPCS64 6.4.6) lie ever higher on a stack; interrupts and overflows change the stack. */
static bool record_ok(uint64_t fp)
{
	return fp != 0U && (fp & 7U) == 0U && fp >= (uintptr_t)z_data_start && arch_readable(fp) &&
	       arch_readable(fp + 8U);
}

static void backtrace(const struct arch_esf *esf)
{
	uint64_t fp = esf->x[29];

	printk("backtrace (addr2line -e <image>.elf):");
	printk(" 0x%llx", (unsigned long long)link_address(esf->elr));
	if (in_text(esf->x[30])) {
		printk(" 0x%llx", (unsigned long long)link_address(esf->x[30] - 4U));
	}
	for (int i = 0; i < BACKTRACE_MAX && record_ok(fp); i++) {
		const uint64_t *record = (const uint64_t *)fp;

		if (!in_text(record[1])) {
			break;
		}
		printk(" 0x%llx", (unsigned long long)link_address(record[1] - 4U));
		fp = record[0];
	}
	printk("\n");
}

/* z_fatal_software(): the software has said what is wrong, and only where matters. */
static bool is_fatal_brk(const struct arch_esf *esf)
{
	return esr_class(esf->esr) == ESR_EC_BRK && (esf->esr & 0xffffU) == ARCH_BRK_FATAL;
}

void arch_dump(const struct arch_esf *esf)
{
	unsigned int ec = esr_class(esf->esr);

	if (is_fatal_brk(esf)) {
		backtrace(esf);
		return;
	}
	printk("%s", class_name(ec));
	if (ec == ESR_EC_DABT || ec == ESR_EC_IABT) {
		printk(" (%s) at 0x%llx, %s", fault_name(esf->esr), (unsigned long long)esf->far,
		       ec == ESR_EC_IABT          ? "execute"
		       : (esf->esr & 0x40U) != 0U ? "write"
						  : "read");
	}
	printk(", ESR 0x%llx\n", (unsigned long long)esf->esr);
	printk("PC 0x%016llx SP 0x%016llx PSTATE 0x%llx\n", (unsigned long long)esf->elr,
	       (unsigned long long)esf->sp, (unsigned long long)esf->spsr);
	for (unsigned int i = 0; i < ARRAY_SIZE(esf->x); i++) {
		printk("x%-2u 0x%016llx%s", i, (unsigned long long)esf->x[i],
		       i % 3U == 2U || i == 30U ? "\n" : "  ");
	}
	backtrace(esf);
}

void arch_error(struct arch_esf *esf)
{
	if (arch_fixup(esf)) {
		return;
	}
	if (is_fatal_brk(esf)) {
		esf->elr += 4U;
		z_fatal_error((unsigned int)esf->x[0], esf);
		return;
	}
	z_fatal_error(K_ERR_CPU_EXCEPTION, esf);
}

void arch_stack_overflow(struct arch_esf *esf)
{
	z_fatal_error(K_ERR_STACK_CHK_FAIL, esf);
	k_fatal_halt(K_ERR_STACK_CHK_FAIL);
}

void z_fatal_software(unsigned int reason)
{
	register uint64_t x0 __asm__("x0") = reason;

	__asm__ volatile("brk %0" ::"i"(ARCH_BRK_FATAL), "r"(x0) : "memory");
}

/* The one load that may fault: a backtrace through a broken stack must not make things worse. */
__noinline bool arch_readable(uint64_t addr)
{
	uint64_t ok;

	__asm__ volatile("mov %0, #0\n"
			 "	.globl arch_probe_load\n"
			 "	.hidden arch_probe_load\n"
			 "arch_probe_load: ldrb wzr, [%1]\n"
			 "	mov %0, #1\n"
			 "	.globl arch_probe_done\n"
			 "	.hidden arch_probe_done\n"
			 "arch_probe_done:"
			 : "=&r"(ok)
			 : "r"(addr)
			 : "memory");
	return ok != 0U;
}

bool arch_fixup(struct arch_esf *esf)
{
	if (esr_class(esf->esr) == ESR_EC_DABT && esf->elr == (uintptr_t)arch_probe_load) {
		esf->elr = (uintptr_t)arch_probe_done;
		return true;
	}
	return IS_ENABLED(CONFIG_ZVM) && bus_error_fixup(esf);
}
