/* SPDX-License-Identifier: Apache-2.0 */

/* fault */

#ifdef CONFIG_ZVM_FAULT_INJECTION

#include <errno.h>
#include <stdlib.h>

#include "hyp/fault.h"
#include "shell/shell.h"

#define NTH_MAX 1000000

static int cmd_fault(const struct shell *sh, size_t argc, char **argv)
{
	unsigned long nth;
	char *end;

	if (argc == 1) {
		shell_print(sh, "%u", fault_inject_left());
		return 0;
	}
	nth = strtoul(argv[1], &end, 10);
	if (*end != '\0' || argv[1][0] < '0' || argv[1][0] > '9' || nth > NTH_MAX) {
		shell_error(sh, "fault: NTH is 0 to %d, not '%s'", NTH_MAX, argv[1]);
		return -EINVAL;
	}
	fault_inject_set((uint32_t)nth);
	return 0;
}

SHELL_CMD_ARG_REGISTER(
	fault, NULL,
	SHELL_HELP(
		"For tests: let the NTH allocation of the hypervisor's from now fail.\n"
		"0 calls it off. Without NTH, print how many times are left until then; 0: it has\n"
		"happened, or none is to fail.",
		"[NTH]"),
	cmd_fault, 1, 1);

#endif /* CONFIG_ZVM_FAULT_INJECTION */
