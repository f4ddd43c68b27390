/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Emulated registers: which device a guest's access goes to, and what the instruction wanted.
 */
#ifndef HYP_MMIO_H_
#define HYP_MMIO_H_

#include <stdbool.h>
#include <stdint.h>

#include "lib/addr.h"

struct vcpu;
struct vm;

/**
 * What a region of registers can do. On the vCPU's thread, interrupts masked. Offset and size are checked: naturally
 * aligned, inside the region, size 1, 2, 4 or 8. false: no such access; the guest takes an external abort. Nothing may
 * have changed then, as the same access may be asked for again before it does. Or it was a write, is done, and has set
 * vgic_cpu::later.
 */
struct mmio_ops {
	bool (*read)(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		     uint64_t *value);
	bool (*write)(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		      uint64_t value);
};

struct mmio_region {
	uint64_t base;
	uint64_t size;
	const struct mmio_ops *ops;
	void *dev;
	const char *name;
};

#define MMIO_REGIONS_MAX 32U

/** Regions of a VM, in the order of their addresses. Fixed once its vCPUs run. */
struct mmio_map {
	struct mmio_region region[MMIO_REGIONS_MAX];
	unsigned int count;
};

/**
 * @brief Adds a region.
 * @retval 0
 * @retval -EINVAL empty, wrapping, larger than 4 GiB, not multiples of 8, or without both operations
 * @retval -EEXIST it overlaps another; @p clash, if not NULL, is that one
 * @retval -ENOSPC there are MMIO_REGIONS_MAX
 */
int mmio_add(struct mmio_map *map, const struct mmio_region *region,
	     const struct mmio_region **clash);

/** @return the region that contains the address, or NULL. O(log n). */
const struct mmio_region *mmio_find(const struct mmio_map *map, ipa_t ipa);

#endif /* HYP_MMIO_H_ */
