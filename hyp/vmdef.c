/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM definitions: a row per property, then the checks of properties against each other.
 *
 * scripts/mkbundle knows the same properties and the same ranges; tests/qemu/test_mkbundle.py holds the two together.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>
#include <zephyr/sys/util.h>

#include "hyp/bundle.h"
#include "hyp/guest_layout.h"
#include "hyp/vmdef.h"
#include "hyp/vmdef_internal.h"
#include "kernel/cpu.h"
#include "kernel/mem.h"
#include "lib/fdt.h"

#define MEMORY_MIB_MIN   2U
#define MEMORY_MIB_ALIGN 2U
#define PRIORITY_DEFAULT 10
#define PRIORITY_MAX     (CONFIG_NUM_PREEMPT_PRIORITIES - 1)
/* Linux's COMMAND_LINE_SIZE (arch/arm64/include/uapi/asm/setup.h). */
#define BOOTARGS_MAX 2048U

int vmdef_bad(const struct vmdef_reader *r, int node, const char *prop, const char *format, ...)
{
	char path[64];
	va_list ap;
	int rc;

	if (fdt_get_path(r->fdt, node, path, sizeof(path)) != 0) {
		snprintk(path, sizeof(path), "/...");
	}
	va_start(ap, format);
	rc = vm_vfail_def(r->config, r->error, -EINVAL, path, prop, format, ap);
	va_end(ap);
	return rc;
}

int vmdef_u32(const struct vmdef_reader *r, int node, const char *prop, uint32_t *value)
{
	int rc = fdt_prop_u32(r->fdt, node, prop, value, NULL);

	return rc == 0 ? 0 : vmdef_bad(r, node, prop, "must be one number, <n>");
}

int vmdef_string(const struct vmdef_reader *r, int node, const char *prop, const char **value)
{
	int len;
	const char *s = fdt_getprop(r->fdt, node, prop, &len);

	if (s == NULL || len < 1 || strnlen(s, (size_t)len) != (size_t)len - 1U) {
		return vmdef_bad(r, node, prop, "must be one string, \"...\"");
	}
	*value = s;
	return 0;
}

int vmdef_spi(const struct vmdef_reader *r, int node, const char *prop, uint32_t *intid)
{
	int rc = vmdef_u32(r, node, prop, intid);

	if (rc == 0 && (*intid < VMDEF_SPI_FIRST || *intid > VMDEF_SPI_LAST)) {
		rc = vmdef_bad(r, node, prop, "%u: must be an INTID from %u to %u", *intid,
			       VMDEF_SPI_FIRST, VMDEF_SPI_LAST);
	}
	return rc;
}

int vmdef_range(const struct vmdef_reader *r, int node, const char *prop, uint64_t *base,
		uint64_t *size)
{
	int len;
	const fdt32_t *p = fdt_getprop(r->fdt, node, prop, &len);

	if (p == NULL || len != 16) {
		return vmdef_bad(r, node, prop, "must be address and size, two cells each");
	}
	*base = fdt_cells(p, 2);
	*size = fdt_cells(p + 2, 2);
	if (*size == 0U) {
		return vmdef_bad(r, node, prop, "the size is 0");
	}
	if (!range_end_ok(*base, *size)) {
		return vmdef_bad(r, node, prop, "0x%llx + 0x%llx is beyond 64 bits",
				 (unsigned long long)*base, (unsigned long long)*size);
	}
	return 0;
}

/* ---- properties of the root ---------------------------------------------------------------- */

/* An image of each kind: by path or by address. */
static struct vm_image *image_of(struct vm_config *config, const char *prop)
{
	switch (prop[0]) {
	case 'k':
		return &config->kernel;
	case 'i':
		return &config->initrd;
	default:
		return &config->dtb;
	}
}

static int read_path(struct vmdef_reader *r, const char *prop)
{
	struct vm_image *image = image_of(r->config, prop);
	const char *path = NULL;
	int rc = vmdef_string(r, 0, prop, &path);

	if (rc != 0) {
		return rc;
	}
	if (image->name != NULL) {
		return vmdef_bad(r, 0, prop, "there is %s-reg as well; one of the two", prop);
	}
	rc = bundle_file(path, image);
	if (rc == -ENOENT) {
		(void)vmdef_bad(r, 0, prop, "there is no '%s' in the bundle", path);
		return rc;
	}
	if (rc != 0) {
		return vmdef_bad(r, 0, prop, "'%s': the bundle is damaged before it", path);
	}
	if (image->size == 0U) {
		return vmdef_bad(r, 0, prop, "'%s' is empty", path);
	}
	image->name = path;
	return 0;
}

