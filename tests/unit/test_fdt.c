/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The devicetree glue on trees of dtc: three boards, one where nearly everything is wrong, an empty
 * one; then damage.
 */
#include <errno.h>

#include "lib/fdt.h"
#include "unit.h"

static void *tree;
static size_t tree_size;
static struct fdt_error err;

/* Load a tree into memory of exactly its size, so that ASan sees a read past it. */
static void load(const char *name)
{
	char path[256];
	FILE *f;

	free(tree);
	snprintf(path, sizeof(path), "%s/%s.dtb", DTB_DIR, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	tree_size = (size_t)ftell(f);
	rewind(f);
	tree = malloc(tree_size);
	assert_int_equal(fread(tree, 1, tree_size, f), tree_size);
	fclose(f);
	memset(&err, 0, sizeof(err));
}

static int node_at(const char *path)
{
	int node = fdt_path_offset(tree, path);

	assert_true(node >= 0);
	return node;
}

static void assert_error(const char *text)
{
	if (strstr(err.text, text) == NULL) {
		fail_msg("\"%s\" is not in \"%s\"", text, err.text);
	}
	err.text[0] = '\0';
}

static void assert_cpu_reg(const char *path, unsigned int index, uint64_t addr, uint64_t size)
{
	uint64_t got_addr;
	uint64_t got_size;

	assert_int_equal(fdt_reg_cpu(tree, node_at(path), index, &got_addr, &got_size, &err), 0);
	assert_int_equal(got_addr, addr);
	assert_int_equal(got_size, size);
}

static void assert_irq(const char *path, unsigned int index, uint32_t intid, uint32_t flags)
{
	struct fdt_irq irq;
	uint32_t got_intid;
	uint32_t got_flags;

	assert_int_equal(fdt_irq(tree, node_at(path), index, &irq, &err), 0);
	assert_int_equal(fdt_irq_gic(&irq, &got_intid, &got_flags), 0);
	assert_int_equal(got_intid, intid);
	assert_int_equal(got_flags, flags);
}

typedef int (*next_fn)(const void *fdt, struct fdt_range *r, struct fdt_error *err);

/* Walk and compare; sizes of 0 stand for a node that is reported as malformed. */
static void assert_ranges(next_fn next, const uint64_t (*want)[2], size_t n)
{
	struct fdt_range r = FDT_RANGE_START;

	for (size_t i = 0; i < n; i++) {
		int ret = next(tree, &r, &err);

		if (want[i][1] == 0) {
			assert_int_equal(ret, -EINVAL);
			continue;
		}
		assert_int_equal(ret, 0);
		assert_int_equal(r.base, want[i][0]);
		assert_int_equal(r.size, want[i][1]);
	}
	assert_int_equal(next(tree, &r, &err), -ENOENT);
}

static void test_verify(void **state)
{
	(void)state;
	load("virt");
	assert_null(fdt_verify(tree, tree_size));
	assert_non_null(strstr(fdt_verify(NULL, 0), "no devicetree"));
	assert_non_null(strstr(fdt_verify(tree, 7), "not a devicetree"));
	assert_non_null(strstr(fdt_verify(tree, tree_size - 1), "truncated"));
	((uint8_t *)tree)[0] ^= 1;
	assert_non_null(strstr(fdt_verify(tree, tree_size), "not a devicetree"));
}

/* Cut short with the header told so: no read outside, and never taken for a devicetree. */
/* A property's length that wraps leads back, to itself or to what was before it. */
static void test_lengths_that_wrap(void **state)
{
	static uint64_t small[64];

	(void)state;
	for (uint32_t back = 1; back <= 64; back++) {
		struct fdt_property *p;

		assert_int_equal(fdt_create_empty_tree(small, sizeof(small)), 0);
		assert_int_equal(fdt_setprop_u32(small, 0, "a", 1), 0);
		assert_int_equal(fdt_setprop_u32(small, 0, "b", 1), 0);
		assert_null(fdt_verify(small, sizeof(small)));
		p = fdt_get_property_w(small, 0, "b", NULL);
		p->len = cpu_to_fdt32(0U - back);
		assert_non_null(strstr(fdt_verify(small, sizeof(small)), "damaged"));
	}
}

static void test_verify_cut(void **state)
{
	(void)state;
	load("virt");
	for (size_t size = 0; size < tree_size; size += 1 + size / 64) {
		uint8_t *cut = malloc(size != 0 ? size : 1);

		memcpy(cut, tree, size);
		if (size >= 8) {
			fdt_set_totalsize(cut, (uint32_t)size);
		}
		assert_non_null(fdt_verify(cut, size));
		free(cut);
	}
}

/* What every question is asked of: any answer is good, a read outside or an endless loop is not. */
static void ask_everything(const void *fdt)
{
	struct fdt_range r = FDT_RANGE_START;
	struct fdt_cpu cpu;
	struct fdt_irq irq;
	enum fdt_psci method;
	uint64_t a;
	uint64_t b;
	int steps = 0;

	while (fdt_memory_next(fdt, &r, &err) != -ENOENT) {
		assert_true(++steps < 1000);
	}
	r = FDT_RANGE_START;
	while (fdt_reserved_next(fdt, &r, &err) != -ENOENT) {
		assert_true(++steps < 1000);
	}
	r = FDT_RANGE_START;
	while (fdt_memreserve_next(fdt, &r, &err) != -ENOENT) {
		assert_true(++steps < 1000);
	}
	fdt_for_each_cpu(fdt, &cpu) {
		assert_true(++steps < 1000);
	}
	(void)fdt_psci_method(fdt, &method, &err);
	(void)fdt_stdout(fdt, NULL, &err);
	(void)fdt_initrd(fdt, &a, &b, &err);
	for (int node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		(void)fdt_is_available(fdt, node);
		(void)fdt_reg_cpu(fdt, node, 0, &a, &b, &err);
		(void)fdt_irq(fdt, node, 0, &irq, &err);
	}
}

static void test_damaged(void **state)
{
	static const char *const names[] = {"virt",   "soc",      "fvp",      "malformed",
					    "rk3568", "fvp-revc", "fvp-revc", "malformed"};
	unsigned int accepted = 0;

	(void)state;
	(void)unit_random_start();
	for (int i = 0; i < 2000; i++) {
		uint8_t *bytes;

		load(names[i % 8]);
		bytes = tree;
		for (uint64_t n = 1 + unit_below(6); n != 0; n--) {
			bytes[unit_below(tree_size)] = (uint8_t)unit_random();
		}
		if (fdt_verify(tree, tree_size) == NULL) {
			accepted++;
			ask_everything(tree);
		}
	}
	assert_true(accepted > 100);
}

static void test_virt(void **state)
{
	static const uint64_t banks[][2] = {{0x40000000, 0x80000000}, {0x880000000, 0x100000000}};
	static const uint64_t reserved[][2] = {{0x48000000, 0x1000}};
	const char *options;
	enum fdt_psci method;
	uint64_t a;
	uint64_t b;

	(void)state;
	load("virt");
	assert_ranges(fdt_memory_next, banks, 2);
	assert_ranges(fdt_memreserve_next, reserved, 1);
	assert_ranges(fdt_reserved_next, NULL, 0);
	assert_int_equal(fdt_initrd(tree, &a, &b, &err), 0);
	assert_int_equal(a, 0x48000000);
	assert_int_equal(b, 0x100000);
	assert_int_equal(fdt_psci_method(tree, &method, &err), 0);
	assert_int_equal(method, FDT_PSCI_SMC);
	assert_int_equal(fdt_stdout(tree, &options, &err), node_at("/pl011@9000000"));
	assert_string_equal(options, "115200n8");
	assert_cpu_reg("/intc@8000000", 1, 0x080a0000, 0xf60000);
	assert_int_equal(fdt_reg_cpu(tree, node_at("/intc@8000000"), 2, &a, &b, &err), -ENOENT);
	assert_cpu_reg("/intc@8000000/its@8080000", 0, 0x08080000, 0x20000);
	/* Through the I/O window of PCI. */
	assert_cpu_reg("/pcie@10000000/serial@0", 0, 0x3eff1000, 8);
	assert_int_equal(
		fdt_reg_cpu(tree, node_at("/pcie@10000000/memory-mapped@1"), 0, &a, &b, &err),
		-ENXIO);
	assert_irq("/pcie@10000000/serial@0", 0, 35, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/pl011@9000000", 0, 33, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/timer", 2, 27, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/timer", 3, 26, FDT_IRQ_LEVEL_HIGH);
	assert_true(fdt_is_compatible(tree, node_at("/pl011@9000000"), "arm,primecell"));
	assert_false(fdt_is_compatible(tree, node_at("/timer"), "arm,pl011"));
	assert_string_equal(err.text, "");
}

static void test_virt_cpus(void **state)
{
	static const uint64_t mpidr[] = {0, 1, 0x100, 0x101};
	struct fdt_cpu cpu;
	size_t n = 0;

	(void)state;
	load("virt");
	fdt_for_each_cpu(tree, &cpu) {
		assert_true(n < 4);
		assert_int_equal(cpu.mpidr, mpidr[n]);
		assert_int_equal(cpu.usable, n != 2);
		if (n < 2) {
			assert_string_equal(cpu.enable_method, "psci");
		} else {
			assert_null(cpu.enable_method);
		}
		n++;
	}
	assert_int_equal(n, 4);
}

static void test_soc(void **state)
{
	static const uint64_t banks[][2] = {
		{0x00200000, 0x08200000}, {0x09400000, 0xe6c00000}, {0x1f0000000, 0x10000000}};
	static const uint64_t reserved[][2] = {
		{0x08400000, 0x01000000}, {0x00110000, 0xf0000}, {0x0a000000, 0x100000}};
	struct fdt_range r = FDT_RANGE_START;
	struct fdt_cpu cpu;
	const char *options;
	uint64_t a;
	uint64_t b;

	(void)state;
	load("soc");
	assert_ranges(fdt_memory_next, banks, 3);
	assert_ranges(fdt_reserved_next, reserved, 3);
	assert_int_equal(fdt_reserved_next(tree, &r, &err), 0);
	assert_true(r.no_map);
	assert_int_equal(fdt_reserved_next(tree, &r, &err), 0);
	assert_false(r.no_map);
	assert_int_equal(fdt_initrd(tree, &a, &b, &err), 0);
	assert_int_equal(a, 0x0a200000);
	assert_int_equal(fdt_stdout(tree, &options, &err),
			 node_at("/soc/bus@fe000000/serial@660000"));
	assert_string_equal(options, "");
	assert_true(fdt_cpu_first(tree, &cpu));
	assert_true(fdt_cpu_next(tree, &cpu));
	assert_int_equal(cpu.mpidr, 0x100000100);
	/* Bits that are no affinity: left out. */
	assert_false(fdt_cpu_next(tree, &cpu));
}

static void test_soc_buses(void **state)
{
	uint32_t value;
	uint64_t a;
	struct fdt_irq irq;

	(void)state;
	load("soc");
	assert_cpu_reg("/soc/bus@fe000000/serial@660000", 0, 0xfe660000, 0x100);
	assert_cpu_reg("/soc/bus@fe000000/far@2000040", 0, 0x400000040, 0x40);
	assert_int_equal(fdt_reg(tree, node_at("/soc/bus@fe000000/far@2000040"), 0, &a, NULL, &err),
			 0);
	assert_int_equal(a, 0x2000040);
	assert_int_equal(
		fdt_reg_cpu(tree, node_at("/soc/bus@fe000000/straddles@ffffe0"), 0, &a, NULL, &err),
		-ENXIO);
	assert_int_equal(fdt_reg_cpu(tree, node_at("/soc/bus@fe000000/gpio@740000/behind@3"), 0, &a,
				     NULL, &err),
			 -ENXIO);
	assert_int_equal(
		fdt_reg(tree, node_at("/soc/bus@fe000000/gpio@740000/behind@3"), 0, &a, NULL, &err),
		0);
	assert_int_equal(a, 3);
	assert_int_equal(fdt_prop_u32(tree, node_at("/soc/bus@fe000000/serial@660000"), "reg-shift",
				      &value, &err),
			 0);
	assert_int_equal(value, 2);

	assert_irq("/soc/bus@fe000000/serial@660000", 0, 150, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/soc/bus@fe000000/far@2000040", 1, 23, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/soc/bus@fe000000/far@2000040", 2, 4099, FDT_IRQ_EDGE_RISING);
	assert_int_equal(fdt_irq(tree, node_at("/soc/bus@fe000000/far@2000040"), 0, &irq, &err), 0);
	assert_int_equal(irq.controller, node_at("/soc/bus@fe000000/gpio@740000"));
	assert_int_equal(irq.count, 2);
	assert_int_equal(irq.cells[0], 5);
	assert_int_equal(fdt_irq(tree, node_at("/soc/bus@fe000000/far@2000040"), 3, &irq, &err),
			 -ENOENT);
	assert_int_equal(
		fdt_irq(tree, node_at("/soc/bus@fe000000/gpio@740000/behind@3"), 0, &irq, &err), 0);
	assert_int_equal(irq.controller, node_at("/soc/bus@fe000000/gpio@740000"));
	assert_int_equal(
		fdt_irq(tree, node_at("/soc/bus@fe000000/gpio@740000/behind@3"), 1, &irq, &err),
		-ENOENT);
	assert_int_equal(fdt_irq(tree, node_at("/cpus"), 0, &irq, &err), -ENOENT);
	assert_string_equal(err.text, "");
}

static void test_fvp(void **state)
{
	static const uint64_t banks[][2] = {{0x80000000, 0x80000000}, {0x880000000, 0x80000000}};
	const char *options;
	enum fdt_psci method;
	uint64_t a;
	uint64_t b;

	(void)state;
	load("fvp");
	assert_ranges(fdt_memory_next, banks, 2);
	assert_int_equal(fdt_psci_method(tree, &method, &err), 0);
	assert_int_equal(method, FDT_PSCI_HVC);
	assert_cpu_reg("/bus@8000000/serial@90000", 0, 0x1c090000, 0x1000);
	assert_irq("/bus@8000000/serial@90000", 0, 37, FDT_IRQ_LEVEL_HIGH);
	assert_int_equal(fdt_stdout(tree, &options, &err), node_at("/bus@8000000/serial@90000"));
	assert_string_equal(options, "9600");
	assert_int_equal(fdt_initrd(tree, &a, &b, &err), -ENOENT);
}

/* Interrupts that pass buses on their way: a bus that only has their form, a map, a PCI bridge with slots. */
static void test_interrupt_maps(void **state)
{
#define FPGA "/bus@8000000/motherboard-bus/iofpga-bus@300000000"
	struct fdt_irq irq;

	(void)state;
	load("fvp-revc");
	assert_irq(FPGA "/serial@90000", 0, 37, FDT_IRQ_LEVEL_HIGH);
	assert_irq(FPGA "/rtc@170000", 0, 36, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/bus@8000000/motherboard-bus/ethernet@202000000", 0, 47, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/pci@40000000/card@1,0", 0, 202, FDT_IRQ_LEVEL_HIGH);
	assert_irq("/interrupt-controller@2f000000", 0, 25, FDT_IRQ_LEVEL_HIGH);
	assert_int_equal(fdt_interrupt_parent(tree, node_at(FPGA "/rtc@170000")),
			 node_at("/bus@8000000/motherboard-bus"));
	assert_int_equal(fdt_irq(tree, node_at(FPGA "/serial@90000"), 1, &irq, &err), -ENOENT);
	assert_string_equal(err.text, "");
	assert_int_equal(fdt_irq(tree, node_at(FPGA "/watchdog@f0000"), 0, &irq, &err), -EINVAL);
	assert_error(
		"watchdog@f0000: interrupts: an interrupt is not in the interrupt-map above it");
	assert_int_equal(fdt_irq(tree, node_at("/pci@40000000/card@2,0"), 0, &irq, &err), -EINVAL);
	assert_error("/pci@40000000/card@2,0: interrupts: an interrupt is not in");
#undef FPGA
}

static void test_bare(void **state)
{
	enum fdt_psci method;
	struct fdt_cpu cpu;
	uint64_t a;
	uint64_t b;

	(void)state;
	load("bare");
	assert_null(fdt_verify(tree, tree_size));
	assert_ranges(fdt_memory_next, NULL, 0);
	assert_ranges(fdt_reserved_next, NULL, 0);
	assert_ranges(fdt_memreserve_next, NULL, 0);
	assert_false(fdt_cpu_first(tree, &cpu));
	assert_int_equal(fdt_psci_method(tree, &method, &err), -ENOENT);
	assert_int_equal(fdt_stdout(tree, NULL, &err), -ENOENT);
	assert_int_equal(fdt_initrd(tree, &a, &b, &err), -ENOENT);
	assert_int_equal(fdt_interrupt_parent(tree, 0), -ENOENT);
	assert_int_equal(fdt_reg(tree, 0, 0, &a, &b, &err), -ENOENT);
	assert_string_equal(err.text, "");
}

/* The line names node and property. */
static void test_malformed_memory(void **state)
{
	struct fdt_range r = FDT_RANGE_START;

	(void)state;
	load("malformed");
	assert_null(fdt_verify(tree, tree_size));
	assert_int_equal(fdt_memory_next(tree, &r, &err), -EINVAL);
	assert_error("devicetree: /memory@40000000: reg: 12 bytes long, not a multiple of 16");
	assert_int_equal(fdt_memory_next(tree, &r, &err), -EINVAL);
	assert_error("/memory@50000000: reg: missing");
	assert_int_equal(fdt_memory_next(tree, &r, &err), -EINVAL);
	assert_error("/memory@60000000: reg: 0xfffffffffffff000 + 0x2000 is beyond 64 bits");
	assert_int_equal(fdt_memory_next(tree, &r, &err), 0);
	assert_int_equal(r.base, 0x70000000);
	assert_int_equal(fdt_memory_next(tree, &r, &err), -ENOENT);

	r = FDT_RANGE_START;
	assert_int_equal(fdt_reserved_next(tree, &r, &err), -EINVAL);
	assert_error("/reserved-memory: #address-cells");
	assert_int_equal(fdt_reserved_next(tree, &r, &err), -ENOENT);
	r = FDT_RANGE_START;
	assert_int_equal(fdt_memreserve_next(tree, &r, &err), -EINVAL);
	assert_error("/memreserve/");
	assert_int_equal(fdt_memreserve_next(tree, &r, &err), -ENOENT);
}

static void test_malformed_rest(void **state)
{
	enum fdt_psci method;
	struct fdt_cpu cpu;
	uint32_t u32;
	uint64_t a;
	uint64_t b;
	int numbers;

	(void)state;
	load("malformed");
	assert_int_equal(fdt_psci_method(tree, &method, &err), -EINVAL);
	assert_error("/psci: method");
	assert_int_equal(fdt_stdout(tree, NULL, &err), -EINVAL);
	assert_error("/chosen: stdout-path: \"serial7:115200\" names no node");
	assert_int_equal(fdt_initrd(tree, &a, &b, &err), -EINVAL);
	assert_error("/chosen: linux,initrd-end: 0x48000000 is not above");
	assert_false(fdt_cpu_first(tree, &cpu));
	assert_int_equal(fdt_reg_cpu(tree, node_at("/bus/device"), 0, &a, &b, &err), -EINVAL);
	assert_error("/bus: ranges: 12 bytes long, not a multiple of 16");
	assert_int_equal(fdt_reg_cpu(tree, node_at("/wrapping-bus/device"), 0, &a, &b, &err),
			 -EINVAL);
	assert_error("/wrapping-bus: ranges");

	numbers = node_at("/numbers");
	assert_int_equal(fdt_prop_u32(tree, numbers, "three-bytes", &u32, &err), -EINVAL);
	assert_error("/numbers: three-bytes: 3 bytes long, must be 4 to 4");
	assert_int_equal(fdt_prop_u32(tree, numbers, "two-cells", &u32, NULL), -EINVAL);
	assert_int_equal(fdt_prop_u64(tree, numbers, "two-cells", &a, &err), 0);
	assert_int_equal(a, 0x100000002);
	assert_int_equal(fdt_prop_u64(tree, numbers, "three-cells", &a, &err), -EINVAL);
	assert_int_equal(fdt_prop_u32(tree, numbers, "none", &u32, &err), -ENOENT);
	assert_null(fdt_prop_string(tree, numbers, "no-end"));
	assert_null(fdt_prop_string(tree, numbers, "none"));
	assert_false(fdt_is_available(tree, numbers));
}

static void test_malformed_interrupts(void **state)
{
	static const struct {
		const char *path;
		const char *text;
	} cases[] = {
		{"/orphan", "/orphan: interrupts: no interrupt controller"},
		{"/short", "/short: interrupts: 8 bytes long, not a multiple of 12"},
		{"/dangling", "/dangling: interrupts: no interrupt controller"},
		{"/cut", "/cut: interrupts-extended: ends within an entry"},
		{"/strays",
		 "/strays: interrupts-extended: no interrupt controller has phandle 0x1234"},
		{"/to-mute", "/to-mute: interrupts-extended: no interrupt controller"},
		{"/to-greedy", "/to-greedy: interrupts-extended: no interrupt controller"},
		{"/cut-map/device", "/cut-map: interrupt-map: an entry names no"},
		{"/stray-map/device", "/stray-map: interrupt-map: an entry names no"},
		{"/circle-map/device", "/circle-map/device: interrupts: no interrupt controller"},
		{"/short-map/device", "/short-map/device: interrupts: an interrupt is not in"},
		{"/second", "/second: interrupts: no interrupt controller"},
	};
	struct fdt_irq irq;
	uint32_t intid;
	uint32_t flags;

	(void)state;
	load("malformed");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(fdt_irq(tree, node_at(cases[i].path), 0, &irq, &err), -EINVAL);
		assert_error(cases[i].text);
	}
	assert_int_equal(fdt_irq_gic(&(struct fdt_irq){.count = 2}, &intid, &flags), -EINVAL);
	assert_int_equal(
		fdt_irq_gic(&(struct fdt_irq){.count = 3, .cells = {4, 0, 4}}, &intid, &flags),
		-EINVAL);
	assert_int_equal(
		fdt_irq_gic(&(struct fdt_irq){.count = 3, .cells = {1, 16, 4}}, &intid, &flags),
		-EINVAL);
	assert_int_equal(
		fdt_irq_gic(&(struct fdt_irq){.count = 3, .cells = {0, 988, 4}}, &intid, &flags),
		-EINVAL);
	assert_int_equal(
		fdt_irq_gic(&(struct fdt_irq){.count = 3, .cells = {0, 987, 4}}, &intid, &flags),
		0);
	assert_int_equal(intid, 1019);
}

/* What is remembered is what libfdt says, asked for the first time and again, in any order. */
static void test_fixed(void **state)
{
	const char *options = NULL;
	int last = 0;
	int stdout_node;

	(void)state;
	load("soc");
	stdout_node = fdt_stdout(tree, NULL, NULL);
	assert_true(stdout_node > 0);
	fdt_fixed(tree);
	for (unsigned int turn = 0; turn < 3; turn++) {
		for (int node = 0; node >= 0; node = fdt_next_node(tree, node, NULL)) {
			uint32_t phandle = fdt_get_phandle(tree, node);

			assert_int_equal(fdt_parent(tree, node), fdt_parent_offset(tree, node));
			if (phandle != 0U) {
				assert_int_equal(fdt_by_phandle(tree, phandle), node);
			}
			last = node;
		}
		assert_int_equal(fdt_by_phandle(tree, 0x7fffU), -FDT_ERR_NOTFOUND);
		assert_int_equal(fdt_stdout(tree, &options, &err), stdout_node);
		assert_non_null(options);
	}
	assert_true(fdt_parent(tree, last + 1) < 0);
	fdt_fixed(NULL);
}

/* Definitions of VMs, with phandles and memory of their own, are not the machine's, though they come first. */
static void test_definitions(void **state)
{
	static const uint64_t banks[][2] = {{0x40000000, 0x80000000}, {0x880000000, 0x100000000}};
	static const char *const path[] = {"zvm", "vms", "linux", "memory"};
	uint32_t gic;
	int node = 0;

	(void)state;
	load("virt");
	gic = fdt_get_phandle(tree, node_at("/intc@8000000"));
	tree = realloc(tree, tree_size + 1024U);
	assert_int_equal(fdt_open_into(tree, tree, (int)tree_size + 1024), 0);
	for (unsigned int i = 0; i < 4; i++) {
		node = fdt_add_subnode(tree, node, path[i]);
		assert_true(node > 0);
		assert_int_equal(fdt_setprop_u32(tree, node, "phandle", gic), 0);
	}
	assert_int_equal(fdt_setprop_string(tree, node, "device_type", "memory"), 0);
	assert_int_equal(fdt_setprop_u64(tree, node, "reg", 0), 0);
	assert_true(node_at("/zvm") < node_at("/intc@8000000"));
	assert_ranges(fdt_memory_next, banks, 2);
	assert_int_equal(fdt_by_phandle(tree, gic), node_at("/intc@8000000"));
	assert_irq("/pl011@9000000", 0, 33, FDT_IRQ_LEVEL_HIGH);
}

static int free_tree(void **state)
{
	(void)state;
	free(tree);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_verify_cut),
		cmocka_unit_test(test_lengths_that_wrap),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_virt),
		cmocka_unit_test(test_virt_cpus),
		cmocka_unit_test(test_soc),
		cmocka_unit_test(test_soc_buses),
		cmocka_unit_test(test_fvp),
		cmocka_unit_test(test_bare),
		cmocka_unit_test(test_malformed_memory),
		cmocka_unit_test(test_malformed_rest),
		cmocka_unit_test(test_malformed_interrupts),
		cmocka_unit_test(test_interrupt_maps),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, free_tree);
}
