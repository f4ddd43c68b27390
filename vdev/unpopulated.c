/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses where a guest looks for something that this machine does not have, and would not survive an abort: they read
 * as ones, as a bus without a device does, and what is written is gone. U-Boot takes it for flash memory without
 * settings, Zephyr for a QEMU without fw_cfg.
 */
#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/util.h>

#include "hyp/vdev.h"

static bool unpopulated_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			     uint64_t *value)
{
	ARG_UNUSED(v);
	ARG_UNUSED(dev);
	ARG_UNUSED(offset);
	*value = size < 8U ? BIT64_MASK(8U * size) : UINT64_MAX;
	return true;
}

static bool unpopulated_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			      uint64_t value)
{
	ARG_UNUSED(v);
	ARG_UNUSED(dev);
	ARG_UNUSED(offset);
	ARG_UNUSED(size);
	ARG_UNUSED(value);
	return true;
}

static const struct mmio_ops unpopulated_mmio = {
	.read = unpopulated_read,
	.write = unpopulated_write,
};

VDEV_DRIVER(unpopulated, .compatible = "zvm,unpopulated", .mmio = &unpopulated_mmio);
