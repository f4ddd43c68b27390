/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A VM with nothing but a GIC, a guest that is played by the test, and CPUs that are numbers.
 */
#ifndef TESTS_UNIT_VGIC_FIXTURE_H_
#define TESTS_UNIT_VGIC_FIXTURE_H_

#include "unit.h"

#include "arch/arch.h"
#include "arch/gic_virt.h"
#include "hyp/guest_layout.h"
#include "hyp/vgic.h"
#include "hyp/vgic_internal.h"
#include "kernel/cpu.h"
#include "kernel/irq.h"

#define SPURIOUS FAKE_GIC_SPURIOUS
#define TIMER    27U
/** The physical interrupt of the timer is another one than the guest's. */
#define HOST_TIMER 26U

#define GICD(off)    ((uint32_t)(off))
#define GICR(n, off) ((uint32_t)((n) * 0x20000U + (off)))
#define SGI_FRAME    0x10000U

struct fixture {
	struct vm vm;
	struct vcpu vcpu[VGIC_VCPUS_MAX];
	struct k_thread thread[FAKE_GIC_CPUS];
	struct guest_frame frame[VGIC_VCPUS_MAX];
	/** vCPUs that were kicked, a bit each; a kick of a vCPU that is resident here flushes at once. */
	uint32_t kicked;
	/* CPUs that have interrupted themselves: vcpu_again(). */
	uint32_t again;
	unsigned int kicks;
	/** The timer's line of each vCPU. */
	bool timer_line[VGIC_VCPUS_MAX];
	unsigned int deactivated;
	/** Interrupts of the timer that took the vector's short way. */
	unsigned int shortly;
	/** Maintenance interrupts: each third comes while somebody else runs than the vCPU. */
	unsigned int maintained;
};

extern struct fixture f;

/** @brief A VM of @p vcpus, all groups enabled everywhere, priority mask open; vCPU i is resident on CPU i. */
void fixture_start(unsigned int vcpus, unsigned int lrs);
/** @brief As after reset: nothing enabled, nobody resident. */
void fixture_bare(unsigned int vcpus, unsigned int lrs);

/** @brief The code under test runs on this CPU from now on. */
void on_cpu(unsigned int cpu);
void load(unsigned int vcpu, unsigned int cpu);
void save(unsigned int vcpu);

/** @brief The host's interrupt for the timer of the vCPU that is resident here comes while its guest runs. */
void fire(unsigned int vcpu);

/** @brief Accesses by vCPU 0, which must not be aborts. */
uint64_t dist_read(uint32_t offset, unsigned int size);
void dist_write(uint32_t offset, unsigned int size, uint64_t value);
void dist_write_by(unsigned int by, uint32_t offset, unsigned int size, uint64_t value);
uint64_t redist_read(unsigned int vcpu, uint32_t offset, unsigned int size);
void redist_write(unsigned int vcpu, uint32_t offset, unsigned int size, uint64_t value);
/**
 * @brief Any naturally aligned access, to the distributor (@p region 0) or the redistributors; what is outside of them is
 *        somebody else's. A value that is read is checked to be no wider than the access.
 */
void any_access(unsigned int by, unsigned int region, uint32_t offset, unsigned int size,
		bool write, uint64_t value);
/** @brief What an exit of this vCPU's that has left something for later goes on with. */
void any_end(unsigned int by);

/** @brief Group 1, this priority, enabled; edge or level. */
void setup_irq(unsigned int vcpu, uint32_t intid, uint8_t priority, bool edge);

/** @brief Lets the maintenance interrupt be taken on the current CPU; fails if it does not go away. */
void maintain(void);
/** @brief Takes the IPIs that were sent: each kicked vCPU flushes where it is resident. */
void take_kicks(void);
/** @brief What a CPU that has interrupted itself does then. After anything that is not of the fixture. */
void take_again(void);
/** @brief The guest takes and ends one interrupt (Group 1, EOImode 0). @return INTID, or SPURIOUS */
uint32_t take(void);
/** @brief Acknowledges. */
uint32_t ack(void);
/** @brief Ends. */
void eoi(uint32_t intid);

/** @brief Looks whether the bookkeeping is consistent with itself. */
void check(void);

#endif /* TESTS_UNIT_VGIC_FIXTURE_H_ */
