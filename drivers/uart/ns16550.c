/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 16550 and relatives: `ns16550a`, `ns16550`, Synopsys DesignWare's `snps,dw-apb-uart`. Registers
 * may be spread (reg-shift) and want 32-bit accesses (reg-io-width).
 */
#include <errno.h>

#include <zephyr/drivers/uart.h>
#include <zephyr/sys/util.h>
#include <zvm/driver.h>
#include "arch/arch.h"
#include "arch/arm64/io.h"
#include "drivers/uart/baud.h"
#include "drivers/uart/earlycon.h"
#include "drivers/uart/uart_core.h"
#include "lib/fdt.h"

#define RBR 0U /* read */
#define THR 0U /* write */
#define DLL 0U /* with LCR_DLAB */
#define IER 1U
#define DLM 1U /* with LCR_DLAB */
#define IIR 2U /* read */
#define FCR 2U /* write */
#define LCR 3U
#define MCR 4U
#define LSR 5U
#define USR 31U /* DesignWare only */

#define IER_RX  0x01U
#define IER_THR 0x02U

#define IIR_ID_MASK  0x0fU
#define IIR_ID_BUSY  0x07U /* DesignWare: LCR was written while the UART was busy */
#define IIR_ID_RXTMO 0x0cU
#define IIR_FIFOS    0xc0U

#define FCR_ENABLE   0x01U
#define FCR_CLEAR_RX 0x02U
#define FCR_CLEAR_TX 0x04U
#define FCR_RX_4     0x40U /* interrupt at a quarter of 16, as the others are slow to respond */

#define LCR_8N1  0x03U
#define LCR_DLAB 0x80U

/* OUT2 lets the interrupt out on PC-style boards. */
#define MCR_DTR_RTS_OUT2 0x0bU

#define LSR_DR   0x01U
#define LSR_OE   0x02U
#define LSR_PE   0x04U
#define LSR_FE   0x08U
#define LSR_BI   0x10U
#define LSR_THRE 0x20U
#define LSR_TEMT 0x40U

#define FIFO_SIZE  16U
#define IDLE_SPINS 1000000U
#define LCR_TRIES  100U

struct ns16550 {
	struct uart_port port;
	struct uart_dt dt;
	/* Bytes that the transmitter takes once it reports THRE. */
	unsigned int tx_fifo;
	uint32_t ier;
	/* DesignWare, and all of its registers are ours: has USR, refuses LCR writes while busy. */
	bool dw;
};

static uint32_t reg_read(uintptr_t base, const struct uart_dt *dt, uint32_t reg)
{
	uintptr_t addr = base + ((uintptr_t)reg << dt->reg_shift);

	return dt->io_width == 4U ? readl_relaxed(addr) & 0xffU : readb_relaxed(addr);
}

static void reg_write(uintptr_t base, const struct uart_dt *dt, uint32_t reg, uint32_t v)
{
	uintptr_t addr = base + ((uintptr_t)reg << dt->reg_shift);

	if (dt->io_width == 4U) {
		writel_relaxed(v, addr);
	} else {
		writeb_relaxed((uint8_t)v, addr);
	}
}

static uint32_t rd(const struct ns16550 *uart, uint32_t reg)
{
	return reg_read(uart->port.base, &uart->dt, reg);
}

static void wr(const struct ns16550 *uart, uint32_t reg, uint32_t v)
{
	reg_write(uart->port.base, &uart->dt, reg, v);
}

static struct ns16550 *uart_of(struct uart_port *port)
{
	return CONTAINER_OF(port, struct ns16550, port);
}

static int ns16550_getc(struct uart_port *port)
{
	struct ns16550 *uart = uart_of(port);

	for (;;) {
		/*
		 * The error bits belong to the byte on top of the FIFO, and reading them clears
		 * them.
		 */
		uint32_t lsr = rd(uart, LSR);
		uint32_t errors = 0U;
		uint32_t c;

		errors |= (lsr & LSR_OE) != 0U ? (uint32_t)UART_ERROR_OVERRUN : 0U;
		errors |= (lsr & LSR_PE) != 0U ? (uint32_t)UART_ERROR_PARITY : 0U;
		errors |= (lsr & LSR_FE) != 0U ? (uint32_t)UART_ERROR_FRAMING : 0U;
		errors |= (lsr & LSR_BI) != 0U ? (uint32_t)UART_BREAK : 0U;
		if (errors != 0U) {
			uart_port_error(port, errors);
		}
		if ((lsr & LSR_DR) == 0U) {
			return -1;
		}
		c = rd(uart, RBR);
		if ((lsr & (LSR_PE | LSR_FE | LSR_BI)) == 0U) {
			return (int)c;
		}
	}
}

static unsigned int ns16550_tx_room(struct uart_port *port)
{
	struct ns16550 *uart = uart_of(port);

	return (rd(uart, LSR) & LSR_THRE) != 0U ? uart->tx_fifo : 0U;
}

static void ns16550_putc(struct uart_port *port, uint8_t c)
{
	wr(uart_of(port), THR, c);
}

static bool ns16550_tx_idle(struct uart_port *port)
{
	return (rd(uart_of(port), LSR) & LSR_TEMT) != 0U;
}

static void set_ier(struct uart_port *port, uint32_t bits, bool on)
{
	struct ns16550 *uart = uart_of(port);
	uint32_t ier = on ? uart->ier | bits : uart->ier & ~bits;

	if (ier != uart->ier) {
		uart->ier = ier;
		wr(uart, IER, ier);
	}
}

