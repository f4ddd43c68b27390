/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief The console: where text of the kernel goes, and where the shell reads.
 *
 * Three stages, each taking over from the one before: text is kept in memory (always:
 * `z_console_backlog`, for a debugger); the early console writes it polled; the UART's driver
 * writes it through its buffer. A console that comes up prints what was kept before there was any.
 */
#ifndef KERNEL_CONSOLE_H_
#define KERNEL_CONSOLE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys_clock.h>

/** What a console device can do. */
struct z_console_ops {
	/**
	 * Write text, '\n' as "\r\n"; all of it or, in chunks of at least 256 bytes, each chunk as
	 * one piece that text of other CPUs does not come into. Any context; may block where the
	 * caller may.
	 */
	void (*write)(void *ctx, const char *text, size_t len);
	/** The same with '\n' as it is. NULL: write() is used. */
	void (*write_raw)(void *ctx, const char *bytes, size_t len);
	/**
	 * Who sends what is written next: the caller, by send(), in steps between which interrupts
	 * are served; or interrupts of the device. NULL, both: it is sent by itself.
	 */
	void (*sender)(void *ctx, bool caller);
	void (*send)(void *ctx);
	/** How many bytes write() takes without waiting; ISR ok. NULL: it never waits for room. */
	size_t (*room)(void *ctx);
	/**
	 * Write at once, after what is still buffered, taking no lock: the system is about to stop.
	 */
	void (*panic)(void *ctx, const char *text, size_t len);
	/** Read at least 1 byte, or -EAGAIN after the timeout. May be NULL: nothing can be read. */
	int (*read)(void *ctx, char *buf, size_t size, k_timeout_t timeout);
};

/**
 * The start of everything that was printed, and how much it was; survives for a debugger where
 * there is no console.
 */
extern char z_console_backlog[];
extern size_t z_console_backlog_used;

/**
 * @brief A console device is there: it becomes the console.
 *
 * @param ops  Its operations.
 * @param ctx  Passed to them.
 * @param name For people.
 */
void z_console_register(const struct z_console_ops *ops, void *ctx, const char *name);

/**
 * @brief Write text to the console. ISR ok. From a thread that may block, it may block (while the
 * buffer is full).
 *
 * @param text Not necessarily terminated; '\n' ends lines.
 * @param len  Bytes.
 */
void z_console_write(const char *text, size_t len);

/** @brief The same without anything put before '\n': a terminal's own bytes. */
void z_console_write_raw(const char *bytes, size_t len);

/**
 * @brief Whether the caller, a thread that may be preempted, sends what is written next by z_console_send(): a device that
 * takes bytes as fast as they come would else interrupt for every few of them. ISR ok.
 */
void z_console_sender(bool caller);

/** @brief Send what was written. */
void z_console_send(void);

/** @return How many bytes ('\n' counts as two) z_console_write() takes without waiting. ISR ok. */
size_t z_console_room(void);

/**
 * @brief From now on every z_console_write() is polled and takes no lock; for the fatal handler.
 * ISR ok.
 */
void z_console_panic(void);

/**
 * @brief Read from the console; blocks.
 *
 * @param buf     Where to.
 * @param size    At most so many bytes.
 * @param timeout How long to wait for the first byte.
 * @return Number of bytes, at least 1.
 * @retval -EAGAIN None in that time.
 * @retval -ENODEV Nothing can be read from this console.
 */
int z_console_read(char *buf, size_t size, k_timeout_t timeout);

/** @return Name of the console's device, or NULL while there is none. */
const char *z_console_name(void);

/**
 * @brief Find the console of the devicetree and make it the early console. The drivers' part
 * (drivers/uart/earlycon.c).
 *
 * Only the device's registers are mapped; its line settings are left alone.
 *
 * @param fdt A devicetree that has passed fdt_check_header().
 * @return 0, or -ENODEV: go on silently, the backlog has the text.
 */
int z_earlycon_init(const void *fdt);

#endif /* KERNEL_CONSOLE_H_ */
