/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "hyp/loader.h"
#include "hyp/vm.h"

int loader_check(const struct vm_config *config, struct vm_error *error)
{
	(void)config;
	(void)error;
	return 0;
}

int loader_load(struct vm *vm, struct loader_entry *entry, struct vm_error *error)
{
	(void)vm;
	(void)entry;
	return vm_fail(error, -EINVAL, "loader: nothing is loaded yet");
}
