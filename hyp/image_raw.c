/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A raw binary: goes where the definition says (kernel-load), or to the start of RAM, and starts with its first byte.
 *
 * What it needs beyond the file (BSS, heap) is not known, unless it has the header of a Linux Image, as Zephyr and
 * U-Boot can be built with. The devicetree and the initrd go as far away as possible.
 */
#include <string.h>

#include <zephyr/sys/util.h>

#include "hyp/image.h"
#include "lib/addr.h"

static bool raw_is(const struct vm_config *config)
{
	return config->os != VM_OS_LINUX;
}

static int raw_place(const struct vm_config *config, struct image_place *place,
		     struct vm_error *error)
{
	const struct vm_image *k = &config->kernel;
	uint64_t size = k->size;

	if (image_linux_header(k->data, k->size)) {
		size = MAX(size, image_linux_size(k->data));
	}
	if (!range_within(config->kernel_load, size, config->ram_base, config->ram_size)) {
		return image_bad(config, error,
				 "0x%llx bytes at 0x%llx do not fit into RAM of %llu MiB",
				 (unsigned long long)size, (unsigned long long)config->kernel_load,
				 (unsigned long long)(config->ram_size / MB(1)));
	}
	*place = (struct image_place){
		.start = config->kernel_load,
		.end = config->kernel_load + size,
		.entry = config->kernel_load,
	};
	return 0;
}

static int raw_load(const struct vm_config *config, const struct image_place *place, uint8_t *ram,
		    struct vm_error *error)
{
	ARG_UNUSED(error);
	memcpy(image_ram(config, ram, place->start), config->kernel.data, config->kernel.size);
	return 0;
}

const struct image_kind image_raw = {
	.is = raw_is,
	.place = raw_place,
	.load = raw_load,
};
