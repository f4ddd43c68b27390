/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Interrupts inside the kernel: the table, the contract with the interrupt controller's
 * driver, IPIs.
 *
 * The application's view is in <zephyr/irq.h>.
 */
#ifndef KERNEL_IRQ_H_
#define KERNEL_IRQ_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/irq.h>

struct fdt_irq;
struct z_cpu;

/**
 * INTIDs that can have a handler: SGIs, PPIs and SPIs (IHI 0069, 2.2; 1020 to 1023 are special,
 * LPIs are not used).
 */
#define Z_IRQ_COUNT 1020U
/** The first shared interrupt: what is below is private to each CPU. */
#define Z_IRQ_SPI_BASE 32U

/** @name SGIs, by use
 * @{ */
#define Z_SGI_RESCHED 0U /**< Look for a better thread. */
#define Z_SGI_CALL    1U /**< Call a function, or stop. */
#define Z_SGI_OFFLOAD 2U /**< irq_offload(), to oneself only. */
#define Z_SGI_LOG     3U /**< Wake the log's thread, to oneself only. */
#define Z_SGI_VCPU    4U /**< The hypervisor: look at the resident vCPU. */
#define Z_SGI_SERROR  5U /**< The hypervisor: a guest has caused an SError, to oneself only. */
/** @} */

/** What is connected to an INTID. */
struct z_irq_entry {
	z_isr_t isr;
	const void *arg;
};

/**
 * By INTID; the interrupt controller's driver calls out of it. An entry without a handler holds
 * z_irq_spurious.
 */
extern struct z_irq_entry z_irq_table[Z_IRQ_COUNT];

/**
 * What the interrupt controller's driver can do. All functions may be called with interrupts
 * masked, from any CPU; an INTID below 32 means the calling CPU's. Arguments are checked by the
 * caller: intid < min(nr_irqs, Z_IRQ_COUNT).
 */
struct z_irqchip {
	const char *name;
	/** INTIDs from here on do not exist. */
	unsigned int nr_irqs;
	/** PPI by which a virtual interface asks for maintenance, or 0: there is none. */
	unsigned int maintenance;
	/** Prepare the calling CPU's interface. 0, or -errno after one line on the console. */
	int (*cpu_init)(void);
	void (*enable)(unsigned int intid);
	void (*disable)(unsigned int intid);
	bool (*is_enabled)(unsigned int intid);
	bool (*is_pending)(unsigned int intid);
	/** Make it pending as if the device had signalled, or take that back. */
	void (*set_pending)(unsigned int intid, bool pending);
	/** Mark active or not: for interrupts that are forwarded to a guest. */
	void (*set_active)(unsigned int intid, bool active);
	void (*set_priority)(unsigned int intid, uint8_t priority);
	/** Edge or level. -EINVAL where the hardware cannot. */
	int (*set_type)(unsigned int intid, bool edge);
	/** Route an SPI to the CPU with these MPIDR affinity fields. */
	int (*set_affinity)(unsigned int intid, uint64_t mpidr);
	/**
	 * Raise SGI `sgi` on each of the CPUs of `cpus` (bit = kernel CPU number). Earlier stores
	 * are seen there.
	 */
	void (*ipi_send)(uint32_t cpus, unsigned int sgi);
	/**
	 * Split the end of interrupt: from then on the handler's return only drops the running
	 * priority, and an interrupt marked by set_forwarded stays active until someone deactivates
	 * it: a guest, through the hardware-mapped list register, or deactivate(). For all CPUs; so
	 * only while the calling one is the only one that is up.
	 */
	void (*set_eoi_split)(bool split);
	void (*set_forwarded)(unsigned int intid, bool forwarded);
	void (*deactivate)(unsigned int intid);
	/**
	 * As the root handler, for an interrupt that a guest's vector has acknowledged, without a barrier after that; with
	 * the end of interrupt split. Each CPU has it in arch_cpu::irq_taken.
	 */
	void (*taken)(uint64_t intid, struct z_cpu *cpu);
	/**
	 * Turn an interrupt of the devicetree into INTID and IRQ_TYPE_ flags; -EINVAL if it is none
	 * of ours.
	 */
	int (*translate)(const struct fdt_irq *irq, unsigned int *intid, uint32_t *flags);
};

/** The machine's interrupt controller; NULL until its driver has probed. */
extern const struct z_irqchip *z_irqchip;

/**
 * Entered from the vector on the interrupt stack with interrupts masked: acknowledges one
 * interrupt, calls its handler, ends it. Set by the interrupt controller's driver.
 */
extern void (*z_irq_root_handler)(void);

/** The interrupt controller's driver announces itself; enters the IRQ_CONNECT()s. */
void z_irqchip_register(const struct z_irqchip *chip, void (*root_handler)(void));

/**
 * @brief Prepare interrupts on the calling CPU: its interface, and everything that
 * z_irq_enable_percpu() named so far.
 *
 * Every CPU calls it once as it comes up, with interrupts masked.
 *
 * @return 0, or -errno if this CPU cannot take interrupts (one line has been printed): it must stay
 * off.
 */
int z_irq_cpu_init(void);

/**
 * @brief Enable a PPI or SGI on this CPU, and on every CPU that comes up later.
 *
 * @param intid Below 32.
 */
void z_irq_enable_percpu(unsigned int intid);

/**
 * @brief Raise SGI `sgi` on CPUs `cpus` (bit = CPU number). ISR ok; stores before it are seen by
 * the handlers.
 */
static inline void z_ipi_send(uint32_t cpus, unsigned int sgi)
{
	z_irqchip->ipi_send(cpus, sgi);
}

/**
 * The handler of interrupts that nobody connected: disables the line, prints one line. `arg` is the
 * INTID.
 */
void z_irq_spurious(const void *arg);

/** How often each spurious interrupt's line was printed is bounded; this counts them all. */
extern uint32_t z_irq_spurious_count;

/** Name of whatever owns an interrupt's handler is not kept; this says whether one is connected. */
static inline bool z_irq_is_connected(unsigned int intid)
{
	return intid < Z_IRQ_COUNT && z_irq_table[intid].isr != z_irq_spurious;
}

/**
 * @brief Let go of irq_lock() because the thread that holds it blocks, as Zephyr's irq_lock() does.
 *
 * With the thread's `global_lock_count` nonzero, interrupts masked. The count is kept.
 */
void z_irq_lock_release(void);

/** @brief Take it again when that thread runs again; interrupts masked. */
void z_irq_lock_reacquire(void);

#endif /* KERNEL_IRQ_H_ */
