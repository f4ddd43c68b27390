/* SPDX-License-Identifier: Apache-2.0 */

/* kernel: its subcommands are in cmd_kernel_*.c. */

#include "shell/shell.h"

SHELL_SUBCMD_SET_CREATE(kernel_set, (kernel));
SHELL_CMD_REGISTER(kernel, &kernel_set, "The kernel's threads, CPUs and memory.", NULL);
