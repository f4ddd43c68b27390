/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The common part of the UART drivers.
 *
 * Transmit: writers put whole chunks of text into a ring, under the port's lock, so text of
 * different CPUs is never mixed within a chunk; what fits goes on into the device at once, the
 * transmit interrupt moves the rest. A writer that finds the ring too full sleeps until it is half
 * empty; one that may not sleep (ISR, interrupts masked, no threads yet) makes room itself by
 * sending polled. That wait is bounded: by the time the line takes for one chunk, or, where the
 * line stands still, by STALL_SPINS, after which the chunk is dropped and counted.
 *
 * Receive: the interrupt moves bytes into a ring. When the ring is full they stay in the device,
 * its interrupt off, until somebody reads: a sender with flow control (or an emulated line) loses
 * nothing.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/drivers/uart.h>
#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>
#include <zvm/driver.h>
#include "arch/arch.h"
#include "drivers/uart/uart_core.h"
#include "kernel/console.h"

/* A chunk is put into the ring as a whole; each byte may become two. */
#define CHUNK 256U
/*
 * Reads of a status register that a byte may take: several milliseconds on any bus, a byte at 9600
 * baud takes one.
 */
#define STALL_SPINS 500000U
/* How long a sleeping writer or reader relies on the interrupt before it looks itself. */
#define RECHECK_MS 100
#define POLL_MS    5
/*
 * Bytes that go into the device at once, interrupts masked: by a writer to begin with, by the handler, and where nobody
 * but the writer sends. The first must be more than what a transmit FIFO has left when it interrupts.
 */
#define TX_START   16U
#define TX_PER_IRQ 16U
#define TX_ALL     CONFIG_UART_TX_BUFFER_SIZE
/* Bytes that one run of the handler takes at most: two FIFOs of the largest kind. */
#define RX_PER_IRQ 512U

BUILD_ASSERT(CONFIG_UART_TX_BUFFER_SIZE >= 4 * CHUNK,
	     "the transmit buffer holds at least four chunks");
BUILD_ASSERT(CONFIG_UART_RX_BUFFER_SIZE >= 64, "the receive buffer is useless");

/* dev->api of a UART. */
static const char uart_api[] = "uart";

static struct uart_port *port_of(const struct device *dev)
{
	return dev != NULL && dev->api == uart_api ? dev->data : NULL;
}

void uart_port_error(struct uart_port *port, uint32_t bits)
{
	port->error_bits |= bits;
	port->errors.overrun += (bits & UART_ERROR_OVERRUN) != 0U;
	port->errors.parity += (bits & UART_ERROR_PARITY) != 0U;
	port->errors.framing += (bits & UART_ERROR_FRAMING) != 0U;
	port->errors.breaks += (bits & UART_BREAK) != 0U;
}

/* ---- transmit -------------------------------------------------------------------------------- */

/* Into the device what it takes now, `most` bytes at most; the lock is held. */
static void tx_push(struct uart_port *port, uint32_t most)
{
	uint32_t n, sent;

	do {
		uint8_t *bytes;

		n = ring_buf_get_claim(&port->tx, &bytes, most);
		for (sent = 0U; sent < n;) {
			unsigned int room = port->hw->tx_room(port);

			if (room == 0U) {
				break;
			}
			for (; room > 0U && sent < n; room--) {
				port->hw->putc(port, bytes[sent++]);
			}
		}
		(void)ring_buf_get_finish(&port->tx, sent);
		most -= sent;
	} while (sent != 0U && sent == n);
	if (!port->polled) {
		port->hw->tx_irq(port,
				 !ring_buf_is_empty(&port->tx) &&
					 !__atomic_load_n(&port->tx_by_caller, __ATOMIC_RELAXED));
	}
}

/* Send until `need` bytes fit, without sleeping; the lock is held. False: the line stands still. */
static bool tx_make_room(struct uart_port *port, uint32_t need)
{
	for (uint32_t i = 0U; i < STALL_SPINS; i++) {
		uint32_t before = ring_buf_space_get(&port->tx);

		tx_push(port, TX_ALL);
		if (ring_buf_space_get(&port->tx) >= need) {
			return true;
		}
		if (ring_buf_space_get(&port->tx) != before) {
			i = 0U;
		}
		arch_spin_relax();
	}
	return false;
}

