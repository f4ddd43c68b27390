/* SPDX-License-Identifier: Apache-2.0 */
/* The line that says what was wrong, for whoever asked. */
#include <stdarg.h>

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
