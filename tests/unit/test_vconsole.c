/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's console against plain queues of bytes; who is woken, and when; how it ends. */
#include "hyp_fake.h"

#include "hyp/vconsole.h"

static struct vconsole *con;
static unsigned int inputs, rooms;
static char text[4 * VCONSOLE_OUT_SIZE];

static void on_input(void *ctx)
{
	assert_ptr_equal(ctx, &inputs);
	assert_int_equal(fake_arch.irq_masked, 0);
	inputs++;
}

static void on_room(void *ctx)
{
	assert_ptr_equal(ctx, &inputs);
	assert_int_equal(fake_arch.irq_masked, 0);
	rooms++;
}

static const struct vconsole_ops ops = {.input = on_input, .room = on_room};

static int setup(void **state)
{
	(void)state;
	(void)unit_random_start();
	fake_arch_reset();
	fake_while_asleep = NULL;
	fake_sleeps = fake_naps = fake_gives = 0U;
	inputs = rooms = 0U;
	con = vconsole_create();
	assert_non_null(con);
	assert_int_equal(vconsole_bind(con, &ops, &inputs), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vconsole_destroy(con);
	return 0;
}

/* Prints @p n bytes of a known stream; how many were taken. */
static size_t print(uint32_t *stream, size_t n)
{
	size_t i;

	for (i = 0U; i < n && vconsole_put(con, (uint8_t)(*stream % 251U)); i++) {
		(*stream)++;
	}
	return i;
}

static void check(uint32_t *stream, const char *got, int n)
{
	for (int i = 0; i < n; i++) {
		assert_int_equal((uint8_t)got[i], *stream % 251U);
		(*stream)++;
	}
}

/* Any order of printing, reading, attaching and detaching: what is read is what was printed, and nothing is missing but
 * the oldest of what was printed while nobody was attached.
 */
static void test_stream(void **state)
{
	uint32_t put = 0U, got = 0U, lost = 0U;
	bool attached = false;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		size_t size = (size_t)unit_below(step % 7 == 0 ? 40000U : 900U);
		size_t taken;
		int n;

		switch (unit_below(8)) {
		case 0:
			if (attached) {
				vconsole_detach(con);
			} else {
				assert_int_equal(vconsole_attach(con), 0);
			}
			attached = !attached;
			break;
		case 1:
		case 2:
		case 3:
			taken = print(&put, size);
			if (attached) {
				assert_int_equal(
					taken, MIN(size, VCONSOLE_OUT_SIZE - (put - taken - got)));
				assert_int_equal(vconsole_room(con),
						 VCONSOLE_OUT_SIZE - (put - got));
			} else {
				assert_int_equal(taken, size);
				assert_int_equal(vconsole_room(con), VCONSOLE_OUT_SIZE);
				lost += put - got > VCONSOLE_OUT_SIZE
						? put - got - VCONSOLE_OUT_SIZE
						: 0U;
				got = MAX(got, put - MIN(put, VCONSOLE_OUT_SIZE));
			}
			break;
		default:
			if (attached) {
				n = vconsole_read(con, text, size, K_NO_WAIT);
				assert_true(n >= 0 && (size_t)n <= size);
				assert_true(n > 0 || put == got || size == 0U);
				check(&got, text, n);
			}
			break;
		}
	}
	assert_int_equal(vconsole_lost(con), lost);
	assert_int_equal(vconsole_lost(con), 0);
	assert_true(lost > 0U);
	if (attached) {
		vconsole_detach(con);
	}
}

static void test_held_up_and_told_of_room(void **state)
{
	uint32_t put = 0U, got = 0U;

	(void)state;
	assert_int_equal(vconsole_attach(con), 0);
	assert_int_equal(print(&put, VCONSOLE_OUT_SIZE + 10U), VCONSOLE_OUT_SIZE);
	assert_int_equal(vconsole_room(con), 0);
	check(&got, text, vconsole_read(con, text, 100U, K_NO_WAIT));
	/* Not for the first byte of room, */
	assert_int_equal(rooms, 0);
	while (got < VCONSOLE_OUT_SIZE / 2U) {
		check(&got, text, vconsole_read(con, text, 100U, K_NO_WAIT));
	}
	/* and once. */
	assert_int_equal(rooms, 1);
	print(&put, VCONSOLE_OUT_SIZE);
	assert_int_equal(put - got, VCONSOLE_OUT_SIZE);
	vconsole_detach(con);
	assert_int_equal(rooms, 2);
	assert_int_equal(print(&put, 5U), 5);
}

