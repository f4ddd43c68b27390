/* SPDX-License-Identifier: Apache-2.0 */
/* The guests' PL031, on a clock that the test moves. */
#include "hyp_fake.h"

#include "vdev/pl031.c"

#define START UINT64_C(1750000000)

static struct vm vm;
static struct vdev dev;
static char text_fdt[1];
static bool line;
static uint64_t now_us;
/* When the alarm's timer is due; 0: it is not running. */
static uint64_t due_us;

uint64_t wallclock_us(void)
{
	return now_us;
}

void vdev_irq(struct vdev *d, bool high)
{
	assert_ptr_equal(d, &dev);
	line = high;
}

void vdev_timer_init(struct vdev_timer *timer, void (*fn)(struct vdev_timer *timer))
{
	timer->fn = fn;
}

void vdev_timer_start(struct vdev_timer *timer, uint64_t us)
{
	(void)timer;
	assert_true(us > 0U);
	due_us = now_us + us;
}

void vdev_timer_cancel(struct vdev_timer *timer)
{
	(void)timer;
	due_us = 0U;
}

void vdev_timer_stop(struct vdev_timer *timer)
{
	assert_int_equal(fake_arch.irq_masked, 0);
	vdev_timer_cancel(timer);
}

static void pass(uint64_t us)
{
	now_us += us;
	if (due_us != 0U && now_us >= due_us) {
		struct vdev_timer *timer = &((struct pl031 *)dev.data)->alarm;

		due_us = 0U;
		timer->fn(timer);
	}
}

#define DRIVER vdev_pl031
#include "primecell_dtb.h"

static int setup(void **state)
{
	(void)state;
	fake_arch_reset();
	now_us = START * US_PER_SECOND + 700000U;
	due_us = 0U;
	line = false;
	dev = (struct vdev){.vm = &vm, .driver = &vdev_pl031, .name = "rtc0", .irq = 34U};
	dev.data = test_calloc(1, vdev_pl031.data_size);
	assert_int_equal(vdev_pl031.create(&dev, NULL), 0);
	vdev_pl031.reset(&dev);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vdev_pl031.destroy(&dev);
	assert_int_equal(due_us, 0);
	test_free(dev.data);
	return 0;
}

static uint32_t rd(uint32_t offset)
{
	uint64_t value = UINT64_MAX;

	assert_true(vdev_pl031.mmio->read(NULL, &dev, offset, 4U, &value));
	return (uint32_t)value;
}

static void wr(uint32_t offset, uint32_t value)
{
	assert_true(vdev_pl031.mmio->write(NULL, &dev, offset, 4U, value));
}

static void test_time(void **state)
{
	(void)state;
	assert_int_equal(rd(RTCDR), START);
	pass(300000U);
	assert_int_equal(rd(RTCDR), START + 1U);
	assert_int_equal(rd(RTCCR), 1);
	wr(RTCCR, 0U);
	pass(5U * US_PER_SECOND);
	assert_int_equal(rd(RTCDR), START + 6U);
	/* Set by the guest, and kept over a reset. */
	wr(RTCLR, 1000U);
	assert_int_equal(rd(RTCLR), 1000);
	assert_int_equal(rd(RTCDR), 1000);
	vdev_pl031.reset(&dev);
	pass(2U * US_PER_SECOND);
	assert_int_equal(rd(RTCDR), 1002);
	/* Around the end of the counter. */
	wr(RTCLR, UINT32_MAX);
	pass(US_PER_SECOND);
	assert_int_equal(rd(RTCDR), 0);
}

static void test_alarm(void **state)
{
	(void)state;
	wr(RTCIMSC, 1U);
	wr(RTCMR, (uint32_t)START + 3U);
	assert_int_equal(rd(RTCMR), START + 3U);
	/* When the seconds count up, 2.3 s from now. */
	assert_int_equal(due_us - now_us, 2300000);
	pass(2299999U);
	assert_false(line);
	pass(1U);
	assert_true(line);
	assert_int_equal(rd(RTCRIS), 1);
	assert_int_equal(rd(RTCMIS), 1);
	wr(RTCIMSC, 0U);
	assert_false(line);
	assert_int_equal(rd(RTCRIS), 1);
	assert_int_equal(rd(RTCMIS), 0);
	wr(RTCICR, 0U);
	assert_int_equal(rd(RTCRIS), 1);
	wr(RTCICR, 1U);
	assert_int_equal(rd(RTCRIS), 0);
}

static void test_alarm_now_and_in_the_past(void **state)
{
	(void)state;
	wr(RTCIMSC, 1U);
	wr(RTCMR, (uint32_t)START);
	assert_true(line);
	assert_int_equal(due_us, 0);
	wr(RTCICR, 1U);
	assert_false(line);
	/* The past comes when the counter has gone round. */
	wr(RTCMR, (uint32_t)START - 1U);
	assert_false(line);
	assert_int_equal(due_us - now_us,
			 (UINT64_C(1) << 32) * US_PER_SECOND - US_PER_SECOND - 700000U);
	/* The clock is set to it. */
	wr(RTCLR, (uint32_t)START - 1U);
	assert_true(line);
	wr(RTCICR, 1U);
	/* Setting the clock moves the alarm. */
	wr(RTCLR, (uint32_t)START - 11U);
	assert_int_equal(due_us - now_us, 9300000);
}

static void test_reset(void **state)
{
	(void)state;
	wr(RTCIMSC, 1U);
	wr(RTCMR, (uint32_t)START);
	assert_true(line);
	vdev_pl031.reset(&dev);
	assert_false(line);
	assert_int_equal(rd(RTCRIS) | rd(RTCIMSC) | rd(RTCMR) | rd(RTCLR), 0);
}

static void test_every_offset_and_size(void **state)
{
	static const uint8_t id[] = {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	(void)state;
	for (uint32_t i = 0U; i < sizeof(id); i++) {
		assert_int_equal(rd(RTCID + 4U * i), id[i]);
	}
	for (uint32_t offset = 0U; offset < 0x1000U; offset++) {
		for (unsigned int size = 1U; size <= 8U; size *= 2U) {
			uint64_t value = 0U;

			if (offset % size != 0U) {
				continue;
			}
			assert_int_equal(vdev_pl031.mmio->read(NULL, &dev, offset, size, &value),
					 size <= 4U);
			assert_true(size == 8U || value >> (8U * size) == 0U);
			assert_true(offset < 0x20U || offset >= RTCID || value == 0U);
			assert_int_equal(
				vdev_pl031.mmio->write(NULL, &dev, offset, size, UINT64_MAX),
				size <= 4U);
		}
	}
}

static void test_describe(void **state)
{
	(void)state;
	assert_int_equal(vdev_pl031.describe(&dev, text_fdt), -3);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_time),  TEST(test_alarm),    TEST(test_alarm_now_and_in_the_past),
		TEST(test_reset), TEST(test_describe), TEST(test_every_offset_and_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
