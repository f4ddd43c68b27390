/* SPDX-License-Identifier: Apache-2.0 */

/* zvm help */

#ifdef CONFIG_ZVM

#include "shell/cmd_zvm.h"

static char zvm_word[] = "zvm";

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
	if (argc > 1) {
		argv[0] = zvm_word;
		return shell_help_words(sh, argc, argv);
	}
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		shell_print(sh, "zvm %-32s %s", lines[i].usage, lines[i].does);
	}
	shell_print(sh, "-n and -t may be left out. NAME is one that 'zvm new' lists.");
	return 0;
}

static void complete(struct edit_completion *out, size_t argc, char **argv)
{
	if (argc == 1) {
		argv[0] = zvm_word;
		shell_complete(&shell_root, argc, argv, out);
	}
}

SHELL_SUBCMD_ADD_FULL((zvm), help, NULL, SHELL_HELP("Say how the others are used.", "[SUBCOMMAND]"),
		      cmd_help, 1, 1, complete);

#endif /* CONFIG_ZVM */
