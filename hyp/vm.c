/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "hyp/vm.h"

int vm_create(const char *type, unsigned int vcpus, unsigned int mib, unsigned int *id,
	      struct vm_error *error)
{
	ARG_UNUSED(type);
	ARG_UNUSED(vcpus);
	ARG_UNUSED(mib);
	ARG_UNUSED(id);
	return vm_fail(error, -ENOSYS, "not yet");
}

int vm_run(unsigned int id, struct vm_error *error)
{
	return vm_fail(error, -ENOENT, "there is no vm %u", id);
}

int vm_pause(unsigned int id, struct vm_error *error)
{
	return vm_fail(error, -ENOENT, "there is no vm %u", id);
}

int vm_resume(unsigned int id, struct vm_error *error)
{
	return vm_fail(error, -ENOENT, "there is no vm %u", id);
}

int vm_stop(unsigned int id, struct vm_error *error)
{
	return vm_fail(error, -ENOENT, "there is no vm %u", id);
}

int vm_reset(unsigned int id, struct vm_error *error)
{
	return vm_fail(error, -ENOENT, "there is no vm %u", id);
}

int vm_delete(unsigned int id, bool force, struct vm_error *error)
{
	ARG_UNUSED(force);
	return vm_fail(error, -ENOENT, "there is no vm %u", id);
}

struct vm *vm_get(unsigned int id)
{
	ARG_UNUSED(id);
	return NULL;
}

void vm_put(struct vm *vm)
{
	ARG_UNUSED(vm);
}

const char *vm_state_name(enum vm_state state)
{
	ARG_UNUSED(state);
	return "ready";
}

bool vm_request(struct vcpu *v, enum vm_request request, const char *crash)
{
	ARG_UNUSED(v);
	ARG_UNUSED(request);
	ARG_UNUSED(crash);
	return true;
}

void vm_autostart(void)
{
}
