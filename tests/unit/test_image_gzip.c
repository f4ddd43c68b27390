/* SPDX-License-Identifier: Apache-2.0 */
/* The loader's images in gzip: packed in all ways, cut off and damaged in all ways. */
#include <errno.h>

#include <libdeflate.h>

#include "loader_fixture.h"

#define GZIP_BAD "its gzip data are damaged or cut off"

static uint8_t packed[200000];

/* What may be in front of the data (RFC 1952, 2.3): flags, and what belongs to them. */
static size_t pack_behind(const void *data, size_t size, int level, uint8_t flags,
			  const void *extra, size_t extra_size)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);
	uint8_t *to = packed + 10;
	uint32_t ends[2] = {libdeflate_crc32(0, data, size), (uint32_t)size};
	size_t got;

	assert_non_null(c);
	memcpy(packed, "\037\213\010\0\0\0\0\0\0\3", 10);
	packed[3] = flags;
	memcpy(to, extra, extra_size);
	to += extra_size;
	got = libdeflate_deflate_compress(c, data, size, to, sizeof(packed) - 18 - extra_size);
	assert_int_not_equal(got, 0);
	libdeflate_free_compressor(c);
	memcpy(to + got, ends, sizeof(ends));
	return 18 + extra_size + got;
}

static size_t pack(const void *data, size_t size)
{
	return pack_behind(data, size, 6, 0, "", 0);
}

static void test_gzip(void **state)
{
	struct header *h = make_linux();
	size_t size;

	(void)state;
	memset(linux_image + 1000, 7, 50000);
	h->text_offset = 0x1000;
	size = pack(linux_image, sizeof(linux_image));
	set_kernel(packed, size);
	loads();
	assert_int_equal(entry.pc, RAM_BASE + 0x1000);
	assert_memory_equal(ram_at(entry.pc), linux_image, sizeof(linux_image));
	/* What is behind it does not matter: a range in RAM is rarely exact. */
	set_kernel(packed, size + 1000);
	loads();
	/* Up to the last byte that the header allows, and one more. */
	h->image_size = sizeof(linux_image);
	set_kernel(packed, pack(linux_image, sizeof(linux_image)));
	loads();
	h->image_size = sizeof(linux_image) - 1;
	set_kernel(packed, pack(linux_image, sizeof(linux_image)));
	assert_check(0, "");
	assert_int_equal(loader_load(&vm, &entry, &error), -EINVAL);
	assert_string_equal(error.text, KERNEL "unpacks to more than its header says");
}

static void test_gzip_headers(void **state)
{
	(void)state;
	(void)make_linux();
	allocations_left = 1000000;
	for (unsigned int which = 0; which < 16; which++) {
		uint8_t front[400];
		size_t used = 0;
		size_t size;

		if ((which & 4U) != 0) {
			memset(front, 1, 302);
			memcpy(front, "\054\001", 2);
			used = 302;
		}
		if ((which & 8U) != 0) {
			memcpy(front + used, "Image", 6);
			used += 6;
		}
		if ((which & 1U) != 0) {
			memcpy(front + used, "a kernel", 9);
			used += 9;
		}
		if ((which & 2U) != 0) {
			memset(front + used, 0, 2);
			used += 2;
		}
		size = pack_behind(linux_image, sizeof(linux_image), 6,
				   (uint8_t)((which & 1U) << 4 | (which & 14U)), front, used);
		memset(vm.ram, 0, sizeof(linux_image));
		set_kernel(packed, size);
		loads();
		assert_memory_equal(vm.ram, linux_image, sizeof(linux_image));
		for (size_t len = 2; len < used + 20; len++) {
			set_kernel(packed, len);
			assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
		}
	}
	set_kernel("\037\213\011\0\0\0\0\0\0\3", 10);
	assert_check(-EINVAL, KERNEL GZIP_BAD);
	set_kernel("\037\213\010\200\0\0\0\0\0\3", 10);
	assert_check(-EINVAL, KERNEL GZIP_BAD);
}

/*
 * The kernel's header is seen however it is packed, also where a stored block or a match goes on behind it; and what is
 * behind a kernel that is shorter than it says is clear.
 */
