/* SPDX-License-Identifier: Apache-2.0 */
/* The loader: images of each kind, cut off and damaged in all ways, and where everything goes. gzip: test_image_gzip.c. */
#include <errno.h>

#include "loader_fixture.h"

/* ---- Linux Image --------------------------------------------------------------------------- */

static void test_linux(void **state)
{
	(void)state;
	(void)make_linux();
	set_kernel(linux_image, sizeof(linux_image));
	loads();
	assert_int_equal(entry.pc, RAM_BASE);
	assert_int_equal(entry.x0, RAM_BASE + 8 * MIB - DTB_ROOM);
	assert_memory_equal(vm.ram, linux_image, sizeof(linux_image));
	assert_memory_equal(ram_at(entry.x0), "tree", 4);
	assert_int_equal(initrd_told[1], 0);
	assert_true(cleaned >= sizeof(linux_image) + 4);
}

static void test_linux_offset_and_initrd(void **state)
{
	struct header *h = make_linux();

	(void)state;
	h->text_offset = 0x80000;
	set_kernel(linux_image, sizeof(linux_image));
	vm.config.initrd = (struct vm_image){"initrd", 7, "i", false};
	loads();
	assert_int_equal(entry.pc, RAM_BASE + 0x80000);
	assert_memory_equal(ram_at(entry.pc), linux_image, sizeof(linux_image));
	assert_int_equal(initrd_told[0], entry.x0 - 0x10000);
	assert_int_equal(initrd_told[1], 7);
	assert_string_equal(ram_at(initrd_told[0]), "initrd");
}

/* One left in RAM, named with room behind it: no more than the image is taken. */
static void test_linux_room_behind(void **state)
{
	struct header *h = make_linux();

	(void)state;
	h->image_size = 50000;
	set_kernel(linux_image, sizeof(linux_image));
	loads();
	assert_memory_equal(vm.ram, linux_image, 50000);
	assert_int_equal(*((uint8_t *)vm.ram + 50000), 0);
}

static void test_linux_refused(void **state)
{
	struct header *h = make_linux();

	(void)state;
	h->flags = 0xb;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL, KERNEL "a big-endian kernel; guests start little-endian");
	h->flags = 0xa;
	h->image_size = 0;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL, KERNEL "its header says no size (Linux before 3.17)");
	h->image_size = 8 * MIB + 1;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL, KERNEL "needs 9 MiB of RAM, there are 8: use -m");
	h->image_size = UINT64_MAX;
	h->text_offset = 0x1000;
	set_kernel(linux_image, sizeof(linux_image));
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	h->image_size = 0x1000;
	h->text_offset = UINT64_MAX - 0xfff;
	set_kernel(linux_image, sizeof(linux_image));
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	h->text_offset = 0;
	h->magic++;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL,
		     KERNEL "is neither a Linux Image for arm64, nor that in gzip, nor ELF");
	h->magic--;
	for (size_t size = 0; size < 64; size++) {
		set_kernel(linux_image, size);
		assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	}
	vm.config.kernel_load_set = true;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL,
		     "vms/t.dtb: /: kernel-load: is for raw images; this one says its place");
}

static void test_linux_pages(void **state)
{
	struct header *h = make_linux();
	/* ID_AA64MMFR0_EL1 with all sizes, with 4 KiB only. */
	const uint64_t all = 0x00100000, small = 0x0f000000;

	(void)state;
	for (uint64_t flags = 0; flags < 8; flags += 2) {
		h->flags = flags;
		set_kernel(linux_image, sizeof(linux_image));
		idregs_guest[IDREG(7, 0)] = all;
		assert_check(0, "");
		idregs_guest[IDREG(7, 0)] = small;
		if (flags < 4) {
			assert_check(0, "");
		} else {
			assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
		}
	}
	assert_string_equal(error.text, KERNEL "for pages of 64 KiB, which this CPU does not have");
	idregs_guest[IDREG(7, 0)] = 0xf0000000;
	h->flags = 2;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL, KERNEL "for pages of 4 KiB, which this CPU does not have");
}

