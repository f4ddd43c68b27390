/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Puts a guest's images into its memory: Linux Image (also gzip), ELF64, raw binary; initrd; devicetree.
 */
#ifndef HYP_LOADER_H_
#define HYP_LOADER_H_

#include <stdint.h>

#include "hyp/vmdef.h"

struct vm;

/** Where vCPU 0 starts: entry (IPA) and x0 (IPA of the devicetree, or 0). */
struct loader_entry {
	uint64_t pc;
	uint64_t x0;
};

/**
 * @brief Checks the images against each other and the memory: header, sizes, places. Touches nothing.
 * @retval 0 / -EINVAL with a line
 */
int loader_check(const struct vm_config *config, struct vm_error *error);

/**
 * @brief Loads everything into the guest's RAM (vm->ram, which is clear), cleaned to the point of coherency.
 *
 * Long: preemptible, on the caller's thread.
 */
int loader_load(struct vm *vm, struct loader_entry *entry, struct vm_error *error);

#endif /* HYP_LOADER_H_ */
