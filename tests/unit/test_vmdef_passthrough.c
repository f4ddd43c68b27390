/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices of the host in VM definitions: what is read, and each way to be refused, with its line.
 */
#include "host_dtb.h"
#include "hyp/stage2.h"
#include "hyp/vm_smc.h"
#include "hyp/vmdef.h"
#include "vmdef_host.h"

unsigned int stage2_ipa_bits(void)
{
	return 40U;
}

bool vm_smc_possible(void)
{
	return false;
}

int mem_foreign(uint64_t base, uint64_t size)
{
	(void)base;
	(void)size;
	return 0;
}

/* ---- definitions --------------------------------------------------------------------------- */

static uint64_t tree[1024];
static struct vm_config config;
static struct vm_error error;

static int node_at(const char *path)
{
	int node = fdt_path_offset(tree, path);

	assert_true(node >= 0);
	return node;
}

static void flag(const char *path, const char *prop)
{
	assert_int_equal(fdt_setprop(tree, node_at(path), prop, NULL, 0), 0);
}

static void cell(const char *path, const char *prop, uint32_t value)
{
	assert_int_equal(fdt_setprop_u32(tree, node_at(path), prop, value), 0);
}

static void reg(const char *path, uint64_t base, uint64_t size)
{
	fdt64_t both[] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	assert_int_equal(fdt_setprop(tree, node_at(path), "reg", both, sizeof(both)), 0);
}

/* A device, with a name of one letter. */
static void device(const char *name, const char *prop, const char *value)
{
	int node = fdt_add_subnode(tree, node_at("/devices"), name);

	assert_true(node >= 0);
	assert_int_equal(fdt_setprop_string(tree, node, prop, value), 0);
}

/* A definition with one device of the host, "d", and no other. */
static void begin(const char *path)
{
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	assert_int_equal(fdt_setprop_string(tree, 0, "compatible", "zvm,vm-v1"), 0);
	assert_int_equal(fdt_setprop_string(tree, 0, "os", "raw"), 0);
	assert_int_equal(fdt_setprop_u32(tree, 0, "memory-mib", 16), 0);
	assert_int_equal(fdt_setprop_string(tree, 0, "kernel", "image"), 0);
	assert_true(fdt_add_subnode(tree, 0, "devices") >= 0);
	device("d", "passthrough", path);
}

static int read_it(void)
{
	error.text[0] = '\0';
	return vmdef_read("vms/x.dtb", tree, sizeof(tree), &config, &error);
}

static const struct vm_passthrough *host(const char *name)
{
	for (uint32_t i = 0; i < config.device_count; i++) {
		if (strcmp(config.device[i].name, name) == 0) {
			return &config.device[i].host;
		}
	}
	fail_msg("no device %s", name);
	return NULL;
}

static void good(void)
{
	if (read_it() != 0) {
		fail_msg("%s", error.text);
	}
}

static void refused(const char *line)
{
	char whole[VM_ERROR_TEXT];

	assert_int_equal(read_it(), -EINVAL);
	snprintf(whole, sizeof(whole), "vms/x.dtb: /devices/%s", line);
	assert_string_equal(error.text, whole);
}

/* ---- good ---------------------------------------------------------------------------------- */

static void test_as_it_is(void **state)
{
	(void)state;
	begin("/rtc@9010000");
	good();
	assert_int_equal(host("d")->node, host_node("/rtc@9010000"));
	assert_int_equal(host("d")->range_count, 1);
	assert_int_equal(host("d")->range[0].ipa, 0x9010000);
	assert_int_equal(host("d")->range[0].hpa, 0x9010000);
	assert_int_equal(host("d")->range[0].size, 0x1000);
	assert_int_equal(host("d")->irq_count, 1);
	assert_int_equal(host("d")->irq[0].host, 34);
	assert_int_equal(host("d")->irq[0].guest, 34);
	assert_int_equal(host("d")->irq[0].flags, IRQ_TYPE_LEVEL);
	assert_int_equal(host("d")->silence, 0x9010010);
	assert_false(host("d")->silence_byte);
	begin("rtc");
	good();
	assert_int_equal(host("d")->node, host_node("/rtc@9010000"));
}

