/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles of any content, beside definitions in the host's devicetree: what is found lies in them, and can be read. */
#define main unit_main
#include "../unit/test_bundle.c"
#undef main

#include "tree.h"

static const char *const paths[] = {"kernel", "./vms/a.dtb", "a", ""};

static uint64_t sum;

static void add_up(uint64_t base, uint64_t size)
{
	sum += base + size;
}

static void look(void)
{
	struct vm_image image;
	char file[64];

	for (unsigned int i = 0U; i < ARRAY_SIZE(paths); i++) {
		if (bundle_file(paths[i], &image) == 0 && image.size != 0U) {
			sum += ((const uint8_t *)image.data)[image.size - 1U];
		}
	}
	for (unsigned int i = 0U; bundle_type(i) != NULL; i++) {
		assert_true(i < 64U && strlen(bundle_type(i)) < VM_NAME_MAX);
		assert_int_equal(bundle_definition(bundle_type(i), &image, file, sizeof(file)), 0);
		assert_int_equal((uintptr_t)image.data % 8U, 0);
		(void)fdt_verify(image.data, image.size);
	}
	mem_reserve_tree(host, add_up);
	mem_reserve_initrd(archive, archive_len, add_up);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const props[] = {"kernel-reg", "initrd-reg", "phandle",
					    "status",     "compatible", NULL};
	static const void *base;
	struct input in = {data, size};
	uint8_t how = in_byte(&in);
	struct tree t;

	(void)fresh(NULL);
	base = base != NULL ? base : tree_load("zvm");
	if ((how & 1U) != 0U) {
		t = tree_make(&in, base, props, tree_host_texts);
		memcpy(host, t.fdt, MIN(t.size, sizeof(host)));
		free(t.fdt);
	}
	archive_len = MIN(in.left, sizeof(archive));
	memcpy(archive, in.at, archive_len);
	no_initrd = archive_len == 0U;
	lines[0] = '\0';
	bundle_init();
	look();
	return 0;
}
