/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Linux Image that is compressed with gzip (RFC 1952): unpacked by zlib straight into guest RAM.
 *
 * The kernel's header, unpacked by itself, says where it goes and how large it may become: output past that is an
 * error. zlib uses SIMD registers: threads only.
 */
#include <errno.h>
#include <string.h>

#include <zlib.h>

#include <zephyr/sys/util.h>

#include "hyp/alloc.h"
#include "hyp/image.h"

/* Windows of up to 32 KiB, and a gzip header (zlib.h, inflateInit2()). */
#define WINDOW_GZIP (15 + 16)
/* zlib counts in 32 bits; a piece of that size is unpacked at a time. */
#define PIECE UINT64_C(0x40000000)

static void *zlib_alloc(void *ctx, unsigned int items, unsigned int size)
{
	ARG_UNUSED(ctx);
	return hyp_alloc((size_t)items * size);
}

static void zlib_free(void *ctx, void *mem)
{
	ARG_UNUSED(ctx);
	hyp_free(mem);
}

/* zlib's own allocator is never asked, but would bring malloc() in: these are there instead of it. */
void *zcalloc(void *ctx, unsigned int items, unsigned int size);
void zcfree(void *ctx, void *mem);

void *zcalloc(void *ctx, unsigned int items, unsigned int size)
{
	return zlib_alloc(ctx, items, size);
}

void zcfree(void *ctx, void *mem)
{
	zlib_free(ctx, mem);
}

/* One call of inflate(): from what is left of the input, to `room` bytes. */
static int step(z_stream *s, const struct vm_image *image, uint64_t *in, uint8_t *to, uint64_t room,
		uint64_t *done)
{
	uint64_t in_piece = MIN(image->size - *in, PIECE);
	uint64_t out_piece = MIN(room, PIECE);
	int rc;

	s->next_in = (z_const Bytef *)(uintptr_t)((const uint8_t *)image->data + *in);
	s->avail_in = (uInt)in_piece;
	s->next_out = to;
	s->avail_out = (uInt)out_piece;
	rc = inflate(s, Z_NO_FLUSH);
	*in += in_piece - s->avail_in;
	*done += out_piece - s->avail_out;
	return rc;
}

/* Unpacks up to `room` bytes. Returns zlib's code: Z_STREAM_END when that was all, Z_OK when there is more. */
static int unpack(const struct vm_image *image, uint8_t *to, uint64_t room, uint64_t *done)
{
	z_stream s = {.zalloc = zlib_alloc, .zfree = zlib_free};
	uint64_t in = 0U;
	uint64_t more = 0U;
	uint8_t next;
	int rc = inflateInit2(&s, WINDOW_GZIP);

	*done = 0U;
	while (rc == Z_OK && *done < room) {
		rc = step(&s, image, &in, to + *done, room - *done, done);
	}
	/* What is behind the last byte is still to be read: the end, with its checksum, or a byte too many. */
	while (rc == Z_OK && more == 0U) {
		rc = step(&s, image, &in, &next, 1U, &more);
	}
	(void)inflateEnd(&s);
	return more == 0U ? rc : Z_OK;
}

static int unpack_failed(const struct vm_config *config, int code, struct vm_error *error)
{
	if (code == Z_MEM_ERROR) {
		(void)image_bad(config, error, "no memory to unpack it");
		return -ENOMEM;
	}
	return image_bad(config, error, "%s",
			 code == Z_BUF_ERROR ? "truncated: its gzip data end too early"
					     : "its gzip data are damaged");
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
	int code;

	if (config->os != VM_OS_LINUX) {
		return image_bad(config, error,
				 "compressed with gzip, which is for os linux; unpack it");
	}
	code = unpack(&config->kernel, header, sizeof(header), &got);
	if (code != Z_OK && code != Z_STREAM_END) {
		return unpack_failed(config, code, error);
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
	int code = unpack(&config->kernel, image_ram(config, ram, place->start),
			  place->end - place->start, &got);

	if (code == Z_OK) {
		return image_bad(config, error, "unpacks to more than its header says");
	}
	return code == Z_STREAM_END ? 0 : unpack_failed(config, code, error);
}

const struct image_kind image_gzip = {
	.is = gzip_is,
	.place = gzip_place,
	.load = gzip_load,
};
