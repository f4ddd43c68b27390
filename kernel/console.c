/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The console: see console.h. It owns no lock; the device serialises writers. The switch from one
 * console to the next happens at boot, on one CPU.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/util.h>
#include "kernel/console.h"

#define BACKLOG_SIZE 4096U

char z_console_backlog[BACKLOG_SIZE];
size_t z_console_backlog_used;

static const struct z_console_ops *console;
static void *console_ctx;
static const char *console_name;
static bool panicking;

/* Only while there is no console are there no other writers. */
static void backlog_keep(const char *text, size_t len)
{
	size_t room = BACKLOG_SIZE - 1U - z_console_backlog_used;

	len = MIN(len, room);
	memcpy(z_console_backlog + z_console_backlog_used, text, len);
	z_console_backlog_used += len;
}

void z_console_register(const struct z_console_ops *ops, void *ctx, const char *name)
{
	bool first = console == NULL;

	console_ctx = ctx;
	console_name = name;
	console = ops;
	if (first && z_console_backlog_used != 0U) {
		ops->write(ctx, z_console_backlog, z_console_backlog_used);
	}
}

void z_console_write(const char *text, size_t len)
{
	if (console == NULL) {
		backlog_keep(text, len);
	} else if (__atomic_load_n(&panicking, __ATOMIC_RELAXED)) {
		console->panic(console_ctx, text, len);
	} else {
		console->write(console_ctx, text, len);
	}
}

void z_console_write_raw(const char *bytes, size_t len)
{
	if (console == NULL || console->write_raw == NULL ||
	    __atomic_load_n(&panicking, __ATOMIC_RELAXED)) {
		z_console_write(bytes, len);
	} else {
		console->write_raw(console_ctx, bytes, len);
	}
}

void z_console_sender(bool caller)
{
	if (console != NULL && console->sender != NULL) {
		console->sender(console_ctx, caller);
	}
}

void z_console_send(void)
{
	if (console != NULL && console->send != NULL &&
	    !__atomic_load_n(&panicking, __ATOMIC_RELAXED)) {
		console->send(console_ctx);
	}
}

size_t z_console_room(void)
{
	return console == NULL || console->room == NULL ? SIZE_MAX : console->room(console_ctx);
}

void z_console_panic(void)
{
	__atomic_store_n(&panicking, true, __ATOMIC_RELAXED);
	if (console != NULL) {
		console->panic(console_ctx, "", 0U);
	}
}

int z_console_read(char *buf, size_t size, k_timeout_t timeout)
{
	if (console == NULL || console->read == NULL) {
		return -ENODEV;
	}
	return console->read(console_ctx, buf, size, timeout);
}

const char *z_console_name(void)
{
	return console_name;
}
