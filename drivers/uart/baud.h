/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Baud rate divisors: arithmetic only, unit-tested on the host.
 */
#ifndef DRIVERS_UART_BAUD_H_
#define DRIVERS_UART_BAUD_H_

#include <stdint.h>

/* A receiver samples the tenth bit half a bit off at 5 %; both ends may be off. */
#define BAUD_ERROR_PERCENT 3U

/**
 * @brief The PL011's divisor in 64ths: integer part (UARTIBRD) above bit 6, fraction (UARTFBRD)
 * below (DDI 0183, 3.3.6).
 * @return 0 if the rate cannot be had from this clock
 */
static inline uint32_t pl011_divisor(uint32_t clock_hz, uint32_t baud)
{
	uint64_t div;

	if (baud == 0U) {
		return 0U;
	}
	/* clock / (16 * baud) * 64, rounded */
	div = ((uint64_t)clock_hz * 4U + baud / 2U) / baud;
	return div >= 64U && div <= UINT64_C(65535) * 64U ? (uint32_t)div : 0U;
}

/**
 * @brief The 16550's divisor latch.
 * @return 0 if the rate cannot be had from this clock within BAUD_ERROR_PERCENT
 */
static inline uint32_t ns16550_divisor(uint32_t clock_hz, uint32_t baud)
{
	uint64_t div, real, error;

	if (baud == 0U) {
		return 0U;
	}
	div = ((uint64_t)clock_hz + 8U * (uint64_t)baud) / (16U * (uint64_t)baud);
	if (div == 0U || div > 65535U) {
		return 0U;
	}
	real = clock_hz / (16U * div);
	error = real > baud ? real - baud : baud - real;
	return error * 100U <= (uint64_t)baud * BAUD_ERROR_PERCENT ? (uint32_t)div : 0U;
}

#endif /* DRIVERS_UART_BAUD_H_ */
