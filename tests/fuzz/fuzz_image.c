/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of any content: what is taken is loaded inside of RAM, and entered there. */
#include "fuzz.h"
#include "loader_fixture.h"

/* Slow to make, so it stays, with what others have left in it. */
static void *ram;

static void begin(struct input *in)
{
	uint8_t os = in_byte(in);
	static uint8_t initrd[300];

	if (ram == NULL) {
		(void)start(NULL);
		free(vm.ram);
		ram = aligned_alloc(2 * MIB, 4 * MIB);
	}
	error.text[0] = '\0';
	allocations_left = 1000;
	vm.ram = ram;
	vm.config.kernel_load = RAM_BASE;
	vm.ram_size = 4 * MIB;
	vm.config.ram_size = vm.ram_size;
	vm.config.os = (enum vm_os)(os % 3U);
	vm.config.initrd = (struct vm_image){initrd, in_byte(in), "i", (os & 0x10U) != 0U};
	vm.config.kernel_load_set = (os & 0x20U) != 0U;
	vm.config.kernel_load += vm.config.kernel_load_set ? in_edge(in) & ~UINT64_C(3) : 0U;
	dtb_room_wanted = 1U + in_byte(in) * 3U;
	idregs_guest[IDREG(7, 0)] = (os & 0x40U) != 0U ? UINT64_MAX : 0U;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	int rc;

	begin(&in);
	if (in.left == 0U) {
		return 0;
	}
	set_kernel(in.at, in.left);
	rc = loader_check(&vm.config, &error);
	assert_int_equal(error.text[0] != '\0', rc != 0);
	if (rc == 0) {
		/* What is only found out while it is unpacked may still be refused. */
		rc = loader_load(&vm, &entry, &error);
		assert_int_equal(error.text[0] != '\0', rc != 0);
	}
	if (rc == 0) {
		assert_true(entry.pc - RAM_BASE < vm.ram_size);
		assert_true(entry.x0 - RAM_BASE < vm.ram_size);
		assert_memory_equal(ram_at(entry.x0), "tree", 4);
	}
	free(image);
	image = NULL;
	assert_int_equal(allocated, 0);
	return 0;
}