static int read_reg(struct vmdef_reader *r, const char *prop)
{
	struct vm_image *image = image_of(r->config, prop);
	uint64_t base = 0U;
	uint64_t size = 0U;
	int rc = vmdef_range(r, 0, prop, &base, &size);

	if (rc != 0) {
		return rc;
	}
	if (image->name != NULL) {
		return vmdef_bad(r, 0, prop, "there is a path as well; one of the two");
	}
	rc = mem_foreign(base, size);
	if (rc == -ENXIO) {
		return vmdef_bad(r, 0, prop, "0x%llx + 0x%llx is not in this machine's RAM",
				 (unsigned long long)base, (unsigned long long)size);
	}
	if (rc != 0) {
		return vmdef_bad(
			r, 0, prop,
			"the host uses memory in 0x%llx + 0x%llx; leave the image elsewhere",
			(unsigned long long)base, (unsigned long long)size);
	}
	*image = (struct vm_image){
		.data = hpa_ptr(hpa(base)), .size = size, .name = prop, .by_address = true};
	return 0;
}

static int read_kernel_load(struct vmdef_reader *r, const char *prop)
{
	int len;
	const fdt32_t *p = fdt_getprop(r->fdt, 0, prop, &len);

	if (p == NULL || len != 8) {
		return vmdef_bad(r, 0, prop, "must be one address, two cells");
	}
	r->config->kernel_load = fdt_cells(p, 2);
	r->config->kernel_load_set = true;
	return 0;
}

static int read_os(struct vmdef_reader *r, const char *prop)
{
	static const char *const names[] = {
		[VM_OS_LINUX] = "linux",
		[VM_OS_ZEPHYR] = "zephyr",
		[VM_OS_RAW] = "raw",
	};
	const char *name = "";
	int rc = vmdef_string(r, 0, prop, &name);

	if (rc != 0) {
		return rc;
	}
	for (unsigned int i = 0U; i < ARRAY_SIZE(names); i++) {
		if (strcmp(name, names[i]) == 0) {
			r->config->os = (enum vm_os)i;
			return 0;
		}
	}
	return vmdef_bad(r, 0, prop, "'%s': must be linux, zephyr or raw", name);
}

static int read_vcpus(struct vmdef_reader *r, const char *prop)
{
	int rc = vmdef_u32(r, 0, prop, &r->config->vcpus);

	if (rc == 0 && (r->config->vcpus == 0U || r->config->vcpus > VM_VCPUS_MAX)) {
		rc = vmdef_bad(r, 0, prop, "%u: must be 1 to %u", r->config->vcpus, VM_VCPUS_MAX);
	}
	return rc;
}

/* Guest memory is mapped by 2 MiB blocks. */
static int memory_ok(uint64_t mib, const char **why)
{
	if (mib < MEMORY_MIB_MIN || mib % MEMORY_MIB_ALIGN != 0U) {
		*why = "must be a multiple of 2, at least 2";
		return -EINVAL;
	}
	if (mib > ((UINT64_C(1) << vmdef_ipa_bits()) - GUEST_RAM_BASE) / MB(1)) {
		*why = "more than a guest can address here";
		return -EINVAL;
	}
	return 0;
}

static int read_memory(struct vmdef_reader *r, const char *prop)
{
	const char *why;
	uint32_t mib;
	int rc = vmdef_u32(r, 0, prop, &mib);

	if (rc != 0) {
		return rc;
	}
	if (memory_ok(mib, &why) != 0) {
		return vmdef_bad(r, 0, prop, "%u: %s", mib, why);
	}
	r->config->ram_size = (uint64_t)mib * MB(1);
	return 0;
}

