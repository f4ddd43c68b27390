/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Started by UEFI: what a boot loader for the Linux boot protocol would do. It finds the devicetree and the initrd, leaves the
 * firmware, and goes to the start of the image as if U-Boot had loaded it. The initrd comes as boot loaders give it to
 * Linux: by the LoadFile2 protocol, or named in /chosen of the devicetree (GRUB before 2.12).
 *
 * This code runs on the firmware's stack, with its translation tables, before anything of ZVM's is set up. Section
 * numbers are those of the UEFI Specification 2.10.
 */
#ifdef CONFIG_EFI_STUB
#include "arch/arm64/efi.h"

#include <stdbool.h>
#include <string.h>

#include <libfdt.h>

#include <zephyr/sys/util.h>

#include "arch/arm64/cache.h"
#include "arch/arm64/image.h"

/* Room for what is added to the devicetree: two properties, and a reservation per memory descriptor. */
#define FDT_ROOM 1024U
/* Descriptors that may appear between two looks at the memory map. */
#define MAP_SLACK 8U
/* The firmware may change its map while it ends (7.4.6): then it is to be read again. */
#define EXIT_TRIES 8U

/* Memory that the firmware gave. */
#define TAKEN_MAX 3U

struct stub {
	efi_handle_t image;
	const struct efi_system_table *table;
	const struct efi_boot_services *boot;
	struct {
		uint64_t at, pages;
	} taken[TAKEN_MAX];
	unsigned int taken_count;
	void *fdt;
	uint64_t map_room;
	struct efi_memory_descriptor *map;
	uint64_t map_size, descriptor_size;
};

static const struct efi_guid fdt_guid = {
	0xb1b621d5, 0xf19c, 0x41a5, {0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0}};
static const struct efi_guid load_file2_guid = {
	0x4006c0c1, 0xfcb3, 0x403e, {0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d}};

/* The device path that stands for the initrd: a vendor's media node with Linux's GUID, and the end (10.3.5.3). */
static const struct {
	struct efi_device_path vendor;
	struct efi_guid guid;
	struct efi_device_path end;
} initrd_path = {
	{4U, 3U, 20U},
	{0x5568e427, 0x68fc, 0x4f3d, {0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68}},
	{0x7fU, 0xffU, 4U},
};

BUILD_ASSERT(sizeof(initrd_path) == 24U, "as it is in memory");

static void say(const struct stub *s, const char16_t *line)
{
	(void)s->table->out->output_string(s->table->out, u"ZVM: ");
	(void)s->table->out->output_string(s->table->out, line);
	(void)s->table->out->output_string(s->table->out, u"\r\n");
}

static void *take(struct stub *s, uint64_t size)
{
	uint64_t count = DIV_ROUND_UP(size, EFI_PAGE_SIZE);
	uint64_t at = 0U;

	if (s->boot->allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, count, &at) !=
	    EFI_SUCCESS) {
		return NULL;
	}
	s->taken[s->taken_count].at = at;
	s->taken[s->taken_count++].pages = count;
	return (void *)(uintptr_t)at;
}

static void give_back(struct stub *s)
{
	while (s->taken_count-- > 0U) {
		(void)s->boot->free_pages(s->taken[s->taken_count].at,
					  s->taken[s->taken_count].pages);
	}
}

/* Pages of the image's copy, which begins at a multiple of 2 MiB in them. */
#define COPY_PAGES ((size_t)(z_image_size + IMAGE_ALIGN) / EFI_PAGE_SIZE)

void *efi_copy_image(const struct efi_system_table *table, uint64_t *memory)
{
	size_t size = z_image_size;
	char *copy;

	if (table->boot->allocate_pages(EFI_ALLOCATE_ANY_PAGES, EFI_LOADER_DATA, COPY_PAGES,
					memory) != EFI_SUCCESS) {
		return NULL;
	}
	copy = (char *)ROUND_UP(*memory, IMAGE_ALIGN);
	memcpy(copy, z_image_start, (size_t)(z_data_end - z_image_start));
	cache_clean_invalidate(copy, size);
	return copy;
}

/* ---- the devicetree ------------------------------------------------------------------------- */

static const void *firmware_fdt(const struct stub *s)
{
	for (uint64_t i = 0U; i < s->table->tables; i++) {
		const struct efi_configuration_table *entry = &s->table->table[i];

		if (memcmp(&entry->guid, &fdt_guid, sizeof(fdt_guid)) == 0 &&
		    fdt_check_header(entry->table) == 0) {
			return entry->table;
		}
	}
	return NULL;
}

