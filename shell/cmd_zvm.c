/* SPDX-License-Identifier: Apache-2.0 */

/* zvm: its subcommands are in cmd_zvm_*.c; this is what they share. */

#ifdef CONFIG_ZVM

#include "hyp/bundle.h"
#include "shell/cmd_zvm.h"

BUILD_ASSERT(VMS_MAX == 32U && VCPUS_MAX == 8U, "the ranges in cmd_zvm_args.c");

SHELL_SUBCMD_SET_CREATE(zvm_set, (zvm));
SHELL_CMD_REGISTER(zvm, &zvm_set, "Virtual machines: new, run, look, pause, stop, delete, info.",
		   NULL);

int zvm_args_get(const struct shell *sh, const struct zvm_syntax *syntax, size_t argc, char **argv,
		 struct zvm_args *args)
{
	char error[ZVM_ARGS_ERROR];
	int rc = zvm_args_parse(syntax, argc, argv, args, error);

	if (rc != 0) {
		shell_error(sh, "%s", error);
	}
	return rc;
}

int zvm_failed(const struct shell *sh, const struct zvm_syntax *syntax, int rc,
	       const struct vm_error *error)
{
	shell_error(sh, "zvm %s: %s", syntax->verb, error->text);
	return rc;
}

int zvm_command(const struct shell *sh, const struct zvm_syntax *syntax, size_t argc, char **argv,
		int (*run)(unsigned int id, struct vm_error *error), const char *done)
{
	struct vm_error error;
	struct zvm_args args;
	int rc = zvm_args_get(sh, syntax, argc, argv, &args);

	if (rc != 0) {
		return rc;
	}
	rc = run(args.id, &error);
	if (rc != 0) {
		return zvm_failed(sh, syntax, rc, &error);
	}
	shell_print(sh, "vm %u: %s", args.id, done);
	return 0;
}

static void complete_ids(struct edit_completion *out)
{
	for (unsigned int id = 0; id < VMS_MAX; id++) {
		struct vm *vm = vm_ref(id);
		char text[4];

		if (vm != NULL) {
			vm_unref(vm);
			(void)snprintk(text, sizeof(text), "%u", id);
			shell_complete_word(out, text);
		}
	}
}

static void complete_types(struct edit_completion *out)
{
	const char *type;

	for (unsigned int i = 0; (type = bundle_type(i)) != NULL; i++) {
		shell_complete_word(out, type);
	}
}

void zvm_complete(struct edit_completion *out, const struct zvm_syntax *syntax, size_t argc,
		  char **argv)
{
	static const struct {
		const char *name;
		uint32_t arg;
	} options[] = {
		{"-t", ZVM_ARG_TYPE}, {"-c", ZVM_ARG_VCPUS}, {"-m", ZVM_ARG_MIB},
		{"-n", ZVM_ARG_ID},   {"-f", ZVM_ARG_FORCE},
	};
	uint32_t next = zvm_args_next(argc, argv) & syntax->takes;
	char error[ZVM_ARGS_ERROR];
	struct zvm_args args;

	if (next != 0U) {
		if (next == ZVM_ARG_ID) {
			complete_ids(out);
		} else if (next == ZVM_ARG_TYPE) {
			complete_types(out);
		}
		return;
	}
	/* What is there already need not be complete. */
	(void)zvm_args_parse(syntax, argc, argv, &args, error);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if ((syntax->takes & ~args.given & options[i].arg) != 0U) {
			shell_complete_word(out, options[i].name);
		}
	}
	next = syntax->takes & ~args.given;
	if ((next & ZVM_ARG_ID) != 0U) {
		complete_ids(out);
	}
	if ((next & ZVM_ARG_TYPE) != 0U) {
		complete_types(out);
	}
}

#endif /* CONFIG_ZVM */
