/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * What the EFI entry (efi.c) uses of UEFI: names and numbers are those of the UEFI Specification 2.10, whose section
 * numbers stand beside them. Members that are not used are there for their size only.
 */
#ifndef ZVM_ARCH_ARM64_EFI_H_
#define ZVM_ARCH_ARM64_EFI_H_

#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

#include <zephyr/toolchain.h>

typedef uint64_t efi_status_t;
typedef void *efi_handle_t;

#define EFI_ERROR            (UINT64_C(1) << 63)
#define EFI_SUCCESS          UINT64_C(0)
#define EFI_BUFFER_TOO_SMALL (EFI_ERROR | 5U)

#define EFI_PAGE_SIZE 4096U

/* 7.2.1: AllocatePages(). */
#define EFI_ALLOCATE_ANY_PAGES 0U

/* 7.2: memory types. */
enum efi_memory_type {
	EFI_RESERVED_MEMORY = 0,
	EFI_LOADER_DATA = 2,
	EFI_RUNTIME_SERVICES_CODE = 5,
	EFI_RUNTIME_SERVICES_DATA = 6,
	EFI_UNUSABLE_MEMORY = 8,
	EFI_ACPI_MEMORY_NVS = 10,
	EFI_PAL_CODE = 13,
};

struct efi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

/* 7.2.3. */
struct efi_memory_descriptor {
	uint32_t type;
	uint32_t pad;
	uint64_t physical_start;
	uint64_t virtual_start;
	uint64_t pages;
	uint64_t attribute;
};

struct efi_table_header {
	uint64_t signature;
	uint32_t revision, header_size, crc32, reserved;
};

/* 12.4. */
struct efi_text_output {
	void *reset;
	efi_status_t (*output_string)(struct efi_text_output *self, const char16_t *string);
};

/* 10.2: the nodes of a device path. */
struct efi_device_path {
	uint8_t type;
	uint8_t sub_type;
	uint16_t length;
};

/* 13.2: a file that is not in a file system, such as the initrd that a boot loader has for us. */
struct efi_load_file2 {
	efi_status_t (*load_file)(struct efi_load_file2 *self, const void *path,
				  uint8_t boot_policy, uint64_t *size, void *buffer);
};

/* 4.4: boot services, to the last one that is used. */
struct efi_boot_services {
	struct efi_table_header header;
	void *raise_tpl, *restore_tpl;
	efi_status_t (*allocate_pages)(uint32_t type, uint32_t memory_type, uint64_t pages,
				       uint64_t *memory);
	efi_status_t (*free_pages)(uint64_t memory, uint64_t pages);
	efi_status_t (*get_memory_map)(uint64_t *size, struct efi_memory_descriptor *map,
				       uint64_t *key, uint64_t *descriptor_size,
				       uint32_t *descriptor_version);
	void *allocate_pool, *free_pool;
	void *events[6];
	void *install_protocol, *reinstall_protocol, *uninstall_protocol;
	efi_status_t (*handle_protocol)(efi_handle_t handle, const struct efi_guid *protocol,
					void **interface);
	void *reserved, *register_protocol_notify, *locate_handle;
	efi_status_t (*locate_device_path)(const struct efi_guid *protocol,
					   struct efi_device_path **path, efi_handle_t *handle);
	void *install_configuration_table;
	void *load_image, *start_image, *exit, *unload_image;
	efi_status_t (*exit_boot_services)(efi_handle_t image, uint64_t key);
};
BUILD_ASSERT(offsetof(struct efi_boot_services, exit_boot_services) == 232U, "UEFI 4.4");

/* 4.6. */
struct efi_configuration_table {
	struct efi_guid guid;
	void *table;
};

/* 4.3. */
struct efi_system_table {
	struct efi_table_header header;
	const char16_t *vendor;
	uint32_t revision;
	efi_handle_t in_handle;
	void *in;
	efi_handle_t out_handle;
	struct efi_text_output *out;
	efi_handle_t err_handle;
	struct efi_text_output *err;
	void *runtime;
	struct efi_boot_services *boot;
	uint64_t tables;
	struct efi_configuration_table *table;
};

/* For efi_entry.S. */

/**
 * @brief The image as it was loaded, with room for all of it, clean to the point of coherency.
 *
 * Called before the image's pointers are right: it uses none.
 *
 * @param memory where the address of the copy's memory goes
 * @return the copy; NULL: there is no memory
 */
void *efi_copy_image(const struct efi_system_table *table, uint64_t *memory);

/**
 * @brief All that is to be done before the jump to the copy; the image's pointers are right.
 * @param memory of efi_copy_image(): given back if there is to be no jump
 * @return the devicetree; NULL: something is missing, and a line said what
 */
void *efi_prepare(efi_handle_t image, const struct efi_system_table *table, uint64_t memory);

#endif /* ZVM_ARCH_ARM64_EFI_H_ */
