/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Devicetrees with valid framing and hostile content: one of tests/unit/dts, or a small one of the target's, and
 *        edits of it that the input says. Included once per target.
 */
#ifndef TESTS_FUZZ_TREE_H_
#define TESTS_FUZZ_TREE_H_

#include <libfdt.h>

#include "fuzz.h"

#define TREE_ROOM  ((size_t)65536)
#define TREE_EDITS 24U

/* A tree of its own size, for ASan. */
struct tree {
	void *fdt;
	size_t size;
};

/** @brief The tree of a file in DTB_DIR, read once. */
static const void *tree_load(const char *name)
{
	char path[256];
	void *fdt = malloc(TREE_ROOM);
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.dtb", DTB_DIR, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_true(fread(fdt, 1, TREE_ROOM, f) > 0U);
	(void)fclose(f);
	return fdt;
}

/* The n-th node of the tree, the root if there are fewer. */
static int tree_node(const void *fdt, unsigned int n)
{
	int node = 0;

	while (n-- != 0U && node >= 0) {
		node = fdt_next_node(fdt, node, NULL);
	}
	return node >= 0 ? node : 0;
}

/* The name of the n-th property of a node; NULL: it has none. */
static const char *tree_prop(const void *fdt, int node, unsigned int n)
{
	const char *name = NULL;
	int at;

	fdt_for_each_property_offset(at, fdt, node) {
		(void)fdt_getprop_by_offset(fdt, at, &name, NULL);
		if (n-- == 0U) {
			break;
		}
	}
	return name;
}

/* A value: cells, some of the old one's, bytes, or a text of the target's. */
static void tree_value(struct input *in, void *fdt, int node, const char *name,
		       const char *const *texts)
{
	uint8_t value[256];
	int len = 0;
	const void *old = fdt_getprop(fdt, node, name, &len);
	size_t size;
	unsigned int count;

	memset(value, 0, sizeof(value));
	if (old != NULL) {
		memcpy(value, old, len < (int)sizeof(value) ? (size_t)len : sizeof(value));
	}
	switch (in_below(in, 5U)) {
	case 0: /* a cell is another */
		count = len >= 4 ? in_below(in, (uint32_t)len / 4U) % 64U : 0U;
		((fdt32_t *)(void *)value)[count] = cpu_to_fdt32((uint32_t)in_edge(in));
		len = len > 0 && len <= (int)sizeof(value) ? len : 4;
		break;
	case 1: /* another length */
		len = (int)in_below(in, 64U);
		break;
	case 2: /* cells */
		count = in_below(in, 17U);
		for (unsigned int i = 0U; i < count; i++) {
			((fdt32_t *)(void *)value)[i] = cpu_to_fdt32((uint32_t)in_edge(in));
		}
		len = (int)count * 4;
		break;
	case 3: {
		const void *bytes = in_bytes(in, sizeof(value), &size);

		memcpy(value, bytes, size);
		len = (int)size;
		break;
	}
	default:
		for (count = 0U; texts[count] != NULL; count++) {
		}
		len = snprintf((char *)value, sizeof(value), "%s", texts[in_below(in, count)]) + 1;
		break;
	}
	(void)fdt_setprop(fdt, node, name, value, len);
}

static void tree_edit(struct input *in, void *fdt, const char *const *props,
		      const char *const *texts)
{
	uint8_t what = in_byte(in);
	int node = tree_node(fdt, in_byte(in));
	unsigned int count = 0U;
	const char *name;
	char own[40];

	while (props[count] != NULL) {
		count++;
	}
	switch (what % 8U) {
	case 0:
		(void)fdt_del_node(fdt, node);
		break;
	case 1:
		name = tree_prop(fdt, node, in_byte(in));
		if (name != NULL) {
			/* A copy: the strings move. */
			snprintf(own, sizeof(own), "%s", name);
			(void)fdt_delprop(fdt, node, own);
		}
		break;
	case 2:
		snprintf(own, sizeof(own), "n%x@%x", in_byte(in), in_byte(in));
		own[what / 8U % 4U == 0U ? 31 : 20] = '\0';
		(void)fdt_add_subnode(fdt, node, own);
		break;
	case 3:
		(void)fdt_add_mem_rsv(fdt, in_edge(in), in_edge(in));
		break;
	case 4:
	case 5:
		snprintf(own, sizeof(own), "%s", props[in_below(in, count)]);
		tree_value(in, fdt, node, own, texts);
		break;
	default:
		name = tree_prop(fdt, node, in_byte(in));
		if (name != NULL) {
			snprintf(own, sizeof(own), "%s", name);
			tree_value(in, fdt, node, own, texts);
		}
		break;
	}
}

/**
 * @brief A tree that was edited. The caller frees it.
 * @param props, texts names of properties and values that are likely to count, NULL at the end
 */
static struct tree tree_make(struct input *in, const void *base, const char *const *props,
			     const char *const *texts)
{
	static uint64_t room[TREE_ROOM / sizeof(uint64_t)];
	struct tree t;

	assert_int_equal(fdt_open_into(base, room, sizeof(room)), 0);
	for (unsigned int i = 0U; i < TREE_EDITS && in->left != 0U; i++) {
		tree_edit(in, room, props, texts);
	}
	assert_int_equal(fdt_pack(room), 0);
	t.size = fdt_totalsize(room);
	t.fdt = malloc(t.size);
	memcpy(t.fdt, room, t.size);
	return t;
}

/* What the machine's own trees are about. */
static const char *const tree_host_props[] = {"reg",
					      "ranges",
					      "#address-cells",
					      "#size-cells",
					      "#interrupt-cells",
					      "#clock-cells",
					      "interrupts",
					      "interrupts-extended",
					      "interrupt-parent",
					      "interrupt-map",
					      "interrupt-map-mask",
					      "interrupt-controller",
					      "compatible",
					      "status",
					      "device_type",
					      "phandle",
					      "linux,phandle",
					      "clocks",
					      "clock-frequency",
					      "stdout-path",
					      "linux,initrd-start",
					      "linux,initrd-end",
					      "enable-method",
					      "method",
					      "no-map",
					      "dma-coherent",
					      "reg-shift",
					      "reg-io-width",
					      "#redistributor-regions",
					      "redistributor-stride",
					      "current-speed",
					      NULL};
static const char *const tree_host_texts[] = {"okay",
					      "disabled",
					      "memory",
					      "cpu",
					      "arm,gic-v3",
					      "arm,pl011",
					      "arm,pl031",
					      "ns16550a",
					      "snps,dw-apb-uart",
					      "arm,psci-1.0",
					      "arm,armv8-timer",
					      "fixed-clock",
					      "virtio,mmio",
					      "simple-bus",
					      "smc",
					      "hvc",
					      "psci",
					      "/",
					      "/aliases",
					      "serial0:115200n8",
					      "",
					      NULL};

#endif /* TESTS_FUZZ_TREE_H_ */
