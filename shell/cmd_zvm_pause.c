/* SPDX-License-Identifier: Apache-2.0 */

/* zvm pause */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(pause, "Suspend a VM; its time stands still.", "-n ID", ZVM_ARG_ID, ZVM_ARG_ID);

static int cmd_pause(const struct shell *sh, size_t argc, char **argv)
{
	return zvm_command(sh, &syntax, argc, argv, vm_pause, "paused");
}

#endif /* CONFIG_ZVM */