static int read_memory_map(struct vmdef_reader *r, const char *prop)
{
	const char *how = "";
	int rc = vmdef_string(r, 0, prop, &how);

	if (rc != 0) {
		return rc;
	}
	r->config->direct = strcmp(how, "direct") == 0;
	if (!r->config->direct && strcmp(how, "virtual") != 0) {
		return vmdef_bad(r, 0, prop, "'%s': must be virtual or direct", how);
	}
	return 0;
}

static int read_memory_base(struct vmdef_reader *r, const char *prop)
{
	int len;
	const fdt32_t *p = fdt_getprop(r->fdt, 0, prop, &len);

	if (p == NULL || len != 8) {
		return vmdef_bad(r, 0, prop, "must be one address, two cells");
	}
	r->config->direct_base = fdt_cells(p, 2);
	if (r->config->direct_base == 0U ||
	    !is_aligned(r->config->direct_base, MB(MEMORY_MIB_ALIGN))) {
		return vmdef_bad(r, 0, prop, "0x%llx: must be a multiple of 2 MiB, and not 0",
				 (unsigned long long)r->config->direct_base);
	}
	return 0;
}

static int read_bootargs(struct vmdef_reader *r, const char *prop)
{
	int rc = vmdef_string(r, 0, prop, &r->config->bootargs);

	if (rc == 0 && strlen(r->config->bootargs) >= BOOTARGS_MAX) {
		rc = vmdef_bad(r, 0, prop, "longer than %u characters", BOOTARGS_MAX - 1U);
	}
	return rc;
}

static int read_priority(struct vmdef_reader *r, const char *prop)
{
	uint32_t cell;
	int rc = vmdef_u32(r, 0, prop, &cell);

	if (rc != 0) {
		return rc;
	}
	r->config->priority = (int)cell;
	if (r->config->priority < 0) {
		return vmdef_bad(r, 0, prop, "%d would be a cooperative priority: must be 0 to %d",
				 r->config->priority, PRIORITY_MAX);
	}
	if (r->config->priority > PRIORITY_MAX) {
		return vmdef_bad(r, 0, prop, "%d: must be 0 to %d", r->config->priority,
				 PRIORITY_MAX);
	}
	return 0;
}

static int read_cpus(struct vmdef_reader *r, const char *prop)
{
	int len;
	const fdt32_t *p = fdt_getprop(r->fdt, 0, prop, &len);
	unsigned int count = p != NULL ? (unsigned int)len / 4U : 0U;

	if (count == 0U || len % 4 != 0) {
		return vmdef_bad(r, 0, prop, "must be a list of numbers, <n n ...>");
	}
	if (count > VM_VCPUS_MAX) {
		return vmdef_bad(r, 0, prop, "%u CPUs, at most %u: one per vCPU", count,
				 VM_VCPUS_MAX);
	}
	for (unsigned int i = 0U; i < count; i++) {
		uint32_t cpu = fdt32_ld(&p[i]);

		if (cpu >= 32U || ((z_cpu_online >> cpu) & 1U) == 0U) {
			return vmdef_bad(r, 0, prop, "%u: this machine's CPUs are 0 to %u", cpu,
					 arch_num_cpus() - 1U);
		}
		r->config->cpu[i] = (uint8_t)cpu;
	}
	r->config->cpu_count = count;
	r->config->pinned = true;
	return 0;
}

static int read_wfi(struct vmdef_reader *r, const char *prop)
{
	const char *how = "";
	int rc = vmdef_string(r, 0, prop, &how);

	if (rc != 0) {
		return rc;
	}
	r->config->wfi_native = strcmp(how, "native") == 0;
	if (!r->config->wfi_native && strcmp(how, "trap") != 0) {
		return vmdef_bad(r, 0, prop, "'%s': must be trap or native", how);
	}
	return 0;
}

static int read_autostart(struct vmdef_reader *r, const char *prop)
{
	int len;

	(void)fdt_getprop(r->fdt, 0, prop, &len);
	if (len != 0) {
		return vmdef_bad(r, 0, prop, "takes no value");
	}
	r->config->autostart = true;
	return 0;
}

static int read_compatible(struct vmdef_reader *r, const char *prop)
{
	if (!fdt_is_compatible(r->fdt, 0, "zvm,vm-v1")) {
		return vmdef_bad(r, 0, prop, "must be \"zvm,vm-v1\"");
	}
	return 0;
}

