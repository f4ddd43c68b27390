/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The devicetree a guest gets: built for the VM as configured, or the user's own with memory, initrd and bootargs
 * put right.
 */
#ifndef HYP_GUEST_DTB_H_
#define HYP_GUEST_DTB_H_

#include <stddef.h>
#include <stdint.h>

#include "hyp/vmdef.h"

struct vm;

/**
 * @brief Writes the devicetree into @p buffer.
 * @param initrd_start, initrd_size IPA; size 0: none
 * @retval 0, *size is its size / -ENOSPC / -EINVAL the user's own is not one, with a line
 */
int guest_dtb_make(const struct vm *vm, uint64_t initrd_start, uint64_t initrd_size, void *buffer, size_t room,
		   size_t *size, struct vm_error *error);

#endif /* HYP_GUEST_DTB_H_ */
