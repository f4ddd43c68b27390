/* SPDX-License-Identifier: Apache-2.0 */
/* The guests' UART on its console: any accesses, while somebody looks, types and goes. Nothing is lost that must not be. */
#define main unit_main
#include "../unit/test_vdev_pl011.c"
#undef main

#include "fuzz.h"

static void check(void)
{
	const struct pl011 *u = dev.data;

	assert_int_equal(fake_arch.irq_masked, 0);
	assert_true(u->rx_count <= FIFO_DEPTH && u->tx_count <= FIFO_DEPTH);
	assert_true(u->rx_first < FIFO_DEPTH && u->tx_first < FIFO_DEPTH);
	assert_int_equal(line, (u->ris & u->imsc) != 0U);
}

static void access_register(struct input *in)
{
	uint8_t how = in_byte(in);
	unsigned int size = 1U << (how & 3U);
	uint32_t offset = (how & 4U) != 0U ? in_byte(in) : (uint32_t)in_number(in, 2) & 0xfffU;
	uint64_t value = in_edge(in);

	offset &= ~(size - 1U);
	if ((how & 8U) != 0U) {
		assert_int_equal(vdev_pl011.mmio->write(NULL, &dev, offset, size, value),
				 size < 8U);
	} else {
		value = 0U;
		assert_int_equal(vdev_pl011.mmio->read(NULL, &dev, offset, size, &value),
				 size < 8U);
		assert_true(size == 8U || value >> (8U * size) == 0U);
	}
}

/* Registers that do something, as drivers write them: 32 bits, data several times over. */
static void write_well(struct input *in)
{
	static const uint32_t regs[] = {UARTDR,   UARTDR,   UARTLCR_H, UARTCR,
					UARTIFLS, UARTIMSC, UARTICR,   UARTRSR};
	uint8_t how = in_byte(in);
	uint32_t value = (uint32_t)in_number(in, 2);

	for (unsigned int i = 0U; i <= (how % 8U < 2U ? how / 8U : 0U); i++) {
		wr(regs[how % 8U], value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	bool attached = false;
	uint32_t printed = 0U;
	size_t length;
	const char *typed;

	(void)setup(NULL);
	if ((in_byte(&in) & 1U) != 0U) {
		start();
	}
	while (in.left != 0U) {
		uint8_t what = in_byte(&in);

		switch (what % 8U) {
		case 0:
			assert_true(vconsole_attach(vm.console) == (attached ? -EBUSY : 0));
			attached = true;
			break;
		case 1:
			if (attached) {
				vconsole_detach(vm.console);
			}
			attached = false;
			break;
		case 2:
			typed = in_bytes(&in, 40U, &length);
			assert_true(vconsole_type(vm.console, typed, length) <= length);
			break;
		case 3:
			if (attached) {
				(void)vconsole_read(vm.console, text, in_below(&in, sizeof(text)),
						    K_NO_WAIT);
			}
			break;
		case 4:
			if (what < 0x20U) {
				vdev_pl011.reset(&dev);
			}
			/* A guest that prints more than there is room for, once: it takes long. */
			for (; what >= 0xe0U && printed < 2U * VCONSOLE_OUT_SIZE; printed++) {
				wr(UARTDR, printed);
			}
			break;
		case 5:
		case 6:
			write_well(&in);
			break;
		default:
			access_register(&in);
			break;
		}
		check();
	}
	if (attached) {
		vconsole_detach(vm.console);
	}
	(void)teardown(NULL);
	return 0;
}
