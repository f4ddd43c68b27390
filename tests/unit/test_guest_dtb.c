/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's devicetree, read back with libfdt; and the user's own, patched.
 */
#include <errno.h>

#include "hyp/alloc.h"
#include "hyp/guest_dtb.h"
#include "hyp/guest_dtb_host.h"
#include "hyp/guest_layout.h"
#include "hyp/vm.h"
#include "lib/fdt.h"
#include "unit.h"

#define MIB UINT64_C(0x100000)

static bool no_memory;

void *hyp_alloc(size_t size)
{
	return no_memory ? NULL : calloc(1, size);
}

void hyp_free(void *mem)
{
	free(mem);
}

/* The host's devices have a test of their own: here it is one node, and a UART if there is no other. */
static const char *host_uart;

size_t guest_dtb_host_room(const struct vm_config *config)
{
	(void)config;
	return host_uart != NULL ? 64U : 0U;
}

int guest_dtb_host_write(const struct vm_config *config, void *fdt)
{
	int rc = host_uart != NULL ? fdt_begin_node(fdt, host_uart + 1) : 0;

	(void)config;
	return rc == 0 && host_uart != NULL ? fdt_end_node(fdt) : rc;
}

bool guest_dtb_host_uart(const struct vm_config *config, char *path, size_t size)
{
	(void)config;
	return host_uart != NULL && snprintf(path, size, "%s", host_uart) > 0;
}

static int describe_uart(const struct vdev *dev, void *fdt)
{
	static const char names[] = "uartclk\0apb_pclk";
	int rc = fdt_property_string(fdt, "compatible", "arm,pl011");

	rc = rc != 0 ? rc : guest_dtb_irq(fdt, dev->irq, false);
	return rc != 0 ? rc : guest_dtb_clocks(fdt, 2, names, sizeof(names));
}

static const struct vdev_driver uart = {.compatible = "arm,pl011", .describe = describe_uart};
static const struct vdev_driver rtc = {.compatible = "arm,pl031"};

static struct vcpu vcpus[VM_VCPUS_MAX];
static struct vdev devices[VM_DEVICES_MAX];
static struct vm vm;
static struct vm_error error;
static uint64_t tree[8192];
static struct fdt_error fdt_err;

static void add_device(unsigned int n, const char *name, const struct vdev_driver *driver,
		       uint64_t base, uint32_t irq)
{
	devices[n] = (struct vdev){
		.name = name, .driver = driver, .base = base, .size = 0x1000, .irq = irq};
	sys_slist_append(&vm.devices, &devices[n].node);
}

static int start(void **state)
{
	(void)state;
	no_memory = false;
	host_uart = NULL;
	memset(&vm, 0, sizeof(vm));
	vm.config.file = "vms/linux.dtb";
	vm.config.ram_base = GUEST_RAM_BASE;
	vm.config.ram_size = 256 * MIB;
	vm.config.bootargs = "console=ttyAMA0";
	vm.vcpu_count = 2;
	for (unsigned int i = 0; i < VM_VCPUS_MAX; i++) {
		vcpus[i].id = i;
		vcpus[i].ctx.vmpidr = 0x80000000 | i;
		vm.vcpu[i] = &vcpus[i];
	}
	sys_slist_init(&vm.devices);
	add_device(0, "uart0", &uart, GUEST_PL011_BASE, GUEST_PL011_IRQ);
	add_device(1, "rtc@1", &rtc, GUEST_PL031_BASE, GUEST_PL031_IRQ);
	return 0;
}

