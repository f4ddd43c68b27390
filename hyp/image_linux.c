/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linux's arm64 Image (Linux, Documentation/arch/arm64/booting.rst): a header of 64 bytes, then what is to be copied
 * to `text_offset` above a multiple of 2 MiB.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/byteorder.h>
#include <zephyr/sys/util.h>

#include "hyp/idregs.h"
#include "hyp/image.h"
#include "lib/addr.h"

#define AT_TEXT_OFFSET 8U
#define AT_IMAGE_SIZE  16U
#define AT_FLAGS       24U
#define AT_MAGIC       56U
#define AT_PE          60U

#define MAGIC           0x644d5241U /* "ARM\x64" */
#define FLAG_BIG_ENDIAN BIT64(0)
#define FLAGS_PAGE(f)   (((f) >> 1) & 3U)

#define ALIGN UINT64_C(0x200000)

bool image_linux_header(const void *data, uint64_t size)
{
	return size >= LINUX_HEADER_SIZE && sys_get_le32((const uint8_t *)data + AT_MAGIC) == MAGIC;
}

uint64_t image_linux_size(const void *data)
{
	return sys_get_le64((const uint8_t *)data + AT_IMAGE_SIZE);
}

/* Linux stops without a word where its pages are not to be had (Arm ARM D19.2, ID_AA64MMFR0_EL1.TGran*). */
static const struct {
	unsigned int kib;
	unsigned int shift;
	/** Values of the field from here to `last` say that there are such pages. */
	uint8_t first, last;
} pages[] = {
	[1] = {.kib = 4U, .shift = 28U, .first = 0U, .last = 7U},
	[2] = {.kib = 16U, .shift = 20U, .first = 1U, .last = 15U},
	[3] = {.kib = 64U, .shift = 24U, .first = 0U, .last = 7U},
};

static bool has_pages(unsigned int size)
{
	uint64_t field = idregs_guest[IDREG(7, 0)] >> pages[size].shift & 0xfU;

	return size == 0U || (field >= pages[size].first && field <= pages[size].last);
}

/* The MiB that two sizes take together, whatever a header says that they are. */
static uint64_t mib_up(uint64_t a, uint64_t b)
{
	uint64_t rest = MB(1) - 1U;

	return a / MB(1) + b / MB(1) + ((a & rest) + (b & rest) + rest) / MB(1);
}

int image_linux_place(const struct vm_config *config, const void *header, struct image_place *place,
		      struct vm_error *error)
{
	const uint8_t *h = header;
	uint64_t offset = sys_get_le64(h + AT_TEXT_OFFSET);
	uint64_t size = image_linux_size(h);
	uint64_t flags = sys_get_le64(h + AT_FLAGS);
	uint64_t base;

	if ((flags & FLAG_BIG_ENDIAN) != 0U) {
		return image_bad(config, error, "a big-endian kernel; guests start little-endian");
	}
	if (!has_pages(FLAGS_PAGE(flags))) {
		return image_bad(config, error, "for pages of %u KiB, which this CPU does not have",
				 pages[FLAGS_PAGE(flags)].kib);
	}
	if (size < LINUX_HEADER_SIZE) {
		return image_bad(config, error, "its header says no size (Linux before 3.17)");
	}
	if (!align_up_ok(config->ram_base, ALIGN, &base) || !range_end_ok(base, offset) ||
	    !range_end_ok(base + offset, size) ||
	    !range_within(base + offset, size, config->ram_base, config->ram_size)) {
		return image_bad(config, error, "needs %llu MiB of RAM, there are %llu: use -m",
				 (unsigned long long)mib_up(offset, size),
				 (unsigned long long)(config->ram_size / MB(1)));
	}
	place->start = base + offset;
	place->end = place->start + size;
	place->entry = place->start;
	return 0;
}

/* ---- is all of it there? ------------------------------------------------------------------- */

/*
 * The header does not say how long the file is. That of a kernel that UEFI can start does: the sections of its
 * PE header (Microsoft, "PE Format"). 0: there is none.
 */
static uint64_t file_size(const uint8_t *data, uint64_t size)
{
	uint64_t pe = sys_get_le32(data + AT_PE);
	uint64_t end = 0U;
	uint64_t table;

	if (data[0] != 'M' || data[1] != 'Z' || size < 24U || pe > size - 24U ||
	    memcmp(data + pe, "PE\0", 4U) != 0) {
		return 0U;
	}
	table = pe + 24U + sys_get_le16(data + pe + 20U);
	for (unsigned int n = sys_get_le16(data + pe + 6U); n != 0U; n--, table += 40U) {
		if (size < 40U || table > size - 40U) {
			return UINT64_MAX;
		}
		end = MAX(end, (uint64_t)sys_get_le32(data + table + 16U) +
				       sys_get_le32(data + table + 20U));
	}
	return end;
}

static bool linux_is(const struct vm_config *config)
{
	return config->os == VM_OS_LINUX &&
	       image_linux_header(config->kernel.data, config->kernel.size);
}

static int linux_place(const struct vm_config *config, struct image_place *place,
		       struct vm_error *error)
{
	int rc = image_linux_place(config, config->kernel.data, place, error);

	if (rc == 0 && file_size(config->kernel.data, config->kernel.size) > config->kernel.size) {
		rc = image_bad(config, error, "truncated: its header names more than 0x%llx bytes",
			       (unsigned long long)config->kernel.size);
	}
	return rc;
}

/* One that was left in RAM may be named with room behind it. */
static int linux_load(const struct vm_config *config, const struct image_place *place, uint8_t *ram,
		      struct vm_error *error)
{
	ARG_UNUSED(error);
	memcpy(image_ram(config, ram, place->start), config->kernel.data,
	       MIN(config->kernel.size, place->end - place->start));
	return 0;
}

const struct image_kind image_linux = {
	.is = linux_is,
	.place = linux_place,
	.load = linux_load,
};
