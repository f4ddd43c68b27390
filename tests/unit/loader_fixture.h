/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM for the tests of the loader, and what the loader calls.
 *
 * RAM is malloc'ed in its exact size, and so are images: ASan sees an access outside.
 */
#ifndef LOADER_FIXTURE_H_
#define LOADER_FIXTURE_H_

#include <errno.h>

#include "hyp/alloc.h"
#include "hyp/guest_dtb.h"
#include "hyp/guest_layout.h"
#include "hyp/guest_mem.h"
#include "hyp/idregs.h"
#include "hyp/loader.h"
#include "hyp/vm.h"
#include "unit.h"

#define MIB      UINT64_C(0x100000)
#define RAM_BASE GUEST_RAM_BASE
#define DTB_ROOM 0x10000U

uint64_t idregs_guest[IDREGS_COUNT];

static struct vm vm;
static struct vm_error error;
static struct loader_entry entry;

/* ---- what the loader calls ----------------------------------------------------------------- */

static unsigned int allocations_left;
static unsigned int allocated;
static uint64_t cleaned;
static uint64_t initrd_told[2];
static uint64_t dtb_room_wanted;
static int dtb_rc;

void *hyp_alloc(size_t size)
{
	if (allocations_left == 0) {
		return NULL;
	}
	allocations_left--;
	allocated++;
	return calloc(1, size);
}

void hyp_free(void *mem)
{
	allocated -= mem != NULL ? 1U : 0U;
	free(mem);
}

void guest_ram_clean(void *from, uint64_t size)
{
	assert_true((uint8_t *)from >= (uint8_t *)vm.ram);
	assert_true((uint8_t *)from + size <= (uint8_t *)vm.ram + vm.ram_size);
	cleaned += size;
}

int guest_dtb_room(const struct vm_config *config, uint64_t *room, struct vm_error *err)
{
	(void)config;
	(void)err;
	*room = dtb_room_wanted;
	return 0;
}

int guest_dtb_make(const struct vm *of, uint64_t initrd_start, uint64_t initrd_size, void *buffer,
		   size_t room, size_t *size, struct vm_error *err)
{
	(void)of;
	assert_true(room >= dtb_room_wanted);
	assert_int_equal((uintptr_t)buffer % 8, 0);
	memcpy(buffer, "tree", 4);
	initrd_told[0] = initrd_start;
	initrd_told[1] = initrd_size;
	*size = 4;
	return dtb_rc == 0 ? 0 : vm_fail(err, dtb_rc, "no tree");
}

/* ---- a VM ---------------------------------------------------------------------------------- */

static void *image;

static void set_ram(uint64_t mib)
{
	free(vm.ram);
	vm.ram_size = mib * MIB;
	vm.config.ram_size = vm.ram_size;
	/* As with the real thing, at a multiple of 2 MiB. */
	vm.ram = aligned_alloc(2 * MIB, vm.ram_size);
	memset(vm.ram, 0, vm.ram_size);
}

static int start(void **state)
{
	(void)state;
	(void)unit_random_start();
	memset(&vm, 0, sizeof(vm));
	memset(&entry, 0, sizeof(entry));
	error.text[0] = '\0';
	allocations_left = 1000;
	allocated = 0;
	cleaned = 0;
	dtb_room_wanted = 5000;
	dtb_rc = 0;
	memset(idregs_guest, 0, sizeof(idregs_guest));
	vm.config.file = "vms/t.dtb";
	vm.config.ram_base = RAM_BASE;
	vm.config.kernel_load = RAM_BASE;
	set_ram(8);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(vm.ram);
	free(image);
	image = NULL;
	vm.ram = NULL;
	assert_int_equal(allocated, 0);
	return 0;
}

/* The kernel: a copy of exactly that size, at an address that is a multiple of 4 only, as in a cpio archive. */
static void set_kernel(const void *data, size_t size)
{
	free(image);
	image = malloc(size + 4);
	memcpy((char *)image + 4, data, size);
	vm.config.kernel = (struct vm_image){(char *)image + 4, size, "k", false};
}

static void assert_check(int rc, const char *line)
{
	error.text[0] = '\0';
	assert_int_equal(loader_check(&vm.config, &error), rc);
	assert_string_equal(error.text, line);
}

static void loads(void)
{
	assert_check(0, "");
	assert_int_equal(loader_load(&vm, &entry, &error), 0);
}

static void *ram_at(uint64_t ipa)
{
	return (char *)vm.ram + (ipa - RAM_BASE);
}

#define KERNEL "vms/t.dtb: /: kernel: k: "

struct header {
	uint32_t code[2];
	uint64_t text_offset;
	uint64_t image_size;
	uint64_t flags;
	uint64_t res[3];
	uint32_t magic;
	uint32_t pe;
};

static uint8_t linux_image[100000];

static struct header *make_linux(void)
{
	struct header *h = (struct header *)(void *)linux_image;

	for (size_t i = 0; i < sizeof(linux_image); i++) {
		linux_image[i] = (uint8_t)unit_random();
	}
	*h = (struct header){
		.code = {0x14000010},
		.image_size = 0x30000,
		.flags = 0xa,
		.magic = 0x644d5241,
	};
	vm.config.os = VM_OS_LINUX;
	return h;
}

#endif /* LOADER_FIXTURE_H_ */
