/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The devicetree a guest gets: built for the VM as configured, or the user's own with memory, initrd and bootargs
 * put right.
 */
#ifndef HYP_GUEST_DTB_H_
#define HYP_GUEST_DTB_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hyp/vmdef.h"

struct vm;

/*
 * For vdev_driver::describe, which writes into the open node; all return 0 or a (negative) libfdt error.
 */

/** @brief `interrupts` of one SPI by its INTID. */
int guest_dtb_irq(void *fdt, uint32_t intid, bool edge);

/** @brief `clocks` and `clock-names`: fixed clocks of GUEST_PL011_CLOCK Hz. @p names: as in the property, NULs between */
int guest_dtb_clocks(void *fdt, unsigned int count, const char *names, size_t names_size);

/**
 * @brief Bytes that guest_dtb_make() may need for it; the user's own tree is checked.
 * @retval 0 / -EINVAL, -ENOMEM with a line
 */
int guest_dtb_room(const struct vm_config *config, uint64_t *room, struct vm_error *error);

/**
 * @brief Writes the devicetree into @p buffer.
 *
 * @p buffer is at a multiple of 8 with at least guest_dtb_room() bytes.
 *
 * @param initrd_start, initrd_size IPA; size 0: none
 * @retval 0, *size is its size / -ENOSPC, -EINVAL with a line
 */
int guest_dtb_make(const struct vm *vm, uint64_t initrd_start, uint64_t initrd_size, void *buffer,
		   size_t room, size_t *size, struct vm_error *error);

#endif /* HYP_GUEST_DTB_H_ */
