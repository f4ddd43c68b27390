/* SPDX-License-Identifier: Apache-2.0 */

/* kernel cpus */

#include "kernel/cpu.h"
#include "kernel/sched.h"
#include "shell/midr.h"
#include "shell/shell.h"

/* The name of what runs on a CPU: copied, as the thread may be gone at any time. */
static void current_name(const struct z_cpu *cpu, char *buf, size_t size)
{
	unsigned int key = z_lock();
	const struct k_thread *thread = cpu->current;

	(void)snprintk(buf, size, "%s",
		       thread == NULL            ? "-"
		       : thread->name[0] != '\0' ? thread->name
						 : "(no name)");
	z_unlock(key);
}

static void print_cpu(const struct shell *sh, unsigned int id)
{
	const struct z_cpu *cpu = &z_cpus[id];
	k_thread_runtime_stats_t stats = {0};
	uint64_t permille = 0;
	char core[24];
	char thread[20];

	if (!cpu->online) {
		shell_print(sh, "%3u  %-8llx %-17s offline: %s", id,
			    (unsigned long long)cpu->arch.mpidr, "-",
			    cpu->offline_reason != NULL ? cpu->offline_reason : "not started");
		return;
	}
	if (k_thread_runtime_stats_cpu_get((int)id, &stats) == 0 && stats.execution_cycles > 0) {
		permille = stats.total_cycles * 1000U / stats.execution_cycles;
	}
	current_name(cpu, thread, sizeof(thread));
	shell_print(sh, "%3u  %-8llx %-17.17s %-7s %3u.%u%% %10llu  %s", id,
		    (unsigned long long)cpu->arch.mpidr, midr_name(cpu->midr, core, sizeof(core)),
		    "online", (unsigned int)(permille / 10U), (unsigned int)(permille % 10U),
		    (unsigned long long)cpu->interrupts, thread);
}

static int cmd_cpus(const struct shell *sh, size_t argc, char **argv)
{
	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	shell_print(sh, "CPU  MPIDR    CORE              STATE      USE INTERRUPTS  RUNNING");
	for (unsigned int id = 0; id < z_cpu_count; id++) {
		print_cpu(sh, id);
	}
	return 0;
}

SHELL_SUBCMD_ADD((kernel), cpus, NULL, "List the CPUs. USE is since start, without idle time.",
		 cmd_cpus, 1, 0);
