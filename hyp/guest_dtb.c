/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The devicetree of a guest. Nodes follow the bindings of Linux (Documentation/devicetree/bindings): arm/cpus,
 * arm/psci, timer/arm,arch_timer, interrupt-controller/arm,gic-v3, clock/fixed-clock.
 *
 * There is no seed for random numbers in it: the host has none that is good. Guests ask the TRNG firmware interface.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "hyp/alloc.h"
#include "hyp/guest_dtb.h"
#include "hyp/guest_dtb_host.h"
#include "hyp/guest_layout.h"
#include "hyp/vm.h"
#include "lib/fdt.h"

/* Apart from those of nodes that are copied from the host's devicetree (guest_dtb_host.c), which dtc counts from 1. */
#define PHANDLE_GIC   0x7fff0001U
#define PHANDLE_CLOCK 0x7fff0002U

#define IRQ_SPI 0U
#define IRQ_PPI 1U

/* What the built tree has at most, without the command line; there is a unit test. */
#define BUILT_ROOM 0x4000U
/* What is added to the user's own. */
#define PATCH_ROOM 0x1000U

/* Linux, Documentation/arch/arm64/booting.rst. */
#define OWN_SIZE_MAX 0x200000U

#define AFFINITY UINT64_C(0xff00ffffff)

/* ---- writing, with an error that stays ----------------------------------------------------- */

struct writer {
	void *fdt;
	int rc;
};

static void begin(struct writer *w, const char *name)
{
	w->rc = w->rc != 0 ? w->rc : fdt_begin_node(w->fdt, name);
}

static void begin_at(struct writer *w, const char *name, size_t len, uint64_t address)
{
	char node[64];

	snprintk(node, sizeof(node), "%.*s@%llx", (int)len, name, (unsigned long long)address);
	begin(w, node);
}

static void end(struct writer *w)
{
	w->rc = w->rc != 0 ? w->rc : fdt_end_node(w->fdt);
}

static void data(struct writer *w, const char *name, const void *value, size_t size)
{
	w->rc = w->rc != 0 ? w->rc : fdt_property(w->fdt, name, value, (int)size);
}

static void flag(struct writer *w, const char *name)
{
	data(w, name, NULL, 0U);
}

static void text(struct writer *w, const char *name, const char *value)
{
	data(w, name, value, strlen(value) + 1U);
}

static void cell(struct writer *w, const char *name, uint32_t value)
{
	w->rc = w->rc != 0 ? w->rc : fdt_property_u32(w->fdt, name, value);
}

static void cells(struct writer *w, const char *name, const uint32_t *values, size_t count)
{
	fdt32_t out[16];

	for (size_t i = 0U; i < count; i++) {
		out[i] = cpu_to_fdt32(values[i]);
	}
	data(w, name, out, count * sizeof(out[0]));
}

static void numbers(struct writer *w, const char *name, const uint64_t *values, size_t count)
{
	fdt64_t out[4];

	for (size_t i = 0U; i < count; i++) {
		out[i] = cpu_to_fdt64(values[i]);
	}
	data(w, name, out, count * sizeof(out[0]));
}

static void number(struct writer *w, const char *name, uint64_t value)
{
	numbers(w, name, &value, 1U);
}

static void size_cells(struct writer *w, uint32_t address, uint32_t size)
{
	cell(w, "#address-cells", address);
	cell(w, "#size-cells", size);
}

/* ---- the built tree ------------------------------------------------------------------------ */

static bool is_uart(const struct vdev *d)
{
	return strcmp(d->driver->compatible, "arm,pl011") == 0 ||
	       strcmp(d->driver->compatible, "ns16550a") == 0;
}

/* The name of a node goes to its '@'. */
static size_t name_len(const struct vdev *d)
{
	return strcspn(d->name, "@");
}

static void device_path(const struct vdev *d, char *path, size_t size)
{
	snprintk(path, size, "/%.*s@%llx", (int)name_len(d), d->name, (unsigned long long)d->base);
}

/* UARTs in their order: the first is the console. */
static void write_aliases(struct writer *w, const struct vm *vm)
{
	const struct vdev *d;
	unsigned int n = 0U;
	char name[16];
	char path[64];

	begin(w, "aliases");
	SYS_SLIST_FOR_EACH_CONTAINER(&vm->devices, d, node) {
		if (is_uart(d)) {
			snprintk(name, sizeof(name), "serial%u", n++);
			device_path(d, path, sizeof(path));
			text(w, name, path);
		}
	}
	end(w);
}

