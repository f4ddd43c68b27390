/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver asks about its devicetree node: registers and interrupts.
 */
#include <errno.h>

#include <zvm/driver.h>
#include "arch/mmu.h"
#include "kernel/device.h"
#include "kernel/irq.h"
#include "lib/fdt.h"

int device_map(const void *fdt, int node, unsigned int index, uintptr_t *base, uint64_t *size)
{
	uint64_t addr, bytes;
	int rc = fdt_reg_cpu(fdt, node, index, &addr, &bytes, NULL);

	if (rc == 0) {
		rc = arch_mmio_map(addr, bytes);
	}
	if (rc != 0) {
		return rc;
	}
	*base = (uintptr_t)addr;
	if (size != NULL) {
		*size = bytes;
	}
	return 0;
}

int device_irq(const void *fdt, int node, unsigned int index, unsigned int *intid, uint32_t *flags)
{
	struct fdt_irq irq;
	int rc = fdt_irq(fdt, node, index, &irq, NULL);

	if (rc != 0) {
		return rc;
	}
	if (z_irqchip == NULL || !z_device_is_irqchip(irq.controller)) {
		return -ENOTSUP;
	}
	return z_irqchip->translate(&irq, intid, flags);
}
