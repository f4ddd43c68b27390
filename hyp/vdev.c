/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>

#include "hyp/alloc.h"
#include "hyp/vdev.h"
#include "hyp/vgic.h"
#include "hyp/vm.h"

/* INTID of the first shared interrupt (IHI 0069, 2.2.1). */
#define SPI_FIRST 32U

const struct vdev_driver *vdev_driver_find(const char *compatible)
{
	STRUCT_SECTION_FOREACH(vdev_driver, driver) {
		if (strcmp(driver->compatible, compatible) == 0) {
			return driver;
		}
	}
	return NULL;
}

void vdev_irq(struct vdev *dev, bool high)
{
	if (dev->irq != 0U) {
		vgic_set_spi(dev->vm, dev->irq, high);
	}
}

static int refuse(const struct vdev *dev, struct vm_error *error, const char *what)
{
	return vm_fail(error, -EINVAL, "vms/%s.dtb: node %s: %s", dev->vm->config.name, dev->name,
		       what);
}

/* What the definition says, or else the driver. */
static int place(struct vdev *dev, const struct vm_device_def *def, struct vm_error *error)
{
	const struct vdev_driver *driver = dev->driver;

	dev->base = def->base != 0U ? def->base : driver->base;
	dev->size = def->size != 0U ? def->size : driver->size;
	dev->irq = def->irq != 0U ? def->irq : driver->irq;
	if (dev->base == 0U) {
		return refuse(dev, error, "it has no usual address: give it a reg");
	}
	if (dev->size < driver->size) {
		return vm_fail(error, -EINVAL,
			       "vms/%s.dtb: node %s: reg: the device needs 0x%llx bytes",
			       dev->vm->config.name, dev->name, (unsigned long long)driver->size);
	}
	if (dev->irq != 0U && dev->irq < SPI_FIRST) {
		return refuse(dev, error, "irq: a device's interrupt is a shared one, 32 or above");
	}
	return 0;
}

/* No two devices on one interrupt, and none in RAM; that no two are on one address is for mmio_add(). */
static int check_others(const struct vdev *dev, struct vm_error *error)
{
	const struct vm_config *config = &dev->vm->config;
	struct vdev *other;

	SYS_SLIST_FOR_EACH_CONTAINER(&dev->vm->devices, other, node) {
		if (dev->irq != 0U && other->irq == dev->irq) {
			return vm_fail(
				error, -EINVAL,
				"vms/%s.dtb: nodes %s and %s: both have interrupt %u; give one another irq",
				config->name, other->name, dev->name, dev->irq);
		}
	}
	if (dev->base <= config->ram_base + (config->ram_size - 1U) &&
	    dev->base + (dev->size - 1U) >= config->ram_base) {
		return refuse(dev, error, "reg: it is where the memory is");
	}
	return 0;
}

static int add_region(struct vdev *dev, struct vm_error *error)
{
	const struct mmio_region region = {.base = dev->base,
					   .size = dev->size,
					   .ops = dev->driver->mmio,
					   .dev = dev,
					   .name = dev->name};
	const struct mmio_region *clash = NULL;
	int rc = mmio_add(&dev->vm->mmio, &region, &clash);

	if (rc == -EEXIST && clash != NULL) {
		return vm_fail(
			error, rc,
			"vms/%s.dtb: nodes %s and %s: both are at 0x%llx; give one another reg",
			dev->vm->config.name, clash->name, dev->name,
			(unsigned long long)MAX(dev->base, clash->base));
	}
	if (rc == -ENOSPC) {
		return refuse(dev, error, "too many devices");
	}
	return rc != 0 ? refuse(dev, error, "reg: it is empty, or does not end") : 0;
}

static int create(struct vm *vm, const struct vm_device_def *def, struct vm_error *error)
{
	const struct vdev_driver *driver = vdev_driver_find(def->compatible);
	struct vdev *dev;
	int rc;

	if (driver == NULL) {
		return vm_fail(error, -EINVAL,
			       "vms/%s.dtb: node %s: compatible: there is no device '%s'",
			       vm->config.name, def->name, def->compatible);
	}
	dev = hyp_alloc(sizeof(*dev) + driver->data_size);
	if (dev == NULL) {
		return vm_fail(error, -ENOMEM, "vms/%s.dtb: node %s: no memory for it",
			       vm->config.name, def->name);
	}
	dev->vm = vm;
	dev->driver = driver;
	dev->name = def->name;
	dev->data = dev + 1;

	rc = place(dev, def, error);
	if (rc == 0) {
		rc = check_others(dev, error);
	}
	if (rc == 0 && driver->create != NULL) {
		rc = driver->create(dev, error);
	}
	if (rc != 0) {
		hyp_free(dev);
		return rc;
	}
	rc = add_region(dev, error);
	if (rc != 0) {
		if (driver->destroy != NULL) {
			driver->destroy(dev);
		}
		hyp_free(dev);
		return rc;
	}
	sys_slist_append(&vm->devices, &dev->node);
	return 0;
}

int vdev_create_all(struct vm *vm, struct vm_error *error)
{
	sys_slist_init(&vm->devices);
	for (uint32_t i = 0U; i < vm->config.device_count; i++) {
		const struct vm_device_def *def = &vm->config.device[i];
		/* The host's devices are passthrough.c's. */
		int rc = def->host.path == NULL ? create(vm, def, error) : 0;

		if (rc != 0) {
			vdev_destroy_all(vm);
			return rc;
		}
	}
	return 0;
}

void vdev_destroy_all(struct vm *vm)
{
	sys_snode_t *node;

	while ((node = sys_slist_get(&vm->devices)) != NULL) {
		struct vdev *dev = CONTAINER_OF(node, struct vdev, node);

		if (dev->driver->destroy != NULL) {
			dev->driver->destroy(dev);
		}
		hyp_free(dev);
	}
}

void vdev_reset_all(struct vm *vm)
{
	struct vdev *dev;

	SYS_SLIST_FOR_EACH_CONTAINER(&vm->devices, dev, node) {
		if (dev->driver->reset != NULL) {
			dev->driver->reset(dev);
		}
		vdev_irq(dev, false);
	}
}
