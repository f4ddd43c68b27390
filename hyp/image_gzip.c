/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux Image that is compressed with gzip (RFC 1952): unpacked by libdeflate straight into guest RAM.
 *
 * The kernel's header, unpacked by itself, says where it goes and how large it may become: output past that is an
 * error. What is around the compressed data is read here, and the checksum is the CPU's: of libdeflate only the
 * decompressor of raw data is linked. It may use SIMD registers: threads only.
 */
#include <errno.h>
#include <string.h>

#include <libdeflate.h>

#include <zephyr/sys/byteorder.h>
#include <zephyr/sys/util.h>

#include "arch/crc32.h"
#include "hyp/alloc.h"
#include "hyp/image.h"

/*
 * Room to unpack the kernel's header into. What fits is written, in order, but what is copied at once is written whole or
 * not at all: at most a stored block (RFC 1951, 3.2.4).
 */
#define HEADER_ROOM (LINUX_HEADER_SIZE + UINT16_MAX)
/* How far past the end of what it unpacks libdeflate may write; that is inside of the room too. */
#define STRAY 512U

/* RFC 1952, 2.3.1. */
#define HEADER_SIZE  10U
#define METHOD       8U
#define FLAG_CRC     BIT(1)
#define FLAG_EXTRA   BIT(2)
#define FLAG_NAME    BIT(3)
#define FLAG_COMMENT BIT(4)
#define FLAGS_FUTURE 0xe0U
#define TRAILER_SIZE 8U

enum result {
	UNPACKED,
	UNPACKED_PART, /* there is more than there is room for */
	DAMAGED,       /* or cut off */
	NO_MEMORY,
};

struct unpacking {
	const uint8_t *from;
	uint64_t left;
};

/* These names are libdeflate's own, of its versions before and after 1.20, whose allocator would bring malloc() in. */
void *libdeflate_malloc(size_t size);
void libdeflate_free(void *mem);
extern void *(*libdeflate_default_malloc_func)(size_t size);
extern void (*libdeflate_default_free_func)(void *mem);

void *libdeflate_malloc(size_t size)
{
	return hyp_alloc(size);
}

void libdeflate_free(void *mem)
{
	hyp_free(mem);
}

void *(*libdeflate_default_malloc_func)(size_t size) = hyp_alloc;
void (*libdeflate_default_free_func)(void *mem) = hyp_free;

/* Past a text that ends in NUL. */
static bool skip_text(struct unpacking *u)
{
	const uint8_t *end = memchr(u->from, 0, u->left);

	if (end == NULL) {
		return false;
	}
	u->left -= (uint64_t)(end + 1 - u->from);
	u->from = end + 1;
	return true;
}

static bool skip(struct unpacking *u, uint64_t size)
{
	if (size > u->left) {
		return false;
	}
	u->from += size;
	u->left -= size;
	return true;
}

/* To the compressed data. */
static bool skip_header(struct unpacking *u)
{
	const uint8_t *h = u->from;
	uint8_t flags;
	bool all;

	if (!skip(u, HEADER_SIZE)) {
		return false;
	}
	flags = h[3];
	if (h[2] != METHOD || (flags & FLAGS_FUTURE) != 0U) {
		return false;
	}
	all = (flags & FLAG_EXTRA) == 0U || (u->left >= 2U && skip(u, 2U + sys_get_le16(u->from)));
	all = all && ((flags & FLAG_NAME) == 0U || skip_text(u));
	all = all && ((flags & FLAG_COMMENT) == 0U || skip_text(u));
	return all && ((flags & FLAG_CRC) == 0U || skip(u, 2U));
}

/* Behind the compressed data: checksum, and size modulo 2^32. */
static bool trailer_good(const struct unpacking *u, const void *data, size_t size)
{
	return u->left >= TRAILER_SIZE &&
	       sys_get_le32(u->from) == ~arch_crc32(UINT32_MAX, data, size) &&
	       sys_get_le32(u->from + 4) == (uint32_t)size;
}

/* Unpacks up to `room` bytes. */
static enum result unpack(const struct vm_image *image, uint8_t *to, size_t room)
{
	struct unpacking u = {.from = image->data, .left = image->size};
	struct libdeflate_decompressor *d;
	enum libdeflate_result rc;
	size_t taken;
	size_t done;

	if (!skip_header(&u)) {
		return DAMAGED;
	}
	d = libdeflate_alloc_decompressor();
	if (d == NULL) {
		return NO_MEMORY;
	}
	rc = libdeflate_deflate_decompress_ex(d, u.from, u.left, to, room, &taken, &done);
	libdeflate_free_decompressor(d);
	if (rc != LIBDEFLATE_SUCCESS) {
		return rc == LIBDEFLATE_INSUFFICIENT_SPACE ? UNPACKED_PART : DAMAGED;
	}
	memset(to + done, 0, MIN(room - done, STRAY));
	return skip(&u, taken) && trailer_good(&u, to, done) ? UNPACKED : DAMAGED;
}

static int unpack_failed(const struct vm_config *config, enum result result, struct vm_error *error)
{
	switch (result) {
	case NO_MEMORY:
		(void)image_bad(config, error, "no memory to unpack it");
		return -ENOMEM;
	case UNPACKED_PART:
		return image_bad(config, error, "unpacks to more than its header says");
	default:
		return image_bad(config, error, "its gzip data are damaged or cut off");
	}
}

static bool gzip_is(const struct vm_config *config)
{
	return config->kernel.size >= 2U && memcmp(config->kernel.data, "\037\213", 2U) == 0;
}

static int gzip_place(const struct vm_config *config, struct image_place *place,
		      struct vm_error *error)
{
	uint8_t *header;
	enum result result;
	int rc;

	if (config->os != VM_OS_LINUX) {
		return image_bad(config, error,
				 "compressed with gzip, which is for os linux; unpack it");
	}
	header = hyp_alloc(HEADER_ROOM);
	result = header != NULL ? unpack(&config->kernel, header, HEADER_ROOM) : NO_MEMORY;
	if (result != UNPACKED && result != UNPACKED_PART) {
		rc = unpack_failed(config, result, error);
	} else if (!image_linux_header(header, LINUX_HEADER_SIZE)) {
		rc = image_bad(config, error, "what is compressed in it is not a Linux Image");
	} else {
		rc = image_linux_place(config, header, place, error);
	}
	hyp_free(header);
	return rc;
}

static int gzip_load(const struct vm_config *config, const struct image_place *place, uint8_t *ram,
		     struct vm_error *error)
{
	enum result result = unpack(&config->kernel, image_ram(config, ram, place->start),
				    place->end - place->start);

	return result == UNPACKED ? 0 : unpack_failed(config, result, error);
}

const struct image_kind image_gzip = {
	.is = gzip_is,
	.place = gzip_place,
	.load = gzip_load,
};
