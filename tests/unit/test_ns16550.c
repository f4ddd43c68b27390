/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 16550 driver, and the ways of DesignWare's: which accesses reach the device, and what it does to writes while it
 * is busy.
 */
#include "unit.h"

#include <errno.h>

#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>
#include <zvm/driver.h>

#include "arch/arch.h"
#include "drivers/uart/uart_core.h"
#include "kernel/console.h"
#include "lib/fdt.h"

#define BASE 0x10000000U

enum { DATA, IER, IIR, LCR, MCR, LSR, USR = 31, REGS };

/* A UART, its registers as they are spread in the tree that the driver got. */
static struct {
	unsigned int shift, width;
	bool dw;
	uint32_t lcr, ier, fcr, mcr, divisor;
	uint32_t lsr, iir;
	/* DesignWare: writes of LCR that it refuses, as it is busy; a refused one raises the busy-detect interrupt. */
	unsigned int busy;
	bool busy_irq;
	unsigned int refused, usr_reads, rbr_reads, lcr_writes;
	/* Reads of LSR after which everything is sent. */
	unsigned int sending;
	char sent[16];
	/* Nothing is there: the bus reads as ones. */
	bool absent;
	/* Bytes that were received, or in their place line errors (LSR bits above 8). */
	const uint16_t *rx;
	unsigned int rx_left;
} uart;

static uint8_t tree[4096];
static struct device dev;
static uint64_t data[8192];
static struct uart_port *port;
static uint32_t errors;
static char failure[160];

static unsigned int reg_of(uintptr_t addr, unsigned int size)
{
	uintptr_t offset = addr - BASE;

	assert_int_equal(size, uart.width);
	assert_int_equal(offset & ((1U << uart.shift) - 1U), 0);
	assert_true(offset >> uart.shift < REGS);
	return (unsigned int)(offset >> uart.shift);
}

static uint32_t read_lsr(void)
{
	uint32_t lsr = uart.lsr;

	if (uart.sending != 0U) {
		uart.sending--;
		lsr &= ~0x60U;
	}
	if (uart.rx_left != 0U) {
		lsr |= 1U | *uart.rx >> 8;
	}
	return lsr;
}

static uint32_t read_data(void)
{
	uint32_t c = 0;

	uart.rbr_reads++;
	if ((uart.lcr & 0x80U) != 0U) {
		return uart.divisor & 0xffU;
	}
	if (uart.rx_left != 0U) {
		c = *uart.rx++ & 0xffU;
		uart.rx_left--;
	}
	return c;
}

uint64_t board_read(uintptr_t addr, unsigned int size)
{
	unsigned int reg = reg_of(addr, size);

	if (uart.absent) {
		return UINT64_MAX;
	}
	switch (reg) {
	case DATA:
		return read_data();
	case IER:
		return uart.ier;
	case IIR:
		return uart.busy_irq ? 0xc7U : uart.iir;
	case LCR:
		return uart.lcr;
	case MCR:
		return uart.mcr;
	case LSR:
		return read_lsr();
	case USR:
		/* A 16550 ends at register 7: something else may be there. */
		assert_true(uart.dw);
		uart.usr_reads++;
		uart.busy_irq = false;
		return uart.busy != 0U;
	default:
		fail_msg("a read of register %u", reg);
		return 0;
	}
}

static void write_lcr_reg(uint32_t value)
{
	uart.lcr_writes++;
	if (uart.busy != 0U) {
		uart.busy--;
		uart.refused++;
		uart.busy_irq = true;
	} else {
		uart.lcr = value;
	}
}

static void write_shared(unsigned int reg, uint32_t value)
{
	bool latch = (uart.lcr & 0x80U) != 0U;

	if (latch) {
		uart.divisor = reg == DATA ? (uart.divisor & 0xff00U) | value
					   : (uart.divisor & 0xffU) | value << 8;
	} else if (reg == DATA) {
		uart.sent[strlen(uart.sent)] = (char)value;
	} else {
		uart.ier = value;
	}
}

void board_write(uintptr_t addr, unsigned int size, uint64_t value)
{
	unsigned int reg = reg_of(addr, size);

	assert_true(value <= 0xff);
	switch (reg) {
	case DATA:
	case IER:
		write_shared(reg, (uint32_t)value);
		break;
	case IIR:
		uart.fcr = (uint32_t)value;
		break;
	case LCR:
		write_lcr_reg((uint32_t)value);
		break;
	case MCR:
		uart.mcr = (uint32_t)value;
		break;
	default:
		fail_msg("a write to register %u", reg);
	}
}

/* Of the kernel, what the driver asks for. */

int device_map(const void *fdt, int node, unsigned int index, uintptr_t *base, uint64_t *size)
{
	uint64_t addr;
	int rc = fdt_reg_cpu(fdt, node, index, &addr, size, NULL);

	*base = (uintptr_t)addr;
	return rc;
}

