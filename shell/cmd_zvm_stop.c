/* SPDX-License-Identifier: Apache-2.0 */

/* zvm stop */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(stop, "Switch a VM off, as by its power switch.", "-n ID", ZVM_ARG_ID, ZVM_ARG_ID);

static int cmd_stop(const struct shell *sh, size_t argc, char **argv)
{
	return zvm_command(sh, &syntax, argc, argv, vm_stop, "stopped");
}

#endif /* CONFIG_ZVM */