/*
 * May the caller sleep? Not in an ISR, with interrupts masked, with the scheduler locked, as the
 * idle thread, or at boot.
 */
static bool may_block(void)
{
	const struct k_thread *t = arch_current();
	unsigned int key;

	if (arch_is_in_isr()) {
		return false;
	}
	key = arch_irq_lock();
	arch_irq_unlock(key);
	return arch_irq_unlocked(key) && (t->base.thread_state & _THREAD_DUMMY) == 0U &&
	       t->base.sched_locked == 0U && t->base.prio < K_IDLE_PRIO;
}

/*
 * Take the lock with room for `need` bytes in the ring. False, with the lock held all the same:
 * there is none.
 */
static bool tx_lock_room(struct uart_port *port, uint32_t need, k_spinlock_key_t *key)
{
	bool sleep = may_block();

	for (;;) {
		*key = k_spin_lock(&port->lock);
		if (ring_buf_space_get(&port->tx) >= need) {
			return true;
		}
		tx_push(port, port->polled ? TX_ALL : TX_PER_IRQ);
		if (ring_buf_space_get(&port->tx) >= need) {
			return true;
		}
		if (!sleep) {
			return tx_make_room(port, need);
		}
		port->tx_waiting = true;
		k_spin_unlock(&port->lock, *key);
		(void)k_sem_take(&port->tx_sem, K_MSEC(port->polled ? POLL_MS : RECHECK_MS));
	}
}

/* What the text takes in the ring, or more: nothing is counted, interrupts masked, where there is room whatever it is. */
static uint32_t tx_size(const struct uart_port *port, const char *text, uint32_t len, bool crlf)
{
	const char *at = text;
	uint32_t size = len;

	if (crlf && ring_buf_space_get(&port->tx) >= 2U * len) {
		return 2U * len;
	}
	while (crlf && (at = memchr(at, '\n', (size_t)(text + len - at))) != NULL) {
		size++;
		at++;
	}
	return size;
}

