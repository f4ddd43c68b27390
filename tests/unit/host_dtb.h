/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief A machine for the tests of what guests are given of it: dts/passthrough.dts, its GIC and what it uses itself.
 *        Included once per test.
 */
#ifndef TESTS_UNIT_HOST_DTB_H_
#define TESTS_UNIT_HOST_DTB_H_

#include <errno.h>

#include <zephyr/irq.h>

#include "kernel/device.h"
#include "kernel/irq.h"
#include "kernel/mem.h"
#include "lib/fdt.h"
#include "unit.h"

static uint64_t host_tree[4096];

static const struct z_irqchip host_gic = {.nr_irqs = 352};
const struct z_irqchip *z_irqchip = &host_gic;

static int host_setup(void **state)
{
	FILE *f = fopen(DTB_DIR "/passthrough.dtb", "rb");
	size_t size;

	(void)state;
	assert_non_null(f);
	size = fread(host_tree, 1, sizeof(host_tree), f);
	(void)fclose(f);
	assert_null(fdt_verify(host_tree, size));
	fdt_fixed(host_tree);
	return 0;
}

static int host_node(const char *path)
{
	int node = fdt_path_offset(host_tree, path);

	assert_true(node >= 0);
	return node;
}

const void *z_device_tree(void)
{
	return host_tree;
}

const char *z_device_use(int node)
{
	if (node == fdt_path_offset(host_tree, "/console@9000000")) {
		return "the console";
	}
	return node == fdt_path_offset(host_tree, "/used@9070100") ? "a device that is in use"
								   : NULL;
}

bool mem_is_ram(uint64_t base, uint64_t size)
{
	return base < 0xc0000000 && base + size > 0x40000000;
}

int device_irq(const void *fdt, int node, unsigned int index, unsigned int *intid, uint32_t *flags)
{
	struct fdt_irq irq;
	int rc = fdt_irq(fdt, node, index, &irq, NULL);

	if (rc != 0) {
		return rc;
	}
	if (irq.controller != fdt_path_offset(host_tree, "/intc@8000000")) {
		return -ENOTSUP;
	}
	rc = fdt_irq_gic(&irq, intid, flags);
	*flags = *flags == FDT_IRQ_EDGE_RISING ? IRQ_TYPE_EDGE : IRQ_TYPE_LEVEL;
	return rc;
}

#endif /* TESTS_UNIT_HOST_DTB_H_ */
