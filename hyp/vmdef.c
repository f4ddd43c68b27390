/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <zephyr/sys/printk.h>

#include "hyp/vmdef.h"

int vm_fail(struct vm_error *error, int rc, const char *format, ...)
{
	va_list ap;

	if (error != NULL) {
		va_start(ap, format);
		vsnprintk(error->text, sizeof(error->text), format, ap);
		va_end(ap);
	}
	return rc;
}

int vmdef_read(const char *file, const void *fdt, size_t size, struct vm_config *config, struct vm_error *error)
{
	(void)fdt;
	(void)size;
	(void)config;
	return vm_fail(error, -EINVAL, "%s: not read yet", file);
}
