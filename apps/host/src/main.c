/* SPDX-License-Identifier: Apache-2.0 */

/* ZVM: says what it is and what it runs on, and starts the shell. */

#include <zephyr/kernel.h>
#include <zephyr/shell/shell.h>
#include <zvm_version.h>

#include "kernel/init.h"
#include "kernel/mem.h"

int main(void)
{
	struct mem_stats mem;

	mem_stats_get(&mem);
	printk("ZVM %s (%s), EL%d, %u CPU%s, %llu MiB, %llu us from start to prompt\n",
	       ZVM_VERSION_STRING, ZVM_VERSION_COMMIT, ZVM_EL, arch_num_cpus(),
	       arch_num_cpus() == 1U ? "" : "s", (unsigned long long)(mem.total >> 20),
	       (unsigned long long)z_boot_us());
	printk("'help' lists the commands\n");
	return shell_start(shell_backend_uart_get_ptr());
}
