/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Reader of newc cpio archives; see cpio.h.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/util.h>

#include "lib/cpio.h"

#define HEADER_SIZE  110U
#define FIELD_DIGITS 8U
#define MAGIC_DIGITS 6U

/* Fields of the header, in their order after the magic. */
enum field {
	FIELD_MODE = 1,
	FIELD_FILESIZE = 6,
	FIELD_NAMESIZE = 11,
};

static int read_field(const uint8_t *header, enum field field, uint32_t *value)
{
	const uint8_t *p = header + MAGIC_DIGITS + (size_t)field * FIELD_DIGITS;
	uint8_t nibble;

	*value = 0;
	for (unsigned int i = 0; i < FIELD_DIGITS; i++) {
		if (char2hex((char)p[i], &nibble) != 0) {
			return -EINVAL;
		}
		*value = (*value << 4) | nibble;
	}
	return 0;
}

/* Round an offset up to where the next part begins; false if that is past the end. */
static bool align_within(const struct cpio *c, size_t *at)
{
	size_t up = (*at + 3U) & ~(size_t)3U;

	if (up < *at || up > c->size) {
		return false;
	}
	*at = up;
	return true;
}

static int read_name(const struct cpio *c, size_t at, uint32_t len, const char **name)
{
	if (len < 2U || len > CPIO_NAME_MAX) {
		return -ENAMETOOLONG;
	}
	if (len > c->size - at) {
		return -ENODATA;
	}
	*name = (const char *)c->base + at;
	/*
	 * The NUL that counts is the last byte; one before it would let two readers see different
	 * names.
	 */
	return strnlen(*name, len) == len - 1U ? 0 : -EINVAL;
}

int cpio_next(struct cpio *c, struct cpio_entry *entry)
{
	const uint8_t *header;
	uint32_t name_len;
	uint32_t data_len;
	size_t at = c->at;
	int ret;

	while (at < c->size && c->base[at] == 0U) {
		at++;
	}
	c->at = at;
	if (c->size - at < HEADER_SIZE) {
		return -ENODATA;
	}
	header = c->base + at;
	if (memcmp(header, "070701", MAGIC_DIGITS) != 0 &&
	    memcmp(header, "070702", MAGIC_DIGITS) != 0) {
		return -EINVAL;
	}
	if (read_field(header, FIELD_MODE, &entry->mode) != 0 ||
	    read_field(header, FIELD_FILESIZE, &data_len) != 0 ||
	    read_field(header, FIELD_NAMESIZE, &name_len) != 0) {
		return -EINVAL;
	}
	at += HEADER_SIZE;
	ret = read_name(c, at, name_len, &entry->name);
	if (ret != 0) {
		return ret;
	}
	at += name_len;
	if (data_len == 0U && strcmp(entry->name, "TRAILER!!!") == 0) {
		return -ENOENT;
	}
	if (!align_within(c, &at) || data_len > c->size - at) {
		return -ENODATA;
	}
	entry->data = c->base + at;
	entry->size = data_len;
	at += data_len;
	/* The last entry's padding may be cut off; what is missing then is the trailer. */
	c->at = align_within(c, &at) ? at : c->size;
	return 0;
}

static const char *plain(const char *path)
{
	for (;;) {
		if (path[0] == '/') {
			path++;
		} else if (path[0] == '.' && path[1] == '/') {
			path += 2;
		} else {
			return path;
		}
	}
}

int cpio_find(const void *base, size_t size, const char *path, struct cpio_entry *entry)
{
	struct cpio c;
	struct cpio_entry e;
	bool found = false;
	int ret;

	path = plain(path);
	cpio_open(&c, base, size);
	while ((ret = cpio_next(&c, &e)) == 0) {
		if (cpio_is_file(&e) && strcmp(plain(e.name), path) == 0) {
			*entry = e;
			found = true;
		}
	}
	if (ret != -ENOENT) {
		return ret;
	}
	return found ? 0 : -ENOENT;
}
