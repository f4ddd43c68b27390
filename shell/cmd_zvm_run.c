/* SPDX-License-Identifier: Apache-2.0 */

/* zvm run */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(run, "Start a VM, or go on with one that is paused.", "-n ID", ZVM_ARG_ID, ZVM_ARG_ID);

static int cmd_run(const struct shell *sh, size_t argc, char **argv)
{
	return zvm_command(sh, &syntax, argc, argv, vm_run, "running");
}

#endif /* CONFIG_ZVM */
