/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The common part of the UART drivers, on a UART whose FIFOs, line and failures the test controls.
 */
#include "unit.h"

#include <errno.h>

#include <zephyr/drivers/uart.h>
#include <zephyr/irq.h>
#include <zephyr/kernel.h>
#include <zvm/driver.h>

#include "arch/arch.h"
#include "drivers/uart/uart_core.h"
#include "kernel/console.h"

#define FIFO 16U

/* The device: what was sent, what can still be received, which interrupts are on. */
static struct {
	char sent[200000];
	size_t sent_len;
	unsigned int room;
	/* Bytes that leave the FIFO each time somebody looks at it. */
	unsigned int drained_per_look;
	const char *incoming;
	size_t incoming_len;
	bool rx_on, tx_on;
	uint32_t errors_with_next;
} line;

static struct uart_port *port;
static struct device dev;
static struct device_state dev_state;
static struct k_thread thread;
static z_isr_t isr;
static const void *isr_arg;
static const struct z_console_ops *console;
static void *console_ctx;
static bool interrupt_described;
/* What a sleeper on a semaphore sees happen meanwhile. */
static void (*while_asleep)(void);
static unsigned int sleeps;

static int hw_getc(struct uart_port *p)
{
	if (line.errors_with_next != 0U) {
		uart_port_error(p, line.errors_with_next);
		line.errors_with_next = 0U;
	}
	if (line.incoming_len == 0U) {
		return -1;
	}
	line.incoming_len--;
	return (uint8_t)*line.incoming++;
}

static unsigned int hw_tx_room(struct uart_port *p)
{
	(void)p;
	line.room = MIN(line.room + line.drained_per_look, FIFO);
	return line.room;
}

static void hw_putc(struct uart_port *p, uint8_t c)
{
	(void)p;
	assert_true(line.room > 0U);
	assert_true(line.sent_len < sizeof(line.sent));
	line.room--;
	line.sent[line.sent_len++] = (char)c;
}

static bool hw_tx_idle(struct uart_port *p)
{
	return hw_tx_room(p) == FIFO;
}

static void hw_rx_irq(struct uart_port *p, bool on)
{
	(void)p;
	line.rx_on = on;
}

static void hw_tx_irq(struct uart_port *p, bool on)
{
	(void)p;
	line.tx_on = on;
}

static const struct uart_hw hw = {
	.getc = hw_getc,
	.tx_room = hw_tx_room,
	.putc = hw_putc,
	.tx_idle = hw_tx_idle,
	.rx_irq = hw_rx_irq,
	.tx_irq = hw_tx_irq,
};

/* ---- the kernel around it -------------------------------------------------------------------- */

int device_irq(const void *fdt, int node, unsigned int index, unsigned int *intid, uint32_t *flags)
{
	(void)fdt;
	(void)node;
	(void)index;
	*intid = 33U;
	*flags = IRQ_TYPE_LEVEL;
	return interrupt_described ? 0 : -ENOENT;
}

int irq_connect_dynamic(unsigned int irq, unsigned int priority, void (*routine)(const void *),
			const void *parameter, uint32_t flags)
{
	(void)priority;
	(void)flags;
	isr = routine;
	isr_arg = parameter;
	return (int)irq;
}

void irq_enable(unsigned int irq)
{
	assert_int_equal(irq, 33);
}

int console_node(const void *fdt)
{
	(void)fdt;
	return 7;
}

void z_console_register(const struct z_console_ops *ops, void *ctx, const char *name)
{
	(void)name;
	console = ops;
	console_ctx = ctx;
}

int k_sem_init(struct k_sem *sem, unsigned int initial, unsigned int limit)
{
	(void)limit;
	sem->count = initial;
	return 0;
}

void k_sem_give(struct k_sem *sem)
{
	assert_int_equal(fake_arch.irq_masked && thread.arch.irq_depth == 0U, 0);
	sem->count = 1U;
}

int k_sem_take(struct k_sem *sem, k_timeout_t timeout)
{
	(void)timeout;
	assert_int_equal(fake_arch.irq_masked, 0);
	assert_int_equal(thread.arch.irq_depth, 0);
	sleeps++;
	assert_true(sleeps < 100000U);
	if (while_asleep != NULL) {
		while_asleep();
	}
	if (sem->count == 0U) {
		return -EAGAIN;
	}
	sem->count = 0U;
	return 0;
}

