/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash memory with nothing in it: reads as ones, and what is written is gone. For firmware that looks for its settings
 * there and takes its defaults when there are none (U-Boot).
 */
#include <stdbool.h>
#include <stdint.h>

#include <zephyr/sys/util.h>

#include "hyp/vdev.h"

static bool flash_read(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
		       uint64_t *value)
{
	ARG_UNUSED(v);
	ARG_UNUSED(dev);
	ARG_UNUSED(offset);
	*value = size < 8U ? BIT64_MASK(8U * size) : UINT64_MAX;
	return true;
}

static bool flash_write(struct vcpu *v, void *dev, uint32_t offset, unsigned int size,
			uint64_t value)
{
	ARG_UNUSED(v);
	ARG_UNUSED(dev);
	ARG_UNUSED(offset);
	ARG_UNUSED(size);
	ARG_UNUSED(value);
	return true;
}

static const struct mmio_ops flash_mmio = {.read = flash_read, .write = flash_write};

VDEV_DRIVER(erased_flash, .compatible = "zvm,erased-flash", .mmio = &flash_mmio);