static void write_stdout(struct writer *w, const struct vm *vm)
{
	const struct vdev *d;
	char path[64];

	SYS_SLIST_FOR_EACH_CONTAINER(&vm->devices, d, node) {
		if (is_uart(d)) {
			device_path(d, path, sizeof(path));
			text(w, "stdout-path", path);
			return;
		}
	}
	if (guest_dtb_host_uart(&vm->config, path, sizeof(path))) {
		text(w, "stdout-path", path);
	}
}

static void write_chosen(struct writer *w, const struct vm *vm, uint64_t initrd_start,
			 uint64_t initrd_size)
{
	begin(w, "chosen");
	if (vm->config.bootargs[0] != '\0') {
		text(w, "bootargs", vm->config.bootargs);
	}
	write_stdout(w, vm);
	if (initrd_size != 0U) {
		number(w, "linux,initrd-start", initrd_start);
		number(w, "linux,initrd-end", initrd_start + initrd_size);
	}
	end(w);
}

static void write_memory(struct writer *w, const struct vm_config *config)
{
	uint64_t reg[] = {config->ram_base, config->ram_size};

	begin_at(w, "memory", 6U, config->ram_base);
	text(w, "device_type", "memory");
	numbers(w, "reg", reg, ARRAY_SIZE(reg));
	end(w);
}

static void write_cpus(struct writer *w, const struct vm *vm)
{
	begin(w, "cpus");
	size_cells(w, 2U, 0U);
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		uint64_t affinity = vm->vcpu[i]->ctx.vmpidr & AFFINITY;

		begin_at(w, "cpu", 3U, affinity);
		text(w, "device_type", "cpu");
		text(w, "compatible", "arm,armv8");
		number(w, "reg", affinity);
		text(w, "enable-method", "psci");
		end(w);
	}
	end(w);
}

static void write_psci(struct writer *w)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";

	begin(w, "psci");
	data(w, "compatible", compatible, sizeof(compatible));
	text(w, "method", "hvc");
	end(w);
}

static void write_timer(struct writer *w)
{
	static const uint32_t intids[] = {GUEST_TIMER_S_IRQ, GUEST_TIMER_P_IRQ, GUEST_TIMER_V_IRQ,
					  GUEST_TIMER_H_IRQ};
	uint32_t interrupts[3U * ARRAY_SIZE(intids)];

	for (size_t i = 0U; i < ARRAY_SIZE(intids); i++) {
		interrupts[3U * i] = IRQ_PPI;
		interrupts[3U * i + 1U] = intids[i] - 16U;
		interrupts[3U * i + 2U] = FDT_IRQ_LEVEL_HIGH;
	}
	begin(w, "timer");
	text(w, "compatible", "arm,armv8-timer");
	cells(w, "interrupts", interrupts, ARRAY_SIZE(interrupts));
	flag(w, "always-on");
	end(w);
}

static void write_gic(struct writer *w, const struct vm *vm)
{
	uint64_t reg[] = {GUEST_GICD_BASE, GUEST_GICD_SIZE, GUEST_GICR_BASE,
			  vm->vcpu_count * GUEST_GICR_STRIDE};

	begin_at(w, "interrupt-controller", 20U, GUEST_GICD_BASE);
	text(w, "compatible", "arm,gic-v3");
	cell(w, "#interrupt-cells", 3U);
	cell(w, "#address-cells", 0U);
	flag(w, "interrupt-controller");
	numbers(w, "reg", reg, ARRAY_SIZE(reg));
	cell(w, "phandle", PHANDLE_GIC);
	end(w);
}

static void write_clock(struct writer *w)
{
	begin(w, "clock");
	text(w, "compatible", "fixed-clock");
	cell(w, "#clock-cells", 0U);
	cell(w, "clock-frequency", GUEST_PL011_CLOCK);
	text(w, "clock-output-names", "pclk");
	cell(w, "phandle", PHANDLE_CLOCK);
	end(w);
}

int guest_dtb_irq(void *fdt, uint32_t intid, bool edge)
{
	struct writer w = {.fdt = fdt};
	uint32_t irq[] = {IRQ_SPI, intid - 32U, edge ? FDT_IRQ_EDGE_RISING : FDT_IRQ_LEVEL_HIGH};

	cells(&w, "interrupts", irq, ARRAY_SIZE(irq));
	return w.rc;
}