static void prints_one(void)
{
	assert_true(vconsole_put(con, 'x'));
}

static void test_reader_is_woken_when_it_waits(void **state)
{
	uint32_t put = 0U;

	(void)state;
	assert_int_equal(vconsole_attach(con), 0);
	print(&put, 100U);
	assert_int_equal(fake_gives, 0);
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 100);
	assert_int_equal(fake_sleeps, 0);
	fake_while_asleep = prints_one;
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 1);
	assert_int_equal(text[0], 'x');
	assert_int_equal(fake_sleeps, 1);
	assert_int_equal(fake_gives, 1);
	/* It let some more come. */
	assert_int_equal(fake_naps, 1);
	print(&put, 50U);
	assert_int_equal(fake_gives, 1);
	fake_while_asleep = NULL;
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 50);
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_MSEC(1)), 0);
	vconsole_detach(con);
	print(&put, 50U);
	assert_int_equal(fake_gives, 1);
}

static void wakes(void)
{
	vconsole_wake(con);
}

static void test_wake(void **state)
{
	(void)state;
	assert_int_equal(vconsole_attach(con), 0);
	fake_while_asleep = wakes;
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 0);
	assert_int_equal(fake_naps, 0);
	fake_while_asleep = NULL;
	vconsole_wake(con);
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 0);
	prints_one();
	vconsole_wake(con);
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 1);
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 0);
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_NO_WAIT), 0);
	vconsole_detach(con);
}

static void guest_reads(void)
{
	for (unsigned int i = 0U; i < VCONSOLE_IN_SIZE / 2U; i++) {
		assert_true(vconsole_get(con) >= 0);
	}
}

static void test_typing(void **state)
{
	char in[300];

	(void)state;
	for (size_t i = 0U; i < sizeof(in); i++) {
		in[i] = (char)i;
	}
	assert_int_equal(vconsole_get(con), -1);
	assert_int_equal(vconsole_attach(con), 0);
	assert_int_equal(vconsole_type(con, in, 3U), 3);
	assert_int_equal(inputs, 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(vconsole_get(con), i);
	}
	assert_int_equal(vconsole_get(con), -1);
	assert_int_equal(vconsole_type(con, in, sizeof(in)), VCONSOLE_IN_SIZE);
	assert_int_equal(vconsole_type(con, in, 1U), 0);
	/* The reader hears when it may go on. */
	fake_while_asleep = guest_reads;
	assert_int_equal(vconsole_read(con, text, sizeof(text), K_FOREVER), 0);
	assert_int_equal(fake_sleeps, 1);
	assert_int_equal(vconsole_type(con, in + VCONSOLE_IN_SIZE, 44U), 44);
	for (size_t i = VCONSOLE_IN_SIZE / 2U; i < sizeof(in); i++) {
		assert_int_equal(vconsole_get(con), (uint8_t)i);
	}
	assert_int_equal(vconsole_get(con), -1);
	vconsole_detach(con);
}

static void test_one_reader_and_one_device(void **state)
{
	(void)state;
	assert_int_equal(vconsole_bind(con, &ops, con), -EBUSY);
	/* Who was refused has nothing to undo. */
	vconsole_unbind(con, con);
	assert_int_equal(vconsole_attach(con), 0);
	assert_int_equal(vconsole_attach(con), -EBUSY);
	vconsole_detach(con);
	assert_int_equal(vconsole_attach(con), 0);
	vconsole_detach(con);
}

static int last_read;

/* The reader's thread, while the one that unbinds waits for it. */
static void reader_leaves(void)
{
	char c[2];

	assert_int_equal(vconsole_read(con, c, sizeof(c), K_FOREVER), 1);
	last_read = vconsole_read(con, c, sizeof(c), K_FOREVER);
	assert_int_equal(vconsole_attach(con), -EPIPE);
	vconsole_detach(con);
}

static void test_the_end(void **state)
{
	(void)state;
	assert_int_equal(vconsole_attach(con), 0);
	prints_one();
	fake_while_asleep = reader_leaves;
	last_read = 0;
	vconsole_unbind(con, &inputs);
	assert_int_equal(last_read, -EPIPE);
	assert_int_equal(fake_sleeps, 1);
	assert_int_equal(vconsole_attach(con), -EPIPE);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stream),
		TEST(test_held_up_and_told_of_room),
		TEST(test_reader_is_woken_when_it_waits),
		TEST(test_wake),
		TEST(test_typing),
		TEST(test_one_reader_and_one_device),
		TEST(test_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
