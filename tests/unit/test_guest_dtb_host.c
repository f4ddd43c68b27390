/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes of the host's devices in a guest's devicetree, read back with libfdt.
 */
#include "host_dtb.h"
#include "hyp/guest_dtb_host.h"

static struct vm_config config;
static uint64_t tree[1024];
static struct fdt_error fdt_err;

static struct vm_passthrough *add(const char *path, uint64_t address, uint32_t irq)
{
	struct vm_device_def *d = &config.device[config.device_count++];

	*d = (struct vm_device_def){.name = path,
				    .host = {.path = path,
					     .node = host_node(path),
					     .range_count = 1,
					     .irq_count = irq != 0 ? 1 : 0,
					     .range = {{address, 0x1, 0x1000}},
					     .irq = {{irq, 99, IRQ_TYPE_LEVEL}}}};
	return &d->host;
}

static int start(void **state)
{
	memset(&config, 0, sizeof(config));
	return host_setup(state);
}

/* As guest_dtb.c does, with or without the nodes. @return bytes */
static size_t build(bool with)
{
	memset(tree, 0xa5, sizeof(tree));
	assert_int_equal(fdt_create_with_flags(tree, sizeof(tree), FDT_CREATE_FLAG_NO_NAME_DEDUP),
			 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", 2), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 2), 0);
	if (with) {
		assert_int_equal(guest_dtb_host_write(&config, tree), 0);
	}
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_finish(tree), 0);
	assert_null(fdt_verify(tree, fdt_totalsize(tree)));
	return fdt_totalsize(tree);
}

/* @return bytes of the nodes */
static size_t make(void)
{
	size_t without = build(false);
	size_t size = build(true) - without;

	assert_true(size <= guest_dtb_host_room(&config));
	return size;
}

static int node_at(const char *path)
{
	int node = fdt_path_offset(tree, path);

	if (node < 0) {
		fail_msg("%s: %s", path, fdt_strerror(node));
	}
	return node;
}

static bool has(const char *path, const char *prop)
{
	return fdt_getprop(tree, node_at(path), prop, NULL) != NULL;
}

static uint32_t number(const char *path, const char *prop)
{
	uint32_t value = 0;

	assert_int_equal(fdt_prop_u32(tree, node_at(path), prop, &value, &fdt_err), 0);
	return value;
}

/* The frequency of the n-th clock of a device, all of which are fixed ones. */
static uint32_t clock_of(const char *path, int n)
{
	int len;
	const fdt32_t *p = fdt_getprop(tree, node_at(path), "clocks", &len);
	uint32_t hz = 0;
	int node;

	assert_non_null(p);
	assert_true(n < len / 4);
	node = fdt_node_offset_by_phandle(tree, fdt32_ld(&p[n]));
	assert_true(node >= 0 && fdt_is_compatible(tree, node, "fixed-clock"));
	assert_int_equal(fdt_prop_u32(tree, node, "#clock-cells", &hz, NULL), 0);
	assert_int_equal(hz, 0);
	assert_int_equal(fdt_prop_u32(tree, node, "clock-frequency", &hz, NULL), 0);
	return hz;
}

static void test_place(void **state)
{
	uint64_t base, size;
	struct fdt_irq irq;
	int len;
	const fdt32_t *p;

	(void)state;
	add("/rtc@9010000", 0x20000000, 40);
	make();
	assert_int_equal(fdt_reg_cpu(tree, node_at("/rtc@20000000"), 0, &base, &size, &fdt_err), 0);
	assert_int_equal(base, 0x20000000);
	assert_int_equal(size, 0x1000);
	p = fdt_getprop(tree, node_at("/rtc@20000000"), "interrupts", &len);
	assert_int_equal(len, 12);
	irq = (struct fdt_irq){.count = 3,
			       .cells = {fdt32_ld(p), fdt32_ld(p + 1), fdt32_ld(p + 2)}};
	assert_int_equal(fdt_irq_gic(&irq, (uint32_t *)&len, &irq.cells[3]), 0);
	assert_int_equal(len, 40);
	assert_int_equal(irq.cells[3], FDT_IRQ_LEVEL_HIGH);
	assert_true(fdt_is_compatible(tree, node_at("/rtc@20000000"), "arm,pl031"));
	assert_true(fdt_is_compatible(tree, node_at("/rtc@20000000"), "arm,primecell"));
}

/* Its own word, the bus's, or nobody's. */
static void test_coherent(void **state)
{
	(void)state;
	add("/disk@9090200", 0x9090200, 40);
	add("/bus/high@1000", 0x100001000, 41);
	add("/rtc@9010000", 0x9010000, 42);
	make();
	assert_true(has("/disk@9090200", "dma-coherent"));
	assert_true(has("/high@100001000", "dma-coherent"));
	assert_false(has("/rtc@9010000", "dma-coherent"));
}

static void test_properties(void **state)
{
	static const char *const left_out[] = {"interrupt-map", "pinctrl-0", "pinctrl-names",
					       "dmas",          "dma-names", "vcc-supply",
					       "status"};
	const char *gpio = "/gpio@9030000";

	(void)state;
	add(gpio, 0x9030000, 39);
	make();
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		assert_false(has(gpio, left_out[i]));
	}
	assert_true(has(gpio, "gpio-controller"));
	assert_int_equal(number(gpio, "#gpio-cells"), 2);
	assert_int_equal(number(gpio, "phandle"),
			 fdt_get_phandle(host_tree, host_node("/gpio@9030000")));
}

