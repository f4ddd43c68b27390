/* SPDX-License-Identifier: Apache-2.0 */
/* The guests' clock: any accesses while time goes on, in steps of any length. Its alarm is due when it is to be. */
#define main unit_main
#include "../unit/test_vdev_pl031.c"
#undef main

#include "fuzz.h"

static void check(void)
{
	const struct pl031 *u = dev.data;

	assert_int_equal(fake_arch.irq_masked, 0);
	assert_int_equal(line, u->raised && u->masked_in);
	assert_true(due_us == 0U || (due_us > now_us && due_us % US_PER_SECOND == 0U));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};

	(void)setup(NULL);
	while (in.left != 0U) {
		uint8_t what = in_byte(&in);
		unsigned int bytes = 1U << (what & 3U);
		uint32_t offset = (uint32_t)in_number(&in, 2) &
				  ((what & 4U) != 0U ? 0x1fU : 0xfffU) & ~(bytes - 1U);
		uint64_t value = in_edge(&in);

		if (what >= 0xc0U) {
			pass(value & 0xffffffffffU);
		} else if (what >= 0x80U) {
			assert_int_equal(vdev_pl031.mmio->write(NULL, &dev, offset, bytes, value),
					 bytes < 8U);
		} else if (what >= 0x08U) {
			value = 0U;
			assert_int_equal(vdev_pl031.mmio->read(NULL, &dev, offset, bytes, &value),
					 bytes < 8U);
			assert_true(bytes == 8U || value >> (8U * bytes) == 0U);
		} else {
			vdev_pl031.reset(&dev);
		}
		check();
	}
	(void)teardown(NULL);
	return 0;
}
