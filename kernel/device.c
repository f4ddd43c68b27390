/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices: those of the devicetree, bound to drivers by `compatible`, and those that
 * DEVICE_DEFINE() made.
 *
 * Every node that is enabled, and all of whose parents are, is matched once: the first of its
 * compatible strings for which there is a driver decides, as they are ordered from the most
 * specific to the most general (Devicetree Specification 0.4, 2.3.1). Then the drivers run, stage
 * by stage. Of the UARTs only the console's is taken: the others belong to guests, and touching one
 * whose clock is off would stop the bus.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <zephyr/device.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>
#include <zvm/driver.h>
#include "arch/arch.h"
#include "kernel/device.h"
#include "kernel/firmware.h"
#include "kernel/irq.h"
#include "kernel/mem.h"
#include "lib/fdt.h"

#define NAME_LEN   40U
#define REASON_MAX 120U
/* Levels of nodes that are looked at; deeper ones are on buses that have drivers of their own. */
#define DEPTH_MAX  8
#define DATA_ALIGN 4096U

const struct z_firmware *z_firmware;

/* A device of the devicetree. */
struct dt_device {
	struct device dev;
	struct device_state state;
	const struct zvm_driver *driver;
	char name[NAME_LEN];
	char reason[REASON_MAX];
};

static struct dt_device devices[CONFIG_DEVICES_MAX];
static unsigned int nr_devices;
static const void *devices_fdt;

/* ---- matching -------------------------------------------------------------------------------- */

static const struct zvm_driver *driver_for(const char *compatible)
{
	STRUCT_SECTION_FOREACH(zvm_driver, d) {
		for (unsigned int i = 0U; i < DRIVER_COMPATIBLES_MAX && d->compatibles[i] != NULL;
		     i++) {
			if (strcmp(d->compatibles[i], compatible) == 0) {
				return d;
			}
		}
	}
	return NULL;
}

static const struct zvm_driver *match(const void *fdt, int node)
{
	const char *compatible;

	for (int i = 0; (compatible = fdt_stringlist_get(fdt, node, "compatible", i, NULL)) != NULL;
	     i++) {
		const struct zvm_driver *d = driver_for(compatible);

		if (d != NULL) {
			return d;
		}
	}
	return NULL;
}

/* What is in /zvm is not the machine's: definitions of VMs. */
static bool is_left_out(const void *fdt, int node, int depth)
{
	return depth > DEPTH_MAX || !fdt_is_available(fdt, node) ||
	       (depth == 1 && strcmp(fdt_get_name(fdt, node, NULL), &FDT_ZVM[1]) == 0);
}

/*
 * The next node in the order of the tree whose parents are all enabled, itself included; -1 at the
 * end.
 */
static int next_enabled(const void *fdt, int node, int *depth)
{
	node = fdt_next_node(fdt, node, depth);
	while (node >= 0 && is_left_out(fdt, node, *depth)) {
		int top = *depth;

		/* Over its children. */
		do {
			node = fdt_next_node(fdt, node, depth);
		} while (node >= 0 && *depth > top);
	}
	return node >= 0 && *depth >= 0 ? node : -1;
}

static bool is_uart(const void *fdt, int node)
{
	const struct zvm_driver *d = match(fdt, node);

	return d != NULL && d->stage == DRIVER_STAGE_CONSOLE;
}

int console_node(const void *fdt)
{
	int node = fdt_stdout(fdt, NULL, NULL);
	int depth = 0;

	if (node >= 0 && fdt_is_available(fdt, node) && is_uart(fdt, node)) {
		return node;
	}
	for (node = next_enabled(fdt, 0, &depth); node >= 0;
	     node = next_enabled(fdt, node, &depth)) {
		if (is_uart(fdt, node)) {
			return node;
		}
	}
	return -1;
}

/* ---- probing --------------------------------------------------------------------------------- */

static struct dt_device *dt_device_of(const struct device *dev)
{
	uintptr_t offset = (uintptr_t)dev - (uintptr_t)devices;

	return offset < sizeof(devices) ? &devices[offset / sizeof(devices[0])] : NULL;
}

