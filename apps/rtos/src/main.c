/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The kernel as an RTOS of its own at EL1: says what it is, and starts the shell. Demonstrations
 * are in demo.c.
 */

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>
#include <zvm_version.h>

#include "kernel/init.h"
#include "kernel/mem.h"

int main(void)
{
	struct mem_stats mem;

	mem_stats_get(&mem);
	printk("ZVM RTOS %s (%s), EL%d, %u CPU%s, %llu MiB, %llu us from start to prompt\n",
	       ZVM_VERSION_STRING, ZVM_VERSION_COMMIT, ZVM_EL, arch_num_cpus(),
	       arch_num_cpus() == 1U ? "" : "s", (unsigned long long)(mem.total >> 20),
	       (unsigned long long)z_boot_us());
	printk("'help' lists the commands, 'demo' has something to look at\n");
	return shell_start(shell_backend_uart_get_ptr());
}
