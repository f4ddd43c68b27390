/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Ring of bytes between one producer and one consumer.
 *
 * Neither side needs a lock against the other, on any CPU or in an interrupt: each writes its own
 * index only, and publishes it with release order after the bytes. Several producers (or consumers)
 * need a lock among themselves. The size is a power of two; indices run on and wrap with uint32_t,
 * so that all bytes can be used.
 */
#ifndef ZVM_LIB_RING_H_
#define ZVM_LIB_RING_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
	uint8_t *buf;
	uint32_t mask;
	uint32_t head; /* producer's: bytes ever put */
	uint32_t tail; /* consumer's: bytes ever got */
};

/* A power of two; otherwise RING_INIT does not compile. */
#define RING_SIZE_OK(array) ((sizeof(array) & (sizeof(array) - 1U)) == 0U)

/** @brief Initial value of a ring over an array whose size is a power of two. */
#define RING_INIT(array)                                                                           \
	{                                                                                          \
		.buf = (array),                                                                    \
		.mask = (uint32_t)(sizeof(array) - sizeof(char[RING_SIZE_OK(array) ? 1 : -1])),    \
	}

/** @brief Make a ring of @p size bytes, a power of two. */
static inline void ring_init(struct ring *r, uint8_t *buf, uint32_t size)
{
	*r = (struct ring){.buf = buf, .mask = size - 1U};
}

/** @brief Bytes that wait. Either side. */
static inline uint32_t ring_used(const struct ring *r)
{
	return __atomic_load_n(&r->head, __ATOMIC_ACQUIRE) -
	       __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
}

/** @brief Bytes that fit. Either side. */
static inline uint32_t ring_space(const struct ring *r)
{
	return r->mask + 1U - ring_used(r);
}

/** @brief True if nothing waits. Either side. */
static inline bool ring_is_empty(const struct ring *r)
{
	return ring_used(r) == 0U;
}

/** @brief Put one byte. Producer. @return false if the ring is full */
static inline bool ring_put(struct ring *r, uint8_t byte)
{
	uint32_t head = r->head;

	if (head - __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE) > r->mask) {
		return false;
	}
	r->buf[head & r->mask] = byte;
	__atomic_store_n(&r->head, head + 1U, __ATOMIC_RELEASE);
	return true;
}

/** @brief Get one byte. Consumer. @return false if the ring is empty */
static inline bool ring_get(struct ring *r, uint8_t *byte)
{
	uint32_t tail = r->tail;

	if (__atomic_load_n(&r->head, __ATOMIC_ACQUIRE) == tail) {
		return false;
	}
	*byte = r->buf[tail & r->mask];
	__atomic_store_n(&r->tail, tail + 1U, __ATOMIC_RELEASE);
	return true;
}

/** @brief Put what fits of @p len bytes. Producer. @return bytes put */
size_t ring_write(struct ring *r, const void *data, size_t len);

/** @brief Get up to @p len bytes. Consumer. @return bytes got */
size_t ring_read(struct ring *r, void *data, size_t len);

/**
 * @brief The bytes that wait and lie together, for use in place. Consumer.
 * @param data where their address is stored
 * @return how many, 0 if the ring is empty
 */
size_t ring_peek(const struct ring *r, const uint8_t **data);

/** @brief Drop bytes, at most as many as wait. Consumer. */
static inline void ring_drop(struct ring *r, size_t len)
{
	__atomic_store_n(&r->tail, r->tail + (uint32_t)len, __ATOMIC_RELEASE);
}

#endif /* ZVM_LIB_RING_H_ */
