/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM definitions: a good one, then each way to be wrong, with its line.
 */
#include <errno.h>

#include "hyp/bundle.h"
#include "hyp/stage2.h"
#include "hyp/vdev.h"
#include "hyp/vm_smc.h"
#include "hyp/vmdef.h"
#include "hyp/vmdef_internal.h"
#include "kernel/cpu.h"
#include "kernel/mem.h"
#include "lib/fdt.h"
#include "unit.h"

#define MIB UINT64_C(0x100000)

/* ---- the machine --------------------------------------------------------------------------- */

uint32_t z_cpu_online;
static unsigned int ipa_bits;

bool vm_smc_possible(void)
{
	return true;
}

unsigned int arch_num_cpus(void)
{
	return (unsigned int)__builtin_popcount(z_cpu_online);
}

unsigned int stage2_ipa_bits(void)
{
	return ipa_bits;
}

int mem_foreign(uint64_t base, uint64_t size)
{
	if (base < 0x40000000 || base + size > 0x80000000) {
		return -ENXIO;
	}
	return base < 0x50000000 ? -EBUSY : 0;
}

int bundle_file(const char *path, struct vm_image *image)
{
	static const char data[] = "data";

	if (strcmp(path, "damaged") == 0) {
		return -EINVAL;
	}
	if (strcmp(path, "missing") == 0) {
		return -ENOENT;
	}
	*image = (struct vm_image){
		.data = data, .size = strcmp(path, "empty") == 0 ? 0U : 4U, .name = path};
	return 0;
}

static const struct vdev_driver drivers[] = {
	{.compatible = "arm,pl011", .base = 0x9000000, .size = 0x1000, .irq = 33},
	{.compatible = "arm,pl031", .base = 0x9010000, .size = 0x1000, .irq = 34},
	{.compatible = "x,placeless", .size = 0x200},
};

const struct vdev_driver *vdev_driver_find(const char *compatible)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strcmp(drivers[i].compatible, compatible) == 0) {
			return &drivers[i];
		}
	}
	return NULL;
}

/* The host's devices have a test of their own. */
int vmdef_read_passthrough(const struct vmdef_reader *r, struct vm_device_def *d)
{
	return vmdef_bad(r, d->node, "passthrough", "is not asked for here");
}

/* ---- definitions --------------------------------------------------------------------------- */

static uint64_t tree[2048];
static void *copy;
static struct vm_config config;
static struct vm_error error;

static int node_at(const char *path)
{
	int node = fdt_path_offset(tree, path);

	assert_true(node >= 0);
	return node;
}

static void set(const char *path, const char *prop, const void *value, int len)
{
	assert_int_equal(fdt_setprop(tree, node_at(path), prop, value, len), 0);
}

static void set_text(const char *path, const char *prop, const char *value)
{
	set(path, prop, value, (int)strlen(value) + 1);
}

static void set_cell(const char *path, const char *prop, uint32_t value)
{
	fdt32_t cell = cpu_to_fdt32(value);

	set(path, prop, &cell, 4);
}

static void set_pair(const char *path, const char *prop, uint64_t base, uint64_t size)
{
	fdt64_t both[] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	set(path, prop, both, sizeof(both));
}

static void set_cells(const char *prop, const uint32_t *values, size_t count)
{
	fdt32_t cells[16];

	for (size_t i = 0; i < count; i++) {
		cells[i] = cpu_to_fdt32(values[i]);
	}
	set("/", prop, cells, (int)(4 * count));
}

static void drop(const char *path, const char *prop)
{
	assert_int_equal(fdt_delprop(tree, node_at(path), prop), 0);
}

static void add_node(const char *path, const char *name)
{
	assert_true(fdt_add_subnode(tree, node_at(path), name) >= 0);
}

static void add_device(const char *name, const char *compatible)
{
	char path[64];

	add_node("/devices", name);
	snprintf(path, sizeof(path), "/devices/%s", name);
	set_text(path, "compatible", compatible);
}

