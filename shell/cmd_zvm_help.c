/* SPDX-License-Identifier: Apache-2.0 */

/* zvm help */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

ZVM_SUBCMD(help, "Say how the others are used.", "", 0, 0);

static const struct {
	const char *usage;
	const char *does;
} lines[] = {
	{"new -t NAME [-c VCPUS] [-m MIB]", "make a VM of a definition, print its id"},
	{"run -n ID", "start it, or go on with a paused one"},
	{"look ID", "its console; Ctrl+x leads back"},
	{"pause -n ID, resume -n ID", "stop it for a while, go on"},
	{"stop -n ID", "switch it off"},
	{"reset -n ID", "start it again from its images"},
	{"delete -n ID [-f]", "give its memory back; -f: even if it runs"},
	{"info [-n ID]", "list the VMs, or show all about one"},
};

static int cmd_help(const struct shell *sh, size_t argc, char **argv)
{
	struct zvm_args args;
	int rc = zvm_args_get(sh, &syntax, argc, argv, &args);

	if (rc != 0) {
		return rc;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		shell_print(sh, "zvm %-32s %s", lines[i].usage, lines[i].does);
	}
	shell_print(sh, "ID may stand without -n. NAME is one that Tab offers.");
	return 0;
}

#endif /* CONFIG_ZVM */