/* Some would write them, and dtc asks for them: what they say is what we take for granted. */
static int read_two_cells(struct vmdef_reader *r, const char *prop)
{
	uint32_t cells;
	int rc = vmdef_u32(r, 0, prop, &cells);

	return rc == 0 && cells != 2U ? vmdef_bad(r, 0, prop, "must be <2>") : rc;
}

struct property {
	const char *name;
	int (*read)(struct vmdef_reader *r, const char *prop);
};

static const struct property properties[] = {
	{"compatible", read_compatible},
	{"#address-cells", read_two_cells},
	{"#size-cells", read_two_cells},
	{"os", read_os},
	{"vcpus", read_vcpus},
	{"memory-mib", read_memory},
	{"memory-map", read_memory_map},
	{"memory-base", read_memory_base},
	{"kernel", read_path},
	{"kernel-reg", read_reg},
	{"kernel-load", read_kernel_load},
	{"initrd", read_path},
	{"initrd-reg", read_reg},
	{"dtb", read_path},
	{"dtb-reg", read_reg},
	{"bootargs", read_bootargs},
	{"priority", read_priority},
	{"cpus", read_cpus},
	{"wfi", read_wfi},
	{"autostart", read_autostart},
	{"smc-allow", vmdef_read_smc},
};

static int read_property(struct vmdef_reader *r, const char *prop)
{
	for (unsigned int i = 0U; i < ARRAY_SIZE(properties); i++) {
		if (strcmp(prop, properties[i].name) == 0) {
			return properties[i].read(r, prop);
		}
	}
	return vmdef_bad(r, 0, prop, "unknown property");
}

