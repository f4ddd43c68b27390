/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Stand-in of the GIC's virtual interface. A test plays the guest: fake_gic.c acknowledges, ends and deactivates as
 * the hardware does (IHI 0069, chapters 5 and 6), and says whether a maintenance interrupt is up.
 */
#ifndef ARCH_FAKE_GIC_VIRT_H_
#define ARCH_FAKE_GIC_VIRT_H_

#include <stdbool.h>
#include <stdint.h>

#define FAKE_GIC_CPUS     4U
#define FAKE_GIC_SPURIOUS 1023U

/** One CPU's virtual interface. */
struct fake_gic {
	uint64_t lr[16];
	uint32_t hcr;
	uint32_t vmcr;
	uint32_t ap0r[4];
	uint32_t ap1r[4];
};

struct fake_gic_all {
	struct fake_gic cpu[FAKE_GIC_CPUS];
	/** The CPU that the code under test runs on. */
	unsigned int current;
	/** List registers and implemented priority bits, for ICH_VTR. */
	unsigned int lrs;
	unsigned int pribits;
	/** Physical interrupts that are active: SPIs here, PPIs in the bits of each CPU. */
	uint32_t spi_active[32];
	uint32_t ppi_active[FAKE_GIC_CPUS];
	/** Accesses to registers of the virtual interface. */
	unsigned int accesses;
};

extern struct fake_gic_all fake_gic;

/** @brief All as at power-up. */
void fake_gic_reset(unsigned int lrs, unsigned int pribits);

/** @brief What the guest would be interrupted by now, or FAKE_GIC_SPURIOUS. */
uint32_t fake_gic_signalled(bool group1);
/** @brief The guest reads ICC_IAR0/1: the INTID is active from then on. */
uint32_t fake_gic_ack(bool group1);
/** @brief The guest writes ICC_EOIR0/1 (EOImode as in VMCR). */
void fake_gic_eoi(bool group1, uint32_t intid);
/** @brief The guest writes ICC_DIR. @return true: it traps */
bool fake_gic_dir(uint32_t intid);
/** @brief Is the maintenance interrupt up on the current CPU? */
bool fake_gic_maintenance(void);

/** @brief The test's: the hypervisor's kick of a CPU, arch_cpu::kick. */
void gic_kick(uint64_t target);

static inline struct fake_gic *fake_gic_here(void)
{
	fake_gic.accesses++;
	return &fake_gic.cpu[fake_gic.current];
}

static inline uint32_t gic_virt_vtr(void)
{
	return (fake_gic.lrs - 1U) | (fake_gic.pribits - 1U) << 29 | (fake_gic.pribits - 1U) << 26 |
	       0x80000U;
}

static inline uint32_t gic_virt_hcr(void)
{
	return fake_gic_here()->hcr;
}

static inline void gic_virt_set_hcr(uint32_t hcr)
{
	fake_gic_here()->hcr = hcr;
}

static inline uint32_t gic_virt_vmcr(void)
{
	return fake_gic_here()->vmcr;
}

static inline void gic_virt_set_vmcr(uint32_t vmcr)
{
	fake_gic_here()->vmcr = vmcr;
}

static inline uint64_t gic_virt_lr(unsigned int n)
{
	return fake_gic_here()->lr[n];
}

static inline void gic_virt_set_lr(unsigned int n, uint64_t lr)
{
	fake_gic_here()->lr[n] = lr;
}

uint32_t gic_virt_elrsr(void);
static inline uint32_t gic_virt_elrsr_at_entry(void)
{
	return gic_virt_elrsr();
}
uint32_t gic_virt_eisr(void);

static inline void gic_virt_save_aprs(uint32_t *ap0r, uint32_t *ap1r, unsigned int prebits)
{
	const struct fake_gic *g = fake_gic_here();

	(void)prebits;
	for (unsigned int i = 0U; i < 4U; i++) {
		ap0r[i] = g->ap0r[i];
		ap1r[i] = g->ap1r[i];
	}
}

static inline void gic_virt_load_aprs(const uint32_t *ap0r, const uint32_t *ap1r,
				      unsigned int prebits)
{
	struct fake_gic *g = fake_gic_here();

	(void)prebits;
	for (unsigned int i = 0U; i < 4U; i++) {
		g->ap0r[i] = ap0r[i];
		g->ap1r[i] = ap1r[i];
	}
}

#endif /* ARCH_FAKE_GIC_VIRT_H_ */