static void ns16550_rx_irq(struct uart_port *port, bool on)
{
	set_ier(port, IER_RX, on);
}

static void ns16550_tx_irq(struct uart_port *port, bool on)
{
	set_ier(port, IER_THR, on);
}

static void ns16550_irq_begin(struct uart_port *port)
{
	struct ns16550 *uart = uart_of(port);
	/* Reading it also acknowledges the transmit interrupt. */
	uint32_t id = rd(uart, IIR) & IIR_ID_MASK;

	if (!uart->dw) {
		return;
	}
	if (id == IIR_ID_BUSY) {
		/* Only this read takes the busy-detect interrupt back. */
		(void)rd(uart, USR);
	} else if (id == IIR_ID_RXTMO && (rd(uart, LSR) & (LSR_DR | LSR_BI)) == 0U) {
		/*
		 * It may report a receive timeout with an empty FIFO, and keep on until something
		 * is read.
		 */
		(void)rd(uart, RBR);
	}
}

static const struct uart_hw ns16550_hw = {
	.getc = ns16550_getc,
	.tx_room = ns16550_tx_room,
	.putc = ns16550_putc,
	.tx_idle = ns16550_tx_idle,
	.rx_irq = ns16550_rx_irq,
	.tx_irq = ns16550_tx_irq,
	.irq_begin = ns16550_irq_begin,
};

static void wait_sent(const struct ns16550 *uart)
{
	for (uint32_t i = 0U; i < IDLE_SPINS && (rd(uart, LSR) & LSR_TEMT) == 0U; i++) {
		arch_spin_relax();
	}
}

/*
 * DesignWare ignores the write while it is busy; a byte coming in is enough for that. Emptying its
 * FIFO makes it idle.
 */
static void write_lcr(const struct ns16550 *uart, uint32_t lcr)
{
	for (unsigned int i = 0U; i < LCR_TRIES; i++) {
		wr(uart, LCR, lcr);
		if (!uart->dw || rd(uart, LCR) == lcr) {
			return;
		}
		wr(uart, FCR, FCR_ENABLE | FCR_CLEAR_RX | FCR_CLEAR_TX);
		(void)rd(uart, RBR);
		(void)rd(uart, USR);
	}
}

static void set_divisor(const struct ns16550 *uart, uint32_t divisor)
{
	write_lcr(uart, LCR_8N1 | LCR_DLAB);
	if ((rd(uart, LCR) & LCR_DLAB) != 0U) {
		wr(uart, DLL, divisor & 0xffU);
		wr(uart, DLM, divisor >> 8);
	}
}

static void configure(struct ns16550 *uart)
{
	/* The boot loader's rate stays unless both clock and rate are given. */
	uint32_t divisor = 0U;

	if (uart->dt.clock_hz != 0U && uart->dt.baud != 0U) {
		divisor = ns16550_divisor(uart->dt.clock_hz, uart->dt.baud);
	}
	wr(uart, IER, 0U);
	wait_sent(uart);
	if (divisor != 0U) {
		set_divisor(uart, divisor);
	}
	write_lcr(uart, LCR_8N1);
	wr(uart, FCR, FCR_ENABLE | FCR_CLEAR_RX | FCR_CLEAR_TX | FCR_RX_4);
	uart->tx_fifo = (rd(uart, IIR) & IIR_FIFOS) == IIR_FIFOS ? FIFO_SIZE : 1U;
	wr(uart, MCR, MCR_DTR_RTS_OUT2);
	/* Old news. */
	(void)rd(uart, LSR);
	(void)rd(uart, RBR);
	if (uart->dw) {
		(void)rd(uart, USR);
	}
}

static int ns16550_probe(const void *fdt, int node, struct device *dev)
{
	struct ns16550 *uart = dev->data;
	uint64_t size;
	int rc = device_map(fdt, node, 0U, &uart->port.base, &size);

	if (rc != 0) {
		return device_fail(dev, rc, "its reg is missing or of no address of ours");
	}
	if (uart_dt_read(fdt, node, &uart->dt) != 0) {
		return device_fail(dev, -EINVAL,
				   "reg-shift or reg-io-width is not one that can be done");
	}
	if (size < (uint64_t)(LSR + 1U) << uart->dt.reg_shift) {
		return device_fail(dev, -EINVAL, "its reg is too small");
	}
	uart->dw = fdt_is_compatible(fdt, node, "snps,dw-apb-uart") &&
		   size >= (uint64_t)(USR + 1U) << uart->dt.reg_shift;
	if (rd(uart, LSR) == 0xffU) {
		return device_fail(dev, -ENODEV, "nothing answers at its address");
	}
	uart->port.hw = &ns16550_hw;
	configure(uart);
	return uart_port_init(fdt, node, dev, &uart->port);
}

ZVM_DRIVER(ns16550, .compatibles = {"snps,dw-apb-uart", "ns16550a", "ns16550"},
	   .stage = DRIVER_STAGE_CONSOLE, .data_size = sizeof(struct ns16550),
	   .probe = ns16550_probe);

static bool early_ready(uintptr_t base, const struct uart_dt *dt)
{
	return (reg_read(base, dt, LSR) & LSR_THRE) != 0U;
}

static void early_putc(uintptr_t base, const struct uart_dt *dt, uint8_t c)
{
	reg_write(base, dt, THR, c);
}

ZVM_EARLYCON(ns16550, .compatibles = {"snps,dw-apb-uart", "ns16550a", "ns16550"},
	     .ready = early_ready, .putc = early_putc);
