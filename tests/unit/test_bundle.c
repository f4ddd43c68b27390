/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle: files and definitions in it, what is said of a damaged one, and the images in RAM that are kept for it.
 */
#include <errno.h>

#include "hyp/alloc.h"
#include "hyp/bundle.h"
#include "hyp/bundle_internal.h"
#include "kernel/device.h"
#include "kernel/mem.h"
#include "lib/fdt.h"
#include "newc.h"
#include "unit.h"

#define FILE_MODE 0100644U
#define DIR_MODE  0040755U

static uint8_t archive[65536] __attribute__((aligned(16)));
static size_t archive_len;
static uint8_t builtin[4096] __attribute__((aligned(16)));
static size_t builtin_len;
static uint64_t host[4096];
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

const void *bundle_builtin(uint64_t *size)
{
	*size = builtin_len;
	return builtin;
}

const void *z_device_tree(void)
{
	return host;
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
	builtin_len = 0;
	assert_int_equal(fdt_create_empty_tree(host, sizeof(host)), 0);
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

static void assert_type(const char *name, const char *where, const char *text)
{
	struct vm_image def;
	char file[64];

	assert_int_equal(bundle_definition(name, &def, file, sizeof(file)), 0);
	assert_string_equal(file, where);
	assert_int_equal((uintptr_t)def.data % 8, 0);
	if (text != NULL) {
		assert_int_equal(def.size, strlen(text));
		assert_memory_equal(def.data, text, def.size);
	}
}

static int missing(const char *name, const char *where)
{
	struct vm_image def;
	char file[64];
	int rc = bundle_definition(name, &def, file, sizeof(file));

	assert_string_equal(file, where);
	return rc;
}

static void test_none(void **state)
{
	struct vm_image image;

	(void)state;
	no_initrd = true;
	bundle_init();
	assert_line("there is no initrd");
	assert_int_equal(bundle_file("vms/linux.dtb", &image), -ENOENT);
	assert_int_equal(missing("linux", "vms/linux.dtb"), -ENOENT);
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
	assert_type("linux", "vms/linux.dtb", "newer");
	assert_type("zephyr", "vms/zephyr.dtb", "other tree");
	assert_int_equal(missing("lin", "vms/lin.dtb"), -ENOENT);
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
		assert_type(bundle_type(i), name, "1234567");
	}
	assert_true(allocations > 0 && allocations < 8);
}

static void test_no_memory(void **state)
{
	(void)state;
	append_text("vms/a.dtb", "1234567");
	append_text("vms/bbbbb.dtb", "123");
	trailer();
	no_memory = true;
	bundle_init();
	assert_line("bundle: no memory for vms/bbbbb.dtb");
	assert_type("a", "vms/a.dtb", "1234567");
	assert_type("bbbbb", "vms/bbbbb.dtb", "");
}

