/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief What all UART drivers share: buffers, blocking, error counts. A driver supplies the
 * register work.
 */
#ifndef DRIVERS_UART_UART_CORE_H_
#define DRIVERS_UART_UART_CORE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/device.h>
#include <zephyr/kernel.h>
#include <zephyr/spinlock.h>
#include <zephyr/sys/ring_buffer.h>

struct uart_port;

/** Register work of one kind of UART. Called with the port's lock held, except in a panic. */
struct uart_hw {
	/** A received byte, or -1 if there is none. Line errors go into the port's counters. */
	int (*getc)(struct uart_port *port);
	/** How many bytes putc() takes now without looking again. */
	unsigned int (*tx_room)(struct uart_port *port);
	void (*putc)(struct uart_port *port, uint8_t c);
	/** Has everything left the device? */
	bool (*tx_idle)(struct uart_port *port);
	/** The receive interrupt (data, or data that lies there for a while) on or off. */
	void (*rx_irq)(struct uart_port *port, bool on);
	/** The interrupt that says there is room to transmit, on or off. */
	void (*tx_irq)(struct uart_port *port, bool on);
	/** At the start of the handler: acknowledge what has to be. May be NULL. */
	void (*irq_begin)(struct uart_port *port);
};

/** Line errors seen so far. */
struct uart_errors {
	uint32_t overrun;
	uint32_t parity;
	uint32_t framing;
	uint32_t breaks;
};

/** A UART. The driver's structure begins with it and sets hw and base before uart_port_init(). */
struct uart_port {
	const struct uart_hw *hw;
	uintptr_t base;
	const struct device *dev;
	/**
	 * Protects what follows, and the device's registers. Innermost: nothing else is taken while
	 * it is held.
	 */
	struct k_spinlock lock;
	struct ring_buf rx;
	struct ring_buf tx;
	struct uart_errors errors;
	uint32_t overrun_reported;
	/** Bytes of output dropped because the line stood still. */
	uint32_t tx_lost;
	uint32_t tx_lost_reported;
	/** Errors since the last uart_err_check(), as UART_ERROR_ bits. */
	uint32_t error_bits;
	/** The receive buffer was full: the rest waits in the device until somebody reads. */
	bool rx_stopped;
	/** A thread waits for room in the transmit buffer. */
	bool tx_waiting;
	/** A thread is about to send what is in the transmit buffer: no interrupt has to. */
	bool tx_by_caller;
	/** No interrupt in the devicetree: look from time to time. */
	bool polled;
	struct k_sem rx_sem;
	struct k_sem tx_sem;
	uint8_t rx_buf[CONFIG_UART_RX_BUFFER_SIZE];
	uint8_t tx_buf[CONFIG_UART_TX_BUFFER_SIZE];
};

/** What the devicetree says about a UART's registers and line. */
struct uart_dt {
	unsigned int reg_shift;
	/** Bytes per access: 1 or 4. */
	unsigned int io_width;
	/** Input clock in Hz, from `clock-frequency` or a fixed clock; 0: not known. */
	uint32_t clock_hz;
	/** From stdout-path's options ("115200n8") or `current-speed`; 0: not given. */
	uint32_t baud;
};

/**
 * @brief Read struct uart_dt of a node. @return 0 or -EINVAL: reg-shift or reg-io-width is none we
 * can do.
 */
int uart_dt_read(const void *fdt, int node, struct uart_dt *dt);

/**
 * @brief The device is set up, its interrupts all off: connect the interrupt, make the port the
 * console.
 *
 * @param fdt, node, dev As in the probe.
 * @param port           With hw and base set.
 * @return 0
 */
int uart_port_init(const void *fdt, int node, struct device *dev, struct uart_port *port);

/** @brief Count a line error: UART_ERROR_ bits. For getc(). */
void uart_port_error(struct uart_port *port, uint32_t bits);

#endif /* DRIVERS_UART_UART_CORE_H_ */
