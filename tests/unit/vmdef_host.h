/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What reading a definition asks of a host with one CPU, any file, and one virtual device. Included once.
 */
#ifndef TESTS_UNIT_VMDEF_HOST_H_
#define TESTS_UNIT_VMDEF_HOST_H_

#include "unit.h"

#include "hyp/bundle.h"
#include "hyp/vdev.h"
#include "hyp/vmdef.h"
#include "kernel/cpu.h"

uint32_t z_cpu_online = 1U;

unsigned int arch_num_cpus(void)
{
	return 1U;
}

int bundle_file(const char *path, struct vm_image *image)
{
	*image = (struct vm_image){"data", 4U, path, false};
	return 0;
}

static const struct vdev_driver virtual_uart = {
	.compatible = "arm,pl011", .base = 0x9000000, .size = 0x1000, .irq = 33};

const struct vdev_driver *vdev_driver_find(const char *compatible)
{
	return strcmp(compatible, virtual_uart.compatible) == 0 ? &virtual_uart : NULL;
}

#endif /* TESTS_UNIT_VMDEF_HOST_H_ */
