/* SPDX-License-Identifier: Apache-2.0 */

/* ZVM: says what it is and what it runs on, and starts the shell. */

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "shell/banner.h"

int main(void)
{
	shell_banner("ZVM");
	printk("'help' lists the commands\n");
	return shell_start(shell_backend_uart_get_ptr());
}