static void test_elsewhere(void **state)
{
	(void)state;
	begin("/rtc@9010000");
	reg("/devices/d", 0x20000000, 0x1000);
	cell("/devices/d", "irq", 40);
	good();
	assert_int_equal(host("d")->range[0].ipa, 0x20000000);
	assert_int_equal(host("d")->range[0].hpa, 0x9010000);
	assert_int_equal(host("d")->irq[0].guest, 40);
	assert_int_equal(host("d")->irq[0].host, 34);
	/* Behind a bus, which may be an alias. */
	begin("/bus/high@1000");
	good();
	begin("high/high@1000");
	good();
	assert_int_equal(host("d")->range[0].hpa, 0x100001000);
}

static void test_more_of_them(void **state)
{
	(void)state;
	begin("/wide@9060000");
	flag("/devices/d", "no-dma");
	device("u", "compatible", "arm,pl011");
	good();
	assert_int_equal(host("d")->range_count, 2);
	assert_int_equal(host("d")->range[1].hpa, 0x9062000);
	assert_int_equal(host("d")->range[1].size, 0x2000);
	assert_int_equal(host("d")->irq_count, 2);
	assert_int_equal(host("d")->irq[0].guest, 42);
	/* 333 is none that a guest has. */
	assert_int_equal(host("d")->irq[1].host, 333);
	assert_int_equal(host("d")->irq[1].guest, 287);
	assert_int_equal(host("d")->silence, 0);
}

/* As many interrupts as there may be, beside others to be told apart from. */
static void test_four_interrupts(void **state)
{
	(void)state;
	begin("/fourirqs@9190000");
	device("e", "passthrough", "/rtc@9010000");
	device("u", "compatible", "arm,pl011");
	good();
	assert_int_equal(host("d")->irq_count, 4);
	assert_int_equal(host("d")->irq[3].guest, 95);
}

/* The host's number is another device's in the guest: then one that is left. */
static void test_number_is_taken(void **state)
{
	(void)state;
	begin("/rtc@9010000");
	device("u", "compatible", "arm,pl011");
	cell("/devices/u", "irq", 34);
	device("v", "compatible", "arm,pl011");
	cell("/devices/v", "irq", 287);
	reg("/devices/v", 0x20000000, 0x1000);
	good();
	assert_int_equal(host("d")->irq[0].guest, 286);
	cell("/devices/d", "irq", 287);
	assert_int_equal(read_it(), -EINVAL);
	assert_non_null(strstr(error.text, "287 is /devices/"));
}

static void test_uarts(void **state)
{
	(void)state;
	begin("/uart@9040000");
	cell("/devices/d", "clock-frequency", 24000000);
	good();
	assert_int_equal(host("d")->clock, 24000000);
	assert_int_equal(host("d")->irq[0].flags, IRQ_TYPE_EDGE);
	assert_int_equal(host("d")->silence, 0x9040004);
	assert_false(host("d")->silence_byte);
	begin("/uart@9050000");
	flag("/devices/d", "shared-pages");
	good();
	assert_int_equal(host("d")->silence, 0x9050001);
	assert_true(host("d")->silence_byte);
}

static void test_two_in_a_page(void **state)
{
	(void)state;
	begin("/left@9080000");
	refused("d: passthrough: '/left@9080000': 0x9080000 + 0x100 is no whole page: say "
		"shared-pages if the guest may have all of it");
	flag("/devices/d", "shared-pages");
	good();
	device("e", "passthrough", "/right@9080100");
	flag("/devices/e", "shared-pages");
	good();
	assert_int_equal(config.device_count, 2);
	/* Not at two places, as they are one page. */
	reg("/devices/e", 0x20000100, 0x100);
	good();
	reg("/devices/e", 0x9080200, 0x100);
	assert_int_equal(read_it(), -EINVAL);
}

/* ---- refused ------------------------------------------------------------------------------- */