/* A reference stays if what it names is the guest's as well. */
static void test_references(void **state)
{
	(void)state;
	add("/uart@9040000", 0x9040000, 40)->clock = 24000000;
	make();
	assert_false(has("/uart@9040000", "reset-gpios"));
	assert_false(has("/uart@9040000", "resets"));
	assert_false(has("/uart@9040000", "reset-names"));
	assert_int_equal(number("/uart@9040000", "reg-shift"), 2);
	add("/gpio@9030000", 0x9030000, 39);
	make();
	assert_true(has("/uart@9040000", "reset-gpios"));
	assert_false(has("/uart@9040000", "resets"));
}

static void test_fixed_clocks(void **state)
{
	int count = 0;
	int node;

	(void)state;
	add("/gpio@9030000", 0x9030000, 39);
	add("/rtc@9010000", 0x9010000, 34);
	make();
	assert_int_equal(clock_of("/gpio@9030000", 0), 24000000);
	assert_int_equal(clock_of("/gpio@9030000", 1), 32768);
	assert_int_equal(clock_of("/gpio@9030000", 2), 24000000);
	assert_int_equal(clock_of("/rtc@9010000", 0), 24000000);
	assert_true(has("/rtc@9010000", "clock-names"));
	/* Each once. */
	fdt_for_each_subnode(node, tree, 0) {
		count += fdt_is_compatible(tree, node, "fixed-clock") ? 1 : 0;
	}
	assert_int_equal(count, 2);
	assert_true(guest_dtb_host_clocks_known(&config.device[0].host));
}

static void test_other_clocks(void **state)
{
	struct vm_passthrough *p;

	(void)state;
	p = add("/uart@9040000", 0x9040000, 40);
	assert_false(guest_dtb_host_clocks_known(p));
	p->clock = 1843200;
	assert_true(guest_dtb_host_clocks_known(p));
	make();
	assert_int_equal(clock_of("/uart@9040000", 0), 1843200);
	assert_int_equal(clock_of("/uart@9040000", 1), 1843200);
	assert_false(has("/uart@9040000", "clock-frequency"));
	/* Without clocks, the property is what it is made of. */
	p = add("/uart@9050000", 0x9050000, 41);
	make();
	assert_int_equal(number("/uart@9050000", "clock-frequency"), 1843200);
	p->clock = 5000000;
	make();
	assert_int_equal(number("/uart@9050000", "clock-frequency"), 5000000);
	assert_false(has("/uart@9050000", "clocks"));
	/* An entry that ends too soon is none. */
	assert_false(guest_dtb_host_clocks_known(add("/clockcells@9150000", 0x9150000, 0)));
}

static void test_below(void **state)
{
	const char *leaf = "/wide@9060000/port@1/leaf";

	(void)state;
	add("/wide@9060000", 0x9060000, 42);
	make();
	assert_int_equal(number("/wide@9060000", "#address-cells"), 1);
	assert_int_equal(number("/wide@9060000", "#size-cells"), 0);
	assert_int_equal(number("/wide@9060000/port@1", "reg"), 1);
	assert_int_equal(number("/wide@9060000/port@2", "reg"), 2);
	assert_false(has("/wide@9060000/port@1", "interrupts"));
	assert_false(has("/wide@9060000/port@1", "clocks"));
	/* What is off there stays so. */
	assert_string_equal(fdt_prop_string(tree, node_at(leaf), "status"), "disabled");
	assert_int_equal(number(leaf, "clock-frequency"), 100);
	assert_false(has(leaf, "enable-gpios"));
	/* A clock for the device says nothing of what is below. */
	config.device[0].host.clock = 7;
	make();
	assert_int_equal(number(leaf, "clock-frequency"), 100);
}

static void test_uart(void **state)
{
	char path[64];

	(void)state;
	add("/rtc@9010000", 0x9010000, 34);
	assert_false(guest_dtb_host_uart(&config, path, sizeof(path)));
	add("/uart@9050000", 0x20000000, 41);
	assert_true(guest_dtb_host_uart(&config, path, sizeof(path)));
	assert_string_equal(path, "/uart@20000000");
	make();
	(void)node_at(path);
}

static void test_none(void **state)
{
	(void)state;
	config.device_count = 1;
	assert_int_equal(make(), 0);
	assert_int_equal(guest_dtb_host_room(&config), 0);
}

/* Damage in the machine's devicetree: nothing outside of it is looked at, and the room that was asked for is enough. */
static void test_damage(void **state)
{
	static const char *const paths[] = {"/gpio@9030000", "/uart@9040000", "/wide@9060000",
					    "/bus/high@1000"};
	static uint64_t whole[4096];
	size_t size = fdt_totalsize(host_tree);
	unsigned int written = 0;

	(void)state;
	(void)unit_random_start();
	memcpy(whole, host_tree, sizeof(whole));
	for (int round = 0; round < 3000; round++) {
		uint8_t *bytes = (uint8_t *)host_tree;

		memcpy(host_tree, whole, sizeof(whole));
		for (uint64_t n = 1 + unit_below(8); n != 0; n--) {
			bytes[unit_below(size)] = (uint8_t)unit_random();
		}
		fdt_fixed(NULL);
		memset(&config, 0, sizeof(config));
		if (fdt_verify(host_tree, size) != NULL) {
			continue;
		}
		for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
			if (fdt_path_offset(host_tree, paths[i]) > 0) {
				add(paths[i], 0x9000000 + 0x1000 * i, 40);
			}
		}
		make();
		written++;
	}
	assert_true(written > 0U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_place, start),
		cmocka_unit_test_setup(test_coherent, start),
		cmocka_unit_test_setup(test_properties, start),
		cmocka_unit_test_setup(test_references, start),
		cmocka_unit_test_setup(test_fixed_clocks, start),
		cmocka_unit_test_setup(test_other_clocks, start),
		cmocka_unit_test_setup(test_below, start),
		cmocka_unit_test_setup(test_uart, start),
		cmocka_unit_test_setup(test_none, start),
		cmocka_unit_test_setup(test_damage, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
