/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making and unmaking a VM.
 *
 * All that can fail is done before anybody can find the VM: the definition is read and checked, then each part is made in
 * turn. A part that fails leaves nothing of its own, and those before it are undone from last to first; so are all of
 * them when the VM is deleted.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/util.h>

#include "hyp/alloc.h"
#include "hyp/bundle.h"
#include "hyp/guest_mem.h"
#include "hyp/loader.h"
#include "hyp/passthrough.h"
#include "hyp/vm.h"
#include "hyp/vm_internal.h"
#include "kernel/mem.h"

/* Places for directly mapped RAM that are looked at before it is given up. */
#define DIRECT_TRIES 4U

struct part {
	/** Leaves nothing behind when it fails. */
	int (*make)(struct vm *vm, struct vm_error *error);
	void (*undo)(struct vm *vm);
};

static unsigned long long mib(uint64_t bytes)
{
	return (unsigned long long)(bytes >> 20);
}

static int no_ram(const struct vm *vm, int rc, struct vm_error *error)
{
	struct mem_stats stats;

	mem_stats_get(&stats);
	return vm_fail(
		error, rc,
		"not enough memory: %s needs %llu MiB in one piece, the largest free range is "
		"%llu MiB; use -m or delete a VM",
		vm->config.name, mib(vm->config.ram_size), mib(stats.largest));
}

/* Somewhere where the guest has nothing else: what does not do is kept until something is found, and given back. */
static int take_anywhere(struct vm *vm, struct vm_error *error)
{
	void *unfit[DIRECT_TRIES];
	unsigned int count = 0U;
	int rc;

	do {
		rc = guest_ram_take(vm->config.ram_size, &vm->ram);
		if (rc != 0) {
			/* If there was some, the line says why it does not do. */
			rc = count == 0U ? no_ram(vm, rc, error) : rc;
			break;
		}
		rc = vmdef_place_ram(&vm->config, hpa_of(vm->ram).v, error);
		if (rc != 0) {
			unfit[count++] = vm->ram;
		}
	} while (rc != 0 && count < DIRECT_TRIES);
	while (count > 0U) {
		guest_ram_give(unfit[--count], vm->config.ram_size, true);
	}
	return rc;
}

static int take_at(struct vm *vm, struct vm_error *error)
{
	struct vm_config *config = &vm->config;

	if (guest_ram_take_at(config->direct_base, config->ram_size, &vm->ram) != 0) {
		return vm_fail_def(
			config, error, -EBUSY, "/",
			"memory-base: 0x%llx + %llu MiB is not all free RAM: the host or "
			"another VM has some of it",
			(unsigned long long)config->direct_base, mib(config->ram_size));
	}
	return 0;
}

static int make_direct_ram(struct vm *vm, struct vm_error *error)
{
	int rc = vm->config.direct_base != 0U ? take_at(vm, error) : take_anywhere(vm, error);

	if (rc != 0) {
		return rc;
	}
	rc = loader_check(&vm->config, error);
	if (rc != 0) {
		guest_ram_give(vm->ram, vm->config.ram_size, true);
	}
	return rc;
}

static int make_ram(struct vm *vm, struct vm_error *error)
{
	int rc;

	if (vm->config.direct) {
		rc = make_direct_ram(vm, error);
	} else {
		rc = guest_ram_take(vm->config.ram_size, &vm->ram);
		rc = rc != 0 ? no_ram(vm, rc, error) : 0;
	}
	if (rc == 0) {
		vm->ram_size = vm->config.ram_size;
		vm->ram_clear = true;
	}
	return rc;
}

static void undo_ram(struct vm *vm)
{
	guest_ram_give(vm->ram, vm->ram_size, vm->ram_clear);
}

static int out_of(const struct vm *vm, const char *what, struct vm_error *error)
{
	return vm_fail(error, -ENOMEM, "not enough memory for %s's %s; delete a VM",
		       vm->config.name, what);
}

static void undo_stage2(struct vm *vm)
{
	stage2_destroy(&vm->s2);
}

static int make_stage2(struct vm *vm, struct vm_error *error)
{
	int rc = stage2_init(&vm->s2);

	if (rc == -ENOSPC) {
		return vm_fail(error, rc,
			       "all VM identifiers of this machine are in use; delete a VM");
	}
	if (rc != 0) {
		return out_of(vm, "translation tables", error);
	}
	rc = stage2_map(&vm->s2, ipa(vm->config.ram_base), hpa_of(vm->ram), vm->ram_size, PG_RWX);
	if (rc != 0) {
		undo_stage2(vm);
		return out_of(vm, "translation tables", error);
	}
	return 0;
}

static void undo_vcpu_memory(struct vm *vm)
{
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		hyp_free(vm->vcpu[i]);
		vm->vcpu[i] = NULL;
	}
}

/* Before the GIC, which has something to keep for each of them. */
static int make_vcpu_memory(struct vm *vm, struct vm_error *error)
{
	vm->vcpu_count = vm->config.vcpus;
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		vm->vcpu[i] = hyp_alloc(sizeof(*vm->vcpu[i]));
		if (vm->vcpu[i] == NULL) {
			undo_vcpu_memory(vm);
			return out_of(vm, "vCPUs", error);
		}
		vm->vcpu[i]->vm = vm;
		vm->vcpu[i]->id = i;
	}
	return 0;
}

