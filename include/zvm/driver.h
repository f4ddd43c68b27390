/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief How a driver is written: it registers itself, and is bound to devicetree nodes by their
 * `compatible`.
 *
 * docs/drivers.md shows one from end to end.
 */
#ifndef ZVM_DRIVER_H_
#define ZVM_DRIVER_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/device.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/toolchain.h>

/** Which drivers are probed first. Within a stage: in the order of the devicetree. */
enum driver_stage {
	DRIVER_STAGE_IRQCHIP,  /**< Interrupt controllers. */
	DRIVER_STAGE_TIMER,    /**< Timers; interrupts can be connected. */
	DRIVER_STAGE_FIRMWARE, /**< CPU and power control. */
	DRIVER_STAGE_CONSOLE,  /**< UARTs: only the console's node is probed, see console_node(). */
	DRIVER_STAGE_NORMAL,   /**< The rest. */
	DRIVER_STAGE_COUNT
};

/** At most so many strings in zvm_driver::compatibles, with the NULL at the end. */
#define DRIVER_COMPATIBLES_MAX 8

/** A driver. */
struct zvm_driver {
	const char *name;
	/** What it drives; NULL-terminated. */
	const char *compatibles[DRIVER_COMPATIBLES_MAX];
	enum driver_stage stage;
	/** Bytes of zeroed memory that the probe finds in dev->data; 0: none. */
	size_t data_size;
	/** After the probe the driver has no more to do with the device: a guest may have it. */
	bool lets_go;
	/**
	 * Take possession of a device, on the boot CPU with interrupts masked, before there are
	 * threads.
	 *
	 * dev->name is set; the probe sets dev->api and the like. Nothing may be left mapped or
	 * enabled on failure. The reason of a failure is given with device_fail(), or a line "not
	 * driven (error N)" is printed.
	 *
	 * @return 0, or -errno
	 */
	int (*probe)(const void *fdt, int node, struct device *dev);
};

/**
 * @brief Register a driver.
 *
 * @param name_ C identifier, which is its name as well. The members of struct zvm_driver follow.
 */
#define ZVM_DRIVER(name_, ...)                                                                     \
	static const STRUCT_SECTION_ITERABLE(zvm_driver, zvm_driver_##name_) = {.name = #name_,    \
										__VA_ARGS__}

/**
 * @brief Print why a device cannot be driven: one line with the node's path, and the `compatible`
 * of the driver.
 *
 * @param dev    The device that is being probed.
 * @param err    -errno, the probe's result.
 * @param format As printk(); no newline.
 * @return `err`, so that the probe can end with `return device_fail(...)`.
 */
__printf_like(3, 4) int device_fail(struct device *dev, int err, const char *format, ...);

/**
 * @brief Find and map the registers of a device.
 *
 * @param fdt, node The device.
 * @param index Which entry of `reg`.
 * @param base  Where they are mapped (device memory).
 * @param size  Their size in bytes, or NULL.
 * @return 0, or what fdt_reg_cpu() (no such entry, behind a bus without addresses of ours) or
 * arch_mmio_map() says.
 */
int device_map(const void *fdt, int node, unsigned int index, uintptr_t *base, uint64_t *size);

/**
 * @brief Find an interrupt of a device.
 *
 * @param fdt, node The device.
 * @param index Which of its interrupts.
 * @param intid Where the INTID goes.
 * @param flags Where IRQ_TYPE_EDGE or IRQ_TYPE_LEVEL goes.
 * @retval 0        Found.
 * @retval -ENOENT  It has no such interrupt.
 * @retval -ENOTSUP The interrupt goes to a controller that is not the one in use.
 * @retval -EINVAL  The property is malformed.
 */
int device_irq(const void *fdt, int node, unsigned int index, unsigned int *intid, uint32_t *flags);

/** @brief The devicetree node of the console (stdout-path, or else the first known UART), or -1. */
int console_node(const void *fdt);

#endif /* ZVM_DRIVER_H_ */
