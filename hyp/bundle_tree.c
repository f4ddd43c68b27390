/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions in the machine's devicetree, below /zvm/vms: put there by a boot loader, or by an overlay. Each is made a
 * devicetree of its own, so that nobody who reads definitions need know where they come from. What is in them is no
 * part of the machine: whoever looks for devices goes around /zvm (fdt_is_machine()).
 */
#include <string.h>

#include <zephyr/sys/util.h>

#include "hyp/bundle_internal.h"
#include "lib/fdt.h"

uint64_t bundle_scratch[DEFINITION_MAX / sizeof(uint64_t)];

int bundle_tree_next(const void *fdt, int node)
{
	int above = fdt_path_offset(fdt, FDT_ZVM "/vms");

	if (node < 0) {
		node = above >= 0 && fdt_is_available(fdt, above) ? fdt_first_subnode(fdt, above)
								  : -1;
	} else {
		node = fdt_next_subnode(fdt, node);
	}
	while (node >= 0 && !fdt_is_available(fdt, node)) {
		node = fdt_next_subnode(fdt, node);
	}
	return node;
}

/* Labels and overlays leave phandles in nodes; with `status` a definition is switched off. */
static bool is_loaders(const char *prop, bool top)
{
	return strcmp(prop, "phandle") == 0 || strcmp(prop, "linux,phandle") == 0 ||
	       (top && strcmp(prop, "status") == 0);
}

static int open_node(void *out, const void *fdt, int node, bool top)
{
	int rc = fdt_begin_node(out, top ? "" : fdt_get_name(fdt, node, NULL));
	int at;

	fdt_for_each_property_offset(at, fdt, node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(fdt, at, &name, &len);

		if (rc == 0 && !is_loaders(name, top)) {
			rc = fdt_property(out, name, value, len);
		}
	}
	return rc;
}

const void *bundle_tree_copy(const void *fdt, int node)
{
	void *out = bundle_scratch;
	int rc = fdt_create(out, sizeof(bundle_scratch));
	int depth = 0;
	int open = 0;

	rc = rc != 0 ? rc : fdt_finish_reservemap(out);
	for (int n = node; rc == 0 && n >= 0 && (depth > 0 || n == node);
	     n = fdt_next_node(fdt, n, &depth)) {
		for (; rc == 0 && open > depth; open--) {
			rc = fdt_end_node(out);
		}
		rc = rc != 0 ? rc : open_node(out, fdt, n, n == node);
		open++;
	}
	for (; rc == 0 && open > 0; open--) {
		rc = fdt_end_node(out);
	}
	rc = rc != 0 ? rc : fdt_finish(out);
	return rc == 0 ? out : NULL;
}
