/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data aborts of guests (EC 0x24): Arm ARM DDI 0487, D19.2.40, "ISS encoding for an exception from a Data Abort".
 */
#include <errno.h>

#include <zephyr/sys/util.h>
#include "arch/arm64/cache.h"
#include "arch/arm64/sysreg.h"
#include "arch/stage2.h"
#include "hyp/exit.h"
#include "hyp/mmio.h"
#include "hyp/mmio_access.h"
#include "hyp/vm.h"

/* A stage-2 translation fault of an access that the hardware has described: everything else is off the straight way. */
#define SIMPLE_MASK  (ESR_ISV | ESR_FNV | ESR_EA | ESR_CM | ESR_S1PTW | DFSC_TYPE)
#define SIMPLE_VALUE (ESR_ISV | DFSC_TRANS)

/*
 * The instruction that faulted, read once: the guest may change it meanwhile, and what is then decoded is as good a
 * guess as any, for the address is checked against the one that faulted.
 *
 * 0, or -EAGAIN: its page has just been unmapped, and running it again says so to the guest; -EFAULT: not in RAM
 */
static int fetch(struct vcpu *v, uint32_t *word)
{
	const struct vm *vm = v->vm;
	const char *at;
	uint64_t ipa;

	if (!arch_guest_translate(v->frame->elr, &ipa)) {
		return -EAGAIN;
	}
	if (!range_within(ipa, sizeof(*word), vm->config.ram_base, vm->ram_size) ||
	    !is_aligned(ipa, sizeof(*word))) {
		return -EFAULT;
	}
	at = (const char *)vm->ram + (ipa - vm->config.ram_base);
	/* A guest with caches off wrote it around them; one with caches on, into them. After this both are in memory. */
	cache_clean_invalidate(at, sizeof(*word));
	*word = *(const volatile uint32_t *)(const void *)at;
	return 0;
}

/* Which stack pointer SP is: EL1h has its own, EL1t and EL0 have SP_EL0. Live, because the vCPU is resident. */
static bool uses_sp_el1(const struct vcpu *v)
{
	return (v->frame->spsr & SPSR_MODE_MASK) == SPSR_M_EL1H;
}

static uint64_t base_read(const struct vcpu *v, unsigned int rn)
{
	if (rn < 31U) {
		return v->frame->x[rn];
	}
	return uses_sp_el1(v) ? read_sysreg(sp_el1) : read_sysreg(sp_el0);
}

static void base_write(struct vcpu *v, unsigned int rn, uint64_t value)
{
	if (rn < 31U) {
		v->frame->x[rn] = value;
	} else if (uses_sp_el1(v)) {
		write_sysreg(value, sp_el1);
	} else {
		write_sysreg(value, sp_el0);
	}
}

/* Write-back forms and pairs come without a syndrome; so do others, which nothing here answers. */
static bool without_syndrome(struct vcpu *v, uint64_t esr, uint64_t far, ipa_t ipa)
{
	struct mmio_insn insn;
	uint32_t word;
	uint64_t base;
	int rc;

	if ((v->frame->spsr & SPSR_M_AARCH32) != 0U || mmio_find(&v->vm->mmio, ipa) == NULL) {
		return mmio_refuse(v, esr, far, ipa);
	}
	rc = fetch(v, &word);
	if (rc == -EAGAIN) {
		v->exits[EXIT_ABORT]++;
		return false;
	}
	if (rc != 0 || !mmio_decode(word, &insn) || insn.write != ((esr & ESR_WNR) != 0U)) {
		return mmio_refuse(v, esr, far, ipa);
	}
	base = base_read(v, insn.rn);
	if (!mmio_access_insn(v, &insn, far, ipa, &base)) {
		return mmio_refuse(v, esr, far, ipa);
	}
	if (insn.index == MMIO_PRE || insn.index == MMIO_POST) {
		base_write(v, insn.rn, base);
	}
	if (v->vgic.later != 0U) {
		return mmio_written(v);
	}
	v->exits[EXIT_MMIO]++;
	vcpu_skip(v);
	return false;
}

/*
 * The guest has changed its tables in a way that leaves the TLB with two answers, and combined entries are reported as
 * stage 2's. Its own fault, but ours to repair: without those entries it can go on.
 */
static bool tlb_conflict(struct vcpu *v)
{
	v->exits[EXIT_ABORT]++;
	sys_tlbi(vmalls12e1);
	dsb(nsh);
	isb();
	return false;
}

static bool other_abort(struct vcpu *v, uint64_t esr, uint64_t far, ipa_t ipa)
{
	if (SYSREG_FIELD(esr, ESR_DFSC) == DFSC_CONFLICT) {
		return tlb_conflict(v);
	}
	/*
	 * A walk of the guest's own tables that went astray, an external abort, an address beyond the tables' reach: there
	 * is no access to emulate. Permission faults do not happen but for walks into a device (HCR_EL2.PTW), as what is mapped
	 * for data is mapped for all of it; HPFAR_EL2 would not be valid for them.
	 */
	if ((esr & (DFSC_TYPE | ESR_S1PTW | ESR_EA | ESR_FNV)) != DFSC_TRANS) {
		return mmio_refuse(v, esr, far, ipa);
	}
	if ((esr & ESR_CM) != 0U) {
		/* Cache maintenance of registers, or of nothing at all: there is no line of it in any cache. */
		v->exits[EXIT_ABORT]++;
		vcpu_skip(v);
		return false;
	}
	return without_syndrome(v, esr, far, ipa);
}

bool exit_data_abort(struct vcpu *v, uint64_t esr)
{
	/* Both first: a fault of the host itself would overwrite FAR_EL2. */
	uint64_t far = read_sysreg(far_el1);
	uint64_t fipa = SYSREG_FIELD(read_sysreg(hpfar_el2), HPFAR_FIPA);
	ipa_t at = ipa((fipa << 12) | (far & 0xfffU));

	if (unlikely(v->vgic.later != 0U)) {
		/* It comes from guest_mmio.S, which has done it. */
		return mmio_written(v);
	}
	if (likely((esr & SIMPLE_MASK) == SIMPLE_VALUE)) {
		return mmio_access(v, esr, far, at);
	}
	return other_abort(v, esr, far, at);
}
