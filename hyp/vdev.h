/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Virtual devices: they register themselves, and are bound to a definition's device nodes by `compatible`.
 */
#ifndef HYP_VDEV_H_
#define HYP_VDEV_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/slist.h>

#include "hyp/mmio.h"
#include "hyp/vmdef.h"

struct vm;
struct vdev;

struct vdev_driver {
	const char *compatible;
	/** Registers and interrupt (INTID) if the definition names none; base 0: it must name them. */
	uint64_t base;
	uint64_t size;
	uint32_t irq;
	/** Bytes of zeroed memory at vdev::data. */
	size_t data_size;
	const struct mmio_ops *mmio;
	/** Prepares vdev->data. May fail, with a line; nothing is left allocated then. May be NULL. */
	int (*create)(struct vdev *dev, struct vm_error *error);
	void (*destroy)(struct vdev *dev);
	/** As after power-on; no vCPU runs. */
	void (*reset)(struct vdev *dev);
	/**
	 * Writes the properties of its node of the guest's devicetree, which is open for sequential writing
	 * (fdt_property*()); `reg` is there already. guest_dtb.h has helpers. NULL: compatible and, if there is one, a
	 * level interrupt.
	 */
	int (*describe)(const struct vdev *dev, void *fdt);
};

/** A device of a VM; mmio_region::dev points to it. */
struct vdev {
	sys_snode_t node;
	struct vm *vm;
	const struct vdev_driver *driver;
	const char *name;
	uint64_t base;
	uint64_t size;
	uint32_t irq;
	void *data;
};

/** @brief Registers a driver. */
#define VDEV_DRIVER(name_, ...)                                                                    \
	static const STRUCT_SECTION_ITERABLE(vdev_driver, vdev_##name_) = {__VA_ARGS__}

/** @brief The driver of a `compatible`, or NULL. */
const struct vdev_driver *vdev_driver_find(const char *compatible);

/** @brief Makes the devices of vm->config, with their regions in vm->mmio. All or nothing. */
int vdev_create_all(struct vm *vm, struct vm_error *error);
void vdev_destroy_all(struct vm *vm);
void vdev_reset_all(struct vm *vm);

/** @brief The device's interrupt line. Any context. */
void vdev_irq(struct vdev *dev, bool high);

#endif /* HYP_VDEV_H_ */
