/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "hyp/guest_mem.h"

int guest_ram_take(uint64_t size, void **ram)
{
	(void)size;
	(void)ram;
	return -ENOMEM;
}

void guest_ram_give(void *ram, uint64_t size)
{
	(void)ram;
	(void)size;
}

void guest_ram_clear(void *ram, uint64_t size)
{
	(void)ram;
	(void)size;
}

void guest_ram_clean(void *start, uint64_t size)
{
	(void)start;
	(void)size;
}

bool guest_set_way(struct vcpu *v, uint64_t operand)
{
	(void)v;
	(void)operand;
	return false;
}
