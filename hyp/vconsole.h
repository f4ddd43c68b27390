/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A guest's console: a ring of what it printed, and a ring of what was typed for it.
 *
 * Detached, the output ring keeps the latest text, and the guest is never held up. Attached, what was not yet shown is
 * not overwritten: the device sees a full FIFO until the reader has taken some, so nothing is lost.
 */
#ifndef HYP_VCONSOLE_H_
#define HYP_VCONSOLE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/kernel.h>

#define VCONSOLE_OUT_SIZE 32768U
#define VCONSOLE_IN_SIZE  256U

struct vconsole;

/** What the device (UART) wants to hear. Any context, no console lock held. */
struct vconsole_ops {
	/** There is input to take (vconsole_get()). */
	void (*input)(void *ctx);
	/** There is room for output again. */
	void (*room)(void *ctx);
};

struct vconsole *vconsole_create(void);
void vconsole_destroy(struct vconsole *con);

/** @brief The VM's UART becomes the other end; the first one that asks is the console. @retval 0 / -EBUSY */
int vconsole_bind(struct vconsole *con, const struct vconsole_ops *ops, void *ctx);
void vconsole_unbind(struct vconsole *con, void *ctx);

/* The device's side: interrupts masked or not, do not block. */
/** @return true if the byte was taken; false: attached and full. */
bool vconsole_put(struct vconsole *con, uint8_t byte);
/** @return how many bytes vconsole_put() takes now. */
size_t vconsole_room(const struct vconsole *con);
/** @return the next byte typed, or -1. */
int vconsole_get(struct vconsole *con);

/* The reader's side: one thread at a time; may block. */
/** @brief Attach. What the ring holds is to be read first. @retval 0 / -EBUSY somebody is attached */
int vconsole_attach(struct vconsole *con);
void vconsole_detach(struct vconsole *con);
/** @brief Takes output. @return bytes, or 0 after the timeout, or -EPIPE: the VM is being deleted. */
int vconsole_read(struct vconsole *con, char *buffer, size_t size, k_timeout_t timeout);
/** @brief Types. @return bytes taken: fewer if the guest does not read. */
size_t vconsole_type(struct vconsole *con, const char *text, size_t size);

#endif /* HYP_VCONSOLE_H_ */