/* A copy with room, and the memory for the map of memory. */
static bool take_fdt(struct stub *s)
{
	const void *fdt = firmware_fdt(s);
	uint64_t key, size = 0U;
	uint32_t version;
	size_t room;

	if (fdt == NULL) {
		say(s, u"the firmware has no devicetree (ACPI only): load one in GRUB with "
		       u"'devicetree FILE', with QEMU use -M virt,acpi=off");
		return false;
	}
	if (s->boot->get_memory_map(&size, NULL, &key, &s->descriptor_size, &version) !=
	    EFI_BUFFER_TOO_SMALL) {
		say(s, u"the firmware gives no memory map");
		return false;
	}
	s->map_room = size + MAP_SLACK * s->descriptor_size;
	s->map = take(s, s->map_room);
	room = ROUND_UP(fdt_totalsize(fdt) + FDT_ROOM +
				s->map_room / s->descriptor_size * sizeof(struct fdt_reserve_entry),
			EFI_PAGE_SIZE);
	s->fdt = take(s, room);
	if (s->map == NULL || s->fdt == NULL || fdt_open_into(fdt, s->fdt, (int)room) != 0) {
		say(s, u"no memory for the devicetree, or it is damaged");
		return false;
	}
	return true;
}

/* What the firmware goes on using, or says that nobody may. */
static bool is_reserved(uint32_t type)
{
	return type == EFI_RESERVED_MEMORY || type == EFI_RUNTIME_SERVICES_CODE ||
	       type == EFI_RUNTIME_SERVICES_DATA || type == EFI_UNUSABLE_MEMORY ||
	       type == EFI_ACPI_MEMORY_NVS || type == EFI_PAL_CODE;
}

static void reserve_firmware(const struct stub *s)
{
	for (uint64_t at = 0U; at < s->map_size; at += s->descriptor_size) {
		const struct efi_memory_descriptor *d = (const void *)((const char *)s->map + at);

		if (is_reserved(d->type)) {
			(void)fdt_add_mem_rsv(s->fdt, d->physical_start, d->pages * EFI_PAGE_SIZE);
		}
	}
}

/* ---- the initrd ------------------------------------------------------------------------------ */

static bool put_initrd(const struct stub *s, const void *initrd, uint64_t size)
{
	int chosen = fdt_path_offset(s->fdt, "/chosen");
	uint64_t start = (uintptr_t)initrd;

	if (chosen < 0) {
		chosen = fdt_add_subnode(s->fdt, 0, "chosen");
	}
	return chosen >= 0 && fdt_setprop_u64(s->fdt, chosen, "linux,initrd-start", start) == 0 &&
	       fdt_setprop_u64(s->fdt, chosen, "linux,initrd-end", start + size) == 0;
}

/* Linux, Documentation: a loader offers the initrd as a file at a device path of its own. None offered: as it is. */
static bool take_initrd(struct stub *s)
{
	struct efi_device_path *path = (struct efi_device_path *)(uintptr_t)&initrd_path;
	struct efi_load_file2 *loader;
	efi_handle_t handle;
	uint64_t size = 0U;
	void *initrd;

	if (s->boot->locate_device_path(&load_file2_guid, &path, &handle) != EFI_SUCCESS ||
	    s->boot->handle_protocol(handle, &load_file2_guid, (void **)&loader) != EFI_SUCCESS) {
		return true;
	}
	if (loader->load_file(loader, path, 0U, &size, NULL) != EFI_BUFFER_TOO_SMALL) {
		return true;
	}
	initrd = take(s, size);
	if (initrd == NULL || loader->load_file(loader, path, 0U, &size, initrd) != EFI_SUCCESS ||
	    !put_initrd(s, initrd, size)) {
		say(s, u"the initrd does not fit into memory, or cannot be read");
		return false;
	}
	cache_clean(initrd, size);
	return true;
}

/* ---- leaving --------------------------------------------------------------------------------- */

static bool leave_firmware(struct stub *s)
{
	for (unsigned int i = 0U; i < EXIT_TRIES; i++) {
		uint64_t key;
		uint32_t version;

		s->map_size = s->map_room;
		if (s->boot->get_memory_map(&s->map_size, s->map, &key, &s->descriptor_size,
					    &version) != EFI_SUCCESS) {
			break;
		}
		if (s->boot->exit_boot_services(s->image, key) == EFI_SUCCESS) {
			return true;
		}
	}
	say(s, u"the firmware does not let go of the machine (ExitBootServices)");
	return false;
}

void *efi_prepare(efi_handle_t image, const struct efi_system_table *table, uint64_t memory)
{
	struct stub s = {.image = image, .table = table, .boot = table->boot};

	if (!take_fdt(&s) || !take_initrd(&s) || !leave_firmware(&s)) {
		give_back(&s);
		(void)s.boot->free_pages(memory, COPY_PAGES);
		return NULL;
	}
	/* Nobody is left who could be told. Room was made for all of them. */
	reserve_firmware(&s);
	cache_clean(s.fdt, fdt_totalsize(s.fdt));
	return s.fdt;
}
#endif /* CONFIG_EFI_STUB */
