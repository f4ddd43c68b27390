/* SPDX-License-Identifier: Apache-2.0 */

/* zvm new */

#ifdef CONFIG_ZVM

#include "hyp/vm_info.h"
#include "shell/cmd_zvm.h"

ZVM_SUBCMD(new,
	   "Create a VM of a definition, and print its id.\n"
	   "-c and -m are for other numbers of vCPUs and MiB of memory than the definition's.",
	   "-t NAME [-c VCPUS] [-m MIB]", ZVM_ARG_TYPE | ZVM_ARG_VCPUS | ZVM_ARG_MIB, 0);

static int cmd_new(const struct shell *sh, size_t argc, char **argv)
{
	struct vm_error error;
	struct zvm_args args;
	unsigned int id;
	struct vm *vm;
	int rc = zvm_args_get(sh, &syntax, argc, argv, &args);

	if (rc != 0) {
		return rc;
	}
	rc = vm_create(args.type != NULL ? args.type : "", args.vcpus, args.mib, &id, &error);
	if (rc != 0) {
		return zvm_failed(sh, &syntax, rc, &error);
	}
	vm = vm_ref(id);
	if (vm != NULL) {
		shell_print(sh, "vm %u: %s, %u vCPU%s, %llu MiB, ready", id, vm->config.name,
			    vm->vcpu_count, vm->vcpu_count == 1U ? "" : "s",
			    (unsigned long long)(vm->ram_size >> 20));
		vm_unref(vm);
	}
	return 0;
}

#endif /* CONFIG_ZVM */
