/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Kinds of kernel images: how each is recognised, placed and loaded (image_*.c). loader.c puts the rest around it.
 */
#ifndef HYP_IMAGE_H_
#define HYP_IMAGE_H_

#include <stdbool.h>
#include <stdint.h>

#include <zephyr/toolchain.h>

#include "hyp/vmdef.h"

/** What an image occupies in the guest, all of it in RAM. */
struct image_place {
	uint64_t start; /**< IPA of its first byte */
	uint64_t end;   /**< IPA past its last, with what it clears by itself (BSS) */
	uint64_t entry;
};

struct image_kind {
	/** By content, and by what the definition says the OS is. */
	bool (*is)(const struct vm_config *config);
	/** Checks it, and says where it goes. @retval 0 / -EINVAL, -ENOMEM with a line */
	int (*place)(const struct vm_config *config, struct image_place *place,
		     struct vm_error *error);
	/**
	 * Copies it to where place() said. @p ram is guest RAM as the host sees it, clear.
	 * @retval 0 / -EINVAL, -ENOMEM with a line
	 */
	int (*load)(const struct vm_config *config, const struct image_place *place, uint8_t *ram,
		    struct vm_error *error);
};

extern const struct image_kind image_gzip;
extern const struct image_kind image_elf;
extern const struct image_kind image_linux;
extern const struct image_kind image_raw;

/** @brief The line "FILE: /: kernel: PATH: ...". @return -EINVAL */
int __printf_like(3, 4)
	image_bad(const struct vm_config *config, struct vm_error *error, const char *format, ...);

/** @brief Where in the host a guest address in RAM is. */
static inline uint8_t *image_ram(const struct vm_config *config, uint8_t *ram, uint64_t ipa)
{
	return ram + (ipa - config->ram_base);
}

/* Linux's Image, for the kinds that contain one (Linux, Documentation/arch/arm64/booting.rst). */

#define LINUX_HEADER_SIZE 64U

/** @brief Does it begin with the header? */
bool image_linux_header(const void *data, uint64_t size);

/** @brief Bytes that it needs from its start on, by its header; 0 if it is too old to say. */
uint64_t image_linux_size(const void *data);

/** @brief Places an Image by its header. @retval 0 / -EINVAL with a line */
int image_linux_place(const struct vm_config *config, const void *header, struct image_place *place,
		      struct vm_error *error);

#endif /* HYP_IMAGE_H_ */