static int make_gic(struct vm *vm, struct vm_error *error)
{
	return vgic_create(vm) == 0 ? 0 : out_of(vm, "interrupt controller", error);
}

static int make_console(struct vm *vm, struct vm_error *error)
{
	vm->console = vconsole_create();
	return vm->console != NULL ? 0 : out_of(vm, "console", error);
}

static void undo_console(struct vm *vm)
{
	vconsole_destroy(vm->console);
}

static int make_vcpus(struct vm *vm, struct vm_error *error)
{
	for (uint32_t i = 0U; i < vm->vcpu_count; i++) {
		if (vcpu_init(vm->vcpu[i], vm, i) != 0) {
			while (i-- > 0U) {
				vcpu_destroy(vm->vcpu[i]);
			}
			return out_of(vm, "vCPUs", error);
		}
	}
	return 0;
}

static void undo_vcpus(struct vm *vm)
{
	for (uint32_t i = vm->vcpu_count; i-- > 0U;) {
		vcpu_destroy(vm->vcpu[i]);
	}
}

static const struct part parts[] = {
	{make_ram, undo_ram},
	{make_stage2, undo_stage2},
	{make_vcpu_memory, undo_vcpu_memory},
	/* Their frames, on their stacks, are there as long as the GIC, which writes to them. */
	{make_vcpus, undo_vcpus},
	/* Before the GIC: what a guest has left active is deactivated with it, then devices are given back. */
	{passthrough_take, passthrough_give},
	{make_gic, vgic_destroy},
	{make_console, undo_console},
	{vdev_create_all, vdev_destroy_all},
};

static void undo_parts(struct vm *vm, unsigned int count)
{
	while (count-- > 0U) {
		parts[count].undo(vm);
	}
}

static int make_parts(struct vm *vm, struct vm_error *error)
{
	for (unsigned int i = 0U; i < ARRAY_SIZE(parts); i++) {
		int rc = parts[i].make(vm, error);

		if (rc != 0) {
			undo_parts(vm, i);
			return rc;
		}
	}
	return 0;
}

void vm_destroy(struct vm *vm)
{
	undo_parts(vm, ARRAY_SIZE(parts));
	hyp_free(vm);
}

/* "linux, zephyr", as many as the line has room for. */
static void list_types(char *text, size_t size)
{
	size_t len = 0U;
	const char *type;

	text[0] = '\0';
	for (unsigned int i = 0U; (type = bundle_type(i)) != NULL && len + 1U < size; i++) {
		len += (size_t)snprintk(text + len, size - len, "%s%s", i > 0U ? ", " : "", type);
	}
}

static int no_type(const char *type, struct vm_error *error)
{
	char types[VM_ERROR_TEXT / 2U];

	list_types(types, sizeof(types));
	if (types[0] == '\0') {
		return vm_fail(error, -ENOENT,
			       "there is no VM definition: start ZVM with a bundle as its initrd");
	}
	if (type[0] == '\0') {
		return vm_fail(error, -ENOENT, "of what type? there are: %s", types);
	}
	return vm_fail(error, -ENOENT, "there is no definition '%.*s'; there are: %s",
		       (int)VM_NAME_MAX, type, types);
}

/* The definition, what was asked for instead of its values, and the images, all checked. */
static int read_definition(struct vm *vm, const char *type, unsigned int vcpus, unsigned int mibs,
			   struct vm_error *error)
{
	struct vm_image def;
	int rc;

	if (type[0] == '\0' || strlen(type) >= VM_NAME_MAX || strchr(type, '/') != NULL) {
		return no_type(type, error);
	}
	rc = bundle_definition(type, &def, vm->file, sizeof(vm->file));
	if (rc == -ENOENT) {
		return no_type(type, error);
	}
	if (rc != 0) {
		return vm_fail(error, rc, "%s: the bundle is damaged before it", vm->file);
	}
	rc = vmdef_read(vm->file, def.data, def.size, &vm->config, error);
	if (rc == 0 && vcpus != 0U) {
		rc = vmdef_set_vcpus(&vm->config, vcpus, error);
	}
	if (rc == 0 && mibs != 0U) {
		rc = vmdef_set_memory(&vm->config, mibs, error);
	}
	/* Where directly mapped RAM is, is known when it has been taken: make_ram() asks then. */
	return rc != 0 || vm->config.direct ? rc : loader_check(&vm->config, error);
}

static int prepare(struct vm *vm, const char *type, unsigned int vcpus, unsigned int mibs,
		   struct vm_error *error)
{
	int rc = read_definition(vm, type, vcpus, mibs, error);

	if (rc != 0) {
		return rc;
	}
	vm->hardware = passthrough_any(vm) || vm->config.smc_count != 0U;
	return make_parts(vm, error);
}

int vm_create(const char *type, unsigned int vcpus, unsigned int mibs, unsigned int *id,
	      struct vm_error *error)
{
	struct vm *vm;
	int rc = vm_id_take(id, error);

	if (rc != 0) {
		return rc;
	}
	vm = hyp_alloc(sizeof(*vm));
	if (vm == NULL) {
		rc = vm_fail(error, -ENOMEM, "not enough memory for another VM; delete one");
	} else {
		vm->id = *id;
		rc = prepare(vm, type, vcpus, mibs, error);
	}
	if (rc != 0) {
		hyp_free(vm);
		vm_id_free(*id);
		return rc;
	}
	vm_publish(vm);
	return 0;
}
