/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions of VMs, on a machine whose devicetree is no better: what is refused has its line, and of what is taken the guest's
 * devicetree can be built in the room that was said to be enough.
 */
#define main unit_main
#include "../unit/test_vmdef_passthrough.c"
#undef main

#include "hyp/alloc.h"
#include "hyp/guest_dtb.h"
#include "hyp/vm.h"
#include "tree.h"

static const char *const props[] = {
	"compatible",
	"os",
	"vcpus",
	"memory-mib",
	"memory-map",
	"memory-base",
	"kernel",
	"kernel-reg",
	"kernel-load",
	"initrd",
	"initrd-reg",
	"dtb",
	"dtb-reg",
	"bootargs",
	"priority",
	"cpus",
	"wfi",
	"autostart",
	"smc-allow",
	"reg",
	"irq",
	"no-dma",
	"passthrough",
	"shared-pages",
	"phandle",
	"clock-frequency",
	"#address-cells",
	NULL,
};
static const char *const texts[] = {
	"zvm,vm-v1",
	"linux",
	"zephyr",
	"raw",
	"virtual",
	"direct",
	"trap",
	"native",
	"image",
	"arm,pl011",
	"/rtc@9010000",
	"/console@9000000",
	"/uart@9040000",
	"/uart@9050000",
	"/wide@9060000",
	"/wide@9060000/port@1",
	"/near@9070000",
	"/left@9080000",
	"rtc",
	"loop",
	"/",
	"\033[2J\n",
	"",
	NULL,
};

static struct vm *vm;
static struct vdev devices[VM_DEVICES_MAX];
static const void *definition, *machine;

void *hyp_alloc(size_t size)
{
	return calloc(1, size);
}

void hyp_free(void *mem)
{
	free(mem);
}

static void begin_vm(void)
{
	vm = calloc(1, sizeof(*vm));
	for (unsigned int i = 0U; i < VM_VCPUS_MAX; i++) {
		vm->vcpu[i] = calloc(1, sizeof(*vm->vcpu[i]));
		vm->vcpu[i]->id = i;
		vm->vcpu[i]->ctx.vmpidr = 0x80000000U | i;
	}
	definition = tree_load("definition");
	machine = tree_load("passthrough");
}

/* One line, of characters that can be seen. */
static void said(int rc)
{
	assert_int_equal(error.text[0] != '\0', rc != 0);
	for (const char *p = error.text; *p != '\0'; p++) {
		assert_true((uint8_t)*p >= ' ' && *p != '\177');
	}
	error.text[0] = '\0';
}

/* Values of the command line's: refused, they change nothing. */
static void other_values(struct input *in)
{
	struct vm_config old = config;
	int rc = vmdef_set_vcpus(&config, in_byte(in), &error);

	assert_true(rc == 0 || memcmp(&old, &config, sizeof(old)) == 0);
	said(rc);
	old = config;
	rc = vmdef_set_memory(&config, in_edge(in), &error);
	assert_true(rc == 0 || memcmp(&old, &config, sizeof(old)) == 0);
	said(rc);
	if (config.direct && config.ram_base == 0U) {
		said(vmdef_place_ram(&config, in_edge(in) & ~UINT64_C(0x1fffff), &error));
	}
}

static void make_vm(void)
{
	unsigned int n = 0U;

	vm->config = config;
	vm->vcpu_count = config.vcpus;
	sys_slist_init(&vm->devices);
	for (uint32_t i = 0U; i < config.device_count; i++) {
		const struct vm_device_def *d = &config.device[i];

		if (d->host.path == NULL) {
			devices[n] = (struct vdev){.name = d->name,
						   .driver = &virtual_uart,
						   .base = d->base,
						   .size = d->size,
						   .irq = d->irq};
			sys_slist_append(&vm->devices, &devices[n++].node);
		}
	}
}

static void build(struct input *in)
{
	struct tree own = {NULL, 0};
	uint64_t room = 0U;
	size_t size = 0U;
	void *buffer;
	int rc;

	if (config.dtb.size != 0U) {
		own = tree_make(in, machine, tree_host_props, tree_host_texts);
		config.dtb = (struct vm_image){own.fdt, own.size, "dtb", false};
	}
	make_vm();
	rc = guest_dtb_room(&config, &room, &error);
	said(rc);
	assert_true(rc != 0 || room < UINT64_C(1) << 24);
	if (rc == 0) {
		buffer = malloc(room);
		rc = guest_dtb_make(vm, UINT64_C(0x48000000), config.initrd.size, buffer, room,
				    &size, &error);
		/* A tree of the user's own may have cells that RAM does not fit into. */
		if (rc != 0 && (own.fdt == NULL || rc == -ENOSPC)) {
			fail_msg("%s", error.text);
		}
		said(rc);
		assert_true(rc != 0 || (size <= room && fdt_verify(buffer, size) == NULL));
		free(buffer);
	}
	free(own.fdt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct input first = in;
	struct tree t;
	int rc;

	if (vm == NULL) {
		begin_vm();
	}
	/* A quarter of it makes the machine, if so. */
	memcpy(host_tree, machine, fdt_totalsize(machine));
	if (in_byte(&in) % 4U == 0U) {
		first = (struct input){in.at, in.left / 4U};
		in.at += in.left / 4U;
		in.left -= in.left / 4U;
		t = tree_make(&first, machine, tree_host_props, tree_host_texts);
		memcpy(host_tree, t.fdt, MIN(t.size, sizeof(host_tree)));
		free(t.fdt);
	}
	t = tree_make(&in, definition, props, texts);
	error.text[0] = '\0';
	rc = vmdef_read("vms/x.dtb", t.fdt, t.size, &config, &error);
	said(rc);
	if (rc == 0) {
		assert_true(config.vcpus >= 1U && config.vcpus <= VM_VCPUS_MAX);
		assert_true(config.device_count <= VM_DEVICES_MAX);
		other_values(&in);
		build(&in);
	}
	free(t.fdt);
	return 0;
}