static char said[512];

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(said, sizeof(said), fmt, ap);
	va_end(ap);
}

static bool expired;

k_timepoint_t sys_timepoint_calc(k_timeout_t timeout)
{
	return (k_timepoint_t){.tick = (uint64_t)timeout.ticks};
}

k_timeout_t sys_timepoint_timeout(k_timepoint_t timepoint)
{
	return expired ? K_NO_WAIT : K_TICKS((k_ticks_t)timepoint.tick);
}

static void interrupt(void)
{
	thread.arch.irq_depth = 1U;
	fake_arch.irq_masked = 1U;
	isr(isr_arg);
	fake_arch.irq_masked = 0U;
	thread.arch.irq_depth = 0U;
}

static void line_moves(void)
{
	line.room = FIFO;
	if (line.tx_on) {
		interrupt();
	}
}

static int setup(void **state)
{
	(void)state;
	fake_arch_reset();
	memset(&line, 0, sizeof(line));
	memset(&thread, 0, sizeof(thread));
	fake_arch.current = &thread.arch;
	thread.base.prio = 5;
	line.room = FIFO;
	line.drained_per_look = FIFO;
	port = test_calloc(1, sizeof(*port));
	port->hw = &hw;
	dev = (struct device){.name = "uart", .state = &dev_state, .data = port};
	dev_state.initialized = true;
	interrupt_described = true;
	while_asleep = NULL;
	sleeps = 0U;
	expired = false;
	said[0] = '\0';
	assert_int_equal(uart_port_init(NULL, 7, &dev, port), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_free(port);
	return 0;
}

static void assert_sent(const char *text)
{
	assert_int_equal(line.sent_len, strlen(text));
	assert_memory_equal(line.sent, text, line.sent_len);
}

/* ---- transmit -------------------------------------------------------------------------------- */

static void test_short_text_goes_at_once(void **state)
{
	(void)state;
	console->write(console_ctx, "one\ntwo\n", 8);
	assert_sent("one\r\ntwo\r\n");
	uart_write(&dev, "three\n", 6);
	assert_sent("one\r\ntwo\r\nthree\n");
	assert_false(line.tx_on);
	assert_int_equal(sleeps, 0);
}

static void test_the_rest_goes_by_interrupt(void **state)
{
	(void)state;
	line.drained_per_look = 0U;
	uart_write(&dev, "0123456789abcdefghijklmnop", 26);
	assert_sent("0123456789abcdef");
	assert_true(line.tx_on);
	line_moves();
	assert_sent("0123456789abcdefghijklmnop");
	assert_false(line.tx_on);
}

static char *numbers(size_t *len)
{
	static char text[100000];

	*len = 0;
	for (int i = 0; *len < sizeof(text) - 16U; i++) {
		*len += (size_t)snprintf(text + *len, 16, "line %d\n", i);
	}
	return text;
}

/* Far more than the ring: a thread sleeps until there is room, and everything arrives in order. */
/* A device that takes all at once interrupts nobody when the writer sends. */
static void test_writer_sends(void **state)
{
	static const char text[] =
		"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz";

	(void)state;
	line.drained_per_look = FIFO;
	console->sender(console_ctx, true);
	console->write(console_ctx, text, sizeof(text) - 1U);
	assert_false(line.tx_on);
	console->send(console_ctx);
	assert_int_equal(line.sent_len, sizeof(text) - 1U);
	assert_memory_equal(line.sent, text, sizeof(text) - 1U);
	assert_false(line.tx_on);

	/* A full FIFO interrupts when it has room again. */
	line.drained_per_look = 0U;
	line.room = 0U;
	console->sender(console_ctx, true);
	console->write(console_ctx, text, sizeof(text) - 1U);
	console->send(console_ctx);
	assert_true(line.tx_on);
}

static void test_writer_sleeps_for_room(void **state)
{
	size_t len;
	const char *text = numbers(&len);

	(void)state;
	line.drained_per_look = 0U;
	while_asleep = line_moves;
	uart_write(&dev, text, len);
	assert_true(sleeps > 0U);
	while (line.tx_on) {
		line_moves();
	}
	assert_int_equal(line.sent_len, len);
	assert_memory_equal(line.sent, text, len);
	assert_int_equal(port->tx_lost, 0);
}

/* The same in an interrupt handler: it sends polled, and does not sleep. */
static void test_isr_does_not_sleep(void **state)
{
	size_t len;
	const char *text = numbers(&len);

	(void)state;
	line.drained_per_look = 1U;
	thread.arch.irq_depth = 1U;
	uart_write(&dev, text, len);
	thread.arch.irq_depth = 0U;
	while (line.tx_on) {
		line_moves();
	}
	assert_int_equal(sleeps, 0);
	assert_int_equal(line.sent_len, len);
	assert_memory_equal(line.sent, text, len);
}

static void test_who_may_not_sleep(void **state)
{
	size_t len;
	const char *text = numbers(&len);

	(void)state;
	line.drained_per_look = 1U;
	thread.base.sched_locked = 1U;
	uart_write(&dev, text, 20000);
	thread.base.sched_locked = 0U;
	fake_arch.irq_masked = 1U;
	uart_write(&dev, text, 20000);
	fake_arch.irq_masked = 0U;
	thread.base.prio = K_IDLE_PRIO;
	uart_write(&dev, text, 20000);
	assert_int_equal(sleeps, 0);
	assert_int_equal(port->tx_lost, 0);
}

/* A line that stands still holds an interrupt handler up for a bounded time only. */
static void test_dead_line(void **state)
{
	size_t len;
	const char *text = numbers(&len);
	char c;

	(void)state;
	line.drained_per_look = 0U;
	thread.arch.irq_depth = 1U;
	uart_write(&dev, text, CONFIG_UART_TX_BUFFER_SIZE + 1024);
	thread.arch.irq_depth = 0U;
	assert_true(port->tx_lost >= 1024U - FIFO);
	assert_true(port->tx_lost <= 1024U + 512U);
	/* And it goes on when the line does. */
	line.drained_per_look = FIFO;
	line.incoming = "x";
	line.incoming_len = 1U;
	interrupt();
	assert_int_equal(uart_read(&dev, &c, 1U, K_FOREVER), 1);
	assert_non_null(strstr(said, "dropped"));
}

static void test_panic(void **state)
{
	(void)state;
	line.drained_per_look = 0U;
	uart_write(&dev, "0123456789abcdef buffered", 25);
	line.drained_per_look = 1U;
	/* Whoever held the lock is gone. */
	port->lock.tickets = 0x10000U;
	console->panic(console_ctx, "\npanic\n", 7);
	assert_sent("0123456789abcdef buffered\r\npanic\r\n");
	port->lock.tickets = 0U;
}

static void test_room(void **state)
{
	(void)state;
	assert_int_equal(console->room(console_ctx), CONFIG_UART_TX_BUFFER_SIZE);
	line.drained_per_look = 0U;
	uart_write(&dev, "0123456789abcdefghij", 20);
	assert_int_equal(console->room(console_ctx), CONFIG_UART_TX_BUFFER_SIZE - 4);
}

/* ---- receive --------------------------------------------------------------------------------- */

static void test_receive(void **state)
{
	char buf[16];

	(void)state;
	assert_true(line.rx_on);
	line.incoming = "hello";
	line.incoming_len = 5U;
	interrupt();
	assert_int_equal(uart_read(&dev, buf, 3U, K_NO_WAIT), 3);
	assert_memory_equal(buf, "hel", 3);
	assert_int_equal(uart_poll_in(&dev, (unsigned char *)buf), 0);
	assert_int_equal(buf[0], 'l');
	assert_int_equal(uart_read(&dev, buf, sizeof(buf), K_NO_WAIT), 1);
	expired = true;
	assert_int_equal(uart_read(&dev, buf, sizeof(buf), K_NO_WAIT), -EAGAIN);
	assert_int_equal(uart_poll_in(&dev, (unsigned char *)buf), -1);
}

static void somebody_types(void)
{
	line.incoming = "typed";
	line.incoming_len = 5U;
	interrupt();
}

static void test_reader_sleeps(void **state)
{
	char buf[16];

	(void)state;
	while_asleep = somebody_types;
	assert_int_equal(uart_read(&dev, buf, sizeof(buf), K_FOREVER), 5);
	assert_int_equal(sleeps, 1);
}

/* More than the ring, pasted at once: the rest stays in the device until there is room. */
static void test_paste_loses_nothing(void **state)
{
	size_t len, got = 0U;
	const char *text = numbers(&len);
	static char back[100000];

	(void)state;
	line.incoming = text;
	line.incoming_len = len;
	while (line.rx_on) {
		interrupt();
	}
	assert_int_equal(len - line.incoming_len, CONFIG_UART_RX_BUFFER_SIZE);
	expired = true;
	for (;;) {
		int n = uart_read(&dev, back + got, 100U, K_NO_WAIT);

		if (n < 0) {
			break;
		}
		got += (size_t)n;
		while (line.rx_on && line.incoming_len != 0U) {
			interrupt();
		}
	}
	assert_int_equal(got, len);
	assert_memory_equal(back, text, len);
	assert_true(line.rx_on);
}

static void test_errors_are_counted_and_reported(void **state)
{
	char c;

	(void)state;
	line.errors_with_next = UART_ERROR_OVERRUN | UART_ERROR_FRAMING;
	line.incoming = "x";
	line.incoming_len = 1U;
	interrupt();
	assert_int_equal(port->errors.overrun, 1);
	assert_string_equal(said, "");
	assert_int_equal(uart_read(&dev, &c, 1U, K_NO_WAIT), 1);
	assert_non_null(strstr(said, "receive overrun (1 so far)"));
	assert_int_equal(uart_err_check(&dev), UART_ERROR_OVERRUN | UART_ERROR_FRAMING);
	assert_int_equal(uart_err_check(&dev), 0);
}

static void test_without_interrupt(void **state)
{
	char buf[8];

	(void)state;
	interrupt_described = false;
	test_free(port);
	port = test_calloc(1, sizeof(*port));
	port->hw = &hw;
	dev.data = port;
	line.rx_on = false;
	assert_int_equal(uart_port_init(NULL, 7, &dev, port), 0);
	assert_non_null(strstr(said, "polled"));
	assert_false(line.rx_on);
	line.incoming = "abc";
	line.incoming_len = 3U;
	assert_int_equal(uart_read(&dev, buf, sizeof(buf), K_FOREVER), 3);
	line.drained_per_look = 0U;
	while_asleep = line_moves;
	sleeps = 0U;
	uart_write(&dev, "0123456789abcdefghijklmnop", 26);
	assert_sent("0123456789abcdefghijklmnop");
	assert_int_equal(sleeps, 1);
	assert_false(line.tx_on);
	line.drained_per_look = 1U;
	thread.arch.irq_depth = 1U;
	uart_write(&dev, "qrstuvwxyz", 10);
	thread.arch.irq_depth = 0U;
	assert_sent("0123456789abcdefghijklmnopqrstuvwxyz");
}

static void test_not_a_uart(void **state)
{
	struct device other = {.name = "other", .api = &other};
	char c;

	(void)state;
	assert_int_equal(uart_read(&other, &c, 1U, K_NO_WAIT), -ENODEV);
	assert_int_equal(uart_poll_in(NULL, (unsigned char *)&c), -ENODEV);
	assert_int_equal(uart_err_check(&other), -ENODEV);
	uart_write(&other, "x", 1U);
	uart_poll_out(NULL, 'x');
	assert_int_equal(line.sent_len, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_short_text_goes_at_once),
		TEST(test_the_rest_goes_by_interrupt),
		TEST(test_writer_sends),
		TEST(test_writer_sleeps_for_room),
		TEST(test_isr_does_not_sleep),
		TEST(test_who_may_not_sleep),
		TEST(test_dead_line),
		TEST(test_panic),
		TEST(test_room),
		TEST(test_receive),
		TEST(test_reader_sleeps),
		TEST(test_paste_loses_nothing),
		TEST(test_errors_are_counted_and_reported),
		TEST(test_without_interrupt),
		TEST(test_not_a_uart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