int guest_dtb_clocks(void *fdt, unsigned int count, const char *names, size_t names_size)
{
	struct writer w = {.fdt = fdt};
	uint32_t clocks[4];

	for (unsigned int i = 0U; i < MIN(count, ARRAY_SIZE(clocks)); i++) {
		clocks[i] = PHANDLE_CLOCK;
	}
	cells(&w, "clocks", clocks, MIN(count, ARRAY_SIZE(clocks)));
	data(&w, "clock-names", names, names_size);
	return w.rc;
}

static void write_device(struct writer *w, const struct vdev *d)
{
	uint64_t reg[] = {d->base, d->size};

	begin_at(w, d->name, name_len(d), d->base);
	numbers(w, "reg", reg, ARRAY_SIZE(reg));
	if (w->rc != 0) {
		return;
	}
	if (d->driver->describe != NULL) {
		w->rc = d->driver->describe(d, w->fdt);
	} else {
		text(w, "compatible", d->driver->compatible);
		w->rc = w->rc == 0 && d->irq != 0U ? guest_dtb_irq(w->fdt, d->irq, false) : w->rc;
	}
	end(w);
}

static void write_root(struct writer *w, const struct vm *vm, uint64_t initrd_start,
		       uint64_t initrd_size)
{
	static const char compatible[] = "zvm,virt\0linux,dummy-virt";
	const struct vdev *d;

	begin(w, "");
	size_cells(w, 2U, 2U);
	data(w, "compatible", compatible, sizeof(compatible));
	text(w, "model", "ZVM virtual machine");
	cell(w, "interrupt-parent", PHANDLE_GIC);
	write_aliases(w, vm);
	write_chosen(w, vm, initrd_start, initrd_size);
	write_memory(w, &vm->config);
	write_cpus(w, vm);
	write_psci(w);
	write_timer(w);
	write_gic(w, vm);
	write_clock(w);
	SYS_SLIST_FOR_EACH_CONTAINER(&vm->devices, d, node) {
		write_device(w, d);
	}
	w->rc = w->rc != 0 ? w->rc : guest_dtb_host_write(&vm->config, w->fdt);
	end(w);
}

static int build(const struct vm *vm, uint64_t initrd_start, uint64_t initrd_size, void *buffer,
		 size_t room)
{
	struct writer w = {.fdt = buffer};

	/* To look for each name among all those before takes longer than all the rest, and saves few bytes. */
	w.rc = fdt_create_with_flags(buffer, (int)MIN(room, (size_t)INT32_MAX),
				     FDT_CREATE_FLAG_NO_NAME_DEDUP);
	w.rc = w.rc != 0 ? w.rc : fdt_finish_reservemap(buffer);
	write_root(&w, vm, initrd_start, initrd_size);
	return w.rc != 0 ? w.rc : fdt_finish(buffer);
}

/* ---- the user's own ------------------------------------------------------------------------ */

static int own_bad(const struct vm_config *config, struct vm_error *error, const char *why)
{
	return vm_fail_def(config, error, -EINVAL, "/", "%s%s: %s",
			   config->dtb.by_address ? "" : "dtb: ", config->dtb.name, why);
}

/* One that was left in RAM may be named with room behind it. */
static uint64_t own_size(const struct vm_config *config)
{
	struct fdt_header header;

	if (config->dtb.size < sizeof(header)) {
		return config->dtb.size;
	}
	memcpy(&header, config->dtb.data, sizeof(header));
	return fdt32_to_cpu(header.magic) == FDT_MAGIC
		       ? MIN(config->dtb.size, (uint64_t)fdt32_to_cpu(header.totalsize))
		       : config->dtb.size;
}

/* The first memory node says all of the guest's RAM; there is no other. */
static int patch_memory(void *fdt, const struct vm_config *config)
{
	int node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", 7);
	int cells_of[2] = {fdt_address_cells(fdt, 0), fdt_size_cells(fdt, 0)};
	uint64_t values[2] = {config->ram_base, config->ram_size};
	fdt32_t reg[4];
	int n = 0;
	int other, rc;

	for (int i = 0; i < 2; i++) {
		if (cells_of[i] < 1 || cells_of[i] > 2 ||
		    (cells_of[i] == 1 && values[i] > UINT32_MAX)) {
			return -FDT_ERR_BADNCELLS;
		}
		if (cells_of[i] == 2) {
			reg[n++] = cpu_to_fdt32((uint32_t)(values[i] >> 32));
		}
		reg[n++] = cpu_to_fdt32((uint32_t)values[i]);
	}
	while (node >= 0 && (other = fdt_node_offset_by_prop_value(fdt, node, "device_type",
								   "memory", 7)) >= 0) {
		rc = fdt_del_node(fdt, other);
		if (rc != 0) {
			return rc;
		}
	}
	if (node < 0) {
		node = fdt_add_subnode(fdt, 0, "memory");
		rc = node < 0 ? node : fdt_setprop(fdt, node, "device_type", "memory", 7);
		if (rc != 0) {
			return rc;
		}
	}
	return fdt_setprop(fdt, node, "reg", reg, n * (int)sizeof(reg[0]));
}

