/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PL011 (Arm DDI 0183) and its subset, the SBSA generic UART (Arm DEN 0029, appendix B), whose line
 * settings firmware owns.
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

#define UARTDR    0x00U
#define UARTFR    0x18U
#define UARTIBRD  0x24U
#define UARTFBRD  0x28U
#define UARTLCR_H 0x2cU
#define UARTCR    0x30U
#define UARTIFLS  0x34U
#define UARTIMSC  0x38U
#define UARTICR   0x44U

#define DR_FE 0x100U
#define DR_PE 0x200U
#define DR_BE 0x400U
#define DR_OE 0x800U

#define FR_BUSY 0x08U
#define FR_RXFE 0x10U
#define FR_TXFF 0x20U

#define LCR_H_FEN  0x10U
#define LCR_H_8BIT 0x60U

#define CR_UARTEN 0x001U
#define CR_TXE    0x100U
#define CR_RXE    0x200U
#define CR_DTR    0x400U
#define CR_RTS    0x800U

/*
 * Interrupt when the receive FIFO is a quarter full (12 more bytes have room then) and the transmit
 * FIFO a quarter.
 */
#define IFLS_RX_1_4 (1U << 3)
#define IFLS_TX_1_4 1U

#define INT_RX  0x010U
#define INT_TX  0x020U
#define INT_RT  0x040U
#define INT_ERR 0x780U
#define INT_ALL 0x7ffU

/*
 * Time for 32 bytes to leave at 9600 baud is 33 ms; a read of a UART register takes 50 ns or more.
 */
#define IDLE_SPINS 1000000U

struct pl011 {
	struct uart_port port;
	uint32_t imsc;
};

static void wr(uintptr_t base, uint32_t reg, uint32_t v)
{
	writel_relaxed(v, base + reg);
}

static uint32_t rd(uintptr_t base, uint32_t reg)
{
	return readl_relaxed(base + reg);
}

static int pl011_getc(struct uart_port *port)
{
	while ((rd(port->base, UARTFR) & FR_RXFE) == 0U) {
		uint32_t dr = rd(port->base, UARTDR);
		uint32_t errors = 0U;

		errors |= (dr & DR_OE) != 0U ? (uint32_t)UART_ERROR_OVERRUN : 0U;
		errors |= (dr & DR_PE) != 0U ? (uint32_t)UART_ERROR_PARITY : 0U;
		errors |= (dr & DR_FE) != 0U ? (uint32_t)UART_ERROR_FRAMING : 0U;
		errors |= (dr & DR_BE) != 0U ? (uint32_t)UART_BREAK : 0U;
		if (errors != 0U) {
			uart_port_error(port, errors);
		}
		/*
		 * An overrun says something about the bytes before this one; the others mean that
		 * it is none.
		 */
		if ((dr & (DR_PE | DR_FE | DR_BE)) == 0U) {
			return (int)(dr & 0xffU);
		}
	}
	return -1;
}

static unsigned int pl011_tx_room(struct uart_port *port)
{
	return (rd(port->base, UARTFR) & FR_TXFF) == 0U ? 1U : 0U;
}

static void pl011_putc(struct uart_port *port, uint8_t c)
{
	wr(port->base, UARTDR, c);
}

static bool pl011_tx_idle(struct uart_port *port)
{
	return (rd(port->base, UARTFR) & FR_BUSY) == 0U;
}

static void set_imsc(struct uart_port *port, uint32_t bits, bool on)
{
	struct pl011 *uart = CONTAINER_OF(port, struct pl011, port);
	uint32_t imsc = on ? uart->imsc | bits : uart->imsc & ~bits;

	if (imsc != uart->imsc) {
		uart->imsc = imsc;
		wr(port->base, UARTIMSC, imsc);
	}
}

static void pl011_rx_irq(struct uart_port *port, bool on)
{
	set_imsc(port, INT_RX | INT_RT, on);
}

static void pl011_tx_irq(struct uart_port *port, bool on)
{
	set_imsc(port, INT_TX, on);
}

/*
 * Receive and receive timeout are cleared by emptying the FIFO only: what stays in it must
 * interrupt again later.
 */
static void pl011_irq_begin(struct uart_port *port)
{
	wr(port->base, UARTICR, INT_ALL & ~(INT_RX | INT_RT));
}