static void test_which(void **state)
{
	static const struct {
		const char *path;
		const char *line;
	} cases[] = {
		{"/nowhere", "is not in this machine's devicetree"},
		{"noalias", "is not in this machine's devicetree"},
		{"loop", "is not in this machine's devicetree"},
		{"open", "is not in this machine's devicetree"},
		{"/", "is not in this machine's devicetree"},
		{"", "is not in this machine's devicetree"},
		{"/bare", "is no device: its node has no compatible"},
		{"/off@90a0000", "is disabled in this machine's devicetree (status)"},
		{"/bus", "is a bus (ranges): name the devices on it"},
		{"/console@9000000", "is the host's: the console"},
		{"/used@9070100", "is the host's: a device that is in use"},
		{"/noregs", "has no registers"},
		{"/wires/chip@50", "is on a bus that has no way to it for CPUs (ranges)"},
		{"/manyregs@9160000", "has more than 4 ranges of registers"},
		{"/manyirqs@9170000", "has more than 4 interrupts"},
		{"/irqother@9140000",
		 "has an interrupt that goes to another controller than the GIC"},
		{"/irqnone@9120000", "has an interrupt that is none of a GIC's (interrupts)"},
		{"/uart@9040000", "has clocks that stay with the host: say clock-frequency = <Hz>"},
		{"/clockcells@9150000",
		 "has clocks that stay with the host: say clock-frequency = <Hz>"},
		{"/wide@9060000",
		 "may do DMA: say memory-map = \"direct\", or no-dma if it does none"},
	};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(cases[i].path);
		snprintf(line, sizeof(line), "d: passthrough: '%s' %s", cases[i].path,
			 cases[i].line);
		refused(line);
	}
}

static void test_registers(void **state)
{
	(void)state;
	begin("/cells@90b0000");
	refused("d: passthrough: devicetree: /cells@90b0000: reg: 12 bytes long, not a multiple "
		"of 16");
	begin("/wraps@90c0000");
	refused("d: passthrough: devicetree: /wraps@90c0000: reg: 0xfffffffffffff000 + 0x1000 is "
		"beyond 64 bits");
	begin("/far@90d0000");
	refused("d: passthrough: '/far@90d0000': registers at 0xfffffffffffff000 + 0xfff in reg");
	begin("/empty@90e0000");
	refused("d: passthrough: '/empty@90e0000': registers at 0x90e0000 + 0x0 in reg");
	begin("/ram@50000000");
	refused("d: passthrough: '/ram@50000000': 0x50000000 + 0x1000 is RAM, no device's "
		"registers");
}

static void test_interrupts(void **state)
{
	(void)state;
	begin("/irqcells@90f0000");
	refused("d: passthrough: devicetree: /irqcells@90f0000: interrupts: 8 bytes long, not a "
		"multiple of 12");
	begin("/irqfar@9110000");
	refused("d: passthrough: '/irqfar@9110000': interrupt 532: this GIC has them up to 351");
	begin("/irqown@9130000");
	refused("d: passthrough: '/irqown@9130000': interrupt 21 belongs to each CPU, not to a "
		"device");
	begin("/rtc@9010000");
	cell("/devices/d", "irq", 31);
	refused("d: irq: 31: must be an INTID from 32 to 287");
	begin("/wide@9060000");
	flag("/devices/d", "no-dma");
	cell("/devices/d", "irq", 40);
	refused("d: irq: '/wide@9060000' has 2 interrupts, not one");
	begin("/near@9070000");
	cell("/devices/d", "irq", 40);
	flag("/devices/d", "shared-pages");
	refused("d: passthrough: '/near@9070000' shares a page with used@9070100, a device that is "
		"in use");
}

static void test_neighbours(void **state)
{
	(void)state;
	/* The other one's word counts as little as this one's. */
	begin("/still@9090000");
	flag("/devices/d", "shared-pages");
	refused("d: passthrough: '/still@9090000' shares a page with disk@9090200, which may do "
		"DMA: memory-map = \"direct\", or no-dma");
	flag("/devices/d", "no-dma");
	good();
	begin("/still@9090000");
	flag("/devices/d", "shared-pages");
	assert_int_equal(fdt_setprop_string(tree, 0, "memory-map", "direct"), 0);
	good();
	begin("/disk@9090200");
	flag("/devices/d", "shared-pages");
	assert_int_equal(fdt_setprop_string(tree, 0, "memory-map", "direct"), 0);
	good();
	assert_int_equal(host("d")->silence, 0x9090270);
}

static void test_places(void **state)
{
	(void)state;
	begin("/rtc@9010000");
	reg("/devices/d", 0x9010000, 0x2000);
	refused("d: reg: the device has 0x9010000 + 0x1000: the same size and place in the page "
		"are wanted");
	reg("/devices/d", 0x9010800, 0x1000);
	refused("d: reg: the device has 0x9010000 + 0x1000: the same size and place in the page "
		"are wanted");
	reg("/devices/d", 0x40000000, 0x1000);
	refused("d: passthrough: overlaps RAM at 0x40000000; give it a range of its own");
	reg("/devices/d", 0x8000000, 0x1000);
	refused("d: passthrough: overlaps the GIC at 0x8000000; give it a range of its own");
	reg("/devices/d", UINT64_C(1) << 40, 0x1000);
	refused("d: passthrough: 0x10000000000: a guest's addresses have 40 bits");
	reg("/devices/d", 0xffffffffffff0000, 0x1000);
	refused("d: passthrough: 0xffffffffffff0000: a guest's addresses have 40 bits");
	begin("/wide@9060000");
	flag("/devices/d", "no-dma");
	reg("/devices/d", 0x9060000, 0x1000);
	refused("d: reg: '/wide@9060000' has 2 ranges of registers, not one");
}