static int start(void **state)
{
	(void)state;
	z_cpu_online = 0xf;
	ipa_bits = 40;
	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	/* New nodes and properties come first: the good definition's order does not matter. */
	add_node("/", "devices");
	add_device("uart0", "arm,pl011");
	set_text("/", "compatible", "zvm,vm-v1");
	set_text("/", "os", "linux");
	set_cell("/", "vcpus", 2);
	set_cell("/", "memory-mib", 256);
	set_text("/", "kernel", "linux/Image");
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(copy);
	copy = NULL;
	return 0;
}

/* In memory of exactly its size, so that ASan sees a read past it. */
static int read_as(const char *file)
{
	size_t size;

	assert_int_equal(fdt_pack(tree), 0);
	size = fdt_totalsize(tree);
	free(copy);
	copy = malloc(size);
	memcpy(copy, tree, size);
	assert_int_equal(fdt_open_into(tree, tree, sizeof(tree)), 0);
	error.text[0] = '\0';
	return vmdef_read(file, copy, size, &config, &error);
}

static void good(void)
{
	int rc = read_as("vms/linux.dtb");

	if (rc != 0) {
		fail_msg("%d: %s", rc, error.text);
	}
}

static void refused(const char *line)
{
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
	assert_string_equal(error.text, line);
}

#define ROOT "vms/linux.dtb: /: "

/* A definition in the host's devicetree: node and property are one path. */
static void refused_in_tree(const char *line)
{
	assert_int_equal(read_as("host devicetree: /zvm/vms/linux"), -EINVAL);
	assert_string_equal(error.text, line);
}

/* ---- good ---------------------------------------------------------------------------------- */

static void test_defaults(void **state)
{
	(void)state;
	good();
	assert_string_equal(config.name, "linux");
	assert_int_equal(config.os, VM_OS_LINUX);
	assert_int_equal(config.vcpus, 2);
	assert_int_equal(config.ram_base, 0x40000000);
	assert_int_equal(config.ram_size, 256 * MIB);
	assert_string_equal(config.kernel.name, "linux/Image");
	assert_int_equal(config.kernel.size, 4);
	assert_null(config.initrd.data);
	assert_null(config.dtb.data);
	assert_int_equal(config.kernel_load, 0x40000000);
	assert_string_equal(config.bootargs, "");
	assert_int_equal(config.priority, 10);
	assert_false(config.pinned || config.wfi_native || config.autostart);
	assert_int_equal(config.device_count, 1);
	assert_string_equal(config.device[0].name, "uart0");
	assert_int_equal(config.device[0].base, 0x9000000);
	assert_int_equal(config.device[0].size, 0x1000);
	assert_int_equal(config.device[0].irq, 33);
	drop("/", "vcpus");
	good();
	assert_int_equal(config.vcpus, 1);
}

static void test_everything(void **state)
{
	const uint32_t cpus[] = {3, 1};
	const uint32_t load[] = {0, 0x40200000};

	(void)state;
	set_text("/", "os", "raw");
	set_cells("kernel-load", load, 2);
	drop("/", "kernel");
	set_pair("/", "kernel-reg", 0x60000000, 0x1000000);
	set_text("/", "initrd", "linux/initrd");
	set_pair("/", "dtb-reg", 0x61000000, 0x1000);
	set_text("/", "bootargs", "console=ttyAMA0");
	set_cell("/", "priority", 0);
	set_cells("cpus", cpus, 2);
	set_text("/", "wfi", "native");
	set("/", "autostart", NULL, 0);
	set_cell("/", "#address-cells", 2);
	set_cell("/devices", "#size-cells", 2);
	add_device("uart1@9040000", "arm,pl011");
	set_pair("/devices/uart1@9040000", "reg", 0x9040000, 0x1000);
	set_cell("/devices/uart1@9040000", "irq", 40);
	add_device("rtc", "arm,pl031");
	good();
	assert_int_equal(config.os, VM_OS_RAW);
	assert_int_equal(config.kernel_load, 0x40200000);
	assert_ptr_equal(config.kernel.data, (void *)0x60000000);
	assert_int_equal(config.kernel.size, 0x1000000);
	assert_string_equal(config.kernel.name, "kernel-reg");
	assert_string_equal(config.initrd.name, "linux/initrd");
	assert_ptr_equal(config.dtb.data, (void *)0x61000000);
	assert_string_equal(config.bootargs, "console=ttyAMA0");
	assert_int_equal(config.priority, 0);
	assert_true(config.pinned && config.wfi_native && config.autostart);
	assert_int_equal(config.cpu[0], 3);
	assert_int_equal(config.cpu[1], 1);
	assert_int_equal(config.device_count, 3);
}

