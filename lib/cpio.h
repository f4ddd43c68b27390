/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Reader of newc cpio archives ("070701" and "070702"), the format of Linux's initramfs.
 *
 * An archive is hostile input: every length is checked against what is left before it is used, and
 * nothing is written. Names and data point into the archive. Zero padding between entries, as a
 * boot loader may leave, is skipped. Offsets within the archive are multiples of 4 (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst).
 */
#ifndef ZVM_LIB_CPIO_H_
#define ZVM_LIB_CPIO_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Archive, and how far it has been read. */
struct cpio {
	const uint8_t *base;
	size_t size;
	size_t at;
};

/** @brief One entry. */
struct cpio_entry {
	const char *name; /* ends in NUL */
	const uint8_t *data;
	size_t size;
	uint32_t mode; /* as st_mode */
};

#define CPIO_MODE_TYPE 0170000U
#define CPIO_MODE_DIR  0040000U
#define CPIO_MODE_FILE 0100000U

/** @brief Longest name, with its NUL, that is accepted. */
#define CPIO_NAME_MAX 4096U

/** @brief Begin at the first entry. */
static inline void cpio_open(struct cpio *c, const void *base, size_t size)
{
	*c = (struct cpio){.base = base, .size = size};
}

/**
 * @brief Read the next entry.
 * @retval 0 done
 * @retval -ENOENT the trailer was reached: no more entries
 * @retval -EINVAL no entry begins here, a number in it is not one, or its name does not end where
 *        it must; `at` is the offset of the entry
 * @retval -ENODATA the archive ends within the entry, or without a trailer
 * @retval -ENAMETOOLONG the name is empty or longer than CPIO_NAME_MAX
 */
int cpio_next(struct cpio *c, struct cpio_entry *entry);

/**
 * @brief Search a regular file from the start of the archive; the last entry of a name counts, as
 *        if unpacked.
 * @param path path; a "/" or "./" in front means nothing, here and in the archive
 * @retval 0 found
 * @retval -ENOENT not there
 * @retval other as cpio_next()
 */
int cpio_find(const void *base, size_t size, const char *path, struct cpio_entry *entry);

/** @brief True for a regular file. */
static inline bool cpio_is_file(const struct cpio_entry *entry)
{
	return (entry->mode & CPIO_MODE_TYPE) == CPIO_MODE_FILE;
}

#endif /* ZVM_LIB_CPIO_H_ */
