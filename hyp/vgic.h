/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The virtual GICv3 of a VM (IHI 0069): what the rest of the hypervisor asks of it.
 *
 * One spinlock per VM (struct vgic::lock) protects all of its state; a resident vCPU's list registers are written by
 * its CPU only, with that lock held.
 */
#ifndef HYP_VGIC_H_
#define HYP_VGIC_H_

#include <stdbool.h>
#include <stdint.h>

#include "arch/gic_virt.h"
#include "hyp/vgic_state.h"

struct vcpu;
struct vm;
struct vm_config;

/**
 * Interrupts that guests can cause one after the other, to fill list registers: of those that are pending they come last, behind
 * all devices' (IRQ_DEFAULT_PRIORITY) and the timer's.
 */
#define VGIC_IRQ_PRIORITY 0xc0U

/** @brief Finds the host's virtual interface (list registers, maintenance interrupt). Once. @return 0 / -errno, one line printed */
int vgic_host_init(void);

/**
 * @brief Makes the GIC of a VM, with its MMIO regions in vm->mmio.
 * @retval 0 / -ENOMEM, nothing is left allocated
 */
int vgic_create(struct vm *vm);
void vgic_destroy(struct vm *vm);

/** @brief As after power-on. No vCPU of the VM runs. */
void vgic_reset(struct vm *vm);

/** @brief A vCPU is switched on: its CPU interface is as after reset (IHI 0069, ICC_* registers). It is not resident. */
void vgic_cpu_reset(struct vcpu *v);

/**
 * @brief A device's interrupt line (SPI, INTID >= 32) changes. Level: follows @p high; edge: the rise from low to
 * high makes it pending, so a pulse is true and then false. ISR ok, any thread.
 */
void vgic_set_spi(struct vm *vm, uint32_t intid, bool high);

/** @brief The same for a private interrupt of a vCPU (INTID 16..31). */
void vgic_set_ppi(struct vcpu *v, uint32_t intid, bool high);

/**
 * @brief Ties a virtual interrupt to a physical one: it is injected with LR.HW, so the guest's deactivation is the
 * hardware's. @p host_intid 0 unties. For a PPI: of one vCPU.
 */
int vgic_map_hw(struct vm *vm, struct vcpu *v, uint32_t intid, uint32_t host_intid);

/**
 * @brief The tied physical interrupt fired, was acknowledged and its priority dropped: it is active and stays so until
 * the guest deactivates it. Interrupts masked; @p v is resident here, or for an SPI may be anywhere.
 */
void vgic_hw_fired(struct vcpu *v, uint32_t intid);

/** @brief Anything that would be signalled if the guest's PSTATE.I were open? WFI then does not wait. Interrupts masked. */
bool vgic_pending(struct vcpu *v);

/**
 * @return true if the guest is done with all that was in its list registers. Resident here, none was written since the
 * exception from it.
 */
static ALWAYS_INLINE bool vgic_lrs_done(const struct vgic_cpu *c)
{
	return (c->used & ~gic_virt_elrsr_at_entry()) == 0U;
}

/** @brief Fills list registers with what became pending; for the resident vCPU of this CPU, interrupts masked. */
void vgic_flush(struct vcpu *v);

/** @brief Moves list registers and virtual interface to memory, and back. Interrupts masked, on the CPU concerned. */
void vgic_save(struct vcpu *v);
void vgic_load(struct vcpu *v);

/** @brief A trapped write of ICC_SGI1R_EL1, ICC_ASGI1R_EL1 or ICC_SGI0R_EL1. @return what the exit handler returns */
bool vgic_sgi(struct vcpu *v, uint64_t value, bool group1);
/** @brief The same for ICC_SGI1R_EL1, from its exit: the vCPU is resident here. */
bool vgic_sgi1r(struct vcpu *v, uint64_t value);

/**
 * @brief The kick, taken while the guest of @p v ran, or waited in place, and acknowledged: from guest.S, interrupts masked,
 * not in an interrupt's context. @return true: guest_before_enter() is to be called
 */
bool vgic_kicked(struct vcpu *v);

/**
 * @brief What an access by @p v has left to be done step by step, interrupts open in between (vgic_cpu::later): from its
 * own exit, before the guest goes on. The context may be anywhere afterwards. @return true, for the exit handler
 */
bool vgic_later(struct vcpu *v);

/** @brief A trapped write of ICC_DIR_EL1: the guest deactivates an interrupt (always trapped, ICH_HCR_EL2.TDIR). @return as vgic_sgi() */
bool vgic_dir(struct vcpu *v, uint64_t value);

/** @brief Interrupts injected so far, for `zvm info`. */
uint64_t vgic_injected(const struct vm *vm);

#endif /* HYP_VGIC_H_ */