static void test_in_tree(void **state)
{
	(void)state;
	assert_int_equal(read_as("host devicetree: /zvm/vms/v1.2"), 0);
	assert_string_equal(config.name, "v1.2");
	set_cell("/", "vcpus", 9);
	refused_in_tree("host devicetree: /zvm/vms/linux: vcpus: 9: must be 1 to 8");
	set_cell("/", "vcpus", 1);
	set_cell("/devices/uart0", "irq", 1);
	refused_in_tree("host devicetree: /zvm/vms/linux/devices/uart0: irq: "
			"1: must be an INTID from 32 to 287");
}

/* ---- the file ------------------------------------------------------------------------------ */

static void test_not_a_tree(void **state)
{
	static const char junk[64] __attribute__((aligned(8))) = "junk";

	(void)state;
	assert_int_equal(vmdef_read("vms/x.dtb", junk, sizeof(junk), &config, &error), -EINVAL);
	assert_string_equal(error.text,
			    "vms/x.dtb: not a compiled devicetree; scripts/mkbundle makes one");
	assert_int_equal(vmdef_read("vms/x.dtb", junk, 3, &config, &error), -EINVAL);
	assert_int_equal(vmdef_read("vms/x.dtb", NULL, 0, &config, &error), -EINVAL);
	good();
	for (size_t size = 0; size < fdt_totalsize(copy); size++) {
		void *part = malloc(size + 1);

		memcpy(part, copy, size);
		part = realloc(part, size != 0 ? size : 1);
		assert_int_equal(vmdef_read("vms/x.dtb", part, size, &config, &error), -EINVAL);
		free(part);
	}
	assert_int_equal(read_as("vms/a-name-with-very-many-characters.dtb"), -EINVAL);
	assert_int_equal(read_as("vms/.dtb"), -EINVAL);
}

/* Damage anywhere: an answer, and no access outside. */
static void test_damage(void **state)
{
	size_t size;

	(void)state;
	(void)unit_random_start();
	set_pair("/", "initrd-reg", 0x60000000, 0x1000000);
	add_device("rtc", "arm,pl031");
	good();
	size = fdt_totalsize(copy);
	for (int round = 0; round < 20000; round++) {
		uint8_t *bad = malloc(size);

		memcpy(bad, copy, size);
		for (uint64_t n = 1 + unit_below(4); n != 0; n--) {
			bad[unit_below(size)] = (uint8_t)unit_random();
		}
		if (vmdef_read("vms/x.dtb", bad, size, &config, &error) != 0) {
			assert_true(strlen(error.text) > 0);
		}
		free(bad);
	}
}

/* ---- the root's properties ----------------------------------------------------------------- */

static void test_missing(void **state)
{
	(void)state;
	drop("/", "compatible");
	refused(ROOT "compatible: is missing");
	set_text("/", "compatible", "zvm,vm-v2");
	refused(ROOT "compatible: must be \"zvm,vm-v1\"");
	set_text("/", "compatible", "zvm,vm-v1");
	drop("/", "os");
	refused(ROOT "os: is missing");
	set_text("/", "os", "linux");
	drop("/", "memory-mib");
	refused(ROOT "memory-mib: is missing");
	set_cell("/", "memory-mib", 2);
	drop("/", "kernel");
	refused(ROOT "kernel: is missing, and so is kernel-reg");
}

