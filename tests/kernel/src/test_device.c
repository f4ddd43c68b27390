/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices and init levels: the order of SYS_INIT() functions, devices of DEVICE_DEFINE() and of the
 * devicetree.
 */
#include <zephyr/device.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/init.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "kernel/console.h"
#include "kernel/device.h"

/* What ran, in the order in which it did. */
static uint32_t calls[16];
static uint32_t nr_calls;
static bool threads_at_pre_kernel;
static bool threads_at_post_kernel;

static int call(uint32_t id)
{
	if (nr_calls < ARRAY_SIZE(calls)) {
		calls[nr_calls] = id;
	}
	nr_calls++;
	return 0;
}

/* Defined against the order in which they run. */
static int smp_level(void)
{
	return call(7U);
}
SYS_INIT(smp_level, SMP, 0);

static int application_late(void)
{
	return call(6U);
}
SYS_INIT(application_late, APPLICATION, 99);

static int application_early(void)
{
	return call(5U);
}
SYS_INIT(application_early, APPLICATION, 3);

static int post_kernel(void)
{
	threads_at_post_kernel = !k_is_pre_kernel();
	return call(4U);
}
SYS_INIT(post_kernel, POST_KERNEL, CONFIG_KERNEL_INIT_PRIORITY_DEFAULT);

static int pre_kernel_2(void)
{
	return call(3U);
}
SYS_INIT(pre_kernel_2, PRE_KERNEL_2, 0);

static int pre_kernel_1(void)
{
	threads_at_pre_kernel = !k_is_pre_kernel();
	return call(2U);
}
SYS_INIT(pre_kernel_1, PRE_KERNEL_1, 50);

static int early(void)
{
	return call(1U);
}
SYS_INIT(early, EARLY, 0);

static const char good_config[] = "config";
static int good_data;

static int good_init(const struct device *dev)
{
	*(int *)dev->data = dev->config == good_config ? 42 : -1;
	return 0;
}
DEVICE_DEFINE(good, "a good one", good_init, NULL, &good_data, good_config, POST_KERNEL, 60,
	      &good_data);

static int bad_init(const struct device *dev)
{
	ARG_UNUSED(dev);
	return -EIO;
}
DEVICE_DEFINE(bad, "a bad one", bad_init, NULL, NULL, NULL, PRE_KERNEL_1, 60, NULL);

DEVICE_DEFINE(plain, "without function", NULL, NULL, NULL, NULL, PRE_KERNEL_1, 60, NULL);

ZTEST(device, test_levels_in_order)
{
	zassert_equal(nr_calls, 7U);
	for (uint32_t i = 0U; i < 7U; i++) {
		zassert_equal(calls[i], i + 1U, "call %u was %u", i, calls[i]);
	}
	zassert_false(threads_at_pre_kernel);
	zassert_true(threads_at_post_kernel);
}

ZTEST(device, test_defined)
{
	const struct device *dev = device_get_binding("a good one");

	zassert_equal_ptr(dev, DEVICE_GET(good));
	zassert_true(device_is_ready(dev));
	zassert_equal(good_data, 42);
	zassert_true(device_is_ready(DEVICE_GET(plain)));
}

ZTEST(device, test_failed_is_not_ready)
{
	zassert_is_null(device_get_binding("a bad one"));
	zassert_false(device_is_ready(DEVICE_GET(bad)));
	zassert_equal(DEVICE_GET(bad)->state->init_res, EIO);
}

ZTEST(device, test_unknown)
{
	zassert_is_null(device_get_binding("no such device"));
	zassert_is_null(device_get_binding(""));
	zassert_is_null(device_get_binding(NULL));
	zassert_false(device_is_ready(NULL));
}

/* Names are unique, and each finds its device. */
ZTEST(device, test_walk)
{
	unsigned int of_tree = 0U, defined = 0U;

	for (const struct device *dev = z_device_next(NULL); dev != NULL;
	     dev = z_device_next(dev)) {
		if (device_is_ready(dev)) {
			zassert_equal_ptr(device_get_binding(dev->name), dev);
		}
		of_tree += dev->node >= 0 ? 1U : 0U;
		defined += dev->node < 0 ? 1U : 0U;
	}
	/* Interrupt controller, timer, firmware and console at the least. */
	zassert_true(of_tree >= 4U);
	zassert_true(defined >= 3U);
}

ZTEST(device, test_console_is_a_uart)
{
	const struct device *dev = device_get_binding(z_console_name());
	unsigned char c;

	zassert_not_null(dev);
	zassert_equal(uart_poll_in(dev, &c), -1, "nobody types");
	zassert_equal(uart_read(dev, &c, 1U, K_MSEC(2)), -EAGAIN);
	zassert_equal(uart_read(dev, &c, 1U, K_NO_WAIT), -EAGAIN);
	zassert_equal(uart_err_check(dev), 0);
	zassert_equal(uart_poll_in(DEVICE_GET(good), &c), -ENODEV);
	zassert_equal(uart_err_check(NULL), -ENODEV);
}

/* More than the transmit buffer holds, from a thread that may sleep and from one that may not. */
ZTEST(device, test_console_takes_more_than_its_buffer)
{
	static char line[81];

	memset(line, '.', sizeof(line) - 1U);
	/* Over and over the same row of a terminal. */
	line[79] = '\r';
	for (int i = 0; i < 2 * CONFIG_UART_TX_BUFFER_SIZE / 80; i++) {
		printk("%s", line);
	}
	unsigned int key = irq_lock();

	for (int i = 0; i < 2 * CONFIG_UART_TX_BUFFER_SIZE / 80; i++) {
		z_console_write(line, 80U);
	}
	irq_unlock(key);
	zassert_true(z_console_room() > 0U);
}

ZTEST_SUITE(device, NULL, NULL, NULL, NULL, NULL);