static const struct uart_hw pl011_hw = {
	.getc = pl011_getc,
	.tx_room = pl011_tx_room,
	.putc = pl011_putc,
	.tx_idle = pl011_tx_idle,
	.rx_irq = pl011_rx_irq,
	.tx_irq = pl011_tx_irq,
	.irq_begin = pl011_irq_begin,
};

static void wait_sent(uintptr_t base)
{
	for (uint32_t i = 0U; i < IDLE_SPINS && (rd(base, UARTFR) & FR_BUSY) != 0U; i++) {
		arch_spin_relax();
	}
}

/*
 * Line settings may only be changed while the UART is off, and it may only be switched off when it
 * has sent everything (DDI 0183, 3.3.8). The boot loader's baud rate stays, unless the devicetree
 * gives both clock and rate, or there is none.
 */
static void configure(uintptr_t base, const struct uart_dt *dt)
{
	uint32_t divisor = 0U;

	if (dt->clock_hz != 0U && (dt->baud != 0U || rd(base, UARTIBRD) == 0U)) {
		divisor = pl011_divisor(dt->clock_hz, dt->baud != 0U ? dt->baud : 115200U);
	}
	wait_sent(base);
	wr(base, UARTCR, 0U);
	if (divisor != 0U) {
		wr(base, UARTIBRD, divisor >> 6);
		wr(base, UARTFBRD, divisor & 0x3fU);
	}
	/* Last: it is this write that makes the divisor take effect. */
	wr(base, UARTLCR_H, LCR_H_FEN | LCR_H_8BIT);
	wr(base, UARTIFLS, IFLS_RX_1_4 | IFLS_TX_1_4);
	wr(base, UARTCR, CR_UARTEN | CR_TXE | CR_RXE | CR_DTR | CR_RTS);
}

static int pl011_probe(const void *fdt, int node, struct device *dev)
{
	struct pl011 *uart = dev->data;
	struct uart_dt dt;
	uint64_t size;
	int rc = device_map(fdt, node, 0U, &uart->port.base, &size);

	if (rc != 0 || size < UARTICR + sizeof(uint32_t)) {
		return device_fail(dev, rc != 0 ? rc : -EINVAL, "its reg is missing or too small");
	}
	if (uart_dt_read(fdt, node, &dt) != 0) {
		return device_fail(dev, -EINVAL,
				   "reg-shift or reg-io-width is not one that can be done");
	}
	uart->port.hw = &pl011_hw;
	wr(uart->port.base, UARTIMSC, 0U);
	if (!fdt_is_compatible(fdt, node, "arm,sbsa-uart")) {
		configure(uart->port.base, &dt);
	}
	wr(uart->port.base, UARTICR, INT_ALL & ~(INT_RX | INT_RT));
	return uart_port_init(fdt, node, dev, &uart->port);
}

ZVM_DRIVER(pl011, .compatibles = {"arm,pl011", "arm,sbsa-uart"}, .stage = DRIVER_STAGE_CONSOLE,
	   .data_size = sizeof(struct pl011), .probe = pl011_probe);

static bool early_ready(uintptr_t base, const struct uart_dt *dt)
{
	ARG_UNUSED(dt);
	return (rd(base, UARTFR) & FR_TXFF) == 0U;
}

static void early_putc(uintptr_t base, const struct uart_dt *dt, uint8_t c)
{
	ARG_UNUSED(dt);
	wr(base, UARTDR, c);
}

/*
 * Where no firmware has used it, it is off. The line settings stay: what they are now is as good as
 * any.
 */
static void early_setup(uintptr_t base, const struct uart_dt *dt)
{
	uint32_t cr = rd(base, UARTCR);

	ARG_UNUSED(dt);
	if ((cr & (CR_UARTEN | CR_TXE)) != (CR_UARTEN | CR_TXE)) {
		wr(base, UARTCR, cr | CR_UARTEN | CR_TXE);
	}
}

ZVM_EARLYCON(pl011, .compatibles = {"arm,pl011"}, .ready = early_ready, .putc = early_putc,
	     .setup = early_setup);
ZVM_EARLYCON(sbsa_uart, .compatibles = {"arm,sbsa-uart"}, .ready = early_ready, .putc = early_putc);