static void test_unknown(void **state)
{
	(void)state;
	set_cell("/", "vcpu", 2);
	refused(ROOT "vcpu: unknown property");
	drop("/", "vcpu");
	add_node("/", "device");
	refused(ROOT "device: unknown node");
}

static void test_types(void **state)
{
	static const char *const strings[] = {"os", "bootargs", "wfi"};
	const char two[] = "one\0two";
	char line[160];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		(void)start(NULL);
		snprintf(line, sizeof(line), ROOT "%s: must be one string, \"...\"", strings[i]);
		set("/", strings[i], two, sizeof(two));
		refused(line);
		set("/", strings[i], "open", 4);
		refused(line);
		set("/", strings[i], NULL, 0);
		refused(line);
	}
	(void)start(NULL);
	set("/", "vcpus", "x", 2);
	refused(ROOT "vcpus: must be one number, <n>");
	(void)start(NULL);
	set("/", "memory-mib", NULL, 0);
	refused(ROOT "memory-mib: must be one number, <n>");
	(void)start(NULL);
	set_pair("/", "priority", 0, 10);
	refused(ROOT "priority: must be one number, <n>");
	(void)start(NULL);
	set_cell("/", "kernel-load", 0);
	refused(ROOT "kernel-load: must be one address, two cells");
	(void)start(NULL);
	set_cell("/", "initrd-reg", 0);
	refused(ROOT "initrd-reg: must be address and size, two cells each");
	(void)start(NULL);
	set_cell("/", "autostart", 1);
	refused(ROOT "autostart: takes no value");
	(void)start(NULL);
	set("/", "cpus", NULL, 0);
	refused(ROOT "cpus: must be a list of numbers, <n n ...>");
	set("/", "cpus", "abcde", 6);
	refused(ROOT "cpus: must be a list of numbers, <n n ...>");
	(void)start(NULL);
	set_cell("/", "#size-cells", 1);
	refused(ROOT "#size-cells: must be <2>");
}

static void test_values(void **state)
{
	(void)state;
	set_text("/", "os", "windows");
	refused(ROOT "os: 'windows': must be linux, zephyr or raw");
	set_text("/", "os", "zephyr");
	set_cell("/", "vcpus", 0);
	refused(ROOT "vcpus: 0: must be 1 to 8");
	set_cell("/", "vcpus", 9);
	refused(ROOT "vcpus: 9: must be 1 to 8");
	set_cell("/", "vcpus", 8);
	set_cell("/", "memory-mib", 0);
	refused(ROOT "memory-mib: 0: must be a multiple of 2, at least 2");
	set_cell("/", "memory-mib", 3);
	refused(ROOT "memory-mib: 3: must be a multiple of 2, at least 2");
	set_cell("/", "memory-mib", 0xfffffffe);
	refused(ROOT "memory-mib: 4294967294: more than a guest can address here");
	ipa_bits = 32;
	set_cell("/", "memory-mib", 3072);
	good();
	set_cell("/", "memory-mib", 3074);
	refused(ROOT "memory-mib: 3074: more than a guest can address here");
	set_cell("/", "memory-mib", 16);
	set_cell("/", "priority", (uint32_t)-1);
	refused(ROOT "priority: -1 would be a cooperative priority: must be 0 to 14");
	set_cell("/", "priority", 15);
	refused(ROOT "priority: 15: must be 0 to 14");
	set_cell("/", "priority", 14);
	set_text("/", "wfi", "never");
	refused(ROOT "wfi: 'never': must be trap or native");
	set_text("/", "wfi", "native");
	refused(ROOT "wfi: native is for pinned vCPUs: say cpus as well");
	set_text("/", "wfi", "trap");
	good();
}

