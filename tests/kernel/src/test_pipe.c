/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes: sizes and minimum transfers, waiting readers and writers, pipes without a buffer, flushing,
 * allocated buffers, and a stream that arrives whole on all CPUs.
 */
#include <zephyr/irq_offload.h>
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#include "crew.h"

#define PIPE_SIZE 10U

K_PIPE_DEFINE(pipe_static, PIPE_SIZE, 4);
static struct k_pipe pipe;
static unsigned char buffer[PIPE_SIZE];
static unsigned char out[64];
static int result;
static size_t moved;
static const unsigned char text[] = "abcdefghijklmnopqrstuvwxyz0123456789";

static void pipe_before(void *fixture)
{
	ARG_UNUSED(fixture);
	k_pipe_init(&pipe, buffer, sizeof(buffer));
	memset(out, 0, sizeof(out));
	result = 1;
	moved = 99;
}

ZTEST_SUITE(kernel_pipe, NULL, NULL, pipe_before, crew_end, NULL);

static int put(struct k_pipe *p, size_t offset, size_t n, size_t min)
{
	return k_pipe_put(p, text + offset, n, &moved, min, K_NO_WAIT);
}

static int get(struct k_pipe *p, size_t n, size_t min)
{
	memset(out, 0, sizeof(out));
	return k_pipe_get(p, out, n, &moved, min, K_NO_WAIT);
}

/* The next bytes of the pipe are those of the text from an offset. */
static void expect_text(struct k_pipe *p, size_t offset, size_t n)
{
	zassert_ok(get(p, n, n));
	zassert_equal(moved, n);
	zassert_mem_equal(out, text + offset, n);
}

ZTEST(kernel_pipe, test_parameters)
{
	zassert_equal(put(&pipe, 0, 3, 4), -EINVAL);
	zassert_equal(get(&pipe, 3, 4), -EINVAL);
	zassert_equal(k_pipe_put(&pipe, text, 1, NULL, 1, K_NO_WAIT), -EINVAL);
	zassert_equal(k_pipe_get(&pipe, out, 1, NULL, 1, K_NO_WAIT), -EINVAL);
}

static void check_buffer(struct k_pipe *p)
{
	for (size_t start = 0; start < PIPE_SIZE; start++) {
		zassert_equal(k_pipe_read_avail(p), 0);
		zassert_equal(k_pipe_write_avail(p), PIPE_SIZE);
		zassert_ok(put(p, 0, 7, 7));
		zassert_equal(k_pipe_read_avail(p), 7);
		zassert_equal(put(p, 7, 4, 4), -EIO, "there is room for 3");
		zassert_equal(moved, 0);
		zassert_ok(put(p, 7, 4, 2));
		zassert_equal(moved, 3);
		zassert_equal(k_pipe_write_avail(p), 0);
		zassert_equal(get(p, 20, 11), -EIO);
		zassert_equal(moved, 0);
		expect_text(p, 0, 4);
		zassert_ok(get(p, 20, 0));
		zassert_equal(moved, 6);
		zassert_mem_equal(out, text + 4, 6);
		/* The next round starts at another place of the ring. */
		zassert_ok(put(p, 0, 1, 1));
		expect_text(p, 0, 1);
	}
}

ZTEST(kernel_pipe, test_buffer)
{
	check_buffer(&pipe);
	check_buffer(&pipe_static);
	zassert_ok(k_pipe_cleanup(&pipe));
}

ZTEST(kernel_pipe, test_alloc)
{
	struct k_pipe allocated;

	k_thread_system_pool_assign(k_current_get());
	zassert_ok(k_pipe_alloc_init(&allocated, PIPE_SIZE));
	check_buffer(&allocated);
	zassert_ok(k_pipe_cleanup(&allocated));
	zassert_equal(k_pipe_write_avail(&allocated), 0);
	zassert_equal(k_pipe_alloc_init(&allocated, SIZE_MAX / 2U), -ENOMEM);
}

ZTEST(kernel_pipe, test_timeout)
{
	zassert_equal(k_pipe_get(&pipe, out, 5, &moved, 1, K_MSEC(1)), -EAGAIN);
	zassert_equal(moved, 0);
	zassert_ok(put(&pipe, 0, 3, 3));
	zassert_equal(k_pipe_get(&pipe, out, 5, &moved, 5, K_MSEC(1)), -EAGAIN);
	zassert_equal(moved, 3, "what there was is told");
	zassert_ok(k_pipe_get(&pipe, out, 5, &moved, 0, K_MSEC(1)));
	zassert_equal(moved, 0);
	zassert_equal(k_pipe_put(&pipe, text, 20, &moved, 15, K_MSEC(1)), -EAGAIN);
	zassert_equal(moved, PIPE_SIZE);
	expect_text(&pipe, 0, PIPE_SIZE);
}

static void pipe_reader(void *n, void *min, void *p3)
{
	ARG_UNUSED(p3);
	result = k_pipe_get(&pipe, out, (size_t)n, &moved, (size_t)min, K_FOREVER);
}

