/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Run a function in interrupt context, for tests.
 */
#ifndef ZEPHYR_INCLUDE_IRQ_OFFLOAD_H_
#define ZEPHYR_INCLUDE_IRQ_OFFLOAD_H_

#ifdef __cplusplus
extern "C" {
#endif

/** A function to run in interrupt context. */
typedef void (*irq_offload_routine_t)(const void *parameter);

/**
 * @brief Run `routine(parameter)` as an interrupt handler on this CPU, and return after it has run.
 *
 * Only from a thread with interrupts unmasked: the call is a software-generated interrupt that this
 * CPU sends to itself.
 *
 * @param routine   What to run.
 * @param parameter Its argument.
 */
void irq_offload(irq_offload_routine_t routine, const void *parameter);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_IRQ_OFFLOAD_H_ */
