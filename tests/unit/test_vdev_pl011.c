/* SPDX-License-Identifier: Apache-2.0 */
/* The guests' PL011, on a real console whose reader is the test. */
#include "hyp_fake.h"

/* Its driver is found by a linker section, which a program of the host does not have. */
#include "vdev/pl011.c"

static struct vm vm;
static struct vdev dev;
static char text_fdt[1];
static bool line;
static unsigned int edges;
static char text[2 * VCONSOLE_OUT_SIZE];

void vdev_irq(struct vdev *d, bool high)
{
	assert_ptr_equal(d, &dev);
	line = high;
	edges++;
}

#define DRIVER vdev_pl011
#include "primecell_dtb.h"

static int setup(void **state)
{
	(void)state;
	fake_arch_reset();
	fake_while_asleep = NULL;
	vm = (struct vm){.console = vconsole_create()};
	dev = (struct vdev){.vm = &vm, .driver = &vdev_pl011, .name = "uart0", .irq = 33U};
	dev.data = test_calloc(1, vdev_pl011.data_size);
	line = false;
	edges = 0U;
	assert_int_equal(vdev_pl011.create(&dev, NULL), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vdev_pl011.destroy(&dev);
	vconsole_destroy(vm.console);
	test_free(dev.data);
	return 0;
}

static uint32_t rd(uint32_t offset)
{
	uint64_t value = UINT64_MAX;

	assert_true(vdev_pl011.mmio->read(NULL, &dev, offset, 4U, &value));
	assert_true(value <= UINT32_MAX);
	return (uint32_t)value;
}

static void wr(uint32_t offset, uint32_t value)
{
	assert_true(vdev_pl011.mmio->write(NULL, &dev, offset, 4U, value));
}

static void type(const char *s)
{
	assert_int_equal(vconsole_type(vm.console, s, strlen(s)), strlen(s));
}

static int drain(void)
{
	return vconsole_read(vm.console, text, sizeof(text), K_NO_WAIT);
}

/* As Linux and Zephyr set it up. */
static void start(void)
{
	wr(UARTIBRD, 13U);
	wr(UARTFBRD, 1U);
	wr(UARTLCR_H, 0x70U);
	wr(UARTIFLS, IFLS_RESET);
	wr(UARTICR, INT_ALL);
	wr(UARTCR, 0x301U);
}

static void test_reset_values_and_ids(void **state)
{
	static const uint8_t id[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	(void)state;
	assert_int_equal(rd(UARTFR) & (FR_RXFE | FR_TXFE | FR_RXFF | FR_TXFF | FR_BUSY),
			 FR_RXFE | FR_TXFE);
	assert_int_equal(rd(UARTCR), 0x300);
	assert_int_equal(rd(UARTIFLS), 0x12);
	for (uint32_t i = 0U; i < sizeof(id); i++) {
		assert_int_equal(rd(UARTID + 4U * i), id[i]);
	}
	assert_int_equal(rd(UARTIMSC) | rd(UARTRIS) | rd(UARTMIS) | rd(UARTLCR_H), 0);
}

static void test_stored_registers(void **state)
{
	static const struct {
		uint32_t offset, mask;
	} stored[] = {
		{UARTILPR, 0xff},  {UARTIBRD, 0xffff}, {UARTFBRD, 0x3f},  {UARTLCR_H, 0xff},
		{UARTCR, CR_MASK}, {UARTIFLS, 0x3f},   {UARTIMSC, 0x7ff},
	};

	(void)state;
	for (size_t i = 0U; i < ARRAY_SIZE(stored); i++) {
		wr(stored[i].offset, UINT32_MAX);
		assert_int_equal(rd(stored[i].offset), stored[i].mask);
		wr(stored[i].offset, 0U);
		assert_int_equal(rd(stored[i].offset), 0);
	}
}

/* Everything else reads as zero, ignores writes, and takes accesses of all sizes but 8 bytes. */
static void test_every_offset_and_size(void **state)
{
	(void)state;
	for (uint32_t offset = 0U; offset < 0x1000U; offset++) {
		for (unsigned int size = 1U; size <= 8U; size *= 2U) {
			uint64_t value = 0U;

			if (offset % size != 0U) {
				continue;
			}
			assert_int_equal(vdev_pl011.mmio->read(NULL, &dev, offset, size, &value),
					 size <= 4U);
			assert_true(size == 8U || value >> (8U * size) == 0U);
			if (offset >= 0x48U && offset < UARTID) {
				assert_int_equal(value, 0);
			}
			assert_int_equal(
				vdev_pl011.mmio->write(NULL, &dev, offset, size, 0x5a5aa5a5U),
				size <= 4U);
			if (offset >= 0x48U && size == 4U) {
				assert_int_equal(rd(offset), value);
			}
		}
	}
}

static void test_narrow_accesses(void **state)
{
	uint64_t value;

	(void)state;
	wr(UARTIBRD, 0x1234U);
	assert_true(vdev_pl011.mmio->read(NULL, &dev, UARTIBRD, 1U, &value));
	assert_int_equal(value, 0x34);
	assert_true(vdev_pl011.mmio->read(NULL, &dev, UARTIBRD + 1U, 1U, &value));
	assert_int_equal(value, 0x12);
	assert_true(vdev_pl011.mmio->read(NULL, &dev, UARTIBRD + 2U, 2U, &value));
	assert_int_equal(value, 0);
	assert_true(vdev_pl011.mmio->write(NULL, &dev, UARTDR, 1U, 0xffffff41U));
	assert_int_equal(vconsole_attach(vm.console), 0);
	assert_int_equal(drain(), 1);
	assert_int_equal(text[0], 'A');
	vconsole_detach(vm.console);
}

/* ---- transmit -------------------------------------------------------------------------------- */

static void test_transmit_interrupt(void **state)
{
	(void)state;
	start();
	wr(UARTIMSC, INT_TX);
	/* It says that the level was passed, not that it is low: the first one is the first byte's. */
	assert_false(line);
	wr(UARTDR, 'a');
	assert_true(line);
	assert_int_equal(rd(UARTMIS), INT_TX);
	wr(UARTICR, INT_TX);
	assert_false(line);
	wr(UARTDR, 'b');
	assert_true(line);
	wr(UARTIMSC, 0U);
	assert_false(line);
	assert_int_equal(rd(UARTRIS), INT_TX);
	assert_int_equal(rd(UARTMIS), 0);
}

/* An attached reader that does not read: the FIFO fills up behind the ring, and everything arrives in order. */
static void test_flood_while_attached(void **state)
{
	uint32_t sent = 0U, got = 0U;

	(void)state;
	start();
	wr(UARTIMSC, INT_TX);
	assert_int_equal(vconsole_attach(vm.console), 0);
	for (int round = 0; round < 5; round++) {
		while ((rd(UARTFR) & FR_TXFF) == 0U) {
			wr(UARTDR, sent++ % 251U);
		}
		assert_int_equal(sent - got, VCONSOLE_OUT_SIZE + FIFO_DEPTH);
		assert_int_equal(rd(UARTFR) & (FR_TXFE | FR_BUSY), FR_BUSY);
		assert_false(line);
		for (int n = drain(); n > 0; n = drain()) {
			for (int i = 0; i < n; i++) {
				assert_int_equal((uint8_t)text[i], got++ % 251U);
			}
		}
		assert_int_equal(got, sent);
		assert_true(line);
		assert_int_equal(rd(UARTFR) & (FR_TXFE | FR_BUSY | FR_TXFF), FR_TXFE);
	}
	vconsole_detach(vm.console);
}

/* Linux's interrupt handler writes half a FIFO before it looks at TXFF (IFLS as it sets it). */
static void test_room_for_half_a_fifo_at_the_interrupt(void **state)
{
	(void)state;
	start();
	wr(UARTIMSC, INT_TX);
	assert_int_equal(vconsole_attach(vm.console), 0);
	while ((rd(UARTFR) & FR_TXFF) == 0U) {
		wr(UARTDR, 'x');
	}
	for (int i = 0; i < 2000 && !line; i++) {
		assert_true(vconsole_read(vm.console, text, 16U, K_NO_WAIT) > 0);
	}
	assert_true(line);
	for (int i = 0; i < 16; i++) {
		assert_int_equal(rd(UARTFR) & FR_TXFF, 0);
		wr(UARTDR, 'y');
	}
	vconsole_detach(vm.console);
}

static void test_detached_guest_is_never_held_up(void **state)
{
	(void)state;
	start();
	for (uint32_t i = 0U; i < 3U * VCONSOLE_OUT_SIZE; i++) {
		assert_int_equal(rd(UARTFR) & (FR_TXFF | FR_BUSY), 0);
		wr(UARTDR, i);
	}
	/* Held up, and then detached: it goes on at once. */
	assert_int_equal(vconsole_attach(vm.console), 0);
	while ((rd(UARTFR) & FR_TXFF) == 0U) {
		wr(UARTDR, 'x');
	}
	wr(UARTIMSC, INT_TX);
	assert_false(line);
	vconsole_detach(vm.console);
	assert_true(line);
	assert_int_equal(rd(UARTFR) & (FR_TXFF | FR_BUSY), 0);
}

static void test_second_uart_prints_nowhere(void **state)
{
	struct vdev second = dev;

	(void)state;
	second.data = test_calloc(1, vdev_pl011.data_size);
	assert_int_equal(vdev_pl011.create(&second, NULL), 0);
	assert_true(vdev_pl011.mmio->write(NULL, &second, UARTDR, 4U, 'z'));
	type("q");
	vdev_pl011.destroy(&second);
	test_free(second.data);
	assert_int_equal(rd(UARTDR), 'q');
	assert_int_equal(vconsole_attach(vm.console), 0);
	assert_int_equal(drain(), 0);
	vconsole_detach(vm.console);
}

/* ---- receive --------------------------------------------------------------------------------- */

static void test_receive_time_out_comes_at_once(void **state)
{
	(void)state;
	start();
	wr(UARTIMSC, INT_RX | INT_RT);
	type("k");
	assert_true(line);
	assert_int_equal(rd(UARTMIS), INT_RT);
	assert_int_equal(rd(UARTFR) & FR_RXFE, 0);
	assert_int_equal(rd(UARTDR), 'k');
	assert_false(line);
	assert_int_equal(rd(UARTFR) & FR_RXFE, FR_RXFE);
	assert_int_equal(rd(UARTDR), 0);
}

static void test_receive_levels(void **state)
{
	static const unsigned int levels[] = {4, 8, 16, 24, 28, 28};

	(void)state;
	start();
	wr(UARTIMSC, INT_RX | INT_RT);
	for (uint32_t select = 0U; select < ARRAY_SIZE(levels); select++) {
		wr(UARTIFLS, select << 3);
		for (unsigned int i = 1U; i <= FIFO_DEPTH; i++) {
			type("x");
			assert_int_equal((rd(UARTRIS) & INT_RX) != 0U, i >= levels[select]);
		}
		assert_int_equal(rd(UARTFR) & FR_RXFF, FR_RXFF);
		for (unsigned int left = FIFO_DEPTH; left-- > 0U;) {
			(void)rd(UARTDR);
			assert_int_equal((rd(UARTRIS) & INT_RX) != 0U, left >= levels[select]);
			assert_int_equal((rd(UARTRIS) & INT_RT) != 0U, left != 0U);
		}
		assert_false(line);
	}
}

/* A driver that knows nothing of the time-out hears of the first byte, too. */
static void test_receive_interrupt_alone(void **state)
{
	(void)state;
	start();
	wr(UARTIMSC, INT_RX);
	type("k");
	assert_true(line);
	assert_int_equal(rd(UARTDR), 'k');
	assert_false(line);
}

static void test_typed_ahead(void **state)
{
	(void)state;
	/* Before the driver is there: one byte is in the holding register. */
	type("abc");
	start();
	assert_false(line);
	wr(UARTIMSC, INT_RX | INT_RT);
	assert_true(line);
	assert_int_equal(rd(UARTDR), 'a');
	assert_true(line);
	assert_int_equal(rd(UARTDR), 'b');
	assert_int_equal(rd(UARTDR), 'c');
	assert_false(line);
}

static size_t pasted;

static void guest_reads_all(void)
{
	while ((rd(UARTFR) & FR_RXFE) == 0U) {
		assert_int_equal(rd(UARTDR), pasted % 251U);
		pasted++;
	}
}

/* 100 KiB pasted to a guest that reads when it is interrupted. */
static void test_paste(void **state)
{
	size_t typed = 0U;

	(void)state;
	start();
	wr(UARTIMSC, INT_RX | INT_RT);
	pasted = 0U;
	assert_int_equal(vconsole_attach(vm.console), 0);
	while (typed < 100000U) {
		for (size_t i = 0U; i < 1000U; i++) {
			text[i] = (char)((typed + i) % 251U);
		}
		typed += vconsole_type(vm.console, text, 1000U);
		assert_true(line);
		if (unit_below(2) != 0U) {
			guest_reads_all();
			assert_false(line);
		}
	}
	guest_reads_all();
	assert_int_equal(pasted, typed);
	assert_int_equal(rd(UARTRIS) & INT_OE, 0);
	vconsole_detach(vm.console);
}

static void test_without_fifo(void **state)
{
	(void)state;
	start();
	wr(UARTLCR_H, 0x60U);
	wr(UARTIMSC, INT_RX | INT_RT);
	type("xy");
	assert_int_equal(rd(UARTFR) & FR_RXFF, FR_RXFF);
	assert_int_equal(rd(UARTRIS) & INT_RX, INT_RX);
	assert_int_equal(rd(UARTDR), 'x');
	assert_int_equal(rd(UARTDR), 'y');
	assert_false(line);
	/* What is in the FIFO goes when it is switched off. */
	wr(UARTLCR_H, 0x70U);
	type("12345");
	wr(UARTLCR_H, 0x60U);
	assert_int_equal(rd(UARTFR) & FR_RXFE, FR_RXFE);
	assert_false(line);
}

static void test_loopback_and_overrun(void **state)
{
	(void)state;
	start();
	wr(UARTCR, 0x381U);
	for (uint32_t i = 0U; i <= FIFO_DEPTH; i++) {
		wr(UARTDR, i);
	}
	assert_int_equal(rd(UARTRIS) & INT_OE, INT_OE);
	for (uint32_t i = 0U; i < FIFO_DEPTH; i++) {
		uint32_t dr = rd(UARTDR);

		assert_int_equal(dr & 0xffU, i);
		assert_int_equal(dr >> 8, i == FIFO_DEPTH - 1U ? DR_OE >> 8 : 0U);
	}
	assert_int_equal(rd(UARTRSR), DR_OE >> 8);
	wr(UARTRSR, 0U);
	assert_int_equal(rd(UARTRSR), 0);
	wr(UARTICR, INT_OE);
	assert_int_equal(rd(UARTRIS) & INT_OE, 0);
}

static void test_reset(void **state)
{
	(void)state;
	start();
	wr(UARTIMSC, INT_ALL);
	type("x");
	assert_true(line);
	vdev_pl011.reset(&dev);
	assert_false(line);
	test_reset_values_and_ids(state);
}

static void test_describe(void **state)
{
	(void)state;
	assert_int_equal(vdev_pl011.describe(&dev, text_fdt), -3);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reset_values_and_ids),
		TEST(test_stored_registers),
		TEST(test_every_offset_and_size),
		TEST(test_narrow_accesses),
		TEST(test_transmit_interrupt),
		TEST(test_flood_while_attached),
		TEST(test_room_for_half_a_fifo_at_the_interrupt),
		TEST(test_detached_guest_is_never_held_up),
		TEST(test_second_uart_prints_nowhere),
		TEST(test_receive_time_out_comes_at_once),
		TEST(test_receive_levels),
		TEST(test_receive_interrupt_alone),
		TEST(test_typed_ahead),
		TEST(test_paste),
		TEST(test_without_fifo),
		TEST(test_loopback_and_overrun),
		TEST(test_reset),
		TEST(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
