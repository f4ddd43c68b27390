/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux Image that is compressed with gzip (RFC 1952): unpacked by zlib straight into guest RAM.
 *
 * The kernel's header, unpacked by itself, says where it goes and how large it may become: output past that is an
 * error. What is around the compressed data is read here, and the checksum is the CPU's: of zlib only inflateBack() is
 * linked, a third of the rest. zlib uses SIMD registers: threads only.
 */
#include <errno.h>
#include <string.h>

#include <zlib.h>

#include <zephyr/sys/byteorder.h>
#include <zephyr/sys/util.h>

#include "arch/crc32.h"
#include "hyp/alloc.h"
#include "hyp/image.h"

#define WINDOW_BITS 15
#define WINDOW_SIZE (UINT32_C(1) << WINDOW_BITS)
/* zlib counts in 32 bits; the input is handed to it in pieces. */
#define PIECE UINT64_C(0x40000000)

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
	TRUNCATED,
	DAMAGED,
	NO_MEMORY,
};

struct unpacking {
	const uint8_t *from;
	uint64_t left; /* not yet handed to zlib */
	uint8_t *to;
	uint64_t room;
	uint64_t done;
	uint32_t crc;
};

/* These names are zlib's own, whose allocator would bring malloc() in. */
void *zcalloc(void *ctx, unsigned int items, unsigned int size);
void zcfree(void *ctx, void *mem);

void *zcalloc(void *ctx, unsigned int items, unsigned int size)
{
	ARG_UNUSED(ctx);
	return hyp_alloc((size_t)items * size);
}

void zcfree(void *ctx, void *mem)
{
	ARG_UNUSED(ctx);
	hyp_free(mem);
}

static unsigned int give_input(void *ctx, z_const unsigned char **data)
{
	struct unpacking *u = ctx;
	unsigned int size = (unsigned int)MIN(u->left, PIECE);

	*data = (z_const unsigned char *)(uintptr_t)u->from;
	u->from += size;
	u->left -= size;
	return size;
}

static int take_output(void *ctx, unsigned char *data, unsigned int size)
{
	struct unpacking *u = ctx;
	uint64_t taken = MIN((uint64_t)size, u->room - u->done);

	memcpy(u->to + u->done, data, taken);
	u->crc = arch_crc32(u->crc, data, size);
	u->done += taken;
	return taken < size ? 1 : 0;
}

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
static enum result skip_header(struct unpacking *u)
{
	const uint8_t *h = u->from;
	uint8_t flags;
	bool all;

	if (!skip(u, HEADER_SIZE)) {
		return TRUNCATED;
	}
	flags = h[3];
	if (h[2] != METHOD || (flags & FLAGS_FUTURE) != 0U) {
		return DAMAGED;
	}
	all = (flags & FLAG_EXTRA) == 0U || (u->left >= 2U && skip(u, 2U + sys_get_le16(u->from)));
	all = all && ((flags & FLAG_NAME) == 0U || skip_text(u));
	all = all && ((flags & FLAG_COMMENT) == 0U || skip_text(u));
	all = all && ((flags & FLAG_CRC) == 0U || skip(u, 2U));
	return all ? UNPACKED : TRUNCATED;
}

/* Behind the compressed data: checksum, and size modulo 2^32. */
static enum result check_trailer(const struct unpacking *u)
{
	if (u->left < TRAILER_SIZE) {
		return TRUNCATED;
	}
	return sys_get_le32(u->from) == ~u->crc && sys_get_le32(u->from + 4) == (uint32_t)u->done
		       ? UNPACKED
		       : DAMAGED;
}

static enum result inflate_all(struct unpacking *u, uint8_t *window)
{
	z_stream s = {.zalloc = zcalloc, .zfree = zcfree};
	int rc;

	if (inflateBackInit(&s, WINDOW_BITS, window) != Z_OK) {
		return NO_MEMORY;
	}
	rc = inflateBack(&s, give_input, u, take_output, u);
	(void)inflateBackEnd(&s);
	switch (rc) {
	case Z_STREAM_END:
		/* What zlib was given and did not take. */
		u->from -= s.avail_in;
		u->left += s.avail_in;
		return check_trailer(u);
	case Z_BUF_ERROR:
		return s.next_in == Z_NULL ? TRUNCATED : UNPACKED_PART;
	default:
		return DAMAGED;
	}
}

/* Unpacks up to `room` bytes; *done says how many. */
static enum result unpack(const struct vm_image *image, uint8_t *to, uint64_t room, uint64_t *done)
{
	struct unpacking u = {
		.from = image->data,
		.left = image->size,
		.to = to,
		.room = room,
		.crc = UINT32_MAX,
	};
	enum result result = skip_header(&u);

	if (result == UNPACKED) {
		uint8_t *window = hyp_alloc(WINDOW_SIZE);

		result = window != NULL ? inflate_all(&u, window) : NO_MEMORY;
		hyp_free(window);
	}
	*done = u.done;
	return result;
}

static int unpack_failed(const struct vm_config *config, enum result result, struct vm_error *error)
{
	switch (result) {
	case NO_MEMORY:
		(void)image_bad(config, error, "no memory to unpack it");
		return -ENOMEM;
	case UNPACKED_PART:
		return image_bad(config, error, "unpacks to more than its header says");
	case TRUNCATED:
		return image_bad(config, error, "truncated: its gzip data end too early");
	default:
		return image_bad(config, error, "its gzip data are damaged");
	}
}

static bool gzip_is(const struct vm_config *config)
{
	return config->kernel.size >= 2U && memcmp(config->kernel.data, "\037\213", 2U) == 0;
}

static int gzip_place(const struct vm_config *config, struct image_place *place,
		      struct vm_error *error)
{
	uint8_t header[LINUX_HEADER_SIZE];
	uint64_t got;
	enum result result;

	if (config->os != VM_OS_LINUX) {
		return image_bad(config, error,
				 "compressed with gzip, which is for os linux; unpack it");
	}
	result = unpack(&config->kernel, header, sizeof(header), &got);
	if (result != UNPACKED && result != UNPACKED_PART) {
		return unpack_failed(config, result, error);
	}
	if (!image_linux_header(header, got)) {
		return image_bad(config, error, "what is compressed in it is not a Linux Image");
	}
	return image_linux_place(config, header, place, error);
}

static int gzip_load(const struct vm_config *config, const struct image_place *place, uint8_t *ram,
		     struct vm_error *error)
{
	uint64_t got;
	enum result result = unpack(&config->kernel, image_ram(config, ram, place->start),
				    place->end - place->start, &got);

	return result == UNPACKED ? 0 : unpack_failed(config, result, error);
}

const struct image_kind image_gzip = {
	.is = gzip_is,
	.place = gzip_place,
	.load = gzip_load,
};
