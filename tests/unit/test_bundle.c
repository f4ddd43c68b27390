/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle: files and definitions in it, what is said of a damaged one, and the images in RAM that are kept for it.
 */
#include <errno.h>

#include "hyp/alloc.h"
#include "hyp/bundle.h"
#include "kernel/mem.h"
#include "lib/fdt.h"
#include "newc.h"
#include "unit.h"

#define FILE_MODE 0100644U
#define DIR_MODE  0040755U

static uint8_t archive[65536] __attribute__((aligned(16)));
static size_t archive_len;
static bool no_initrd;
static bool no_memory;
static char lines[1024];
static void *allocated[64];
static unsigned int allocations;

/* ---- what the bundle calls ----------------------------------------------------------------- */

int mem_initrd(hpa_t *start, uint64_t *size)
{
	*start = hpa((uintptr_t)archive);
	*size = archive_len;
	return no_initrd ? -ENOENT : 0;
}

void *hyp_alloc(size_t size)
{
	if (no_memory) {
		return NULL;
	}
	allocated[allocations] = calloc(1, size);
	return allocated[allocations++];
}

void printk(const char *fmt, ...)
{
	size_t len = strlen(lines);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(lines + len, sizeof(lines) - len, fmt, ap);
	va_end(ap);
}

/* ---- archives ------------------------------------------------------------------------------ */

static void append(const char *name, uint32_t mode, const void *data, size_t len)
{
	archive_len = newc_append(archive, archive_len, name, mode, data, len);
}

static void append_text(const char *name, const char *text)
{
	append(name, FILE_MODE, text, strlen(text));
}

static void trailer(void)
{
	append("TRAILER!!!", 0, "", 0);
}

/* The bundle has no way to forget, as the machine has one initrd: a fresh one for each test. */
static int fresh(void **state)
{
	(void)state;
	memset(archive, 0, sizeof(archive));
	archive_len = 0;
	no_initrd = false;
	no_memory = false;
	lines[0] = '\0';
	while (allocations != 0) {
		free(allocated[--allocations]);
	}
	return 0;
}

static void assert_line(const char *text)
{
	if (strstr(lines, text) == NULL) {
		fail_msg("\"%s\" is not in \"%s\"", text, lines);
	}
	lines[0] = '\0';
}

static void assert_file(const char *path, const char *text)
{
	struct vm_image image;

	assert_int_equal(bundle_file(path, &image), 0);
	assert_int_equal(image.size, strlen(text));
	assert_memory_equal(image.data, text, image.size);
	assert_string_equal(image.name, path);
}

static void test_none(void **state)
{
	struct vm_image image;

	(void)state;
	no_initrd = true;
	bundle_init();
	assert_line("there is no initrd");
	assert_int_equal(bundle_file("vms/linux.dtb", &image), -ENOENT);
	assert_null(bundle_type(0));
}

static void test_files(void **state)
{
	struct vm_image image;

	(void)state;
	append("vms", DIR_MODE, "", 0);
	append_text("vms/linux.dtb", "tree");
	append_text("./vms/zephyr.dtb", "other tree");
	append_text("vms/sub/no.dtb", "none");
	append_text("vms/.dtb", "none");
	append_text("vms/notes.txt", "none");
	append_text("linux/Image", "kernel");
	append_text("vms/linux.dtb", "newer");
	trailer();
	bundle_init();
	assert_string_equal(lines, "");
	assert_string_equal(bundle_type(0), "linux");
	assert_string_equal(bundle_type(1), "zephyr");
	assert_null(bundle_type(2));
	assert_file("vms/linux.dtb", "newer");
	assert_file("/vms/zephyr.dtb", "other tree");
	assert_file("linux/Image", "kernel");
	assert_file("./linux/Image", "kernel");
	assert_int_equal(bundle_file("linux/image", &image), -ENOENT);
	assert_int_equal(bundle_file("", &image), -ENOENT);
	assert_int_equal(bundle_file("vms", &image), -ENOENT);
}

/* libfdt wants 8, newc gives 4. */
static void test_definitions_are_aligned(void **state)
{
	struct vm_image image;
	char name[32];

	(void)state;
	for (unsigned int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "vms/%.*s.dtb", (int)i + 1, "abcdefghij");
		append_text(name, "1234567");
	}
	trailer();
	bundle_init();
	for (unsigned int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "vms/%.*s.dtb", (int)i + 1, "abcdefghij");
		assert_file(name, "1234567");
		assert_int_equal(bundle_file(name, &image), 0);
		assert_int_equal((uintptr_t)image.data % 8, 0);
	}
	assert_true(allocations > 0 && allocations < 8);
}

