/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive reader: what cpio writes, then damage of every kind. ASan sees a read outside, as
 * each copy is malloc'ed.
 */
#include <errno.h>

#include "lib/cpio.h"
#include "newc.h"
#include "unit.h"

#define FILE_MODE 0100644U
#define DIR_MODE  0040755U

static uint8_t archive[8192];
static size_t archive_len;

static void append(const char *name, uint32_t mode, const void *data, size_t len)
{
	archive_len = newc_append(archive, archive_len, name, mode, data, len);
}

static int make_archive(void **state)
{
	(void)state;
	(void)unit_random_start();
	archive_len = 0;
	append("vms", DIR_MODE, "", 0);
	append("vms/linux.dtb", FILE_MODE, "tree", 4);
	append("./linux/Image", FILE_MODE, "kernel!", 7);
	append("/empty", FILE_MODE, "", 0);
	append("TRAILER!!!", 0, "", 0);
	return 0;
}

/* Find in a copy that ends exactly where the archive ends. */
static int find(const char *path, char *text, size_t size)
{
	uint8_t *copy = malloc(archive_len + 1);
	struct cpio_entry entry;
	int ret;

	memcpy(copy, archive, archive_len);
	copy = realloc(copy, archive_len != 0 ? archive_len : 1);
	ret = cpio_find(copy, archive_len, path, &entry);
	if (ret == 0 && text != NULL) {
		assert_true(entry.size < size);
		memcpy(text, entry.data, entry.size);
		text[entry.size] = '\0';
	}
	free(copy);
	return ret;
}

static void test_find(void **state)
{
	char text[16];

	(void)state;
	assert_int_equal(find("vms/linux.dtb", text, sizeof(text)), 0);
	assert_string_equal(text, "tree");
	assert_int_equal(find("linux/Image", text, sizeof(text)), 0);
	assert_string_equal(text, "kernel!");
	assert_int_equal(find("/./linux/Image", text, sizeof(text)), 0);
	assert_int_equal(find("empty", text, sizeof(text)), 0);
	assert_string_equal(text, "");
	assert_int_equal(find("linux", NULL, 0), -ENOENT);
	assert_int_equal(find("", NULL, 0), -ENOENT);
	/* A directory is not a file. */
	assert_int_equal(find("vms", NULL, 0), -ENOENT);
}

static void test_iteration(void **state)
{
	static const char *const names[] = {"vms", "vms/linux.dtb", "./linux/Image", "/empty"};
	struct cpio c;
	struct cpio_entry entry;

	(void)state;
	cpio_open(&c, archive, archive_len);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(cpio_next(&c, &entry), 0);
		assert_string_equal(entry.name, names[i]);
		assert_int_equal(entry.mode, i == 0 ? DIR_MODE : FILE_MODE);
		assert_int_equal(cpio_is_file(&entry), i != 0);
	}
	assert_int_equal(cpio_next(&c, &entry), -ENOENT);
	assert_int_equal(cpio_next(&c, &entry), -ENOENT);
}

static void test_last_of_a_name_counts(void **state)
{
	char text[16];

	(void)state;
	archive_len = 0;
	append("a", FILE_MODE, "old", 3);
	append("a", FILE_MODE, "new", 3);
	append("TRAILER!!!", 0, "", 0);
	assert_int_equal(find("a", text, sizeof(text)), 0);
	assert_string_equal(text, "new");
}

static void test_padding_and_both_magics(void **state)
{
	uint8_t padded[sizeof(archive)];
	struct cpio_entry entry;

	(void)state;
	memset(padded, 0, 64);
	memcpy(padded + 64, archive, archive_len);
	padded[64 + 5] = '2';
	memset(padded + 64 + archive_len, 0, 512);
	assert_int_equal(cpio_find(padded, 64 + archive_len + 512, "linux/Image", &entry), 0);
}

/* Whatever is cut off: an error, never a hit on data that is not there. */
static void test_truncated_anywhere(void **state)
{
	size_t whole = archive_len;

	(void)state;
	/* The padding behind the trailer may be missing. */
	for (size_t len = 0; len < whole - 3; len++) {
		archive_len = len;
		assert_int_equal(find("linux/Image", NULL, 0), -ENODATA);
	}
}