static void tx_put(struct uart_port *port, const char *text, uint32_t len, bool crlf)
{
	const char *end = text + len;
	const char *feed;

	while (crlf && (feed = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		(void)ring_buf_put(&port->tx, (const uint8_t *)text, (uint32_t)(feed - text));
		(void)ring_buf_put(&port->tx, (const uint8_t *)"\r\n", 2U);
		text = feed + 1;
	}
	(void)ring_buf_put(&port->tx, (const uint8_t *)text, (uint32_t)(end - text));
}

/* Without an interrupt nobody sends the rest later: the writer stays until the ring is empty. */
static void tx_drain(struct uart_port *port)
{
	bool sleep = may_block();

	for (;;) {
		k_spinlock_key_t key = k_spin_lock(&port->lock);
		bool done;

		tx_push(port, TX_ALL);
		done = ring_buf_is_empty(&port->tx);
		if (!done && !sleep) {
			done = true;
			(void)tx_make_room(port, CONFIG_UART_TX_BUFFER_SIZE);
		}
		k_spin_unlock(&port->lock, key);
		if (done) {
			return;
		}
		(void)k_sem_take(&port->tx_sem, K_MSEC(POLL_MS));
	}
}

static void port_write(struct uart_port *port, const char *text, size_t len, bool crlf)
{
	while (len != 0U) {
		uint32_t n = (uint32_t)MIN(len, CHUNK);
		k_spinlock_key_t key;

		if (tx_lock_room(port, tx_size(port, text, n, crlf), &key)) {
			/* Behind what is on its way already it is the interrupt that goes on. */
			bool idle = ring_buf_is_empty(&port->tx);

			tx_put(port, text, n, crlf);
			if (idle || port->polled) {
				tx_push(port, port->polled ? TX_ALL : TX_START);
			}
		} else {
			port->tx_lost += n;
		}
		/* There may be room for another sleeper as well. */
		bool wake = port->tx_waiting && ring_buf_space_get(&port->tx) >= 2U * CHUNK;

		if (wake) {
			port->tx_waiting = false;
		}
		k_spin_unlock(&port->lock, key);
		if (wake) {
			k_sem_give(&port->tx_sem);
		}
		text += n;
		len -= n;
	}
	if (port->polled) {
		tx_drain(port);
	}
}

/* ---- receive --------------------------------------------------------------------------------- */

/* From the device into the ring; the lock is held. */
static bool rx_pull(struct uart_port *port)
{
	bool got = false;

	for (unsigned int i = 0U; i < RX_PER_IRQ; i++) {
		uint8_t byte;
		int c;

		if (ring_buf_space_get(&port->rx) == 0U) {
			port->rx_stopped = true;
			port->hw->rx_irq(port, false);
			break;
		}
		c = port->hw->getc(port);
		if (c < 0) {
			break;
		}
		byte = (uint8_t)c;
		(void)ring_buf_put(&port->rx, &byte, 1U);
		got = true;
	}
	return got;
}

static uint32_t rx_take(struct uart_port *port, uint8_t *buf, size_t size)
{
	k_spinlock_key_t key = k_spin_lock(&port->lock);
	uint32_t n;

	if (port->polled) {
		(void)rx_pull(port);
	}
	n = ring_buf_get(&port->rx, buf, (uint32_t)MIN(size, UINT32_MAX));
	if (port->rx_stopped && ring_buf_space_get(&port->rx) >= CONFIG_UART_RX_BUFFER_SIZE / 2) {
		port->rx_stopped = false;
		(void)rx_pull(port);
		if (!port->rx_stopped && !port->polled) {
			port->hw->rx_irq(port, true);
		}
	}
	k_spin_unlock(&port->lock, key);
	return n;
}

static void report_losses(struct uart_port *port)
{
	uint32_t overrun = port->errors.overrun;
	uint32_t lost = port->tx_lost;

	if (overrun != port->overrun_reported) {
		printk("%s: receive overrun (%u so far): what was typed or pasted is not complete\n",
		       port->dev->name, overrun);
		port->overrun_reported = overrun;
	}
	if (lost != port->tx_lost_reported) {
		printk("%s: the line stood still, %u bytes of output were dropped\n",
		       port->dev->name, lost - port->tx_lost_reported);
		port->tx_lost_reported = lost;
	}
}

static int port_read(struct uart_port *port, uint8_t *buf, size_t size, k_timeout_t timeout)
{
	k_timepoint_t end = sys_timepoint_calc(timeout);

	for (;;) {
		uint32_t n = rx_take(port, buf, size);
		k_timeout_t left;

		if (n != 0U) {
			report_losses(port);
			return (int)n;
		}
		left = sys_timepoint_timeout(end);
		if (K_TIMEOUT_EQ(left, K_NO_WAIT)) {
			return -EAGAIN;
		}
		if (port->polled) {
			left = K_MSEC(POLL_MS);
		}
		(void)k_sem_take(&port->rx_sem, left);
	}
}

static void uart_isr(const void *arg)
{
	struct uart_port *port = ((const struct device *)arg)->data;
	k_spinlock_key_t key = k_spin_lock(&port->lock);
	bool got, wake;

	if (port->hw->irq_begin != NULL) {
		port->hw->irq_begin(port);
	}
	got = !port->rx_stopped && rx_pull(port);
	tx_push(port, TX_PER_IRQ);
	wake = port->tx_waiting && ring_buf_space_get(&port->tx) >= CONFIG_UART_TX_BUFFER_SIZE / 2;
	if (wake) {
		port->tx_waiting = false;
	}
	k_spin_unlock(&port->lock, key);

	if (got) {
		k_sem_give(&port->rx_sem);
	}
	if (wake) {
		k_sem_give(&port->tx_sem);
	}
}

/* ---- the port as the console ----------------------------------------------------------------- */

static void console_write(void *ctx, const char *text, size_t len)
{
	port_write(ctx, text, len, true);
}

static void console_write_raw(void *ctx, const char *bytes, size_t len)
{
	port_write(ctx, bytes, len, false);
}

static void panic_putc(struct uart_port *port, uint8_t c)
{
	for (uint32_t i = 0U; i < STALL_SPINS; i++) {
		if (port->hw->tx_room(port) != 0U) {
			port->hw->putc(port, c);
			return;
		}
	}
}

/*
 * No lock: whoever holds it may be stopped for good. What another CPU still writes may come out
 * twice or mixed.
 */
static void console_panic(void *ctx, const char *text, size_t len)
{
	struct uart_port *port = ctx;
	uint8_t c;

	while (ring_buf_get(&port->tx, &c, 1U) == 1U) {
		panic_putc(port, c);
	}
	for (size_t i = 0U; i < len; i++) {
		if (text[i] == '\n') {
			panic_putc(port, '\r');
		}
		panic_putc(port, (uint8_t)text[i]);
	}
	/* What follows may be the end of the power. */
	for (uint32_t i = 0U; i < STALL_SPINS && !port->hw->tx_idle(port); i++) {
		arch_spin_relax();
	}
}

static int console_read(void *ctx, char *buf, size_t size, k_timeout_t timeout)
{
	return port_read(ctx, (uint8_t *)buf, size, timeout);
}

static size_t console_room(void *ctx)
{
	struct uart_port *port = ctx;
	k_spinlock_key_t key = k_spin_lock(&port->lock);
	size_t room = ring_buf_space_get(&port->tx);

	k_spin_unlock(&port->lock, key);
	return room;
}

static void console_sender(void *ctx, bool caller)
{
	struct uart_port *port = ctx;

	__atomic_store_n(&port->tx_by_caller, caller && !port->polled, __ATOMIC_RELAXED);
}

static void console_send(void *ctx)
{
	struct uart_port *port = ctx;
	bool more;

	if (port->polled) {
		return;
	}
	do {
		k_spinlock_key_t key = k_spin_lock(&port->lock);

		tx_push(port, TX_PER_IRQ);
		more = !ring_buf_is_empty(&port->tx) && port->hw->tx_room(port) != 0U;
		if (!more) {
			__atomic_store_n(&port->tx_by_caller, false, __ATOMIC_RELAXED);
			port->hw->tx_irq(port, !ring_buf_is_empty(&port->tx));
		}
		k_spin_unlock(&port->lock, key);
	} while (more);
}

static const struct z_console_ops uart_console = {
	.write = console_write,
	.sender = console_sender,
	.send = console_send,
	.write_raw = console_write_raw,
	.room = console_room,
	.panic = console_panic,
	.read = console_read,
};

int uart_port_init(const void *fdt, int node, struct device *dev, struct uart_port *port)
{
	unsigned int intid;
	uint32_t flags;

	port->dev = dev;
	dev->api = uart_api;
	ring_buf_init(&port->rx, sizeof(port->rx_buf), port->rx_buf);
	ring_buf_init(&port->tx, sizeof(port->tx_buf), port->tx_buf);
	(void)k_sem_init(&port->rx_sem, 0U, 1U);
	(void)k_sem_init(&port->tx_sem, 0U, 1U);

	if (device_irq(fdt, node, 0U, &intid, &flags) != 0 ||
	    irq_connect_dynamic(intid, IRQ_DEFAULT_PRIORITY, uart_isr, dev, flags) < 0) {
		printk("%s: no usable interrupt, it is polled\n", dev->name);
		port->polled = true;
	} else {
		port->hw->rx_irq(port, true);
		irq_enable(intid);
	}
	if (console_node(fdt) == node) {
		z_console_register(&uart_console, port, dev->name);
	}
	return 0;
}

/* ---- <zephyr/drivers/uart.h> ----------------------------------------------------------------- */

int uart_poll_in(const struct device *dev, unsigned char *p_char)
{
	struct uart_port *port = port_of(dev);

	if (port == NULL) {
		return -ENODEV;
	}
	return rx_take(port, p_char, 1U) == 1U ? 0 : -1;
}

void uart_poll_out(const struct device *dev, unsigned char out_char)
{
	uart_write(dev, &out_char, 1U);
}

int uart_err_check(const struct device *dev)
{
	struct uart_port *port = port_of(dev);
	k_spinlock_key_t key;
	uint32_t bits;

	if (port == NULL) {
		return -ENODEV;
	}
	key = k_spin_lock(&port->lock);
	bits = port->error_bits;
	port->error_bits = 0U;
	k_spin_unlock(&port->lock, key);
	return (int)bits;
}

int uart_read(const struct device *dev, void *buf, size_t size, k_timeout_t timeout)
{
	struct uart_port *port = port_of(dev);

	return port == NULL ? -ENODEV : port_read(port, buf, size, timeout);
}

void uart_write(const struct device *dev, const void *buf, size_t len)
{
	struct uart_port *port = port_of(dev);

	if (port != NULL) {
		port_write(port, buf, len, false);
	}
}
