/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "hyp/guest_dtb.h"
#include "hyp/vm.h"

int guest_dtb_make(const struct vm *vm, uint64_t initrd_start, uint64_t initrd_size, void *buffer, size_t room,
		   size_t *size, struct vm_error *error)
{
	(void)vm;
	(void)initrd_start;
	(void)initrd_size;
	(void)buffer;
	(void)room;
	(void)size;
	(void)error;
	return -ENOSPC;
}

int guest_dtb_irq(void *fdt, uint32_t intid, bool edge)
{
	(void)fdt;
	(void)intid;
	(void)edge;
	return 0;
}

int guest_dtb_clocks(void *fdt, unsigned int count, const char *names, size_t names_size)
{
	(void)fdt;
	(void)count;
	(void)names;
	(void)names_size;
	return 0;
}