static void test_long_bootargs(void **state)
{
	char args[2100];

	(void)state;
	memset(args, 'x', sizeof(args));
	args[2047] = '\0';
	set_text("/", "bootargs", args);
	good();
	args[2047] = 'x';
	args[2048] = '\0';
	set_text("/", "bootargs", args);
	refused(ROOT "bootargs: longer than 2047 characters");
}

static void test_cpus(void **state)
{
	const uint32_t cpus[] = {0, 1, 2, 3, 0, 1, 2, 3, 0};
	const uint32_t beyond[] = {0, 4};
	const uint32_t far[] = {0, 32};

	(void)state;
	set_cells("cpus", cpus, 1);
	refused(ROOT "cpus: 1 for 2 vCPUs: name one for each");
	set_cells("cpus", cpus, 9);
	refused(ROOT "cpus: 9 CPUs, at most 8: one per vCPU");
	set_cells("cpus", cpus, 8);
	good();
	assert_int_equal(config.cpu_count, 8);
	set_cells("cpus", beyond, 2);
	refused(ROOT "cpus: 4: this machine's CPUs are 0 to 3");
	set_cells("cpus", far, 2);
	refused(ROOT "cpus: 32: this machine's CPUs are 0 to 3");
}

static void test_images(void **state)
{
	(void)state;
	set_text("/", "kernel", "missing");
	assert_int_equal(read_as("vms/linux.dtb"), -ENOENT);
	assert_string_equal(error.text, ROOT "kernel: there is no 'missing' in the bundle");
	set_text("/", "kernel", "damaged");
	refused(ROOT "kernel: 'damaged': the bundle is damaged before it");
	set_text("/", "kernel", "empty");
	refused(ROOT "kernel: 'empty' is empty");
	set_text("/", "kernel", "linux/Image");
	/* What is quoted does nothing to the terminal. */
	set_text("/", "os", "a\nb\033[2J\177");
	refused(ROOT "os: 'a?b?[2J?': must be linux, zephyr or raw");
	set_text("/", "os", "linux");
	set_pair("/", "kernel-reg", 0x60000000, 0x1000);
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
	assert_non_null(strstr(error.text, "one of the two"));
	drop("/", "kernel");
	good();
	set_pair("/", "kernel-reg", 0x60000000, 0);
	refused(ROOT "kernel-reg: the size is 0");
	set_pair("/", "kernel-reg", 0xfffffffffffff000, 0x2000);
	refused(ROOT "kernel-reg: 0xfffffffffffff000 + 0x2000 is beyond 64 bits");
	set_pair("/", "kernel-reg", 0x7ffff000, 0x2000);
	refused(ROOT "kernel-reg: 0x7ffff000 + 0x2000 is not in this machine's RAM");
	set_pair("/", "kernel-reg", 0x60000000, 0x2000);
	set_pair("/", "initrd-reg", 0x60001fff, 0x2000);
	refused(ROOT "initrd-reg: overlaps kernel-reg");
	set_pair("/", "initrd-reg", 0x60002000, 0x2000);
	set_pair("/", "dtb-reg", 0x60003fff, 1);
	refused(ROOT "dtb-reg: overlaps initrd-reg");
	set_pair("/", "dtb-reg", 0x60004000, 1);
	good();
	drop("/", "initrd-reg");
	drop("/", "dtb-reg");
	set_pair("/", "kernel-reg", 0x4ffff000, 0x2000);
	refused(ROOT
		"kernel-reg: the host uses memory in 0x4ffff000 + 0x2000; leave the image elsewhere");
}

static void test_kernel_load(void **state)
{
	uint32_t load[] = {0, 0x40000000};

	(void)state;
	set_cells("kernel-load", load, 2);
	refused(ROOT "kernel-load: is for raw images, not for linux");
	set_text("/", "os", "zephyr");
	good();
	load[1] = 0x4ffffffc;
	set_cells("kernel-load", load, 2);
	good();
	load[1] = 0x50000000;
	set_cells("kernel-load", load, 2);
	refused(ROOT "kernel-load: 0x50000000: must be a multiple of 4 in guest RAM, "
		     "0x40000000 + 0x10000000");
	load[1] = 0x40000002;
	set_cells("kernel-load", load, 2);
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
	load[0] = 0xffffffff;
	set_cells("kernel-load", load, 2);
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
}

