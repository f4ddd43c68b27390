/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Virtual machine identifiers: what tells TLB entries of one VM from those of another.
 */
#ifndef HYP_VMID_H_
#define HYP_VMID_H_

#include <stdint.h>

/** VMIDs there are with 8 bits, the least an implementation has; far more than VMs. */
#define VMIDS 256U

/** Nobody's: what VTTBR_EL2 holds while no vCPU was loaded yet. Never given out. */
#define VMID_NONE 0U

/**
 * @brief Takes a VMID. One that was freed comes back as late as possible.
 * @return it, or VMID_NONE: all are in use. Any thread.
 */
uint16_t vmid_alloc(void);

/** @brief Gives it back. No TLB holds an entry of it any more. */
void vmid_free(uint16_t vmid);

#endif /* HYP_VMID_H_ */
