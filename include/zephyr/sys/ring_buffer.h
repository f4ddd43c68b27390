/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Ring buffer of bytes, or of items of words with a type and a value.
 *
 * One producer and one consumer need no lock between them; several of one kind need one. Put and
 * get copy; claim and finish work in place on the contiguous part. Costs are those of the copy.
 */
#ifndef ZEPHYR_INCLUDE_SYS_RING_BUFFER_H_
#define ZEPHYR_INCLUDE_SYS_RING_BUFFER_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zephyr/sys/util.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @brief Largest buffer, in bytes. */
#define RING_BUFFER_MAX_SIZE 0x7fffffffU

/*
 * Offsets count bytes since the start and wrap with uint32_t, a pair for each side: what is
 * claimed, and what is finished. `base` of a side is the offset at which the buffer's byte 0 lies
 * for the current lap; it moves on by `size`.
 */
struct ring_buf_side {
	uint32_t head;
	uint32_t tail;
	uint32_t base;
};

struct ring_buf {
	uint8_t *buffer;
	struct ring_buf_side put;
	struct ring_buf_side get;
	uint32_t size;
};

/** @brief Initial value of a ring buffer over @p buf of @p size8 bytes. */
#define RING_BUF_INIT(buf, size8) {.buffer = (buf), .size = (size8)}

/** @brief Define a ring buffer of @p size8 bytes. */
#define RING_BUF_DECLARE(name, size8)                                                              \
	BUILD_ASSERT((size8) <= RING_BUFFER_MAX_SIZE, "ring buffer too large");                    \
	static uint8_t __noinit_named(name) _ring_buffer_data_##name[size8];                       \
	struct ring_buf name = RING_BUF_INIT(_ring_buffer_data_##name, size8)

/** @brief Define a ring buffer of items, @p size32 words long. */
#define RING_BUF_ITEM_DECLARE(name, size32)                                                        \
	BUILD_ASSERT((size32) <= RING_BUFFER_MAX_SIZE / 4, "ring buffer too large");               \
	static uint32_t __noinit_named(name) _ring_buffer_data_##name[size32];                     \
	struct ring_buf name = RING_BUF_INIT((uint8_t *)_ring_buffer_data_##name, 4 * (size32))

/** @brief RING_BUF_ITEM_DECLARE() under its older name. */
#define RING_BUF_ITEM_DECLARE_SIZE(name, size32) RING_BUF_ITEM_DECLARE(name, size32)
/** @brief A ring buffer of items, 2^pow words long. */
#define RING_BUF_ITEM_DECLARE_POW2(name, pow) RING_BUF_ITEM_DECLARE(name, BIT(pow))
/** @brief Words needed for @p size8 bytes. */
#define RING_BUF_ITEM_SIZEOF(expr) DIV_ROUND_UP(sizeof(expr), sizeof(uint32_t))

/** @brief Empty the buffer; neither side may be in use. */
static inline void ring_buf_reset(struct ring_buf *buf)
{
	buf->put = (struct ring_buf_side){0, 0, 0};
	buf->get = (struct ring_buf_side){0, 0, 0};
}

/** @brief Make a ring buffer of @p size bytes over @p data. */
static inline void ring_buf_init(struct ring_buf *buf, uint32_t size, uint8_t *data)
{
	buf->buffer = data;
	buf->size = size;
	ring_buf_reset(buf);
}

/** @brief Make a ring buffer of items over @p size words at @p data. */
static inline void ring_buf_item_init(struct ring_buf *buf, uint32_t size, uint32_t *data)
{
	ring_buf_init(buf, 4U * size, (uint8_t *)data);
}

/** @brief True if there is nothing to get. */
static inline bool ring_buf_is_empty(const struct ring_buf *buf)
{
	return buf->get.head == buf->put.tail;
}

/** @brief Bytes that can be put. */
static inline uint32_t ring_buf_space_get(const struct ring_buf *buf)
{
	return buf->size - (buf->put.head - buf->get.tail);
}

/** @brief Words that can be put. */
static inline uint32_t ring_buf_item_space_get(const struct ring_buf *buf)
{
	return ring_buf_space_get(buf) / 4U;
}

/** @brief Size in bytes. */
static inline uint32_t ring_buf_capacity_get(const struct ring_buf *buf)
{
	return buf->size;
}

/** @brief Bytes that can be got. */
static inline uint32_t ring_buf_size_get(const struct ring_buf *buf)
{
	return buf->put.tail - buf->get.head;
}

/**
 * @brief Claim room to write in place.
 * @param buf  ring buffer
 * @param data where the address of the room is stored
 * @param size bytes wanted
 * @return bytes claimed, fewer than wanted if the buffer is full or its end is reached
 */
uint32_t ring_buf_put_claim(struct ring_buf *buf, uint8_t **data, uint32_t size);

/**
 * @brief Make bytes that were written into claimed room readable and give the rest back.
 * @retval -EINVAL more than was claimed
 */
int ring_buf_put_finish(struct ring_buf *buf, uint32_t size);

/** @brief Copy bytes in. @return bytes that fitted */
uint32_t ring_buf_put(struct ring_buf *buf, const uint8_t *data, uint32_t size);

/**
 * @brief Claim bytes to read in place.
 * @return bytes claimed, fewer than wanted if there are fewer or the end of the buffer is reached
 */
uint32_t ring_buf_get_claim(struct ring_buf *buf, uint8_t **data, uint32_t size);

/**
 * @brief Free bytes that were claimed, and give the rest back unread.
 * @retval -EINVAL more than was claimed
 */
int ring_buf_get_finish(struct ring_buf *buf, uint32_t size);

/** @brief Copy bytes out; @p data may be NULL to drop them. @return bytes got */
uint32_t ring_buf_get(struct ring_buf *buf, uint8_t *data, uint32_t size);

/** @brief Copy bytes out and leave them in. @return bytes seen */
uint32_t ring_buf_peek(struct ring_buf *buf, uint8_t *data, uint32_t size);

/**
 * @brief Put an item of @p size32 words.
 * @retval 0 done
 * @retval -EMSGSIZE not enough room
 */
int ring_buf_item_put(struct ring_buf *buf, uint16_t type, uint8_t value, uint32_t *data,
		      uint8_t size32);

/**
 * @brief Get the next item.
 * @param size32 words that @p data holds; becomes the words of the item
 * @retval 0 done
 * @retval -EAGAIN the buffer is empty
 * @retval -EMSGSIZE the item is larger; @p size32 tells how large, it stays in the buffer
 */
int ring_buf_item_get(struct ring_buf *buf, uint16_t *type, uint8_t *value, uint32_t *data,
		      uint8_t *size32);

#ifdef __cplusplus
}
#endif

#endif /* ZEPHYR_INCLUDE_SYS_RING_BUFFER_H_ */
