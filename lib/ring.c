/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Bulk operations of the byte ring; see ring.h.
 */
#include <string.h>

#include <zephyr/sys/util.h>

#include "lib/ring.h"

size_t ring_write(struct ring *r, const void *data, size_t len)
{
	const uint8_t *from = data;
	uint32_t head = r->head;
	uint32_t at = head & r->mask;
	size_t n = MIN(len, ring_space(r));
	size_t first = MIN(n, (size_t)r->mask + 1U - at);

	memcpy(&r->buf[at], from, first);
	memcpy(r->buf, from + first, n - first);
	__atomic_store_n(&r->head, head + (uint32_t)n, __ATOMIC_RELEASE);
	return n;
}

size_t ring_read(struct ring *r, void *data, size_t len)
{
	uint8_t *to = data;
	uint32_t tail = r->tail;
	uint32_t at = tail & r->mask;
	size_t n = MIN(len, ring_used(r));
	size_t first = MIN(n, (size_t)r->mask + 1U - at);

	memcpy(to, &r->buf[at], first);
	memcpy(to + first, r->buf, n - first);
	__atomic_store_n(&r->tail, tail + (uint32_t)n, __ATOMIC_RELEASE);
	return n;
}

size_t ring_peek(const struct ring *r, const uint8_t **data)
{
	uint32_t at = r->tail & r->mask;

	*data = &r->buf[at];
	return MIN(ring_used(r), r->mask + 1U - at);
}
