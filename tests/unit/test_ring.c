/* SPDX-License-Identifier: Apache-2.0 */
/* The ring buffer against a plain queue of bytes, and the bitmap against an array of bools. */
#include <errno.h>

#include <zephyr/sys/ring_buffer.h>

#include "lib/bitmap.h"
#include "unit.h"

#define STEPS 40000

static uint8_t model[4096];
static size_t model_len;
static uint8_t next_byte;

static int reset(void **state)
{
	(void)state;
	(void)unit_random_start();
	model_len = 0;
	next_byte = 0;
	return 0;
}

static void fill(uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		buf[i] = next_byte++;
	}
}

static void model_put(const uint8_t *data, size_t len)
{
	memcpy(&model[model_len], data, len);
	model_len += len;
}

static void model_get(const uint8_t *data, size_t len)
{
	assert_true(len <= model_len);
	assert_memory_equal(data, model, len);
	model_len -= len;
	memmove(model, model + len, model_len);
}

static void ring_buf_claims(struct ring_buf *rb, size_t size)
{
	uint8_t *data;
	uint32_t claimed = 0;
	uint32_t part;
	uint8_t want[200];
	uint32_t n;

	fill(want, sizeof(want));
	next_byte = (uint8_t)(next_byte - sizeof(want));
	for (int i = 0; i < 3; i++) {
		part = ring_buf_put_claim(rb, &data, (uint32_t)unit_below(60));
		memcpy(data, want + claimed, part);
		claimed += part;
	}
	assert_true(claimed <= size - model_len);
	assert_int_equal(ring_buf_put_finish(rb, claimed + 1), -EINVAL);
	n = (uint32_t)unit_below(claimed + 1);
	assert_int_equal(ring_buf_put_finish(rb, n), 0);
	model_put(want, n);
	next_byte = (uint8_t)(next_byte + n);

	claimed = 0;
	for (int i = 0; i < 3; i++) {
		part = ring_buf_get_claim(rb, &data, (uint32_t)unit_below(60));
		assert_true(claimed + part <= model_len);
		assert_memory_equal(data, model + claimed, part);
		claimed += part;
	}
	assert_int_equal(ring_buf_get_finish(rb, claimed + 1), -EINVAL);
	n = (uint32_t)unit_below(claimed + 1);
	assert_int_equal(ring_buf_get_finish(rb, n), 0);
	model_len -= n;
	memmove(model, model + n, model_len);
}

static void ring_buf_step(struct ring_buf *rb, size_t size)
{
	uint8_t buf[160];
	uint32_t len = (uint32_t)unit_below(sizeof(buf));
	uint32_t n;

	switch (unit_below(4)) {
	case 0:
		fill(buf, len);
		n = ring_buf_put(rb, buf, len);
		assert_int_equal(n, MIN(len, size - model_len));
		model_put(buf, n);
		next_byte = (uint8_t)(next_byte - (len - n));
		break;
	case 1:
		n = ring_buf_get(rb, buf, len);
		assert_int_equal(n, MIN(len, model_len));
		model_get(buf, n);
		break;
	case 2:
		n = ring_buf_peek(rb, buf, len);
		assert_int_equal(n, MIN(len, model_len));
		assert_memory_equal(buf, model, n);
		break;
	default:
		ring_buf_claims(rb, size);
		break;
	}
	assert_int_equal(ring_buf_size_get(rb), model_len);
	assert_int_equal(ring_buf_space_get(rb), size - model_len);
	assert_int_equal(ring_buf_is_empty(rb), model_len == 0);
}

static void test_ring_buf(void **state)
{
	/* Not a power of two on purpose. */
	static uint8_t buf[99];
	struct ring_buf rb;

	(void)state;
	ring_buf_init(&rb, sizeof(buf), buf);
	assert_int_equal(ring_buf_capacity_get(&rb), sizeof(buf));
	/* Close to where the offsets wrap; a lap begins at the base. */
	rb.put = (struct ring_buf_side){UINT32_MAX - 500, UINT32_MAX - 500, UINT32_MAX - 500};
	rb.get = rb.put;
	for (int i = 0; i < STEPS; i++) {
		ring_buf_step(&rb, sizeof(buf));
	}
	assert_int_equal(ring_buf_get(&rb, NULL, 99), model_len);
	assert_true(ring_buf_is_empty(&rb));
}

static void test_ring_buf_items(void **state)
{
	RING_BUF_ITEM_DECLARE(rb, 8);
	uint32_t in[4] = {1, 2, 3, 4};
	uint32_t out[4];
	uint16_t type;
	uint8_t value;
	uint8_t size;

	(void)state;
	size = 4;
	assert_int_equal(ring_buf_item_get(&rb, &type, &value, out, &size), -EAGAIN);
	for (unsigned int lap = 0; lap < 50; lap++) {
		uint8_t words = (uint8_t)(lap % 5);

		assert_int_equal(
			ring_buf_item_put(&rb, (uint16_t)(1000 + lap), (uint8_t)lap, in, words), 0);
		assert_int_equal(ring_buf_item_space_get(&rb), 8 - 1 - words);
		assert_int_equal(ring_buf_item_put(&rb, 0, 0, in, 8), -EMSGSIZE);
		if (words != 0) {
			size = (uint8_t)(words - 1);
			assert_int_equal(ring_buf_item_get(&rb, &type, &value, out, &size),
					 -EMSGSIZE);
			assert_int_equal(size, words);
		}
		size = 4;
		memset(out, 0, sizeof(out));
		assert_int_equal(ring_buf_item_get(&rb, &type, &value, out, &size), 0);
		assert_int_equal(type, 1000 + lap);
		assert_int_equal(value, lap);
		assert_int_equal(size, words);
		assert_memory_equal(in, out, words * sizeof(in[0]));
	}
}

static void test_bitmap(void **state)
{
	enum { BITS = 150 };
	BITMAP_DEFINE(map, BITS) = {0};
	bool is_set[BITS] = {false};

	(void)state;
	for (int step = 0; step < STEPS; step++) {
		size_t n = (size_t)unit_below(BITS);
		size_t set = n;
		size_t clear = n;
		size_t count = 0;

		if (unit_below(2) != 0) {
			bitmap_set(map, n);
			is_set[n] = true;
		} else {
			bitmap_clear(map, n);
			is_set[n] = false;
		}
		n = (size_t)unit_below(BITS + 1);
		for (set = n; set < BITS && !is_set[set]; set++) {
		}
		for (clear = n; clear < BITS && is_set[clear]; clear++) {
		}
		for (size_t i = 0; i < BITS; i++) {
			count += is_set[i] ? 1 : 0;
			assert_int_equal(bitmap_test(map, i), is_set[i]);
		}
		assert_int_equal(bitmap_next_set(map, BITS, n), set);
		assert_int_equal(bitmap_next_clear(map, BITS, n), clear);
		assert_int_equal(bitmap_count(map, BITS), count);
	}
	/* Bits of the last word that are not part of the map. */
	memset(map, 0, sizeof(map));
	bitmap_set(map, BITS + 3);
	assert_int_equal(bitmap_next_set(map, BITS, 0), BITS);
	assert_int_equal(bitmap_count(map, BITS), 0);
	for (size_t i = bitmap_count(map, BITS); i < BITS; i++) {
		assert_true(bitmap_alloc(map, BITS) < BITS);
	}
	assert_int_equal(bitmap_alloc(map, BITS), BITS);
	assert_int_equal(bitmap_count(map, BITS), BITS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_ring_buf, reset),
		cmocka_unit_test_setup(test_ring_buf_items, reset),
		cmocka_unit_test_setup(test_bitmap, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