static void test_too_many(void **state)
{
	static const char large[16385];
	char name[64];

	(void)state;
	for (unsigned int i = 0; i < 65; i++) {
		snprintf(name, sizeof(name), "vms/t%u.dtb", i);
		append_text(name, "12345678");
	}
	append_text("vms/a-name-with-very-many-characters.dtb", "");
	append("vms/large.dtb", FILE_MODE, large, sizeof(large));
	trailer();
	bundle_init();
	assert_non_null(strstr(lines, "vms/t64.dtb: one definition too many, at most 64"));
	assert_non_null(strstr(lines, "vms/large.dtb: larger than 16 KiB: ignored"));
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
	assert_int_equal(missing("a", "vms/a.dtb"), -EINVAL);

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

/* ---- definitions in the host's devicetree, and built in ------------------------------------ */

static int add(int above, const char *name)
{
	int node = fdt_add_subnode(host, above, name);

	assert_true(node >= 0);
	return node;
}

static void set(const char *path, const char *prop, const char *text)
{
	int node = fdt_path_offset(host, path);

	assert_true(node >= 0);
	assert_int_equal(fdt_setprop_string(host, node, prop, text), 0);
}

/* /zvm/vms with a definition `tree`; its children come out in the reverse order. */
static void add_definition(void)
{
	int vms = add(add(0, "zvm"), "vms");
	int devices = add(add(vms, "tree"), "devices");

	add(devices, "rtc0");
	add(add(devices, "uart0"), "deeper");
	set("/zvm/vms/tree", "os", "raw");
	set("/zvm/vms/tree", "phandle", "one");
	set("/zvm/vms/tree", "linux,phandle", "one");
	set("/zvm/vms/tree", "status", "okay");
	set("/zvm/vms/tree/devices", "phandle", "two");
	set("/zvm/vms/tree/devices/uart0", "status", "of the device");
	set("/zvm/vms/tree/devices/rtc0", "compatible", "arm,pl031");
}

static void test_tree(void **state)
{
	struct vm_image def;
	char file[64];
	const char *text;

	(void)state;
	no_initrd = true;
	add_definition();
	bundle_init();
	assert_string_equal(lines, "");
	assert_string_equal(bundle_type(0), "tree");
	assert_null(bundle_type(1));
	assert_int_equal(bundle_definition("tree", &def, file, sizeof(file)), 0);
	assert_string_equal(file, "host devicetree: /zvm/vms/tree");
	assert_null(fdt_verify(def.data, def.size));
	assert_string_equal(fdt_getprop(def.data, 0, "os", NULL), "raw");
	assert_null(fdt_getprop(def.data, 0, "phandle", NULL));
	assert_null(fdt_getprop(def.data, 0, "linux,phandle", NULL));
	assert_null(fdt_getprop(def.data, 0, "status", NULL));
	text = fdt_getprop(def.data, fdt_path_offset(def.data, "/devices/rtc0"), "compatible",
			   NULL);
	assert_string_equal(text, "arm,pl031");
	text = fdt_getprop(def.data, fdt_path_offset(def.data, "/devices/uart0"), "status", NULL);
	assert_string_equal(text, "of the device");
	assert_true(fdt_path_offset(def.data, "/devices/uart0/deeper") > 0);
	assert_null(fdt_getprop(def.data, fdt_path_offset(def.data, "/devices"), "phandle", NULL));
}

static size_t builtin_text(size_t at, const char *name, const char *text)
{
	return newc_append(builtin, at, name, FILE_MODE, text, strlen(text));
}

/* The devicetree's before the initrd's before what is built in. */
static void test_order(void **state)
{
	(void)state;
	add_definition();
	append_text("vms/tree.dtb", "in the initrd");
	append_text("vms/initrd.dtb", "in the initrd");
	append_text("Image", "of the initrd");
	trailer();
	builtin_len = builtin_text(0, "vms/tree.dtb", "built in");
	builtin_len = builtin_text(builtin_len, "vms/initrd.dtb", "built in");
	builtin_len = builtin_text(builtin_len, "vms/own.dtb", "built in");
	builtin_len = builtin_text(builtin_len, "Image", "built in");
	builtin_len = builtin_text(builtin_len, "other", "built in");
	builtin_len = builtin_text(builtin_len, "TRAILER!!!", "");
	bundle_init();
	assert_line("vms/tree.dtb: the host devicetree has one of this name: ignored\n");
	assert_type("tree", "host devicetree: /zvm/vms/tree", NULL);
	assert_type("initrd", "vms/initrd.dtb", "in the initrd");
	assert_type("own", "built in: vms/own.dtb", "built in");
	assert_null(bundle_type(3));
	assert_file("Image", "of the initrd");
	assert_file("other", "built in");

	no_initrd = true;
	archive_len = 0;
	bundle_init();
	assert_string_equal(lines, "");
	assert_type("initrd", "built in: vms/initrd.dtb", "built in");
	assert_file("Image", "built in");
}

/* Nothing stops it: what is good is taken, what is not is named. */
static void test_wrong_tree(void **state)
{
	static const char large[16000];
	int vms;

	(void)state;
	no_initrd = true;
	assert_int_equal(fdt_setprop_string(host, 0, "zvm", "text"), 0);
	bundle_init();
	assert_line("there is no initrd");
	vms = add(add(0, "zvm"), "vms");
	assert_int_equal(fdt_setprop_string(host, vms, "linux", "text"), 0);
	bundle_init();
	assert_line("there is no initrd");
	add(vms, "a-name-with-very-many-characters");
	add(vms, "good");
	add(vms, "off");
	add(vms, "large");
	set("/zvm/vms/off", "status", "disabled");
	assert_int_equal(fdt_setprop(host, fdt_path_offset(host, "/zvm/vms/large"), "bootargs",
				     large, sizeof(large)),
			 0);
	assert_int_equal(
		fdt_setprop(host, fdt_path_offset(host, "/zvm/vms/large"), "initrd", large, 1000),
		0);
	bundle_init();
	assert_non_null(
		strstr(lines, "host devicetree: /zvm/vms/large: larger than 16 KiB: ignored"));
	assert_line(
		"a-name-with-very-many-characters: the name has more than 31 characters: ignored");
	assert_string_equal(bundle_type(0), "good");
	assert_null(bundle_type(1));

	set("/zvm/vms", "status", "disabled");
	bundle_init();
	assert_null(bundle_type(0));
	assert_line("there is no initrd");

	no_memory = true;
	set("/zvm/vms", "status", "okay");
	bundle_init();
	assert_line("bundle: no memory for host devicetree: /zvm/vms/good");
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
	mem_reserve_initrd(archive, archive_len, reserve);
	assert_int_equal(reservations, 4);
	assert_int_equal(reserved[0].base, 0x50000000);
	assert_int_equal(reserved[0].size, 0x1000000);
	assert_int_equal(reserved[3].base, 0x51000000);
	assert_int_equal(reserved[3].size, 0x1000);

	reservations = 0;
	mem_reserve_initrd("no archive", 10, reserve);
	assert_int_equal(reservations, 0);
}

static void set_reg(const char *path, const char *name, uint64_t base, uint64_t size)
{
	fdt64_t both[] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	assert_int_equal(fdt_setprop(host, fdt_path_offset(host, path), name, both, sizeof(both)),
			 0);
}

static void test_reserve_tree(void **state)
{
	uint64_t fdt[256];

	(void)state;
	add_definition();
	add(fdt_path_offset(host, "/zvm/vms"), "other");
	add(fdt_path_offset(host, "/zvm/vms"), "off");
	set("/zvm/vms/off", "status", "disabled");
	set_reg("/zvm/vms/tree", "kernel-reg", 0x50000000, 0x1000);
	set_reg("/zvm/vms/tree", "initrd-reg", 0x51000000, 0x2000);
	set_reg("/zvm/vms/other", "dtb-reg", 0x52000000, 0x3000);
	set_reg("/zvm/vms/off", "dtb-reg", 0x53000000, 0x3000);
	set("/zvm/vms/other", "kernel-reg", "wrong");
	assert_int_equal(fdt_create_empty_tree(fdt, sizeof(fdt)), 0);
	reg(fdt, "kernel-reg", 0x54000000, 0x4000);
	builtin_len = newc_append(builtin, 0, "vms/b.dtb", FILE_MODE, fdt, fdt_totalsize(fdt));
	builtin_len = builtin_text(builtin_len, "TRAILER!!!", "");
	reservations = 0;
	mem_reserve_tree(host, reserve);
	assert_int_equal(reservations, 4);
	assert_int_equal(reserved[0].base + reserved[1].base + reserved[2].base,
			 0x50000000LL + 0x51000000LL + 0x52000000LL);
	assert_int_equal(reserved[0].size + reserved[1].size + reserved[2].size, 0x6000);
	assert_int_equal(reserved[3].base, 0x54000000);
	assert_int_equal(reserved[3].size, 0x4000);
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
		cmocka_unit_test_setup(test_tree, fresh),
		cmocka_unit_test_setup(test_order, fresh),
		cmocka_unit_test_setup(test_wrong_tree, fresh),
		cmocka_unit_test_setup(test_reserve, fresh),
		cmocka_unit_test_setup(test_reserve_tree, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, fresh);
}
