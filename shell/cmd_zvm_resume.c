/* SPDX-License-Identifier: Apache-2.0 */

/* zvm resume */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(resume, "Continue a VM that is paused.", "-n ID", ZVM_ARG_ID, ZVM_ARG_ID);

static int cmd_resume(const struct shell *sh, size_t argc, char **argv)
{
	return zvm_command(sh, &syntax, argc, argv, vm_resume, "running");
}

#endif /* CONFIG_ZVM */