static void pipe_writer(void *n, void *min, void *p3)
{
	size_t written;

	ARG_UNUSED(p3);
	result = k_pipe_put(&pipe, text, (size_t)n, &written, (size_t)min, K_FOREVER);
}

static void check_waiting_reader(void)
{
	size_t n;

	crew_start(0, pipe_reader, (void *)20, (void *)8, 4);
	crew_await_blocked(0);
	zassert_ok(k_pipe_put(&pipe, text, 5, &n, 5, K_NO_WAIT));
	k_usleep(200);
	zassert_equal(result, 1, "5 are not enough");
	zassert_ok(k_pipe_put(&pipe, text + 5, 6, &n, 6, K_NO_WAIT));
	crew_await_end(0);
	zassert_ok(result);
	zassert_equal(moved, 11);
	zassert_mem_equal(out, text, 11);
}

static void check_waiting_writer(size_t buffered)
{
	result = 1;
	crew_start(0, pipe_writer, (void *)26, (void *)26, 4);
	crew_await_blocked(0);
	zassert_equal(k_pipe_read_avail(&pipe), buffered);
	expect_text(&pipe, 0, 12);
	zassert_equal(result, 1);
	expect_text(&pipe, 12, 14);
	crew_await_end(0);
	zassert_ok(result);
	zassert_equal(k_pipe_read_avail(&pipe), 0);
}

ZTEST(kernel_pipe, test_waiting)
{
	check_waiting_reader();
	check_waiting_writer(PIPE_SIZE);
}

ZTEST(kernel_pipe, test_without_buffer)
{
	k_pipe_init(&pipe, NULL, 0);
	zassert_equal(put(&pipe, 0, 1, 1), -EIO);
	zassert_equal(get(&pipe, 1, 1), -EIO);
	check_waiting_reader();
	check_waiting_writer(0);
}

ZTEST(kernel_pipe, test_flush)
{
	crew_start(0, pipe_writer, (void *)26, (void *)26, 4);
	crew_await_blocked(0);
	k_pipe_buffer_flush(&pipe);
	zassert_equal(result, 1);
	zassert_equal(k_pipe_read_avail(&pipe), PIPE_SIZE, "the writer went on");
	expect_text(&pipe, 10, 3);
	k_pipe_flush(&pipe);
	crew_await_end(0);
	zassert_ok(result);
	zassert_equal(k_pipe_read_avail(&pipe), 0);
}

ZTEST(kernel_pipe, test_cleanup_with_waiter)
{
	crew_start(0, pipe_reader, (void *)20, (void *)8, 4);
	crew_await_blocked(0);
	zassert_equal(k_pipe_cleanup(&pipe), -EAGAIN);
	k_thread_abort(crew_thread(0));
	zassert_ok(k_pipe_cleanup(&pipe));
}

static void isr_put(const void *p)
{
	ARG_UNUSED(p);
	result = put(&pipe, 0, 4, 4);
}

ZTEST(kernel_pipe, test_isr)
{
	irq_offload(isr_put, NULL);
	zassert_ok(result);
	expect_text(&pipe, 0, 4);
}

/* One writer and one reader in pieces of all sizes: the bytes come in order, none missing. */
#define STREAM 4000U

static volatile bool stream_broken;

static void stream_writer(void)
{
	unsigned char piece[24];
	uint32_t seed = 5;
	size_t n = 0;

	while (n < STREAM) {
		size_t any = 1U + crew_random(&seed) % sizeof(piece);
		size_t size = MIN(any, STREAM - n);
		size_t written;

		for (size_t i = 0; i < size; i++) {
			piece[i] = (unsigned char)(n + i);
		}
		(void)k_pipe_put(&pipe, piece, size, &written, 1U, K_USEC(30));
		n += written;
	}
}

static void stream_reader(void)
{
	unsigned char piece[24];
	uint32_t seed = 6;
	size_t n = 0;

	while (n < STREAM) {
		size_t any = 1U + crew_random(&seed) % sizeof(piece);
		size_t size = MIN(any, STREAM - n);
		size_t got;

		(void)k_pipe_get(&pipe, piece, size, &got, crew_random(&seed) % (size + 1U),
				 K_USEC(30));
		for (size_t i = 0; i < got; i++) {
			stream_broken |= piece[i] != (unsigned char)(n + i);
		}
		n += got;
	}
}

static void stream(void *p1, void *p2, void *index)
{
	ARG_UNUSED(p1);
	ARG_UNUSED(p2);
	if (index == NULL) {
		stream_writer();
	} else {
		stream_reader();
	}
}

ZTEST(kernel_pipe, test_smp_stream)
{
	stream_broken = false;
	crew_run(2, stream, NULL, NULL, 4);
	zassert_false(stream_broken, "bytes came out of order");
	zassert_equal(k_pipe_read_avail(&pipe), 0);
}
