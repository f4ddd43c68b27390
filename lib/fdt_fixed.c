/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What is remembered of the machine's own devicetree; see fdt.h.
 *
 * An entry is one word, key and answer, so that threads need no lock: whoever reads it has a right answer, or none.
 */
#include <string.h>

#include <zephyr/sys/util.h>

#include "lib/fdt.h"

/* Nodes above one another; a deeper one is left to libfdt. */
#define DEPTH_MAX 16

#define PARENTS  256U
#define PHANDLES 16U

static const void *fixed;
/* Of the node at offset 4 * i, or of another one that has the same place: the node, its parent. */
static uint64_t parents[PARENTS];
static uint64_t phandles[PHANDLES];

void fdt_fixed(const void *fdt)
{
	fixed = fdt;
}

bool fdt_is_fixed(const void *fdt)
{
	return fdt == fixed;
}

static uint64_t *parent_entry(int node)
{
	return &parents[((uint32_t)node / 4U) % PARENTS];
}

static void remember(uint64_t *entry, uint32_t key, int answer)
{
	__atomic_store_n(entry, (uint64_t)key << 32 | (uint32_t)answer, __ATOMIC_RELAXED);
}

/* Key 0 is the root's, and no phandle. */
static bool recall(const uint64_t *entry, uint32_t key, int *answer)
{
	uint64_t value = __atomic_load_n(entry, __ATOMIC_RELAXED);

	*answer = (int)(uint32_t)value;
	return key != 0U && value >> 32 == key;
}

/* On the way to a node all that come before it are seen, and their parents. */
static int find_parent(const void *fdt, int node)
{
	int above[DEPTH_MAX];
	int depth = 0;

	for (int n = 0; n >= 0 && n <= node && depth >= 0 && depth < DEPTH_MAX;
	     n = fdt_next_node(fdt, n, &depth)) {
		above[depth] = n;
		if (depth > 0) {
			remember(parent_entry(n), (uint32_t)n, above[depth - 1]);
			if (n == node) {
				return above[depth - 1];
			}
		}
	}
	return fdt_parent_offset(fdt, node);
}

int fdt_parent(const void *fdt, int node)
{
	int parent;

	if (fdt != fixed || node <= 0) {
		return fdt_parent_offset(fdt, node);
	}
	return recall(parent_entry(node), (uint32_t)node, &parent) ? parent
								   : find_parent(fdt, node);
}

/* Definitions of VMs may come from another tree, with numbers of their own. */
static bool is_machine(const void *fdt, int node)
{
	int top = 0;

	for (; node > 0; node = fdt_parent(fdt, node)) {
		top = node;
	}
	return strcmp(fdt_get_name(fdt, top, NULL), &FDT_ZVM[1]) != 0;
}

static int find_phandle(const void *fdt, uint32_t phandle)
{
	int node = fdt_node_offset_by_phandle(fdt, phandle);

	while (node >= 0 && (fdt_get_phandle(fdt, node) != phandle || !is_machine(fdt, node))) {
		node = fdt_next_node(fdt, node, NULL);
	}
	return node;
}

int fdt_by_phandle(const void *fdt, uint32_t phandle)
{
	uint64_t *entry = &phandles[phandle % PHANDLES];
	int node;

	if (fdt == fixed && recall(entry, phandle, &node)) {
		return node;
	}
	node = find_phandle(fdt, phandle);
	if (fdt == fixed && node >= 0) {
		remember(entry, phandle, node);
	}
	return node;
}