static int read_properties(struct vmdef_reader *r)
{
	int at;

	fdt_for_each_property_offset(at, r->fdt, 0) {
		const char *prop;
		int rc;

		(void)fdt_getprop_by_offset(r->fdt, at, &prop, NULL);
		rc = read_property(r, prop);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static int check_present(const struct vmdef_reader *r)
{
	static const char *const required[] = {"compatible", "os", "memory-mib"};

	for (unsigned int i = 0U; i < ARRAY_SIZE(required); i++) {
		if (fdt_getprop(r->fdt, 0, required[i], NULL) == NULL) {
			return vmdef_bad(r, 0, required[i], "is missing");
		}
	}
	if (r->config->kernel.data == NULL) {
		return vmdef_bad(r, 0, "kernel", "is missing, and so is kernel-reg");
	}
	return 0;
}

/* Two images in the same place: a loader has written one over the other. */
static int check_images(const struct vmdef_reader *r)
{
	const struct vm_image *images[] = {&r->config->kernel, &r->config->initrd, &r->config->dtb};

	for (unsigned int i = 1U; i < ARRAY_SIZE(images); i++) {
		for (unsigned int j = 0U; j < i; j++) {
			if (images[i]->by_address && images[j]->by_address &&
			    ranges_overlap(hpa_of(images[i]->data).v, images[i]->size,
					   hpa_of(images[j]->data).v, images[j]->size)) {
				return vmdef_bad(r, 0, images[i]->name, "overlaps %s",
						 images[j]->name);
			}
		}
	}
	return 0;
}

/* What properties say of each other. */
static int check_together(const struct vmdef_reader *r)
{
	const struct vm_config *config = r->config;

	if (config->pinned && config->cpu_count < config->vcpus) {
		return vmdef_bad(r, 0, "cpus", "%u for %u vCPUs: name one for each",
				 config->cpu_count, config->vcpus);
	}
	if (config->direct_base != 0U && !config->direct) {
		return vmdef_bad(r, 0, "memory-base", "is for memory-map = \"direct\"");
	}
	if (config->wfi_native && !config->pinned) {
		return vmdef_bad(r, 0, "wfi", "native is for pinned vCPUs: say cpus as well");
	}
	if (config->kernel_load_set && (config->os == VM_OS_LINUX || config->ram_base != 0U) &&
	    (config->os == VM_OS_LINUX || !is_aligned(config->kernel_load, 4U) ||
	     !range_contains(config->ram_base, config->ram_size, config->kernel_load))) {
		return config->os == VM_OS_LINUX
			       ? vmdef_bad(r, 0, "kernel-load", "is for raw images, not for linux")
			       : vmdef_bad(
					 r, 0, "kernel-load",
					 "0x%llx: must be a multiple of 4 in guest RAM, 0x%llx + 0x%llx",
					 (unsigned long long)config->kernel_load,
					 (unsigned long long)config->ram_base,
					 (unsigned long long)config->ram_size);
	}
	return 0;
}

static int check_tree(const char *file, const void *fdt, size_t size, struct vm_error *error)
{
	const char *why;

	if (size < sizeof(struct fdt_header) || fdt_magic(fdt) != FDT_MAGIC) {
		return vm_fail(error, -EINVAL,
			       "%s: not a compiled devicetree; scripts/mkbundle makes one", file);
	}
	why = fdt_verify(fdt, size);
	return why == NULL ? 0 : vm_fail(error, -EINVAL, "%s: %s", file, why);
}

/* "linux" of "vms/linux.dtb" or ".../linux". */
static int take_name(const char *file, struct vm_config *config, struct vm_error *error)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash != NULL ? slash + 1 : file;
	size_t len = strlen(name);

	len -= len >= 4U && strcmp(name + len - 4U, ".dtb") == 0 ? 4U : 0U;
	if (len == 0U || len >= sizeof(config->name)) {
		return vm_fail(error, -EINVAL, "%s: the name must have 1 to %u characters", file,
			       VM_NAME_MAX - 1U);
	}
	memcpy(config->name, name, len);
	config->name[len] = '\0';
	return 0;
}

static void set_ram_base(struct vm_config *config, uint64_t base)
{
	config->ram_base = base;
	if (!config->kernel_load_set) {
		config->kernel_load = base;
	}
}

int vmdef_place_ram(struct vm_config *config, uint64_t base, struct vm_error *error)
{
	struct vmdef_reader r = {.fdt = config->def, .config = config, .error = error};
	int rc;

	set_ram_base(config, base);
	rc = check_together(&r);
	return rc != 0 ? rc : vmdef_check_devices(&r);
}

int vmdef_read(const char *file, const void *fdt, size_t size, struct vm_config *config,
	       struct vm_error *error)
{
	struct vmdef_reader r = {.fdt = fdt, .config = config, .error = error};
	int rc;

	*config = (struct vm_config){
		.vcpus = 1U,
		.ram_base = GUEST_RAM_BASE,
		.kernel_load = GUEST_RAM_BASE,
		.bootargs = "",
		.priority = PRIORITY_DEFAULT,
		.file = file,
		.def = fdt,
	};
	rc = take_name(file, config, error);
	rc = rc != 0 ? rc : check_tree(file, fdt, size, error);
	rc = rc != 0 ? rc : read_properties(&r);
	rc = rc != 0 ? rc : check_present(&r);
	rc = rc != 0 ? rc : check_images(&r);
	if (rc == 0 && config->direct) {
		set_ram_base(config, config->direct_base);
	}
	rc = rc != 0 ? rc : check_together(&r);
	return rc != 0 ? rc : vmdef_read_devices(&r);
}

int vmdef_set_vcpus(struct vm_config *config, unsigned int vcpus, struct vm_error *error)
{
	if (vcpus == 0U || vcpus > VM_VCPUS_MAX) {
		return vm_fail(error, -EINVAL, "%u vCPUs: must be 1 to %u", vcpus, VM_VCPUS_MAX);
	}
	if (config->pinned && vcpus > config->cpu_count) {
		return vm_fail(error, -EINVAL, "%u vCPUs: the definition's cpus names CPUs for %u",
			       vcpus, config->cpu_count);
	}
	config->vcpus = vcpus;
	return 0;
}

int vmdef_set_memory(struct vm_config *config, uint64_t mib, struct vm_error *error)
{
	struct vmdef_reader r = {.fdt = config->def, .config = config, .error = error};
	uint64_t old = config->ram_size;
	const char *why;
	int rc;

	if (memory_ok(mib, &why) != 0) {
		return vm_fail(error, -EINVAL, "%llu MiB: %s", (unsigned long long)mib, why);
	}
	config->ram_size = mib * MB(1);
	rc = check_together(&r);
	rc = rc != 0 ? rc : vmdef_check_devices(&r);
	if (rc != 0) {
		config->ram_size = old;
	}
	return rc;
}