static void test_no_trailer(void **state)
{
	(void)state;
	archive_len = 0;
	append("a", FILE_MODE, "abc", 3);
	assert_int_equal(find("a", NULL, 0), -ENODATA);
	/* Also if what is missing begins in the last padding. */
	archive_len -= 1;
	assert_int_equal(find("a", NULL, 0), -ENODATA);
}

static void test_bad_numbers(void **state)
{
	(void)state;
	for (size_t field = 0; field < 13; field++) {
		(void)make_archive(NULL);
		archive[6 + 8 * field + 3] = 'g';
		/* Only mode, file size and name size are read. */
		assert_int_equal(find("linux/Image", NULL, 0),
				 field == 1 || field == 6 || field == 11 ? -EINVAL : 0);
	}
	(void)make_archive(NULL);
	archive[0] = '1';
	assert_int_equal(find("linux/Image", NULL, 0), -EINVAL);
}

static void patch_field(size_t field, const char *digits)
{
	(void)make_archive(NULL);
	memcpy(archive + 6 + 8 * field, digits, 8);
}

static void test_bad_sizes(void **state)
{
	char digits[16];
	struct cpio c;
	struct cpio_entry entry;

	(void)state;
	patch_field(6, "FFFFFFFF");
	assert_int_equal(find("linux/Image", NULL, 0), -ENODATA);
	patch_field(6, "00002000");
	assert_int_equal(find("linux/Image", NULL, 0), -ENODATA);
	/* Less than the archive, more than what is left of it. */
	snprintf(digits, sizeof(digits), "%08X", (unsigned int)archive_len - 50);
	patch_field(6, digits);
	cpio_open(&c, archive, archive_len);
	assert_int_equal(cpio_next(&c, &entry), -ENODATA);
	patch_field(11, "00000000");
	assert_int_equal(find("linux/Image", NULL, 0), -ENAMETOOLONG);
	patch_field(11, "00000001");
	assert_int_equal(find("linux/Image", NULL, 0), -ENAMETOOLONG);
	patch_field(11, "FFFFFFFF");
	assert_int_equal(find("linux/Image", NULL, 0), -ENAMETOOLONG);
	patch_field(11, "00001000");
	assert_int_equal(find("linux/Image", NULL, 0), -ENODATA);
	/* A NUL too early: two readers would see two names. */
	patch_field(11, "00000005");
	assert_int_equal(find("linux/Image", NULL, 0), -EINVAL);
	/* No NUL at all. */
	patch_field(11, "00000003");
	assert_int_equal(find("linux/Image", NULL, 0), -EINVAL);
}

/* Random damage: any answer, but no access outside and no endless loop. */
static void test_random_damage(void **state)
{
	int found = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		archive_len = 0;
		append("vms/linux.dtb", FILE_MODE, "tree", 4);
		append("linux/Image", FILE_MODE, "kernel!", 7);
		append("TRAILER!!!", 0, "", 0);
		for (uint64_t n = 1 + unit_below(4); n != 0; n--) {
			archive[unit_below(archive_len)] =
				(uint8_t)"0123456789abcdefFF\0z"[unit_below(20)];
		}
		archive_len -= (size_t)unit_below(4) == 0 ? (size_t)unit_below(archive_len) : 0;
		found += find("linux/Image", NULL, 0) == 0 ? 1 : 0;
	}
	/* Most fields do not matter, so some hits prove that the damage was not total. */
	assert_true(found > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_find, make_archive),
		cmocka_unit_test_setup(test_iteration, make_archive),
		cmocka_unit_test_setup(test_last_of_a_name_counts, make_archive),
		cmocka_unit_test_setup(test_padding_and_both_magics, make_archive),
		cmocka_unit_test_setup(test_truncated_anywhere, make_archive),
		cmocka_unit_test_setup(test_no_trailer, make_archive),
		cmocka_unit_test_setup(test_bad_numbers, make_archive),
		cmocka_unit_test_setup(test_bad_sizes, make_archive),
		cmocka_unit_test_setup(test_random_damage, make_archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