/* A kernel that UEFI can start says how long its file is. */
static void test_linux_truncated(void **state)
{
	struct header *h = make_linux();
	uint8_t *pe = linux_image + 64;
	uint32_t sections[] = {0x10000, 0x8000, 0x18000, 0x600};

	(void)state;
	memcpy(&h->code, "MZ", 2);
	h->pe = 64;
	memset(pe, 0, 24 + 160 + 80);
	memcpy(pe, "PE\0", 4);
	pe[6] = 2;
	pe[20] = 160;
	for (size_t i = 0; i < 2; i++) {
		/* Size and place in the file. */
		memcpy(pe + 24 + 160 + 40 * i + 16, &sections[2 * i + 0], 4);
		memcpy(pe + 24 + 160 + 40 * i + 20, &sections[2 * i + 1], 4);
	}
	for (size_t size = 64; size < 64 + 24 + 240; size++) {
		set_kernel(linux_image, size);
		(void)loader_check(&vm.config, &error);
	}
	set_kernel(linux_image, 0x18600);
	loads();
	set_kernel(linux_image, 0x185ff);
	assert_check(-EINVAL, KERNEL "truncated: its header names more than 0x185ff bytes");
	set_kernel(linux_image, 64 + 24 + 239);
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	h->pe = 0xfffffff0;
	set_kernel(linux_image, 0x18600);
	loads();
	for (int round = 0; round < 2000; round++) {
		linux_image[unit_below(400)] = (uint8_t)unit_random();
		set_kernel(linux_image, 64 + unit_below(sizeof(linux_image) - 64));
		(void)loader_check(&vm.config, &error);
	}
}

/* ---- ELF ----------------------------------------------------------------------------------- */

struct elf {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, phoff, shoff;
	uint32_t flags;
	uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
	struct {
		uint32_t type, flags;
		uint64_t offset, vaddr, paddr, filesz, memsz, align;
	} ph[3];
	char text[16];
	char data[16];
};

static struct elf elf;

static void make_elf(void)
{
	vm.config.os = VM_OS_ZEPHYR;
	elf = (struct elf){
		.ident = "\177ELF\2\1\1",
		.type = 2,
		.machine = 183,
		.entry = 0xffff000000000004,
		.phoff = 64,
		.phentsize = 56,
		.phnum = 3,
		.ph =
			{
				{1, 5, offsetof(struct elf, text), 0xffff000000000000,
				 RAM_BASE + 0x200000, 16, 16, 0},
				{1, 6, offsetof(struct elf, data), 0xffff000000001000,
				 RAM_BASE + 0x201000, 16, 0x1000, 0},
				{0x6474e551, 6, 0, 0, 0, 0, 0, 0},
			},
		.text = "text of the elf",
		.data = "data of the elf",
	};
}

static void elf_refused(const char *line)
{
	set_kernel(&elf, sizeof(elf));
	assert_check(-EINVAL, line);
	assert_int_equal(loader_load(&vm, &entry, &error), -EINVAL);
	make_elf();
}

static void test_elf(void **state)
{
	(void)state;
	make_elf();
	set_kernel(&elf, sizeof(elf));
	loads();
	assert_int_equal(entry.pc, RAM_BASE + 0x200004);
	assert_string_equal(ram_at(RAM_BASE + 0x200000), "text of the elf");
	assert_string_equal(ram_at(RAM_BASE + 0x201000), "data of the elf");
	assert_int_equal(entry.x0, RAM_BASE + 8 * MIB - DTB_ROOM);
	vm.config.os = VM_OS_LINUX;
	elf.type = 3;
	set_kernel(&elf, sizeof(elf));
	loads();
	/* To the top: the devicetree then goes below. */
	elf.ph[1].paddr = RAM_BASE + 8 * MIB - 0x1000;
	set_kernel(&elf, sizeof(elf));
	loads();
	assert_int_equal(entry.x0, RAM_BASE + 0x200000 - DTB_ROOM);
}