static void test_twice(void **state)
{
	(void)state;
	begin("/rtc@9010000");
	device("e", "passthrough", "rtc");
	reg("/devices/e", 0x20000000, 0x1000);
	assert_int_equal(read_it(), -EINVAL);
	assert_non_null(strstr(error.text, " already"));
	begin("/gpio@9030000");
	device("e", "passthrough", "/twin@9180000");
	assert_int_equal(read_it(), -EINVAL);
	assert_non_null(strstr(error.text, "': interrupt 39 is that of /devices/"));
	begin("/rtc@9010000");
	device("e", "compatible", "arm,pl011");
	reg("/devices/e", 0x9010000, 0x1000);
	assert_int_equal(read_it(), -EINVAL);
	assert_non_null(strstr(error.text, "at 0x9010000; give it a range of its own"));
}

static void test_properties(void **state)
{
	(void)state;
	begin("/rtc@9010000");
	cell("/devices/d", "shared-pages", 1);
	refused("d: shared-pages: takes no value");
	begin("/rtc@9010000");
	cell("/devices/d", "no-dma", 1);
	refused("d: no-dma: takes no value");
	begin("/rtc@9010000");
	flag("/devices/d", "clock-frequency");
	refused("d: clock-frequency: must be one number, <n>");
	begin("/rtc@9010000");
	cell("/devices/d", "passthrough", 1);
	refused("d: passthrough: must be one string, \"...\"");
	begin("/rtc@9010000");
	flag("/devices/d", "compatible");
	refused("d: compatible: unknown property");
	begin("/rtc@9010000");
	device("e", "compatible", "arm,pl011");
	flag("/devices/e", "no-dma");
	refused("e: no-dma: unknown property");
}

/* Damage in the machine's own devicetree: an answer, and no access outside. */
static void test_damage(void **state)
{
	static uint64_t whole[4096];
	size_t size = fdt_totalsize(host_tree);
	unsigned int refusals = 0;

	(void)state;
	(void)unit_random_start();
	memcpy(whole, host_tree, sizeof(whole));
	begin("/wide@9060000");
	flag("/devices/d", "no-dma");
	for (int round = 0; round < 3000; round++) {
		uint8_t *bytes = (uint8_t *)host_tree;

		memcpy(host_tree, whole, sizeof(whole));
		for (uint64_t n = 1 + unit_below(8); n != 0; n--) {
			bytes[unit_below(size)] = (uint8_t)unit_random();
		}
		/* What is not a tree is refused at boot; the fakes look for these. */
		if (fdt_verify(host_tree, size) != NULL ||
		    fdt_path_offset(host_tree, "/console@9000000") < 0 ||
		    fdt_path_offset(host_tree, "/used@9070100") < 0 ||
		    fdt_path_offset(host_tree, "/intc@8000000") < 0) {
			continue;
		}
		fdt_fixed(NULL);
		refusals += read_it() != 0 ? 1U : 0U;
	}
	assert_true(refusals > 0U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_as_it_is, host_setup),
		cmocka_unit_test_setup(test_elsewhere, host_setup),
		cmocka_unit_test_setup(test_more_of_them, host_setup),
		cmocka_unit_test_setup(test_four_interrupts, host_setup),
		cmocka_unit_test_setup(test_number_is_taken, host_setup),
		cmocka_unit_test_setup(test_uarts, host_setup),
		cmocka_unit_test_setup(test_two_in_a_page, host_setup),
		cmocka_unit_test_setup(test_which, host_setup),
		cmocka_unit_test_setup(test_registers, host_setup),
		cmocka_unit_test_setup(test_interrupts, host_setup),
		cmocka_unit_test_setup(test_neighbours, host_setup),
		cmocka_unit_test_setup(test_places, host_setup),
		cmocka_unit_test_setup(test_twice, host_setup),
		cmocka_unit_test_setup(test_properties, host_setup),
		cmocka_unit_test_setup(test_damage, host_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
