/* SPDX-License-Identifier: Apache-2.0 */

/* zvm delete */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(delete,
	   "Destroy a VM, and give its memory back.\n"
	   "With -f also if it is running or paused.",
	   "-n ID [-f]", ZVM_ARG_ID | ZVM_ARG_FORCE, ZVM_ARG_ID);

static int cmd_delete(const struct shell *sh, size_t argc, char **argv)
{
	struct vm_error error;
	struct zvm_args args;
	int rc = zvm_args_get(sh, &syntax, argc, argv, &args);

	if (rc != 0) {
		return rc;
	}
	rc = vm_delete(args.id, (args.given & ZVM_ARG_FORCE) != 0U, &error);
	if (rc != 0) {
		return zvm_failed(sh, &syntax, rc, &error);
	}
	shell_print(sh, "vm %u: deleted", args.id);
	return 0;
}

#endif /* CONFIG_ZVM */