static size_t make(uint64_t initrd, uint64_t initrd_size)
{
	uint64_t room;
	size_t size = 0;

	memset(tree, 0xa5, sizeof(tree));
	assert_int_equal(guest_dtb_room(&vm.config, &room, &error), 0);
	assert_true(room <= sizeof(tree));
	if (guest_dtb_make(&vm, initrd, initrd_size, tree, room, &size, &error) != 0) {
		fail_msg("%s", error.text);
	}
	assert_int_equal(size, fdt_totalsize(tree));
	assert_null(fdt_verify(tree, size));
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

static void assert_text(const char *path, const char *prop, const char *value)
{
	const char *s = fdt_prop_string(tree, node_at(path), prop);

	assert_non_null(s);
	assert_string_equal(s, value);
}

static void assert_reg(const char *path, unsigned int index, uint64_t base, uint64_t size)
{
	uint64_t got_base, got_size;

	assert_int_equal(fdt_reg_cpu(tree, node_at(path), index, &got_base, &got_size, &fdt_err),
			 0);
	assert_int_equal(got_base, base);
	assert_int_equal(got_size, size);
}

static void assert_irq(const char *path, unsigned int index, uint32_t intid)
{
	struct fdt_irq irq;
	uint32_t got, flags;

	assert_int_equal(fdt_irq(tree, node_at(path), index, &irq, &fdt_err), 0);
	assert_int_equal(fdt_irq_gic(&irq, &got, &flags), 0);
	assert_int_equal(got, intid);
	assert_int_equal(flags, FDT_IRQ_LEVEL_HIGH);
	assert_true(fdt_is_compatible(tree, irq.controller, "arm,gic-v3"));
}

static void test_built(void **state)
{
	uint64_t base, size;
	enum fdt_psci method;
	unsigned int cpus = 0;
	struct fdt_cpu cpu;

	(void)state;
	make(0x4f000000, 0x12345);
	assert_true(fdt_is_compatible(tree, 0, "linux,dummy-virt"));
	assert_true(fdt_is_compatible(tree, 0, "zvm,virt"));
	assert_text("/chosen", "bootargs", "console=ttyAMA0");
	assert_text("/chosen", "stdout-path", "/uart0@9000000");
	assert_text("/aliases", "serial0", "/uart0@9000000");
	assert_int_equal(fdt_stdout(tree, NULL, &fdt_err), node_at("/uart0@9000000"));
	assert_int_equal(fdt_initrd(tree, &base, &size, &fdt_err), 0);
	assert_int_equal(base, 0x4f000000);
	assert_int_equal(size, 0x12345);
	assert_reg("/memory@40000000", 0, 0x40000000, 256 * MIB);
	assert_int_equal(fdt_psci_method(tree, &method, &fdt_err), 0);
	assert_int_equal(method, FDT_PSCI_HVC);
	fdt_for_each_cpu(tree, &cpu) {
		assert_int_equal(cpu.mpidr, cpus++);
		assert_string_equal(cpu.enable_method, "psci");
	}
	assert_int_equal(cpus, 2);
	assert_reg("/interrupt-controller@8000000", 0, 0x8000000, 0x10000);
	assert_reg("/interrupt-controller@8000000", 1, 0x80a0000, 0x40000);
	assert_irq("/timer", 0, 29);
	assert_irq("/timer", 1, 30);
	assert_irq("/timer", 2, 27);
	assert_irq("/timer", 3, 26);
	assert_reg("/uart0@9000000", 0, 0x9000000, 0x1000);
	assert_irq("/uart0@9000000", 0, 33);
	assert_text("/uart0@9000000", "clock-names", "uartclk");
	assert_reg("/rtc@9010000", 0, 0x9010000, 0x1000);
	assert_irq("/rtc@9010000", 0, 34);
	assert_true(fdt_is_compatible(tree, node_at("/rtc@9010000"), "arm,pl031"));
}

/* `dtc` reads it without a warning. */
static void test_dtc(void **state)
{
	size_t size = make(0x4f000000, 0x12345);
	FILE *f = popen("! dtc -I dtb -O dts -o /dev/null - 2>&1 | grep .", "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fwrite(tree, 1, size, f), size);
	assert_int_equal(pclose(f), 0);
}

static void test_nothing(void **state)
{
	uint64_t base, size;

	(void)state;
	vm.config.bootargs = "";
	sys_slist_init(&vm.devices);
	make(0, 0);
	assert_int_equal(fdt_initrd(tree, &base, &size, &fdt_err), -ENOENT);
	assert_null(fdt_getprop(tree, node_at("/chosen"), "bootargs", NULL));
	assert_int_equal(fdt_stdout(tree, NULL, &fdt_err), -ENOENT);
}

static void test_of_the_host(void **state)
{
	(void)state;
	host_uart = "/serial@5";
	make(0, 0);
	assert_text("/chosen", "stdout-path", "/uart0@9000000");
	sys_slist_init(&vm.devices);
	make(0, 0);
	assert_text("/chosen", "stdout-path", "/serial@5");
	(void)node_at("/serial@5");
}

/* The most that can be there fits. */
static void test_largest(void **state)
{
	static char args[2048];
	static const char name[] = "a-node-name-with-31-characters-";
	size_t size;

	(void)state;
	memset(args, 'x', sizeof(args) - 1);
	vm.config.bootargs = args;
	vm.vcpu_count = VM_VCPUS_MAX;
	sys_slist_init(&vm.devices);
	for (unsigned int i = 0; i < VM_DEVICES_MAX; i++) {
		add_device(i, name, &uart, 0xff00000000 + 0x1000 * i, 100 + i);
	}
	size = make(0x4f000000, 0x12345);
	/* With room for devices that say more of themselves. */
	assert_true(size < 0x3000);
}

static void test_no_room(void **state)
{
	size_t whole = make(0x4f000000, 0x12345);
	size_t size;

	(void)state;
	for (size_t room = 0; room < whole; room++) {
		void *part = malloc(room + 8);
		int rc = guest_dtb_make(&vm, 0x4f000000, 0x12345, part, room, &size, &error);

		assert_int_equal(rc, -ENOSPC);
		free(part);
	}
}

/* ---- the user's own ------------------------------------------------------------------------ */

static uint64_t own[1024];

static void own_tree(uint32_t address_cells, uint32_t size_cells, int memories)
{
	char name[32];
	int node;

	assert_int_equal(fdt_create_empty_tree(own, sizeof(own)), 0);
	assert_int_equal(fdt_setprop_u32(own, 0, "#address-cells", address_cells), 0);
	assert_int_equal(fdt_setprop_u32(own, 0, "#size-cells", size_cells), 0);
	for (int i = 0; i < memories; i++) {
		snprintf(name, sizeof(name), "memory@%d", i);
		node = fdt_add_subnode(own, 0, name);
		assert_true(node >= 0);
		assert_int_equal(fdt_setprop_string(own, node, "device_type", "memory"), 0);
		assert_int_equal(fdt_setprop_u32(own, node, "reg", 7), 0);
	}
	node = fdt_add_subnode(own, 0, "board");
	assert_int_equal(fdt_setprop_string(own, node, "compatible", "its,own"), 0);
	assert_int_equal(fdt_pack(own), 0);
	vm.config.dtb = (struct vm_image){own, fdt_totalsize(own), "own.dtb", false};
}

static void assert_patched(void)
{
	struct fdt_range r = FDT_RANGE_START;
	uint64_t base, size;

	assert_true(fdt_is_compatible(tree, node_at("/board"), "its,own"));
	assert_int_equal(fdt_memory_next(tree, &r, &fdt_err), 0);
	assert_int_equal(r.base, 0x40000000);
	assert_int_equal(r.size, vm.config.ram_size);
	assert_int_equal(fdt_memory_next(tree, &r, &fdt_err), -ENOENT);
	assert_text("/chosen", "bootargs", "console=ttyAMA0");
	assert_int_equal(fdt_initrd(tree, &base, &size, &fdt_err), 0);
	assert_int_equal(base, 0x4f000000);
	assert_int_equal(size, 0x12345);
}

static void test_own(void **state)
{
	(void)state;
	for (uint32_t cells = 0; cells < 4; cells++) {
		for (int memories = 0; memories < 4; memories++) {
			own_tree(1 + cells / 2, 1 + cells % 2, memories);
			make(0x4f000000, 0x12345);
			assert_patched();
		}
	}
}

/* Its own command line stays if the definition has none; its own initrd does not. */
static void test_own_chosen(void **state)
{
	uint64_t base, size;
	int node;

	(void)state;
	own_tree(2, 2, 1);
	assert_int_equal(fdt_open_into(own, own, sizeof(own)), 0);
	node = fdt_add_subnode(own, 0, "chosen");
	assert_int_equal(fdt_setprop_string(own, node, "bootargs", "quiet"), 0);
	assert_int_equal(fdt_setprop_u64(own, node, "linux,initrd-start", 1), 0);
	assert_int_equal(fdt_setprop_u64(own, node, "linux,initrd-end", 2), 0);
	assert_int_equal(fdt_pack(own), 0);
	vm.config.dtb.size = fdt_totalsize(own);
	make(0x4f000000, 0x12345);
	assert_patched();
	vm.config.bootargs = "";
	make(0, 0);
	assert_text("/chosen", "bootargs", "quiet");
	assert_int_equal(fdt_initrd(tree, &base, &size, &fdt_err), -ENOENT);
}

/* At any address, and with room behind it, as one that was left in RAM may be named. */
static void test_own_anywhere(void **state)
{
	static uint8_t place[sizeof(own) + 64];

	(void)state;
	own_tree(2, 2, 1);
	for (size_t at = 0; at < 16; at++) {
		memcpy(place + at, own, fdt_totalsize(own));
		vm.config.dtb = (struct vm_image){place + at, sizeof(own) + 16, "dtb-reg", true};
		make(0x4f000000, 0x12345);
		assert_patched();
	}
}

static void test_own_bad(void **state)
{
	uint64_t room;
	size_t size;

	(void)state;
	own_tree(2, 2, 1);
	size = fdt_totalsize(own);
	for (size_t len = 1; len < size; len++) {
		void *part = malloc(len);

		memcpy(part, own, len);
		vm.config.dtb = (struct vm_image){part, len, "own.dtb", false};
		assert_int_equal(guest_dtb_room(&vm.config, &room, &error), -EINVAL);
		free(part);
	}
	assert_string_equal(error.text, "vms/linux.dtb: /: dtb: own.dtb: the devicetree is "
					"truncated: its header names more bytes than there are");
	vm.config.dtb = (struct vm_image){"junkjunkjunkjunk", 16, "dtb-reg", true};
	assert_int_equal(guest_dtb_room(&vm.config, &room, &error), -EINVAL);
	assert_string_equal(error.text,
			    "vms/linux.dtb: /: dtb-reg: not a devicetree: dtc makes one");
	vm.config.dtb.size = 0x200000;
	vm.config.dtb.data = calloc(1, 0x200000);
	assert_int_equal(guest_dtb_room(&vm.config, &room, &error), -EINVAL);
	free((void *)(uintptr_t)vm.config.dtb.data);
	own_tree(2, 2, 1);
	no_memory = true;
	assert_int_equal(guest_dtb_room(&vm.config, &room, &error), -ENOMEM);
}

/* One cell does not hold the size; a tree that cannot say where memory is. */
static void test_own_cells(void **state)
{
	size_t size;

	(void)state;
	own_tree(2, 1, 1);
	vm.config.ram_size = 8192 * MIB;
	assert_int_equal(guest_dtb_make(&vm, 0, 0, tree, sizeof(tree), &size, &error), -EINVAL);
	assert_string_equal(error.text, "vms/linux.dtb: the guest's devicetree: FDT_ERR_BADNCELLS");
	own_tree(2, 0, 1);
	assert_int_equal(guest_dtb_make(&vm, 0, 0, tree, sizeof(tree), &size, &error), -EINVAL);
	own_tree(2, 2, 1);
	assert_int_equal(guest_dtb_make(&vm, 0, 0, tree, vm.config.dtb.size - 1, &size, &error),
			 -ENOSPC);
	assert_int_equal(guest_dtb_make(&vm, 1, 1, tree, vm.config.dtb.size + 8, &size, &error),
			 -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_built, start),
		cmocka_unit_test_setup(test_dtc, start),
		cmocka_unit_test_setup(test_nothing, start),
		cmocka_unit_test_setup(test_of_the_host, start),
		cmocka_unit_test_setup(test_largest, start),
		cmocka_unit_test_setup(test_no_room, start),
		cmocka_unit_test_setup(test_own, start),
		cmocka_unit_test_setup(test_own_chosen, start),
		cmocka_unit_test_setup(test_own_anywhere, start),
		cmocka_unit_test_setup(test_own_bad, start),
		cmocka_unit_test_setup(test_own_cells, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
