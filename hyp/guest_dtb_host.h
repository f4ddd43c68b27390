/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Nodes of the host's devices in a guest's devicetree, copied from the host's.
 */
#ifndef HYP_GUEST_DTB_HOST_H_
#define HYP_GUEST_DTB_HOST_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hyp/vmdef.h"

/** @brief Is there something to be said to the guest about the device's clocks, if it names any? */
bool guest_dtb_host_clocks_known(const struct vm_passthrough *p);

/** @brief Bytes that the nodes of the VM's devices of the host take at most. */
size_t guest_dtb_host_room(const struct vm_config *config);

/**
 * @brief Writes the nodes of all devices of the host, and of the clocks they name, as children of the root: two cells of
 * address and size, the GIC is the interrupt parent.
 * @param fdt is being written sequentially, the root is open
 * @return 0 / -FDT_ERR_*
 */
int guest_dtb_host_write(const struct vm_config *config, void *fdt);

/**
 * @brief The path in the guest's devicetree of the first device of the host that is a UART.
 * @return false: there is none
 */
bool guest_dtb_host_uart(const struct vm_config *config, char *path, size_t size);

#endif /* HYP_GUEST_DTB_HOST_H_ */
