/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Access to the ICH_* registers, by encoding: older assemblers lack the names (IHI 0069, 11.6).
 *
 * Interrupts masked. What is written is seen by the guest from the exception return on, which synchronises the
 * context, as does the exception that led here: no ISB is needed in between (Arm ARM D1.3.4). Except where a register
 * shows what list registers hold that may just have been written.
 */
#ifndef ZVM_ARCH_ARM64_GIC_VIRT_H_
#define ZVM_ARCH_ARM64_GIC_VIRT_H_

#include <stdint.h>

#include <zephyr/toolchain.h>
#include "arch/arm64/sysreg.h"

#define ICH_AP0R(n) S3_4_C12_C8_##n
#define ICH_AP1R(n) S3_4_C12_C9_##n
#define ICH_VTR     S3_4_C12_C11_1
#define ICH_MISR    S3_4_C12_C11_2
#define ICH_EISR    S3_4_C12_C11_3
#define ICH_ELRSR   S3_4_C12_C11_5
#define ICH_VMCR    S3_4_C12_C11_7
/* ICH_LR0 to ICH_LR7, and ICH_LR8 to ICH_LR15. */
#define ICH_LR_LO(n) S3_4_C12_C12_##n
#define ICH_LR_HI(n) S3_4_C12_C13_##n

static ALWAYS_INLINE uint32_t gic_virt_vtr(void)
{
	return (uint32_t)read_sysreg(ICH_VTR);
}

static ALWAYS_INLINE uint32_t gic_virt_hcr(void)
{
	return (uint32_t)read_sysreg(ICH_HCR_EL2_REG);
}

static ALWAYS_INLINE void gic_virt_set_hcr(uint32_t hcr)
{
	write_sysreg(hcr, ICH_HCR_EL2_REG);
}

static ALWAYS_INLINE uint32_t gic_virt_vmcr(void)
{
	return (uint32_t)read_sysreg(ICH_VMCR);
}

static ALWAYS_INLINE void gic_virt_set_vmcr(uint32_t vmcr)
{
	write_sysreg(vmcr, ICH_VMCR);
}

/** @return list registers that hold nothing and have no EOI maintenance interrupt to give, a bit each. */
static ALWAYS_INLINE uint32_t gic_virt_elrsr(void)
{
	isb();
	return (uint32_t)read_sysreg(ICH_ELRSR);
}

/** @brief The same, if no list register was written since the exception was taken. */
static ALWAYS_INLINE uint32_t gic_virt_elrsr_at_entry(void)
{
	return (uint32_t)read_sysreg(ICH_ELRSR);
}

/**
 * @brief Raises the hypervisor's kick on a CPU: @p target is its arch_cpu::kick. What the caller has stored is seen there: the
 * write is a system register access, which only a DSB orders after earlier stores (IHI 0069, "Observability of the effects of
 * accesses to the GIC registers"). It is done now, not at the next context synchronisation event.
 */
static ALWAYS_INLINE void gic_kick(uint64_t target)
{
	dsb(ishst);
	write_sysreg(target, ICC_SGI1R_EL1_REG);
	isb();
}

#define GIC_VIRT_LRS(DO)                                                                           \
	DO(0, ICH_LR_LO(0))                                                                        \
	DO(1, ICH_LR_LO(1))                                                                        \
	DO(2, ICH_LR_LO(2))                                                                        \
	DO(3, ICH_LR_LO(3))                                                                        \
	DO(4, ICH_LR_LO(4))                                                                        \
	DO(5, ICH_LR_LO(5))                                                                        \
	DO(6, ICH_LR_LO(6))                                                                        \
	DO(7, ICH_LR_LO(7))                                                                        \
	DO(8, ICH_LR_HI(0))                                                                        \
	DO(9, ICH_LR_HI(1))                                                                        \
	DO(10, ICH_LR_HI(2))                                                                       \
	DO(11, ICH_LR_HI(3))                                                                       \
	DO(12, ICH_LR_HI(4))                                                                       \
	DO(13, ICH_LR_HI(5))                                                                       \
	DO(14, ICH_LR_HI(6))                                                                       \
	DO(15, ICH_LR_HI(7))

