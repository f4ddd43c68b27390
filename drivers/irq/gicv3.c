/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3 (Arm IHI 0069): distributor, redistributors, CPU interface through system registers.
 * Affinity routing is on, all our interrupts are in non-secure group 1, priorities order pending
 * interrupts only (handlers do not nest).
 *
 * End of interrupt: EOImode 0, where the write of ICC_EOIR1 both drops the running priority and
 * deactivates, until set_eoi_split(true). In EOImode 1 the write only drops the priority and
 * ICC_DIR deactivates, which is what hardware-mapped virtual interrupts need (their deactivation is
 * the guest's) and what each other interrupt would pay one more system register write for: so there
 * are two root handlers, and the one in use is chosen when the mode is.
 */
#include <errno.h>

#include <zephyr/spinlock.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>
#include <zvm/driver.h>
#include "arch/arch.h"
#include "arch/arm64/io.h"
#include "arch/arm64/sysreg.h"
#include "drivers/irq/gicv3_regs.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"
#include "lib/fdt.h"

#define REGIONS_MAX 32U
#define RWP_SPINS   1000000U

/* A trigger cell with one of these is an edge, rising or falling. */
#define FDT_IRQ_EDGE_ANY 0x3U

struct gicr_region {
	uintptr_t base;
	uint64_t size;
};

static struct {
	uintptr_t dist;
	uint32_t typer;
	struct gicr_region regions[REGIONS_MAX];
	unsigned int nr_regions;
	/* Distance of redistributor frames; 0: by GICR_TYPER.VLPIS. */
	uint64_t stride;
	/* Per CPU: its redistributor, and its ICC_SGI1R_EL1 value for SGI 0. */
	uintptr_t rdist[CONFIG_MP_MAX_NUM_CPUS];
	uint64_t sgi_target[CONFIG_MP_MAX_NUM_CPUS];
	bool eoi_split;
} gic;

/* Interrupts that stay active after their handler: bytes, as each interrupt asks, and by themselves, for a short address. */
static bool forwarded[Z_IRQ_COUNT];

/* Guards read-modify-writes of shared registers. */
static struct k_spinlock cfg_lock;

static unsigned int this_cpu(void)
{
	return arch_cpu()->arch.id;
}

/*
 * The frame that holds an interrupt's bits: our SGI_base for private ones; the offsets are the same
 * in both.
 */
static uintptr_t frame_of(unsigned int intid)
{
	return intid < Z_IRQ_SPI_BASE ? gic.rdist[this_cpu()] + GICR_SGI_BASE : gic.dist;
}

/*
 * Wait until a register write has taken effect everywhere. Needed after clearing enables and
 * changing CTLR (IHI 0069, GICD_CTLR.RWP and GICR_CTLR.RWP: other writes are not tracked). A GIC
 * that does not answer is not worth hanging for.
 */
static int wait_clear(uintptr_t reg, uint32_t bits)
{
	for (unsigned int i = 0U; i < RWP_SPINS; i++) {
		if ((readl_relaxed(reg) & bits) == 0U) {
			return 0;
		}
		arch_spin_relax();
	}
	return -ETIMEDOUT;
}

static void wait_rwp(unsigned int intid)
{
	if (intid < Z_IRQ_SPI_BASE) {
		(void)wait_clear(gic.rdist[this_cpu()] + GICR_CTLR, GICR_CTLR_RWP);
	} else {
		(void)wait_clear(gic.dist + GICD_CTLR, GICD_CTLR_RWP);
	}
}

/* ---- operations ------------------------------------------------------------------------------ */

/*
 * A private interrupt's registers are this CPU's: the caller must not move to another one between
 * two accesses.
 */
static void write_bit(uint32_t array, unsigned int intid)
{
	unsigned int key = arch_irq_lock();

	writel_relaxed(gicv3_bit(intid), frame_of(intid) + gicv3_bit_offset(array, intid));
	arch_irq_unlock(key);
}

static bool read_bit(uint32_t array, unsigned int intid)
{
	unsigned int key = arch_irq_lock();
	uint32_t v = readl_relaxed(frame_of(intid) + gicv3_bit_offset(array, intid));

	arch_irq_unlock(key);
	return (v & gicv3_bit(intid)) != 0U;
}

static void gicv3_enable(unsigned int intid)
{
	/*
	 * The handler's entry in the table, and whatever it works on, before the first interrupt.
	 */
	dsb(ishst);
	write_bit(GICD_ISENABLER, intid);
}

static void gicv3_disable(unsigned int intid)
{
	unsigned int key = arch_irq_lock();

	write_bit(GICD_ICENABLER, intid);
	wait_rwp(intid);
	arch_irq_unlock(key);
}

static bool gicv3_is_enabled(unsigned int intid)
{
	return read_bit(GICD_ISENABLER, intid);
}

static bool gicv3_is_pending(unsigned int intid)
{
	return read_bit(GICD_ISPENDR, intid);
}

static void gicv3_set_pending(unsigned int intid, bool pending)
{
	write_bit(pending ? GICD_ISPENDR : GICD_ICPENDR, intid);
}

static void gicv3_set_active(unsigned int intid, bool active)
{
	write_bit(active ? GICD_ISACTIVER : GICD_ICACTIVER, intid);
}

__attribute__((cold)) static void gicv3_set_priority(unsigned int intid, uint8_t priority)
{
	unsigned int key = arch_irq_lock();

	writeb_relaxed(priority, frame_of(intid) + GICD_IPRIORITYR + intid);
	arch_irq_unlock(key);
}

__attribute__((cold)) static int gicv3_set_type(unsigned int intid, bool edge)
{
	k_spinlock_key_t key = k_spin_lock(&cfg_lock);
	uintptr_t reg = frame_of(intid) + gicv3_cfg_offset(intid);
	uint32_t old = readl_relaxed(reg);
	uint32_t new = edge ? old | gicv3_cfg_bit(intid) : old & ~gicv3_cfg_bit(intid);

	if (new != old) {
		writel_relaxed(new, reg);
	}

	bool refused = readl_relaxed(reg) != new;

	k_spin_unlock(&cfg_lock, key);
	/*
	 * A PPI's trigger may be fixed by the implementation (GICR_ICFGR1); the devicetree is then
	 * what is wrong.
	 */
	return refused && intid >= Z_IRQ_SPI_BASE ? -EINVAL : 0;
}

static int gicv3_set_affinity(unsigned int intid, uint64_t mpidr)
{
	if (intid < Z_IRQ_SPI_BASE) {
		return -EINVAL;
	}
	writeq_relaxed(gicv3_irouter(mpidr), gic.dist + GICD_IROUTER + 8U * (uintptr_t)intid);
	return 0;
}

static void gicv3_ipi_send(unsigned int cpu, unsigned int sgi)
{
	/*
	 * What the handler shall see must be visible before the SGI is (IHI 0069,
	 * "Observability of the effects of accesses to the GIC registers": the write of ICC_SGI1R
	 * is a system register access, which only a DSB orders after earlier stores).
	 */
	dsb(ishst);
	write_sysreg(gic.sgi_target[cpu] | (uint64_t)sgi << 24, ICC_SGI1R_EL1);
	/* Now, not at the next context synchronisation event. */
	isb();
}

static void gicv3_set_forwarded(unsigned int intid, bool on)
{
	__atomic_store_n(&forwarded[intid], on, __ATOMIC_RELAXED);
}

static void gicv3_deactivate(unsigned int intid)
{
	write_sysreg(intid, ICC_DIR_EL1);
	isb();
}

static int gicv3_translate(const struct fdt_irq *irq, unsigned int *intid, uint32_t *flags)
{
	uint32_t trigger;
	int rc = fdt_irq_gic(irq, intid, &trigger);

	if (rc != 0 || *intid >= Z_IRQ_COUNT) {
		return -EINVAL;
	}
	*flags = (trigger & FDT_IRQ_EDGE_ANY) != 0U ? IRQ_TYPE_EDGE : IRQ_TYPE_LEVEL;
	return 0;
}

/* ---- taking an interrupt --------------------------------------------------------------------- */

/*
 * The acknowledge and the masking are in order by themselves (IHI 0069, ICC_IAR1_EL1: its reads are
 * self-synchronising while the PE masks interrupts). The ISB keeps the handler's first loads from
 * being done before the acknowledge: data that came with an interrupt which arrived after the
 * exception was taken, but before the read, must be seen as it is now.
 */
static ALWAYS_INLINE uint64_t acknowledge(void)
{
	uint64_t intid = read_sysreg(ICC_IAR1_EL1);

	isb();
	return intid;
}

static ALWAYS_INLINE void call_handler(uint64_t intid, struct z_cpu *cpu)
{
	const struct z_irq_entry *entry = &z_irq_table[intid];

	cpu->interrupts++;
	/* In a register, so that both members are one load. */
	__asm__("" : "+r"(entry));
	entry->isr(entry->arg);
}

static void root_handler(void)
{
	uint64_t intid = acknowledge();

	if (unlikely(intid >= Z_IRQ_COUNT)) {
		return;
	}
	call_handler(intid, arch_cpu());
	/*
	 * Takes effect at the exception return at the latest, before which no interrupt can be
	 * taken.
	 */
	write_sysreg(intid, ICC_EOIR1_EL1);
}

static ALWAYS_INLINE void handle_split(uint64_t intid, struct z_cpu *cpu)
{
	if (unlikely(intid >= Z_IRQ_COUNT)) {
		return;
	}
	call_handler(intid, cpu);
	write_sysreg(intid, ICC_EOIR1_EL1);
	if (likely(!forwarded[intid])) {
		/*
		 * The priority must have dropped before (IHI 0069, ICC_DIR_EL1): system register
		 * writes are in program order.
		 */
		write_sysreg(intid, ICC_DIR_EL1);
	}
}

static void root_handler_split(void)
{
	handle_split(acknowledge(), arch_cpu());
}

/* A guest's vector has acknowledged it: guests run with the end of interrupt split. */
static void gicv3_taken(uint64_t intid, struct z_cpu *cpu)
{
	isb();
	handle_split(intid, cpu);
}

/* ICC_CTLR_EL1.EOImode of this CPU, as gic.eoi_split says. */
static void apply_eoi_mode(void)
{
	uint64_t ctlr = read_sysreg(ICC_CTLR_EL1) & ~(uint64_t)ICC_CTLR_EOIMODE;

	write_sysreg(gic.eoi_split ? ctlr | ICC_CTLR_EOIMODE : ctlr, ICC_CTLR_EL1);
	isb();
}

__attribute__((cold)) static void gicv3_set_eoi_split(bool split)
{
	unsigned int key = arch_irq_lock();

	gic.eoi_split = split;
	z_irq_root_handler = split ? root_handler_split : root_handler;
	apply_eoi_mode();
	arch_irq_unlock(key);
}

/* ---- each CPU -------------------------------------------------------------------------------- */

static uintptr_t find_rdist(uint32_t affinity)
{
	for (unsigned int r = 0U; r < gic.nr_regions; r++) {
		uintptr_t frame = gic.regions[r].base;
		uintptr_t end = frame + gic.regions[r].size;

		while (end - frame >= 2U * GICR_FRAME_SIZE) {
			uint64_t typer = readq_relaxed(frame + GICR_TYPER);
			uint64_t stride = gic.stride;

			if (GICR_TYPER_AFFINITY(typer) == affinity) {
				return frame;
			}
			if ((typer & GICR_TYPER_LAST) != 0U) {
				break;
			}
			if (stride == 0U) {
				/*
				 * GICv4 has two frames more for virtual LPIs (IHI 0069,
				 * GICR_TYPER.VLPIS).
				 */
				stride = ((typer & GICR_TYPER_VLPIS) != 0U ? 4U : 2U) *
					 GICR_FRAME_SIZE;
			}
			if (stride > end - frame) {
				break;
			}
			frame += stride;
		}
	}
	return 0U;
}

static int wake_rdist(uintptr_t rd)
{
	uint32_t waker = readl_relaxed(rd + GICR_WAKER);

	/* RAZ/WI to us where EL3 firmware has woken it already (GICR_WAKER). */
	writel_relaxed(waker & ~GICR_WAKER_SLEEP, rd + GICR_WAKER);
	return wait_clear(rd + GICR_WAKER, GICR_WAKER_CHILDREN);
}

/*
 * SGIs and PPIs: group 1, disabled, inactive, default priority. Triggers stay; a driver sets its
 * own interrupt's.
 */
static void init_private(uintptr_t rd)
{
	uintptr_t sgi = rd + GICR_SGI_BASE;

	writel_relaxed(UINT32_MAX, sgi + GICD_ICENABLER);
	(void)wait_clear(rd + GICR_CTLR, GICR_CTLR_RWP);
	writel_relaxed(UINT32_MAX, sgi + GICD_IGROUPR);
	writel_relaxed(UINT32_MAX, sgi + GICD_ICACTIVER);
	writel_relaxed(UINT32_MAX, sgi + GICD_ICPENDR);
	for (uint32_t i = 0U; i < Z_IRQ_SPI_BASE; i += 4U) {
		writel_relaxed(IRQ_DEFAULT_PRIORITY * 0x01010101U, sgi + GICD_IPRIORITYR + i);
	}
}

static void clear_active_priorities(uint32_t pribits)
{
	/*
	 * A loader that was left in the middle of an interrupt would keep everything of lower
	 * priority from us.
	 */
	write_sysreg(0U, ICC_AP1R_EL1(0));
	if (pribits >= 6U) {
		write_sysreg(0U, ICC_AP1R_EL1(1));
	}
	if (pribits >= 7U) {
		write_sysreg(0U, ICC_AP1R_EL1(2));
		write_sysreg(0U, ICC_AP1R_EL1(3));
	}
}

static int init_cpu_interface(uint64_t mpidr)
{
	uint64_t ctlr;

#if ZVM_EL == 2
	/*
	 * For us. What EL1 does to its own enable traps where that can be (ICC_SRE_EL2.Enable is 0), so that no guest
	 * takes the system registers away from the next one.
	 */
	write_sysreg((read_sysreg(ICC_SRE_EL2_REG) | ICC_SRE_SRE) & ~ICC_SRE_ENABLE,
		     ICC_SRE_EL2_REG);
	isb();
#endif
	write_sysreg(read_sysreg(ICC_SRE_EL1_REG) | ICC_SRE_SRE, ICC_SRE_EL1_REG);
	isb();
	if ((read_sysreg(ICC_SRE_EL1_REG) & ICC_SRE_SRE) == 0U) {
		printk("CPU %u: firmware keeps the GIC's system registers off (ICC_SRE)\n",
		       this_cpu());
		return -ENOTSUP;
	}
	ctlr = read_sysreg(ICC_CTLR_EL1);
	if ((mpidr & 0xf0U) != 0U &&
	    ((ctlr & ICC_CTLR_RSS) == 0U || (gic.typer & GICD_TYPER_RSS) == 0U)) {
		printk("CPU %u: the GIC cannot send an SGI to affinity 0 of %u (no range selector)\n",
		       this_cpu(), (unsigned int)(mpidr & 0xffU));
		return -ENOTSUP;
	}
	clear_active_priorities(ICC_CTLR_PRIBITS(ctlr));
	apply_eoi_mode();
	write_sysreg(0U, ICC_BPR1_EL1);
	write_sysreg(ICC_PMR_ALL, ICC_PMR_EL1);
	write_sysreg(1U, ICC_IGRPEN1_EL1);
	isb();
	return 0;
}

__attribute__((cold)) static int gicv3_cpu_init(void)
{
	uint64_t mpidr = read_sysreg(mpidr_el1) & MPIDR_AFF_MASK;
	unsigned int cpu = this_cpu();
	uintptr_t rd = find_rdist(gicv3_affinity32(mpidr));
	int rc;

	if (rd == 0U) {
		printk("CPU %u (MPIDR 0x%llx): the GIC has no redistributor for it\n", cpu,
		       (unsigned long long)mpidr);
		return -ENODEV;
	}
	if (wake_rdist(rd) != 0) {
		printk("CPU %u: its GIC redistributor does not wake up\n", cpu);
		return -ETIMEDOUT;
	}
	gic.rdist[cpu] = rd;
	init_private(rd);
	rc = init_cpu_interface(mpidr);
	if (rc != 0) {
		return rc;
	}
	gic.sgi_target[cpu] = gicv3_sgi1r(mpidr, 0U);
	return 0;
}

/* ---- probe ----------------------------------------------------------------------------------- */

static int init_dist(struct device *dev)
{
	uint64_t boot_cpu = read_sysreg(mpidr_el1);
	uint32_t ctlr = readl_relaxed(gic.dist + GICD_CTLR);
	uint32_t n = gicv3_nr_irqs(gic.typer);

	/*
	 * Affinity routing may only change while the groups are disabled, and never back to off
	 * (GICD_CTLR).
	 */
	writel_relaxed(ctlr & GICD_CTLR_ARE, gic.dist + GICD_CTLR);
	if (wait_clear(gic.dist + GICD_CTLR, GICD_CTLR_RWP) != 0) {
		return device_fail(dev, -ETIMEDOUT, "the distributor does not answer");
	}
	writel_relaxed(GICD_CTLR_ARE, gic.dist + GICD_CTLR);
	(void)wait_clear(gic.dist + GICD_CTLR, GICD_CTLR_RWP);

	for (uint32_t i = Z_IRQ_SPI_BASE; i < n; i += 32U) {
		writel_relaxed(UINT32_MAX, gic.dist + gicv3_bit_offset(GICD_ICENABLER, i));
		writel_relaxed(UINT32_MAX, gic.dist + gicv3_bit_offset(GICD_ICACTIVER, i));
		writel_relaxed(UINT32_MAX, gic.dist + gicv3_bit_offset(GICD_IGROUPR, i));
	}
	for (uint32_t i = Z_IRQ_SPI_BASE; i < n; i += 4U) {
		writel_relaxed(IRQ_DEFAULT_PRIORITY * 0x01010101U, gic.dist + GICD_IPRIORITYR + i);
	}
	for (uint32_t i = Z_IRQ_SPI_BASE; i < n; i++) {
		(void)gicv3_set_affinity(i, boot_cpu);
	}
	(void)wait_clear(gic.dist + GICD_CTLR, GICD_CTLR_RWP);
	writel_relaxed(GICD_CTLR_ARE | GICD_CTLR_ENABLE_G1, gic.dist + GICD_CTLR);
	(void)wait_clear(gic.dist + GICD_CTLR, GICD_CTLR_RWP);
	return 0;
}

static bool is_v3(uintptr_t frame)
{
	uint32_t rev = GIC_PIDR2_ARCHREV(readl_relaxed(frame + GIC_PIDR2));

	/* GICv4 is a superset. */
	return rev == 3U || rev == 4U;
}

static int map_rdists(const void *fdt, int node, struct device *dev)
{
	uint32_t n = 1U;

	if (fdt_prop_u64(fdt, node, "redistributor-stride", &gic.stride, NULL) == -EINVAL ||
	    gic.stride % GICR_FRAME_SIZE != 0U) {
		return device_fail(dev, -EINVAL,
				   "redistributor-stride is not a multiple of 64 KiB");
	}
	if (fdt_prop_u32(fdt, node, "#redistributor-regions", &n, NULL) == -EINVAL || n == 0U ||
	    n > REGIONS_MAX) {
		return device_fail(dev, -EINVAL,
				   "#redistributor-regions is %u, 1 to %u can be used", n,
				   REGIONS_MAX);
	}
	for (uint32_t i = 0U; i < n; i++) {
		struct gicr_region *r = &gic.regions[i];
		int rc = device_map(fdt, node, i + 1U, &r->base, &r->size);

		if (rc != 0) {
			return device_fail(dev, rc, "its reg has no redistributor region %u of %u",
					   i + 1U, n);
		}
		if (r->size < 2U * GICR_FRAME_SIZE || !is_v3(r->base)) {
			return device_fail(dev, -ENODEV,
					   "there are no GICv3 redistributors at 0x%lx",
					   (unsigned long)r->base);
		}
	}
	gic.nr_regions = n;
	return 0;
}

static struct z_irqchip gicv3_chip = {
	.name = "GICv3",
	.cpu_init = gicv3_cpu_init,
	.enable = gicv3_enable,
	.disable = gicv3_disable,
	.is_enabled = gicv3_is_enabled,
	.is_pending = gicv3_is_pending,
	.set_pending = gicv3_set_pending,
	.set_active = gicv3_set_active,
	.set_priority = gicv3_set_priority,
	.set_type = gicv3_set_type,
	.set_affinity = gicv3_set_affinity,
	.ipi_send = gicv3_ipi_send,
	.set_eoi_split = gicv3_set_eoi_split,
	.set_forwarded = gicv3_set_forwarded,
	.deactivate = gicv3_deactivate,
	.taken = gicv3_taken,
	.translate = gicv3_translate,
};

/* The one interrupt of the GIC itself (its devicetree binding: "VGIC maintenance interrupt"). */
static unsigned int maintenance_irq(const void *fdt, int node)
{
	struct fdt_irq irq;
	unsigned int intid;
	uint32_t flags;

	if (fdt_irq(fdt, node, 0U, &irq, NULL) != 0 || gicv3_translate(&irq, &intid, &flags) != 0 ||
	    intid >= Z_IRQ_SPI_BASE) {
		return 0U;
	}
	return intid;
}

__attribute__((cold)) static int gicv3_probe(const void *fdt, int node, struct device *dev)
{
	int rc;

	if (z_irqchip != NULL) {
		return device_fail(dev, -EBUSY, "a second interrupt controller is not used");
	}
	if (SYSREG_FIELD(read_sysreg(id_aa64pfr0_el1), ID_PFR0_GIC) == 0U) {
		return device_fail(dev, -ENODEV, "this CPU has no GICv3 system registers");
	}
	rc = device_map(fdt, node, 0U, &gic.dist, NULL);
	if (rc != 0) {
		return device_fail(dev, rc, "its reg has no distributor");
	}
	if (!is_v3(gic.dist)) {
		return device_fail(dev, -ENODEV, "there is no GICv3 at 0x%lx (GICD_PIDR2 is 0x%x)",
				   (unsigned long)gic.dist, readl_relaxed(gic.dist + GIC_PIDR2));
	}
	rc = map_rdists(fdt, node, dev);
	if (rc != 0) {
		return rc;
	}
	gic.typer = readl_relaxed(gic.dist + GICD_TYPER);
	rc = init_dist(dev);
	if (rc != 0) {
		return rc;
	}
	gicv3_chip.nr_irqs = gicv3_nr_irqs(gic.typer);
	gicv3_chip.maintenance = maintenance_irq(fdt, node);
	z_irqchip_register(&gicv3_chip, root_handler);
	return z_irq_cpu_init();
}

ZVM_DRIVER(gicv3, .compatibles = {"arm,gic-v3"}, .stage = DRIVER_STAGE_IRQCHIP,
	   .probe = gicv3_probe);

/* ---- what we cannot use, said clearly -------------------------------------------------------- */

static int gicv2_probe(const void *fdt, int node, struct device *dev)
{
	const char *compatible = fdt_stringlist_get(fdt, node, "compatible", 0, NULL);

	return device_fail(
		dev, -ENOTSUP,
		"needs a GICv3: devicetree has %s at %s; with QEMU use -M virt,gic-version=3",
		compatible != NULL ? compatible : "another one", dev->name);
}

ZVM_DRIVER(gicv2,
	   .compatibles = {"arm,cortex-a15-gic", "arm,gic-400", "arm,cortex-a9-gic",
			   "arm,cortex-a7-gic", "arm,pl390", "arm,arm11mp-gic"},
	   .stage = DRIVER_STAGE_IRQCHIP, .probe = gicv2_probe);
