/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief UARTs: Zephyr's polled calls, and blocking reads and writes through the driver's buffers.
 *
 * The drivers are interrupt-driven below all of these calls.
 */
#ifndef ZEPHYR_INCLUDE_DRIVERS_UART_H_
#define ZEPHYR_INCLUDE_DRIVERS_UART_H_

#include <stddef.h>
#include <stdint.h>

#include <zephyr/device.h>
#include <zephyr/sys_clock.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Errors on the line, as bits of uart_err_check(). */
enum uart_rx_stop_reason {
	UART_ERROR_OVERRUN = 1 << 0,
	UART_ERROR_PARITY = 1 << 1,
	UART_ERROR_FRAMING = 1 << 2,
	UART_BREAK = 1 << 3,
};

/**
 * @brief Take a received character, if there is one. ISR ok.
 *
 * @param dev    UART.
 * @param p_char Where it goes.
 * @retval 0       There was one.
 * @retval -1      There was none.
 * @retval -ENODEV `dev` is not a UART.
 */
int uart_poll_in(const struct device *dev, unsigned char *p_char);

/**
 * @brief Send a character, as it is. ISR ok; from a thread it may block while the transmit buffer
 * is full.
 *
 * @param dev      UART.
 * @param out_char The character.
 */
void uart_poll_out(const struct device *dev, unsigned char out_char);

/**
 * @brief What went wrong on the line since the last call. ISR ok.
 *
 * @param dev UART.
 * @return UART_ERROR_ bits, 0 for nothing, or -ENODEV.
 */
int uart_err_check(const struct device *dev);

/**
 * @brief Read received bytes; blocks. (ZVM's own.)
 *
 * @param dev     UART.
 * @param buf     Where to.
 * @param size    At most so many.
 * @param timeout How long to wait for the first.
 * @return How many, at least 1.
 * @retval -EAGAIN None in that time.
 * @retval -ENODEV `dev` is not a UART.
 */
int uart_read(const struct device *dev, void *buf, size_t size, k_timeout_t timeout);

/**
 * @brief Send bytes, as they are. ISR ok; from a thread it may block while the transmit buffer is
 * full. (ZVM's own.)
 *
 * @param dev UART.
 * @param buf The bytes.
 * @param len How many.
 */
void uart_write(const struct device *dev, const void *buf, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_DRIVERS_UART_H_ */