static void test_no_memory(void **state)
{
	struct vm_image image;

	(void)state;
	append_text("vms/a.dtb", "1234567");
	append_text("vms/bbbbb.dtb", "123");
	trailer();
	no_memory = true;
	bundle_init();
	assert_line("bundle: no memory for vms/bbbbb.dtb");
	assert_file("vms/a.dtb", "1234567");
	assert_int_equal(bundle_file("vms/bbbbb.dtb", &image), 0);
	assert_int_equal(image.size, 0);
}

static void test_too_many(void **state)
{
	char name[64];

	(void)state;
	for (unsigned int i = 0; i < 65; i++) {
		snprintf(name, sizeof(name), "vms/t%u.dtb", i);
		append_text(name, "12345678");
	}
	append_text("vms/a-name-with-very-many-characters.dtb", "");
	trailer();
	bundle_init();
	assert_non_null(strstr(lines, "vms/t64.dtb: one definition too many, at most 64"));
	assert_line("more than 31 characters");
	assert_string_equal(bundle_type(63), "t63");
	assert_null(bundle_type(64));
}

static void test_damage(void **state)
{
	struct vm_image image;
	size_t second;

	(void)state;
	append_text("linux/Image", "kernel");
	second = archive_len;
	append_text("rootfs", "many files");
	trailer();
	archive[second] = 'x';
	bundle_init();
	assert_line("bundle: offset 0x84: an entry of a newc cpio archive");
	assert_file("linux/Image", "kernel");
	assert_int_equal(bundle_file("rootfs", &image), -EINVAL);

	archive[second] = '0';
	archive[second + 20] = 'q';
	bundle_init();
	assert_line("bundle: offset 0x84: hexadecimal numbers");

	archive[second + 20] = '0';
	archive_len = second + 120;
	bundle_init();
	assert_line("bundle: offset 0x84: the archive ends within this entry");

	archive_len = second;
	bundle_init();
	assert_line("bundle: offset 0x84: the archive ends; an entry or the trailer");

	memcpy(archive, "\037\213\010", 3);
	bundle_init();
	assert_line("bundle: offset 0x0: it is compressed with gzip");
}

/* ---- images by address --------------------------------------------------------------------- */

static struct {
	uint64_t base;
	uint64_t size;
} reserved[8];
static unsigned int reservations;

static void reserve(uint64_t base, uint64_t size)
{
	reserved[reservations].base = base;
	reserved[reservations++].size = size;
}

static void reg(void *fdt, const char *name, uint64_t base, uint64_t size)
{
	fdt64_t both[] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	assert_int_equal(fdt_setprop(fdt, 0, name, both, sizeof(both)), 0);
}

static void test_reserve(void **state)
{
	uint64_t fdt[256];

	(void)state;
	assert_int_equal(fdt_create_empty_tree(fdt, sizeof(fdt)), 0);
	reg(fdt, "kernel-reg", 0x50000000, 0x1000000);
	reg(fdt, "dtb-reg", 0x51000000, 0x1000);
	assert_int_equal(fdt_setprop_u32(fdt, 0, "initrd-reg", 7), 0);
	assert_int_equal(fdt_pack(fdt), 0);
	append("vms/a.dtb", FILE_MODE, fdt, fdt_totalsize(fdt));
	append("else/where.dtb", FILE_MODE, fdt, fdt_totalsize(fdt));
	append("vms/bb.dtb", FILE_MODE, fdt, fdt_totalsize(fdt));
	append("vms/broken.dtb", FILE_MODE, fdt, fdt_totalsize(fdt) / 2);
	append("vms/ccc.dtb", FILE_MODE, fdt, 3);
	trailer();
	reservations = 0;
	mem_reserve_more(archive, archive_len, reserve);
	assert_int_equal(reservations, 4);
	assert_int_equal(reserved[0].base, 0x50000000);
	assert_int_equal(reserved[0].size, 0x1000000);
	assert_int_equal(reserved[3].base, 0x51000000);
	assert_int_equal(reserved[3].size, 0x1000);

	reservations = 0;
	mem_reserve_more("no archive", 10, reserve);
	assert_int_equal(reservations, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_none, fresh),
		cmocka_unit_test_setup(test_files, fresh),
		cmocka_unit_test_setup(test_definitions_are_aligned, fresh),
		cmocka_unit_test_setup(test_no_memory, fresh),
		cmocka_unit_test_setup(test_too_many, fresh),
		cmocka_unit_test_setup(test_damage, fresh),
		cmocka_unit_test_setup(test_reserve, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, fresh);
}
