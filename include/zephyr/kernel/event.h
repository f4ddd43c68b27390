/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Events: 32 flags for any of which, or for several of which together, threads can wait.
 */
#ifndef ZEPHYR_KERNEL_EVENT_H_
#define ZEPHYR_KERNEL_EVENT_H_

#include <zephyr/kernel/structs.h>
#include <zephyr/kernel/time.h>
#include <zephyr/sys/iterable_sections.h>

/** A set of 32 events. Those that are set stay set until they are cleared. */
struct k_event {
	_wait_q_t wait_q;
	uint32_t events;
};

#define Z_EVENT_INITIALIZER(obj)                                                                   \
	{                                                                                          \
		.wait_q = Z_WAIT_Q_INIT(&(obj).wait_q),                                            \
		.events = 0U,                                                                      \
	}

/** Defines an event object with no event set. */
#define K_EVENT_DEFINE(name) STRUCT_SECTION_ITERABLE(k_event, name) = Z_EVENT_INITIALIZER(name)

/** @brief Initialises an event object with no event set. ISR ok. */
void k_event_init(struct k_event *event);

/**
 * @brief Sets events, leaving others as they are, and wakes every thread whose condition is now met.
 *
 * Takes time in proportion to the number of waiters. ISR ok.
 * @param event the object
 * @param events those to set
 * @return which of @p events were set before
 */
uint32_t k_event_post(struct k_event *event, uint32_t events);

/**
 * @brief Replaces all events by those given, and wakes every thread whose condition is now met.
 * @param event the object
 * @param events all that shall be set
 * @return the events that were set before. ISR ok.
 */
uint32_t k_event_set(struct k_event *event, uint32_t events);

/**
 * @brief Replaces the events in a mask, and wakes every thread whose condition is now met.
 * @param event the object
 * @param events values for the events in @p events_mask
 * @param events_mask those to change
 * @return which of @p events_mask were set before. ISR ok.
 */
uint32_t k_event_set_masked(struct k_event *event, uint32_t events, uint32_t events_mask);

/**
 * @brief Clears events.
 * @param event the object
 * @param events those to clear
 * @return which of @p events were set before. ISR ok.
 */
uint32_t k_event_clear(struct k_event *event, uint32_t events);

/**
 * @brief Waits until any of some events is set. They stay set. May block.
 * @param event the object
 * @param events those to wait for; none: returns 0 at once
 * @param reset clear all events of the object before waiting
 * @param timeout how long to wait at most; in an ISR it must be K_NO_WAIT
 * @return those of @p events that were set, or 0 after @p timeout. ISR ok with K_NO_WAIT.
 */
uint32_t k_event_wait(struct k_event *event, uint32_t events, bool reset, k_timeout_t timeout);

/**
 * @brief Waits until all of some events are set. They stay set. May block.
 * @param event the object
 * @param events those to wait for; none: returns 0 at once
 * @param reset clear all events of the object before waiting
 * @param timeout how long to wait at most; in an ISR it must be K_NO_WAIT
 * @return @p events, or 0 after @p timeout. ISR ok with K_NO_WAIT.
 */
uint32_t k_event_wait_all(struct k_event *event, uint32_t events, bool reset, k_timeout_t timeout);

/** @brief Which of some events are set. @return them. ISR ok. */
static inline uint32_t k_event_test(struct k_event *event, uint32_t events_mask)
{
	return *(volatile uint32_t *)&event->events & events_mask;
}

#endif /* ZEPHYR_KERNEL_EVENT_H_ */
