/* SPDX-License-Identifier: Apache-2.0 */

/* reboot, poweroff */

#include <zephyr/sys/poweroff.h>
#include <zephyr/sys/reboot.h>
#include "shell/shell.h"

static int cmd_reboot(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	sys_reboot(SYS_REBOOT_COLD);
}

SHELL_CMD_ARG_REGISTER(reboot, NULL, "Restart the machine.", cmd_reboot, 1, 0);

static int cmd_poweroff(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(sh);
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	sys_poweroff();
}

SHELL_CMD_ARG_REGISTER(poweroff, NULL, "Turn the machine off.", cmd_poweroff, 1, 0);
