/* SPDX-License-Identifier: Apache-2.0 */

/* zvm reset */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(reset, "Restart a VM from its images.", "-n ID", ZVM_ARG_ID, ZVM_ARG_ID);

static int cmd_reset(const struct shell *sh, size_t argc, char **argv)
{
	return zvm_command(sh, &syntax, argc, argv, vm_reset, "running");
}

#endif /* CONFIG_ZVM */