static void test_gzip_levels(void **state)
{
	static const size_t alike[] = {0, 300, sizeof(linux_image) - sizeof(struct header)};
	struct header *h = make_linux();
	const size_t more = 5000;

	(void)state;
	h->image_size = sizeof(linux_image) + more;
	allocations_left = 1000000;
	for (size_t i = 0; i < ARRAY_SIZE(alike); i++) {
		memset(h + 1, 0, alike[i]);
		for (int level = 0; level <= 12; level++) {
			size_t size = pack_behind(linux_image, sizeof(linux_image), level, 0, "",
						  0);
			uint8_t *end = (uint8_t *)vm.ram + sizeof(linux_image);

			set_kernel(packed, size);
			memset(vm.ram, 0, sizeof(linux_image) + more);
			loads();
			assert_memory_equal(vm.ram, linux_image, sizeof(linux_image));
			assert_int_equal(end[0], 0);
			assert_memory_equal(end, end + 1, more - 1);
		}
	}
}

static void test_gzip_refused(void **state)
{
	size_t size;

	(void)state;
	(void)make_linux();
	set_kernel(packed,
		   pack("not a kernel, but long enough to be one, with 64 bytes and more", 64));
	assert_check(-EINVAL, KERNEL "what is compressed in it is not a Linux Image");
	set_kernel(packed, pack("", 0));
	assert_check(-EINVAL, KERNEL "what is compressed in it is not a Linux Image");
	size = pack(linux_image, sizeof(linux_image));
	vm.config.os = VM_OS_ZEPHYR;
	set_kernel(packed, size);
	assert_check(-EINVAL, KERNEL "compressed with gzip, which is for os linux; unpack it");
	vm.config.os = VM_OS_LINUX;
	/* libdeflate's too. */
	libdeflate_set_memory_allocator(hyp_alloc, hyp_free);
	allocations_left = 1;
	assert_check(-ENOMEM, KERNEL "no memory to unpack it");
	allocations_left = 0;
	assert_check(-ENOMEM, KERNEL "no memory to unpack it");
	allocations_left = 1000000;
	libdeflate_set_memory_allocator(malloc, free);
	set_kernel("\037\213\010\0\0\0\0\0\0\3\377\377\377", 13);
	assert_check(-EINVAL, KERNEL GZIP_BAD);
}

/* Cut off at each byte: never a success, never an access outside. */
static void test_gzip_truncated(void **state)
{
	size_t size;

	(void)state;
	(void)make_linux();
	memset(linux_image + 64, 5, 30000);
	size = pack(linux_image, 30000);
	allocations_left = 1000000;
	for (size_t len = 2; len < size; len++) {
		set_kernel(packed, len);
		if (loader_check(&vm.config, &error) == 0) {
			assert_int_equal(loader_load(&vm, &entry, &error), -EINVAL);
		}
		assert_string_equal(error.text, KERNEL GZIP_BAD);
	}
}

static void test_gzip_damaged(void **state)
{
	size_t size;

	(void)state;
	(void)make_linux();
	memset(linux_image + 64, 5, 30000);
	size = pack(linux_image, 40000);
	allocations_left = 1000000;
	for (int round = 0; round < 1000; round++) {
		uint64_t at = 10 + unit_below(size - 10);
		uint8_t was = packed[at];

		packed[at] ^= (uint8_t)(1 + unit_below(255));
		set_kernel(packed, size);
		/* The header may be what changed: then it may be good by chance, but the checksum is not. */
		assert_int_equal(loader_load(&vm, &entry, &error), -EINVAL);
		packed[at] = was;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gzip, start, end),
		cmocka_unit_test_setup_teardown(test_gzip_headers, start, end),
		cmocka_unit_test_setup_teardown(test_gzip_levels, start, end),
		cmocka_unit_test_setup_teardown(test_gzip_refused, start, end),
		cmocka_unit_test_setup_teardown(test_gzip_truncated, start, end),
		cmocka_unit_test_setup_teardown(test_gzip_damaged, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
