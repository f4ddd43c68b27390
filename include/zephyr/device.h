/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Devices: what the devicetree probe found, and what an application defines itself
 * (DEVICE_DEFINE).
 *
 * ZVM binds drivers at run time, by the `compatible` of the devicetree that it was booted with, so
 * Zephyr's build-time DEVICE_DT_* macros have no meaning here: a device is found by its name, with
 * device_get_binding().
 */
#ifndef ZEPHYR_INCLUDE_DEVICE_H_
#define ZEPHYR_INCLUDE_DEVICE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/init.h>
#include <zephyr/sys/iterable_sections.h>
#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What happened to a device so far. */
struct device_state {
	/** 0, or the positive errno with which its initialisation failed. */
	uint8_t init_res;
	/** Its initialisation ran (with whatever result). */
	bool initialized;
};

/** A device. The name is unique; `api` and `data` belong to the driver. */
struct device {
	const char *name;           /**< For device_get_binding(). */
	const void *config;         /**< The driver's read-only configuration. */
	const void *api;            /**< The driver's operations, by its class. */
	struct device_state *state; /**< Never NULL. */
	void *data;                 /**< The driver's state. */
	const char *driver;         /**< Name of the driver that drives it. */
	int node;                   /**< Its devicetree node, or -1. */
};

/**
 * @brief Define a device that is not in the devicetree.
 *
 * @param dev_id  C identifier, unique.
 * @param name_   Device name (a string).
 * @param init_fn_ `int fn(const struct device *)` or NULL; called at `level_`.
 * @param pm_     Unused; power management is not part of ZVM. Pass NULL.
 * @param data_   Driver state.
 * @param config_ Driver configuration.
 * @param level_  As in SYS_INIT().
 * @param prio_   As in SYS_INIT().
 * @param api_    Driver operations.
 */
#define DEVICE_DEFINE(dev_id, name_, init_fn_, pm_, data_, config_, level_, prio_, api_)           \
	static struct device_state _CONCAT(z_devstate_, dev_id);                                   \
	const STRUCT_SECTION_ITERABLE(device, DEVICE_NAME_GET(dev_id)) = {                         \
		.name = (name_),                                                                   \
		.config = (config_),                                                               \
		.api = (api_),                                                                     \
		.state = &_CONCAT(z_devstate_, dev_id),                                            \
		.data = (data_),                                                                   \
		.driver = "built in",                                                              \
		.node = -1,                                                                        \
	};                                                                                         \
	static const STRUCT_SECTION_ITERABLE(z_init_entry, _CONCAT(z_init_dev_, dev_id)) = {       \
		.dev_init = (init_fn_),                                                            \
		.dev = &DEVICE_NAME_GET(dev_id),                                                   \
		.level = _CONCAT(Z_INIT_LEVEL_, level_),                                           \
		.prio = (prio_),                                                                   \
	}

/** The C name of the device object that DEVICE_DEFINE() made for `dev_id`. */
#define DEVICE_NAME_GET(dev_id) _CONCAT(__device_, dev_id)
/** Pointer to that object. */
#define DEVICE_GET(dev_id) (&DEVICE_NAME_GET(dev_id))
/** Declare it. */
#define DEVICE_DECLARE(dev_id) extern const struct device DEVICE_NAME_GET(dev_id)

/**
 * @brief Find a device by name. ISR ok.
 *
 * @param name For example `"pl011@9000000"`: the last part of the node's path.
 * @return The device, or NULL if there is none of that name or it is not ready.
 */
const struct device *device_get_binding(const char *name);

/**
 * @brief Was the device initialised with success? ISR ok.
 *
 * @param dev A device, or NULL.
 * @retval true  It can be used.
 * @retval false It cannot, or `dev` is NULL.
 */
bool device_is_ready(const struct device *dev);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_DEVICE_H_ */
