/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/banner.h"

#include <zephyr/kernel.h>
#include <zvm_version.h>

#include "kernel/init.h"
#include "kernel/mem.h"

void shell_banner(const char *product)
{
	struct mem_stats mem;

	mem_stats_get(&mem);
	printk("%s %s (%s), EL%d, %u CPU%s, %llu MiB, %llu us from start to prompt\n", product,
	       ZVM_VERSION_STRING, ZVM_VERSION_COMMIT, ZVM_EL, arch_num_cpus(),
	       arch_num_cpus() == 1U ? "" : "s", (unsigned long long)(mem.total >> 20),
	       (unsigned long long)z_boot_us());
}
