/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A guest's console: a ring of what it printed, and a ring of what was typed for it.
 *
 * Detached, the output ring keeps the latest text, and the guest is never held up. Attached, what was not yet shown is
 * not overwritten: the device sees a full FIFO until the reader has taken some, so nothing is lost.
 *
 * The reader is woken by output, but takes what comes within a millisecond at once: a guest that prints byte by byte
 * does not switch threads byte by byte.
 */
#ifndef HYP_VCONSOLE_H_
#define HYP_VCONSOLE_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/kernel.h>

/** Powers of two: the rings' indices run free. */
#define VCONSOLE_OUT_SIZE 32768U
#define VCONSOLE_IN_SIZE  256U

struct vconsole;

/** What the device (UART) wants to hear. Any context, no console lock held. */
struct vconsole_ops {
	/** There is input to take (vconsole_get()). */
	void (*input)(void *ctx);
	/** There is room for output again, after vconsole_put() or vconsole_room() had none. */
	void (*room)(void *ctx);
};

/** @return a console with empty rings, or NULL: no memory */
struct vconsole *vconsole_create(void);

/** @return bytes of memory that one takes. */
size_t vconsole_size(void);

/** @brief As vconsole_unbind(), and frees it. NULL is nothing to do. May block. */
void vconsole_destroy(struct vconsole *con);

/** @brief The VM's UART becomes the other end; the first one that asks is the console. @retval 0 / -EBUSY */
int vconsole_bind(struct vconsole *con, const struct vconsole_ops *ops, void *ctx);

/** @return Is there a UART at the other end? */
bool vconsole_bound(const struct vconsole *con);

/**
 * @brief The UART goes, if @p ctx is the one that is bound, and so does the console.
 *
 * The reader's calls return -EPIPE; this one waits for its vconsole_detach(). So the reader must not wait, attached,
 * for what the caller holds (a VM's mutex). May block.
 */
void vconsole_unbind(struct vconsole *con, void *ctx);

/* The device's side: interrupts masked or not, do not block. */
/** @return true if the byte was taken; false: attached and full. */
bool vconsole_put(struct vconsole *con, uint8_t byte);
/** @return how many bytes vconsole_put() takes now. */
size_t vconsole_room(struct vconsole *con);
/** @return the next byte typed, or -1. */
int vconsole_get(struct vconsole *con);

/*
 * The reader's side: one thread at a time; may block. Attach while the VM cannot go (vm_ref(), vm_get()). Once attached,
 * the console stays until vconsole_detach().
 */
/** @brief Attach. What the ring holds is to be read first. @retval 0 / -EBUSY somebody is attached / -EPIPE */
int vconsole_attach(struct vconsole *con);
void vconsole_detach(struct vconsole *con);

/**
 * @brief Takes output.
 * @return bytes
 * @retval 0 after the timeout; or after vconsole_wake(); or vconsole_type() had no room and has some again
 * @retval -EPIPE the VM is being deleted, and all was read
 */
int vconsole_read(struct vconsole *con, char *buffer, size_t size, k_timeout_t timeout);

/** @brief Types. @return bytes taken: fewer if the guest does not read. */
size_t vconsole_type(struct vconsole *con, const char *text, size_t size);

/** @brief Ends the wait of vconsole_read(), or the next one: there is something else to do. ISR ok. */
void vconsole_wake(struct vconsole *con);

/** @return bytes of output that were overwritten before anybody read them, since this was asked last */
uint64_t vconsole_lost(struct vconsole *con);

#endif /* HYP_VCONSOLE_H_ */
