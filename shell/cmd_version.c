/* SPDX-License-Identifier: Apache-2.0 */

/* version, uptime */

#include <zvm_version.h>

#include "kernel/cpu.h"
#include "shell/midr.h"
#include "shell/shell.h"

static int cmd_version(const struct shell *sh, size_t argc, char **argv)
{
	char core[40];

	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	shell_print(sh, "ZVM %s, commit %s", ZVM_VERSION_STRING, ZVM_VERSION_COMMIT);
	shell_print(sh, "built by %s%s", ZVM_BUILD_COMPILER,
		    IS_ENABLED(CONFIG_ASSERT) ? ", with assertions" : "");
	shell_print(sh, "running at EL%d on %s", ZVM_EL,
		    midr_name(z_cpus[0].midr, core, sizeof(core)));
	return 0;
}

SHELL_CMD_ARG_REGISTER(version, NULL, "Print the version, how it was built, and what it runs on.",
		       cmd_version, 1, 0);

#define SEC_PER_HOUR ((uint64_t)SEC_PER_MIN * MIN_PER_HOUR)
#define SEC_PER_DAY  (SEC_PER_HOUR * HOUR_PER_DAY)

static int cmd_uptime(const struct shell *sh, size_t argc, char **argv)
{
	uint64_t ms = (uint64_t)k_uptime_get();
	uint64_t s = ms / MSEC_PER_SEC;
	unsigned int days = (unsigned int)(s / SEC_PER_DAY);

	ARG_UNUSED(argc);
	ARG_UNUSED(argv);
	if (days > 0) {
		shell_fprintf(sh, SHELL_NORMAL, "%u day%s ", days, days > 1 ? "s" : "");
	}
	shell_print(sh, "%02u:%02u:%02u.%03u", (unsigned int)(s / SEC_PER_HOUR % HOUR_PER_DAY),
		    (unsigned int)(s / SEC_PER_MIN % MIN_PER_HOUR), (unsigned int)(s % SEC_PER_MIN),
		    (unsigned int)(ms % MSEC_PER_SEC));
	return 0;
}

SHELL_CMD_ARG_REGISTER(uptime, NULL, "Print the time since start.", cmd_uptime, 1, 0);
