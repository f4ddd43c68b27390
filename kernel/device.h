/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Devices inside the kernel: the probe at boot, the list for the shell.
 */
#ifndef KERNEL_DEVICE_H_
#define KERNEL_DEVICE_H_

#include <stdbool.h>
#include <stddef.h>

#include <zephyr/device.h>

/**
 * @brief Find everything in the devicetree that there is a driver for, and probe it, stage by
 * stage.
 *
 * On the boot CPU with interrupts masked, after mem_init(). Failures are reported, one line each.
 *
 * @param fdt Devicetree; it must stay where it is.
 * @retval 0       There is an interrupt controller and a timer: the kernel can start.
 * @retval -ENODEV One of them is missing; a line has said which.
 */
int z_devices_probe(const void *fdt);

/**
 * @brief Initialise a device that DEVICE_DEFINE() made.
 *
 * @param dev  The device.
 * @param init Its function, or NULL.
 * @return 0, or -errno if it failed: the device is not ready then.
 */
int z_device_init_static(const struct device *dev, int (*init)(const struct device *dev));

/**
 * @brief Walk all devices, those of the devicetree first.
 *
 * @param prev NULL to start, or the last one.
 * @return The next one, or NULL.
 */
const struct device *z_device_next(const struct device *prev);

/** @return true if this node is the interrupt controller in use. */
bool z_device_is_irqchip(int node);

/** @brief The machine's devicetree, or NULL before z_devices_probe(). It stays as it is. */
const void *z_device_tree(void);

/**
 * @brief For what the host itself uses a device of the devicetree.
 *
 * @param node The device.
 * @return "the console", "the interrupt controller", ..., or NULL: for nothing, it may be given away.
 */
const char *z_device_use(int node);

/** @brief Why device_fail() was called for it, or NULL. */
const char *z_device_failure(const struct device *dev);

#endif /* KERNEL_DEVICE_H_ */