static int patch_chosen(void *fdt, const struct vm_config *config, uint64_t initrd_start,
			uint64_t initrd_size)
{
	int node = fdt_subnode_offset(fdt, 0, "chosen");
	int rc = 0;

	node = node == -FDT_ERR_NOTFOUND ? fdt_add_subnode(fdt, 0, "chosen") : node;
	if (node < 0) {
		return node;
	}
	if (config->bootargs[0] != '\0') {
		rc = fdt_setprop(fdt, node, "bootargs", config->bootargs,
				 (int)strlen(config->bootargs) + 1);
	}
	if (initrd_size == 0U) {
		/* One that it names itself would lie in memory that is not the initrd's. */
		(void)fdt_delprop(fdt, node, "linux,initrd-start");
		(void)fdt_delprop(fdt, node, "linux,initrd-end");
		return rc;
	}
	rc = rc != 0 ? rc : fdt_setprop_u64(fdt, node, "linux,initrd-start", initrd_start);
	return rc != 0 ? rc
		       : fdt_setprop_u64(fdt, node, "linux,initrd-end", initrd_start + initrd_size);
}

static int patch(const struct vm_config *config, uint64_t initrd_start, uint64_t initrd_size,
		 void *buffer, size_t room)
{
	int rc;

	if (own_size(config) > room) {
		return -FDT_ERR_NOSPACE;
	}
	/* In the bundle it may lie at an address that libfdt does not take. */
	memcpy(buffer, config->dtb.data, own_size(config));
	rc = fdt_open_into(buffer, buffer, (int)MIN(room, (size_t)INT32_MAX));
	rc = rc != 0 ? rc : patch_memory(buffer, config);
	rc = rc != 0 ? rc : patch_chosen(buffer, config, initrd_start, initrd_size);
	return rc != 0 ? rc : fdt_pack(buffer);
}

static int own_room(const struct vm_config *config, uint64_t *room, struct vm_error *error)
{
	uint64_t size = own_size(config);
	const char *why = "not a devicetree: dtc makes one";
	void *copy;

	*room = size + PATCH_ROOM;
	if (*room > OWN_SIZE_MAX) {
		return own_bad(config, error, "not a devicetree, or larger than 2 MiB");
	}
	copy = hyp_alloc(size);
	if (copy == NULL) {
		(void)own_bad(config, error, "no memory to check it");
		return -ENOMEM;
	}
	memcpy(copy, config->dtb.data, size);
	if (size >= sizeof(struct fdt_header) && fdt_magic(copy) == FDT_MAGIC) {
		why = fdt_verify(copy, size);
	}
	hyp_free(copy);
	return why != NULL ? own_bad(config, error, why) : 0;
}

/* ---- either -------------------------------------------------------------------------------- */

int guest_dtb_room(const struct vm_config *config, uint64_t *room, struct vm_error *error)
{
	int rc = 0;

	*room = BUILT_ROOM + guest_dtb_host_room(config);
	if (config->dtb.size != 0U) {
		rc = own_room(config, room, error);
	}
	*room += strlen(config->bootargs) + 1U;
	return rc;
}

int guest_dtb_make(const struct vm *vm, uint64_t initrd_start, uint64_t initrd_size, void *buffer,
		   size_t room, size_t *size, struct vm_error *error)
{
	int rc = vm->config.dtb.size != 0U
			 ? patch(&vm->config, initrd_start, initrd_size, buffer, room)
			 : build(vm, initrd_start, initrd_size, buffer, room);

	if (rc != 0) {
		return vm_fail(error, rc == -FDT_ERR_NOSPACE ? -ENOSPC : -EINVAL,
			       "%s: the guest's devicetree: %s", vm->config.file, fdt_strerror(rc));
	}
	*size = fdt_totalsize(buffer);
	return 0;
}