/** @return list registers with an EOI maintenance interrupt to give, ICH_EISR_EL2, a bit each. */
static ALWAYS_INLINE uint32_t gic_virt_eisr(void)
{
	isb();
	return (uint32_t)read_sysreg(ICH_EISR);
}

/** @brief Reads list register @p n. The first one, the usual one, goes without a jump. */
static inline uint64_t gic_virt_lr(unsigned int n)
{
	if (likely(n == 0U)) {
		return read_sysreg(ICH_LR_LO(0));
	}
	switch (n) {
#define GIC_VIRT_READ(number, reg)                                                                 \
	case number:                                                                               \
		return read_sysreg(reg);
		GIC_VIRT_LRS(GIC_VIRT_READ)
#undef GIC_VIRT_READ
	default:
		return 0U;
	}
}

/** @brief Sets it. The usual ones, the second being the timer's (GUEST_TIMER_LR), go without a jump. */
static inline void gic_virt_set_lr(unsigned int n, uint64_t lr)
{
	if (likely(n == 0U)) {
		write_sysreg(lr, ICH_LR_LO(0));
		return;
	}
	if (likely(n == 2U)) {
		write_sysreg(lr, ICH_LR_LO(2));
		return;
	}
	switch (n) {
#define GIC_VIRT_WRITE(number, reg)                                                                \
	case number:                                                                               \
		write_sysreg(lr, reg);                                                             \
		break;
		GIC_VIRT_LRS(GIC_VIRT_WRITE)
#undef GIC_VIRT_WRITE
	default:
		break;
	}
}

/*
 * Active priorities: one register of each group up to 5 bits of preemption, two for 6, four for 7
 * (ICH_AP0R<n>_EL2; registers that are not there are UNDEFINED).
 */
static ALWAYS_INLINE void gic_virt_save_aprs(uint32_t *ap0r, uint32_t *ap1r, unsigned int prebits)
{
	ap0r[0] = (uint32_t)read_sysreg(ICH_AP0R(0));
	ap1r[0] = (uint32_t)read_sysreg(ICH_AP1R(0));
	if (unlikely(prebits > 5U)) {
		ap0r[1] = (uint32_t)read_sysreg(ICH_AP0R(1));
		ap1r[1] = (uint32_t)read_sysreg(ICH_AP1R(1));
	}
	if (unlikely(prebits > 6U)) {
		ap0r[2] = (uint32_t)read_sysreg(ICH_AP0R(2));
		ap1r[2] = (uint32_t)read_sysreg(ICH_AP1R(2));
		ap0r[3] = (uint32_t)read_sysreg(ICH_AP0R(3));
		ap1r[3] = (uint32_t)read_sysreg(ICH_AP1R(3));
	}
}

static ALWAYS_INLINE void gic_virt_load_aprs(const uint32_t *ap0r, const uint32_t *ap1r,
					     unsigned int prebits)
{
	write_sysreg(ap0r[0], ICH_AP0R(0));
	write_sysreg(ap1r[0], ICH_AP1R(0));
	if (unlikely(prebits > 5U)) {
		write_sysreg(ap0r[1], ICH_AP0R(1));
		write_sysreg(ap1r[1], ICH_AP1R(1));
	}
	if (unlikely(prebits > 6U)) {
		write_sysreg(ap0r[2], ICH_AP0R(2));
		write_sysreg(ap1r[2], ICH_AP1R(2));
		write_sysreg(ap0r[3], ICH_AP0R(3));
		write_sysreg(ap1r[3], ICH_AP1R(3));
	}
}

#endif /* ZVM_ARCH_ARM64_GIC_VIRT_H_ */