static void test_elf_refused(void **state)
{
	static const char not[] = KERNEL
		"not an executable ELF file for AArch64, 64 bits, little-endian";

	(void)state;
	make_elf();
	elf.ident[4] = 1;
	elf_refused(not);
	elf.ident[5] = 2;
	elf_refused(not);
	elf.machine = 62;
	elf_refused(not);
	elf.type = 1;
	elf_refused(not);
	elf.phnum = 0;
	elf_refused(KERNEL "0 program headers of 56 bytes; 1 to 64 of 56");
	elf.phnum = 65;
	elf_refused(KERNEL "65 program headers of 56 bytes; 1 to 64 of 56");
	elf.phentsize = 32;
	elf_refused(KERNEL "3 program headers of 32 bytes; 1 to 64 of 56");
	elf.phoff = sizeof(elf) - 3 * 56 + 1;
	elf_refused(KERNEL "truncated: the program headers are outside of it");
	elf.phoff = UINT64_MAX - 8;
	elf_refused(KERNEL "truncated: the program headers are outside of it");
	elf.ph[1].filesz = 17;
	elf_refused(KERNEL "truncated: segment 1 ends outside of it");
	elf.ph[0].offset = UINT64_MAX - 8;
	elf_refused(KERNEL "truncated: segment 0 ends outside of it");
	elf.ph[0].memsz = 15;
	elf_refused(KERNEL "segment 0: more in the file than in memory");
	elf.ph[0].paddr = RAM_BASE - 1;
	elf_refused(KERNEL
		    "segment 0, 0x10 bytes at 0x3fffffff, is not in RAM of 8 MiB at 0x40000000");
	elf.ph[1].memsz = 8 * MIB;
	elf_refused(
		KERNEL
		"segment 1, 0x800000 bytes at 0x40201000, is not in RAM of 8 MiB at 0x40000000");
	elf.ph[1].memsz = UINT64_MAX - RAM_BASE;
	elf_refused(KERNEL
		    "segment 1, 0xffffffffbfffffff bytes at 0x40201000, is not in RAM of 8 MiB "
		    "at 0x40000000");
	elf.ph[1].paddr = RAM_BASE + 0x20000f;
	elf_refused(KERNEL "segments 0 and 1 overlap at 0x4020000f");
	elf.ph[0].type = elf.ph[1].type = 2;
	elf_refused(KERNEL "nothing in it is to be loaded (no PT_LOAD)");
	elf.entry = 0x40200000;
	elf_refused(KERNEL "the entry 0x40200000 is in no segment");
	elf.entry = 0xffff000000000010;
	elf_refused(KERNEL "the entry 0xffff000000000010 is in no segment");
	for (size_t size = 4; size < sizeof(elf); size++) {
		set_kernel(&elf, size);
		assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	}
}

static void test_elf_damaged(void **state)
{
	unsigned int good = 0;

	(void)state;
	for (int round = 0; round < 30000; round++) {
		make_elf();
		for (uint64_t n = 1 + unit_below(3); n != 0; n--) {
			((uint8_t *)&elf)[4 + unit_below(sizeof(elf) - 4)] = (uint8_t)unit_random();
		}
		set_kernel(&elf, sizeof(elf));
		if (loader_check(&vm.config, &error) == 0) {
			assert_int_equal(loader_load(&vm, &entry, &error), 0);
			good++;
		}
	}
	assert_true(good != 0);
}

/* ---- raw ----------------------------------------------------------------------------------- */

static void test_raw(void **state)
{
	static uint8_t bytes[5000];

	(void)state;
	memset(bytes, 9, sizeof(bytes));
	vm.config.os = VM_OS_RAW;
	set_kernel(bytes, sizeof(bytes));
	loads();
	assert_int_equal(entry.pc, RAM_BASE);
	assert_int_equal(entry.x0, RAM_BASE + 8 * MIB - DTB_ROOM);
	assert_memory_equal(vm.ram, bytes, sizeof(bytes));
	/* Room below it: the devicetree is where U-Boot looks for it. */
	vm.config.kernel_load = RAM_BASE + 0x400000;
	vm.config.kernel_load_set = true;
	vm.config.initrd = (struct vm_image){"initrd", 7, "i", false};
	loads();
	assert_int_equal(entry.pc, RAM_BASE + 0x400000);
	assert_int_equal(entry.x0, RAM_BASE);
	assert_int_equal(initrd_told[0], RAM_BASE + 8 * MIB - 0x10000);
	assert_memory_equal(ram_at(entry.pc), bytes, sizeof(bytes));
	/* To the last byte of RAM. */
	vm.config.kernel_load = RAM_BASE + 8 * MIB - sizeof(bytes);
	loads();
	assert_true(initrd_told[0] + 7 <= vm.config.kernel_load);
	vm.config.kernel_load++;
	assert_check(-EINVAL, KERNEL "0x1388 bytes at 0x407fec79 do not fit into RAM of 8 MiB");
	vm.config.kernel_load = RAM_BASE - 1;
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	vm.config.kernel_load = UINT64_MAX - 1;
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
}

/* With the header of an Image it stays where raw images go, and its BSS is known. */
static void test_raw_with_header(void **state)
{
	struct header *h = make_linux();

	(void)state;
	h->text_offset = 0x80000;
	h->image_size = 8 * MIB - 2 * DTB_ROOM;
	vm.config.os = VM_OS_ZEPHYR;
	set_kernel(linux_image, sizeof(linux_image));
	loads();
	assert_int_equal(entry.pc, RAM_BASE);
	assert_memory_equal(vm.ram, linux_image, sizeof(linux_image));
	h->image_size = 8 * MIB - DTB_ROOM + 1;
	set_kernel(linux_image, sizeof(linux_image));
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	h->image_size = UINT64_MAX;
	set_kernel(linux_image, sizeof(linux_image));
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
}