/* ---- devices ------------------------------------------------------------------------------- */

#define DEVICES "vms/linux.dtb: /devices"

static void test_device_properties(void **state)
{
	(void)state;
	set_cell("/devices", "size", 2);
	refused(DEVICES ": size: unknown property");
	drop("/devices", "size");
	set_cell("/devices", "#address-cells", 1);
	refused(DEVICES ": #address-cells: must be <2>");
	drop("/devices", "#address-cells");
	set_cell("/devices/uart0", "interrupts", 2);
	refused(DEVICES "/uart0: interrupts: unknown property");
	drop("/devices/uart0", "interrupts");
	add_node("/devices/uart0", "sub");
	refused(DEVICES "/uart0: sub: unknown node");
	assert_int_equal(fdt_del_node(tree, node_at("/devices/uart0/sub")), 0);
	drop("/devices/uart0", "compatible");
	refused(DEVICES "/uart0: compatible: is missing");
	set_text("/devices/uart0", "compatible", "arm,pl012");
	refused(DEVICES "/uart0: compatible: there is no virtual device 'arm,pl012'");
	set_text("/devices/uart0", "compatible", "x,placeless");
	refused(DEVICES "/uart0: reg: is missing; 'x,placeless' has no default place");
	set_pair("/devices/uart0", "reg", 0xa000200, 0x200);
	good();
	assert_int_equal(config.device[0].irq, 0);
	set_cell("/devices/uart0", "irq", 31);
	refused(DEVICES "/uart0: irq: 31: must be an INTID from 32 to 287");
	set_cell("/devices/uart0", "irq", 288);
	refused(DEVICES "/uart0: irq: 288: must be an INTID from 32 to 287");
	set("/devices/uart0", "irq", NULL, 0);
	refused(DEVICES "/uart0: irq: must be one number, <n>");
}

static void test_device_places(void **state)
{
	(void)state;
	set_pair("/devices/uart0", "reg", 0x9000000, 0x2000);
	refused(DEVICES "/uart0: reg: the size is 0x2000, 'arm,pl011' has 0x1000");
	set_pair("/devices/uart0", "reg", 0x9000800, 0x1000);
	refused(DEVICES "/uart0: reg: 0x9000800 is not a multiple of 0x1000");
	set_pair("/devices/uart0", "reg", UINT64_C(1) << 40, 0x1000);
	refused(DEVICES "/uart0: reg: 0x10000000000: a guest's addresses have 40 bits");
	set_pair("/devices/uart0", "reg", 0xfffffffffffff000, 0x1000);
	refused(DEVICES "/uart0: reg: 0xfffffffffffff000 + 0x1000 is beyond 64 bits");
	set_pair("/devices/uart0", "reg", 0x4ffff000, 0x1000);
	refused(DEVICES "/uart0: reg: overlaps RAM at 0x40000000; give it a range of its own");
	set_pair("/devices/uart0", "reg", 0x8000000, 0x1000);
	refused(DEVICES "/uart0: reg: overlaps the GIC at 0x8000000; give it a range of its own");
	set_pair("/devices/uart0", "reg", 0x819f000, 0x1000);
	refused(DEVICES "/uart0: reg: overlaps the GIC at 0x80a0000; give it a range of its own");
	set_pair("/devices/uart0", "reg", 0x81a0000, 0x1000);
	good();
}

