/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where everything goes in guest RAM, and the copying.
 *
 * The kernel decides first. The devicetree goes to the top of RAM, the initrd below it: away from what a kernel uses
 * right behind itself. A raw image that leaves room at the start of RAM finds its devicetree there, where such
 * images look for it when their loader is QEMU.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/util.h>

#include "hyp/guest_dtb.h"
#include "hyp/guest_mem.h"
#include "hyp/image.h"
#include "hyp/loader.h"
#include "hyp/vm.h"
#include "lib/addr.h"

/* The largest page of a guest, so that neither shares one with anything. */
#define PLACE_ALIGN UINT64_C(0x10000)
/* The initrd must lie in a window of 32 GiB around the kernel (Linux, Documentation/arch/arm64/booting.rst). */
#define LINUX_WINDOW (UINT64_C(32) << 30)

/* In the order in which content is looked at; the last takes what is left, if the OS may be raw. */
static const struct image_kind *const kinds[] = {
	&image_gzip,
	&image_elf,
	&image_linux,
	&image_raw,
};

struct plan {
	const struct image_kind *kind;
	struct image_place kernel;
	uint64_t initrd;
	uint64_t dtb;
	uint64_t dtb_room;
};

int image_bad(const struct vm_config *config, struct vm_error *error, const char *format, ...)
{
	const char *name = config->kernel.name;
	char what[VM_ERROR_TEXT];
	va_list ap;

	va_start(ap, format);
	vsnprintk(what, sizeof(what), format, ap);
	va_end(ap);
	return vm_fail_def(config, error, -EINVAL, "/", "%s%s: %s",
			   config->kernel.by_address ? "" : "kernel: ", name, what);
}

/* ---- where to ------------------------------------------------------------------------------ */

static int plan_kernel(const struct vm_config *config, struct plan *plan, struct vm_error *error)
{
	for (unsigned int i = 0U; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i]->is(config)) {
			plan->kind = kinds[i];
			if (config->kernel_load_set && plan->kind != &image_raw) {
				return vm_fail_def(
					config, error, -EINVAL, "/",
					"kernel-load: is for raw images; this one says its place");
			}
			return plan->kind->place(config, &plan->kernel, error);
		}
	}
	return image_bad(config, error,
			 "is neither a Linux Image for arm64, nor that in gzip, nor ELF");
}

static int no_room(const struct vm_config *config, const char *what, uint64_t size,
		   const struct plan *plan, struct vm_error *error)
{
	return vm_fail_def(
		config, error, -EINVAL, "/",
		"memory-mib: %llu: no room for %s of 0x%llx bytes beside the kernel at 0x%llx to 0x%llx",
		(unsigned long long)(config->ram_size / MB(1)), what, (unsigned long long)size,
		(unsigned long long)plan->kernel.start, (unsigned long long)plan->kernel.end);
}

/*
 * The highest place below `top`, which is aligned, that is not the kernel's; *top becomes that. `bottom` is where
 * RAM is free from.
 */
static bool place_below(const struct plan *plan, uint64_t bottom, uint64_t size, uint64_t *top)
{
	uint64_t high = plan->kernel.end;
	uint64_t at = *top;

	for (int i = 0; i < 2; i++) {
		if (size <= at - bottom) {
			at = align_down(at - size, PLACE_ALIGN);
			if (at >= bottom && (at >= high || at + size <= plan->kernel.start)) {
				*top = at;
				return true;
			}
		}
		/* Then below the kernel. */
		at = align_down(plan->kernel.start, PLACE_ALIGN);
		if (at < bottom || at > *top) {
			break;
		}
	}
	return false;
}

static uint64_t ram_top(const struct vm_config *config)
{
	uint64_t size = config->ram_size;

	if (config->os == VM_OS_LINUX) {
		size = MIN(size, LINUX_WINDOW);
	}
	return align_down(config->ram_base + size, PLACE_ALIGN);
}

static int plan_dtb(const struct vm_config *config, struct plan *plan, uint64_t *bottom,
		    uint64_t *top, struct vm_error *error)
{
	uint64_t room;
	int rc = guest_dtb_room(config, &room, error);

	if (rc != 0) {
		return rc;
	}
	plan->dtb_room = ROUND_UP(room, PLACE_ALIGN);
	if (plan->kind == &image_raw && plan->kernel.start - *bottom >= plan->dtb_room) {
		plan->dtb = *bottom;
		*bottom += plan->dtb_room;
		return 0;
	}
	if (!place_below(plan, *bottom, plan->dtb_room, top)) {
		return no_room(config, "a devicetree", plan->dtb_room, plan, error);
	}
	plan->dtb = *top;
	return 0;
}

static int make_plan(const struct vm_config *config, struct plan *plan, struct vm_error *error)
{
	uint64_t bottom = config->ram_base;
	uint64_t top = ram_top(config);
	int rc;

	*plan = (struct plan){0};
	rc = plan_kernel(config, plan, error);
	rc = rc != 0 ? rc : plan_dtb(config, plan, &bottom, &top, error);
	if (rc != 0 || config->initrd.size == 0U) {
		return rc;
	}
	if (!place_below(plan, bottom, config->initrd.size, &top)) {
		return no_room(config, "an initrd", config->initrd.size, plan, error);
	}
	plan->initrd = top;
	return 0;
}

int loader_check(const struct vm_config *config, struct vm_error *error)
{
	struct plan plan;

	return make_plan(config, &plan, error);
}

/* ---- there --------------------------------------------------------------------------------- */

static void put(struct vm *vm, uint64_t at, const void *data, uint64_t size)
{
	uint8_t *to = image_ram(&vm->config, vm->ram, at);

	memcpy(to, data, size);
	guest_ram_clean(to, size);
}

static int load_kernel(struct vm *vm, const struct plan *plan, struct vm_error *error)
{
	int rc = plan->kind->load(&vm->config, &plan->kernel, vm->ram, error);

	guest_ram_clean(image_ram(&vm->config, vm->ram, plan->kernel.start),
			plan->kernel.end - plan->kernel.start);
	return rc;
}

static int load_dtb(struct vm *vm, const struct plan *plan, struct vm_error *error)
{
	uint8_t *to = image_ram(&vm->config, vm->ram, plan->dtb);
	size_t size = 0U;
	int rc = guest_dtb_make(vm, plan->initrd, vm->config.initrd.size, to, plan->dtb_room, &size,
				error);

	if (rc == 0) {
		guest_ram_clean(to, size);
	}
	return rc;
}

int loader_load(struct vm *vm, struct loader_entry *entry, struct vm_error *error)
{
	struct plan plan;
	int rc = make_plan(&vm->config, &plan, error);

	rc = rc != 0 ? rc : load_kernel(vm, &plan, error);
	if (rc == 0 && vm->config.initrd.size != 0U) {
		put(vm, plan.initrd, vm->config.initrd.data, vm->config.initrd.size);
	}
	rc = rc != 0 ? rc : load_dtb(vm, &plan, error);
	if (rc == 0) {
		*entry = (struct loader_entry){.pc = plan.kernel.entry, .x0 = plan.dtb};
	}
	return rc;
}