int device_fail(struct device *d, int err, const char *format, ...)
{
	va_list ap;

	assert_ptr_equal(d, &dev);
	va_start(ap, format);
	vsnprintf(failure, sizeof(failure), format, ap);
	va_end(ap);
	return err;
}

int uart_port_init(const void *fdt, int node, struct device *d, struct uart_port *p)
{
	(void)fdt;
	(void)node;
	assert_ptr_equal(d, &dev);
	port = p;
	return 0;
}

void uart_port_error(struct uart_port *p, uint32_t bits)
{
	assert_ptr_equal(p, port);
	errors |= bits;
}

extern const struct zvm_driver _zvm_driver_list_start[];

struct shape {
	const char *compatible;
	unsigned int shift, width, size;
	uint32_t clock_hz;
	const char *stdout_path;
};

/* As a board has it, and as a PC has it. */
static const struct shape soc = {"snps,dw-apb-uart", 2, 4, 0x100, 0, "/serial:1500000n8"};
static const struct shape pc = {"ns16550a", 0, 1, 8, 1843200, "/serial:9600"};

static void put_u32(int node, const char *name, uint32_t value)
{
	assert_int_equal(fdt_setprop_u32(tree, node, name, value), 0);
}

static int probe(const struct shape *s)
{
	const fdt32_t reg[] = {cpu_to_fdt32(BASE), cpu_to_fdt32(s->size)};
	int chosen, node;

	assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
	put_u32(0, "#address-cells", 1);
	put_u32(0, "#size-cells", 1);
	chosen = fdt_add_subnode(tree, 0, "chosen");
	assert_int_equal(fdt_setprop_string(tree, chosen, "stdout-path", s->stdout_path), 0);
	node = fdt_add_subnode(tree, 0, "serial");
	assert_int_equal(fdt_setprop_string(tree, node, "compatible", s->compatible), 0);
	assert_int_equal(fdt_setprop(tree, node, "reg", reg, sizeof(reg)), 0);
	put_u32(node, "reg-shift", s->shift);
	put_u32(node, "reg-io-width", s->width);
	if (s->clock_hz != 0U) {
		put_u32(node, "clock-frequency", s->clock_hz);
	}
	uart.shift = s->shift;
	uart.width = s->width;
	assert_true(_zvm_driver_list_start[0].data_size <= sizeof(data));
	memset(data, 0, sizeof(data));
	dev.data = data;
	return _zvm_driver_list_start[0].probe(tree, fdt_path_offset(tree, "/serial"), &dev);
}

/* What a boot loader leaves: 8N1, FIFOs on, its own rate. */
static int setup(void **state)
{
	(void)state;
	memset(&uart, 0, sizeof(uart));
	uart.lcr = 0x03;
	uart.lsr = 0x60;
	uart.iir = 0xc1;
	uart.divisor = 0x1234;
	uart.dw = true;
	fake_arch_reset();
	port = NULL;
	errors = 0;
	failure[0] = '\0';
	return 0;
}

/* The clock is somebody's who has no driver here: nobody can say what the divisor would have to be. */
static void test_rate_stays(void **state)
{
	(void)state;
	assert_int_equal(probe(&soc), 0);
	assert_non_null(port);
	assert_int_equal(uart.divisor, 0x1234);
	assert_int_equal(uart.lcr, 0x03);
	assert_int_equal(uart.fcr, 0x47);
	assert_int_equal(uart.ier, 0);
	assert_string_equal(uart.sent, "");
	port->hw->putc(port, 'x');
	assert_string_equal(uart.sent, "x");
	assert_int_equal(port->hw->tx_room(port), 16);
}

static void test_rate_is_set(void **state)
{
	struct shape s = soc;

	(void)state;
	s.clock_hz = 24000000;
	assert_int_equal(probe(&s), 0);
	assert_int_equal(uart.divisor, 1);
	assert_int_equal(uart.lcr, 0x03);
	/* A clock that this rate cannot be made of. */
	s.clock_hz = 25000000;
	s.stdout_path = "/serial:921600";
	uart.divisor = 0x1234;
	assert_int_equal(probe(&s), 0);
	assert_int_equal(uart.divisor, 0x1234);
}

/* The boot loader's last bytes are on their way: a write of LCR comes after them. */
static void test_waits_until_sent(void **state)
{
	(void)state;
	uart.sending = 1000;
	assert_int_equal(probe(&soc), 0);
	assert_int_equal(uart.sending, 0);
	assert_true(fake_arch.spins >= 900U);
}

/* Busy receiving: LCR writes are lost, and each raises an interrupt that only USR takes back. */
static void test_busy(void **state)
{
	struct shape s = soc;

	(void)state;
	s.clock_hz = 24000000;
	uart.busy = 7;
	assert_int_equal(probe(&s), 0);
	assert_int_equal(uart.refused, 7);
	assert_int_equal(uart.divisor, 1);
	assert_int_equal(uart.lcr, 0x03);
	assert_false(uart.busy_irq);
	assert_string_equal(uart.sent, "");
}