static const char *node_path(int node, char *buf, int size)
{
	return fdt_get_path(devices_fdt, node, buf, size) == 0 ? buf : "a devicetree node";
}

int device_fail(struct device *dev, int err, const char *format, ...)
{
	struct dt_device *d = dt_device_of(dev);
	char path[96];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintk(d->reason, sizeof(d->reason), format, ap);
	va_end(ap);
	printk("%s: %s\n", node_path(dev->node, path, sizeof(path)), d->reason);
	return err;
}

static bool is_name_taken(const char *name)
{
	for (unsigned int i = 0U; i < nr_devices; i++) {
		if (strcmp(devices[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* The last part of the path; where that is taken already, more of it. */
static void name_device(struct dt_device *d)
{
	char buf[128];
	const char *path;
	const char *from = fdt_get_name(devices_fdt, d->dev.node, NULL);

	if (is_name_taken(from)) {
		path = node_path(d->dev.node, buf, sizeof(buf));
		from = strrchr(path, '/');
		from = from != NULL ? from + 1 : path;
		while (from > path + 1 && is_name_taken(from)) {
			for (from -= 2; from > path && *from != '/'; from--) {
			}
			from += *from == '/' ? 1 : 0;
		}
	}
	(void)snprintk(d->name, sizeof(d->name), "%s", from);
}

static void add_device(int node, const struct zvm_driver *driver)
{
	struct dt_device *d = &devices[nr_devices];

	d->dev.node = node;
	d->dev.driver = driver->name;
	d->dev.state = &d->state;
	d->driver = driver;
	name_device(d);
	d->dev.name = d->name;
	nr_devices++;
}

static void find_devices(const void *fdt)
{
	int console = console_node(fdt);
	unsigned int left_out = 0U;
	int depth = 0;

	for (int node = next_enabled(fdt, 0, &depth); node >= 0;
	     node = next_enabled(fdt, node, &depth)) {
		const struct zvm_driver *driver = match(fdt, node);

		if (driver == NULL || (driver->stage == DRIVER_STAGE_CONSOLE && node != console)) {
			continue;
		}
		if (nr_devices == CONFIG_DEVICES_MAX) {
			left_out++;
		} else {
			add_device(node, driver);
		}
	}
	if (console < 0) {
		printk("no console: the devicetree has no UART that there is a driver for\n");
	}
	if (left_out != 0U) {
		printk("%u devices of the devicetree are left out: CONFIG_DEVICES_MAX is %d\n",
		       left_out, CONFIG_DEVICES_MAX);
	}
}

/* The driver's data; devices do not go away, so only a failed probe gives it back. */
static int take_data(struct dt_device *d)
{
	size_t size = d->driver->data_size;

	if (size == 0U) {
		return 0;
	}
	d->dev.data = mem_alloc(size, DATA_ALIGN, 0U);
	if (d->dev.data == NULL) {
		return device_fail(&d->dev, -ENOMEM, "no memory for its driver (%zu bytes)", size);
	}
	memset(d->dev.data, 0, size);
	return 0;
}

static void probe(struct dt_device *d)
{
	int rc = take_data(d);

	if (rc == 0) {
		rc = d->driver->probe(devices_fdt, d->dev.node, &d->dev);
	}
	if (rc != 0 && d->reason[0] == '\0') {
		(void)device_fail(&d->dev, rc, "not driven by %s (error %d)", d->driver->name, rc);
	}
	if (rc != 0 && d->dev.data != NULL) {
		mem_free(d->dev.data, d->driver->data_size, 0U);
		d->dev.data = NULL;
	}
	d->state.initialized = true;
	d->state.init_res = (uint8_t)MIN(-MIN(rc, 0), (int)UINT8_MAX);
}

/* One line, whatever is wrong: what there is has been reported by its driver. */
static void irqchip_missing(void)
{
	for (unsigned int i = 0U; i < nr_devices; i++) {
		if (devices[i].driver->stage == DRIVER_STAGE_IRQCHIP) {
			return;
		}
	}
	printk("needs a GICv3: the devicetree has none; with QEMU use -M virt,gic-version=3\n");
}

static bool have_timer(void)
{
	for (unsigned int i = 0U; i < nr_devices; i++) {
		if (devices[i].driver->stage == DRIVER_STAGE_TIMER &&
		    device_is_ready(&devices[i].dev)) {
			return true;
		}
	}
	return false;
}

int z_devices_probe(const void *fdt)
{
	devices_fdt = fdt;
	find_devices(fdt);
	for (unsigned int stage = 0U; stage < DRIVER_STAGE_COUNT; stage++) {
		for (unsigned int i = 0U; i < nr_devices; i++) {
			if (devices[i].driver->stage == stage) {
				probe(&devices[i]);
			}
		}
		if (stage == DRIVER_STAGE_IRQCHIP && z_irqchip == NULL) {
			irqchip_missing();
			return -ENODEV;
		}
		if (stage == DRIVER_STAGE_TIMER && !have_timer()) {
			printk("needs a generic timer: the devicetree has no arm,armv8-timer that can be used\n");
			return -ENODEV;
		}
	}
	return 0;
}

bool z_device_is_irqchip(int node)
{
	for (unsigned int i = 0U; i < nr_devices; i++) {
		if (devices[i].dev.node == node) {
			return devices[i].driver->stage == DRIVER_STAGE_IRQCHIP &&
			       device_is_ready(&devices[i].dev);
		}
	}
	return false;
}

/* ---- what they are used for ------------------------------------------------------------------ */

const void *z_device_tree(void)
{
	return devices_fdt;
}

static const struct dt_device *driven(int node)
{
	for (unsigned int i = 0U; i < nr_devices; i++) {
		if (devices[i].dev.node == node) {
			return device_is_ready(&devices[i].dev) ? &devices[i] : NULL;
		}
	}
	return NULL;
}

const char *z_device_use(int node)
{
	static const char *const uses[DRIVER_STAGE_COUNT] = {
		[DRIVER_STAGE_IRQCHIP] = "the interrupt controller",
		[DRIVER_STAGE_TIMER] = "the kernel's timer",
		[DRIVER_STAGE_FIRMWARE] = "the way to the firmware",
		[DRIVER_STAGE_CONSOLE] = "the console",
		[DRIVER_STAGE_NORMAL] = "a device that is in use",
	};

	/* What is below a device, as an ITS is below its GIC, is part of it. */
	for (; node > 0; node = fdt_parent(devices_fdt, node)) {
		const struct dt_device *d = driven(node);

		if (d != NULL && !d->driver->lets_go) {
			return uses[d->driver->stage];
		}
	}
	return NULL;
}

/* ---- the devices there are ------------------------------------------------------------------- */

const struct device *z_device_next(const struct device *prev)
{
	const struct dt_device *d = dt_device_of(prev);

	STRUCT_SECTION_START_EXTERN(device);
	STRUCT_SECTION_END_EXTERN(device);

	if (prev == NULL && nr_devices != 0U) {
		return &devices[0].dev;
	}
	if (d != NULL && d + 1 < devices + nr_devices) {
		return &d[1].dev;
	}
	prev = prev == NULL || d != NULL ? STRUCT_SECTION_START(device) : prev + 1;
	return prev < STRUCT_SECTION_END(device) ? prev : NULL;
}

const char *z_device_failure(const struct device *dev)
{
	const struct dt_device *d = dt_device_of(dev);

	return d != NULL && d->reason[0] != '\0' ? d->reason : NULL;
}

bool device_is_ready(const struct device *dev)
{
	return dev != NULL && dev->state->initialized && dev->state->init_res == 0U;
}

const struct device *device_get_binding(const char *name)
{
	for (const struct device *dev = z_device_next(NULL); dev != NULL;
	     dev = z_device_next(dev)) {
		if (name != NULL && strcmp(dev->name, name) == 0) {
			return device_is_ready(dev) ? dev : NULL;
		}
	}
	return NULL;
}

int z_device_init_static(const struct device *dev, int (*init)(const struct device *dev))
{
	int rc = init != NULL ? init(dev) : 0;

	/* As in Zephyr, a positive result is an errno, too. */
	dev->state->initialized = true;
	dev->state->init_res = (uint8_t)MIN(rc < 0 ? -rc : rc, (int)UINT8_MAX);
	return rc < 0 ? rc : -rc;
}