static void test_devices_clash(void **state)
{
	(void)state;
	add_device("uart1", "arm,pl011");
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
	assert_non_null(strstr(error.text, "at 0x9000000; give it a range of its own"));
	set_pair("/devices/uart1", "reg", 0x9020000, 0x1000);
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
	assert_non_null(strstr(error.text, "irq: 33 is /devices/uart"));
	set_cell("/devices/uart1", "irq", 35);
	good();
	for (unsigned int i = 0; i < 15; i++) {
		char name[16];
		char path[32];

		snprintf(name, sizeof(name), "p%u", i);
		add_device(name, "x,placeless");
		snprintf(path, sizeof(path), "/devices/%s", name);
		set_pair(path, "reg", 0xa000000 + 0x200 * i, 0x200);
	}
	assert_int_equal(read_as("vms/linux.dtb"), -EINVAL);
	assert_non_null(strstr(error.text, "one device too many, at most 16"));
}

/* ---- zvm new -c, -m ------------------------------------------------------------------------ */

static void test_other_values(void **state)
{
	const uint32_t cpus[] = {3, 1};

	(void)state;
	set_cells("cpus", cpus, 2);
	set_pair("/devices/uart0", "reg", 0x60000000, 0x1000);
	good();
	assert_int_equal(vmdef_set_vcpus(&config, 0, &error), -EINVAL);
	assert_string_equal(error.text, "0 vCPUs: must be 1 to 8");
	assert_int_equal(vmdef_set_vcpus(&config, 9, &error), -EINVAL);
	assert_int_equal(vmdef_set_vcpus(&config, 3, &error), -EINVAL);
	assert_string_equal(error.text, "3 vCPUs: the definition's cpus names CPUs for 2");
	assert_int_equal(vmdef_set_vcpus(&config, 1, &error), 0);
	assert_int_equal(config.vcpus, 1);
	assert_int_equal(vmdef_set_memory(&config, 5, &error), -EINVAL);
	assert_string_equal(error.text, "5 MiB: must be a multiple of 2, at least 2");
	assert_int_equal(vmdef_set_memory(&config, UINT64_MAX / 2 * 2, &error), -EINVAL);
	assert_int_equal(vmdef_set_memory(&config, 512, &error), 0);
	assert_int_equal(vmdef_set_memory(&config, 1024, &error), -EINVAL);
	assert_string_equal(error.text, DEVICES "/uart0: reg: overlaps RAM at 0x40000000; "
						"give it a range of its own");
	assert_int_equal(config.ram_size, 512 * MIB);
}

/* ---- directly mapped RAM --------------------------------------------------------------------- */

static void set_base(uint64_t base)
{
	uint32_t cells[] = {(uint32_t)(base >> 32), (uint32_t)base};

	set_cells("memory-base", cells, 2);
}

static void test_direct(void **state)
{
	(void)state;
	good();
	assert_false(config.direct);
	set_text("/", "memory-map", "virtual");
	good();
	assert_false(config.direct);
	set_text("/", "memory-map", "direct");
	good();
	assert_true(config.direct);
	/* Where it is, is not known yet. */
	assert_int_equal(config.ram_base, 0);
	assert_int_equal(config.direct_base, 0);
	set_base(0x180000000);
	good();
	assert_int_equal(config.ram_base, 0x180000000);
	assert_int_equal(config.direct_base, 0x180000000);
	assert_int_equal(config.kernel_load, 0x180000000);

	set_text("/", "memory-map", "upwards");
	refused(ROOT "memory-map: 'upwards': must be virtual or direct");
	set("/", "memory-map", "x", 1);
	refused(ROOT "memory-map: must be one string, \"...\"");
	drop("/", "memory-map");
	refused(ROOT "memory-base: is for memory-map = \"direct\"");
}

static void test_direct_base(void **state)
{
	(void)state;
	set_text("/", "memory-map", "direct");
	set_base(0);
	refused(ROOT "memory-base: 0x0: must be a multiple of 2 MiB, and not 0");
	set_base(0x80100000);
	refused(ROOT "memory-base: 0x80100000: must be a multiple of 2 MiB, and not 0");
	set_cell("/", "memory-base", 0x80000000);
	refused(ROOT "memory-base: must be one address, two cells");
	/* 256 MiB at the end of what 40 bits address, one block more, and around the end of 64. */
	set_base(0xfff0000000);
	good();
	set_base(0xfff0200000);
	refused(ROOT "memory-base: RAM from 0xfff0200000: a guest's addresses have 40 bits");
	set_base(0x10000000000);
	refused(ROOT "memory-base: RAM from 0x10000000000: a guest's addresses have 40 bits");
	set_base(0xffffffffffe00000);
	refused(ROOT "memory-base: RAM from 0xffffffffffe00000: a guest's addresses have 40 bits");
}