/* Busy for ever: it ends, the rate stays, and no half of a divisor is sent as a byte. */
static void test_busy_for_ever(void **state)
{
	struct shape s = soc;

	(void)state;
	s.clock_hz = 24000000;
	uart.busy = UINT32_MAX;
	assert_int_equal(probe(&s), 0);
	assert_true(uart.lcr_writes <= 300U);
	assert_int_equal(uart.divisor, 0x1234);
	assert_false(uart.busy_irq);
	assert_string_equal(uart.sent, "");
	assert_int_equal(uart.ier, 0);
}

static void test_interrupts(void **state)
{
	static const uint16_t one[] = {'a'};
	unsigned int reads;

	(void)state;
	assert_int_equal(probe(&soc), 0);
	port->hw->rx_irq(port, true);
	port->hw->tx_irq(port, true);
	assert_int_equal(uart.ier, 0x03);
	port->hw->tx_irq(port, false);
	assert_int_equal(uart.ier, 0x01);

	/* Busy detect. */
	uart.busy_irq = true;
	uart.usr_reads = 0;
	port->hw->irq_begin(port);
	assert_int_equal(uart.usr_reads, 1);
	assert_false(uart.busy_irq);
	/* A receive timeout with nothing received goes away by a read, and only by that. */
	uart.iir = 0xcc;
	reads = uart.rbr_reads;
	port->hw->irq_begin(port);
	assert_int_equal(uart.rbr_reads, reads + 1U);
	/* With something received that is not lost. */
	uart.rx = one;
	uart.rx_left = 1;
	port->hw->irq_begin(port);
	assert_int_equal(uart.rx_left, 1);
	assert_int_equal(port->hw->getc(port), 'a');
	assert_int_equal(port->hw->getc(port), -1);
}

static void test_line_errors(void **state)
{
	/* A byte, a break (its byte is none), one with a parity error, one that came after an overrun. */
	static const uint16_t rx[] = {'a', 0x1000, 0x0400 | 'p', 0x0200 | 'b'};

	(void)state;
	assert_int_equal(probe(&soc), 0);
	uart.rx = rx;
	uart.rx_left = 4;
	assert_int_equal(port->hw->getc(port), 'a');
	assert_int_equal(errors, 0);
	assert_int_equal(port->hw->getc(port), 'b');
	assert_int_equal(errors, UART_BREAK | UART_ERROR_PARITY | UART_ERROR_OVERRUN);
	assert_int_equal(port->hw->getc(port), -1);
}

/* Eight registers of a byte each: what lies behind them is not touched. */
static void test_pc(void **state)
{
	(void)state;
	uart.dw = false;
	assert_int_equal(probe(&pc), 0);
	assert_int_equal(uart.divisor, 12);
	port->hw->irq_begin(port);
	assert_int_equal(uart.lcr, 0x03);
	/* Without FIFOs one byte at a time. */
	uart.iir = 0x01;
	assert_int_equal(probe(&pc), 0);
	assert_int_equal(port->hw->tx_room(port), 1);
	uart.lsr = 0;
	assert_int_equal(port->hw->tx_room(port), 0);
	assert_false(port->hw->tx_idle(port));
}

/* DesignWare's by name, but with eight registers. */
static void test_small_designware(void **state)
{
	struct shape s = pc;

	(void)state;
	uart.dw = false;
	s.compatible = "snps,dw-apb-uart";
	assert_int_equal(probe(&s), 0);
	port->hw->irq_begin(port);
}

static void test_refused(void **state)
{
	static const struct {
		unsigned int shift, width, size;
		const char *why;
	} cases[] = {
		{2, 2, 0x100, "reg-shift or reg-io-width"},
		{4, 4, 0x100, "reg-shift or reg-io-width"},
		{2, 4, 0x14, "its reg is too small"},
	};
	struct shape s = soc;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		s.shift = cases[i].shift;
		s.width = cases[i].width;
		s.size = cases[i].size;
		assert_int_equal(probe(&s), -EINVAL);
		assert_non_null(strstr(failure, cases[i].why));
		assert_null(port);
	}
	uart.absent = true;
	assert_int_equal(probe(&soc), -ENODEV);
	assert_non_null(strstr(failure, "nothing answers"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_rate_stays, setup),
		cmocka_unit_test_setup(test_rate_is_set, setup),
		cmocka_unit_test_setup(test_waits_until_sent, setup),
		cmocka_unit_test_setup(test_busy, setup),
		cmocka_unit_test_setup(test_busy_for_ever, setup),
		cmocka_unit_test_setup(test_interrupts, setup),
		cmocka_unit_test_setup(test_line_errors, setup),
		cmocka_unit_test_setup(test_pc, setup),
		cmocka_unit_test_setup(test_small_designware, setup),
		cmocka_unit_test_setup(test_refused, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
