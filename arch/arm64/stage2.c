/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2 in the hardware: what the CPUs can do, and TLB maintenance (Arm ARM DDI 0487, D8.14).
 *
 * TLB operations by IPA and by VMID concern the VMID in VTTBR_EL2. Which one that is depends on the vCPU that is
 * resident, if any, so the VM's own is put there for the time being. The stage-1 registers stay those of the resident
 * vCPU, which is a mix of two guests; see enter_vmid().
 */
#ifdef CONFIG_ZVM
#include "arch/stage2.h"

#include <zephyr/sys/util.h>
#include "arch/arch.h"
#include "arch/arm64/pgtable.h"
#include "arch/arm64/sysreg.h"

/* Above this many pages one invalidation of everything is cheaper than one for each. */
#define TLBI_PAGES_MAX 32U

static uint32_t phys_bits_min = PGTABLE_OA_BITS_MAX;
static uint32_t vmid8_cpus;

void arch_stage2_cpu_init(void)
{
	static const uint8_t bits[] = {32, 36, 40, 42, 44, 48};
	uint64_t range = SYSREG_FIELD(read_sysreg(id_aa64mmfr0_el1), ID_MMFR0_PARANGE);
	uint32_t mine = bits[MIN(range, ARRAY_SIZE(bits) - 1U)];
	uint32_t old = __atomic_load_n(&phys_bits_min, __ATOMIC_RELAXED);

	while (mine < old && !__atomic_compare_exchange_n(&phys_bits_min, &old, mine, false,
							  __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64mmfr1_el1), ID_MMFR1_VMIDBITS) !=
	    ID_MMFR1_VMIDBITS_16) {
		__atomic_fetch_add(&vmid8_cpus, 1U, __ATOMIC_RELAXED);
	}
}

void arch_stage2_limits(struct arch_stage2_limits *limits)
{
	limits->phys_bits = (uint8_t)__atomic_load_n(&phys_bits_min, __ATOMIC_RELAXED);
	limits->vmid16 = __atomic_load_n(&vmid8_cpus, __ATOMIC_RELAXED) == 0U;
}

void arch_stage2_publish(void)
{
	/* The walkers of all CPUs are observers of their own; a guest's next access comes after an ERET (D8.2.6). */
	dsb(ishst);
	isb();
}

struct vmid_switch {
	uint64_t tcr;
	uint64_t sctlr;
	uint64_t vttbr;
	unsigned int key;
};

/*
 * Makes a VMID current. With HCR_EL2.TGE=0 the CPU may not walk the guest's stage 1 speculatively from EL2, but
 * Cortex-A76 (erratum 1165522) and Cortex-A55 (1530923) do for an AT instruction that is executed speculatively, and
 * would leave a translation of the resident guest's stage 1 by the other's stage 2 in the TLB. So stage 1 is made to
 * fault without a walk first: translation on, and walks of both halves off.
 */
static void enter_vmid(struct vmid_switch *old, uint64_t vtcr, uint64_t vttbr)
{
	old->key = arch_irq_lock();
	old->tcr = read_sysreg(tcr_el12);
	old->sctlr = read_sysreg(sctlr_el12);
	old->vttbr = read_sysreg(vttbr_el2);
	write_sysreg(old->tcr | TCR_EPD0 | TCR_EPD1, tcr_el12);
	isb();
	write_sysreg(old->sctlr | SCTLR_M, sctlr_el12);
	isb();
	/* The same on all CPUs for good; a CPU that never ran a vCPU does not have it yet. */
	write_sysreg(vtcr, vtcr_el2);
	write_sysreg(vttbr, vttbr_el2);
	isb();
}

static void leave_vmid(const struct vmid_switch *old)
{
	write_sysreg(old->vttbr, vttbr_el2);
	isb();
	write_sysreg(old->sctlr, sctlr_el12);
	isb();
	write_sysreg(old->tcr, tcr_el12);
	isb();
	arch_irq_unlock(old->key);
}

static void flush_vmid(void)
{
	for (int i = 0; i < TLBI_ROUNDS; i++) {
		sys_tlbi(vmalls12e1is);
		dsb(ish);
	}
	isb();
}

/*
 * By IPA only stage-2 entries go. TLBs may hold both stages combined, by virtual address, and nobody knows the
 * addresses: so stage 1 of the VMID goes as well, after the stage-2 entries are gone everywhere, or it could be
 * refilled from them (D8.14.5).
 */
static void flush_pages(uint64_t ipa, uint64_t size)
{
	for (int i = 0; i < TLBI_ROUNDS; i++) {
		for (uint64_t page = ipa; page < ipa + size; page += PGTABLE_PAGE_SIZE) {
			sys_tlbi_va(ipas2e1is, page >> PGTABLE_PAGE_SHIFT);
		}
		dsb(ish);
		sys_tlbi(vmalle1is);
		dsb(ish);
	}
	isb();
}

void arch_stage2_flush(uint64_t vtcr, uint64_t vttbr, uint64_t ipa, uint64_t size)
{
	struct vmid_switch old;

	if (size > TLBI_PAGES_MAX * PGTABLE_PAGE_SIZE) {
		arch_stage2_flush_all(vtcr, vttbr);
		return;
	}
	/* The entries are seen as invalid before the TLBs drop what they hold of them. */
	dsb(ishst);
	enter_vmid(&old, vtcr, vttbr);
	flush_pages(ipa, size);
	leave_vmid(&old);
}

void arch_stage2_flush_all(uint64_t vtcr, uint64_t vttbr)
{
	struct vmid_switch old;

	dsb(ishst);
	enter_vmid(&old, vtcr, vttbr);
	flush_vmid();
	leave_vmid(&old);
}

bool arch_guest_translate(uint64_t va, uint64_t *ipa)
{
	uint64_t saved = read_sysreg(par_el1);
	uint64_t par;

	__asm__ volatile("at s1e1r, %0" ::"r"(va) : "memory");
	isb();
	par = read_sysreg(par_el1);
	write_sysreg(saved, par_el1);
	if ((par & PAR_F) != 0U) {
		return false;
	}
	*ipa = (par & PAR_PA_MASK) | (va & (PGTABLE_PAGE_SIZE - 1U));
	return true;
}
#endif /* CONFIG_ZVM */
