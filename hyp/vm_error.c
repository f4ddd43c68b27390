/* SPDX-License-Identifier: Apache-2.0 */
/* The line that says what was wrong, for whoever asked. */
#include <stdarg.h>
#include <string.h>

#include <zephyr/sys/printk.h>

#include "hyp/vmdef.h"

/* Names and values that it quotes may hold anything: of control characters none gets to a terminal. */
static void make_plain(struct vm_error *error)
{
	for (char *p = error->text; *p != '\0'; p++) {
		*p = (uint8_t)*p < ' ' || *p == '\177' ? '?' : *p;
	}
}

int vm_fail(struct vm_error *error, int rc, const char *format, ...)
{
	va_list ap;

	if (error != NULL) {
		va_start(ap, format);
		vsnprintk(error->text, sizeof(error->text), format, ap);
		va_end(ap);
		make_plain(error);
	}
	return rc;
}

int vm_vfail_def(const struct vm_config *config, struct vm_error *error, int rc, const char *node,
		 const char *prop, const char *format, va_list ap)
{
	/* A path in the bundle has no ": /" in it. */
	bool tree = strstr(config->file, ": /") != NULL;
	int len;

	if (error == NULL) {
		return rc;
	}
	len = snprintk(error->text, sizeof(error->text), "%s%s%s: %s%s", config->file,
		       tree ? "" : ": ", tree && node[1] == '\0' ? "" : node, prop,
		       prop[0] != '\0' ? ": " : "");
	if ((size_t)len < sizeof(error->text)) {
		vsnprintk(error->text + len, sizeof(error->text) - (size_t)len, format, ap);
	}
	make_plain(error);
	return rc;
}

int vm_fail_def(const struct vm_config *config, struct vm_error *error, int rc, const char *node,
		const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	rc = vm_vfail_def(config, error, rc, node, "", format, ap);
	va_end(ap);
	return rc;
}