/* A machine may have RAM where guests have the GIC and devices. */
static void test_direct_meets_devices(void **state)
{
	(void)state;
	set_text("/", "memory-map", "direct");
	set_base(0x00200000);
	refused(ROOT "memory-base: RAM from 0x200000 overlaps the GIC at 0x8000000");
	set_base(0x08200000);
	refused("vms/linux.dtb: /devices/uart0: reg: overlaps RAM at 0x8200000; give it a range of its own");
	set_base(0x09200000);
	good();
	set_cell("/", "memory-mib", 64);
	set_base(0x00200000);
	good();
	assert_int_equal(vmdef_set_memory(&config, 128, &error), -EINVAL);
	assert_string_equal(error.text,
			    ROOT "memory-base: RAM from 0x200000 overlaps the GIC at 0x8000000");
	assert_int_equal(config.ram_size, 64U * MIB);
}

/* Where it is, is known when it has been taken. */
static void test_direct_placed(void **state)
{
	uint32_t load[] = {0, 0x40400000};

	(void)state;
	set_text("/", "memory-map", "direct");
	good();
	assert_int_equal(vmdef_place_ram(&config, 0x08000000, &error), -EINVAL);
	assert_string_equal(error.text,
			    ROOT "memory-map: RAM from 0x8000000 overlaps the GIC at 0x8000000");
	assert_int_equal(vmdef_place_ram(&config, 0x48000000, &error), 0);
	assert_int_equal(config.ram_base, 0x48000000);
	assert_int_equal(config.kernel_load, 0x48000000);
	set_text("/", "os", "raw");
	set_cells("kernel-load", load, 2);
	good();
	assert_int_equal(vmdef_place_ram(&config, 0x48000000, &error), -EINVAL);
	assert_string_equal(error.text,
			    ROOT "kernel-load: 0x40400000: must be a multiple of 4 in guest RAM, "
				 "0x48000000 + 0x10000000");
	assert_int_equal(vmdef_place_ram(&config, 0x40000000, &error), 0);
	assert_int_equal(config.kernel_load, 0x40400000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, start, end),
		cmocka_unit_test_setup_teardown(test_in_tree, start, end),
		cmocka_unit_test_setup_teardown(test_everything, start, end),
		cmocka_unit_test_setup_teardown(test_not_a_tree, start, end),
		cmocka_unit_test_setup_teardown(test_damage, start, end),
		cmocka_unit_test_setup_teardown(test_missing, start, end),
		cmocka_unit_test_setup_teardown(test_unknown, start, end),
		cmocka_unit_test_setup_teardown(test_types, start, end),
		cmocka_unit_test_setup_teardown(test_values, start, end),
		cmocka_unit_test_setup_teardown(test_long_bootargs, start, end),
		cmocka_unit_test_setup_teardown(test_cpus, start, end),
		cmocka_unit_test_setup_teardown(test_images, start, end),
		cmocka_unit_test_setup_teardown(test_kernel_load, start, end),
		cmocka_unit_test_setup_teardown(test_device_properties, start, end),
		cmocka_unit_test_setup_teardown(test_device_places, start, end),
		cmocka_unit_test_setup_teardown(test_devices_clash, start, end),
		cmocka_unit_test_setup_teardown(test_other_values, start, end),
		cmocka_unit_test_setup_teardown(test_direct, start, end),
		cmocka_unit_test_setup_teardown(test_direct_base, start, end),
		cmocka_unit_test_setup_teardown(test_direct_meets_devices, start, end),
		cmocka_unit_test_setup_teardown(test_direct_placed, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
