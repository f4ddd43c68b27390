/* SPDX-License-Identifier: Apache-2.0 */

/* device list */

#include "kernel/device.h"
#include "shell/shell.h"

static int cmd_list(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	shell_print(sh, "DEVICE                    DRIVER              STATE");
	for (const struct device *dev = z_device_next(NULL); dev != NULL;
	     dev = z_device_next(dev)) {
		const char *why = z_device_failure(dev);

		shell_fprintf(sh, SHELL_NORMAL, "%-24s  %-18s  ", dev->name, dev->driver);
		if (why != NULL) {
			shell_print(sh, "failed: %s", why);
		} else if (dev->state->init_res != 0U) {
			shell_print(sh, "failed: error %u", dev->state->init_res);
		} else {
			shell_print(sh, "%s",
				    dev->state->initialized ? "ready" : "not initialised");
		}
	}
	return 0;
}

SHELL_STATIC_SUBCMD_SET_CREATE(
	device_set,
	SHELL_CMD_ARG(list, NULL, "List the devices, their drivers, and whether they work.",
		      cmd_list, 1, 0),
	SHELL_SUBCMD_SET_END);
SHELL_CMD_REGISTER(device, &device_set, "Devices that drivers have found.", NULL);
