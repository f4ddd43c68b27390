/* SPDX-License-Identifier: Apache-2.0 */
/* What ZVM asks of a devicetree, of one of any content: each question has an end and reads nothing outside. */
#include "tree.h"

#include <errno.h>

/* What is remembered is of one tree for good; here it has to be forgotten. */
#include "lib/fdt_fixed.c"

static const char *const bases[] = {"soc", "malformed", "passthrough", "rk3568", "virt", "bare"};
static const void *base[sizeof(bases) / sizeof(bases[0])];

static struct fdt_error err;
static unsigned int answers;

static void ask_node(const void *fdt, int node)
{
	static const char *const props[] = {"reg", "compatible", "phandle", "stdout-path"};
	struct fdt_irq irq;
	uint32_t intid, flags, cell;
	uint64_t addr, size;

	for (unsigned int i = 0U; i < 6U; i++) {
		if (fdt_reg(fdt, node, i, &addr, &size, &err) == 0) {
			assert_true(addr + size >= addr || addr + size == 0U);
		}
		if (fdt_reg_cpu(fdt, node, i, &addr, &size, &err) == 0) {
			assert_true(addr + size >= addr || addr + size == 0U);
		}
		if (fdt_irq(fdt, node, i, &irq, &err) == 0) {
			assert_true(irq.count <= FDT_IRQ_CELLS_MAX);
			answers += fdt_irq_gic(&irq, &intid, &flags) == 0;
		}
	}
	for (unsigned int i = 0U; i < sizeof(props) / sizeof(props[0]); i++) {
		const char *s = fdt_prop_string(fdt, node, props[i]);

		answers += s != NULL ? (unsigned int)strlen(s) : 0U;
		(void)fdt_prop_u32(fdt, node, props[i], &cell, &err);
		(void)fdt_prop_u64(fdt, node, props[i], &addr, &err);
	}
	(void)fdt_is_available(fdt, node);
	/* Remembered or not, it is the same. */
	assert_int_equal(fdt_parent(fdt, node), fdt_parent_offset(fdt, node));
}

static void ask_machine(const void *fdt)
{
	struct fdt_range r = FDT_RANGE_START;
	const char *options = NULL;
	enum fdt_psci method;
	struct fdt_cpu cpu;
	uint64_t addr, size;

	while (fdt_memory_next(fdt, &r, &err) != -ENOENT) {
		answers++;
	}
	for (r = FDT_RANGE_START; fdt_reserved_next(fdt, &r, &err) != -ENOENT;) {
		answers++;
	}
	for (r = FDT_RANGE_START; fdt_memreserve_next(fdt, &r, &err) != -ENOENT;) {
		answers++;
	}
	(void)fdt_initrd(fdt, &addr, &size, &err);
	fdt_for_each_cpu(fdt, &cpu) {
		answers += cpu.enable_method != NULL ? (unsigned int)strlen(cpu.enable_method) : 0U;
	}
	(void)fdt_psci_method(fdt, &method, &err);
	/* That it remembers once and for all. */
	if (!fdt_is_fixed(fdt) && fdt_stdout(fdt, &options, &err) >= 0) {
		answers += (unsigned int)strlen(options);
	}
}

static void ask(const void *fdt, bool fixed)
{
	memset(parents, 0, sizeof(parents));
	memset(phandles, 0, sizeof(phandles));
	fdt_fixed(fixed ? fdt : NULL);
	ask_machine(fdt);
	for (int node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		ask_node(fdt, node);
	}
	fdt_fixed(NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	uint8_t which = in_byte(&in);
	unsigned int n = which % 8U;
	struct tree t = {NULL, in.left};

	if (n < sizeof(bases) / sizeof(bases[0])) {
		base[n] = base[n] != NULL ? base[n] : tree_load(bases[n]);
		t = tree_make(&in, base[n], tree_host_props, tree_host_texts);
	} else {
		/* The input itself. */
		t.fdt = malloc(in.left);
		memcpy(t.fdt, in.at, in.left);
	}
	if (fdt_verify(t.fdt, t.size) == NULL) {
		ask(t.fdt, (which & 0x80U) != 0U);
	}
	free(t.fdt);
	return 0;
}
