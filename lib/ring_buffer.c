/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Ring buffer of the public API; see <zephyr/sys/ring_buffer.h>.
 *
 * A side's tail is published with release order after the bytes, and read with acquire order by the
 * other side.
 */
#include <errno.h>
#include <string.h>

#include <zephyr/sys/ring_buffer.h>

/* An item's first word: type in the low half, then its length in words, then its value. */
struct item_header {
	uint16_t type;
	uint8_t length;
	uint8_t value;
};

BUILD_ASSERT(sizeof(struct item_header) == sizeof(uint32_t), "an item's header is one word");

/* Claim up to `size` of the `room` bytes ahead of a side, up to the end of the buffer. */
static uint32_t claim(struct ring_buf *buf, struct ring_buf_side *side, uint8_t **data,
		      uint32_t size, uint32_t room)
{
	uint32_t base = side->base;
	uint32_t at = side->head - base;
	uint32_t to_end;

	if (at >= buf->size) {
		/* The head is on the next lap; the base follows when the claim is finished. */
		at -= buf->size;
	}
	to_end = buf->size - at;
	size = MIN(size, MIN(to_end, room));
	*data = &buf->buffer[at];
	side->head += size;
	return size;
}

static int finish(const struct ring_buf *buf, struct ring_buf_side *side, uint32_t size)
{
	uint32_t tail = side->tail;

	if (size > side->head - tail) {
		return -EINVAL;
	}
	tail += size;
	if (tail - side->base >= buf->size) {
		side->base += buf->size;
	}
	side->head = tail;
	__atomic_store_n(&side->tail, tail, __ATOMIC_RELEASE);
	return 0;
}

uint32_t ring_buf_put_claim(struct ring_buf *buf, uint8_t **data, uint32_t size)
{
	uint32_t freed = __atomic_load_n(&buf->get.tail, __ATOMIC_ACQUIRE);

	return claim(buf, &buf->put, data, size, buf->size - (buf->put.head - freed));
}

int ring_buf_put_finish(struct ring_buf *buf, uint32_t size)
{
	return finish(buf, &buf->put, size);
}

uint32_t ring_buf_get_claim(struct ring_buf *buf, uint8_t **data, uint32_t size)
{
	uint32_t filled = __atomic_load_n(&buf->put.tail, __ATOMIC_ACQUIRE);

	return claim(buf, &buf->get, data, size, filled - buf->get.head);
}

int ring_buf_get_finish(struct ring_buf *buf, uint32_t size)
{
	return finish(buf, &buf->get, size);
}

uint32_t ring_buf_put(struct ring_buf *buf, const uint8_t *data, uint32_t size)
{
	uint32_t total = 0;
	uint32_t part;
	uint8_t *dst;

	do {
		part = ring_buf_put_claim(buf, &dst, size - total);
		memcpy(dst, data + total, part);
		total += part;
	} while (part != 0 && total < size);
	(void)ring_buf_put_finish(buf, total);
	return total;
}

/* Claims and copies out; the caller says how much of it is taken. */
static uint32_t copy_out(struct ring_buf *buf, uint8_t *data, uint32_t size)
{
	uint32_t total = 0;
	uint32_t part;
	uint8_t *src;

	do {
		part = ring_buf_get_claim(buf, &src, size - total);
		if (data != NULL) {
			memcpy(data + total, src, part);
		}
		total += part;
	} while (part != 0 && total < size);
	return total;
}

uint32_t ring_buf_get(struct ring_buf *buf, uint8_t *data, uint32_t size)
{
	uint32_t total = copy_out(buf, data, size);

	(void)ring_buf_get_finish(buf, total);
	return total;
}

uint32_t ring_buf_peek(struct ring_buf *buf, uint8_t *data, uint32_t size)
{
	uint32_t total = copy_out(buf, data, size);

	(void)ring_buf_get_finish(buf, 0);
	return total;
}

int ring_buf_item_put(struct ring_buf *buf, uint16_t type, uint8_t value, uint32_t *data,
		      uint8_t size32)
{
	struct item_header header = {.type = type, .length = size32, .value = value};
	uint32_t need = (uint32_t)sizeof(header) + 4U * size32;
	uint32_t part;
	uint32_t done = 0;
	uint8_t *dst;

	if (need > ring_buf_space_get(buf)) {
		return -EMSGSIZE;
	}
	/* The size is a multiple of a word, so the header is never split. */
	(void)ring_buf_put_claim(buf, &dst, sizeof(header));
	memcpy(dst, &header, sizeof(header));
	while (done < 4U * size32) {
		part = ring_buf_put_claim(buf, &dst, 4U * size32 - done);
		memcpy(dst, (const uint8_t *)data + done, part);
		done += part;
	}
	return ring_buf_put_finish(buf, need);
}

int ring_buf_item_get(struct ring_buf *buf, uint16_t *type, uint8_t *value, uint32_t *data,
		      uint8_t *size32)
{
	struct item_header header;
	uint32_t bytes;
	uint32_t part;
	uint32_t done = 0;
	uint8_t *src;

	if (ring_buf_is_empty(buf)) {
		return -EAGAIN;
	}
	(void)ring_buf_get_claim(buf, &src, sizeof(header));
	memcpy(&header, src, sizeof(header));
	if (data != NULL && header.length > *size32) {
		*size32 = header.length;
		(void)ring_buf_get_finish(buf, 0);
		return -EMSGSIZE;
	}
	*size32 = header.length;
	*type = header.type;
	*value = header.value;
	bytes = 4U * header.length;
	while (done < bytes) {
		part = ring_buf_get_claim(buf, &src, bytes - done);
		if (data != NULL) {
			memcpy((uint8_t *)data + done, src, part);
		}
		done += part;
	}
	return ring_buf_get_finish(buf, (uint32_t)sizeof(header) + bytes);
}
