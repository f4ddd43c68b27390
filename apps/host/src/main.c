/* SPDX-License-Identifier: Apache-2.0 */

/* ZVM: says what it is and what it runs on, and starts the VMs that start by themselves, and the shell. */

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>

#include "hyp/vm.h"
#include "shell/banner.h"

int main(void)
{
	shell_banner("ZVM");
	printk("'help' lists the commands, 'zvm help' those for VMs\n");
	vm_autostart();
	return shell_start(shell_backend_uart_get_ptr());
}
