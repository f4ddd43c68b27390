/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The kernel as an RTOS of its own at EL1: says what it is, and starts the shell. Demonstrations
 * are in demo.c.
 */

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "shell/banner.h"

int main(void)
{
	shell_banner("ZVM RTOS");
	printk("'help' lists the commands, 'demo' has something to look at\n");
	return shell_start(shell_backend_uart_get_ptr());
}