/* ---- places -------------------------------------------------------------------------------- */

static void test_no_room(void **state)
{
	struct header *h = make_linux();
	char *initrd = calloc(1, 8 * MIB);

	(void)state;
	h->image_size = 8 * MIB - DTB_ROOM + 1;
	set_kernel(linux_image, sizeof(linux_image));
	assert_check(-EINVAL,
		     "vms/t.dtb: /: memory-mib: 8: no room for a devicetree of 0x10000 bytes "
		     "beside the kernel at 0x40000000 to 0x407f0001");
	h->image_size = 4 * MIB;
	set_kernel(linux_image, sizeof(linux_image));
	vm.config.initrd = (struct vm_image){initrd, 4 * MIB - DTB_ROOM, "i", false};
	loads();
	assert_int_equal(initrd_told[0], RAM_BASE + 4 * MIB);
	vm.config.initrd.size++;
	assert_check(-EINVAL,
		     "vms/t.dtb: /: memory-mib: 8: no room for an initrd of 0x3f0001 bytes "
		     "beside the kernel at 0x40000000 to 0x40400000");
	vm.config.initrd.size = UINT64_MAX;
	assert_int_equal(loader_check(&vm.config, &error), -EINVAL);
	free(initrd);
}

/* Nothing shares a byte with anything, whatever the sizes. */
static void test_places(void **state)
{
	static uint8_t bytes[0x200000];
	unsigned int good = 0;

	(void)state;
	vm.config.os = VM_OS_RAW;
	set_ram(2);
	for (int round = 0; round < 3000; round++) {
		uint64_t size = 1 + unit_below(unit_below(2) != 0 ? sizeof(bytes) : 0x8000);
		uint64_t initrd = 1 + unit_below(unit_below(2) != 0 ? sizeof(bytes) : 0x8000);

		vm.config.kernel_load = RAM_BASE + unit_below(0x200000);
		vm.config.kernel = (struct vm_image){bytes, size, "k", false};
		vm.config.initrd = (struct vm_image){bytes, initrd, "i", false};
		if (loader_check(&vm.config, &error) != 0) {
			continue;
		}
		assert_int_equal(loader_load(&vm, &entry, &error), 0);
		assert_false(ranges_overlap(entry.pc, size, entry.x0, DTB_ROOM));
		assert_false(ranges_overlap(entry.pc, size, initrd_told[0], initrd));
		assert_false(ranges_overlap(entry.x0, DTB_ROOM, initrd_told[0], initrd));
		assert_true(range_within(entry.pc, size, RAM_BASE, 2 * MIB));
		assert_true(range_within(entry.x0, DTB_ROOM, RAM_BASE, 2 * MIB));
		assert_true(range_within(initrd_told[0], initrd, RAM_BASE, 2 * MIB));
		good++;
	}
	assert_true(good > 300);
}

static void test_dtb_fails(void **state)
{
	(void)state;
	(void)make_linux();
	set_kernel(linux_image, sizeof(linux_image));
	dtb_rc = -ENOSPC;
	assert_int_equal(loader_load(&vm, &entry, &error), -ENOSPC);
	assert_string_equal(error.text, "no tree");
	vm.config.kernel.name = "kernel-reg";
	vm.config.kernel.by_address = true;
	vm.config.kernel.size = 3;
	assert_check(-EINVAL,
		     "vms/t.dtb: /: kernel-reg: is neither a Linux Image for arm64, nor that in "
		     "gzip, nor ELF");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_linux, start, end),
		cmocka_unit_test_setup_teardown(test_linux_offset_and_initrd, start, end),
		cmocka_unit_test_setup_teardown(test_linux_room_behind, start, end),
		cmocka_unit_test_setup_teardown(test_linux_refused, start, end),
		cmocka_unit_test_setup_teardown(test_linux_pages, start, end),
		cmocka_unit_test_setup_teardown(test_linux_truncated, start, end),
		cmocka_unit_test_setup_teardown(test_elf, start, end),
		cmocka_unit_test_setup_teardown(test_elf_refused, start, end),
		cmocka_unit_test_setup_teardown(test_elf_damaged, start, end),
		cmocka_unit_test_setup_teardown(test_raw, start, end),
		cmocka_unit_test_setup_teardown(test_raw_with_header, start, end),
		cmocka_unit_test_setup_teardown(test_no_room, start, end),
		cmocka_unit_test_setup_teardown(test_places, start, end),
		cmocka_unit_test_setup_teardown(test_dtb_fails, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
